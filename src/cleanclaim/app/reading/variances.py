"""Underpayments: the queue by payer, code and cause, what was won, and what has no price."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django.db.models import Count, QuerySet, Sum

from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.store.followup.models import ExpectedPrice, InterestDue, Variance

_NARROWED = ("payer", "cause", "code")


class VarianceRow(msgspec.Struct, frozen=True):
    """One line that is not what the contract says; cents below zero were paid too much."""

    id: int
    claim: int
    control_number: str
    payer: str
    code: str
    cause: str
    service_on: date
    expected_cents: int | None
    allowed_cents: int
    cents: int
    state: str
    recovered_cents: int
    document: str


class Group(msgspec.Struct, frozen=True):
    """How many lines of a payer, code and cause are open and what is missing on them."""

    payer: int
    payer_name: str
    code: str
    cause: str
    lines: int
    cents: int


class UnpricedGroup(msgspec.Struct, frozen=True):
    """How many decided lines of a payer have no price, and why."""

    payer_name: str
    reason: str
    lines: int


class Totals(msgspec.Struct, frozen=True):
    """Cents open, disputed and recovered; lines held against a price and lines without one."""

    open_cents: int
    disputed_cents: int
    recovered_cents: int
    priced: int
    unpriced: int
    interest_cents: int
    interest_paid_cents: int


def list_variances(
    organization: int, state: str, narrowed: Mapping[str, str], after: int | None = None
) -> Sheet[VarianceRow]:
    """Give the lines of a state, the most missing first, of one payer, cause or code."""
    known = Variance.objects.of(organization).select_related(
        "claim", "payer", "expected", "expected__contract"
    )
    rows = known.filter(state=state)
    for name in _NARROWED:
        if value := narrowed.get(name):
            rows = rows.filter(**{name: value})
    cut, following = cut_sheet(rows, known, ("-cents",), after)
    return Sheet(tuple(_row(row) for row in cut), following)


def _row(row: Any) -> VarianceRow:  # noqa: ANN401 - a variance with what it is about
    expected = row.expected
    return VarianceRow(
        id=row.pk,
        claim=row.claim_id,
        control_number=row.claim.control_number,
        payer=row.payer.name,
        code=row.code,
        cause=row.cause,
        service_on=expected.service_on,
        expected_cents=expected.cents,
        allowed_cents=expected.allowed_cents,
        cents=row.cents,
        state=row.state,
        recovered_cents=row.recovered_cents,
        document=expected.contract.document if expected.contract else "",
    )


def read_variance(organization: int, variance: int) -> VarianceRow | None:
    """Give one line, None where there is no such."""
    rows = Variance.objects.of(organization).select_related(
        "claim", "payer", "expected", "expected__contract"
    )
    found = rows.filter(pk=variance).first()
    return None if found is None else _row(found)


def group_variances(organization: int) -> tuple[Group, ...]:
    """Sum what is open and missing by payer, code and cause, the most first."""
    rows = Variance.objects.of(organization).filter(state="open", cents__gt=0)
    sums = rows.values_list("payer", "payer__name", "code", "cause").annotate(
        lines=Count("pk"), missing=Sum("cents")
    )
    return tuple(Group(*each) for each in sums.order_by("-missing", "payer", "code")[:50])


def group_unpriced(organization: int) -> tuple[UnpricedGroup, ...]:
    """Count the lines that cannot be priced, by payer and reason, the most first."""
    rows = ExpectedPrice.objects.of(organization).filter(cents=None)
    sums = rows.values_list("payer__name", "reason").annotate(lines=Count("pk"))
    return tuple(UnpricedGroup(*each) for each in sums.order_by("-lines", "reason")[:20])


def total_variances(organization: int) -> Totals:
    """Sum the queue; every figure is one of the rows below it."""
    rows = Variance.objects.of(organization).filter(cents__gt=0)
    prices = ExpectedPrice.objects.of(organization)
    due = InterestDue.objects.of(organization)
    return Totals(
        _sum(rows.filter(state="open"), "cents"),
        _sum(rows.filter(state="disputed"), "cents"),
        _sum(rows, "recovered_cents"),
        prices.exclude(cents=None).count(),
        prices.filter(cents=None).count(),
        _sum(due, "cents"),
        _sum(due, "paid_cents"),
    )


def _sum(rows: QuerySet[Any], name: str) -> int:
    return int(rows.aggregate(cents=Sum(name))["cents"] or 0)


class InterestRow(msgspec.Struct, frozen=True):
    """Interest that a late payment owes, by which term, and what it paid of it."""

    claim: int
    control_number: str
    payer: str
    received_on: date
    paid_on: date
    late_days: int
    principal_cents: int
    cents: int
    paid_cents: int
    source: str
    confidence: str


def list_interest(organization: int) -> tuple[InterestRow, ...]:
    """Give the interest due, the most first."""
    rows = InterestDue.objects.of(organization).select_related("claim", "payer", "term")
    return tuple(
        InterestRow(
            claim=row.claim_id,
            control_number=row.claim.control_number,
            payer=row.payer.name,
            received_on=row.received_on,
            paid_on=row.paid_on,
            late_days=row.late_days,
            principal_cents=row.principal_cents,
            cents=row.cents,
            paid_cents=row.paid_cents,
            source=row.term.source,
            confidence=row.term.confidence,
        )
        for row in rows.order_by("-cents", "pk")[:200]
    )
