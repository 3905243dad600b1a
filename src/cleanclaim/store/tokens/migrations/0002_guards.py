"""Guard tokens and kept answers."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("tokens", "0001_initial"), ("organizations", "0002_guards")]
    operations = [GuardTenantTables()]
