"""Key figures a second way: plain loops over rows, sharing nothing with the statements."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from cleanclaim.app.reading.reports import booked_transfers
from cleanclaim.insight.measures import Period, Sums
from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.ledger.figures import Booked
from cleanclaim.store.claims.models import ClaimRecord, Hold
from cleanclaim.store.denials.models import Appeal, DenialCase, WriteOffRequest
from cleanclaim.store.encounters.models import Charge, Encounter
from cleanclaim.store.events.models import Event
from cleanclaim.store.followup.models import ExpectedPrice
from cleanclaim.store.patients.models import Coverage, Verification
from cleanclaim.store.remits.models import Denial, RemitClaimRecord, RemitRecord
from cleanclaim.store.statements.models import SelfPayVisit

Parts = Iterator[tuple[date, int, int]]
K = AccountKind
OWED = {K.AR_UNBILLED, K.AR_INSURANCE, K.AR_PATIENT}
MONEY = {K.CASH_CLEARING, K.BANK, K.SUSPENSE, K.PAYER_RECOUP, K.REFUNDS_PAYABLE, K.UNAPPLIED}
DECIDED = {"paid", "partly_paid", "denied"}
STAGES = {
    "days-to-claim": ("visit", "made"),
    "days-to-ready": ("made", "ready"),
    "days-to-sent": ("ready", "sent"),
    "days-to-decided": ("sent", "decided"),
    "days-to-closed": ("decided", "closed"),
}


class Recount:
    """All rows of a practice, read once; ``sums`` counts a figure of a period again."""

    def __init__(self, organization: int) -> None:
        def rows(model: Any, *related: str) -> list[Any]:  # noqa: ANN401 - any model
            return list(model.objects.of(organization).select_related(*related).order_by("pk"))

        self.claims = {claim.pk: claim for claim in rows(ClaimRecord)}
        self.events: dict[int, list[Event]] = defaultdict(list)
        self.opened: dict[int, int] = {}
        for event in sorted(rows(Event), key=lambda event: event.sequence):
            if event.claim_id and event.action.startswith(("claim.", "hold.")):
                self.events[event.claim_id].append(event)
            if event.action == "denial.opened":
                self.opened[event.record_id] = int(event.detail["cents"])
        self.visits, self.charges = rows(Encounter), rows(Charge, "encounter")
        self.covered = {coverage.pk: coverage.patient_id for coverage in rows(Coverage)}
        self.verified, self.holds = rows(Verification), rows(Hold)
        self.remits = rows(RemitRecord)
        self.decisions = rows(RemitClaimRecord, "remit")
        self.denials, self.cases = rows(Denial), {c.denial_id: c.pk for c in rows(DenialCase)}
        self.appeals, self.prices = rows(Appeal), rows(ExpectedPrice, "remit_claim__remit")
        self.given_up = {request.transfer for request in rows(WriteOffRequest)} - {""}
        self.alone = {visit.encounter_id for visit in rows(SelfPayVisit)}
        self.booked = list(booked_transfers(organization))

    def sums(self, name: str, period: Period) -> Sums:
        """Count a figure of a period."""
        if name in ON_A_DAY:
            parts = list(ON_A_DAY[name](self, period.ends_on))
        elif name in FROM_BOOKS:
            parts = list(self._against_net(period, FROM_BOOKS[name]))
        else:
            every = self._stage(*STAGES[name]) if name in STAGES else OVER_DAYS[name](self)
            parts = [(n, d) for on, n, d in every if period.starts_on <= on <= period.ends_on]
        return Sums(len(parts), sum(n for n, _ in parts), sum(d for _, d in parts))

    # Visits and charges

    def late(self, limit: int | None) -> Parts:
        for charge in self.charges:
            on = charge.recorded_at.date()
            lag = (on - charge.encounter.service_on).days
            yield on, lag if limit is None else int(lag > limit), 1

    def answered_cover(self) -> Parts:
        good = {
            (self.covered[row.coverage_id], row.service_on)
            for row in self.verified
            if row.status != "unknown"
        }
        for visit in self.visits:
            if visit.patient_id in self.covered.values():
                yield visit.service_on, int((visit.patient_id, visit.service_on) in good), 1

    # The lives of claims

    def _is_first(self, claim: ClaimRecord) -> bool:
        alone = claim.replaces_id is None and claim.follows_id is None
        return alone and (claim.frequency, claim.responsibility) == ("1", "P")

    def clean(self) -> Parts:
        for events in self.events.values():
            actions = [event.action for event in events]
            if "claim.submitted" in actions:
                events = events[: actions.index("claim.submitted")]  # noqa: PLW2901
            looks = [e for e in events if e.action in {"claim.held", "claim.cleared"}]
            hands = {"claim.held", "claim.edited", "hold.overridden"}
            if looks:
                on = looks[0].at.date()
                yield on, int(not any(e.action in hands for e in events)), 1

    def _first_decisions(self) -> dict[int, RemitClaimRecord]:
        found: dict[int, RemitClaimRecord] = {}
        for row in self.decisions:
            good = row.remit.status == "posted" and row.outcome in DECIDED
            if row.claim_id and good and self._is_first(self.claims[row.claim_id]):
                found.setdefault(row.claim_id, row)
        return found

    def first_answers(self) -> Parts:
        decisions = self._first_decisions()
        for claim, events in self.events.items():
            if not self._is_first(self.claims[claim]):
                continue
            rejected = [e.at.date() for e in events if e.action == "claim.rejected"]
            if rejected:
                yield rejected[0], 0, 1
            elif claim in decisions:
                row = decisions[claim]
                yield row.remit.paid_on, int(row.outcome == "paid"), 1

    def refused_first(self, *, by_dollars: bool) -> Parts:
        refused = {d.remit_claim_id: self._refused_cents(d) for d in self.denials}
        for row in self._first_decisions().values():
            cents = refused.get(row.pk, 0) if row.outcome != "paid" else 0
            parts = (cents, row.charge_cents) if by_dollars else (int(row.outcome != "paid"), 1)
            yield row.remit.paid_on, *parts

    def _stage(self, begins: str, ends: str) -> Parts:
        for claim, events in self.events.items():
            if not self._is_first(self.claims[claim]):
                continue
            days = self._days(claim, events)
            if begins in days and ends in days and days[ends] >= days[begins]:
                yield days[ends], (days[ends] - days[begins]).days, 1

    def _days(self, claim: int, events: list[Event]) -> dict[str, date]:
        days: dict[str, date] = {"visit": self.claims[claim].service_on}
        for event in events:
            on, what = event.at.date(), event.action.removeprefix("claim.")
            if what == "assembled":
                days["made"] = on
            elif what == "cleared" and "sent" not in days:
                days["ready"] = on
            elif what == "submitted":
                days.setdefault("sent", on)
            elif what in DECIDED:
                days.setdefault("decided", on)
                days.pop("closed", None)
            elif what in {"reopened", "reversed"}:
                days.pop("closed", None)
            elif what == "closed":
                days["closed"] = on
        if "sent" not in days:
            days.pop("ready", None)
        return days

    # Denials

    def _refused_cents(self, denial: Denial) -> int:
        return self.opened[self.cases[denial.pk]]

    def turned(self, *, by_dollars: bool) -> Parts:
        paid = {row.claim_id for row in self.decisions if row.outcome == "paid"}
        mended = {claim.replaces_id for claim in self.claims.values() if claim.pk in paid} - {None}
        for denial in self.denials:
            refused = self._refused_cents(denial)
            won = sum(
                letter.won_cents
                for letter in self.appeals
                if letter.case_id == self.cases[denial.pk]
                and letter.outcome in {"overturned", "partly"}
            )
            whole = denial.status == "paid" or denial.claim_id in mended
            back = refused if whole else min(won, refused)
            yield denial.denied_on, *((back, refused) if by_dollars else (int(back > 0), 1))

    # Payments

    def untouched(self, amount: Callable[[Any], int]) -> Parts:
        for row in self.decisions:
            by_hand = row.outcome == "suspended" or row.matched_by == "person"
            if row.remit.status == "posted":
                told = amount({"paid_cents": row.paid_cents, **row.content})
                yield row.remit.paid_on, 0 if by_hand else told, told
        for remit in self.remits:
            if remit.status != "posted":
                for claim in remit.content["claims"]:
                    yield remit.paid_on, 0, amount(claim)

    def underpaid(self) -> Parts:
        for price in self.prices:
            if price.cents is not None:
                missing = max(0, price.cents - price.allowed_cents)
                yield price.remit_claim.remit.paid_on, missing, price.cents

    # The books

    def _against_net(
        self, period: Period, counted: Callable[["Recount", Booked], bool]
    ) -> Iterator[tuple[int, int]]:
        found: dict[Any, list[int]] = {}
        for each in self.booked:
            transfer = each.transfer
            if not period.starts_on <= transfer.on <= period.ends_on:
                continue
            for key, cents in sides(each):
                if key.kind in {K.REVENUE, K.CONTRACTUAL}:
                    found.setdefault(whose(key), [0, 0])[1] -= cents
                if key.kind in OWED and counted(self, each):
                    found.setdefault(whose(key), [0, 0])[0] -= cents
        yield from ((a, b) for a, b in found.values())

    def is_payment(self, each: Booked) -> bool:
        return bool({each.transfer.debit.kind, each.transfer.credit.kind} & MONEY)

    def is_given_up(self, each: Booked) -> bool:
        transfer = each.transfer
        reversed_ids = {link.target for link in transfer.links if link.kind == "reverses"}
        return bool({transfer.id, *reversed_ids} & self.given_up)

    def standing(
        self, on: date, kinds: set[AccountKind], flow: set[AccountKind]
    ) -> Iterator[tuple[int, int]]:
        found: dict[Any, list[int]] = {}
        flowed = set()
        for each in self.booked:
            if each.transfer.on > on:
                continue
            for key, cents in sides(each):
                sums = found.setdefault(whose(key), [0, 0])
                if key.kind in kinds:
                    sums[0] += cents
                if key.kind in flow and each.transfer.on > on - timedelta(90):
                    sums[1] -= cents
                    flowed.add(whose(key))
        yield from ((a, b) for key, (a, b) in found.items() if a or key in flowed)

    def unbilled(self, on: date) -> Iterator[tuple[int, int]]:
        yield from self.standing(on, {K.AR_UNBILLED}, {K.REVENUE})
        claimed = {claim.encounter_id for claim in self.claims.values()}
        for visit in self.visits:
            cents = sum(c.charge_cents for c in self.charges if c.encounter_id == visit.pk)
            if visit.service_on <= on and cents and visit.pk not in claimed | self.alone:
                yield cents, 0

    def old(self, on: date) -> Iterator[tuple[int, int]]:
        open_cents: dict[Any, int] = defaultdict(int)
        began: dict[Any, date] = {}
        for each in self.booked:
            for key, cents in sides(each):
                if key.kind in {K.AR_INSURANCE, K.AR_PATIENT} and each.transfer.on <= on:
                    open_cents[whose(key)] += cents
                    began[whose(key)] = min(began.get(whose(key), on), each.transfer.on)
                    if key.claim:
                        began[whose(key)] = self.claims[int(key.claim)].service_on
        for who, cents in open_cents.items():
            if cents:
                yield cents if (on - began[who]).days > 90 else 0, cents

    def gated(self, on: date) -> Iterator[tuple[int, int]]:
        for claim in self.claims.values():
            if claim.created_at.date() > on:
                continue
            held = [
                hold.cents
                for hold in self.holds
                if hold.claim_id == claim.pk
                and hold.reason.startswith("CRED.")
                and hold.held_at.date() <= on
                and (hold.released_at is None or hold.released_at.date() > on)
            ]
            if held or claim.created_at.date() > on - timedelta(90):
                yield max(held, default=0), 0


def sides(each: Booked) -> tuple[tuple[AccountKey, int], tuple[AccountKey, int]]:
    """Give the two sides of a transfer, debits positive."""
    cents = each.transfer.cents
    return (each.transfer.debit, cents), (each.transfer.credit, -cents)


def whose(key: AccountKey) -> Any:  # noqa: ANN401 - a claim, or a patient's words
    """Name what a side is about: its claim, else the patient's own reference."""
    return key.claim or (key.patient, key.reference)


