"""Questions about claims (276), answers (277) and acknowledgements (277CA) as plain values."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.elements import (
    PADDING,
    Amount,
    Dated,
    Dialect,
    Elements,
    Identifier,
    Procedure,
    Quantity,
    cents,
    days,
    padded,
    quantities,
    read_amounts,
    read_dates,
    read_identifiers,
    read_quantities,
)
from cleanclaim.x12.views.guided import (
    NO_LOOP,
    around,
    children,
    dialect_of_unit,
    found_in,
    party_in,
)
from cleanclaim.x12.views.parties import Party, numbered


class StatusCode(msgspec.Struct, frozen=True, gc=False):
    """One composite of an STC: category, status, whom it concerns."""

    category: str
    status: str
    entity: str = ""


class Status(msgspec.Struct, frozen=True, gc=False):
    """What a payer says of a claim or line (STC): codes, day, action, money.

    ``action`` is STC03 (WQ accepted, U rejected), ``charge_cents`` STC04, ``paid_cents`` STC05,
    ``decided_on`` STC06, ``paid_on`` STC08, ``check_number`` STC09, ``message`` STC12.
    """

    codes: tuple[StatusCode, ...]
    effective_on: date | None = None
    action: str = ""
    charge_cents: int | None = None
    paid_cents: int | None = None
    decided_on: date | None = None
    paid_on: date | None = None
    check_number: str = ""
    message: str = ""


class StatusLine(msgspec.Struct, frozen=True, gc=False):
    """One service asked about or answered (SVC, STC, REF, DTP)."""

    procedure: Procedure | None
    charge_cents: int | None
    paid_cents: int | None = None
    revenue_code: str = ""
    units: Decimal | None = None
    statuses: tuple[Status, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()

    @property
    def control_number(self) -> str:
        """Give our number of the line (REF*FJ)."""
        return numbered(self.identifiers, "FJ")


class ClaimStatus(msgspec.Struct, frozen=True, gc=False):
    """One claim of a 276, 277 or 277CA with the people around it.

    ``transaction`` tells which; ``trace_number`` is TRN02 (in a 277CA our patient control
    number). ``level`` is the loop that it was said in: of a claim, or of all claims of a
    provider or receiver. ``statuses`` are empty in a question.
    """

    transaction: str
    reference: str
    created_on: date | None
    level: str
    payer: Party | None
    receiver: Party | None
    provider: Party | None
    subscriber: Party | None
    patient: Party | None
    trace_number: str
    statuses: tuple[Status, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    lines: tuple[StatusLine, ...] = ()

    @property
    def payer_claim_number(self) -> str:
        """Give the payer's number of the claim (REF*1K)."""
        return numbered(self.identifiers, "1K")

    @property
    def patient_control_number(self) -> str:
        """Give our number of the claim (REF*EJ; in a 277CA the trace)."""
        return numbered(self.identifiers, "EJ") or (
            self.trace_number if self.transaction == "277CA" else ""
        )

    @property
    def total_charge_cents(self) -> int | None:
        """Give the charge of the claim: asked (AMT*T3) or answered (STC04)."""
        asked = next((each.cents for each in self.amounts if each.qualifier == "T3"), None)
        told = next((each.charge_cents for each in self.statuses), None)
        return asked if asked is not None else told


def view_status(unit: Unit) -> ClaimStatus:
    """Read a unit of a 276, 277 or 277CA."""
    dialect = dialect_of_unit(unit)
    head = padded(found_in(around(unit, "ST")), "BHT")
    claim = _claim_loop(unit.loop)
    found = found_in(claim)
    return ClaimStatus(
        unit.short,
        head[3],
        days[head[4]],
        claim.id,
        _named(unit, ("2000A",), dialect),
        _named(unit, ("2000B",), dialect),
        _named(unit, ("2000C",), dialect),
        *_insured(unit, dialect),
        padded(found, "TRN")[2],
        tuple(_status(each, dialect) for each in found.get("STC", ())),
        read_identifiers(found.get("REF", ())),
        read_dates(found.get("DTP", ())),
        read_amounts(found.get("AMT", ())),
        read_quantities(found.get("QTY", ()), dialect),
        tuple(_line(each, dialect) for each in children(claim, ("2210", "2220"))),
    )


def _claim_loop(loop: Loop) -> Loop:
    """Give the loop that says it: the unit itself, or the one inside a whole level."""
    return loop if loop.id.startswith("22") else next(children(loop, ("22",)), NO_LOOP)


def _named(unit: Unit, levels: tuple[str, ...], dialect: Dialect) -> Party | None:
    return party_in(next(children(around(unit, *levels), ("2100",)), None), dialect)


def _insured(unit: Unit, dialect: Dialect) -> tuple[Party | None, Party | None]:
    """Give subscriber and patient: the same person, a dependent, or (277CA) a patient alone."""
    subscriber, dependent = around(unit, "2000D"), around(unit, "2000E")
    named = [_person(loop, dialect) for loop in (subscriber, dependent) if loop is not NO_LOOP]
    if not named:
        return None, None
    return named[0], named[-1]


def _person(loop: Loop, dialect: Dialect) -> Party | None:
    """Read who a level is about, with a DMG that stands in the level itself (276)."""
    name = next(children(loop, ("2100",)), None)
    if name is None:
        return None
    return party_in(Loop(name.id, [*name.segments, *loop.find_all("DMG")], []), dialect)


def _line(loop: Loop, dialect: Dialect) -> StatusLine:
    found = found_in(loop)
    said = padded(found, "SVC")
    return StatusLine(
        dialect.procedures[said[1]],
        cents[said[2]],
        cents[said[3]],
        said[4],
        quantities[said[7]],
        tuple(_status(each, dialect) for each in found.get("STC", ())),
        read_identifiers(found.get("REF", ())),
        read_dates(found.get("DTP", ())),
    )


def _status(elements: Elements, dialect: Dialect) -> Status:
    said = [*elements, *PADDING]
    codes = (dialect.parts(said[place]) for place in (1, 10, 11) if said[place])
    return Status(
        tuple(StatusCode(*parts[:3]) for parts in codes),
        days[said[2]],
        said[3],
        cents[said[4]],
        cents[said[5]],
        days[said[6]],
        days[said[8]],
        said[9],
        said[12],
    )
