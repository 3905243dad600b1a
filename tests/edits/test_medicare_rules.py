"""Rules of Medicare's schedule, places, telehealth and certificates, and what must be let be."""

from datetime import date, timedelta

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Identifier
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables.services import CERTIFIED_TESTS, CertifiedTest
from cleanclaim.edits import EDITS, EditChange, EditSet, scrub
from cleanclaim.edits.examples import AS_OF, REFERENCE, SERVICE_ON, STAY
from cleanclaim.edits.fee_schedule import billed_to_medicare
from cleanclaim.edits.places import done_at
from cleanclaim.kernel.identifiers import npi_from_stem

DAY = timedelta(days=1)
replace = msgspec.structs.replace
FAMILIES = {"fee_schedule", "places", "telehealth", "clia", "modifiers", "drug_waste"}
EVERY = EditSet("every", tuple(EditChange(rule, enabled=True) for rule in EDITS))


def rules(
    claim: Claim,
    reference: Reference = REFERENCE,
    history: tuple[Claim, ...] = (),
    edit_set: EditSet | None = None,
) -> set[str]:
    """Name what the families of this test find; a certificate is told, so as not to be missed."""
    certified = replace(claim, clia_number=claim.clia_number or "14D0123456")
    batch = ClaimBatch.of([certified], AS_OF, history=history)
    (found,) = scrub(batch, reference, edit_set, tell_unchecked=False)
    return {f.rule for f in found if EDITS[f.rule].family in FAMILIES}


def on_days(claim: Claim, *days: date) -> Claim:
    lines = zip(claim.lines, days, strict=True)
    return replace(
        claim, lines=tuple(replace(line, starts_on=day, ends_on=day) for line, day in lines)
    )


# The fee schedule


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ("99213", set()),
        ("81002", set()),  # status X: another schedule pays it
        ("S0610", {"FEE.NOT_VALID"}),
        ("S0610-GY", set()),
        ("92015", {"FEE.NOT_COVERED"}),
        ("92015-GY", set()),
        ("99000", {"FEE.BUNDLED"}),
        ("99213 A4212", {"FEE.BUNDLED_SUPPLY"}),
        ("81002 A4212", set()),
        ("99213 94760", {"FEE.BUNDLED_SERVICE"}),
        ("81002 94760", set()),
        ("11055", set()),
        ("93000-TC", {"FEE.COMPONENT"}),
        ("71046-TC", set()),
        ("96372-26", {"FEE.COMPONENT"}),
        ("96372-TC", {"FEE.COMPONENT"}),
        ("S9999-26", set()),  # not in the schedule: it says nothing
        ("69210-50", {"FEE.BILATERAL"}),
        ("69210-AS", {"FEE.ASSISTANT"}),
        ("99213-82", {"FEE.ASSISTANT_RECORDS"}),
        ("27447-80", set()),
    ],
)
def test_a_service_is_judged_by_its_row(services: str, expected: set[str]) -> None:
    claim = replace(billed_to_medicare(*services.split()), place_of_service="24")
    hospital = {"PLACE.OFFICE_ONLY", "PLACE.FACILITY_ONLY"}
    assert rules(claim) - hospital == expected


def test_every_edit_of_the_schedule_is_quiet_about_what_is_not_in_it() -> None:
    unlisted = billed_to_medicare("12345-50", "12345-26-80", "54321-62-66")
    assert {x for x in rules(unlisted, edit_set=EVERY) if x.startswith("FEE")} == set()


def test_what_is_done_on_another_day_or_by_another_person_is_not_beside() -> None:
    both = billed_to_medicare("99213", "94760")
    assert rules(on_days(both, SERVICE_ON, SERVICE_ON)) == {"FEE.BUNDLED_SERVICE"}
    assert rules(on_days(both, SERVICE_ON, SERVICE_ON + DAY)) == set()
    assert both.rendering is not None
    colleague = replace(both.rendering, npi=npi_from_stem("155555555"))
    others = replace(both, lines=(both.lines[0], replace(both.lines[1], rendering=colleague)))
    assert rules(others) == set()


def test_an_earlier_claim_of_the_day_stands_beside() -> None:
    later, earlier = billed_to_medicare("94760"), billed_to_medicare("99213")
    assert rules(later) == set()
    assert rules(later, history=(earlier,)) == {"FEE.BUNDLED_SERVICE"}
    another = replace(earlier, patient=replace(earlier.patient, birth_on=date(1981, 1, 1)))
    assert rules(later, history=(another,)) == set()


def test_both_sides_of_different_services_are_two() -> None:
    assert rules(billed_to_medicare("69210-LT", "69210-RT")) == {"FEE.SIDES"}
    assert rules(billed_to_medicare("69210-LT", "66984-RT")) == {"PLACE.FACILITY_ONLY"}


def test_an_indicator_tells_its_release() -> None:
    (found,) = scrub(ClaimBatch.of([billed_to_medicare("93000-26")], AS_OF), REFERENCE)
    assert {f.release for f in found if f.rule == "FEE.COMPONENT"} == {"pfs_values example"}


