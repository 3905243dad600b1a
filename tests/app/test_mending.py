"""Mending one field of a claim: it becomes a version, and is judged again at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.desk import ONE, at
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.correcting import Correction, NotCorrectableError, correct_claim
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.entering import EntryError
from cleanclaim.app.mending import Mend, NothingChangedError, mend_claim
from cleanclaim.app.reading.claims import read_claim
from cleanclaim.app.reading.mendings import group_findings
from cleanclaim.app.releasing import override_holds, release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.model import Claim
from cleanclaim.edits.menders import Field, Mender
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion, Hold
from cleanclaim.store.events.models import Event
from cleanclaim.store.tenancy import within

if TYPE_CHECKING:
    from app.desk import Desk

TWICE = (CodedService("99213", ("I10",), ("25", "25"), charge_cents=20_000),)


def mended(desk: "Desk", claim: ClaimRecord, field: Field, typed: str, line: int = 0) -> str:
    mend = Mend(field, typed, line, "MODIFIER.FORM")
    return str(mend_claim(**desk.who, at=at(), claim=claim.pk, mend=mend).state)


def held(desk: "Desk") -> ClaimRecord:
    """Hold a claim that has one modifier twice."""
    claim = desk.assembled(desk.patient(), TWICE)
    release_claim(**desk.who, at=at(), claim=claim.pk)
    assert desk.state(claim) == "held"
    return claim


def content(desk: "Desk", claim: ClaimRecord) -> Claim:
    with within(desk.organization):
        return latest_claim(desk.claim(claim))


def open_rules(desk: "Desk", claim: ClaimRecord) -> set[str]:
    with within(desk.organization):
        return {finding.rule for finding in read_claim(desk.organization, claim.pk).findings}


def test_a_held_claim_that_is_mended_becomes_ready(desk: "Desk") -> None:
    claim = held(desk)
    assert "MODIFIER.FORM" in open_rules(desk, claim)
    assert mended(desk, claim, Field.MODIFIERS, "25", 1) == "ready"
    assert open_rules(desk, claim) == set()
    with within(desk.organization):
        version = ClaimVersion.objects.of(desk.organization).get(claim=claim, number=2)
        assert version.reason == "modifiers of line 1 mended for MODIFIER.FORM"
        events = Event.objects.of(desk.organization).filter(claim_id=claim.pk)
        assert {"claim.edited", "claim.scrubbed", "claim.cleared"} <= set(
            events.values_list("action", flat=True)
        )


def test_a_mending_that_does_not_help_leaves_the_claim_held(desk: "Desk") -> None:
    claim = held(desk)
    assert mended(desk, claim, Field.UNITS, "2", 1) == "held"
    assert "MODIFIER.FORM" in open_rules(desk, claim)


def test_a_draft_stays_one_and_is_scrubbed(desk: "Desk") -> None:
    claim = desk.assembled(desk.patient(), TWICE)
    scrub_claim(**desk.who, at=at(), claim=claim.pk)
    assert mended(desk, claim, Field.MODIFIERS, "", 1) == "draft"
    assert open_rules(desk, claim) == set()


@pytest.mark.parametrize(
    ("field", "typed", "line", "read"),
    [
        (Field.CODE, "99214", 1, lambda c: c.lines[0].procedure.code == "99214"),
        (Field.UNITS, "3", 1, lambda c: c.lines[0].units == 3),
        (Field.CHARGE, "$1,250.50", 1, lambda c: c.total_charge_cents == 125_050),
        (Field.PLACE, "22", 1, lambda c: c.lines[0].place_of_service == "22"),
        (Field.PLACE, "22", 0, lambda c: c.place_of_service == "22"),
        (Field.DIAGNOSES, "E11.65 I10", 0, lambda c: c.diagnoses[0].code == "E1165"),
        (Field.AUTHORIZATION, "A-77", 0, lambda c: c.prior_authorization == "A-77"),
        (Field.REFERRAL, "R9", 0, lambda c: c.referral_number == "R9"),
        (Field.CLIA, "14D0123456", 0, lambda c: c.clia_number == "14D0123456"),
    ],
)
def test_each_field_is_mended_where_it_stands(
    desk: "Desk", field: Field, typed: str, line: int, read: Callable[[Claim], bool]
) -> None:
    claim = desk.assembled(desk.patient(), ONE)
    assert not read(content(desk, claim))
    mended(desk, claim, field, typed, line)
    assert read(content(desk, claim))


@pytest.mark.parametrize(
    ("field", "typed", "line"),
    [
        (Field.MODIFIERS, "25 GT 59 RT LT", 1),
        (Field.MODIFIERS, "2*", 1),
        (Field.UNITS, "0", 1),
        (Field.UNITS, "NaN", 1),
        (Field.CHARGE, "-1", 1),
        (Field.POINTERS, "1 x", 1),
        (Field.PLACE, "home", 0),
        (Field.CODE, "9921", 1),
        (Field.CODE, "99214", 7),
        (Field.CODE, "99214", 0),
        (Field.MEMBER_ID, "M1", 1),
        (Field.MEMBER_ID, "", 0),
        (Field.AUTHORIZATION, "A~SE*2", 0),
        (Field.DIAGNOSES, " ", 0),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    desk: "Desk", field: Field, typed: str, line: int
) -> None:
    claim = desk.assembled(desk.patient(), ONE)
    with pytest.raises(EntryError):
        mended(desk, claim, field, typed, line)
    assert desk.claim(claim).version_number == 1


def test_the_same_again_is_no_version(desk: "Desk") -> None:
    claim = desk.assembled(desk.patient(), ONE)
    for field, typed, line in ((Field.CODE, "99213", 1), (Field.PLACE, "11", 1)):
        with pytest.raises(NothingChangedError):
            mended(desk, claim, field, typed, line)
    assert desk.claim(claim).version_number == 1


def test_what_has_left_is_not_mended(desk: "Desk") -> None:
    claim = desk.submitted(desk.patient())
    with pytest.raises(NotCorrectableError):
        mended(desk, claim, Field.UNITS, "2", 1)


def test_a_member_id_is_mended_on_the_coverage_too_and_asked_about_again(desk: "Desk") -> None:
    patient = desk.patient()
    claim = desk.assembled(patient, ONE)
    wrong = desk.coverage(patient).member_id
    mended(desk, claim, Field.MEMBER_ID, "M199999", 0)
    assert desk.coverage(patient).member_id == "M199999" != wrong
    assert content(desk, claim).subscriber.member_id == "M199999"
    release_claim(**desk.who, at=at(), claim=claim.pk)
    with within(desk.organization):
        # The simulated payer knows no such member: the answer was asked for anew.
        reasons = Hold.objects.of(desk.organization).filter(claim=claim, released_at=None)
        assert [hold.reason.split(".")[0] for hold in reasons] == ["COVERAGE"]
    assert mended(desk, claim, Field.MEMBER_ID, wrong, 0) == "ready"


def test_one_hold_is_overridden_and_the_others_go_on_holding(desk: "Desk") -> None:
    claim = held(desk)
    two = Correction("no diagnosis", diagnoses=())
    correct_claim(**desk.who, at=at(), claim=claim.pk, correction=two)
    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    assert {"MODIFIER.FORM", "REQUIRED.DIAGNOSES"} <= {cause.reason for cause in causes}
    told = {**desk.who, "at": at(), "claim": claim.pk, "reason": "the payer said so"}
    assert override_holds(**told, rule="MODIFIER.FORM").state == "held"
    with within(desk.organization):
        holds = Hold.objects.of(desk.organization).filter(claim=claim, overridden_for=2)
        assert [hold.reason for hold in holds] == ["MODIFIER.FORM"]
    assert override_holds(**told).state == "ready"


def test_findings_and_holds_are_grouped_by_desk_with_fields_that_mend(desk: "Desk") -> None:
    claim = desk.assembled(desk.patient(), TWICE, verified=False)
    release_claim(**desk.who, at=at(), claim=claim.pk)
    with within(desk.organization):
        view = read_claim(desk.organization, claim.pk)
    desks = {each.mender: each.findings for each in group_findings(view, mendable=True)}
    assert set(desks) == {Mender.CODER, Mender.FRONT_DESK}
    (coder,) = desks[Mender.CODER]
    assert (coder.finding.rule, coder.holds) == ("MODIFIER.FORM", True)
    assert (coder.fields[0].label, coder.fields[0].value) == ("modifiers of line 1", "25 25")
    (front,) = desks[Mender.FRONT_DESK]
    assert front.finding.rule == "COVERAGE.UNVERIFIED"
    assert [form.field for form in front.fields] == [Field.MEMBER_ID]
    unmendable = group_findings(view, mendable=False)
    assert [each.fields for group in unmendable for each in group.findings] == [(), ()]
