"""How the terms of a contract pay: each method fills a worksheet."""

from collections.abc import Sequence
from datetime import date

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.amounts import WHOLE, share
from cleanclaim.pricing.contract_terms import (
    Basis,
    FeeTable,
    NoPayment,
    PercentOfCharge,
    PerDiem,
    StopLoss,
    Term,
    as_cents,
    as_ten_thousandths,
)
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet, percent


def source_of(term: Term) -> str:
    """Name the authority of a term."""
    return term.source or f"contract term: {term.name}"


def fill_charge(sheet: Worksheet, term: Term, pays: PercentOfCharge, service: Service) -> str:
    """Price by a percentage of the charge, or say why there is no price."""
    if service.charge_cents is None:
        return "the charge is not given"
    rate = as_ten_thousandths(pays.percent)
    told = f"{term.name}: {percent(rate)} of {format_dollars(service.charge_cents)}"
    sheet.set(share(service.charge_cents, rate), told, source_of(term))
    return ""


def fill_fee(sheet: Worksheet, term: Term, pays: FeeTable, service: Service) -> str:
    """Price by a table of fees, or say why there is no price."""
    keys = [f"{service.code}-{modifier}" for modifier in service.modifiers] + [service.code]
    key = next((each for each in keys if each in pays.fees), None)
    if key is None:
        return "the fee table has no such code"
    cents = as_cents(pays.fees[key])
    told = f"{term.name}: {service.units} × {format_dollars(cents)} ({key})"
    sheet.set(cents * service.units, told, source_of(term))
    return ""


def fill_days(sheet: Worksheet, term: Term, pays: PerDiem, days: int) -> None:
    """Price the days of a stay by their tiers."""
    if days < 1:
        sheet.stop(Outcome.NEEDS_FACT, "the days of the stay are not given")
        return
    ends = [tier.from_day - 1 for tier in pays.tiers[1:]] + [days]
    for tier, end in zip(pays.tiers, ends, strict=True):
        count = min(end, days) - tier.from_day + 1
        if count > 0:
            cents = as_cents(tier.dollars)
            told = f"{term.name}: {count} × {format_dollars(cents)} from day {tier.from_day}"
            sheet.set(sheet.cents + count * cents, told, source_of(term))


def escalate(sheet: Worksheet, term: Term, on: date) -> None:
    """Let an agreed amount rise; a percentage of the charge rises with the charge."""
    if isinstance(term.pays, PercentOfCharge | NoPayment):
        return
    for rise in sorted(term.escalators, key=lambda each: each.on):
        if rise.on <= on:
            rate = WHOLE + as_ten_thousandths(rise.percent)
            sheet.set(share(sheet.cents, rate), f"rise of {rise.percent} %", source_of(term))


def add_stop_loss(
    sheet: Worksheet, stop: StopLoss, charge_cents: int, lines: Sequence[Price], source: str
) -> None:
    """Add a percentage of the charges above a threshold, or pay one of all charges."""
    threshold, rate = as_cents(stop.threshold), as_ten_thousandths(stop.percent)
    told = f"stop-loss above {format_dollars(threshold)}: {percent(rate)} of"
    where = source or "contract, stop-loss"
    if stop.basis is Basis.EXCESS:
        excess = charge_cents - threshold
        added = share(excess, rate)
        sheet.set(sheet.cents + added, f"{told} {format_dollars(excess)}", where)
        return
    # What is carved out stays paid beside it.
    beside = sum(price.cents or 0 for price in lines)
    sheet.set(max(0, share(charge_cents, rate) - beside), f"{told} all charges", where)
