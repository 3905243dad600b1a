"""Guard the closed months: no entry and no side of one enters them; and name who acts."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables

# The rules of ``cleanclaim.ledger.periods``: the last word on a month counts; a month never
# spoken of is closed with any later one.
_IS_CLOSED = """
CREATE FUNCTION ledger_month_is_closed(practice bigint, sought date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        (SELECT action = 'closed' FROM ledger_closing
         WHERE organization_id = practice AND month = sought ORDER BY id DESC LIMIT 1),
        EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (month) action FROM ledger_closing
                               WHERE organization_id = practice AND month > sought
                               ORDER BY month, id DESC) AS last
                WHERE last.action = 'closed'))
$$
"""

# A statement at a time, for a remittance brings thousands. Writers share the lock; whoever
# closes a month takes it alone and so waits for them.
_REFUSE = """
CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched record;
BEGIN
    FOR touched IN
        SELECT DISTINCT e.organization_id AS practice, date_trunc('month', e."on")::date AS month
        FROM {rows}
    LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger_month', touched.practice));
        IF ledger_month_is_closed(touched.practice, touched.month) THEN
            RAISE EXCEPTION 'the month % of the ledger is closed', to_char(touched.month, 'YYYY-MM')
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
_OF_ENTRY = _REFUSE.format(rows="fresh e")
_OF_POSTING = _REFUSE.replace("refuse_closed_month", "refuse_closed_month_of_posting").format(
    rows="fresh f JOIN ledger_entry e"
    " ON e.organization_id = f.organization_id AND e.id = f.entry_id"
)


def _each_statement(table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER closed_month AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_closings"), ("organizations", "0002_guards")]
    operations = [
        GuardTenantTables(only=("closing",), append_only=("closing",)),
        migrations.RunSQL(
            [
                "ALTER TABLE ledger_entry ALTER COLUMN actor"
                " SET DEFAULT COALESCE(left(current_setting('app.actor', true), 120), '')",
                _IS_CLOSED,
                _OF_ENTRY,
                _OF_POSTING,
                _each_statement("ledger_entry", "refuse_closed_month"),
                _each_statement("ledger_posting", "refuse_closed_month_of_posting"),
            ]
        ),
    ]
