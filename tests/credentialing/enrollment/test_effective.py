"""From when an enrollment counts and may be billed, by the published examples and their kin."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.enrollment.effective import (
    Filing,
    deactivation_gap,
    due_after,
    judge_effective,
    revalidation_due,
)
from cleanclaim.credentialing.enrollment.terms import (
    SHIPPED_RULES,
    SHIPPED_TERMS,
    Basis,
    EffectiveRule,
    EnrollmentTerm,
    Program,
    Term,
    find_term,
)
from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.spans import Span

MEDICARE = Program.MEDICARE


def day(text: str) -> date:
    return date.fromisoformat(text)


# 42 CFR 424.520(d), 424.521: the later of filing and first service, billable 30 days before.
# The first three are the contractors' own examples (FCSO, Palmetto), in a year of ours.
@pytest.mark.parametrize(
    ("first_service", "filed", "effective", "billable"),
    [
        ("2025-04-01", "2025-05-30", "2025-05-30", "2025-04-30"),
        ("2025-03-15", "2025-04-03", "2025-04-03", "2025-03-15"),
        ("2025-03-01", "2025-05-01", "2025-05-01", "2025-04-01"),
        ("2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("2026-01-15", "2026-01-01", "2026-01-15", "2026-01-15"),
        ("2026-03-31", "2026-01-01", "2026-03-31", "2026-03-31"),
        ("2025-12-01", "2026-01-30", "2026-01-30", "2025-12-31"),
        ("2025-12-01", "2026-01-31", "2026-01-31", "2026-01-01"),
        ("2026-01-01", "2026-03-01", "2026-03-01", "2026-01-30"),
        ("2026-01-01", "2026-03-02", "2026-03-02", "2026-01-31"),
        ("2026-01-01", "2026-03-30", "2026-03-30", "2026-02-28"),
        ("2026-01-01", "2026-03-31", "2026-03-31", "2026-03-01"),
        ("2028-01-01", "2028-03-01", "2028-03-01", "2028-01-31"),
        ("2028-01-01", "2028-03-30", "2028-03-30", "2028-02-29"),
        ("2028-02-29", "2028-03-30", "2028-03-30", "2028-02-29"),
        ("2028-02-29", "2028-02-29", "2028-02-29", "2028-02-29"),
        ("2028-01-01", "2028-02-29", "2028-02-29", "2028-01-30"),
        ("2026-06-01", "2026-07-01", "2026-07-01", "2026-06-01"),
        ("2026-06-01", "2026-07-02", "2026-07-02", "2026-06-02"),
        ("2026-06-02", "2026-07-01", "2026-07-01", "2026-06-02"),
        ("2026-08-31", "2026-10-30", "2026-10-30", "2026-09-30"),
        ("2026-08-31", "2026-10-31", "2026-10-31", "2026-10-01"),
        ("2009-01-01", "2009-02-15", "2009-02-15", "2009-01-16"),
    ],
)
def test_medicare_counts_from_the_later_and_reaches_back_thirty_days(
    first_service: str, filed: str, effective: str, billable: str
) -> None:
    told = judge_effective(Filing(MEDICARE, day(filed), day(first_service)))
    assert (told.effective_on, told.billable_on) == (day(effective), day(billable))
    assert "424.520" in told.source


# 42 CFR 424.521: ninety days where a disaster was declared by the President.
@pytest.mark.parametrize(
    ("first_service", "filed", "billable"),
    [
        ("2025-04-01", "2025-05-30", "2025-04-01"),
        ("2025-01-01", "2025-05-30", "2025-03-01"),
        ("2027-10-01", "2028-02-29", "2027-12-01"),
        ("2027-11-15", "2028-02-13", "2027-11-15"),
        ("2027-10-01", "2028-03-31", "2028-01-01"),
        ("2025-12-01", "2026-03-31", "2025-12-31"),
    ],
)
def test_a_disaster_reaches_back_ninety_days(first_service: str, filed: str, billable: str) -> None:
    told = judge_effective(Filing(MEDICARE, day(filed), day(first_service), disaster=True))
    assert told.billable_on == day(billable)


days = st.dates(date(2009, 3, 1), date(2040, 1, 1))


@given(days, days)
def test_no_day_before_the_first_service_nor_thirty_before_the_effective_is_billable(
    first: date, filed: date
) -> None:
    told = judge_effective(Filing(MEDICARE, filed, first))
    assert told.effective_on == max(first, filed)
    # The formula as the fact is published, beside the one that computes.
    assert told.billable_on == max(first, max(filed, first) - timedelta(30))
    assert 0 <= told.retroactive_days <= 30


def test_without_a_rule_or_a_day_nothing_is_effective() -> None:
    unknown = judge_effective(Filing(Program.COMMERCIAL, day("2026-01-05")))
    assert (unknown.effective_on, unknown.billable_on) == (None, None)
    before_the_rule = judge_effective(Filing(MEDICARE, day("2008-12-31"), day("2008-12-01")))
    assert before_the_rule.effective_on is None
    # Without a first day of service nobody knows how far back the practice was at work.
    assert judge_effective(Filing(MEDICARE, day("2026-01-05"))).billable_on == day("2026-01-05")


def own_rule(basis: Basis) -> tuple[EffectiveRule, ...]:
    since = Span(day("2026-01-01"))
    rule = EffectiveRule(
        Program.COMMERCIAL, basis, since, "contract, page 4", Confidence.OWN, payer="ACME"
    )
    return (*SHIPPED_RULES, rule)


@pytest.mark.parametrize(
    ("basis", "approved", "effective"),
    [
        (Basis.RECEIPT, "2026-03-20", "2026-01-20"),
        (Basis.APPROVAL, "2026-03-20", "2026-03-20"),
        (Basis.MONTH_AFTER_APPROVAL, "2026-03-20", "2026-04-01"),
        (Basis.MONTH_AFTER_APPROVAL, "2026-03-01", "2026-04-01"),
        (Basis.MONTH_AFTER_APPROVAL, "2026-01-31", "2026-02-01"),
        (Basis.MONTH_AFTER_APPROVAL, "2028-02-29", "2028-03-01"),
        (Basis.MONTH_AFTER_APPROVAL, "2026-12-31", "2027-01-01"),
        (Basis.LATER_OF_FILING_AND_SERVICE, "2026-03-20", "2026-02-02"),
        (Basis.STATED, "2026-03-20", None),
    ],
)
def test_a_payer_has_its_own_way(basis: Basis, approved: str, effective: str | None) -> None:
    filing = Filing(
        Program.COMMERCIAL,
        day("2026-01-15"),
        day("2026-02-02"),
        day("2026-01-20"),
        day(approved),
        payer="ACME",
    )
    told = judge_effective(filing, rules=own_rule(basis))
    assert told.effective_on == (None if effective is None else day(effective))
    elsewhere = Filing(Program.COMMERCIAL, day("2026-01-15"), payer="OTHER")
    assert judge_effective(elsewhere, rules=own_rule(basis)).effective_on is None


@pytest.mark.parametrize("program", [MEDICARE, Program.COMMERCIAL])
def test_the_letter_wins_over_the_rule(program: Program) -> None:
    filing = Filing(program, day("2026-05-01"), day("2026-03-01"), stated_on=day("2026-04-15"))
    assert judge_effective(filing).effective_on == day("2026-04-15")
    own = EnrollmentTerm(
        Program.COMMERCIAL,
        Term.RETROACTIVE_DAYS,
        10,
        Span(day("2026-01-01")),
        "letter",
        Confidence.OWN,
    )
    told = judge_effective(filing, terms=(*SHIPPED_TERMS, own))
    assert told.billable_on == day("2026-03-16" if program is MEDICARE else "2026-04-05")


# HHS DAB CR5613: reactivated on the day the application that was approved was received.
@pytest.mark.parametrize(
    ("deactivated", "received", "gap"),
    [
        ("2018-07-18", "2018-11-30", ("2018-07-18", "2018-11-29")),
        ("2026-02-28", "2026-03-01", ("2026-02-28", "2026-02-28")),
        ("2028-02-28", "2028-03-01", ("2028-02-28", "2028-02-29")),
        ("2025-12-31", "2026-01-31", ("2025-12-31", "2026-01-30")),
        ("2026-05-01", "2026-05-02", ("2026-05-01", "2026-05-01")),
        ("2026-05-01", "2026-05-01", None),
        ("2026-05-01", "2026-04-01", None),
        ("2026-05-01", None, ("2026-05-01", None)),
    ],
)
def test_the_gap_ends_the_day_before_the_application_came(
    deactivated: str, received: str | None, gap: tuple[str, str | None] | None
) -> None:
    found = deactivation_gap(day(deactivated), None if received is None else day(received))
    wanted = None
    if gap is not None:
        wanted = Span(day(gap[0]), None if gap[1] is None else day(gap[1]))
    assert found == wanted


# 42 CFR 424.515: five years, three for equipment; due on the last day of the month.
@pytest.mark.parametrize(
    ("last", "program", "due"),
    [
        ("2021-01-15", MEDICARE, "2026-01-31"),
        ("2021-02-01", MEDICARE, "2026-02-28"),
        ("2021-02-28", MEDICARE, "2026-02-28"),
        ("2023-02-10", MEDICARE, "2028-02-29"),
        ("2024-02-29", MEDICARE, "2029-02-28"),
        ("2024-12-31", MEDICARE, "2029-12-31"),
        ("2025-04-30", MEDICARE, "2030-04-30"),
        ("2025-05-31", MEDICARE, "2030-05-31"),
        ("2025-02-11", Program.MEDICARE_EQUIPMENT, "2028-02-29"),
        ("2024-02-29", Program.MEDICARE_EQUIPMENT, "2027-02-28"),
        ("2023-11-30", Program.MEDICARE_EQUIPMENT, "2026-11-30"),
        ("2025-06-30", Program.COMMERCIAL, None),
        ("2006-06-19", MEDICARE, None),
    ],
)
def test_revalidation_is_due_at_a_months_end(last: str, program: Program, due: str | None) -> None:
    assert revalidation_due(day(last), program) == (None if due is None else day(due))
    assert revalidation_due(day(last), program, listed_on=day("2027-03-31")) == day("2027-03-31")


# 42 CFR 424.516(d) since 2024; No Surprises Act for directories since 2022.
@pytest.mark.parametrize(
    ("since", "program", "term", "due"),
    [
        ("2026-01-31", MEDICARE, Term.REPORT_LOCATION_DAYS, "2026-03-02"),
        ("2028-01-31", MEDICARE, Term.REPORT_LOCATION_DAYS, "2028-03-01"),
        ("2026-02-28", MEDICARE, Term.REPORT_OWNERSHIP_DAYS, "2026-03-30"),
        ("2026-12-02", MEDICARE, Term.REPORT_ADVERSE_ACTION_DAYS, "2027-01-01"),
        ("2026-12-02", MEDICARE, Term.REPORT_OTHER_DAYS, "2027-03-02"),
        ("2027-12-02", MEDICARE, Term.REPORT_OTHER_DAYS, "2028-03-01"),
        ("2023-12-31", MEDICARE, Term.REPORT_LOCATION_DAYS, None),
        ("2026-01-01", Program.COMMERCIAL, Term.DIRECTORY_DAYS, "2026-04-01"),
        ("2027-12-01", Program.COMMERCIAL, Term.DIRECTORY_DAYS, "2028-02-29"),
        ("2028-01-31", Program.COMMERCIAL, Term.DIRECTORY_DAYS, "2028-04-30"),
        ("2021-12-31", Program.COMMERCIAL, Term.DIRECTORY_DAYS, None),
        ("2026-01-01", Program.MEDICAID, Term.DIRECTORY_DAYS, None),
    ],
)
def test_reports_and_directories_have_their_days(
    since: str, program: Program, term: Term, due: str | None
) -> None:
    assert due_after(day(since), program, term) == (None if due is None else day(due))


@pytest.mark.parametrize(
    ("on", "cents"), [("2026-01-01", 75_000), ("2026-12-31", 75_000), ("2027-01-01", None)]
)
def test_the_fee_is_known_for_its_year_only(on: str, cents: int | None) -> None:
    found = find_term(SHIPPED_TERMS, MEDICARE, Term.INSTITUTION_FEE_CENTS, day(on))
    assert (found.value if found else None) == cents


def test_every_shipped_row_has_its_source() -> None:
    for row in (*SHIPPED_TERMS, *SHIPPED_RULES):
        assert row.source
        assert row.confidence is not Confidence.OWN
