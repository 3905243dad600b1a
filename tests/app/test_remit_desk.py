"""What people do with remittances: approve, preview, dismiss, settle suspense, type, and bank."""

from datetime import date
from typing import Any

import pytest

from app.desk import VISIT, Desk, at, clearing, era
from cleanclaim.app.approving import (
    NotStoppedError,
    ReasonMissingError,
    approve_remit,
    dismiss_remit,
    preview_remit,
    record_payee_number,
    record_posting_rule,
)
from cleanclaim.app.banking import (
    BankMismatchError,
    LineSettledError,
    confirm_line,
    import_statement,
    match_bank_lines,
    set_line_aside,
)
from cleanclaim.app.keying import (
    TypedLine,
    TypedRemit,
    TypedRemitError,
    enter_remittance,
    read_adjustments,
)
from cleanclaim.app.posting import retry_remit
from cleanclaim.app.reading.autoposts import read_autopost
from cleanclaim.app.reading.banking import read_bank
from cleanclaim.app.reading.payer_balances import payer_balances
from cleanclaim.app.reading.suspense import list_suspense, read_suspense
from cleanclaim.app.suspense import (
    NoMoneyError,
    NotSuspendedError,
    UnfitClaimError,
    assign_suspended,
    leave_to_payer,
    refund_suspended,
)
from cleanclaim.remits.bank_files import StatementLine
from cleanclaim.remits.policy import ApprovalKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.remits.models import RemitApproval
from cleanclaim.store.tenancy import within

PAID_ON = date(2026, 4, 24)
SINCE = date(2020, 1, 1)
UNKNOWN = "CLP*OTHER77*1*200*80**12*ICN7~SVC*HC:99213*200*80~DTM*472*20260410~CAS*CO*45*120~"


def _paid(claim: ClaimRecord, sign: int = 1, status: str = "1") -> str:
    s = sign
    return f"CLP*{claim.control_number}*{status}*{200 * s}*{140 * s}**12*ICN1~CAS*CO*45*{60 * s}~"


def _rule(desk: Desk, kind: ApprovalKind, above_cents: int = 0) -> None:
    record_posting_rule(
        **desk.who, at=at(), kind=kind, starts_on=SINCE, above_cents=above_cents, source="policy"
    )


# Policy, preview, dismissal


