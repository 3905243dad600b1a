"""Samples, intervals, agreement of two codings, and the sheet that a log makes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.coding.auditing.agreement import agree, compare
from cleanclaim.coding.auditing.distribution import spread
from cleanclaim.coding.auditing.intervals import proportion, sample_size
from cleanclaim.coding.auditing.sampling import Candidate, draw_by_risk, draw_random
from cleanclaim.coding.auditing.settling import settle
from cleanclaim.coding.sheet import Action, CodedLine, Decided, Entry, Sheet, replay

FEES = {"99213": 10_000, "99214": 15_000, "97110": 4_000}
CODES = ("E1165", "I10", "M1711", "99213", "99214", "97110")


def _sheet(*codes: str, units: int = 1, modifiers: tuple[str, ...] = ()) -> Sheet:
    diagnoses = tuple(code for code in codes if code[0].isalpha())
    lines = tuple(
        CodedLine("cpt", code, Entry(modifiers, Decimal(units)))
        for code in codes
        if code[0].isdecimal()
    )
    return Sheet(diagnoses, lines)


def test_wilsons_interval_is_that_of_the_textbooks() -> None:
    found = proportion(9, 10)
    assert (found.share, round(found.low or 0, 4), round(found.high or 0, 4)) == (
        0.9,
        0.5958,
        0.9821,
    )
    assert (proportion(10, 10).low or 0) > 0.7
    assert proportion(0, 0).share is None


@pytest.mark.parametrize(
    ("population", "margin", "expected", "size"),
    [(10**9, 0.05, 0.5, 385), (1_000, 0.05, 0.5, 278), (10, 0.05, 0.95, 9), (0, 0.05, 0.5, 0)],
)
def test_a_sample_is_as_large_as_its_margin_needs(
    population: int, margin: float, expected: float, size: int
) -> None:
    assert sample_size(population, confidence=0.95, margin=margin, expected=expected) == size


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_its_share(total: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, total))
    found = proportion(hits, total)
    assert 0 <= (found.low or 0) <= hits / total + 1e-9
    assert hits / total - 1e-9 <= (found.high or 0) <= 1


def test_a_draw_can_be_repeated_and_risk_comes_first() -> None:
    candidates = [Candidate(number, number * 100) for number in range(1, 30)]
    drawn = draw_random(candidates, 5, "seed")
    assert drawn == draw_random(list(reversed(candidates)), 5, "seed")
    assert drawn != draw_random(candidates, 5, "another")
    risky = Candidate(99, 1, was_denied=True)
    first, second = draw_by_risk([*candidates, risky], 2)
    assert (first.session, first.why) == (99, "denied by the payer")
    assert second.session == 29


def test_differences_go_both_ways() -> None:
    compared = compare(_sheet("E1165", "99214", "97110"), _sheet("E119", "I10", "99213"), FEES)
    told = [(d.kind, d.code, d.recoded, d.direction.value, d.cents) for d in compared.differences]
    assert told == [
        ("instead", "E1165", "E119", "level", 0),
        ("missing", "I10", "I10", "under", 0),
        ("level", "99214", "99213", "over", 5_000),
        ("extra", "97110", "", "over", 4_000),
    ]
    assert (compared.agreeing, compared.codes) == (0, 4)
    undone = compare(_sheet("I10", "97110"), _sheet("I10", "97110", units=2), FEES)
    both = agree([compared, undone, compare(_sheet("I10", "99213"), _sheet("I10", "99213"), FEES)])
    assert (both.over, both.under, both.over_cents, both.under_cents) == (2, 2, 9_000, 4_000)
    assert (both.visits.hits, both.visits.total, both.dollars.hits) == (1, 3, 1)
    assert agree([compare(_sheet("I10", "99999"), _sheet("I10", "99999"), FEES)]).unpriced == 1


@given(
    st.lists(st.sampled_from(CODES), unique=True),
    st.lists(st.sampled_from(CODES), unique=True),
    st.integers(1, 3),
)
def test_granting_every_difference_gives_the_other_coding(
    mine: list[str], theirs: list[str], units: int
) -> None:
    coded, recoded = _sheet(*mine), _sheet(*theirs, units=units, modifiers=("25",))
    settled = settle(coded, recoded, compare(coded, recoded, FEES).differences)
    assert compare(settled, recoded, FEES).differences == () or set(settled.diagnoses) == set(
        recoded.diagnoses
    )
    assert {line.code: line.entry for line in settled.services} == {
        line.code: line.entry for line in recoded.services
    }
    assert settle(coded, recoded, ()) == coded


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Action)), st.sampled_from(CODES), st.sampled_from(CODES))
    )
)
def test_a_log_is_replayed_to_the_same_sheet_and_names_no_code_twice(
    steps: list[tuple[Action, str, str]],
) -> None:
    log = [
        Decided(action, "icd10cm" if code[0].isalpha() else "cpt", code, other)
        for action, code, other in steps
    ]
    sheet = replay(log)
    assert sheet == replay(log)
    assert len(sheet.codes) == len(sheet.diagnoses) + len(sheet.services)
    assert replay([*log, Decided(Action.FIRST, "icd10cm", "I10")]).diagnoses[:1] in {
        ("I10",),
        sheet.diagnoses[:1],
    }


def test_levels_stand_out_in_both_ways() -> None:
    peers = ["99213"] * 60 + ["99214"] * 40
    high = {s.code: s.stands_out for s in spread(["99214"] * 40, peers)}
    low = {s.code: s.stands_out for s in spread(["99213"] * 40, peers)}
    assert (high["99214"], high["99213"]) == ("over", "under")
    assert (low["99214"], low["99213"]) == ("under", "over")
    assert all(s.stands_out == "" for s in spread(["99213"] * 6 + ["99214"] * 4, peers))
