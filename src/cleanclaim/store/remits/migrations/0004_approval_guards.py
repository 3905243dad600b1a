"""Guard payee numbers, posting rules and approvals."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables


class Migration(migrations.Migration):
    dependencies = [("remits", "0003_approvals")]
    operations = [
        GuardTenantTables(
            only=("payeenumber", "postingrulerecord", "remitapproval"),
            append_only=("remitapproval",),
        )
    ]
