"""The book posts once, refuses what cannot be, and stays balanced whatever is tried."""

from datetime import date

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cleanclaim.ledger import entries
from cleanclaim.ledger.accounts import RECEIVABLES, AccountKind, Transfer, balances, reverse
from cleanclaim.ledger.book import Book, Outcome
from cleanclaim.ledger.entries import Occasion, Owed
from cleanclaim.ledger.statements import make_statement

ON = date(2026, 11, 24)
OWED = Owed("c", "p")


def charge(cents: int = 10_000, number: int = 1) -> Transfer:
    return entries.record_charge(Occasion(("charge", number), ON), cents, owed=OWED)


def bill(cents: int = 10_000) -> Transfer:
    return entries.bill_payer(Occasion(("bill",), ON), cents, owed=OWED, payer="A")


def pay(cents: int, number: int = 1) -> Transfer:
    return entries.apply_payment(
        Occasion(("pay", number), ON), cents, owed=OWED, payer="A", remit="r"
    )


def test_the_same_transfer_again_changes_nothing() -> None:
    book = Book([charge()])
    before = book.balances
    assert book.append(charge()).outcome is Outcome.EXISTS
    assert (book.balances, len(book.transfers)) == (before, 1)


def test_the_same_id_with_other_content_is_a_conflict() -> None:
    book = Book([charge()])
    answer = book.append(charge(10_001))
    assert (answer.outcome, answer.offending) == (Outcome.CONFLICT, (charge().id,))
    assert book.transfers == (charge(),)


def test_a_conflict_inside_a_chain_is_seen_too() -> None:
    book = Book()
    assert book.append_all([charge(), charge(10_001)]).outcome is Outcome.CONFLICT
    assert book.transfers == ()


def test_a_receivable_cannot_fall_below_zero_and_a_chain_goes_whole_or_not_at_all() -> None:
    book = Book([charge(), bill()])
    answer = book.append_all([pay(9_000, 1), pay(1_001, 2)])
    assert answer.outcome is Outcome.REFUSED
    assert book.transfers == (charge(), bill())


def test_floors_are_judged_at_the_end_of_a_chain() -> None:
    """A reversal and its correction arrive together, in either order."""
    book = Book([charge(), bill(), pay(10_000)])
    assert book.append_all([pay(8_000, 3), pay(-10_000, 2)]).outcome is Outcome.APPENDED
    assert book.balance(pay(1).credit) == 2_000
    assert Book(book.transfers).transfers == book.transfers


def test_what_was_refused_stays_refused_when_the_balance_would_now_allow_it() -> None:
    book = Book([charge()])
    assert book.append(pay(100)).outcome is Outcome.REFUSED
    book.append(bill())
    again = book.append(pay(100))
    assert (again.outcome, again.reason) == (Outcome.REFUSED, "refused before")
    assert book.append(pay(100, 2)).outcome is Outcome.APPENDED


def test_suspense_gives_out_no_more_than_came_in() -> None:
    def release(cents: int) -> Transfer:
        return entries.release_from_suspense(
            Occasion(("release", cents), ON), cents, owed=OWED, payer="A", reference="x"
        )

    parked = entries.park_in_suspense(
        Occasion(("park",), ON), 500, payer="A", remit="r", reference="x"
    )
    book = Book([charge(), bill(), parked])
    assert book.append(release(501)).outcome is Outcome.REFUSED
    assert book.append(release(500)).outcome is Outcome.APPENDED


def test_a_transfer_is_reversed_once() -> None:
    book = Book([charge()])
    undone = reverse(charge(), reason="entered twice", on=ON)
    twin = msgspec.structs.replace(undone, id="another")
    assert book.append(undone).outcome is Outcome.APPENDED
    book.append(charge(10_000, 2))
    assert book.append(twin).reason == "reversed before"


class LedgerMachine(RuleBasedStateMachine):
    """Anything an office and its payers may do, in any order, twice."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.tried: list[Transfer] = []
        self.count = 0

    def attempt(self, transfer: Transfer) -> None:
        self.tried.append(transfer)
        self.book.append(transfer)

    def occasion(self) -> Occasion:
        self.count += 1
        return Occasion(("step", self.count), ON)

    amounts = st.integers(1, 30_000)
    signed = st.integers(-20_000, 20_000).filter(bool)
    claims = st.sampled_from([Owed("c1", "p1"), Owed("c2", "p1"), Owed("c3", "p2")])
    payers = st.sampled_from(["A", "B"])

    @rule(owed=claims, cents=amounts)
    def charge(self, owed: Owed, cents: int) -> None:
        self.attempt(entries.record_charge(self.occasion(), cents, owed=owed))

    @rule(owed=claims, payer=payers, cents=amounts)
    def bill(self, owed: Owed, payer: str, cents: int) -> None:
        self.attempt(entries.bill_payer(self.occasion(), cents, owed=owed, payer=payer))

    @rule(owed=claims, payer=payers, cents=signed)
    def pay(self, owed: Owed, payer: str, cents: int) -> None:
        self.attempt(
            entries.apply_payment(self.occasion(), cents, owed=owed, payer=payer, remit="r")
        )

    @rule(owed=claims, payer=payers, cents=signed)
    def adjust(self, owed: Owed, payer: str, cents: int) -> None:
        self.attempt(entries.apply_contractual(self.occasion(), cents, owed=owed, payer=payer))

    @rule(owed=claims, payer=payers, cents=signed)
    def shift(self, owed: Owed, payer: str, cents: int) -> None:
        self.attempt(entries.move_to_patient(self.occasion(), cents, owed=owed, payer=payer))

    @rule(owed=claims, cents=amounts, apply=st.booleans())
    def collect(self, owed: Owed, cents: int, *, apply: bool) -> None:
        claim = owed.claim if apply else ""
        self.attempt(
            entries.receive_patient_payment(
                self.occasion(), cents, patient=owed.patient, receipt="q", claim=claim
            )
        )

    @rule(owed=claims, cents=amounts)
    def use_unapplied(self, owed: Owed, cents: int) -> None:
        self.attempt(entries.apply_unapplied(self.occasion(), cents, owed=owed))

    @precondition(lambda self: self.book.transfers)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        transfer = data.draw(st.sampled_from(self.book.transfers))
        self.attempt(reverse(transfer, reason="undo", on=ON))

    @precondition(lambda self: self.tried)
    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        before = self.book.transfers
        self.book.append(data.draw(st.sampled_from(self.tried)))
        assert self.book.transfers == before

    @invariant()
    def debits_equal_credits(self) -> None:
        assert sum(self.book.balances.values()) == 0

    @invariant()
    def no_receivable_is_negative(self) -> None:
        for account, cents in self.book.balances.items():
            assert account.kind not in RECEIVABLES or cents >= 0
            assert account.kind is not AccountKind.UNAPPLIED or cents <= 0

    @invariant()
    def running_balances_are_those_of_the_transfers(self) -> None:
        assert self.book.balances == dict(balances(self.book.transfers))

    @invariant()
    def replaying_gives_the_same_book(self) -> None:
        assert Book(self.book.transfers).balances == self.book.balances

    @invariant()
    def statements_explain_every_cent(self) -> None:
        for patient in ("p1", "p2"):
            for row in make_statement(patient, self.book.transfers).claims:
                assert row.charged_cents == (
                    row.insurance_paid_cents
                    + row.adjusted_cents
                    + row.patient_paid_cents
                    + row.insurance_pending_cents
                    + row.patient_owes_cents
                )


LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLedger = LedgerMachine.TestCase
