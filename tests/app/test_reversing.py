"""What a payer takes back: every account returns, and what others paid meanwhile is theirs."""

from datetime import date

import pytest

from app.desk import VISIT, Desk, at, envelope, era, transaction
from cleanclaim.app.collecting import apply_patient_credit, bill_next_payer, take_patient_payment
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.ledger.models import Entry
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within

PAYS_ON = date(2026, 5, 4)


def decision(claim: ClaimRecord, sign: int = 1, status: str = "1") -> str:
    """Write 200.00: 120.00 paid, 60.00 contractual, 2.00 sequestration, 18.00 to the patient."""
    s = sign
    return (
        f"CLP*{claim.control_number}*{status}*{200 * s}*{120 * s}*{'' if s < 0 else 18}*12*ICN1~"
        f"CAS*CO*45*{60 * s}**253*{2 * s}~CAS*PR*1*{10 * s}**2*{8 * s}~"
    )


def reversed_in_one(claim: ClaimRecord, *, trace: str = "BACK") -> bytes:
    """Take the decision back; the payer carries what it is owed forward."""
    back = decision(claim, -1, "22")
    return era(back, paid="0", trace=trace, provider_level=f"FB:{trace}*-120")


def test_a_decision_and_its_reversal_net_to_zero_on_every_account(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    before = desk.every_account()
    paid = transaction(decision(claim), paid="120", trace="PAID")
    other = transaction(
        decision(claim, -1, "22"), paid="0", trace="BACK", provider_level="FB:BACK*-120"
    )
    taken = "CLP*LEGACY1*1*300*120**12*ICN8~CAS*CO*45*180~"
    even = transaction(taken, paid="0", trace="EVEN", provider_level="FB:BACK*120")
    results = desk.post(envelope(paid, other, even))
    assert [result.outcome for result in results] == ["posted"] * 3
    after = desk.every_account()
    # Only the money itself remains: 120.00 came with a payment and went into suspense.
    left = {key: cents for key, cents in after.items() if before.get(key) != cents}
    assert sorted(left.values()) == [-12_000, 12_000]
    assert {key.split("|")[0] for key in left} == {"cash_clearing", "suspense"}
    assert desk.state(claim) == "accepted"


def test_a_reversal_and_its_correction_leave_the_correction(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    corrected = f"CLP*{claim.control_number}*1*200*150*10*12*ICN1~CAS*CO*45*38**253*2~CAS*PR*1*10~"
    desk.posted(era(decision(claim, -1, "22"), corrected, paid="30", trace="BACK"))
    assert desk.state(claim) == "paid"
    assert desk.books() == {
        "ar_patient": 1_000,
        "cash_clearing": 15_000,
        "contractual": 3_800,
        "revenue": -20_000,
        "sequestration": 200,
    }


def test_the_same_decision_again_after_a_reversal_is_no_copy(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    desk.posted(era(decision(claim, -1, "22"), decision(claim), paid="0", trace="BACK"))
    assert desk.state(claim) == "paid"
    assert desk.tasks() == []
    assert desk.books()["contractual"] == 6_000


def test_what_the_patient_paid_on_a_share_that_is_no_more_is_theirs(desk: Desk) -> None:
    patient = desk.patient()
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    told = {**desk.who, "at": at(PAYS_ON), "patient": patient.pk}
    assert take_patient_payment(**told, cents=1_800, receipt="R1") == 0
    assert desk.state(claim) == "closed"
    desk.posted(reversed_in_one(claim))
    assert desk.state(claim) == "accepted"
    assert (desk.owes(claim), desk.patient_owes(claim)) == (20_000, 0)
    assert desk.kind(AccountKind.UNAPPLIED) == -1_800
    (task,) = desk.tasks("credit")
    assert task.value_cents == 1_800
    corrected = f"CLP*{claim.control_number}*1*200*150*10*12*ICN1~CAS*CO*45*40~CAS*PR*1*10~"
    desk.posted(era(corrected, paid="30", trace="AGAIN", provider_level="FB:BACK*120"))
    assert apply_patient_credit(**told) == 1_000
    assert desk.kind(AccountKind.UNAPPLIED) == -800
    assert [task.value_cents for task in desk.tasks("credit")] == [800]
    assert desk.kind(AccountKind.PAYER_RECOUP) == 0
    assert desk.state(claim) == "closed"


def second_payer(desk: Desk, patient: Patient, claim: ClaimRecord) -> ClaimRecord:
    """Bring what the first payer left to the second one."""
    coverage = desk.coverage(patient, 2)
    told = {**desk.who, "at": at(PAYS_ON)}
    verify_coverage(**told, coverage=coverage.pk, service_on=claim.service_on)
    second = bill_next_payer(**told, claim=claim.pk, coverage=coverage)
    _, causes = release_claim(**told, claim=second.pk)
    assert causes == ()
    submit_claims(**told, payer=coverage.payer)
    return desk.claim(second)


def test_a_second_payer_pays_what_the_first_left(desk: Desk) -> None:
    patient = desk.patient(second=True)
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    assert (desk.owes(claim, 1), desk.patient_owes(claim)) == (1_800, 0)
    second = second_payer(desk, patient, claim)
    desk.posted(
        era(
            f"CLP*{second.control_number}*2*200*8*10*12*ICN2~CAS*OA*23*182~CAS*PR*1*10~",
            paid="8",
            trace="SECOND",
            payer=2,
        )
    )
    assert desk.state(second) == "paid"
    assert desk.books() == {
        "ar_patient": 1_000,
        "cash_clearing": 12_800,
        "contractual": 6_000,
        "revenue": -20_000,
        "sequestration": 200,
    }


def test_what_the_second_payer_paid_is_owed_back_when_the_first_reverses(desk: Desk) -> None:
    patient = desk.patient(second=True)
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    second = second_payer(desk, patient, claim)
    paid = f"CLP*{second.control_number}*2*200*8*10*12*ICN2~CAS*OA*23*182~CAS*PR*1*10~"
    desk.posted(era(paid, paid="8", trace="SECOND", payer=2))
    desk.posted(reversed_in_one(claim))
    assert (desk.owes(claim), desk.owes(claim, 1), desk.patient_owes(claim)) == (20_000, 0, 0)
    assert desk.kind(AccountKind.REFUNDS_PAYABLE) == -800
    (task,) = desk.tasks("credit")
    assert task.value_cents == 800
    # The second payer takes its payment back too: nothing of it is left, and nobody has gained.
    back = f"CLP*{second.control_number}*22*-200*-8**12*ICN2~CAS*OA*23*-182~CAS*PR*1*-10~"
    desk.posted(era(back, paid="0", trace="BACK2", payer=2, provider_level="FB:BACK2*-8"))
    assert desk.kind(AccountKind.REFUNDS_PAYABLE) == 0
    assert desk.kind(AccountKind.UNAPPLIED) == 0
    assert (desk.owes(claim), desk.owes(claim, 1), desk.patient_owes(claim)) == (20_000, 0, 0)
    assert desk.tasks("credit") == []


def test_a_second_payers_contractual_beyond_the_share_is_not_undone_twice(desk: Desk) -> None:
    patient = desk.patient(second=True)
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    second = second_payer(desk, patient, claim)
    before = desk.every_account()
    paid = f"CLP*{second.control_number}*2*200*8*5*12*ICN2~CAS*CO*45*87~CAS*OA*23*100~CAS*PR*1*5~"
    desk.posted(era(paid, paid="8", trace="SECOND", payer=2))
    assert (desk.owes(claim, 1), desk.patient_owes(claim)) == (0, 500)
    back = (
        f"CLP*{second.control_number}*22*-200*-8**12*ICN2~CAS*CO*45*-87~CAS*OA*23*-100~CAS*PR*1*-5~"
    )
    desk.posted(era(back, paid="0", trace="BACK2", payer=2, provider_level="FB:BACK2*-8"))
    after = desk.every_account()
    left = {key.split("|")[0] for key, cents in after.items() if before.get(key) != cents}
    assert left == {"cash_clearing", "payer_recoup"}


def test_a_coverage_shown_late_takes_the_share_off_the_patient(desk: Desk) -> None:
    patient = desk.patient()
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    assert desk.patient_owes(claim) == 1_800
    desk.cover(patient, desk.payers[1], 2)
    second = second_payer(desk, patient, claim)
    assert (desk.owes(claim, 1), desk.patient_owes(claim)) == (1_800, 0)
    paid = f"CLP*{second.control_number}*2*200*18**12*ICN2~CAS*OA*23*182~"
    desk.posted(era(paid, paid="18", trace="SECOND", payer=2))
    assert desk.kind(AccountKind.REFUNDS_PAYABLE) == 0
    assert "ar_patient" not in desk.books()


def test_the_next_payer_is_not_asked_before_the_first_has_decided(desk: Desk) -> None:
    from cleanclaim.app.collecting import NotDecidedError

    patient = desk.patient(second=True)
    claim = desk.submitted(patient, VISIT)
    told = {**desk.who, "at": at(PAYS_ON), "claim": claim.pk}
    with pytest.raises(NotDecidedError):
        bill_next_payer(**told, coverage=desk.coverage(patient, 2))
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    desk.posted(reversed_in_one(claim))
    with pytest.raises(NotDecidedError):
        bill_next_payer(**told, coverage=desk.coverage(patient, 2))


def test_a_recoupment_announced_and_then_taken_ends_at_zero_tied_to_the_claim(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    lower = f"CLP*{claim.control_number}*1*200*90*18*12*ICN1~CAS*CO*45*90**253*2~CAS*PR*1*10**2*8~"
    announced = era(
        decision(claim, -1, "22"), lower, paid="0", trace="TOLD", provider_level="WO:ICN1*-30"
    )
    desk.posted(announced)
    assert desk.kind(AccountKind.PAYER_RECOUP) == -3_000
    other = desk.submitted(desk.patient(), VISIT)
    paid = f"CLP*{other.control_number}*1*200*100**12*ICN5~CAS*CO*45*100~"
    desk.posted(era(paid, paid="70", trace="TAKEN", provider_level="WO:ICN1*30"))
    assert desk.kind(AccountKind.PAYER_RECOUP) == 0
    with within(desk.organization):
        entries = Entry.objects.of(desk.organization).filter(reason="WO")
        assert [entry.links["correlation"] for entry in entries] == [str(claim.pk)] * 2


def test_a_balance_carried_forward_ends_at_zero(desk: Desk) -> None:
    claim, other = (desk.submitted(desk.patient(), VISIT) for _ in range(2))
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    desk.posted(reversed_in_one(claim, trace="BACK"))
    assert desk.kind(AccountKind.PAYER_RECOUP) == -12_000
    paid = f"CLP*{other.control_number}*1*200*150**12*ICN5~CAS*CO*45*50~"
    desk.posted(era(paid, paid="30", trace="NEXT", provider_level="FB:BACK*120"))
    assert desk.kind(AccountKind.PAYER_RECOUP) == 0
    assert desk.kind(AccountKind.CASH_CLEARING) == 15_000


def test_the_second_payers_money_counts_again_when_the_first_leaves_the_share_again(
    desk: Desk,
) -> None:
    patient = desk.patient(second=True)
    claim = desk.submitted(patient, VISIT)
    desk.posted(era(decision(claim), paid="120", trace="PAID"))
    second = second_payer(desk, patient, claim)
    paid = f"CLP*{second.control_number}*2*200*18**12*ICN2~CAS*OA*23*182~"
    desk.posted(era(paid, paid="18", trace="SECOND", payer=2))
    lower = f"CLP*{claim.control_number}*1*200*126*12*12*ICN1~CAS*CO*45*62~CAS*PR*2*12~"
    desk.posted(era(decision(claim, -1, "22"), lower, paid="6", trace="BACK"))
    assert desk.owes(claim, 1) == 0
    assert desk.kind(AccountKind.REFUNDS_PAYABLE) == -600
    assert [task.value_cents for task in desk.tasks("credit")] == [600]
