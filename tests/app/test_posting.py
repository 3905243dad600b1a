"""A payer's decision in the books: what moves, what stays open, what a person must look at."""

from datetime import date

from app.desk import VISIT, Desk, at, clearing, era
from cleanclaim.app.collecting import record_deposit
from cleanclaim.kernel.money import format_dollars
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.tenancy import within


def priced(claim: ClaimRecord) -> str:
    """Write a decision of 200.00: 120.00 paid, 60.00 off, 20.00 left to the patient."""
    return (
        f"CLP*{claim.control_number}*1*200*120*20*12*ICN1~"
        "SVC*HC:99213*150*90**1~DTM*472*20260410~CAS*CO*45*45~CAS*PR*3*15~REF*6R*1~"
        "SVC*HC:36415*50*30**1~DTM*472*20260410~CAS*CO*45*15~CAS*PR*2*5~REF*6R*2~"
    )


def test_a_price_above_the_contract_is_no_denial(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(priced(claim), paid="120"))
    assert desk.state(claim) == "paid"
    assert desk.tasks() == []
    assert desk.books() == {
        "ar_patient": 2_000,
        "cash_clearing": 12_000,
        "contractual": 6_000,
        "revenue": -20_000,
    }


def test_a_payment_of_nothing_into_the_deductible_is_no_denial(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(
        era(f"CLP*{claim.control_number}*1*200*0*140*12*ICN1~CAS*CO*45*60~CAS*PR*1*140~", paid="0")
    )
    assert desk.state(claim) == "paid"
    assert (desk.owes(claim), desk.patient_owes(claim)) == (0, 14_000)
    assert desk.tasks() == []


def test_a_denial_leaves_the_balance_open_and_opens_a_task_until_the_appeal_ends(
    desk: Desk,
) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*197*200~", paid="0"))
    assert desk.state(claim) == "denied"
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}
    (task,) = desk.tasks()
    assert (task.kind, task.value_cents, task.due_on) == ("denial", 20_000, date(2026, 7, 23))


