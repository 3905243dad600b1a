"""Each entry debits and credits what the table says, and a negative one is turned round."""

from collections.abc import Callable
from datetime import date

import pytest

from cleanclaim.ledger import entries
from cleanclaim.ledger.accounts import (
    AccountKind,
    Link,
    LinkKind,
    Transfer,
    balances,
    reverse,
    totals_by_kind,
    transfer_id,
)
from cleanclaim.ledger.entries import Occasion, Owed

OWED = Owed("claim-1", "patient-1")
ON = date(2026, 11, 24)
K = AccountKind

Entry = Callable[[Occasion, int], Transfer]

TABLE: list[tuple[Entry, AccountKind, AccountKind]] = [
    (lambda o, c: entries.record_charge(o, c, owed=OWED), K.AR_UNBILLED, K.REVENUE),
    (
        lambda o, c: entries.bill_payer(o, c, owed=OWED, payer="A"),
        K.AR_INSURANCE,
        K.AR_UNBILLED,
    ),
    (lambda o, c: entries.bill_patient(o, c, owed=OWED), K.AR_PATIENT, K.AR_UNBILLED),
    (
        lambda o, c: entries.apply_payment(o, c, owed=OWED, payer="A", remit="r"),
        K.CASH_CLEARING,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.apply_contractual(o, c, owed=OWED, payer="A"),
        K.CONTRACTUAL,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.apply_sequestration(o, c, owed=OWED, payer="A"),
        K.SEQUESTRATION,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.apply_withhold(o, c, owed=OWED, payer="A"),
        K.WITHHOLD,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.move_to_patient(o, c, owed=OWED, payer="A", reason="PR-1"),
        K.AR_PATIENT,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.move_to_payer(o, c, owed=OWED, payer="A", next_payer="B"),
        K.AR_INSURANCE,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.receive_patient_payment(o, c, patient="p", receipt="q", claim="c"),
        K.CASH_CLEARING,
        K.AR_PATIENT,
    ),
    (
        lambda o, c: entries.receive_patient_payment(o, c, patient="p", receipt="q"),
        K.CASH_CLEARING,
        K.UNAPPLIED,
    ),
    (lambda o, c: entries.apply_unapplied(o, c, owed=OWED), K.UNAPPLIED, K.AR_PATIENT),
    (lambda o, c: entries.deposit(o, c, payer="A", remit="r"), K.BANK, K.CASH_CLEARING),
    (
        lambda o, c: entries.park_in_suspense(o, c, payer="A", remit="r", reference="x"),
        K.CASH_CLEARING,
        K.SUSPENSE,
    ),
    (
        lambda o, c: entries.release_from_suspense(o, c, owed=OWED, payer="A", reference="x"),
        K.SUSPENSE,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.take_back(o, c, payer="A", remit="r", reference="x"),
        K.PAYER_RECOUP,
        K.CASH_CLEARING,
    ),
    (lambda o, c: entries.book_interest(o, c, payer="A", remit="r"), K.CASH_CLEARING, K.INTEREST),
    (
        lambda o, c: entries.book_overpayment(o, c, owed=OWED, payer="A", remit="r"),
        K.CASH_CLEARING,
        K.REFUNDS_PAYABLE,
    ),
    (lambda o, c: entries.pay_refund(o, c, owed=OWED, payer="A"), K.REFUNDS_PAYABLE, K.BANK),
    (
        lambda o, c: entries.write_off(o, c, owed=OWED, reason="small", approver="u", payer="A"),
        K.WRITE_OFF,
        K.AR_INSURANCE,
    ),
    (
        lambda o, c: entries.write_off(o, c, owed=OWED, reason="charity", approver="u"),
        K.WRITE_OFF,
        K.AR_PATIENT,
    ),
]


@pytest.mark.parametrize(("entry", "debit", "credit"), TABLE)
def test_an_entry_and_its_negative_meet_the_same_accounts(
    entry: Entry, debit: AccountKind, credit: AccountKind
) -> None:
    plus, minus = entry(Occasion(("e", 1), ON), 1250), entry(Occasion(("e", 2), ON), -1250)
    assert (plus.debit.kind, plus.credit.kind, plus.cents) == (debit, credit, 1250)
    assert (minus.debit, minus.credit, minus.cents) == (plus.credit, plus.debit, 1250)
    assert set(balances([plus, minus]).values()) == {0}


def test_the_same_event_has_the_same_id_and_another_line_another() -> None:
    one = entries.record_charge(Occasion(("visit", 1), ON), 100, owed=OWED)
    again = entries.record_charge(Occasion(("visit", 1), ON), 100, owed=OWED)
    other = entries.record_charge(Occasion(("visit", 2), ON), 100, owed=OWED)
    assert one == again
    assert one.id != other.id


def test_parts_of_an_id_do_not_run_together() -> None:
    assert transfer_id("ab", "c") != transfer_id("a", "bc")
    assert len(transfer_id("ab", 1)) == 64


def test_nothing_is_no_entry() -> None:
    with pytest.raises(ValueError, match="positive"):
        entries.record_charge(Occasion(("visit", 1), ON), 0, owed=OWED)


def test_money_cannot_move_from_an_account_to_itself() -> None:
    with pytest.raises(ValueError, match="two accounts"):
        entries.move_to_payer(Occasion(("m",), ON), 5, owed=OWED, payer="A", next_payer="A")


@pytest.mark.parametrize(("reason", "approver"), [("", "ann"), ("small balance", "")])
def test_a_write_off_needs_a_reason_and_a_person(reason: str, approver: str) -> None:
    with pytest.raises(ValueError, match="approver"):
        entries.write_off(Occasion(("w",), ON), 5, owed=OWED, reason=reason, approver=approver)


def test_a_write_off_names_its_approver() -> None:
    off = entries.write_off(Occasion(("w",), ON), 5, owed=OWED, reason="small", approver="ann")
    assert off.link(LinkKind.APPROVER) == "ann"
    assert off.debit.reference == "small"


def test_a_reversal_mirrors_and_can_itself_be_reversed() -> None:
    source = Link(LinkKind.REMIT, "r")
    paid = entries.apply_payment(
        Occasion(("p",), ON, (source,)), 80, owed=OWED, payer="A", remit="r"
    )
    undone = reverse(paid, reason="wrong claim", on=ON)
    redone = reverse(undone, reason="right after all", on=ON)
    assert undone.link(LinkKind.REVERSES) == paid.id
    assert undone.link(LinkKind.REMIT) == "r"
    assert redone.link(LinkKind.REVERSES) == undone.id
    assert balances([paid, undone, redone]) == balances([paid])


def test_a_recoupment_across_two_remits_nets_to_zero() -> None:
    """The payer reverses 100 now, leaves the money with us, and takes it from the next remit."""
    first = [
        entries.apply_payment(Occasion(("rev",), ON), -100, owed=OWED, payer="A", remit="1"),
        entries.take_back(Occasion(("plb", 1), ON), -100, payer="A", remit="1", reference="ICN"),
    ]
    second = [
        entries.take_back(Occasion(("plb", 2), ON), 100, payer="A", remit="2", reference="ICN")
    ]
    assert totals_by_kind(first) == {K.AR_INSURANCE: 100, K.CASH_CLEARING: 0, K.PAYER_RECOUP: -100}
    assert totals_by_kind(first + second)[K.PAYER_RECOUP] == 0
    assert totals_by_kind(first + second)[K.CASH_CLEARING] == -100
