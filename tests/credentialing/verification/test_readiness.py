"""A file is decision-ready only if every element is inside its limit on the committee's day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.verification.calendar import (
    add_months,
    is_monitored,
    last_fresh_day,
    month_end,
)
from cleanclaim.credentialing.verification.policies import (
    SHIPPED_TERMS,
    Body,
    Confidence,
    PolicyTerm,
    Term,
    find_term,
)
from cleanclaim.credentialing.verification.readiness import (
    Cycle,
    Element,
    Readiness,
    Requirement,
    Result,
    State,
    Verification,
    judge_cycle,
    judge_file,
)
from cleanclaim.credentialing.verification.registrations import is_dea_number
from cleanclaim.kernel.spans import Span

PLAN, CVO = Body.NCQA_ACCREDITATION, Body.NCQA_CERTIFICATION


def day(text: str) -> date:
    return date.fromisoformat(text)


def verified(on: str, element: Element = Element.LICENCE, **changes: object) -> Verification:
    fields: dict[str, object] = {
        "element": element,
        "source": "state board",
        "method": "web",
        "verified_on": day(on),
        "evidence_sha256": "a" * 64,
        "verifier": "coordinator",
        "result": Result.VERIFIED,
    }
    return Verification(**{**fields, **changes})  # type: ignore[arg-type]


def judge(
    on: str, *found: Verification, body: Body = PLAN, asked: tuple[Requirement, ...] = ()
) -> Readiness:
    requirements = asked or (Requirement(Element.LICENCE),)
    return judge_file(requirements, found, body=body, terms=SHIPPED_TERMS, decided_on=day(on))


def state(on: str, *found: Verification, body: Body = PLAN) -> State:
    (element,) = judge(on, *found, body=body).elements
    return element.state


# NCQA standards of July 2025: at most 120 calendar days (plan), 90 (CVO) at the decision.
@pytest.mark.parametrize(
    ("verified_on", "last_on", "body"),
    [
        ("2025-07-01", "2025-10-29", PLAN),
        ("2025-12-31", "2026-04-30", PLAN),
        ("2026-01-01", "2026-05-01", PLAN),
        ("2026-02-28", "2026-06-28", PLAN),
        ("2027-11-01", "2028-02-29", PLAN),
        ("2027-11-02", "2028-03-01", PLAN),
        ("2028-02-29", "2028-06-28", PLAN),
        ("2026-10-31", "2027-02-28", PLAN),
        ("2026-11-01", "2027-03-01", PLAN),
        ("2026-08-31", "2026-12-29", PLAN),
        ("2025-07-01", "2025-09-29", CVO),
        ("2025-12-01", "2026-03-01", CVO),
        ("2027-12-01", "2028-02-29", CVO),
        ("2027-12-02", "2028-03-01", CVO),
        ("2026-11-30", "2027-02-28", CVO),
        ("2028-02-29", "2028-05-29", CVO),
    ],
)
def test_a_verification_ages_by_calendar_days(verified_on: str, last_on: str, body: Body) -> None:
    found = verified(verified_on)
    next_day = (day(last_on) + timedelta(1)).isoformat()
    assert state(last_on, found, body=body) is State.READY
    assert state(next_day, found, body=body) is State.STALE


@pytest.mark.parametrize(
    ("decided_on", "left"), [("2026-03-01", 29), ("2026-03-30", 0), ("2026-03-31", None)]
)
def test_the_countdown_follows_the_committee(decided_on: str, left: int | None) -> None:
    assert judge(decided_on, verified("2025-11-30")).days_left == left


def test_a_slipped_meeting_makes_one_element_stale_and_the_file_with_it() -> None:
    asked = (Requirement(Element.LICENCE), Requirement(Element.SANCTIONS))
    found = (verified("2026-01-05"), verified("2026-02-20", Element.SANCTIONS))
    assert judge("2026-05-05", *found, asked=asked).is_ready
    slipped = judge("2026-06-02", *found, asked=asked)
    assert [each.state for each in slipped.elements] == [State.STALE, State.READY]
    assert not slipped.is_ready


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"result": Result.ADVERSE}, State.ADVERSE),
        ({"result": Result.UNAVAILABLE}, State.UNAVAILABLE),
        ({"evidence_sha256": ""}, State.NO_EVIDENCE),
        ({"verifier": ""}, State.NO_EVIDENCE),
        ({"valid_until": day("2026-02-28")}, State.EXPIRED),
        ({"valid_until": day("2026-03-01")}, State.READY),
        ({"verified_on": day("2026-03-02")}, State.FUTURE),
    ],
)
def test_what_keeps_an_element_from_a_decision(changes: dict[str, object], wanted: State) -> None:
    assert state("2026-03-01", verified("2026-02-01", **changes)) is wanted  # type: ignore[arg-type]


def test_what_is_missing_or_without_a_known_limit_is_not_ready() -> None:
    assert state("2026-03-01") is State.MISSING
    assert state("2026-03-01", verified("2026-02-01"), body=Body.URAC) is State.LIMIT_UNKNOWN
    # Before the standards of 2025 no limit is shipped.
    assert state("2025-06-30", verified("2025-06-01")) is State.LIMIT_UNKNOWN
    nothing = judge_file((), (), body=PLAN, terms=SHIPPED_TERMS, decided_on=day("2026-03-01"))
    assert not nothing.is_ready


def test_an_own_limit_and_an_element_without_age_count() -> None:
    own = (Requirement(Element.LICENCE, limit_days=10),)
    assert not judge("2026-03-12", verified("2026-03-01"), asked=own).is_ready
    assert judge("2026-03-11", verified("2026-03-01"), asked=own).is_ready
    education = (Requirement(Element.EDUCATION, ages=False),)
    assert judge("2026-03-01", verified("2009-06-01", Element.EDUCATION), asked=education).is_ready


def test_the_latest_verification_not_after_the_day_counts() -> None:
    good, bad = verified("2026-01-05"), verified("2026-02-05", result=Result.ADVERSE)
    assert state("2026-03-01", good, bad) is State.ADVERSE
    assert state("2026-02-01", good, bad) is State.READY


# NCQA answer of 15 Mar 2020: 36 months without grace; up to 30 days late still a renewal.
@pytest.mark.parametrize(
    ("credentialed_on", "due_on", "late_until"),
    [
        ("2023-11-24", "2026-11-24", "2026-12-24"),
        ("2024-02-29", "2027-02-28", "2027-03-30"),
        ("2025-02-28", "2028-02-28", "2028-03-29"),
        ("2023-01-31", "2026-01-31", "2026-03-02"),
        ("2022-12-31", "2025-12-31", "2026-01-30"),
        ("2025-01-30", "2028-01-30", "2028-02-29"),
        ("2023-08-31", "2026-08-31", "2026-09-30"),
    ],
)
def test_a_cycle_is_36_months(credentialed_on: str, due_on: str, late_until: str) -> None:
    def ask(on: date) -> Cycle:
        return judge_cycle(day(credentialed_on), on, body=PLAN, terms=SHIPPED_TERMS)

    assert ask(day(due_on)) is Cycle.RECREDENTIALING
    assert ask(day(due_on) + timedelta(1)) is Cycle.LATE
    assert ask(day(late_until)) is Cycle.LATE
    assert ask(day(late_until) + timedelta(1)) is Cycle.INITIAL


def test_a_cycle_whose_lateness_nobody_confirmed_is_unknown() -> None:
    late = judge_cycle(day("2023-01-01"), day("2026-01-02"), body=Body.URAC, terms=SHIPPED_TERMS)
    assert late is Cycle.UNKNOWN
    assert judge_cycle(day("2023-01-01"), day("2026-01-01"), body=CVO, terms=()) is Cycle.UNKNOWN


# NCQA answer of 15 Sep 2025: 1 Sep and then 15 Oct is compliant.
def test_monitoring_counts_calendar_months() -> None:
    checked = frozenset({day("2025-09-01"), day("2025-10-15"), day("2028-02-29")})
    assert is_monitored(checked, 2025, 9)
    assert is_monitored(checked, 2025, 10)
    assert is_monitored(checked, 2028, 2)
    assert not is_monitored(checked, 2025, 11)
    assert not is_monitored(checked, 2026, 9)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_months_keep_to_their_end(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_days_and_months_agree_with_their_definitions(start: date, count: int) -> None:
    assert (last_fresh_day(start, count) - start).days == count
    end = month_end(start)
    assert end.month == start.month
    assert (end + timedelta(1)).day == 1
    later = add_months(start, count)
    assert (later.year - start.year) * 12 + later.month - start.month == count
    assert later.day <= start.day


def test_a_later_term_takes_the_place_of_an_earlier() -> None:
    own = PolicyTerm(
        PLAN, Term.VERIFICATION_DAYS, 60, Span(day("2027-01-01")), "own", Confidence.OWN
    )
    terms = (*SHIPPED_TERMS, own)
    values = {
        on: found.value
        for on in ("2026-12-31", "2027-01-01")
        if (found := find_term(terms, PLAN, Term.VERIFICATION_DAYS, day(on)))
    }
    assert values == {"2026-12-31": 120, "2027-01-01": 60}
    assert all(each.source for each in SHIPPED_TERMS)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("AB1234563", True),
        ("A91234563", True),
        ("AB1234564", False),
        ("AB2134563", False),
        ("ab1234563", False),
        ("AB123456", False),
        ("1B1234563", False),
    ],
)
def test_a_dea_number_has_a_check_digit(number: str, valid: bool) -> None:  # noqa: FBT001
    assert is_dea_number(number) is valid
