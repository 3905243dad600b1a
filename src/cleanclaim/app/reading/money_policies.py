"""What a practice has recorded about posting, denials and write-offs, as its page lists it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from cleanclaim.denials.combinations import Combination
from cleanclaim.kernel.money import format_dollars
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.denials.models import (
    AppealTermRecord,
    CombinationRecord,
    PolicyCitation,
    WriteOffPolicy,
)
from cleanclaim.store.policies.models import PatientReason
from cleanclaim.store.remits.models import PayeeNumber, PostingRuleRecord


class PolicyRow(msgspec.Struct, frozen=True):
    """One record in a line: what it says, its days (None: without end), and its source."""

    told: str
    starts_on: date | None
    ends_on: date | None
    source: str


def list_payers(organization: int) -> tuple[tuple[int, str], ...]:
    """Give the payers by id and name, in the order of their names."""
    rows = Payer.objects.of(organization).order_by("name", "pk")
    return tuple(rows.values_list("pk", "name"))


def list_policies(organization: int) -> Mapping[str, tuple[PolicyRow, ...]]:
    """Give every record by the name of its form, the newest first."""
    return {name: tuple(read(organization)) for name, read in _READERS.items()}


def _posting(organization: int) -> Iterable[PolicyRow]:
    for row in PostingRuleRecord.objects.of(organization).order_by("-starts_on", "-pk"):
        told = f"{row.kind.replace('_', ' ')} above {format_dollars(row.above_cents)}"
        yield PolicyRow(told, row.starts_on, row.ends_on, row.source)


def _payee(organization: int) -> Iterable[PolicyRow]:
    for row in PayeeNumber.objects.of(organization).order_by("-starts_on", "-pk"):
        yield PolicyRow(f"{row.kind} {row.number}", row.starts_on, row.ends_on, row.source)


def _patients(organization: int) -> Iterable[PolicyRow]:
    for row in PatientReason.objects.of(organization).order_by("-starts_on", "-pk"):
        yield PolicyRow(f"PR-{row.reason}", row.starts_on, row.ends_on, row.source)


def _write_offs(organization: int) -> Iterable[PolicyRow]:
    for row in WriteOffPolicy.objects.of(organization).order_by("-starts_on", "-pk"):
        cause = row.cause.replace("_", " ") or "any cause"
        told = f"{cause}, up to {format_dollars(row.most_cents)}"
        yield PolicyRow(told, row.starts_on, row.ends_on, row.source)


def _terms(organization: int) -> Iterable[PolicyRow]:
    rows = AppealTermRecord.objects.of(organization).select_related("payer")
    for row in rows.order_by("-starts_on", "-pk"):
        days = "days unknown" if row.days is None else f"{row.days} days"
        told = f"{row.payer.name}, level {row.level} ({row.name}): {days}"
        yield PolicyRow(told, row.starts_on, row.ends_on, row.source)


def _citations(organization: int) -> Iterable[PolicyRow]:
    rows = PolicyCitation.objects.of(organization).select_related("payer")
    for row in rows.order_by("-starts_on", "-pk"):
        payer = row.payer.name if row.payer else "any payer"
        about = row.reason or row.cause.replace("_", " ") or "any denial"
        told = f"{row.title} ({payer}, {about})"
        yield PolicyRow(told, row.starts_on, row.ends_on, row.citation)


def _combinations(organization: int) -> Iterable[PolicyRow]:
    for row in CombinationRecord.objects.of(organization).order_by("-pk"):
        own = msgspec.convert(row.content, Combination)
        told = f"{own.name}: {own.verdict.value}, {own.cause.value.replace('_', ' ')}"
        yield PolicyRow(told, own.span.starts_on, own.span.ends_on, f"decided by {row.decided_by}")


_READERS: Mapping[str, Callable[[int], Iterable[Any]]] = {
    "posting": _posting,
    "payee": _payee,
    "patients": _patients,
    "write-offs": _write_offs,
    "terms": _terms,
    "citations": _citations,
    "combinations": _combinations,
}
