"""Appeals: a letter of what is kept, sent once, answered, and the next level with its own clock."""

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from app.denied import TODAY, case_of, refuse, view_of
from app.desk import at
from cleanclaim.app.appealing import (
    AmountTooSmallError,
    AppealLateError,
    AppealStateError,
    ChannelError,
    NotAppealableError,
    OutcomeError,
    draft_appeal,
    record_outcome,
    send_appeal,
    withdraw_appeal,
)
from cleanclaim.app.denial_terms import Citation, record_citation, record_term
from cleanclaim.app.reading.denial_odds import History, read_overturns
from cleanclaim.app.reading.denials import odds_words
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.submitting import exchange
from cleanclaim.denials.combinations import Confidence
from cleanclaim.denials.next_step import Action
from cleanclaim.denials.odds import Odds
from cleanclaim.denials.terms import AppealTerm
from cleanclaim.kernel.spans import Span
from cleanclaim.store.denials.models import Appeal, AppealEvidence, DenialCase
from cleanclaim.store.tenancy import within

if TYPE_CHECKING:
    from app.desk import Desk

ALL_2026 = Span(date(2026, 1, 1), date(2026, 12, 31))


def drafted(desk: "Desk", case: DenialCase) -> Appeal:
    return draft_appeal(**desk.who, at=at(TODAY), case=case.pk)


def sent(desk: "Desk", case: DenialCase) -> Appeal:
    appeal = drafted(desk, case)
    return send_appeal(**desk.who, at=at(TODAY), appeal=appeal.pk, channel="fax", proof="FAX 00417")


def words(document: bytes | memoryview) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(bytes(document))).pages)


def test_a_letter_holds_the_claim_the_note_the_policy_and_nothing_that_is_not_kept(
    desk: "Desk",
) -> None:
    policy = Citation(
        title="When a visit is needed",
        citation="Medical policy 12, section 3",
        text="A visit is covered when blood pressure is followed.",
        reason="50",
        span=ALL_2026,
    )
    record_citation(**desk.who, at=at(), payer=desk.payers[0].pk, citation=policy)
    case = case_of(desk, refuse(desk))
    appeal = drafted(desk, case)
    told = words(appeal.document)
    for part in (
        case.claim.control_number,
        "Medical policy 12, section 3",
        "A visit is covered when blood pressure is followed.",
        "Follow-up of high blood pressure.",
        "CO-50",
        "$200.00",
    ):
        assert part in told, part
    assert "acknowledgement" not in told  # none was received
    with within(desk.organization):
        kept = AppealEvidence.objects.of(desk.organization).filter(appeal=appeal)
        assert [row.kind for row in kept.order_by("number")] == ["policy", "note"]
    assert drafted(desk, case).pk == appeal.pk  # one letter a level, however often asked


def test_acknowledgements_are_proof_of_filing_and_name_no_other_claim(desk: "Desk") -> None:
    one = desk.submitted(desk.patient("Proof"))
    other = desk.submitted(desk.patient("Bystander", "Bea"))
    told = {**desk.who, "at": at()}
    exchange(**told, payer=one.payer)
    work_inbox(**told)
    from app.desk import era

    refused = f"CLP*{one.control_number}*4*200*0**12*ICN1~CAS*CO*29*200~"
    desk.posted(era(refused, paid="0"))
    appeal = drafted(desk, case_of(desk, one))
    with within(desk.organization):
        rows = AppealEvidence.objects.of(desk.organization).filter(appeal=appeal)
        proofs = list(rows.filter(kind="acknowledgement").order_by("number"))
    assert [row.title.split()[0] for row in proofs] == ["999", "277CA"]
    assert f"TRN*2*{one.control_number}" in proofs[1].text
    everything = words(appeal.document)
    assert other.control_number not in everything
    assert "BYSTANDER" not in everything.upper()
    assert "filed in time" in everything


