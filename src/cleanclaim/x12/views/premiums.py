"""Payments of premiums (820) as plain values: the payment and what it is for."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Elements,
    Identifier,
    Span,
    cents,
    days,
    padded,
    quantities,
    read_identifiers,
    spans,
)
from cleanclaim.x12.views.guided import (
    around,
    children,
    dialect_of_unit,
    found_in,
    parties_in,
    party_in,
)
from cleanclaim.x12.views.parties import Party


class PremiumPayment(msgspec.Struct, frozen=True, gc=False):
    """One payment (ST to SE of an 820): how much (BPR02), how (BPR04), when (BPR16), traced."""

    paid_cents: int | None
    credit_debit: str
    payment_method: str
    paid_on: date | None
    trace_number: str
    originating_company: str
    payee: Party | None
    payer: Party | None
    parties: tuple[Party, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    covers_from: date | None = None
    covers_to: date | None = None


class PremiumAdjustment(msgspec.Struct, frozen=True, gc=False):
    """Money more or less than billed (ADX): cents and reason."""

    cents: int | None
    reason: str


class Remittance(msgspec.Struct, frozen=True, gc=False):
    """One bill or contract that is paid (RMR, 2300): paid against billed, for which days."""

    qualifier: str
    reference: str
    kind: str
    paid_cents: int | None
    billed_cents: int | None = None
    covers_from: date | None = None
    covers_to: date | None = None
    identifiers: tuple[Identifier, ...] = ()
    adjustments: tuple[PremiumAdjustment, ...] = ()
    member_counts: tuple[Decimal | None, ...] = ()


class Premium(msgspec.Struct, frozen=True, gc=False):
    """What is paid for one organization (2000A) or one person (2000B), with the payment.

    ``number`` is ENT01, ``entity`` ENT02, ``identifier`` ENT04.
    """

    payment: PremiumPayment
    number: str
    entity: str
    qualifier: str
    identifier: str
    people: tuple[Party, ...] = ()
    remittances: tuple[Remittance, ...] = ()
    adjustments: tuple[PremiumAdjustment, ...] = ()

    @property
    def paid_cents(self) -> int:
        """Give the sum of what is paid, without amounts that cannot be read."""
        return sum(each.paid_cents or 0 for each in self.remittances)


def view_premium(unit: Unit) -> Premium:
    """Read a unit of an 820."""
    dialect, loop = dialect_of_unit(unit), unit.loop
    entity = padded(found_in(loop), "ENT")
    return Premium(
        _payment(around(unit, "ST"), dialect),
        entity[1],
        entity[2],
        entity[3],
        entity[4],
        parties_in(children(loop, ("2100",)), dialect),
        tuple(_remittance(each) for each in children(loop, ("2300",))),
        _adjustments(loop, "2200"),
    )


def _payment(loop: Loop, dialect: Dialect) -> PremiumPayment:
    found = found_in(loop)
    paid, trace = padded(found, "BPR"), padded(found, "TRN")
    period = [each for each in found.get("DTM", ()) if each[1:2] == ["582"]]
    return PremiumPayment(
        cents[paid[2]],
        paid[3],
        paid[4],
        days[paid[16]],
        trace[2],
        trace[3],
        party_in(loop.child("1000A"), dialect),
        party_in(loop.child("1000B"), dialect),
        parties_in(loop.children("1000C"), dialect),
        read_identifiers(found.get("REF", ())),
        *_covered(period),
    )


def _remittance(loop: Loop) -> Remittance:
    found = found_in(loop)
    said = padded(found, "RMR")
    counts = [
        quantities[padded(found_in(each), "SLN")[4]]
        for line in children(loop, ("2310",))
        for each in children(line, ("2315",))
    ]
    return Remittance(
        said[1],
        said[2],
        said[3],
        cents[said[4]],
        cents[said[5]],
        *_covered(found.get("DTM", [])),
        read_identifiers(found.get("REF", ())),
        _adjustments(loop, "2320"),
        tuple(counts),
    )


def _covered(segments: list[Elements]) -> Span:
    """Give the days that a DTM says are paid for: a span at DTM06, or a day at DTM02."""
    for each in segments:
        said = [*each, *PADDING]
        if said[6]:
            return spans[said[6]]
        return days[said[2]], days[said[2]]
    return None, None


def _adjustments(loop: Loop, prefix: str) -> tuple[PremiumAdjustment, ...]:
    found = (padded(found_in(each), "ADX") for each in children(loop, (prefix,)))
    return tuple(PremiumAdjustment(cents[said[1]], said[2]) for said in found)
