"""The whole life of a practice's money as a machine: anything in any order, through the real rules.

Decisions of payers go through ``allocate_claim`` and ``settle`` as a remittance's do; the book
refuses whatever breaks a floor, so that a wrong rule shows as a refusal of what must be taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cleanclaim.app.settling import Balances, Decision, settle, settle_provider_level, suspend
from cleanclaim.claims.model import Adjustment
from cleanclaim.ledger import entries
from cleanclaim.ledger.accounts import (
    CREDIT_FLOOR,
    RECEIVABLES,
    AccountKey,
    AccountKind,
    Transfer,
    reverse,
    transfer_id,
)
from cleanclaim.ledger.activity import Activity, activity_of, list_collections, try_balance
from cleanclaim.ledger.aging import Grouping, Since, age_held_money, age_receivables
from cleanclaim.ledger.book import Book, Outcome
from cleanclaim.ledger.entries import Occasion, Owed
from cleanclaim.ledger.figures import Booked, ClaimFacts, add_up
from cleanclaim.ledger.periods import ClosedMonths, digest_month, last_day, month_of
from cleanclaim.remits.adjustment_reasons import AllocationKind
from cleanclaim.remits.allocation import Allocation, allocate_claim
from cleanclaim.remits.model import RemitClaim

FIRST_DAY = date(2026, 1, 5)
CLAIMS = (Owed("1", "11"), Owed("2", "11"), Owed("3", "12"))
PAYERS = ("21", "22")
AR = AccountKind.AR_INSURANCE


def decide(
    number: int, charge: int, paid: int, patient: int, *, denied: bool = False
) -> RemitClaim:
    """Make a decision on a claim: paid, left to the patient, the rest off or denied."""
    rest = charge - paid - patient
    adjustments = [Adjustment("PR", "1", patient)] if patient else []
    if rest:
        adjustments.append(Adjustment("CO", "50" if denied else "45", rest))
    return RemitClaim(
        ordinal=1,
        patient_control_number=f"C{number}",
        status="4" if denied and not paid else "1",
        charge_cents=charge,
        paid_cents=paid,
        adjustments=tuple(adjustments),
    )


def take_back(decision: RemitClaim) -> RemitClaim:
    """Make the reversal of a decision: the same with every sign turned."""
    return msgspec.structs.replace(
        decision,
        status="22",
        charge_cents=-decision.charge_cents,
        paid_cents=-decision.paid_cents,
        adjustments=tuple(
            msgspec.structs.replace(row, cents=-row.cents) for row in decision.adjustments
        ),
    )


class WholeLife(RuleBasedStateMachine):
    """A practice of three claims, two patients and two payers, over some months."""

    steps_taken = 0

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.flows: dict[tuple[AccountKey, AccountKey], int] = {}
        self.booked: list[Booked] = []
        self.chains: list[Sequence[Transfer]] = []
        self.decisions: dict[tuple[Owed, str], list[RemitClaim]] = {}
        self.closed: dict[date, bool] = {}
        self.sealed: dict[date, tuple[int, str]] = {}
        self.today = FIRST_DAY
        self.count = 0

    # What every rule uses.

    def occasion(self) -> Occasion:
        self.count += 1
        return Occasion(("step", self.count), self.today)

    def books(self) -> Balances:
        return Balances(self.book.balances, self.flows)

    def enter(self, transfers: Iterable[Transfer], *, must: bool = True) -> bool:
        """Book a chain as ``booking.book`` does: what belongs to a closed month counts today."""
        months = ClosedMonths(self.closed)
        chain = tuple(
            msgspec.structs.replace(t, on=months.day_for(t.on, self.today)) for t in transfers
        )
        if not chain:
            return False
        answer = self.book.append_all(chain)
        assert not must or answer.outcome is not Outcome.CONFLICT
        assert not must or answer.outcome is Outcome.APPENDED, (answer.reason, chain)
        if answer.outcome is not Outcome.APPENDED:
            return False
        self.chains.append(chain)
        for transfer in chain:
            way = (transfer.credit, transfer.debit)
            self.flows[way] = self.flows.get(way, 0) + transfer.cents
            self.booked.append(Booked(transfer, len(self.booked) + 1, self.today))
        return True

    def receivable(self, owed: Owed, payer: str) -> AccountKey:
        return owed.account(AR, payer=payer)

    def settle(self, owed: Owed, payer: str, decisions: Sequence[RemitClaim]) -> None:
        """Post decisions of one remittance on one claim, in one chain."""
        books, remit = self.books(), f"remit {self.count}"
        for decision in decisions:
            self.count += 1
            terms = Decision(
                event_key=transfer_id("event", self.count),
                owed=owed,
                payer=payer,
                remit=remit,
                on=self.today,
                next_payer=PAYERS[1] if payer == PAYERS[0] and owed.claim == "1" else "",
                is_reversal=decision.is_reversal,
            )
            found = books[terms.receivable(payer)]
            parts = allocate_claim(decision, on=self.today, open_cents=found)
            settle(terms, parts, books)
        self.enter(books.transfers)

    claims = st.sampled_from(CLAIMS)
    payers = st.sampled_from(PAYERS)
    amounts = st.integers(1, 30_000)
    shares = st.integers(0, 100)

    @rule(owed=claims, cents=amounts)
    def charge(self, owed: Owed, cents: int) -> None:
        self.enter([entries.record_charge(self.occasion(), cents, owed=owed)])

    @rule(owed=claims, uninsured=st.booleans())
    def bill(self, owed: Owed, *, uninsured: bool) -> None:
        cents = self.book.balance(owed.account(AccountKind.AR_UNBILLED))
        if cents and uninsured and owed.claim == "3":
            self.enter([entries.bill_patient(self.occasion(), cents, owed=owed)])
        elif cents:
            self.enter([entries.bill_payer(self.occasion(), cents, owed=owed, payer=PAYERS[0])])

    @rule(owed=claims, payer=payers, paid=shares, patient=shares, extra=shares)
    def pay(self, owed: Owed, payer: str, paid: int, patient: int, extra: int) -> None:
        """A payer decides on what it owes, sometimes as if it owed more."""
        charge = self.book.balance(self.receivable(owed, payer)) + (extra * 100 if paid > 90 else 0)
        if charge <= 0:
            return
        first = charge * paid // 100
        decision = decide(self.count, charge, first, (charge - first) * patient // 100)
        self.settle(owed, payer, [decision])
        self.decisions.setdefault((owed, payer), []).append(decision)

    @rule(owed=claims, payer=payers)
    def deny(self, owed: Owed, payer: str) -> None:
        charge = self.book.balance(self.receivable(owed, payer))
        if charge:
            decision = decide(self.count, charge, 0, 0, denied=True)
            self.settle(owed, payer, [decision])
            assert self.book.balance(self.receivable(owed, payer)) == charge, "a denial stays open"

    @precondition(lambda self: any(self.decisions.values()))
    @rule(data=st.data(), correct=st.booleans(), paid=shares)
    def take_decision_back(self, data: st.DataObject, paid: int, *, correct: bool) -> None:
        """A payer reverses a decision, and may give the corrected one with it."""
        keys = [key for key, found in self.decisions.items() if found]
        owed, payer = data.draw(st.sampled_from(keys))
        last = self.decisions[owed, payer].pop()
        chain = [take_back(last)]
        if correct:
            cents = last.charge_cents * paid // 100
            chain.append(decide(self.count, last.charge_cents, cents, 0))
            self.decisions[owed, payer].append(chain[1])
        self.settle(owed, payer, chain)

    @rule(payer=payers, cents=amounts, kind=st.sampled_from(["WO", "FB", "FB back", "L6"]))
    def adjust_provider(self, payer: str, cents: int, kind: str) -> None:
        """A payer recoups, forwards a balance, takes it up again, or pays interest."""
        books, signs = self.books(), {"WO": -1, "FB": 1, "FB back": -1, "L6": 1}
        meant = {"WO": AllocationKind.RECOUPMENT, "L6": AllocationKind.INTEREST}
        self.count += 1
        part = Allocation(
            meant.get(kind, AllocationKind.FORWARDING_BALANCE),
            signs[kind] * cents,
            1,
            reason=kind[:2],
            reference="F1",
        )
        settle_provider_level(f"remit {self.count}", payer, self.today, [part], books)
        self.enter(books.transfers)

    @rule(payer=payers, cents=st.integers(-9_000, 9_000))
    def suspend(self, payer: str, cents: int) -> None:
        books = self.books()
        self.count += 1
        key = transfer_id("stranger", self.count % 5)
        event = transfer_id("event", self.count)
        suspend(event, cents, payer=payer, remit=key[:4], on=self.today, books=books)
        self.enter(books.transfers)

    @rule(data=st.data(), owed=claims, payer=payers)
    def release(self, data: st.DataObject, owed: Owed, payer: str) -> None:
        """A person finds the claim of suspended money."""
        held = [
            (key, -cents)
            for key, cents in self.book.balances.items()
            if key.kind is AccountKind.SUSPENSE and key.payer == payer and cents
        ]
        due = self.book.balance(self.receivable(owed, payer))
        if held and due:
            key, cents = data.draw(st.sampled_from(held))
            self.enter(
                [
                    entries.release_from_suspense(
                        self.occasion(),
                        min(cents, due),
                        owed=owed,
                        payer=payer,
                        reference=key.reference,
                    )
                ]
            )

    @rule(owed=claims, cents=amounts, parts=st.integers(1, 4))
    def collect(self, owed: Owed, cents: int, parts: int) -> None:
        """A patient pays, at once or by the instalments of a plan; too much stays unapplied."""
        for _ in range(parts):
            share = cents // parts
            due = min(share, self.book.balance(owed.account(AccountKind.AR_PATIENT)))
            for part, claim in ((due, owed.claim), (share - due, "")):
                if part:
                    occasion = self.occasion()
                    receipt = f"receipt {self.count}"
                    self.enter(
                        [
                            entries.receive_patient_payment(
                                occasion, part, patient=owed.patient, receipt=receipt, claim=claim
                            )
                        ]
                    )

    @rule(owed=claims)
    def use_credit(self, owed: Owed) -> None:
        held = -self.book.balance(AccountKey(AccountKind.UNAPPLIED, patient=owed.patient))
        due = self.book.balance(owed.account(AccountKind.AR_PATIENT))
        if min(held, due) > 0:
            self.enter([entries.apply_unapplied(self.occasion(), min(held, due), owed=owed)])

    @rule(owed=claims, payer=payers, cents=amounts)
    def refund(self, owed: Owed, payer: str, cents: int) -> None:
        held = -self.book.balance(owed.account(AccountKind.REFUNDS_PAYABLE, payer=payer))
        refund = entries.pay_refund(self.occasion(), cents, owed=owed, payer=payer)
        assert self.enter([refund], must=cents <= held) == (cents <= held)

    @rule(owed=claims, payer=st.sampled_from((*PAYERS, "")), cents=amounts)
    def write_off(self, owed: Owed, payer: str, cents: int) -> None:
        """A person gives up a receivable; more than is owed is refused."""
        key = self.receivable(owed, payer) if payer else owed.account(AccountKind.AR_PATIENT)
        allowed = cents <= self.book.balance(key)
        transfer = entries.write_off(
            self.occasion(), cents, owed=owed, reason="bad debt", approver="Olive", payer=payer
        )
        assert self.enter([transfer], must=allowed) == allowed

    @rule(data=st.data())
    def deposit(self, data: st.DataObject) -> None:
        waiting = [
            (key, cents)
            for key, cents in self.book.balances.items()
            if key.kind is AccountKind.CASH_CLEARING and cents
        ]
        if waiting:
            key, cents = data.draw(st.sampled_from(waiting))
            self.enter(
                [entries.deposit(self.occasion(), cents, payer=key.payer, remit=key.reference)]
            )

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """Somebody corrects an entry by its mirror image; the book may refuse."""
        transfer = data.draw(st.sampled_from(self.booked)).transfer
        # Twice, or what others rest on meanwhile, it cannot be undone.
        self.enter([reverse(transfer, reason="undo", on=self.today)], must=False)

    @precondition(lambda self: self.chains)
    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        before = len(self.book.transfers)
        answer = self.book.append_all(data.draw(st.sampled_from(self.chains)))
        assert (answer.outcome, len(self.book.transfers)) == (Outcome.EXISTS, before)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.today += timedelta(days)

    @rule(back=st.integers(1, 3))
    def close_month(self, back: int) -> None:
        month = month_of(self.today)
        for _ in range(back):
            month = month_of(month - timedelta(1))
        if not ClosedMonths(self.closed).holds(month):
            self.closed[month] = True
        for one in self.months():
            if ClosedMonths(self.closed).holds(one) and one not in self.sealed:
                self.sealed[one] = self.fingerprint(one)

    @precondition(lambda self: self.sealed)
    @rule(data=st.data())
    def reopen_month(self, data: st.DataObject) -> None:
        month = data.draw(st.sampled_from(sorted(self.sealed)))
        self.closed[month] = False
        del self.sealed[month]

    @rule(owed=claims, cents=amounts, back=st.integers(1, 120))
    def charge_late(self, owed: Owed, cents: int, back: int) -> None:
        """A charge of an earlier day, whose month may be closed."""
        occasion = self.occasion()
        early = Occasion(occasion.parts, self.today - timedelta(back))
        self.enter([entries.record_charge(early, cents, owed=owed)])

    def months(self) -> set[date]:
        return {month_of(each.transfer.on) for each in self.booked}

    def fingerprint(self, month: date) -> tuple[int, str]:
        inside = (
            each.transfer for each in self.booked if month <= each.transfer.on <= last_day(month)
        )
        rows = sorted((t.id, f"{t.debit}{t.credit}{t.cents}{t.on}") for t in inside)
        return digest_month(rows)

    # What must always hold.

    @invariant()
    def debits_equal_credits_and_no_floor_is_broken(self) -> None:
        type(self).steps_taken += 1
        total = 0
        for account, cents in self.book.balances.items():
            total += cents
            assert account.kind not in RECEIVABLES or cents >= 0, account
            assert account.kind not in CREDIT_FLOOR or cents <= 0, account
        assert total == 0

    @invariant()
    def prove_now_and_then(self) -> None:
        if self.count % 29 == 0:
            self.prove()

    def teardown(self) -> None:
        self.prove()

    def prove(self) -> None:
        """Compare the reports with sums made of the book's own balances, another way."""
        for month, seal in self.sealed.items():
            assert self.fingerprint(month) == seal, f"the closed {month} has changed"
        as_of = self.today + timedelta(400)
        kept = self.book.balances
        self._prove_ages(as_of, kept)
        trial = add_up(try_balance(self.booked, as_of=as_of))
        for kind in AccountKind:
            debit, credit = trial.get((kind, "debits"), 0), trial.get((kind, "credits"), 0)
            assert debit - credit == sum(c for key, c in kept.items() if key.kind is kind)
        collected = add_up(list_collections(self.booked, as_of=as_of, starts_on=date.min))
        owed = sum(c for key, c in kept.items() if key.kind in RECEIVABLES)
        other = sum(
            cents for kind, cents in map(activity_of, self.book.transfers) if kind is Activity.OTHER
        )
        signs = {"charges": 1, "payments": -1, "adjustments": -1, "contractual": -1}
        assert owed == sum(signs[column] * c for (_, column), c in collected.items()) + other

    def _prove_ages(self, as_of: date, kept: Mapping[AccountKey, int]) -> None:
        facts = {owed.claim: ClaimFacts(FIRST_DAY, "31") for owed in CLAIMS}
        for grouping, kinds in (
            (Grouping.PAYER, {AR}),
            (Grouping.PATIENT, {AccountKind.AR_PATIENT}),
            (Grouping.PROVIDER, RECEIVABLES),
        ):
            for since in Since:
                parts = age_receivables(
                    self.booked, facts, as_of=as_of, grouping=grouping, since=since
                )
                total = sum(cents for key, cents in kept.items() if key.kind in kinds)
                assert sum(add_up(parts).values()) == total
        held = add_up(age_held_money(self.booked, as_of=as_of, kinds=CREDIT_FLOOR))
        assert sum(held.values()) == -sum(c for k, c in kept.items() if k.kind in CREDIT_FLOOR)
