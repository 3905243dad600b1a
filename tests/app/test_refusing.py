"""Refusals before adjudication: back to the desk that can mend them, and sent again."""

from app.desk import SERVICE_ON, Desk, at, profile
from cleanclaim.app.connecting import keep_file
from cleanclaim.app.mending import Mend, mend_claim
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.work import unit_of_work
from cleanclaim.edits.menders import Field, Mender, mending_elsewhere
from cleanclaim.store.claims.models import ClaimFile, ClaimFinding, ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within
from conftest import Practice


def answer(desk: Desk, claim: ClaimRecord, verdict: str, number: int | None = None) -> None:
    """Let the payer answer the interchange of a claim with a TA1."""
    with within(desk.organization):
        sent = ClaimFile.objects.of(desk.organization).filter(file__direction="out")
        carried = sent.filter(claim=claim).latest("pk")
        control = number or carried.file.control_number
    text = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'PAY01':<15}*30*{'123456789':<15}"
        "*260424*0600*^*00501*000000001*0*T*:~"
        f"TA1*{control:09d}*260410*0900*{verdict}*006~IEA*0*000000001~"
    )
    with unit_of_work(organization=desk.organization, actor=desk.who["actor"], at=at()) as work:
        keep_file(
            work,
            desk.payers[0],
            direction="in",
            kind="TA1",
            name="ta1",
            content=text.encode(),
        )
    work_inbox(**desk.who, at=at())


def test_a_refused_interchange_rejects_its_claims_and_stays_as_proof(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    answer(desk, claim, "R")
    assert desk.state(claim) == "rejected"
    assert desk.books() == {"ar_unbilled": 20_000, "revenue": -20_000}
    (task,) = desk.tasks("rejected")
    assert "refused the whole file" in task.title
    with within(desk.organization):
        kinds = ClaimFile.objects.of(desk.organization).filter(claim=claim)
        assert set(kinds.values_list("file__kind", flat=True)) == {"837P", "TA1"}
        found = ClaimFinding.objects.of(desk.organization).get(origin="TA1")
    assert (found.rule, found.place) == ("X12.TA1", "interchange")


def test_an_interchange_taken_in_changes_nothing(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    answer(desk, claim, "A")
    answer(desk, claim, "E")
    assert desk.state(claim) == "submitted"
    assert desk.tasks() == []


def test_a_refused_interchange_that_is_none_of_ours_asks_a_person(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    answer(desk, claim, "R", number=4711)
    assert desk.state(claim) == "submitted"
    (task,) = desk.tasks("exchange")
    assert "held no claims" in task.title


def test_a_member_that_is_not_found_goes_to_the_front_desk_and_is_sent_again(
    practice: Practice,
) -> None:
    known = profile(1)
    fewer = profile(1, members=known.members[1:])
    desk = Desk(practice.organization, {1: fewer})
    desk.enroll()
    patient = desk.patient()
    claim = desk.assembled(patient, verified=False)
    from cleanclaim.app.releasing import override_holds, release_claim

    release_claim(**desk.who, at=at(), claim=claim.pk)
    override_holds(**desk.who, at=at(), claim=claim.pk, reason="the card was seen")
    submit_claims(**desk.who, at=at(), payer=desk.payers[0])
    exchange(**desk.who, at=at(), payer=desk.payers[0])
    work_inbox(**desk.who, at=at())
    assert desk.state(claim) == "rejected"
    (task,) = desk.tasks("rejected")
    assert task.next_step == "The front desk mends the member id; then release the claim again"
    mend_claim(**desk.who, at=at(), claim=claim.pk, mend=Mend(Field.MEMBER_ID, "M100002"))
    _released, _causes = release_claim(**desk.who, at=at(SERVICE_ON), claim=claim.pk)
    override_holds(**desk.who, at=at(), claim=claim.pk, reason="the card was seen")
    submit_claims(**desk.who, at=at(), payer=desk.payers[0])
    exchange(**desk.who, at=at(), payer=desk.payers[0])
    work_inbox(**desk.who, at=at())
    assert desk.state(claim) == "accepted"
    assert desk.tasks("rejected") == []
    with within(desk.organization):
        rows = ClaimFile.objects.of(desk.organization).filter(claim=claim)
        sent = ExchangedFile.objects.of(desk.organization).filter(pk__in=rows.values("file"))
        assert sent.filter(kind="277CA").count() == 2  # both answers are kept


def test_a_status_without_a_desk_of_its_own_is_the_billers() -> None:
    assert mending_elsewhere("STATUS.A3.33").fields == (Field.MEMBER_ID,)
    assert mending_elsewhere("STATUS.A7.562").mender is Mender.CREDENTIALING
    assert mending_elsewhere("STATUS.A7.9999").mender is Mender.BILLER
    assert mending_elsewhere("X12.999").mender is Mender.BILLER
