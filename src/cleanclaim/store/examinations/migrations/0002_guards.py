"""Guard the examinations."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("examinations", "0001_initial"), ("claims", "0002_guards")]
    operations = [GuardTenantTables()]
