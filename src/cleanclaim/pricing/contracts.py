"""Pricing by a payer's contract: the most specific term that holds on the day of service."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.amounts import WHOLE, half_up, share
from cleanclaim.pricing.billed import BilledClaim, BilledLine
from cleanclaim.pricing.contract_choice import terms_of_claim, terms_of_line
from cleanclaim.pricing.contract_methods import (
    add_stop_loss,
    escalate,
    fill_charge,
    fill_days,
    fill_fee,
    source_of,
)
from cleanclaim.pricing.contract_terms import (
    Basis,
    CaseRate,
    Contract,
    DrgWeight,
    FeeTable,
    NoPayment,
    PercentOfCharge,
    PercentOfMedicare,
    PerDiem,
    StopLoss,
    Term,
    as_cents,
    as_ten_thousandths,
)
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.pricing.rows import InpatientWeight
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet, percent


class Medicare(Protocol):
    """Whoever knows Medicare's prices."""

    def prices(
        self, services: Sequence[Service], *, year: int | None, locality: str
    ) -> Sequence[Price]:
        """Price services of one provider and patient by a year's schedule in a locality.

        None is the year of service, an empty locality the provider's own.
        """


class ClaimPrice(msgspec.Struct, frozen=True):
    """The price of a claim: of each line, and of the claim as a whole where there is one."""

    lines: tuple[Price, ...]
    whole: Price | None = None

    @property
    def cents(self) -> int | None:
        """Give what is expected for the claim, None where a part of it is not known."""
        parts = [price.expected_cents for price in self.lines]
        if self.whole is not None:
            parts.append(self.whole.expected_cents)
        known = [cents for cents in parts if cents is not None]
        return sum(known) if len(known) == len(parts) else None


def price_claim(
    claim: BilledClaim,
    contract: Contract,
    medicare: Medicare | None = None,
    weights: Mapping[str, InpatientWeight] | None = None,
) -> ClaimPrice:
    """Price a claim: as a whole where a term does that, else line by line.

    ``medicare`` is needed by terms that pay a percentage of it, ``weights`` (by DRG) by those
    that pay by weight: without them these terms give no price and say so.
    """
    whole = _price_whole(claim, contract, weights or {})
    lines = _Lines(claim, contract, medicare, carved_out=whole is not None).prices()
    stop = _stop_loss(claim, contract)
    if stop is None or (whole is not None and whole.cents is None):
        return ClaimPrice(lines, whole)
    if whole is None and stop.basis is Basis.WHOLE:
        within = unpriced(Outcome.BUNDLED, "within the stop-loss of the claim")
        lines = tuple(within for _ in lines)
    return ClaimPrice(lines, _with_stop_loss(claim, contract, stop, whole, lines))


# The whole claim


def _price_whole(
    claim: BilledClaim, contract: Contract, weights: Mapping[str, InpatientWeight]
) -> Price | None:
    """Price a claim as a whole by its most specific term, or None where no term does."""
    for term in terms_of_claim(contract, claim)[:1]:
        sheet = Worksheet()
        _fill_whole(sheet, term, claim, weights)
        escalate(sheet, term, claim.on)
        if term.lesser_of_charge:
            sheet.limit(claim.charge_cents, "no more than the charges:", source_of(term))
        return sheet.price()
    return None


def _fill_whole(
    sheet: Worksheet, term: Term, claim: BilledClaim, weights: Mapping[str, InpatientWeight]
) -> None:
    match term.pays:
        case CaseRate(dollars=dollars):
            sheet.set(as_cents(dollars), f"{term.name}: case rate", source_of(term))
        case PerDiem() as method:
            fill_days(sheet, term, method, claim.days)
        case DrgWeight(base=base):
            _fill_drg(sheet, term, as_cents(base), weights.get(claim.drg))
        case _:
            sheet.stop(Outcome.NO_TERM, "the term pays by line")


def _fill_drg(sheet: Worksheet, term: Term, base_cents: int, row: InpatientWeight | None) -> None:
    if row is None:
        sheet.stop(Outcome.NEEDS_FACT, "the weight of the claim's DRG is not known")
        return
    told = f"{term.name}: base {format_dollars(base_cents)} × weight of DRG {row.drg}"
    sheet.set(half_up(base_cents * row.weight, WHOLE), told, source_of(term))


def _stop_loss(claim: BilledClaim, contract: Contract) -> StopLoss | None:
    """Find the highest threshold that the charges are above."""
    passed = [
        stop
        for stop in contract.stop_losses
        if claim.on in stop.span and claim.charge_cents > as_cents(stop.threshold)
    ]
    return max(passed, key=lambda stop: stop.threshold, default=None)


def _with_stop_loss(
    claim: BilledClaim,
    contract: Contract,
    stop: StopLoss,
    whole: Price | None,
    lines: Sequence[Price],
) -> Price:
    """Add a stop-loss to the price of a claim, or put it in its place."""
    sheet = Worksheet()
    for step in whole.steps if whole else ():
        sheet.set(sheet.cents + step.cents, step.what, step.source)
    add_stop_loss(sheet, stop, claim.charge_cents, lines, contract.source)
    return sheet.price()


# Lines


