from datetime import date
from pathlib import Path

from cleanclaim.codes.frequencies import MEDICARE_FREQUENCIES, FrequencyLimit, Period
from cleanclaim.codes.payer_rules import service_limits_of
from cleanclaim.codes.reference import EMPTY, FilingLimit, bootstrapped
from cleanclaim.codes.store.loading import Status
from cleanclaim.kernel.spans import Span
from codes.official import library, lines, put

HEADER = "payer_identifier,codes,units_taken,period,full_months,starts_on,ends_on,source"


def test_a_list_of_the_user_becomes_limits_of_its_payer(tmp_path: Path) -> None:
    put(tmp_path, "limits.csv", lines(HEADER, "SAID9,97110 9711*,4,Day,,2025-01-01,,policy"))
    limit = FrequencyLimit(
        Span(date(2025, 1, 1)),
        "policy",
        ("97110", "9711*"),
        4,
        Period.DAY,
        payer_identifier="SAID9",
    )
    assert service_limits_of(library(tmp_path)) == (limit,)
    known = bootstrapped(library=library(tmp_path)).frequency_limits
    assert known == (limit, *MEDICARE_FREQUENCIES)


def test_a_period_that_is_none_is_refused(tmp_path: Path) -> None:
    for row in ("SAID9,97110,4,week,,,,policy", "SAID9,97110,4,full months,,,,policy"):
        (outcome,) = put(tmp_path, "limits.csv", lines(HEADER, row))
        assert outcome.status is Status.REFUSED
    assert service_limits_of(library(tmp_path)) == ()


def test_without_a_list_there_are_medicares_limits_only() -> None:
    assert bootstrapped(library=EMPTY).frequency_limits == MEDICARE_FREQUENCIES


def test_a_list_of_the_user_becomes_filing_limits(tmp_path: Path) -> None:
    header = "payer_identifier,filing_days,starts_on,ends_on,source"
    put(tmp_path, "filing.csv", lines(header, "SAID9,120,2025-01-01,,contract"))
    known = bootstrapped(library=library(tmp_path))
    limit = known.filing_limit("SAID9", "CI", date(2025, 3, 1))
    assert limit == FilingLimit(Span(date(2025, 1, 1)), "contract", "SAID9", days=120)
    assert known.filing_limit("SAID9", "CI", date(2024, 3, 1)) is None
