"""What screening has found out about a provider, and which claims that keeps from leaving."""

from collections.abc import Iterable
from datetime import date

import msgspec

from cleanclaim.app.refunding import FEDERAL_INDICATORS
from cleanclaim.credentialing.screening.matching import Match
from cleanclaim.credentialing.screening.runs import (
    FederalStop,
    Judgement,
    Outcome,
    Payment,
    Standing,
    Verdict,
    find_stop,
    list_paid_since,
)
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.providers.models import ScreeningJudgement, ScreeningOutcome
from cleanclaim.store.remits.models import RemitClaimRecord

EXCLUDED = "CRED.EXCLUDED"
UNDECIDED = "CRED.EXCLUSION_UNDECIDED"


def outcome_of(row: ScreeningOutcome) -> Outcome:
    """Give a kept outcome as a value."""
    matches = msgspec.convert(row.matches, tuple[Match, ...])
    return Outcome(str(row.provider_id), Standing(row.standing), matches)


def judgements_of(organization: int, provider: int) -> list[Judgement]:
    """Give people's decisions on a provider, in their order."""
    rows = ScreeningJudgement.objects.of(organization).filter(provider_id=provider).order_by("pk")
    return [
        Judgement(
            reference=str(row.provider_id),
            entry_id=row.entry,
            verdict=Verdict(row.verdict),
            decided_on=row.decided_on,
            decided_by=row.decided_by,
            reason=row.reason,
            evidence_sha256=row.evidence_sha256,
        )
        for row in rows
    ]


def every_match(organization: int, provider: int) -> dict[str, Match]:
    """Give each entry of any run that may be the provider, by its id.

    An entry that vanished from a later list is still asked about: the lists drop those who were
    reinstated, and a person has to see the reinstatement.
    """
    rows = ScreeningOutcome.objects.of(organization).filter(provider_id=provider)
    found: dict[str, Match] = {}
    for row in rows.exclude(matches=[]).order_by("pk"):
        found.update({match.entry_id: match for match in outcome_of(row).matches})
    return found


def _whole(organization: int, provider: int) -> Outcome | None:
    found = every_match(organization, provider)
    if not found:
        return None
    return Outcome(str(provider), Standing.TO_DECIDE, tuple(found.values()))


def find_federal_stop(organization: int, provider: int) -> FederalStop | None:
    """Give from which day on a confirmed provider's services are no federal payer's to pay."""
    outcome = _whole(organization, provider)
    if outcome is None:
        return None
    return find_stop(outcome, judgements_of(organization, provider))


def exclusion_cause(
    organization: int, provider: int | None, payer: Payer, served_on: date
) -> tuple[str, str] | None:
    """Give the rule and the message that keep a claim from leaving, None where nothing does.

    A confirmed exclusion stops claims to federal programs from its day. An entry with the
    provider's own NPI stops every claim until a person has decided on it.
    """
    outcome = _whole(organization, provider) if provider is not None else None
    if provider is None or outcome is None:
        return None
    judged = judgements_of(organization, provider)
    stop = find_stop(outcome, judged)
    if stop is not None:
        federal = payer.filing_indicator in FEDERAL_INDICATORS
        if federal and stop.forbids(served_on):
            return EXCLUDED, "the rendering provider is excluded from federal programs on that day"
        return None
    if _is_undecided(outcome, judged):
        return UNDECIDED, "a list of excluded people has the rendering provider's NPI: decide first"
    return None


def _is_undecided(outcome: Outcome, judged: Iterable[Judgement]) -> bool:
    decided = {each.entry_id for each in judged}
    left = tuple(match for match in outcome.matches if match.entry_id not in decided)
    return msgspec.structs.replace(outcome, matches=left).stops_until_decided


def list_paid_in_spite(organization: int, provider: int) -> tuple[Payment, ...]:
    """List what federal payers paid for the provider's services since the exclusion."""
    stop = find_federal_stop(organization, provider)
    if stop is None:
        return ()
    rows = RemitClaimRecord.objects.of(organization).filter(
        claim__rendering_id=provider, claim__payer__filing_indicator__in=FEDERAL_INDICATORS
    )
    found = rows.exclude(paid_cents=0).exclude(outcome="suspended").select_related("claim")
    payments = [
        Payment(
            claim=str(row.claim.pk),
            payer=str(row.claim.payer_id),
            reference=str(provider),
            served_on=row.claim.service_on,
            paid_cents=row.paid_cents,
        )
        for row in found
        if row.claim is not None
    ]
    return list_paid_since(stop, payments, {each.payer for each in payments})