def test_a_side_beside_both_sides_is_of_the_same_service_and_day() -> None:
    def found(*services: str) -> bool:
        return "MODIFIER.SIDES" in rules(billed_to_medicare(*services))

    assert found("66984-50", "66984-LT")
    assert not found("66984-50", "69210-LT")
    assert not found("66984-50", "66984-59")
    apart = on_days(billed_to_medicare("66984-50", "66984-LT"), SERVICE_ON, SERVICE_ON + DAY)
    assert "MODIFIER.SIDES" not in rules(apart)


# Places and telehealth


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (done_at("23", "99281"), set()),
        (done_at("21", "99281"), {"PLACE.CODE"}),
        (done_at("22", "99236"), set()),
        (done_at("13", "99349"), set()),
        (done_at("11", "99349"), {"PLACE.CODE"}),
        (done_at("10", "99223"), set()),
        (done_at("11", "99284", date(2022, 12, 31)), set()),
        (done_at("19", "71046-TC"), {"PLACE.TECHNICAL"}),
        (done_at("23", "93005"), {"PLACE.WHOLE_TEST"}),
        (done_at("24", "71046-TC"), set()),
        (done_at("11", "93005"), set()),
    ],
)
def test_a_place_is_judged_by_code_and_day(claim: Claim, expected: set[str]) -> None:
    assert {x for x in rules(claim) if x.startswith("PLACE") and "ONLY" not in x} == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (done_at("11", "99213-93"), {"TELEHEALTH.PLACE"}),
        (done_at("11", "99213-95-GP"), set()),
        (done_at("22", "99213-95"), set()),
        (done_at("11", "99213-95", date(2023, 12, 31)), set()),
        (done_at("11", "99213"), set()),
        (done_at("02", "99214-FQ"), {"TELEHEALTH.AUDIO"}),
        (done_at("02", "99349"), {"TELEHEALTH.LISTED"}),
    ],
)
def test_telehealth_is_judged_by_place_day_and_list(claim: Claim, expected: set[str]) -> None:
    assert {x for x in rules(claim) if x.startswith("TELEHEALTH")} == expected


def test_other_payers_are_asked_only_what_holds_for_all() -> None:
    for text in ("11 99213-95", "22 71046-TC", "22 96372", "02 99349"):
        place, service = text.split()
        assert rules(replace(done_at(place, service), filing_indicator="CI")) == set()


# Certificates of laboratories


def uncertified(text: str, **line: object) -> set[str]:
    claim = billed_to_medicare(text)
    claim = replace(claim, lines=(replace(claim.lines[0], **line),))
    (found,) = scrub(ClaimBatch.of([claim], AS_OF), REFERENCE)
    return {f.rule for f in found if f.rule.startswith("CLIA")}


def test_a_test_without_a_certificate_is_held() -> None:
    assert uncertified("81002") == {"CLIA.MISSING"}
    assert uncertified("81003-QW") == {"CLIA.MISSING"}
    assert uncertified("99213") == set()


def test_a_line_may_name_the_certificate_itself_and_a_reading_needs_none() -> None:
    number = "14D0123456"
    for qualifier in ("X4", "F4"):
        assert uncertified("81002", identifiers=(Identifier(qualifier, number),)) == set()
    assert uncertified("81002", identifiers=(Identifier("EW", number),)) == {"CLIA.MISSING"}
    assert uncertified("81002-26") == set()


def test_a_test_that_is_no_longer_listed_is_let_be() -> None:
    ended = CertifiedTest("81002", "", "W", None, SERVICE_ON - DAY)
    reference = Reference(library=HeldLibrary([Held(CERTIFIED_TESTS, (ended,))]))
    (found,) = scrub(ClaimBatch.of([billed_to_medicare("81002")], AS_OF), reference)
    assert [f.message for f in found if f.rule == "CLIA.MISSING"] == []


@pytest.mark.parametrize(
    "number", ["14D012345", "14D01234567", "1AD0123456", "14d0123456", "14D012345٣", "14DD123456"]
)
def test_a_number_of_another_form_is_seen(number: str) -> None:
    assert "CLIA.FORM" in rules(replace(billed_to_medicare("81002"), clia_number=number))


# Modifiers


def test_a_repeat_may_stand_on_an_earlier_claim() -> None:
    again = billed_to_medicare("71046-76")
    assert "MODIFIER.REPEAT" in rules(again)
    assert "MODIFIER.REPEAT" not in rules(again, history=(billed_to_medicare("71046"),))
    yesterday = on_days(billed_to_medicare("71046"), SERVICE_ON - DAY)
    assert "MODIFIER.REPEAT" in rules(again, history=(yesterday,))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("99213-XS", {"MODIFIER.CODE"}),
        ("20610-25", {"MODIFIER.CODE_DOUBTFUL"}),
        ("92014-25", set()),
        ("0001U-91", set()),
        ("36415-91", {"MODIFIER.CODE_DOUBTFUL"}),
        ("99213-24", set()),
    ],
)
def test_modifiers_are_compared_with_codes(service: str, expected: set[str]) -> None:
    assert rules(billed_to_medicare(service)) == expected


def test_stays_are_not_judged_by_the_schedule() -> None:
    stay = replace(STAY, filing_indicator="MB")
    assert rules(stay) == set()