class _Draft:
    """A line with its term, while the other lines of the day may still lower it."""

    def __init__(self, line: BilledLine, term: Term | None, sheet: Worksheet) -> None:
        self.line = line
        self.term = term
        self.sheet = sheet

    def close(self) -> Price:
        """Let the amount rise as agreed, and limit it to the charge where that is agreed."""
        if self.term is not None:
            escalate(self.sheet, self.term, self.line.service.on)
            if self.term.lesser_of_charge:
                charge = self.line.service.charge_cents
                self.sheet.limit(charge, "no more than the charge:", source_of(self.term))
        return self.sheet.price()


class _Lines:
    """The lines of a claim while they are priced; Medicare is asked once a schedule."""

    def __init__(
        self,
        claim: BilledClaim,
        contract: Contract,
        medicare: Medicare | None,
        *,
        carved_out: bool,
    ) -> None:
        self.claim = claim
        self.contract = contract
        self.medicare = medicare
        self.carved_out = carved_out
        self._asked: dict[tuple[int | None, str], Sequence[Price]] = {}

    def prices(self) -> tuple[Price, ...]:
        """Price each line; where the claim has a price, only those carved out of it."""
        drafts = [self._draft(place) for place in range(len(self.claim.lines))]
        _rank_procedures(drafts)
        return tuple(draft.close() for draft in drafts)

    def _draft(self, place: int) -> _Draft:
        line, reasons = self.claim.lines[place], []
        for term in terms_of_line(self.contract, line, self.claim):
            if self.carved_out and not term.carve_out:
                continue
            sheet = Worksheet()
            reason = self._fill(sheet, term, place)
            if not reason:
                return _Draft(line, term, sheet)
            reasons.append(f"{term.name}: {reason}")
        sheet = Worksheet()
        if self.carved_out:
            sheet.stop(Outcome.BUNDLED, "within the price of the claim")
        sheet.stop(Outcome.NO_TERM, "; ".join(reasons) or "no term of the contract covers it")
        return _Draft(line, None, sheet)

    def _fill(self, sheet: Worksheet, term: Term, place: int) -> str:
        """Fill a worksheet with the price of a line by a term, or say why it has none."""
        service = self.claim.lines[place].service
        match term.pays:
            case NoPayment(reason=reason):
                sheet.stop(Outcome.NOT_COVERED, reason)
                return ""
            case PercentOfCharge() as pays:
                return fill_charge(sheet, term, pays, service)
            case FeeTable() as pays:
                return fill_fee(sheet, term, pays, service)
            case PercentOfMedicare() as pays:
                return self._fill_medicare(sheet, term, pays, place)
            case _:
                return "it pays by claim"

    def _fill_medicare(
        self, sheet: Worksheet, term: Term, pays: PercentOfMedicare, place: int
    ) -> str:
        if self.medicare is None:
            return "Medicare's fee schedule is not loaded"
        price = self._of_medicare(self.medicare, term, pays, place)
        if price.cents is None:
            if not price.outcome.pays_nothing:
                return f"Medicare has no price: {price.reason}"
            sheet.stop(price.outcome, price.reason)
            return ""
        for step in price.steps:
            sheet.set(sheet.cents + step.cents, step.what, step.source)
        rate = as_ten_thousandths(pays.percent)
        sheet.set(
            share(price.cents, rate), f"{term.name}: {percent(rate)} of Medicare", source_of(term)
        )
        return ""

    def _of_medicare(
        self, medicare: Medicare, term: Term, pays: PercentOfMedicare, place: int
    ) -> Price:
        """Ask Medicare's price; beside the other lines, unless the term has rules of its own."""
        if term.multiple_procedures:
            alone = _uncharged(self.claim.lines[place])
            return medicare.prices([alone], year=pays.year, locality=pays.locality)[0]
        key = pays.year, pays.locality
        if key not in self._asked:
            services = [_uncharged(line) for line in self.claim.lines]
            self._asked[key] = medicare.prices(services, year=pays.year, locality=pays.locality)
        return self._asked[key][place]


def _uncharged(line: BilledLine) -> Service:
    """Give the service without its charge: the contract says whether that limits."""
    return msgspec.structs.replace(line.service, charge_cents=None)


def _rank_procedures(drafts: list[_Draft]) -> None:
    """Lower the lines of a term and day by their rank, the highest unit price first."""
    groups: dict[tuple[str, date], list[_Draft]] = {}
    for draft in drafts:
        if draft.term and draft.term.multiple_procedures and not draft.sheet.stopped:
            groups.setdefault((draft.term.name, draft.line.service.on), []).append(draft)
    for group in groups.values():
        group.sort(key=lambda each: -each.sheet.cents)
        for rank, draft in enumerate(group):
            _lower_to_rank(draft, rank)


def _lower_to_rank(draft: _Draft, rank: int) -> None:
    if draft.term is None:
        return
    percents = draft.term.multiple_procedures
    rate = as_ten_thousandths(percents[min(rank, len(percents) - 1)])
    if rate != WHOLE:
        told = f"procedure {rank + 1} of the day: {percent(rate)}"
        draft.sheet.set(share(draft.sheet.cents, rate), told, source_of(draft.term))
