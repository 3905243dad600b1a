"""Guard what passes between practice and patient; policies, terms and estimates only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial"), ("organizations", "0002_guards")]
    operations = [
        GuardTenantTables(append_only=("policyrecord", "localterm", "estimate", "selfpayvisit"))
    ]
