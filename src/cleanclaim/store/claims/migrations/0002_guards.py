"""Guard claims; versions only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0001_initial"),
        ("encounters", "0002_guards"),
        ("exchanges", "0002_guards"),
    ]
    operations = [GuardTenantTables(append_only=("claimversion", "claimfile"))]
