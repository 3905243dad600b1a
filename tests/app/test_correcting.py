"""Refused and corrected claims: what is billed, what is not, and what a replacement names."""

from datetime import date

import msgspec
import pytest

from app.desk import SERVICE_ON, VISIT, Desk, at, era
from cleanclaim.app.correcting import (
    Correction,
    NotCorrectableError,
    PayerNumberMissingError,
    correct_claim,
)
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.model import ServiceLine
from cleanclaim.store.claims.models import ClaimFinding, ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within


def lines(desk: Desk, claim: ClaimRecord) -> tuple[ServiceLine, ...]:
    with within(desk.organization):
        return latest_claim(desk.claim(claim)).lines


def send_again(desk: Desk, claim: ClaimRecord) -> None:
    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    assert causes == ()
    submit_claims(**desk.who, at=at(), payer=desk.claim(claim).payer)


def work(desk: Desk, content: str, kind: str) -> None:
    desk.keep(content.encode(), kind=kind)
    work_inbox(**desk.who, at=at(date(2026, 4, 12)))


def status(claim: ClaimRecord, category: str, code: str, number: str = "") -> str:
    """Answer one claim with a 277CA."""
    body = (
        "BHT*0085*08*000000002*20260412*0900*TH~"
        "HL*1**20*1~NM1*PR*2*PAYER 1*****PI*PAY01~"
        "TRN*1*R1~DTP*050*D8*20260412~DTP*009*D8*20260412~"
        "HL*2*1*21*1~NM1*41*2*PRACTICE*****46*123456789~"
        "TRN*2*000000002~STC*A1:19:PR*20260412*WQ*200~"
        "HL*3*2*19*1~NM1*85*2*PRACTICE*****XX*1234567893~"
        "HL*4*3*PT~NM1*QC*1*DOE*JANE****MI*M100001~"
        f"TRN*2*{claim.control_number}~STC*{category}:{code}*20260412*U*200~"
        f"{f'REF*1K*{number}~' if number else ''}DTP*472*D8*20260410~"
    )
    return interchange("HN", "005010X214", f"ST*277*0001*005010X214~{body}", body.count("~") + 2)


def refusal_of_file(control: int) -> str:
    """Answer a file with a 999 that refuses its transaction."""
    body = (
        f"AK1*HC*{control}*005010X222A1~AK2*837*0001*005010X222A1~"
        "IK3*CLM*22*2300*8~IK5*R*5~AK9*R*1*1*0~"
    )
    return interchange(
        "FA", "005010X231A1", f"ST*999*0001*005010X231A1~{body}", body.count("~") + 2
    )


def interchange(group: str, guide: str, body: str, count: int) -> str:
    return (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'PAY01':<15}*30*{'123456789':<15}"
        "*260412*0900*^*00501*000000077*0*T*:~"
        f"GS*{group}*PAY01*123456789*20260412*0900*1*X*{guide}~"
        f"{body}SE*{count}*0001~GE*1*1~IEA*1*000000077~"
    )


def test_a_refused_claim_is_unbilled_corrected_and_sent_again(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}
    work(desk, status(claim, "A7", "562"), "277CA")
    assert desk.state(claim) == "rejected"
    assert desk.books() == {"ar_unbilled": 20_000, "revenue": -20_000}
    with within(desk.organization):
        found = ClaimFinding.objects.of(desk.organization).get(claim=claim, origin="277CA")
    assert (found.rule, found.severity) == ("STATUS.A7.562", "block")
    (task,) = desk.tasks("rejected")
    assert (task.value_cents, task.due_on) == (20_000, date(2026, 10, 7))
    told = {**desk.who, "at": at(), "claim": claim.pk}
    same = correct_claim(**told, correction=Correction("number", prior_authorization="A1"))
    assert (same.pk, same.version_number) == (claim.pk, 2)
    send_again(desk, claim)
    assert desk.state(claim) == "submitted"
    assert desk.tasks() == []
    work(desk, status(claim, "A2", "20", "ICN1").replace("000000077", "000000078"), "277CA")
    assert desk.state(claim) == "accepted"
    assert desk.claim(claim).payer_claim_number == "ICN1"
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}


def test_a_refused_file_refuses_each_of_its_claims(desk: Desk) -> None:
    claims = [desk.assembled(desk.patient(), VISIT) for _ in range(2)]
    for claim in claims:
        release_claim(**desk.who, at=at(), claim=claim.pk)
    file = submit_claims(**desk.who, at=at(), payer=desk.payers[0])
    assert file is not None
    other = desk.submitted(desk.patient(), VISIT)
    assert file.control_number is not None
    work(desk, refusal_of_file(file.control_number), "999")
    assert [desk.state(claim) for claim in claims] == ["rejected", "rejected"]
    assert desk.state(other) == "submitted"
    assert desk.books() == {"ar_insurance": 20_000, "ar_unbilled": 40_000, "revenue": -60_000}


