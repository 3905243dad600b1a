"""Guard tasks."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("claims", "0002_guards")]
    operations = [GuardTenantTables()]
