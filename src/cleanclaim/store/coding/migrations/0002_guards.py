"""Guard coding; the log of decisions, what was suggested and what was signed only grow."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial"), ("encounters", "0002_guards")]
    operations = [
        GuardTenantTables(
            append_only=(
                "noteversion",
                "suggestionset",
                "codingdecision",
                "continuingeducation",
                "lessontry",
            )
        )
    ]
