"""Days of a file by their sources: attestations, gaps, warnings, registrations."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.files.attestation import (
    AttestationState,
    attested_span,
    run_clock,
)
from cleanclaim.credentialing.files.elements import Education, GapReason, Training, Work
from cleanclaim.credentialing.files.expiring import ExpiryState, dea_ends_on, judge_expiry
from cleanclaim.credentialing.files.terms import SHIPPED_ROWS, FileTerm, find_row
from cleanclaim.credentialing.files.work_history import (
    GapNeed,
    find_gaps,
    history_starts_on,
    judge_gap,
)
from credentialing.files.fiction import day, entries


# CAQH, pages for providers: attest again within 120 days, within 180 in Illinois.
@pytest.mark.parametrize(
    ("attested_on", "states", "due_on"),
    [
        ("2026-01-01", ("WI",), "2026-05-01"),
        ("2026-01-31", ("WI",), "2026-05-31"),
        ("2026-02-28", ("WI",), "2026-06-28"),
        ("2027-10-31", ("WI",), "2028-02-28"),
        ("2027-11-01", ("WI",), "2028-02-29"),
        ("2027-11-02", ("WI",), "2028-03-01"),
        ("2028-02-29", ("WI",), "2028-06-28"),
        ("2026-11-01", ("WI",), "2027-03-01"),
        ("2026-12-31", ("WI",), "2027-04-30"),
        ("2026-01-01", ("IL",), "2026-06-30"),
        ("2026-02-28", ("IL",), "2026-08-27"),
        ("2027-09-02", ("IL",), "2028-02-29"),
        ("2027-09-03", ("IL",), "2028-03-01"),
        ("2028-02-29", ("IL",), "2028-08-27"),
        ("2026-01-01", ("IL", "WI"), "2026-05-01"),
        ("2026-01-01", (), "2026-05-01"),
    ],
)
def test_an_attestation_holds_through_its_last_day(
    attested_on: str, states: tuple[str, ...], due_on: str
) -> None:
    last = day(due_on)
    assert run_clock(day(attested_on), last, states).due_on == last
    assert run_clock(day(attested_on), last, states).state is AttestationState.DUE_SOON
    after = run_clock(day(attested_on), last + timedelta(1), states)
    assert after.state is AttestationState.EXPIRED
    span = attested_span(day(attested_on), states)
    assert span is not None
    assert last in span
    assert last + timedelta(1) not in span


# CAQH: letters 15, 10 and 5 days before, notices 1, 14, 28 and 42 days after.
@pytest.mark.parametrize(
    ("attested_on", "letters"),
    [
        (
            "2026-01-01",
            "2026-04-16 2026-04-21 2026-04-26 2026-05-02 2026-05-15 2026-05-29 2026-06-12",
        ),
        (
            "2027-11-01",
            "2028-02-14 2028-02-19 2028-02-24 2028-03-01 2028-03-14 2028-03-28 2028-04-11",
        ),
    ],
)
def test_letters_before_and_after(attested_on: str, letters: str) -> None:
    clock = run_clock(day(attested_on), day(attested_on))
    assert clock.reminders == tuple(day(each) for each in letters.split())
    assert clock.state is AttestationState.CURRENT
    assert run_clock(day(attested_on), clock.reminders[0]).state is AttestationState.DUE_SOON


def test_no_attestation_and_one_of_tomorrow_are_missing() -> None:
    assert run_clock(None, day("2026-04-10")).state is AttestationState.MISSING
    assert run_clock(day("2026-04-11"), day("2026-04-10")).state is AttestationState.MISSING
    early = run_clock(day("2019-12-31"), day("2020-01-01"))
    assert early.state is AttestationState.LIMIT_UNKNOWN


# NCQA file review, as told by trade pages: over six months told, over a year in writing.
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "need"),
    [
        ("2026-03-01", "2026-08-31", GapNeed.NOTHING),
        ("2026-03-01", "2026-09-01", GapNeed.TOLD),
        ("2025-08-31", "2026-02-27", GapNeed.NOTHING),
        ("2025-08-31", "2026-02-28", GapNeed.TOLD),
        ("2027-08-31", "2028-02-28", GapNeed.NOTHING),
        ("2027-08-31", "2028-02-29", GapNeed.TOLD),
        ("2025-01-01", "2025-12-31", GapNeed.TOLD),
        ("2025-01-01", "2026-01-01", GapNeed.WRITTEN),
        ("2027-03-01", "2028-02-29", GapNeed.TOLD),
        ("2027-03-01", "2028-03-01", GapNeed.WRITTEN),
        ("2024-02-29", "2025-02-27", GapNeed.TOLD),
        ("2024-02-29", "2025-02-28", GapNeed.WRITTEN),
        ("2026-04-10", "2026-04-10", GapNeed.NOTHING),
        ("2019-01-01", "2019-12-31", GapNeed.UNKNOWN),
    ],
)
def test_what_a_gap_asks_for(starts_on: str, ends_on: str, need: GapNeed) -> None:
    assert judge_gap(day(starts_on), day(ends_on)) is need


# NCQA, as told by trade pages: five years back, or since the degree where that is later.
@pytest.mark.parametrize(
    ("on", "degree", "first"),
    [
        ("2026-04-10", "2014-05-31", "2021-04-10"),
        ("2026-04-10", "2023-05-31", "2023-06-01"),
        ("2028-02-29", "2014-05-31", "2023-02-28"),
        ("2026-04-10", "2026-05-31", "2021-04-10"),
    ],
)
def test_how_far_a_history_goes_back(on: str, degree: str, first: str) -> None:
    file = entries(Education("Prairie College", "MD", completed_on=day(degree)))
    assert history_starts_on(file, day(on)) == day(first)


def test_gaps_lie_between_times_of_work_and_training() -> None:
    file = entries(
        Training("Lakeside", "residency", "", day("2020-07-01"), day("2022-06-30")),
        Work("One", day("2023-02-01"), day("2024-06-30")),
        Work("Two", day("2024-03-01"), day("2024-09-30")),
        Work("Three", day("2026-01-01")),
    )
    found = find_gaps(file, day("2026-04-10"))
    assert [(str(g.starts_on), str(g.ends_on), g.need, g.is_explained) for g in found] == [
        ("2022-07-01", "2023-01-31", GapNeed.TOLD, False),
        ("2024-10-01", "2025-12-31", GapNeed.WRITTEN, False),
    ]


def test_a_long_gap_is_explained_only_in_writing_and_for_all_its_days() -> None:
    work = (Work("One", day("2020-01-01"), day("2024-09-30")), Work("Two", day("2026-01-01")))
    for reason, explained in (
        (GapReason(day("2024-10-01"), day("2025-12-31"), "illness", in_writing=True), True),
        (GapReason(day("2024-10-01"), day("2025-12-31"), "illness"), False),
        (GapReason(day("2024-10-01"), day("2025-12-30"), "illness", in_writing=True), False),
        (GapReason(day("2024-10-01"), day("2025-12-31"), " ", in_writing=True), False),
    ):
        (gap,) = find_gaps(entries(*work, reason), day("2026-04-10"))
        assert gap.is_explained is explained


_DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))


@given(st.lists(st.tuples(_DAYS, _DAYS), max_size=6), _DAYS.filter(lambda on: on.year > 2021))
def test_every_day_of_the_history_is_work_or_gap(
    periods: list[tuple[date, date]], on: date
) -> None:
    work = [Work("Somewhere", min(pair), max(pair)) for pair in periods]
    file = entries(*work) if work else []
    gaps = find_gaps(file, on)
    first = history_starts_on(file, on)
    assert first is not None
    for count in range((on - first).days + 1):
        asked = first + timedelta(count)
        worked = any(w.starts_on <= asked and (w.ends_on or on) >= asked for w in work)
        assert worked != any(gap.starts_on <= asked <= gap.ends_on for gap in gaps)


# Our own steps: 120, 90, 60, 30, 7 and 1 days before the last day.
@pytest.mark.parametrize(
    ("ends_on", "on", "left", "step"),
    [
        ("2026-06-30", "2026-03-01", 121, None),
        ("2026-06-30", "2026-03-02", 120, 120),
        ("2026-06-30", "2026-04-01", 90, 90),
        ("2026-06-30", "2026-05-01", 60, 60),
        ("2026-06-30", "2026-05-31", 30, 30),
        ("2026-06-30", "2026-06-23", 7, 7),
        ("2026-06-30", "2026-06-29", 1, 1),
        ("2026-06-30", "2026-06-30", 0, 1),
        ("2028-02-29", "2028-02-28", 1, 1),
        ("2028-02-29", "2027-11-01", 120, 120),
        ("2028-03-31", "2028-03-01", 30, 30),
    ],
)
def test_the_step_of_warning(ends_on: str, on: str, left: int, step: int | None) -> None:
    expiry = judge_expiry(day(ends_on), day(on))
    assert (expiry.days_left, expiry.step) == (left, step)
    assert expiry.state is (ExpiryState.FAR if step is None else ExpiryState.NEAR)


def test_the_day_after_the_last_is_ended() -> None:
    assert judge_expiry(day("2028-02-29"), day("2028-03-01")).state is ExpiryState.ENDED


# DEA registration of practitioners, as told by trade pages: 36 months, to the end of a month.
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2025-03-01", "2028-03-31"),
        ("2025-02-10", "2028-02-29"),
        ("2024-02-29", "2027-02-28"),
        ("2026-12-31", "2029-12-31"),
        ("2026-11-30", "2029-11-30"),
    ],
)
def test_a_registration_ends_with_a_month(starts_on: str, ends_on: str) -> None:
    assert dea_ends_on(day(starts_on)) == day(ends_on)


def test_each_row_has_a_source_and_nothing_holds_before_it_was_read() -> None:
    assert all(row.source for row in SHIPPED_ROWS)
    assert {row.term for row in SHIPPED_ROWS} == set(FileTerm)
    assert find_row(FileTerm.ATTESTATION_DAYS, day("2019-12-31")) is None
