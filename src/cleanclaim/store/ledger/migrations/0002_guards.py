"""Guard the ledger: it only grows, each entry balances, and no account passes its floor."""

from django.db import migrations

from cleanclaim.store.guards import GuardTenantTables

# Run at commit under the committing role, so that the row policies hold here too: rows of
# another organization are invisible and an entry whose postings cannot be seen is refused.
_BALANCED = """
CREATE FUNCTION refuse_unbalanced_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sought bigint;
    total numeric;
BEGIN
    IF TG_TABLE_NAME = 'ledger_entry' THEN sought := NEW.id; ELSE sought := NEW.entry_id; END IF;
    SELECT sum(cents) INTO total FROM ledger_posting
    WHERE organization_id = NEW.organization_id AND entry_id = sought;
    IF total IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'ledger entry % does not balance', sought
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

# The floors of ``cleanclaim.ledger.book``: a receivable is never owed to the debtor, and no more
# leaves a holding account than came in.
_FLOORS = """
CREATE FUNCTION refuse_broken_floor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind_of_account text;
    balance numeric;
BEGIN
    SELECT kind INTO kind_of_account FROM ledger_account
    WHERE organization_id = NEW.organization_id AND id = NEW.account_id;
    IF kind_of_account IN ('ar_unbilled', 'ar_insurance', 'ar_patient',
                           'unapplied', 'refunds_payable', 'suspense') THEN
        -- Two transactions that each keep the floor could break it together.
        PERFORM pg_advisory_xact_lock(hashtextextended('ledger_floor', NEW.organization_id));
        SELECT sum(cents) INTO balance FROM ledger_posting
        WHERE organization_id = NEW.organization_id AND account_id = NEW.account_id;
        IF (balance < 0) = (left(kind_of_account, 3) = 'ar_') AND balance <> 0 THEN
            RAISE EXCEPTION 'ledger account % would pass its floor of zero', NEW.account_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$
"""


def _at_commit(name: str, table: str, function: str) -> str:
    return (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("organizations", "0002_guards")]
    operations = [
        GuardTenantTables(append_only=("account", "entry", "posting")),
        migrations.RunSQL(
            [
                _BALANCED,
                _FLOORS,
                _at_commit("balanced", "ledger_entry", "refuse_unbalanced_entry"),
                _at_commit("balanced", "ledger_posting", "refuse_unbalanced_entry"),
                _at_commit("floor", "ledger_posting", "refuse_broken_floor"),
            ]
        ),
    ]
