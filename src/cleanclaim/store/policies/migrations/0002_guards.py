"""Guard the policies."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("organizations", "0002_guards")]
    operations = [GuardTenantTables()]
