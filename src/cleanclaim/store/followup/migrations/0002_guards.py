"""Guard the follow-up."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial"), ("remits", "0002_guards")]
    operations = [GuardTenantTables(append_only=("statusanswer",))]