def test_a_contractual_amount_beside_a_denial_is_no_write_off(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*45*60**50*140~", paid="0"))
    assert desk.state(claim) == "denied"
    assert desk.owes(claim) == 20_000


def test_a_paid_line_beside_a_denied_one_is_paid_in_part(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(
        era(
            f"CLP*{claim.control_number}*1*200*90*15*12*ICN1~"
            "SVC*HC:99213*150*90**1~DTM*472*20260410~CAS*CO*45*45~CAS*PR*3*15~REF*6R*1~"
            "SVC*HC:36415*50*0**1~DTM*472*20260410~CAS*CO*97*50~REF*6R*2~",
            paid="90",
        )
    )
    assert desk.state(claim) == "partly_paid"
    assert (desk.owes(claim), desk.patient_owes(claim)) == (5_000, 1_500)
    assert [(task.kind, task.value_cents) for task in desk.tasks()] == [("denial", 5_000)]


def test_a_denial_that_is_paid_after_all_is_settled_everywhere(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~", paid="0"))
    desk.posted(
        era(
            f"CLP*{claim.control_number}*1*200*140**12*ICN1~CAS*CO*45*60~",
            paid="140",
            trace="TRACE2",
        )
    )
    assert desk.state(claim) == "paid"
    assert desk.tasks() == []
    with within(desk.organization):
        assert not Denial.objects.of(desk.organization).filter(status="open").exists()


def test_six_adjustments_with_blanks_in_one_segment_all_count(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(
        era(
            f"CLP*{claim.control_number}*1*200*94*31*12*ICN1~"
            "CAS*CO*45*50**59*10*1*131*5**253*2**104*3**144*5~"
            "CAS*PR*1*10**2*20**3*1~",
            paid="94",
        )
    )
    assert desk.state(claim) == "paid"
    assert desk.books() == {
        "ar_patient": 3_100,
        "cash_clearing": 9_400,
        "contractual": 7_000,
        "revenue": -20_000,
        "sequestration": 200,
        "withhold": 300,
    }


def test_a_reason_without_a_rule_stays_open_with_a_task(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(
        era(f"CLP*{claim.control_number}*1*200*140**12*ICN1~CAS*CO*45*40*1*P99*20~", paid="140")
    )
    assert desk.owes(claim) == 2_000
    (task,) = desk.tasks("remit")
    assert task.value_cents == 2_000


def test_more_than_is_owed_becomes_a_credit_with_a_task(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(f"CLP*{claim.control_number}*1*200*200**12*ICN1~", paid="200"))
    desk.posted(
        era(f"CLP*{claim.control_number}*1*200*150**12*ICN1~CAS*CO*45*50~", paid="150", trace="T2")
    )
    assert desk.books() == {
        "cash_clearing": 35_000,
        "refunds_payable": -15_000,
        "revenue": -20_000,
    }
    (task,) = desk.tasks("credit")
    assert task.value_cents == 15_000
    # The payer takes the second one back: the credit goes, the first decision stands.
    desk.posted(
        era(
            f"CLP*{claim.control_number}*22*-200*-150**12*ICN1~CAS*CO*45*-50~",
            paid="0",
            trace="T3",
            provider_level="FB:T3*-150",
        )
    )
    assert desk.books() == {
        "cash_clearing": 35_000,
        "payer_recoup": -15_000,
        "revenue": -20_000,
    }
    assert desk.tasks("credit") == []


def test_a_predetermination_moves_nothing(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    before = desk.every_account()
    desk.posted(
        era(f"CLP*{claim.control_number}*25*200*0*140*12*ICN1~CAS*CO*45*60~CAS*PR*1*140~", paid="0")
    )
    assert desk.every_account() == before
    assert desk.state(claim) == "submitted"


def test_clearing_is_at_zero_after_the_deposit(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(priced(claim), paid="120"))
    (remit,) = desk.remits()
    assert clearing(desk, remit) == 12_000
    told = {**desk.who, "at": at(date(2026, 4, 26)), "remit": remit.pk}
    assert record_deposit(**told, deposited_on=date(2026, 4, 26)) == 12_000
    assert record_deposit(**told, deposited_on=date(2026, 4, 27)) == 0
    assert clearing(desk, remit) == 0
    assert desk.books()["bank"] == 12_000


def test_interest_is_income_and_never_part_of_the_claim(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(priced(claim), paid="123.45", provider_level="L6:ICN1*-3.45"))
    assert desk.books()["interest"] == -345
    assert desk.books()["cash_clearing"] == 12_345
    assert desk.owes(claim) == 0


def test_a_claim_nobody_sent_waits_in_suspense_with_a_task(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    unknown = "CLP*OTHER77*1*310*80**12*ICN7~SVC*HC:99215*310*80~DTM*472*20260401~CAS*CO*45*230~"
    desk.posted(era(priced(claim), unknown, paid="200"))
    assert desk.books()["suspense"] == -8_000
    (task,) = desk.tasks("suspense")
    assert task.value_cents == 8_000
    assert format_dollars(8_000) in task.title
    assert "OTHER77" not in task.title
    assert desk.state(claim) == "paid"


def test_money_taken_back_for_a_claim_nobody_sent_stands_against_the_payer(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    unknown = "CLP*OTHER77*22*-310*-80**12*ICN7~SVC*HC:99215*-310*-80~CAS*CO*45*-230~"
    desk.posted(era(priced(claim), unknown, paid="40"))
    assert desk.books()["payer_recoup"] == 8_000
    assert "suspense" not in desk.books()
    assert [task.value_cents for task in desk.tasks("suspense")] == [8_000]


def test_a_reversal_of_what_was_never_posted_here_does_not_touch_the_claim(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(
        era(
            f"CLP*{claim.control_number}*22*-200*-120**12*ICN1~CAS*CO*45*-60~CAS*PR*3*-20~",
            paid="0",
            provider_level="FB:TRACE1*-120",
        )
    )
    assert desk.owes(claim) == 20_000
    assert desk.state(claim) == "submitted"
    assert len(desk.tasks("suspense")) == 1
