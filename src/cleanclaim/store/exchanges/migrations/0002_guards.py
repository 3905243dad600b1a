"""Guard exchanged files, which only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0001_initial"), ("credentialing", "0002_guards")]
    operations = [GuardTenantTables(append_only=("exchangedfile", "filestep"))]