def test_sending_and_answering_lead_to_the_next_level_with_its_own_clock(desk: "Desk") -> None:
    term = AppealTerm(2, "second look", 45, ALL_2026, "manual 4.3", Confidence.OWN)
    record_term(**desk.who, at=at(), payer=desk.payers[0].pk, term=term)
    claim = refuse(desk)
    appeal = sent(desk, case_of(desk, claim))
    assert (appeal.state, appeal.sent_on, appeal.proof) == ("sent", TODAY, "FAX 00417")
    assert (case_of(desk, claim).stage, desk.state(claim)) == ("appealed", "accepted")
    answered = date(2026, 6, 1)
    record_outcome(**desk.who, at=at(answered), appeal=appeal.pk, outcome="partly", won_cents=5_000)
    case = case_of(desk, claim)
    assert (case.stage, case.appeal_level, case.due_name) == ("open", 2, "second look")
    assert (case.due_on, case.denial.cents) == (date(2026, 7, 16), 15_000)
    assert desk.state(claim) == "denied"
    assert desk.owes(claim) == 20_000  # an answer moves no money; a remittance does


def test_what_was_sent_stays_sent_and_a_draft_is_withdrawn(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk))
    first = drafted(desk, case)
    assert withdraw_appeal(**desk.who, at=at(TODAY), appeal=first.pk).state == "withdrawn"
    again = sent(desk, case)
    assert again.pk != first.pk
    with pytest.raises(AppealStateError):
        withdraw_appeal(**desk.who, at=at(TODAY), appeal=again.pk)
    with pytest.raises(AppealStateError):
        drafted(desk, case)


def test_a_request_to_reopen_does_not_stop_the_clock(desk: "Desk") -> None:
    claim = refuse(desk)
    before = case_of(desk, claim)
    request = draft_appeal(**desk.who, at=at(TODAY), case=before.pk, is_reopening=True)
    send_appeal(**desk.who, at=at(TODAY), appeal=request.pk, channel="mail")
    after = case_of(desk, claim)
    assert (after.due_on, after.stage, after.appeal_level) == (before.due_on, "open", 1)
    assert desk.state(claim) == "denied"
    assert drafted(desk, after).kind == "appeal"  # which is still open


def test_no_appeal_without_a_right_after_the_last_day_or_below_the_amount(desk: "Desk") -> None:
    unfit = case_of(desk, refuse(desk, "CAS*CO*16*200~", remark="MA130", number=1))
    with pytest.raises(NotAppealableError):
        drafted(desk, unfit)
    case = case_of(desk, refuse(desk, number=2))
    late: dict[str, Any] = {**desk.who, "at": at(date(2026, 12, 1)), "case": case.pk}
    with pytest.raises(AppealLateError):
        draft_appeal(**late)
    excused = draft_appeal(**late, good_cause="the decision came back as undeliverable")
    assert "undeliverable" in words(excused.document)
    term = AppealTerm(1, "first", 90, ALL_2026, "manual", Confidence.OWN, least_cents=20_001)
    record_term(**desk.who, at=at(), payer=desk.payers[0].pk, term=term)
    small = case_of(desk, refuse(desk, number=3))
    with pytest.raises(AmountTooSmallError):
        drafted(desk, small)


def test_an_outcome_fits_its_amount_and_a_channel_is_known(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk))
    letter = drafted(desk, case)
    with pytest.raises(ChannelError):
        send_appeal(**desk.who, at=at(TODAY), appeal=letter.pk, channel="pigeon")
    appeal = sent(desk, case)
    for outcome, cents in (("partly", 0), ("partly", 20_000), ("upheld", 5), ("perhaps", 0)):
        with pytest.raises(OutcomeError):
            record_outcome(
                **desk.who, at=at(TODAY), appeal=appeal.pk, outcome=outcome, won_cents=cents
            )


def test_odds_come_from_own_history_with_their_number_and_are_unknown_without(
    desk: "Desk",
) -> None:
    cases = [case_of(desk, refuse(desk, number=n)) for n in (1, 2, 3)]
    unknown = view_of(desk, cases[2])
    assert odds_words(unknown.row.lead.odds) == "unknown"
    for case, outcome in zip(cases, ("overturned", "upheld"), strict=False):
        appeal = sent(desk, case)
        record_outcome(**desk.who, at=at(TODAY), appeal=appeal.pk, outcome=outcome)
    with within(desk.organization):
        odds = History(desk.organization).odds(desk.payers[0].pk, "documentation")
        (row,) = read_overturns(desk.organization)
    assert odds[Action.APPEAL] == Odds(1, 2)
    assert (row.level, row.odds, row.won_cents) == (1, Odds(1, 2), 20_000)
    assert case_of(desk, desk.claim(cases[0].claim_id)).denial.status == "won"
