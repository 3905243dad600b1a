"""Edits that hold a claim against the patient's earlier ones, which stand in the history."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import (
    Claim,
    Frequency,
    OtherCoverage,
    Procedure,
    Responsibility,
    ServiceLine,
)
from cleanclaim.claims.parties import Payer, PersonName, Provider
from cleanclaim.codes.authorizations import AuthorizationSpan
from cleanclaim.codes.frequencies import MEDICARE_FREQUENCIES, FrequencyLimit, Period
from cleanclaim.codes.reference import FilingLimit, Reference
from cleanclaim.edits import scrub
from cleanclaim.edits.examples import AS_OF, CLEAN, LINE, REFERENCE, changed
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span

replace = msgspec.structs.replace
DAY = date(2026, 5, 4)
PARTNER = npi_from_stem("155500001")
Services = Sequence[tuple[str, ...]]


def line(number: int, on: date, code: str, *modifiers: str, units: int = 1) -> ServiceLine:
    return replace(
        LINE,
        number=number,
        procedure=Procedure(code, modifiers),
        starts_on=on,
        ends_on=on,
        units=Decimal(units),
    )


def billed(
    *services: tuple[str, ...],
    on: date = DAY,
    npi: str = "",
    taxonomy: str = "207Q00000X",
    filing: str = "MB",
    units: int = 1,
    **fields: object,
) -> Claim:
    """Make a claim of services, each a code with its modifiers, by one physician on one day."""
    lines = tuple(
        line(number, on, code, *modifiers, units=units)
        for number, (code, *modifiers) in enumerate(services, 1)
    )
    who = Provider(npi=npi or npi_from_stem("123456789"), person=PersonName("Okafor"))
    rendering = replace(who, taxonomy=taxonomy)
    return replace(changed(lines=lines, filing_indicator=filing, rendering=rendering), **fields)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def rules(
    claim: Claim, *history: Claim, prefix: str = "GLOBAL", reference: Reference = REFERENCE
) -> set[str]:
    """Give the rules of a family that find something in a claim after its history."""
    batch = ClaimBatch.of([claim], AS_OF, history=history)
    (found,) = scrub(batch, reference, tell_unchecked=False)
    return {finding.rule for finding in found if finding.rule.startswith(prefix)}


KNEE = billed(("27130",))
LESION = billed(("17000",))


@pytest.mark.parametrize(
    ("days", "modifiers", "found"),
    [
        (-2, (), set()),
        (-1, (), {"GLOBAL.DECISION"}),
        (-1, ("57",), set()),
        (0, (), {"GLOBAL.DECISION"}),
        (1, (), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (1, ("25",), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (90, (), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (90, ("24",), set()),
        (91, (), set()),
        (91, ("24",), {"GLOBAL.NO_SURGERY"}),
    ],
)
def test_visits_around_a_major_surgery(
    days: int, modifiers: tuple[str, ...], found: set[str]
) -> None:
    assert rules(billed(("99213", *modifiers), on=later(days)), KNEE) == found


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (-1, set()),
        (0, {"GLOBAL.VISIT_SAME_DAY"}),
        (10, {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (11, set()),
    ],
)
def test_visits_around_a_minor_procedure(days: int, found: set[str]) -> None:
    assert rules(billed(("99213",), on=later(days)), LESION) == found


@pytest.mark.parametrize(
    ("surgery", "found"),
    [
        (billed(("27130",)), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (billed(("27130", "62")), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (billed(("27130",), npi=PARTNER), {"GLOBAL.POSTOPERATIVE_VISIT"}),
        (billed(("27130",), npi=PARTNER, taxonomy="207X00000X"), set()),
        (billed(("27130",), npi=PARTNER, taxonomy=""), set()),
        (billed(("27130", "54")), set()),
        (billed(("27130", "80")), set()),
        (billed(("27130", "78")), set()),
        (billed(("20610",)), set()),
        (replace(KNEE, patient=replace(KNEE.patient, birth_on=date(1980, 2, 4))), set()),
    ],
)
def test_whose_surgery_begins_a_period(surgery: Claim, found: set[str]) -> None:
    assert rules(billed(("99213",), on=later(5)), surgery) == found


@pytest.mark.parametrize(
    ("service", "found"),
    [
        (("27130",), {"GLOBAL.PROCEDURE"}),
        (("27130", "79"), set()),
        (("27130", "58"), set()),
        (("27130", "80"), set()),
        (("17000",), {"GLOBAL.PROCEDURE"}),
        (("20610",), {"GLOBAL.MINOR_PROCEDURE"}),
        (("20610", "78"), {"GLOBAL.OPERATING_PLACE"}),
        (("71046",), set()),
    ],
)
def test_procedures_in_the_period(service: tuple[str, ...], found: set[str]) -> None:
    assert rules(billed(service, on=later(30)), KNEE) == found


def test_other_payers_are_warned_of_what_medicare_refuses() -> None:
    for days in (-1, 0, 30):
        claim = billed(("99213",), on=later(days), filing="CI")
        assert rules(claim, KNEE) == {"GLOBAL.OTHER_PAYER"}
    assert rules(billed(("99213",), on=later(91), filing="CI"), KNEE) == set()


def test_the_finding_names_surgery_period_and_release() -> None:
    batch = ClaimBatch.of([billed(("99213",), on=later(30))], AS_OF, history=[KNEE])
    (found,) = scrub(batch, REFERENCE, tell_unchecked=False)
    (finding,) = (each for each in found if each.rule == "GLOBAL.POSTOPERATIVE_VISIT")
    assert finding.message == "a visit 30 days after 27130 is part of its 90 days without 24"
    assert finding.release == "pfs_values example"


def test_a_claim_is_judged_by_those_before_it() -> None:
    visit = billed(("99213",), on=later(30))
    for claims in ([visit, KNEE], [KNEE, visit]):
        found = scrub(ClaimBatch.of(claims, AS_OF), REFERENCE)[claims.index(visit)]
        told = "GLOBAL.POSTOPERATIVE_VISIT" in {finding.rule for finding in found}
        assert told is (claims[0] is KNEE)


# New patients


@pytest.mark.parametrize(
    ("earlier", "found"),
    [
        (billed(("99213",), on=date(2023, 5, 5)), {"PATIENT.NOT_NEW"}),
        (billed(("99213",), on=date(2023, 5, 4)), set()),
        (billed(("99213",), on=later(1)), set()),
        (billed(("99213",)), set()),
        (billed(("99213",), on=later(-9), npi=PARTNER), {"PATIENT.NOT_NEW"}),
        (billed(("99213",), on=later(-9), npi=PARTNER, taxonomy="208D00000X"), set()),
        (billed(("93010",), on=later(-9)), set()),
        (
            billed(("99213",), on=later(-9), billing=replace(CLEAN.billing, npi=PARTNER)),
            {"PATIENT.NOT_NEW"},
        ),
    ],
)
def test_who_was_seen_is_not_new(earlier: Claim, found: set[str]) -> None:
    assert rules(billed(("99203",)), earlier, prefix="PATIENT") == found


def test_a_known_patients_visit_is_told_only_where_the_practice_knows_the_patient() -> None:
    elsewhere = billed(("99213",), on=later(-9), npi=PARTNER, taxonomy="208D00000X")
    assert rules(billed(("99213",)), prefix="PATIENT") == set()
    assert rules(billed(("99213",)), elsewhere, prefix="PATIENT") == {"PATIENT.NOT_SEEN"}
    seen = billed(("20610",), on=later(-9))
    assert rules(billed(("99213",)), elsewhere, seen, prefix="PATIENT") == set()


# How often


MEDICARE = Reference(frequency_limits=MEDICARE_FREQUENCIES)


@pytest.mark.parametrize(
    ("earlier", "on", "code", "found"),
    [
        ("G0438", date(2025, 5, 31), "G0439", set()),
        ("G0438", date(2025, 6, 1), "G0439", {"FREQUENCY.LIMIT"}),
        ("G0402", date(2025, 6, 1), "G0438", {"FREQUENCY.LIMIT"}),
        ("G0402", date(2025, 5, 31), "G0438", set()),
        ("G0438", date(2015, 1, 2), "G0438", {"FREQUENCY.LIMIT"}),
        ("G0439", date(2025, 5, 31), "G0402", set()),
        ("99213", date(2026, 4, 1), "G0439", set()),
    ],
)
def test_medicare_takes_preventive_services_once(
    earlier: str, on: date, code: str, found: set[str]
) -> None:
    before = billed((earlier,), on=on)
    assert rules(billed((code,)), before, prefix="FREQUENCY", reference=MEDICARE) == found


def test_other_payers_have_no_limit_of_medicares() -> None:
    before, again = billed(("G0438",), on=later(-9), filing="CI"), billed(("G0438",), filing="CI")
    assert rules(again, before, prefix="FREQUENCY", reference=MEDICARE) == set()


def limited(period: Period, count: int) -> Reference:
    limit = FrequencyLimit(
        Span(date(2020, 1, 1)), "policy", ("9*",), count, period, payer_identifier="NMUT1"
    )
    return Reference(frequency_limits=(limit,))


@pytest.mark.parametrize(
    ("period", "count", "on", "found"),
    [
        (Period.DAY, 1, DAY, {"FREQUENCY.LIMIT"}),
        (Period.DAY, 1, later(-1), set()),
        (Period.DAY, 2, DAY, set()),
        (Period.CALENDAR_YEAR, 1, date(2026, 1, 1), {"FREQUENCY.LIMIT"}),
        (Period.CALENDAR_YEAR, 1, date(2025, 12, 31), set()),
        (Period.LIFETIME, 1, date(1999, 12, 31), {"FREQUENCY.LIMIT"}),
    ],
)
def test_a_payers_own_limit_counts_in_its_period(
    period: Period, count: int, on: date, found: set[str]
) -> None:
    before = billed(("97110",), on=on)
    found_now = rules(
        billed(("97112",)), before, prefix="FREQUENCY", reference=limited(period, count)
    )
    assert found_now == found


def test_voids_other_payers_and_other_patients_do_not_count() -> None:
    same = billed(("97110",))
    others = (
        replace(same, frequency=Frequency.VOID),
        replace(same, payer=Payer("Southern Aid", "SAID9")),
        replace(same, patient=replace(same.patient, name=PersonName("Larkspur", "Noor"))),
    )
    reference = limited(Period.DAY, 1)
    assert rules(same, *others, prefix="FREQUENCY", reference=reference) == set()
    assert rules(same, same, prefix="FREQUENCY", reference=reference) == {"FREQUENCY.LIMIT"}


def test_the_units_of_a_line_count() -> None:
    reference = limited(Period.DAY, 4)
    four, five = billed(("97110",), units=4), billed(("97110",), units=5)
    assert rules(four, prefix="FREQUENCY", reference=reference) == set()
    assert rules(five, prefix="FREQUENCY", reference=reference) == {"FREQUENCY.LIMIT"}


# Authorizations


def authorized(units: int | None = 3, used: int = 0, member: str = "N100200") -> Reference:
    span = AuthorizationSpan(
        "A77",
        "NMUT1",
        member,
        Span(date(2026, 1, 1), date(2026, 12, 31)),
        "letter",
        ("97110",),
        None if units is None else Decimal(units),
        Decimal(used),
    )
    return Reference(authorization_spans=(span,))


THERAPY = billed(("97110",), units=2, prior_authorization="A77")


@pytest.mark.parametrize(
    ("reference", "claim", "history", "found"),
    [
        (authorized(), THERAPY, (), set()),
        (authorized(), THERAPY, (THERAPY,), {"AUTHORIZATION.UNITS"}),
        (authorized(4), THERAPY, (THERAPY,), set()),
        (authorized(3, used=2), THERAPY, (), {"AUTHORIZATION.UNITS"}),
        (authorized(None), THERAPY, (THERAPY,), set()),
        (authorized(), replace(THERAPY, prior_authorization=" a77 "), (), set()),
        (authorized(), THERAPY, (replace(THERAPY, frequency=Frequency.VOID),), set()),
        (authorized(member="X1"), THERAPY, (), {"AUTHORIZATION.UNKNOWN"}),
        (Reference(authorization_spans=()), THERAPY, (), set()),
    ],
)
def test_units_of_an_authorization(
    reference: Reference, claim: Claim, history: tuple[Claim, ...], found: set[str]
) -> None:
    assert rules(claim, *history, prefix="AUTHORIZATION", reference=reference) == found


def test_a_line_without_need_stands_beside_the_authorized_one() -> None:
    both = billed(("99213",), ("97110",), prior_authorization="A77")
    other = billed(("99213",), prior_authorization="A77")
    reference = authorized()
    assert rules(both, prefix="AUTHORIZATION", reference=reference) == set()
    assert rules(other, prefix="AUTHORIZATION", reference=reference) == {"AUTHORIZATION.SERVICE"}


# Duplicates


SECOND = replace(CLEAN, patient_control_number="EX-2")


@pytest.mark.parametrize(
    ("claim", "earlier", "found"),
    [
        (SECOND, CLEAN, {"CLAIM.REPEATED", "SERVICE.REPEATED"}),
        (replace(SECOND, place_of_service="12"), CLEAN, {"SERVICE.REPEATED"}),
        (replace(SECOND, payer=Payer("Southern Aid", "SAID9")), CLEAN, set()),
        (replace(SECOND, responsibility=Responsibility.SECONDARY), CLEAN, set()),
        (replace(SECOND, frequency=Frequency.REPLACEMENT), CLEAN, set()),
        (SECOND, replace(CLEAN, frequency=Frequency.VOID), set()),
        (billed(("99213", "77"), filing="CI"), CLEAN, set()),
        (billed(("99213",), filing="CI", npi=PARTNER), CLEAN, set()),
        (billed(("99213",), filing="CI", on=later(1)), CLEAN, set()),
    ],
)
def test_what_was_billed_before_is_not_billed_again(
    claim: Claim, earlier: Claim, found: set[str]
) -> None:
    own = rules(claim, earlier, prefix="CLAIM.REPEATED")
    assert own | rules(claim, earlier, prefix="SERVICE.REPEATED") == found


def test_of_two_claims_only_the_later_is_told() -> None:
    first, second = scrub(ClaimBatch.of([CLEAN, SECOND], AS_OF), REFERENCE)
    assert first == ()
    assert {finding.rule for finding in second} == {"CLAIM.REPEATED", "SERVICE.REPEATED", "MUE.DAY"}


# Filing after another payer


def after_another(decided_on: date | None) -> Claim:
    other = OtherCoverage(
        Responsibility.PRIMARY,
        "18",
        CLEAN.subscriber,
        Payer("First Mutual", "FIRST1"),
        adjudicated_on=decided_on,
    )
    return replace(CLEAN, responsibility=Responsibility.SECONDARY, other_coverages=(other,))


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (after_another(date(2026, 4, 3)), {"TIMELY.NEAR"}),
        (after_another(date(2026, 4, 1)), {"TIMELY.PAST"}),
        (after_another(date(2026, 5, 1)), set()),
        (after_another(None), {"TIMELY.UNKNOWN"}),
        (CLEAN, set()),
    ],
)
def test_the_limit_of_a_later_payer_counts_from_the_decision(claim: Claim, found: set[str]) -> None:
    since = Span(date(2026, 1, 1))
    limits = (
        FilingLimit(since, "contract", "NMUT1", days=90),
        FilingLimit(since, "contract", "NMUT1", days=60, from_primary=True),
    )
    assert rules(claim, prefix="TIMELY", reference=Reference(filing_limits=limits)) == found
