"""Members of a plan and what becomes of their coverage (834) as plain values."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.elements import (
    Amount,
    Dated,
    Dialect,
    Identifier,
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
)
from cleanclaim.x12.views.parties import Party, in_role, numbered


class Enrolment(msgspec.Struct, frozen=True, gc=False):
    """The transaction that a member came in (BGN, 1000A to 1000C).

    ``purpose`` is BGN01, ``action`` BGN08 (2 change, 4 verify, RX replace).
    """

    reference: str
    created_on: date | None
    purpose: str
    action: str
    policy_number: str = ""
    sponsor: Party | None = None
    payer: Party | None = None
    brokers: tuple[Party, ...] = ()


class OtherPolicy(msgspec.Struct, frozen=True, gc=False):
    """Coverage elsewhere (COB, 2320): whose turn, policy, how known, dates, who insures."""

    responsibility: str
    policy_number: str = ""
    coordination: str = ""
    service_types: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()
    parties: tuple[Party, ...] = ()


class MemberCoverage(msgspec.Struct, frozen=True, gc=False):
    """One coverage (HD, 2300): ``maintenance`` HD01 (021 addition, 024 end, ...), line, plan.

    ``dates`` are all DTP: 348 begins, 349 ends.
    """

    maintenance: str
    insurance_line: str
    plan: str = ""
    level: str = ""
    is_late: bool = False
    dates: tuple[Dated, ...] = ()
    amounts: tuple[Amount, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    providers: tuple[Party, ...] = ()
    other_policies: tuple[OtherPolicy, ...] = ()

    @property
    def starts_on(self) -> date | None:
        """Give the first day of the coverage (DTP*348)."""
        return _day(self.dates, "348")

    @property
    def ends_on(self) -> date | None:
        """Give the last day of the coverage (DTP*349)."""
        return _day(self.dates, "349")


class ReportingCategory(msgspec.Struct, frozen=True, gc=False):
    """A category to report a member under (2750): its name, a value and days."""

    name: str
    qualifier: str = ""
    value: str = ""
    dates: tuple[Dated, ...] = ()


class Disability(msgspec.Struct, frozen=True, gc=False):
    """A disability (2200): kind DSB01, diagnosis DSB08, days."""

    kind: str
    diagnosis: str = ""
    dates: tuple[Dated, ...] = ()


class MemberChange(msgspec.Struct, frozen=True, gc=False):
    """One member of an 834 (2000) and what is to become of their coverage.

    ``relationship`` is INS02, ``maintenance`` INS03, ``reason`` INS04, ``benefit_status`` INS05.
    ``person`` is the member as now known (IL or 74), ``former`` as known before (70).
    """

    enrolment: Enrolment
    is_subscriber: bool
    relationship: str
    maintenance: str
    reason: str
    benefit_status: str
    person: Party | None
    subscriber_number: str
    group_number: str
    coverages: tuple[MemberCoverage, ...] = ()
    former: Party | None = None
    parties: tuple[Party, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[Dated, ...] = ()
    amounts: tuple[Amount, ...] = ()
    medicare: tuple[str, ...] = ()
    continuation_event: str = ""
    employment_status: str = ""
    student_status: str = ""
    is_handicapped: bool = False
    died_on: date | None = None
    confidentiality: str = ""
    marital_status: str = ""
    citizenship: str = ""
    tobacco_use: str = ""
    height_inches: Decimal | None = None
    weight_pounds: Decimal | None = None
    languages: tuple[str, ...] = ()
    disabilities: tuple[Disability, ...] = ()
    reporting_categories: tuple[ReportingCategory, ...] = ()

    @property
    def responsible(self) -> Party | None:
        """Give who answers for the member."""
        return in_role(self.parties, "S1", "GD", "QD", "E1", "J6", "X4", "LR")


def view_member(unit: Unit) -> MemberChange:
    """Read a unit of an 834."""
    dialect, loop = dialect_of_unit(unit), unit.loop
    found = found_in(loop)
    change = padded(found, "INS")
    name = loop.child("2100A") or NO_LOOP
    told = found_in(name)
    person, health = padded(told, "DMG"), padded(told, "HLH")
    identifiers = read_identifiers(found.get("REF", ()))
    former = loop.child("2100B")
    others = [each for each in children(loop, ("2100",)) if each.id not in {"2100A", "2100B"}]
    return MemberChange(
        enrolment=_enrolment(around(unit, "ST"), dialect),
        is_subscriber=change[1] == "Y",
        relationship=change[2],
        maintenance=change[3],
        reason=change[4],
        benefit_status=change[5],
        person=party_in(name, dialect),
        subscriber_number=numbered(identifiers, "0F"),
        group_number=numbered(identifiers, "1L"),
        coverages=tuple(_coverage(each, dialect) for each in loop.children("2300")),
        former=party_in(former, dialect),
        parties=parties_in(others, dialect),
        identifiers=identifiers,
        dates=read_dates(found.get("DTP", ())),
        amounts=read_amounts(told.get("AMT", ())),
        medicare=dialect.filled(change[6]),
        continuation_event=change[7],
        employment_status=change[8],
        student_status=change[9],
        is_handicapped=change[10] == "Y",
        died_on=days[change[12]],
        confidentiality=change[13],
        marital_status=person[4],
        citizenship=person[6],
        tobacco_use=health[1],
        height_inches=quantities[health[2]],
        weight_pounds=quantities[health[3]],
        languages=tuple(each[2] for each in told.get("LUI", ()) if len(each) > 2),
        disabilities=tuple(_disability(each) for each in loop.children("2200")),
        reporting_categories=tuple(
            _category(each) for line in loop.children("2700") for each in line.children("2750")
        ),
    )


def _enrolment(loop: Loop, dialect: Dialect) -> Enrolment:
    found = found_in(loop)
    head = padded(found, "BGN")
    sponsor, payer = loop.child("1000A"), loop.child("1000B")
    return Enrolment(
        head[2],
        days[head[3]],
        head[1],
        head[8],
        numbered(read_identifiers(found.get("REF", ())), "38"),
        party_in(sponsor, dialect),
        party_in(payer, dialect),
        parties_in(loop.children("1000C"), dialect),
    )


def _coverage(loop: Loop, dialect: Dialect) -> MemberCoverage:
    found = found_in(loop)
    said = padded(found, "HD")
    # A provider's loop begins with LX; the name follows.
    named = (Loop(each.id, each.segments[1:], []) for each in loop.children("2310"))
    return MemberCoverage(
        said[1],
        said[3],
        said[4],
        said[5],
        said[9] == "Y",
        read_dates(found.get("DTP", ())),
        read_amounts(found.get("AMT", ())),
        read_identifiers(found.get("REF", ())),
        parties_in(named, dialect),
        tuple(_policy(each, dialect) for each in loop.children("2320")),
    )


def _policy(loop: Loop, dialect: Dialect) -> OtherPolicy:
    found = found_in(loop)
    said = padded(found, "COB")
    return OtherPolicy(
        said[1],
        said[2],
        said[3],
        dialect.repeats(said[4]),
        read_identifiers(found.get("REF", ())),
        read_dates(found.get("DTP", ())),
        parties_in(loop.children("2330"), dialect),
    )


def _disability(loop: Loop) -> Disability:
    found = found_in(loop)
    said = padded(found, "DSB")
    return Disability(said[1], said[8], read_dates(found.get("DTP", ())))


def _category(loop: Loop) -> ReportingCategory:
    found = found_in(loop)
    number = padded(found, "REF")
    dates = read_dates(found.get("DTP", ()))
    return ReportingCategory(padded(found, "N1")[2], number[1], number[2], dates)


def _day(dates: tuple[Dated, ...], qualifier: str) -> date | None:
    return next((each.starts_on for each in dates if each.qualifier == qualifier), None)
