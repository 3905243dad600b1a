"""Guard organizations and memberships, and say what the runtime role may do to the rest."""

from typing import Any

from django.db import migrations

from cleanclaim.store.guards import (
    APPEND_ONLY_FUNCTION,
    ORGANIZATION,
    USER,
    GuardTenantTables,
    grant_statement,
    policy_statements,
)
from cleanclaim.store.roles import RUNTIME

_MEMBERSHIP = "organizations_membership"
_STATEMENTS: list[Any] = [
    APPEND_ONLY_FUNCTION,
    # A person who has signed in sees where they belong before an organization is chosen, but
    # changes nothing there: nobody makes themselves a member.
    *policy_statements(
        _MEMBERSHIP,
        f"organization_id = {ORGANIZATION} OR user_id = {USER}",
        written=f"organization_id = {ORGANIZATION}",
    ),
    *policy_statements(
        "organizations_organization",
        f"id = {ORGANIZATION} OR id IN"
        f" (SELECT organization_id FROM {_MEMBERSHIP} WHERE user_id = {USER})",
        written=f"id = {ORGANIZATION}",
    ),
    grant_statement(_MEMBERSHIP, append_only=False),
    grant_statement("organizations_organization", append_only=False),
    # A new organization's id is drawn before its row is written, for its own policy admits it.
    f"GRANT USAGE ON SEQUENCE organizations_organization_id_seq TO {RUNTIME}",
    grant_statement("organizations_user", append_only=False),
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO {RUNTIME}",
    f"GRANT SELECT ON django_migrations TO {RUNTIME}",
]


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial"), ("sessions", "0001_initial")]
    operations = [migrations.RunSQL(_STATEMENTS), GuardTenantTables(only=("counter",))]
