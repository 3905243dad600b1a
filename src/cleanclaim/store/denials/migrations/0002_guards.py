"""Guard cases of denials."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("denials", "0001_initial"), ("remits", "0002_guards")]
    operations = [GuardTenantTables(append_only=("casenote", "appealevidence"))]
