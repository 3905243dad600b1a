"""Questions about coverage (270) and their answers (271) as plain values."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.clinical import Diagnosis, read_health
from cleanclaim.x12.views.elements import (
    PADDING,
    Amount,
    Dated,
    Dialect,
    Identifier,
    Procedure,
    cents,
    days,
    padded,
    quantities,
    read_amounts,
    read_dates,
    read_identifiers,
)
from cleanclaim.x12.views.guided import (
    NO_LOOP,
    around,
    children,
    dialect_of_unit,
    found_in,
    parties_in,
    party_in,
    segment_texts,
)
from cleanclaim.x12.views.parties import Party

# The loops of the insured (C) and of a dependent (D).
_NAMES = ("2100C", "2100D")
_STATEMENTS = ("2110C", "2110D")


class Trace(msgspec.Struct, frozen=True, gc=False):
    """A number that ties answer to question (TRN): ``kind`` 1 the payer's, 2 ours."""

    kind: str
    number: str
    company: str = ""
    division: str = ""


class Member(msgspec.Struct, frozen=True, gc=False):
    """Who is asked about: the insured, or a dependent with the relationship (INS02).

    ``dates`` are those of the whole answer (DTP), such as the days of the plan.
    """

    person: Party | None
    relationship: str = ""
    traces: tuple[Trace, ...] = ()
    dates: tuple[Dated, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()


class Inquiry(msgspec.Struct, frozen=True, gc=False):
    """What is asked (EQ): by service type or procedure, of which coverage level."""

    service_types: tuple[str, ...] = ()
    procedure: Procedure | None = None
    coverage_level: str = ""
    insurance_type: str = ""
    amounts: tuple[Amount, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()


class EligibilityQuestion(msgspec.Struct, frozen=True, gc=False):
    """One question of a 270: who asks whom about whom, and what."""

    reference: str
    created_on: date | None
    payer: Party | None
    provider: Party | None
    subscriber: Member
    dependent: Member | None
    inquiries: tuple[Inquiry, ...] = ()

    @property
    def member(self) -> Member:
        """Give the person asked about."""
        return self.dependent or self.subscriber


class Rejection(msgspec.Struct, frozen=True, gc=False):
    """Why there is no answer (AAA): reason, what to do next, and in which loop it was said."""

    reason: str
    follow_up: str
    loop: str


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """How often services may be had (HSD)."""

    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    every: Decimal | None = None
    period: str = ""
    periods: Decimal | None = None
    pattern: str = ""
    time_of_day: str = ""


class Benefit(msgspec.Struct, frozen=True, gc=False):
    """One statement of a 271 (EB and what follows it).

    ``kind`` is EB01 (1 active, A coinsurance, B copay, C deductible, ...), ``percent`` a
    fraction of one. Yes or no is None where the payer does not say.
    """

    kind: str
    coverage_level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan_name: str = ""
    period: str = ""
    cents: int | None = None
    percent: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    needs_authorization: bool | None = None
    in_network: bool | None = None
    procedure: Procedure | None = None
    deliveries: tuple[Delivery, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()
    messages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()


class EligibilityAnswer(msgspec.Struct, frozen=True, gc=False):
    """One answer of a 271: who says it about whom, what is covered, or why there is no answer."""

    reference: str
    created_on: date | None
    payer: Party | None
    provider: Party | None
    subscriber: Member
    dependent: Member | None
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def member(self) -> Member:
        """Give the person the answer is about."""
        return self.dependent or self.subscriber


def view_question(unit: Unit) -> EligibilityQuestion:
    """Read a unit of a 270."""
    dialect = dialect_of_unit(unit)
    inquiries = (_inquiry(each, dialect) for each in _statements(unit))
    return EligibilityQuestion(*_around(unit, dialect), tuple(inquiries))


def view_answer(unit: Unit) -> EligibilityAnswer:
    """Read a unit of a 271."""
    dialect = dialect_of_unit(unit)
    benefits = tuple(
        benefit for each in _statements(unit) if (benefit := _benefit(each, dialect)) is not None
    )
    return EligibilityAnswer(*_around(unit, dialect), benefits, _rejections(unit))


_Around = tuple[str, date | None, Party | None, Party | None, Member, Member | None]


def _around(unit: Unit, dialect: Dialect) -> _Around:
    """Read what question and answer have in common."""
    head = padded(found_in(around(unit, "ST")), "BHT")
    payer, provider = around(unit, "2000A"), around(unit, "2000B")
    dependent = around(unit, "2000D")
    return (
        head[3],
        days[head[4]],
        party_in(payer.child("2100A"), dialect),
        party_in(provider.child("2100B"), dialect),
        _member(around(unit, "2000C"), dialect),
        _member(dependent, dialect) if dependent is not NO_LOOP else None,
    )


def _member(loop: Loop, dialect: Dialect) -> Member:
    name = next(children(loop, _NAMES), NO_LOOP)
    found = found_in(name)
    traces = (dialect.padded(text) for text in segment_texts(loop.find_all("TRN")))
    diagnoses, _ = read_health(segment_texts(name.find_all("HI")), dialect)
    person = Loop(name.id, [each for each in name.segments if each.id != "DTP"], [])
    return Member(
        party_in(person, dialect),
        padded(found, "INS")[2],
        tuple(Trace(each[1], each[2], each[3], each[4]) for each in traces),
        read_dates(found.get("DTP", ())),
        diagnoses,
    )


def _statements(unit: Unit) -> list[Loop]:
    """Give the loops that ask or answer, which stand in the level or in its name."""
    names = children(unit.loop, _NAMES)
    loops = (unit.loop, *names)
    return [each for loop in loops for each in children(loop, _STATEMENTS)]


def _inquiry(loop: Loop, dialect: Dialect) -> Inquiry:
    found = found_in(loop)
    asked = padded(found, "EQ")
    return Inquiry(
        dialect.repeats(asked[1]),
        dialect.procedures[asked[2]],
        asked[3],
        asked[4],
        read_amounts(found.get("AMT", ())),
        read_identifiers(found.get("REF", ())),
        read_dates(found.get("DTP", ())),
    )


def _benefit(loop: Loop, dialect: Dialect) -> Benefit | None:
    found = found_in(loop)
    if "EB" not in found:
        return None
    said = padded(found, "EB")
    further = (found_in(child) for child in children(loop, ("2115",)))
    return Benefit(
        kind=said[1],
        coverage_level=said[2],
        service_types=dialect.repeats(said[3]),
        insurance_type=said[4],
        plan_name=said[5],
        period=said[6],
        cents=cents[said[7]],
        percent=quantities[said[8]],
        quantity_qualifier=said[9],
        quantity=quantities[said[10]],
        needs_authorization=_YES_NO.get(said[11]),
        in_network=_YES_NO.get(said[12]),
        procedure=dialect.procedures[said[13]],
        deliveries=read_deliveries(found.get("HSD", ())),
        identifiers=read_identifiers(found.get("REF", ())),
        dates=read_dates(found.get("DTP", ())),
        messages=tuple(each[1] for each in found.get("MSG", ()) if len(each) > 1),
        places=tuple(padded(each, "III")[2] for each in further),
        parties=parties_in(children(loop, ("2120",)), dialect),
    )


_YES_NO = {"Y": True, "N": False}


def read_deliveries(segments: list[list[str]] | tuple[()]) -> tuple[Delivery, ...]:
    """Read HSD segments."""
    padded_segments = ([*each, *PADDING] for each in segments)
    return tuple(
        Delivery(
            said[1],
            quantities[said[2]],
            said[3],
            quantities[said[4]],
            said[5],
            quantities[said[6]],
            said[7],
            said[8],
        )
        for said in padded_segments
    )


def _rejections(unit: Unit) -> tuple[Rejection, ...]:
    """Gather every AAA at whatever level the payer put it, each once."""
    found: dict[Rejection, None] = {}
    for ancestor in unit.ancestors:
        _gather(ancestor, found)
    _gather(unit.loop, found)
    return tuple(found)


def _gather(loop: Loop, found: dict[Rejection, None]) -> None:
    for segment in loop.find_all("AAA"):
        found[Rejection(segment.get(3), segment.get(4), loop.id)] = None
    for child in loop.loops:
        _gather(child, found)
