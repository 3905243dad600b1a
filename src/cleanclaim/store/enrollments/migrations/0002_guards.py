"""Guard enrollment; what happened to an application and what a payer answered only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("enrollments", "0001_initial"), ("organizations", "0002_guards")]
    operations = [GuardTenantTables(append_only=("applicationstep", "roster", "rosteranswer"))]
