"""Rows of combinations: dated, the most telling one counts, and the practice's own come first."""

from datetime import date

import pytest

from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.combinations import SHIPPED, Combination, Combinations, Verdict
from cleanclaim.kernel.spans import Span

OWN = Combination(
    Verdict.REFUSES,
    Cause.CONTRACT,
    DenialClass.APPEAL,
    "own",
    reason="45",
    span=Span(date(2026, 7, 1)),
    own=True,
)


@pytest.mark.parametrize(
    ("group", "reason", "remarks", "name", "verdict"),
    [
        ("CO", "45", (), "*-45", Verdict.PRICES),
        ("CO", "45", ("M76",), "*-45", Verdict.PRICES),
        ("PR", "1", (), "PR-1", Verdict.SHARES),
        ("OA", "23", ("N290",), "*-23", Verdict.EARLIER),
        ("CO", "16", (), "*-16", Verdict.REFUSES),
        ("CO", "16", ("M76",), "*-* M76", Verdict.REFUSES),
        ("CO", "16", ("M76", "MA130"), "*-16 MA130", Verdict.REFUSES),
        ("CO", "11", ("N290",), "*-11", Verdict.REFUSES),
        ("CO", "50", ("N115",), "*-50 N115", Verdict.REFUSES),
        ("PR", "204", (), "PR-204", Verdict.REFUSES),
        ("CO", "204", (), "*-204", Verdict.REFUSES),
    ],
)
def test_the_row_that_names_most_counts(
    group: str, reason: str, remarks: tuple[str, ...], name: str, verdict: Verdict
) -> None:
    row = SHIPPED.find(group, reason, remarks)
    assert row is not None
    assert (row.name, row.verdict) == (name, verdict)


def test_cost_share_is_the_patients_only() -> None:
    assert SHIPPED.find("CO", "1", ()) is None


def test_a_row_speaks_in_its_span_and_an_own_row_first() -> None:
    rows = Combinations((OWN, *SHIPPED.rows))
    early, late = (rows.find("CO", "45", (), on=date(2026, month, 1)) for month in (6, 7))
    assert early is not None
    assert late is not None
    assert (early.verdict, late.verdict) == (Verdict.PRICES, Verdict.REFUSES)


def test_every_shipped_row_has_a_source_and_a_refusal_a_cause() -> None:
    assert len(SHIPPED.rows) > 100
    for row in SHIPPED.rows:
        assert row.source
        assert (row.cause is Cause.UNKNOWN) == (row.verdict is not Verdict.REFUSES), row.name
