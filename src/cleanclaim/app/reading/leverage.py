"""What a payer's claims show for a negotiation: volume, denials, underpayments and pace."""

from datetime import date
from statistics import median

import msgspec
from django.db.models import Count, Min, Sum

from cleanclaim.app.access import access
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.followup.models import Variance
from cleanclaim.store.remits.models import Denial, RemitClaimRecord


class Leverage(msgspec.Struct, frozen=True):
    """A payer's claims of a span of service days, in claims and cents.

    ``underpaid_cents`` is what lines are below their contract, settled and open;
    ``half_days`` the median of days from sending to the first posted decision, None where
    nothing is decided.
    """

    since: date
    until: date
    claims: int
    charge_cents: int
    decided: int
    half_days: int | None
    denied: int
    denied_cents: int
    underpaid_lines: int
    underpaid_cents: int
    recovered_cents: int

    @property
    def denied_per_thousand(self) -> int | None:
        """Give the decided claims that were denied, of a thousand; None where none is decided."""
        return self.denied * 1000 // self.decided if self.decided else None


def read_leverage(organization: int, payer: int, since: date, until: date) -> Leverage:
    """Count what the claims of a payer show for a negotiation; both days are inside."""
    who = access(Payer, payer, organization=organization)
    sent = ClaimRecord.objects.of(organization).filter(
        payer=who, submitted_at__isnull=False, service_on__gte=since, service_on__lte=until
    )
    volume = sent.aggregate(claims=Count("pk"), cents=Sum("total_charge_cents"))
    days = _days_to_decision(organization, who, since, until)
    denied = Denial.objects.of(organization).filter(claim__in=sent.values("pk"))
    refused = denied.aggregate(claims=Count("claim", distinct=True), cents=Sum("cents"))
    lines = Variance.objects.of(organization).filter(claim__in=sent.values("pk"), cents__gt=0)
    under = lines.exclude(state="explained").aggregate(
        lines=Count("pk"), cents=Sum("cents"), recovered=Sum("recovered_cents")
    )
    return Leverage(
        since,
        until,
        volume["claims"],
        int(volume["cents"] or 0),
        len(days),
        round(median(days)) if days else None,
        refused["claims"],
        int(refused["cents"] or 0),
        under["lines"],
        int(under["cents"] or 0),
        int(under["recovered"] or 0),
    )


def _days_to_decision(organization: int, payer: Payer, since: date, until: date) -> list[int]:
    rows = RemitClaimRecord.objects.of(organization).filter(
        claim__payer=payer,
        claim__submitted_at__isnull=False,
        claim__service_on__gte=since,
        claim__service_on__lte=until,
        remit__status="posted",
    )
    first = rows.values("claim", "claim__submitted_at").annotate(paid_on=Min("remit__paid_on"))
    grouped = first.values_list("claim__submitted_at", "paid_on")
    return [(paid_on - sent.date()).days for sent, paid_on in grouped if sent and paid_on]
