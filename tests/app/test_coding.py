"""Coding a visit: decisions in a log, charges when it is final, blind second codings."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError

from app.coders import NOTE, code, enter, finish, make_coder, set_fees, take, visit
from app.desk import ACTOR, Desk, at
from cleanclaim.app.coding import (
    CodingRefusedError,
    read_typed,
    sessions_of,
    sheet_of,
    want_second,
)
from cleanclaim.app.coding_finish import rule_difference
from cleanclaim.app.coding_log import replay_judged
from cleanclaim.app.noting import EmptyNoteError, NoteOrigin, read_paper, receive_note, sign_draft
from cleanclaim.app.querying import (
    LeadingQueryError,
    QueryRefusedError,
    answer_query,
    ask_query,
    locate,
    withdraw_query,
)
from cleanclaim.app.reading.coding import list_queue, read_desk
from cleanclaim.app.reading.coding_audits import query_figures
from cleanclaim.app.suggesting import prepare_suggestions
from cleanclaim.coding.sheet import Action, Decided
from cleanclaim.coding.values import Query
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.coding.models import CodingDecision, CodingDifference, NoteDraft, NoteVersion
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within


@pytest.fixture
def coder(desk: Desk) -> Actor:
    set_fees(desk)
    return make_coder(desk.organization)


def _claims(desk: Desk, encounter: Encounter) -> list[ClaimRecord]:
    with within(desk.organization):
        return list(ClaimRecord.objects.of(desk.organization).filter(encounter=encounter))


def test_a_visit_is_coded_from_suggestions_and_its_charges_drop(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    take(desk, coder, encounter, Decided(Action.ACCEPT, "icd10cm", "E1165"))
    take(desk, coder, encounter, Decided(Action.REJECT, "icd10cm", "I10"))
    enter(desk, coder, encounter, "99214-25", "36415")
    with within(desk.organization):
        view = read_desk(desk.organization, encounter.pk, coder.user or 0, at())
        assert view.suggestions == ()
        assert view.sheet.diagnoses == ("E1165",)
        assert view.preview.charge_cents == 24_700
        assert [line.price_cents for line in view.preview.lines] == [None, None]
        assert view.preview.lines[0].reason.startswith("no contract of this payer")
        assert "ncci" in {family for family, _ in view.preview.unchecked}
    assert _claims(desk, encounter) == []
    finish(desk, coder, encounter)
    (claim,) = _claims(desk, encounter)
    assert (claim.total_charge_cents, claim.state) == (24_700, "ready")
    with within(desk.organization):
        (accepted, *_) = CodingDecision.objects.of(desk.organization).order_by("number")
    assert accepted.suggestion["rank"] == 2
    assert accepted.suggestion["evidence"][0]["text"] == "Type 2 diabetes with high blood sugars"


def test_what_does_not_fit_is_refused(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    for text in ("E11", "Z99.99"):
        with pytest.raises(CodingRefusedError, match="not billable"):
            enter(desk, coder, encounter, text)
    with pytest.raises(CodingRefusedError, match="type a code"):
        read_typed("blood pressure")
    enter(desk, coder, encounter, "I10")
    with pytest.raises(CodingRefusedError, match="already"):
        enter(desk, coder, encounter, "I10")
    with pytest.raises(CodingRefusedError, match="a diagnosis and a service"):
        finish(desk, coder, encounter)
    enter(desk, coder, encounter, "99215")
    with pytest.raises(CodingRefusedError, match="no fee"):
        finish(desk, coder, encounter)
    assert _claims(desk, encounter) == []
    with pytest.raises(CodingRefusedError, match="by a person"):
        enter(desk, Actor("system", "Cleanclaim"), visit(desk), "I10")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("e11.65", ("icd10cm", "E1165", ())),
        ("M1711", ("icd10cm", "M1711", ())),
        ("99213-25", ("cpt", "99213", ("25",))),
        ("97110 GP KX *2", ("cpt", "97110", ("GP", "KX"))),
        ("G0439", ("hcpcs", "G0439", ())),
    ],
)
def test_codes_are_typed_as_coders_type_them(text: str, told: tuple[object, ...]) -> None:
    typed = read_typed(text, {"G0439"})
    assert (typed.system, typed.code, typed.entry.modifiers) == told
    assert typed.entry.units == (2 if "*2" in text else 1)


def test_the_log_of_decisions_only_grows(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    enter(desk, coder, encounter, "I10")
    with pytest.raises(DatabaseError), within(desk.organization):
        CodingDecision.objects.of(desk.organization).update(code="E119")
    with within(desk.organization):
        assert sheet_of(sessions_of(desk.organization, encounter.pk)[0]).diagnoses == ("I10",)


def test_a_second_coder_never_sees_the_first_ones_codes(desk: Desk, coder: Actor) -> None:
    encounter, other = visit(desk), make_coder(desk.organization)
    want_second(**desk.who, at=at(), encounter=encounter.pk)
    code(desk, coder, encounter, "E11.65", "I10", "99214")
    assert _claims(desk, encounter) == []
    with within(desk.organization):
        view = read_desk(desk.organization, encounter.pk, other.user or 0, at())
        assert (view.sheet.codes, view.others, view.session) == (frozenset(), 1, None)
        assert len(view.suggestions) == 2
        (row,) = list_queue(desk.organization, other.user or 0, date(2026, 4, 20))
        assert (row.turn, row.days) == ("second", 10)
        assert list_queue(desk.organization, coder.user or 0, date(2026, 4, 20)) == ()
    code(desk, other, encounter, "E11.65", "I10", "99213")
    assert _claims(desk, encounter) == []
    with within(desk.organization):
        rows = list(CodingDifference.objects.of(desk.organization).order_by("pk"))
        told = [(r.kind, r.code, r.direction, r.cents) for r in rows]
        assert Task.objects.of(desk.organization).get(kind="coding").value_cents == 22_900
    assert told == [("level", "99214", "over", 7_100)]
    ruling: dict[str, Any] = {"ruling": "other", "reason": "one stable problem"}
    with pytest.raises(CodingRefusedError, match="third person"):
        rule_difference(
            organization=desk.organization, actor=coder, at=at(), difference=rows[0].pk, **ruling
        )
    for each in rows:
        rule_difference(**desk.who, at=at(), difference=each.pk, **ruling)
    (claim,) = _claims(desk, encounter)
    assert claim.total_charge_cents == 15_800
    with pytest.raises(CodingRefusedError, match="ruled on"):
        rule_difference(**desk.who, at=at(), difference=rows[0].pk, **ruling)


def test_two_codings_that_agree_need_nobody_to_rule(desk: Desk, coder: Actor) -> None:
    encounter, other = visit(desk), make_coder(desk.organization)
    want_second(**desk.who, at=at(), encounter=encounter.pk)
    for actor in (coder, other):
        code(desk, actor, encounter, "I10", "99213")
    (claim,) = _claims(desk, encounter)
    assert claim.total_charge_cents == 15_800
    with pytest.raises(CodingRefusedError, match="final"):
        enter(desk, coder, encounter, "36415")


def test_a_visit_is_one_coders_until_a_second_is_wanted(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    enter(desk, coder, encounter, "I10")
    with pytest.raises(CodingRefusedError, match="somebody else"):
        enter(desk, make_coder(desk.organization), encounter, "I10")


def test_notes_arrive_once_and_are_never_changed(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    told = {**desk.who, "at": at(), "encounter": encounter.pk, "author": "Rowan Ames"}
    origin = NoteOrigin("hl7", "hospital", "MDM-7")
    first = receive_note(**told, text="The right knee.", signed_at=at(), origin=origin)
    again = receive_note(**told, text="The right knee.", signed_at=at(), origin=origin)
    assert first == again
    draft = receive_note(**told, text="Not signed.", signed_at=None)
    assert isinstance(draft, NoteDraft)
    with pytest.raises(EmptyNoteError):
        receive_note(**told, text=" ", signed_at=at())
    with within(desk.organization):
        paper = read_paper(desk.organization, encounter.pk)
        assert paper.text == f"{NOTE}\n\nThe right knee."
        version = NoteVersion.objects.of(desk.organization).get()
        assert (version.number, version.kind, version.external_id) == (2, "addendum", "MDM-7")
    signed = sign_draft(**desk.who, at=at(), draft=draft.pk)
    assert sign_draft(**desk.who, at=at(), draft=draft.pk) == signed
    with within(desk.organization):
        after = read_paper(desk.organization, encounter.pk).text
        assert after.startswith(paper.text)
        assert after.endswith("Not signed.")
    with pytest.raises(DatabaseError), within(desk.organization):
        Note.objects.of(desk.organization).filter(pk=signed.pk).update(text="else")


def test_an_addendum_is_read_anew(desk: Desk, coder: Actor) -> None:
    from app.coders import Phrases

    encounter = visit(desk)
    told = {**desk.who, "at": at(), "encounter": encounter.pk}
    receive_note(**told, text="It is right knee pain.", author="Rowan Ames", signed_at=at())
    with within(desk.organization):
        assert not read_desk(desk.organization, encounter.pk, coder.user or 0, at()).read
    prepare_suggestions(**told, suggester=Phrases())
    with within(desk.organization):
        view = read_desk(desk.organization, encounter.pk, coder.user or 0, at())
        assert "M25561" in [each.code for each in view.suggestions]
        assert "".join(piece.text for piece in view.pieces) == view.paper.text
        marked = [piece.text for piece in view.pieces if "M25561" in piece.codes]
        assert marked == ["right knee pain"]


def test_a_query_is_tracked_to_its_addendum(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    enter(desk, coder, encounter, "I10", "99213")
    with within(desk.organization):
        (query,) = read_desk(desk.organization, encounter.pk, coder.user or 0, at()).proposed
    told: dict[str, Any] = {"organization": desk.organization, "actor": coder, "at": at()}
    asked = ask_query(**told, encounter=encounter.pk, query=query)
    assert ask_query(**told, encounter=encounter.pk, query=query) == asked
    with pytest.raises(CodingRefusedError, match="a query to the author is open"):
        finish(desk, coder, encounter)
    answered = answer_query(
        **desk.who, at=at(), query=asked.pk, answer="right", addendum="Pain in the right knee."
    )
    assert (answered.state, answered.agreed) == ("closed", True)
    with within(desk.organization):
        assert read_paper(desk.organization, encounter.pk).text.endswith("right knee.")
        figures = query_figures(desk.organization)
    assert (figures.answered.share, figures.agreed.share, figures.amended.share) == (1, 1, 1)
    finish(desk, coder, encounter)
    with pytest.raises(QueryRefusedError, match="without an answer"):
        withdraw_query(**told, query=asked.pk)


def test_a_leading_query_is_not_asked(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    span = locate(NOTE, "home readings average 138/84")
    query = Query("pressure", "type", "Is this heart failure?", (), (span,))
    told: dict[str, Any] = {"organization": desk.organization, "actor": ACTOR, "at": at()}
    with pytest.raises(LeadingQueryError) as refused:
        ask_query(**told, encounter=encounter.pk, query=query)
    rules = [finding.rule for finding in refused.value.findings]
    assert rules == ["QUERY.DIAGNOSIS", "QUERY.YES_NO"]
    with pytest.raises(QueryRefusedError, match="word for word"):
        locate(NOTE, "swollen legs")


def test_the_log_is_replayed_for_learning(desk: Desk, coder: Actor) -> None:
    encounter = visit(desk)
    take(desk, coder, encounter, Decided(Action.ACCEPT, "icd10cm", "I10"))
    take(desk, coder, encounter, Decided(Action.REPLACE, "icd10cm", "E119", "E1165"))
    take(desk, coder, encounter, Decided(Action.REMOVE, "icd10cm", "I10"))
    enter(desk, coder, encounter, "99213")
    with within(desk.organization):
        assert list(replay_judged(desk.organization)) == []
    finish(desk, coder, encounter)
    with within(desk.organization):
        told = [(each.words, each.code, each.accepted) for each in replay_judged(desk.organization)]
        assert told == [(e.words, e.code, e.accepted) for e in replay_judged(desk.organization)]
    sugars = "Type 2 diabetes with high blood sugars"
    pressure = ("high blood pressure", "I10", False)
    assert told == [pressure, (sugars, "E1165", False), (sugars, "E119", True), pressure]
