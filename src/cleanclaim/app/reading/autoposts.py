"""How much of the payers' decisions posted without a person, and why the rest did not."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec
from django.db.models import Q

from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord

_STOPPED = ("quarantined", "waiting", "dismissed")
# A decision that a person had to place, whatever became of it.
_BY_HAND = Q(outcome__in=("suspended", "refunded", "left_to_payer")) | Q(matched_by="person")


class FailedReason(msgspec.Struct, frozen=True):
    """Why decisions did not post by themselves: how many lines, and what was paid for them."""

    reason: str
    claims: int
    lines: int
    cents: int


class AutopostReport(msgspec.Struct, frozen=True):
    """Decisions and their lines received in a span, those posted untouched, and the rest by reason.

    ``rate`` is untouched lines over all lines in thousandths; None where nothing came. A claim
    without lines counts as one line. ``cents`` are signed payments.
    """

    since: date | None
    until: date | None
    claims: int
    lines: int
    untouched_claims: int
    untouched_lines: int
    paid_cents: int
    untouched_cents: int
    rate: int | None
    reasons: tuple[FailedReason, ...]


def read_autopost(
    organization: int, since: date | None = None, until: date | None = None
) -> AutopostReport:
    """Report the remittances paid in a span of days (both inclusive)."""
    told: list[tuple[str, int, int]] = [
        *_posted(organization, since, until),
        *_stopped(organization, since, until),
    ]
    untouched = [(lines, cents) for reason, lines, cents in told if not reason]
    every = sum(lines for _, lines, _ in told)
    good = sum(lines for lines, _ in untouched)
    return AutopostReport(
        since=since,
        until=until,
        claims=len(told),
        lines=every,
        untouched_claims=len(untouched),
        untouched_lines=good,
        paid_cents=sum(cents for _, _, cents in told),
        untouched_cents=sum(cents for _, cents in untouched),
        rate=good * 1000 // every if every else None,
        reasons=_by_reason(row for row in told if row[0]),
    )


def _by_reason(rows: Iterable[tuple[str, int, int]]) -> tuple[FailedReason, ...]:
    claims: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for reason, many, paid in rows:
        claims[reason] += 1
        lines[reason] += many
        cents[reason] += paid
    ordered = sorted(claims, key=lambda reason: (-lines[reason], reason))
    return tuple(FailedReason(r, claims[r], lines[r], cents[r]) for r in ordered)


def _span(since: date | None, until: date | None, prefix: str = "") -> Q:
    span = Q()
    if since is not None:
        span &= Q(**{f"{prefix}paid_on__gte": since})
    if until is not None:
        span &= Q(**{f"{prefix}paid_on__lte": until})
    return span


def _posted(
    organization: int, since: date | None, until: date | None
) -> Iterable[tuple[str, int, int]]:
    rows = RemitClaimRecord.objects.of(organization).filter(
        _span(since, until, "remit__"), remit__status="posted"
    )
    by_hand = set(rows.filter(_BY_HAND).values_list("pk", flat=True))
    told = rows.values_list("pk", "reason", "paid_cents", "content__lines")
    for pk, reason, cents, lines in told:
        why = (reason or "placed by a person") if pk in by_hand else ""
        yield why, max(1, len(lines or ())), cents


def _stopped(
    organization: int, since: date | None, until: date | None
) -> Iterable[tuple[str, int, int]]:
    """Count every decision of a stopped remittance under the gate that failed."""
    rows = RemitRecord.objects.of(organization).filter(_span(since, until), status__in=_STOPPED)
    for status, findings, content in rows.values_list("status", "findings", "content"):
        gates = sorted({f["rule"] for f in findings if f["severity"] == "block"})
        reason = ", ".join(gates) or f"{status}: a person approves"
        for claim in content.get("claims", ()):
            yield reason, max(1, len(claim.get("lines", ()))), int(claim["paid_cents"])