def test_what_the_policy_names_waits_and_posts_once_it_is_approved(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    _rule(desk, ApprovalKind.DENIAL)
    denied = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    (result,) = desk.post(era(denied, paid="0"))
    assert result.outcome == "waiting"
    assert desk.state(claim) == "submitted"
    assert [task.title for task in desk.tasks("remit")] == ["Remittance waits for approval: denial"]
    assert approve_remit(**desk.who, at=at(PAID_ON), remit=result.remit).outcome == "posted"
    assert desk.state(claim) == "denied"
    assert desk.tasks("remit") == []
    with within(desk.organization):
        approval = RemitApproval.objects.of(desk.organization).get()
    assert (approval.kinds, approval.actor_name) == (["denial"], "Olive Owner")
    with pytest.raises(NotStoppedError):
        approve_remit(**desk.who, at=at(PAID_ON), remit=result.remit)


def test_what_the_policy_does_not_name_posts_by_itself(desk: Desk) -> None:
    """Negative control: rules of another kind, above the stake, or of another time stop nothing."""
    claim = desk.submitted(desk.patient())
    _rule(desk, ApprovalKind.RECOUPMENT, above_cents=5_000)
    record_posting_rule(
        **desk.who,
        at=at(),
        kind=ApprovalKind.REVERSAL,
        starts_on=SINCE,
        ends_on=date(2020, 12, 31),
        source="an older policy",
    )
    desk.posted(era(_paid(claim), paid="90", provider_level="WO:OLD1*50"))
    desk.posted(era(_paid(claim, -1, "22"), paid="0", trace="T2", provider_level="FB:T2*-140"))
    third = era(_paid(claim), paid="0", trace="T3", provider_level="FB:T2*140")
    (result,) = desk.post(third)
    assert result.outcome == "waiting"


def test_a_second_payer_before_the_first_waits(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    _rule(desk, ApprovalKind.LATER_PAYER_FIRST)
    (early,) = desk.post(era(_paid(claim, status="2"), paid="140"))
    assert early.outcome == "waiting"
    dismiss_remit(**desk.who, at=at(PAID_ON), remit=early.remit, reason="not ours to post yet")
    assert desk.posted(era(_paid(claim), paid="140", trace="T2")).outcome == "posted"


def test_a_preview_shows_what_the_posting_then_does_and_leaves_nothing(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    _rule(desk, ApprovalKind.TYPED)
    _rule(desk, ApprovalKind.RECOUPMENT)
    content = era(_paid(claim), UNKNOWN, paid="200", provider_level="WO:OLD1*20")
    (result,) = desk.post(content)
    assert result.outcome == "waiting"
    before, books = desk.every_account(), len(desk.decisions())
    view = preview_remit(**desk.who, at=at(PAID_ON), remit=result.remit)
    assert view is not None
    assert (desk.every_account(), len(desk.decisions())) == (before, books)
    assert desk.state(claim) == "submitted"
    assert [(row.outcome, row.paid_cents) for row in view.claims] == [
        ("paid", 14_000),
        ("suspended", 8_000),
    ]
    approve_remit(**desk.who, at=at(PAID_ON), remit=result.remit)
    told = sorted((row.reason, row.cents) for row in view.postings)
    (record,) = desk.remits()
    from cleanclaim.app.reading.remits import read_remit

    with within(desk.organization):
        after = read_remit(desk.organization, record.pk)
    assert sorted((row.reason, row.cents) for row in after.postings) == told
    with pytest.raises(NotStoppedError):
        preview_remit(**desk.who, at=at(PAID_ON), remit=result.remit)


def test_a_dismissed_remittance_moves_nothing_and_never_comes_back(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    content = era(_paid(claim), paid="140.01")
    (stopped,) = desk.post(content)
    told = {**desk.who, "at": at(PAID_ON), "remit": stopped.remit}
    with pytest.raises(ReasonMissingError):
        dismiss_remit(**told, reason=" ")
    dismiss_remit(**told, reason="the payer sent it again, corrected")
    assert desk.tasks("remit") == []
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}
    (again,) = desk.post(content)
    assert again.outcome == "duplicate"
    assert retry_remit(**told).outcome == "duplicate"


def test_the_payee_may_have_other_numbers_in_their_time(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    content = era(_paid(claim), paid="140", npi="1457600000")
    (stopped,) = desk.post(content)
    assert stopped.outcome == "quarantined"
    told = {**desk.who, "at": at(PAID_ON)}
    number: dict[str, Any] = {"kind": "NPI", "number": "1457600000", "source": "NPPES"}
    record_payee_number(**told, **number, starts_on=SINCE, ends_on=date(2026, 4, 23))
    assert retry_remit(**told, remit=stopped.remit).outcome == "quarantined"
    record_payee_number(**told, **number, starts_on=SINCE, ends_on=date(2026, 4, 24))
    assert retry_remit(**told, remit=stopped.remit).outcome == "posted"
    assert desk.state(claim) == "paid"


# Suspense


def _suspended(desk: Desk) -> int:
    desk.posted(era(UNKNOWN, paid="80"))
    return desk.decisions()[-1].pk


def test_suspended_money_is_given_to_the_claim_that_a_person_finds(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    decision = _suspended(desk)
    with within(desk.organization):
        (row,) = list_suspense(desk.organization, date(2026, 5, 4)).rows
        view = read_suspense(desk.organization, decision, date(2026, 5, 4))
    assert (row.days, row.cents, row.reason) == (10, 8_000, "no candidate")
    assert [(each.id, each.agrees) for each in view.proposed] == [
        (claim.pk, ("day of service", "charge", "procedures"))
    ]
    told = {**desk.who, "at": at(date(2026, 5, 4)), "remit_claim": decision}
    assign_suspended(**told, claim=claim.pk)
    assert desk.state(claim) == "paid"
    assert desk.books() == {"cash_clearing": 8_000, "contractual": 12_000, "revenue": -20_000}
    assert desk.tasks() == []
    with pytest.raises(NotSuspendedError):
        assign_suspended(**told, claim=claim.pk)
    # Told again in another remittance, it is held: the decision stands by now.
    desk.posted(era(UNKNOWN, paid="80", trace="T2"))
    assert desk.decisions()[-1].outcome == "suspended"


def test_suspended_money_given_after_the_deposit_leaves_clearing_at_zero(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    decision = _suspended(desk)
    line = StatementLine("0001", PAID_ON, 8_000, "TRACE1")
    assert import_statement(**desk.who, at=at(PAID_ON), lines=[line]).matched == 1
    assign_suspended(**desk.who, at=at(PAID_ON), remit_claim=decision, claim=claim.pk)
    assert clearing(desk, desk.remits()[0]) == 0
    assert desk.books()["bank"] == 8_000


def test_a_claim_of_another_payer_or_that_never_left_cannot_be_meant(desk: Desk) -> None:
    decision = _suspended(desk)
    unsent = desk.assembled(desk.patient())
    told = {**desk.who, "at": at(PAID_ON)}
    with pytest.raises(UnfitClaimError, match="never sent"):
        assign_suspended(**told, remit_claim=decision, claim=unsent.pk)
    desk.posted(era(UNKNOWN, paid="80", payer=2))
    other = desk.decisions()[-1].pk
    with pytest.raises(UnfitClaimError, match="another payer"):
        assign_suspended(**told, remit_claim=other, claim=desk.submitted(desk.patient()).pk)
    assert desk.books()["suspense"] == -16_000


def test_suspended_money_is_sent_back_and_the_bank_clears_it(desk: Desk) -> None:
    decision = _suspended(desk)
    told = {**desk.who, "at": at(PAID_ON), "remit_claim": decision}
    assert refund_suspended(**told, refund="4711") == 8_000
    assert desk.books().get("suspense", 0) == 0
    # What came is still on its way in, and the same amount on its way out.
    assert desk.books().get("cash_clearing", 0) == 0
    assert clearing(desk, desk.remits()[0]) == 8_000
    assert desk.tasks() == []
    with pytest.raises(NotSuspendedError):
        refund_suspended(**told, refund="4712")


def test_suspended_money_left_to_the_payer_pairs_with_its_recoupment(desk: Desk) -> None:
    decision = _suspended(desk)
    told = {**desk.who, "at": at(PAID_ON), "remit_claim": decision}
    assert leave_to_payer(**told, reference="ICN7") == 8_000
    with within(desk.organization):
        (payer,) = payer_balances(desk.organization, date(2026, 5, 4))
    assert [(row.reference, row.cents, row.days) for row in payer.rows] == [("ICN7", -8_000, 10)]
    claim = desk.submitted(desk.patient())
    desk.posted(era(_paid(claim), paid="60", trace="T2", provider_level="WO:ICN7*80"))
    with within(desk.organization):
        assert payer_balances(desk.organization, date(2026, 5, 4)) == []
        (payer,) = payer_balances(desk.organization, date(2026, 5, 4), every=True)
    assert [row.why for row in payer.rows] == ["both halves came"]


def test_only_money_can_be_sent_back(desk: Desk) -> None:
    unknown = "CLP*OTHER77*22*-310*-80**12*ICN7~CAS*CO*45*-230~"
    claim = desk.submitted(desk.patient())
    desk.posted(era(_paid(claim), unknown, paid="60"))
    told = {**desk.who, "at": at(PAID_ON), "remit_claim": desk.decisions()[-1].pk}
    with pytest.raises(NoMoneyError):
        refund_suspended(**told, refund="1")
    with pytest.raises(NoMoneyError):
        leave_to_payer(**told, reference="")


# The payer's own account


def test_a_recoupment_is_tied_to_its_claim_and_pairs_with_the_reversal(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(_paid(claim), paid="140"))
    left = f"WO:ICN1 {claim.control_number}*-140"
    desk.posted(era(_paid(claim, -1, "22"), paid="0", trace="T2", provider_level=left))
    with within(desk.organization):
        (payer,) = payer_balances(desk.organization, date(2026, 5, 4))
    (row,) = payer.rows
    assert (row.claim, row.cents, row.paired) == (claim.pk, -14_000, False)
    other = desk.submitted(desk.patient("Abbot", "Ann"))
    desk.posted(
        era(
            f"CLP*{other.control_number}*1*200*140**12*ICN2~CAS*CO*45*60~",
            paid="0",
            trace="T3",
            provider_level="WO:ICN1*140",
        )
    )
    with within(desk.organization):
        assert payer_balances(desk.organization, date(2026, 5, 4)) == []


def test_a_recoupment_that_nothing_explains_stays_unpaired(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(_paid(claim), paid="90", provider_level="WO:OLD1*50"))
    with within(desk.organization):
        (payer,) = payer_balances(desk.organization, date(2026, 5, 24))
    (row,) = payer.rows
    assert (row.reference, row.cents, row.days, row.paired) == ("OLD1", 5_000, 30, False)
    assert row.why == "taken back, and no decision here explains it"


def test_capitation_is_income_and_an_unusual_reason_asks_a_person(desk: Desk) -> None:
    desk.posted(era(paid="500", provider_level="CT:JUNE*-500"))
    assert desk.books() == {"capitation": -50_000, "cash_clearing": 50_000}
    desk.posted(era(paid="30", trace="T2", provider_level="B2:R1*-20*J1:R2*-10"))
    assert {task.value_cents for task in desk.tasks("remit")} == {2_000, 1_000}


# Paper and portals


def _typed(desk: Desk, *lines: TypedLine, paid_cents: int = 12_000) -> TypedRemit:
    return TypedRemit(desk.payers[0].pk, "CHECK 9", PAID_ON, paid_cents, "CHK", lines)


def test_a_paper_remittance_goes_through_the_same_gates_and_books(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    visit = TypedLine(
        claim.control_number, 15_000, 9_000, "99213", adjustments="CO-45 45.00, PR-3 15.00"
    )
    draw = TypedLine(claim.control_number, 5_000, 3_000, "36415", adjustments="CO-45 15, PR-2 5")
    wrong = _typed(desk, visit, draw, paid_cents=12_001)
    assert enter_remittance(**desk.who, at=at(PAID_ON), typed=wrong).outcome == "quarantined"
    right = _typed(desk, visit, draw)
    assert enter_remittance(**desk.who, at=at(PAID_ON), typed=right).outcome == "posted"
    assert desk.state(claim) == "paid"
    assert desk.books() == {
        "ar_patient": 2_000,
        "cash_clearing": 12_000,
        "contractual": 6_000,
        "revenue": -20_000,
    }
    assert enter_remittance(**desk.who, at=at(PAID_ON), typed=right).outcome == "duplicate"
    # The same decision arrives as an 835 of another number after all: it is held, not paid twice.
    desk.posted(
        era(f"CLP*{claim.control_number}*1*200*120*20*12~CAS*CO*45*60~CAS*PR*3*20~", paid="120")
    )
    assert desk.decisions()[-1].outcome == "suspended"


def test_a_policy_may_want_a_second_look_at_what_was_typed(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    _rule(desk, ApprovalKind.TYPED)
    typed = _typed(desk, TypedLine(claim.control_number, 20_000, 12_000, adjustments="CO-45 80"))
    result = enter_remittance(**desk.who, at=at(PAID_ON), typed=typed)
    assert result.outcome == "waiting"


@pytest.mark.parametrize("text", ["45 60.00", "CO-45", "CO-45 many", "CO-45 1 2"])
def test_an_adjustment_that_cannot_be_read_is_no_adjustment(text: str) -> None:
    with pytest.raises(TypedRemitError):
        read_adjustments(text)


def test_adjustments_are_read_with_their_signs_and_thousands() -> None:
    read = read_adjustments("CO-45 1,060.00; PR-2 20, OA23 -5.01")
    assert [(a.group, a.reason, a.cents) for a in read] == [
        ("CO", "45", 106_000),
        ("PR", "2", 2_000),
        ("OA", "23", -501),
    ]


# The bank


def test_a_line_matches_by_trace_and_a_repeated_statement_adds_nothing(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    line = StatementLine("0001", date(2026, 4, 27), 14_000, "trace1", "payer")
    told = {**desk.who, "at": at(date(2026, 4, 27))}
    assert import_statement(**told, lines=[line]).matched == 0
    desk.posted(era(_paid(claim), paid="140"))
    assert match_bank_lines(**told) == 1
    assert desk.books()["bank"] == 14_000
    again = import_statement(**told, lines=[line])
    assert (again.new, again.matched) == (0, 0)
    assert desk.books()["bank"] == 14_000
    with within(desk.organization):
        view = read_bank(desk.organization, date(2026, 4, 30))
    assert (view.lines, view.payments) == ((), ())
    assert [(row.cents, row.how) for row in view.matched] == [(14_000, "trace")]


def test_both_sides_without_the_other_are_listed_with_age_and_reason(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(_paid(claim), paid="140"))
    told = {**desk.who, "at": at(PAID_ON)}
    lines = [
        StatementLine("0001", PAID_ON, 13_999, "TRACE1"),
        StatementLine("0001", PAID_ON, 777, "x"),
    ]
    import_statement(**told, lines=lines)
    with within(desk.organization):
        view = read_bank(desk.organization, date(2026, 4, 30))
    assert [(row.cents, row.days, row.reason) for row in view.lines] == [
        (13_999, 6, "the remittance of this trace number has another amount"),
        (777, 6, "no remittance of this amount"),
    ]
    assert [(row.cents, row.days) for row in view.payments] == [(14_000, 6)]
    with pytest.raises(BankMismatchError):
        confirm_line(**told, line=view.lines[0].id, remit=view.payments[0].id)
    set_line_aside(**told, line=view.lines[1].id, reason="interest of the bank")
    with pytest.raises(LineSettledError):
        set_line_aside(**told, line=view.lines[1].id, reason="again")
    assert "bank" not in desk.books()


def test_two_equal_payments_are_left_to_a_person(desk: Desk) -> None:
    for number in (1, 2):
        claim = desk.submitted(desk.patient("Abbot", f"Ann{number}"))
        paid = f"CLP*{claim.control_number}*1*200*140**12*ICN{number}~CAS*CO*45*60~"
        desk.posted(era(paid, paid="140", trace=f"T{number}"))
    told = {**desk.who, "at": at(PAID_ON)}
    line = StatementLine("0001", PAID_ON, 14_000)
    assert import_statement(**told, lines=[line]).matched == 0
    with within(desk.organization):
        view = read_bank(desk.organization, PAID_ON)
    assert view.lines[0].reason == "several remittances could be meant"
    confirm_line(**told, line=view.lines[0].id, remit=view.payments[1].id)
    assert desk.books()["bank"] == 14_000


# The rate


def test_the_autopost_rate_counts_lines_and_says_why_not(desk: Desk) -> None:
    with within(desk.organization):
        assert read_autopost(desk.organization).rate is None
    claim = desk.submitted(desk.patient(), VISIT)
    paid = (
        f"CLP*{claim.control_number}*1*200*120**12*ICN1~"
        "SVC*HC:99213*150*90~DTM*472*20260410~CAS*CO*45*60~"
        "SVC*HC:36415*50*30~DTM*472*20260410~CAS*CO*45*20~"
    )
    desk.posted(era(paid, UNKNOWN, paid="200"))
    desk.post(era(UNKNOWN, paid="80.01", trace="T2"))
    with within(desk.organization):
        report = read_autopost(desk.organization)
        none = read_autopost(desk.organization, since=date(2026, 4, 25))
    assert (report.lines, report.untouched_lines, report.rate) == (4, 2, 500)
    assert {(row.reason, row.lines) for row in report.reasons} == {
        ("no candidate", 1),
        ("REMIT.G1, X12.3.BPR02", 1),
    }
    assert none.lines == 0
    # A person's hand is a touch, whatever became of it.
    suspended = next(row for row in desk.decisions() if row.outcome == "suspended")
    refund_suspended(**desk.who, at=at(PAID_ON), remit_claim=suspended.pk, refund="1")
    with within(desk.organization):
        assert read_autopost(desk.organization).untouched_lines == 2
