"""Guard the chain: events only grow; the head moves with them."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("organizations", "0002_guards")]
    operations = [GuardTenantTables(append_only=("event",))]
