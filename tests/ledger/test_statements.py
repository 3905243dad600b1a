"""A statement says what was charged, who paid, what was taken off and what is left."""

from datetime import date

from cleanclaim.ledger import entries
from cleanclaim.ledger.entries import Occasion, Owed
from cleanclaim.ledger.statements import StatementClaim, make_statement

ON = date(2026, 11, 24)
FIRST, OTHER = Owed("c1", "p1"), Owed("c9", "p9")


def when(*parts: str | int) -> Occasion:
    return Occasion(parts, ON)


TRANSFERS = [
    entries.record_charge(when("ch", 1), 20_000, owed=FIRST),
    entries.bill_payer(when("bill"), 20_000, owed=FIRST, payer="A"),
    entries.apply_payment(when("pay"), 8_000, owed=FIRST, payer="A", remit="r1"),
    entries.apply_contractual(when("45"), 7_000, owed=FIRST, payer="A"),
    entries.move_to_payer(when("next"), 5_000, owed=FIRST, payer="A", next_payer="B"),
    entries.apply_payment(when("pay", 2), 1_500, owed=FIRST, payer="B", remit="r2"),
    entries.move_to_patient(when("pr"), 2_500, owed=FIRST, payer="B", reason="PR-2"),
    entries.receive_patient_payment(when("cash"), 600, patient="p1", receipt="q1", claim="c1"),
    entries.receive_patient_payment(when("cash", 2), 300, patient="p1", receipt="q2"),
    entries.record_charge(when("ch", 9), 99_900, owed=OTHER),
]


def test_each_column_is_what_happened() -> None:
    statement = make_statement("p1", TRANSFERS)
    assert statement.claims == (
        StatementClaim(
            claim="c1",
            charged_cents=20_000,
            insurance_paid_cents=9_500,
            adjusted_cents=7_000,
            patient_paid_cents=600,
            insurance_pending_cents=1_000,
            patient_owes_cents=1_900,
        ),
    )
    assert (statement.unapplied_cents, statement.due_cents) == (300, 1_600)


def test_unapplied_money_counts_as_paid_once_it_is_used() -> None:
    used = entries.apply_unapplied(when("use"), 300, owed=FIRST)
    statement = make_statement("p1", [*TRANSFERS, used])
    assert (statement.claims[0].patient_paid_cents, statement.unapplied_cents) == (900, 0)
    assert statement.due_cents == 1_600


def test_a_person_without_transfers_owes_nothing() -> None:
    assert make_statement("p2", TRANSFERS).claims == ()
