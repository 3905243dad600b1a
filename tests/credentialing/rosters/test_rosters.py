"""A roster comes back as it went, in every template, and each row has its answer."""

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.credentialing.rosters.answers import Outcome, RowAnswer, read_answers, reconcile
from cleanclaim.credentialing.rosters.templates import (
    TEMPLATES,
    Action,
    RosterRow,
    Template,
    next_roster,
    read_roster,
    write_roster,
)

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
days = st.none() | st.dates()
roster_rows = st.builds(
    RosterRow, st.sampled_from(Action), *[texts] * 9, effective_on=days, ends_on=days
)
ANN = RosterRow(
    Action.ADD,
    "1234567893",
    "Fable, the elder",
    'Fay "F"',
    location="Main | North",
    effective_on=date(2028, 2, 29),
)
change = msgspec.structs.replace


@settings(max_examples=50)
@given(st.lists(roster_rows, max_size=5), st.sampled_from(list(TEMPLATES.values())))
def test_nothing_is_lost_on_the_way_back(rows: list[RosterRow], template: Template) -> None:
    assert read_roster(write_roster(rows, template), template) == (tuple(rows), ())


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_every_field_has_its_column(template: Template) -> None:
    assert {field for _, field in template.columns} == set(RosterRow.__struct_fields__)
    assert len({header for header, _ in template.columns}) == len(template.columns)


def test_the_templates_differ_as_payers_do() -> None:
    written = {name: write_roster([ANN], each).decode() for name, each in TEMPLATES.items()}
    assert written["comma"].splitlines()[1].startswith('Add,1234567893,"Fable, the elder"')
    assert "02/29/2028" in written["comma"]
    assert written["pipe"].splitlines()[1].startswith("1234567893|A|")
    assert "20280229" in written["pipe"]
    assert "2028-02-29" in written["tab"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "headers"),
        (b"\xff\xfe", "no table of text"),
        (write_roster([ANN], TEMPLATES["pipe"]), "headers"),
        (write_roster([ANN], TEMPLATES["comma"]).replace(b"02/29", b"02/30"), "cannot be read"),
        (write_roster([ANN], TEMPLATES["comma"]).replace(b"Add", b"Ad"), "cannot be read"),
        (write_roster([ANN], TEMPLATES["comma"]) + b"one,cell\r\n", "cannot be read"),
    ],
)
def test_what_cannot_be_read_gives_no_row(content: bytes, told: str) -> None:
    rows, problems = read_roster(content, TEMPLATES["comma"])
    assert rows == ()
    assert told in problems[0].what


def test_the_next_roster_says_what_changed() -> None:
    bob = RosterRow(Action.ADD, "1987654328", effective_on=date(2026, 1, 1))
    cal = RosterRow(Action.ADD, "1444444442")
    assert [row.action for row in next_roster((), (ANN, bob))] == [Action.ADD, Action.ADD]
    now = (ANN, change(bob, effective_on=date(2026, 2, 1)))
    actions = {row.provider_npi: row.action for row in next_roster((ANN, bob, cal), now)}
    assert actions == {
        ANN.provider_npi: Action.KEEP,
        bob.provider_npi: Action.CHANGE,
        cal.provider_npi: Action.END,
    }
    ended = change(bob, ends_on=date(2026, 12, 31))
    assert next_roster((bob,), (ended,))[0].action is Action.END
    # What was ended is not ended again.
    assert next_roster((change(cal, action=Action.END),), ()) == ()


def test_answers_are_put_to_their_rows() -> None:
    bob = RosterRow(Action.ADD, "1987654328")
    text = b"row,npi,outcome,reason\r\n2,1987654328,Rejected,no W-9\r\n"
    answers, problems = read_answers(text)
    assert problems == ()
    told, wrong = reconcile((ANN, bob), answers)
    assert wrong == ()
    assert told.rejected == (RowAnswer(2, "1987654328", Outcome.REJECTED, "no W-9"),)
    assert told.unanswered == (1,)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([(3, "1234567893")], "no such row"),
        ([(0, "1234567893")], "no such row"),
        ([(1, "1987654328")], "another provider"),
        ([(1, "1234567893"), (1, "1234567893")], "twice"),
    ],
)
def test_an_answer_about_another_row_is_told(answers: list[tuple[int, str]], told: str) -> None:
    given_answers = [RowAnswer(number, npi, Outcome.ACCEPTED) for number, npi in answers]
    _, wrong = reconcile((ANN,), given_answers)
    assert told in wrong[0].what


@pytest.mark.parametrize(
    "text",
    [
        b"npi,row\n",
        b"row,npi,outcome,reason\n1,1234567893,maybe,\n",
        b"row,npi,outcome,reason\nx\n",
    ],
)
def test_an_answer_that_cannot_be_read_is_none(text: bytes) -> None:
    answers, problems = read_answers(text)
    assert answers == ()
    assert problems
