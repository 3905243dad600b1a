"""Denials become cases with a clock from receipt; nothing they do writes a cent off."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.denied import RECEIVED_ON, TODAY, case_of, refuse, view_of
from app.desk import VISIT, at
from cleanclaim.app.denial_bulk import Bulk, act_on_many, foresee
from cleanclaim.app.denial_terms import UnsourcedError, decide_combination, record_term
from cleanclaim.app.denying import (
    EmptyNoteError,
    NothingToUndoError,
    accept_plan,
    change_cause,
    correct_receipt,
    note_case,
    undo_plan,
)
from cleanclaim.app.reading.denials import Chosen, group_cases, list_cases
from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.combinations import Combination, Confidence, Verdict
from cleanclaim.denials.next_step import Action
from cleanclaim.denials.terms import AppealTerm
from cleanclaim.kernel.spans import Span
from cleanclaim.store.ledger.models import Account
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within

if TYPE_CHECKING:
    from app.desk import Desk


def test_a_denial_opens_a_case_with_cause_owner_code_and_a_clock_from_receipt(
    desk: "Desk",
) -> None:
    case = case_of(desk, refuse(desk))
    assert (case.cause, case.team, case.reason, case.code) == (
        "documentation",
        "clinical",
        "50",
        "99213",
    )
    assert case.received_on == RECEIVED_ON
    assert case.due_on == date(2026, 7, 23)  # 90 days of the payer's recorded term
    assert (case.due_source, case.due_confidence) == ("contract", "own")
    assert case.denial.appeal_due_on == case.due_on


def test_a_denial_never_posts_as_a_write_off(desk: "Desk") -> None:
    for number, cas in enumerate(("CAS*CO*50*200~", "CAS*CO*29*200~", "CAS*PI*999*200~"), 1):
        claim = refuse(desk, cas, number=number)
        case = case_of(desk, claim)
        accept_plan(**desk.who, at=at(TODAY), case=case.pk)
        with within(desk.organization):
            kinds = set(
                Account.objects.of(desk.organization)
                .filter(claim_id=claim.pk)
                .values_list("kind", flat=True)
            )
        assert "write_off" not in kinds
        assert "contractual" not in kinds
        assert desk.owes(claim) == 20_000


def test_an_unknown_combination_is_for_a_person_to_review(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk, "CAS*CO*999*200~"))
    assert (case.cause, case.work, case.rule, case.rule_confidence) == (
        "unknown",
        "review",
        "",
        "unconfirmed",
    )
    with within(desk.organization):
        task = Task.objects.of(desk.organization).get(kind="denial", claim=case.claim_id)
    assert task.closed_at is None
    assert view_of(desk, case).options[0].action is Action.REVIEW


def test_what_the_practice_decides_about_a_combination_counts_from_then_on(desk: "Desk") -> None:
    own = Combination(
        Verdict.REFUSES,
        Cause.CONTRACT,
        DenialClass.APPEAL,
        "their own number",
        reason="999",
        span=Span(date(2026, 1, 1)),
    )
    decide_combination(**desk.who, at=at(), combination=own)
    case = case_of(desk, refuse(desk, "CAS*CO*999*200~"))
    assert (case.cause, case.rule, case.rule_confidence) == ("contract", "*-999", "own")


def test_a_recorded_term_of_the_level_stands_in_place_of_the_payers_first(desk: "Desk") -> None:
    term = AppealTerm(1, "level one", 30, Span(date(2026, 1, 1)), "manual 4.2", Confidence.OWN)
    record_term(**desk.who, at=at(), payer=desk.payers[0].pk, term=term)
    case = case_of(desk, refuse(desk))
    assert (case.due_on, case.due_source) == (date(2026, 5, 24), "manual 4.2")
    with pytest.raises(UnsourcedError):
        record_term(
            **desk.who,
            at=at(),
            payer=desk.payers[0].pk,
            term=AppealTerm(1, "x", 30, Span(date(2026, 1, 1)), " ", Confidence.OWN),
        )


def test_the_clock_runs_anew_from_the_day_a_person_names(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk))
    correct_receipt(**desk.who, at=at(TODAY), case=case.pk, received_on=date(2026, 5, 1))
    case = case_of(desk, desk.claim(case.claim_id))
    assert case.due_on == case.denial.appeal_due_on == date(2026, 7, 30)


def test_a_plan_is_accepted_and_taken_back_and_a_note_stays(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk))
    assert accept_plan(**desk.who, at=at(TODAY), case=case.pk).plan == "appeal"
    undo_plan(**desk.who, at=at(TODAY), case=case.pk)
    with pytest.raises(NothingToUndoError):
        undo_plan(**desk.who, at=at(TODAY), case=case.pk)
    note_case(**desk.who, at=at(TODAY), case=case.pk, text="  asked by phone ")
    with pytest.raises(EmptyNoteError):
        note_case(**desk.who, at=at(TODAY), case=case.pk, text=" ")
    view = view_of(desk, case)
    assert [note.text for note in view.notes] == ["asked by phone"]
    assert view.row.stage == "open"


def test_another_cause_goes_to_its_team(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk, "CAS*CO*999*200~"))
    change_cause(**desk.who, at=at(TODAY), case=case.pk, cause=Cause.CODING, work_as=Action.CORRECT)
    row = view_of(desk, case).row
    assert (row.cause, row.team, row.lead.action) == ("coding", "coding", Action.CORRECT)


def test_denials_are_grouped_and_listed_by_what_they_share(desk: "Desk") -> None:
    refuse(desk, number=1)
    refuse(desk, "CAS*CO*197*200~", number=2)
    refuse(desk, "CAS*CO*197*200~", services=VISIT, number=3)
    organization = desk.organization
    with within(organization):
        groups = group_cases(organization, Chosen(), "cause")
        assert [(g.key, g.denials, g.cents) for g in groups] == [
            ("authorization", 2, 40_000),
            ("documentation", 1, 20_000),
        ]
        rows = list_cases(organization, TODAY, Chosen(shared={"cause": "authorization"})).rows
        assert {row.cause for row in rows} == {"authorization"}
        # A claim of two lines refused as a whole has no one code; of one line it has its own.
        assert sorted(row.code for row in rows) == ["", "99213"]
        assert sum(row.cents for row in list_cases(organization, TODAY, Chosen()).rows) == 60_000


def test_what_a_bulk_action_would_do_is_foreseen_and_only_that_is_done(desk: "Desk") -> None:
    cases = [case_of(desk, refuse(desk, number=n)).pk for n in (1, 2)]
    unfit = case_of(desk, refuse(desk, "CAS*CO*16*200~", remark="MA130", number=3)).pk
    every = [*cases, unfit]
    with within(desk.organization):
        told = foresee(desk.organization, at(TODAY), Bulk.APPEAL, every)
    assert [row.blocked for row in told] == ["", "", "this refusal cannot be appealed"]
    done = act_on_many(**desk.who, at=at(TODAY), action=Bulk.APPEAL, cases=every)
    assert list(done) == cases
    assert list(act_on_many(**desk.who, at=at(TODAY), action=Bulk.UNDO, cases=every)) == cases
    with within(desk.organization):
        late = foresee(desk.organization, at(date(2026, 12, 1)), Bulk.APPEAL, cases)
    assert {row.blocked for row in late} == {"the last day to appeal has passed"}
