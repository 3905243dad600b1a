"""Guard the files of providers; what was recorded, verified, signed or judged only grows."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial"), ("credentialing", "0002_guards")]
    operations = [
        GuardTenantTables(
            append_only=(
                "elementversion",
                "providerdocument",
                "elementverification",
                "fileattestation",
                "filepolicy",
                "screeningrun",
                "screeningoutcome",
                "screeningjudgement",
            )
        )
    ]
