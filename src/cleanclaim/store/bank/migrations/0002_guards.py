"""Guard bank lines and their matches."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial"), ("remits", "0002_guards")]
    operations = [GuardTenantTables(append_only=("bankmatch",))]
