"""A credential is in force on the days that a source has verified, and on no other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.credentialing.files.spans import (
    HeldVersion,
    SourceAnswer,
    derive_spans,
)
from cleanclaim.credentialing.verification.readiness import Result
from cleanclaim.kernel.spans import Span


def day(text: str) -> date:
    return date.fromisoformat(text)


def licence(
    ends: str | None, starts: str | None = "2024-03-01", *, version: int = 1, number: int = 1
) -> HeldVersion:
    return HeldVersion(
        ElementKind.LICENCE,
        number,
        version,
        day(starts) if starts else None,
        day(ends) if ends else None,
    )


def said(
    on: str, result: Result = Result.VERIFIED, *, version: int = 1, until: str = ""
) -> SourceAnswer:
    return SourceAnswer(1, version, result, day(on), day(until) if until else None)


def spans(held: list[HeldVersion], *answers: SourceAnswer) -> list[Span]:
    return [each.span for each in derive_spans(held, answers)]


def test_a_licence_that_nobody_verified_proves_no_day() -> None:
    assert spans([licence("2026-06-30")]) == []
    assert spans([licence("2026-06-30")], said("2026-01-05", Result.UNAVAILABLE)) == []


@pytest.mark.parametrize(
    ("ends", "until", "last"),
    [
        ("2026-06-30", "", "2026-06-30"),
        ("2026-06-30", "2026-05-31", "2026-05-31"),
        ("2026-05-31", "2026-06-30", "2026-05-31"),
        ("2028-02-29", "", "2028-02-29"),
        (None, "2027-12-31", "2027-12-31"),
    ],
)
def test_a_licence_ends_on_the_earlier_of_its_own_day_and_the_sources(
    ends: str | None, until: str, last: str
) -> None:
    (span,) = spans([licence(ends)], said("2026-01-05", until=until))
    assert span == Span(day("2024-03-01"), day(last))


def test_days_before_the_verification_are_unknown_without_a_first_day() -> None:
    assert spans([licence("2026-06-30", None)], said("2026-01-05")) == [
        Span(day("2026-01-05"), day("2026-06-30"))
    ]


def test_a_renewal_counts_only_once_it_is_verified() -> None:
    held = [licence("2026-06-30"), licence("2028-06-30", "2026-07-01", version=2)]
    assert spans(held, said("2026-01-05")) == [Span(day("2024-03-01"), day("2026-06-30"))]
    assert sorted(
        spans(held, said("2026-01-05"), said("2026-07-10", version=2)),
        key=lambda span: span.starts_on,
    ) == [
        Span(day("2024-03-01"), day("2026-06-30")),
        Span(day("2026-07-01"), day("2028-06-30")),
    ]


def test_a_verified_correction_replaces_what_was_wrong() -> None:
    held = [licence("2036-06-30"), licence("2026-06-30", version=2)]
    found = spans(held, said("2026-01-05"), said("2026-01-06", version=2))
    assert found == [Span(day("2024-03-01"), day("2026-06-30"))]


def test_an_adverse_answer_ends_a_licence_and_a_later_one_opens_it_again() -> None:
    held = [licence("2026-06-30")]
    stopped = (said("2026-01-05"), said("2026-03-01", Result.ADVERSE))
    assert spans(held, *stopped) == [Span(day("2024-03-01"), day("2026-02-28"))]
    again = spans(held, *stopped, said("2026-04-15"))
    assert again == [
        Span(day("2024-03-01"), day("2026-02-28")),
        Span(day("2026-04-15"), day("2026-06-30")),
    ]


def test_an_adverse_answer_about_an_earlier_version_reaches_the_later_one() -> None:
    held = [licence("2026-06-30"), licence("2028-06-30", version=2)]
    answers = (
        said("2026-01-05"),
        said("2026-02-01", version=2),
        said("2026-03-01", Result.ADVERSE),
    )
    assert spans(held, *answers) == [Span(day("2024-03-01"), day("2026-02-28"))]


_DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@given(
    st.lists(st.tuples(_DAYS, _DAYS), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(list(Result)), _DAYS),
        max_size=8,
    ),
)
def test_no_day_counts_that_no_verified_version_names(
    periods: list[tuple[date, date]], told: list[tuple[int, Result, date]]
) -> None:
    held = [
        HeldVersion(ElementKind.LICENCE, 1, place, min(pair), max(pair))
        for place, pair in enumerate(periods, 1)
    ]
    answers = [SourceAnswer(1, version, result, on) for version, result, on in told]
    adverse = [each.verified_on for each in answers if each.result is Result.ADVERSE]
    for found in derive_spans(held, answers):
        version = held[found.version - 1]
        own = Span(version.starts_on or date.min, version.ends_on)
        assert own.covers(found.span)
        verified = [
            each.verified_on
            for each in answers
            if each.version == found.version and each.result is Result.VERIFIED
        ]
        assert verified
        if adverse and max(adverse) >= max(verified):
            assert found.span.ends_on is not None
            assert found.span.ends_on <= max(adverse) - timedelta(1)
