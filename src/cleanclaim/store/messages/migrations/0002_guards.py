"""Guard messages, which only grow, and what is known of them."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_initial"), ("encounters", "0002_guards")]
    operations = [GuardTenantTables(append_only=("message",))]