def _lines(claim: Any) -> int:  # noqa: ANN401 - JSON
    return max(1, len(claim.get("lines", ())))


OVER_DAYS: Mapping[str, Callable[[Recount], Parts]] = {
    "insurance-verification": Recount.answered_cover,
    "charge-lag": lambda all_rows: all_rows.late(None),
    "late-charges": lambda all_rows: all_rows.late(3),
    "clean-claim": Recount.clean,
    "first-pass": Recount.first_answers,
    "initial-denial": lambda all_rows: all_rows.refused_first(by_dollars=False),
    "initial-denial-dollars": lambda all_rows: all_rows.refused_first(by_dollars=True),
    "denials-overturned": lambda all_rows: all_rows.turned(by_dollars=False),
    "denials-overturned-dollars": lambda all_rows: all_rows.turned(by_dollars=True),
    "auto-post-lines": lambda all_rows: all_rows.untouched(_lines),
    "auto-post-dollars": lambda all_rows: all_rows.untouched(
        lambda claim: int(claim["paid_cents"])
    ),
    "underpayment-yield": Recount.underpaid,
}
ON_A_DAY: Mapping[str, Callable[[Recount, date], Iterator[tuple[int, int]]]] = {
    "days-in-ar": lambda all_rows, on: all_rows.standing(on, OWED, {K.REVENUE, K.CONTRACTUAL}),
    "ar-over-90": Recount.old,
    "dnfb-days": Recount.unbilled,
    "dnfb-dollars": Recount.unbilled,
    "credentialing-held": Recount.gated,
}
FROM_BOOKS: Mapping[str, Callable[[Recount, Booked], bool]] = {
    "net-collection": Recount.is_payment,
    "denial-write-off": Recount.is_given_up,
}
