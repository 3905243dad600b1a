"""Guard encounters; notes and charges only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("encounters", "0001_initial"), ("patients", "0002_guards")]
    operations = [GuardTenantTables(append_only=("note", "charge"))]