def test_a_batch_answered_without_its_claims_asks_a_person(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    text = status(claim, "A7", "562")
    start, end = text.index("HL*3*"), text.index("SE*")
    body = text[text.index("ST*") : start]
    whole = interchange("HN", "005010X214", body, body.count("~") + 1)
    assert end > start
    work(desk, whole.replace("HL*2*1*21*1", "HL*2*1*21*0"), "277CA")
    assert desk.state(claim) == "submitted"
    assert [task.kind for task in desk.tasks()] == ["exchange"]


def test_a_status_of_a_claim_nobody_sent_asks_a_person(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    other = status(claim, "A7", "562").replace(claim.control_number, "OTHER99")
    work(desk, other, "277CA")
    assert desk.state(claim) == "submitted"
    assert [task.kind for task in desk.tasks()] == ["exchange"]


def test_a_claim_on_its_way_cannot_be_corrected(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    with pytest.raises(NotCorrectableError):
        correct_claim(**desk.who, at=at(), claim=claim.pk, correction=Correction("too early"))


def test_a_replacement_must_name_the_payers_number(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12~CAS*CO*4*200~", paid="0"))
    with pytest.raises(PayerNumberMissingError):
        correct_claim(**desk.who, at=at(), claim=claim.pk, correction=Correction("modifier"))


def denied(desk: Desk) -> ClaimRecord:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*197*200~", paid="0"))
    return claim


def test_a_replacement_is_a_further_claim_with_frequency_seven(desk: Desk) -> None:
    claim = denied(desk)
    told = {**desk.who, "at": at(), "claim": claim.pk}
    new = correct_claim(**told, correction=Correction("found", prior_authorization="A1"))
    assert (desk.state(claim), desk.tasks()) == ("replaced", [])
    send_again(desk, new)
    with within(desk.organization):
        file = ExchangedFile.objects.of(desk.organization).filter(kind="837P").latest("pk")
    text = bytes(file.content).decode()
    assert f"CLM*{new.control_number}*200***11:B:7*" in text
    assert "REF*F8*ICN1~" in text
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}
    back = f"CLP*{claim.control_number}*22*-200*0**12*ICN1~CAS*CO*197*-200~"
    paid = f"CLP*{new.control_number}*1*200*150**12*ICN2~CAS*CO*45*50~"
    desk.posted(era(back, paid, paid="150", trace="T2"))
    assert (desk.state(claim), desk.state(new)) == ("replaced", "paid")
    assert desk.tasks() == []
    assert desk.books() == {"cash_clearing": 15_000, "contractual": 5_000, "revenue": -20_000}


def test_a_paid_claim_corrected_downwards_ends_at_what_is_charged_now(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    first = f"CLP*{claim.control_number}*1*200*150**12*ICN1~CAS*CO*45*50~"
    desk.posted(era(first, paid="150"))
    one = (lines(desk, claim)[0],)
    told = {**desk.who, "at": at(), "claim": claim.pk}
    new = correct_claim(**told, correction=Correction("billed twice", lines=one))
    assert new.total_charge_cents == 15_000
    assert desk.books()["revenue"] == -20_000, "the payer has paid on it: it waits"
    send_again(desk, new)
    back = f"CLP*{claim.control_number}*22*-200*-150**12*ICN1~CAS*CO*45*-50~"
    paid = f"CLP*{new.control_number}*1*150*110*10*12*ICN2~CAS*CO*45*30~CAS*PR*3*10~"
    desk.posted(era(back, paid, paid="0", trace="T2", provider_level="FB:T2*-40"))
    assert desk.books() == {
        "ar_patient": 1_000,
        "cash_clearing": 15_000,
        "contractual": 3_000,
        "payer_recoup": -4_000,
        "revenue": -15_000,
    }
    assert desk.state(new) == "paid"


def test_a_correction_upwards_is_billed_when_it_leaves_even_after_another_edit(desk: Desk) -> None:
    claim = denied(desk)
    told = {**desk.who, "at": at()}
    first, second = lines(desk, claim)
    dearer = msgspec.structs.replace(first, charge_cents=18_000)
    new = correct_claim(
        **told, claim=claim.pk, correction=Correction("dearer", lines=(dearer, second))
    )
    assert desk.books() == {"ar_insurance": 20_000, "ar_unbilled": 3_000, "revenue": -23_000}
    dearest = msgspec.structs.replace(first, charge_cents=19_000)
    correct_claim(**told, claim=new.pk, correction=Correction("more", lines=(dearest, second)))
    send_again(desk, new)
    assert desk.books() == {"ar_insurance": 24_000, "revenue": -24_000}


def test_a_claim_amended_before_it_leaves_is_billed_as_amended(desk: Desk) -> None:
    claim = desk.assembled(desk.patient(), VISIT)
    first = (lines(desk, claim)[0],)
    told = {**desk.who, "at": at(), "claim": claim.pk}
    correct_claim(**told, correction=Correction("one service", lines=first))
    assert desk.books() == {"ar_unbilled": 15_000, "revenue": -15_000}
    send_again(desk, claim)
    assert desk.owes(claim) == 15_000
    assert desk.claim(claim).filing_due_on == date(2026, 10, 7)
    assert desk.claim(claim).service_on == SERVICE_ON
