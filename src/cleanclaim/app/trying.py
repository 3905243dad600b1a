"""Trying a rule on claims that are history: what it would have caught, and what held for nothing.

A claim is judged as it was first sent, from the day on which it was sent.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

import msgspec
from django.db.models import Min, Sum

from cleanclaim.app.claiming import reference_for
from cleanclaim.app.values import read_claim_content
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.edits.user_rules import UserRule, judge
from cleanclaim.store.claims.models import ClaimFile, ClaimFinding, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.remits.models import Denial, RemitClaimRecord

HISTORY = timedelta(days=365)
EXAMPLES_MAX = 25


class Share(msgspec.Struct, frozen=True):
    """Claims of one outcome that the rule speaks of, what they are worth, and the first ones."""

    claims: int
    cents: int
    examples: tuple[int, ...] = ()


class Trial(msgspec.Struct, frozen=True):
    """What a rule would have done to the claims of some months.

    ``caught`` were denied or rejected, in cents denied, or charged where the claim was
    rejected; ``wrongly_held`` were paid and not denied, in cents paid; of ``undecided`` no
    payer has said anything yet, in cents charged. Why a payer refused is not compared.
    """

    since: date
    until: date
    claims: int
    caught: Share
    wrongly_held: Share
    undecided: Share


class Sent(msgspec.Struct, frozen=True):
    """One claim of history: its record and the version that was first sent, on which day."""

    record: int
    version: int
    on: date
    charge_cents: int


class Outcomes(msgspec.Struct, frozen=True):
    """What became of claims, by their record: cents denied, cents paid, and who was rejected."""

    denied: dict[int, int]
    paid: dict[int, int]
    rejected: frozenset[int]


def try_on_history(rule: UserRule, *, organization: int, until: date) -> Trial:
    """Run a rule over the claims of the last twelve months that were sent to payers."""
    since = until - HISTORY
    sent = _sent(organization, since, until)
    found = frozenset(_hits(rule, organization, sent))
    hits = [each for each in sent if each.record in found]
    outcomes = _outcomes(organization, [each.record for each in hits])
    caught = [each for each in hits if _was_refused(each, outcomes)]
    paid = [each for each in hits if each not in caught and outcomes.paid.get(each.record, 0) > 0]
    rest = [each for each in hits if each not in caught and each not in paid]
    return Trial(
        since,
        until,
        len(sent),
        _share(caught, [outcomes.denied.get(each.record, each.charge_cents) for each in caught]),
        _share(paid, [outcomes.paid[each.record] for each in paid]),
        _share(rest, [each.charge_cents for each in rest]),
    )


def _share(claims: list[Sent], cents: list[int]) -> Share:
    examples = tuple(each.record for each in claims[:EXAMPLES_MAX])
    return Share(len(claims), sum(cents), examples)


def _was_refused(sent: Sent, outcomes: Outcomes) -> bool:
    return sent.record in outcomes.denied or sent.record in outcomes.rejected


def _sent(organization: int, since: date, until: date) -> list[Sent]:
    """Give the claims that went to a payer, in the order of their days of sending."""
    files = ClaimFile.objects.of(organization).filter(file__direction="out")
    rows = (
        files.filter(claim__service_on__gt=since, claim__service_on__lte=until)
        .values("claim_id", "claim__total_charge_cents")
        .annotate(version=Min("version_number"), at=Min("file__exchanged_at"))
        .order_by("at", "claim_id")
    )
    return [
        Sent(
            row["claim_id"], row["version"], row["at"].date(), int(row["claim__total_charge_cents"])
        )
        for row in rows
    ]


def _hits(rule: UserRule, organization: int, sent: list[Sent]) -> Iterator[int]:
    """Give the records of claims of which the rule speaks, judged from their days of sending.

    The rule's own first and last day are for claims to come, not for history.
    """
    undated = msgspec.structs.replace(rule, starts_on=None, expires_on=None)
    reference = reference_for(list(Payer.objects.of(organization)))
    for day, group in groupby(sent, key=lambda each: each.on):
        ofday = {each.record: each.version for each in group}
        rows = ClaimVersion.objects.of(organization).filter(claim__in=ofday).order_by("pk")
        first = [row for row in rows if row.number == ofday[row.claim_id]]
        batch = ClaimBatch.of((read_claim_content(row.content) for row in first), as_of=day)
        for index in sorted({index for index, _ in judge([undated], batch, reference)}):
            yield first[index].claim_id


def _outcomes(organization: int, records: list[int]) -> Outcomes:
    denied = Denial.objects.of(organization).filter(claim__in=records).values_list("claim")
    paid = RemitClaimRecord.objects.of(organization).filter(claim__in=records).values_list("claim")
    refused = ClaimFinding.objects.of(organization).filter(
        claim__in=records, origin__in=("999", "277CA"), severity="block"
    )
    return Outcomes(
        {claim: int(cents) for claim, cents in denied.annotate(cents=Sum("cents"))},
        {claim: int(cents) for claim, cents in paid.annotate(cents=Sum("paid_cents"))},
        frozenset(refused.values_list("claim", flat=True)),
    )
