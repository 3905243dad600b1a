"""Migration operations that put the locks on: row security, grants, append-only, whole keys."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from cleanclaim.store.roles import RUNTIME

ORGANIZATION = "NULLIF(current_setting('app.organization_id', true), '')::bigint"
USER = "NULLIF(current_setting('app.user_id', true), '')::bigint"

# One trigger function serves every append-only table; it names the table in its refusal.
APPEND_ONLY_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""


def policy_statements(table: str, seen: str, *, written: str = "") -> list[str]:
    """Give the statements that force a row policy on a table.

    Rows may be written where ``written`` holds, which is ``seen`` if nothing else is said.
    """
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({seen}) WITH CHECK ({written or seen})",
    ]


def append_only_statements(table: str) -> list[str]:
    """Give the statements after which a table only grows."""
    return [
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def grant_statement(table: str, *, append_only: bool) -> str:
    """Give the grant of the runtime role: no delete anywhere, no update on append-only tables."""
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE"
    return f"GRANT {rights} ON {table} TO {RUNTIME}"


class GuardTenantTables(Operation):
    """Guard every tenant table of an app, present models and their keys alike.

    Each model with an ``organization`` gets a forced row policy, the runtime grants, a unique
    ``(organization_id, id)``, and each of its keys to another tenant model becomes a key on
    both columns, so that no row can point into another organization.
    """

    reversible = False

    def __init__(self, *, only: tuple[str, ...] = (), append_only: tuple[str, ...] = ()) -> None:
        self.only = only
        self.append_only = append_only

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models as it is."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 - Django's signature
        to_state: ProjectState,
    ) -> None:
        """Run the statements for each model, targets of keys before their users."""
        chosen = [m for m in to_state.apps.get_app_config(app_label).get_models() if self._is(m)]
        for model in chosen:
            for statement in self._table_statements(model):
                schema_editor.execute(statement)
        for model in chosen:
            for statement in _key_statements(model):
                schema_editor.execute(statement)

    def _is(self, model: type[models.Model]) -> bool:
        named = not self.only or model._meta.model_name in self.only
        return named and _is_tenant(model)

    def _table_statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        append_only = model._meta.model_name in self.append_only
        condition = f"organization_id = {ORGANIZATION}"
        return [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id UNIQUE (organization_id, id)",
            *policy_statements(table, condition),
            grant_statement(table, append_only=append_only),
            *(append_only_statements(table) if append_only else []),
        ]

    def describe(self) -> str:
        """Say what the operation does."""
        return "Guard the tenant tables"


def _is_tenant(model: type[models.Model]) -> bool:
    return any(field.name == "organization" for field in model._meta.get_fields())


def _key_statements(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    found: list[str] = []
    for field in model._meta.fields:
        target = _tenant_target(field)
        if target is not None:
            found.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_whole"
                f" FOREIGN KEY (organization_id, {field.column})"
                f" REFERENCES {target} (organization_id, id) DEFERRABLE INITIALLY DEFERRED"
            )
    return found


def _tenant_target(field: Any) -> str | None:  # noqa: ANN401 - Django's fields have no common type
    """Give the table that a key points to, where that table belongs to tenants."""
    if not isinstance(field, models.ForeignKey) or field.name == "organization":
        return None
    target = field.related_model
    if isinstance(target, str) or not _is_tenant(target):
        return None
    return str(target._meta.db_table)
