"""Suspense: what waits, why and since when; and the claims that could be meant by one of them."""

from datetime import date

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.app.remit_claims import Decided, Share
from cleanclaim.app.suspense import SUSPENDED, possible_claims
from cleanclaim.remits.matching import compare_claim
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.remits.models import RemitClaimRecord

_MOST_PROPOSED = 12


class SuspendedRow(msgspec.Struct, frozen=True):
    """One decision in suspense; ``cents`` is what the payer sent for it (negative: took)."""

    id: int
    remit: int
    payer: str
    control_number: str
    cents: int
    charge_cents: int
    paid_on: date
    days: int
    reason: str


class ProposedClaim(msgspec.Struct, frozen=True):
    """A claim that could be meant: what agrees with the decision and what does not."""

    id: int
    control_number: str
    service_on: date
    charge_cents: int
    state: str
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


class SuspenseView(msgspec.Struct, frozen=True):
    """One suspended decision with the claims that could be meant, the likeliest first."""

    row: SuspendedRow
    decision: RemitClaim
    proposed: tuple[ProposedClaim, ...]


def list_suspense(organization: int, on: date, after: int | None = None) -> Sheet[SuspendedRow]:
    """Give what waits in suspense, the oldest payment first."""
    rows = RemitClaimRecord.objects.of(organization).filter(outcome=SUSPENDED)
    known = rows.select_related("remit", "remit__payer").defer("remit__content")
    cut, following = cut_sheet(known, known, ("remit__paid_on",), after)
    return Sheet(tuple(_row(row, on) for row in cut), following)


def _row(row: RemitClaimRecord, on: date) -> SuspendedRow:
    return SuspendedRow(
        id=row.pk,
        remit=row.remit_id,
        payer=row.remit.payer.name if row.remit.payer else "unknown payer",
        control_number=str(row.content.get("patient_control_number", "")),
        cents=row.paid_cents,
        charge_cents=row.charge_cents,
        paid_on=row.remit.paid_on,
        days=(on - row.remit.paid_on).days,
        reason=row.reason,
    )


def read_suspense(organization: int, remit_claim: int, on: date) -> SuspenseView:
    """Give one suspended decision and the claims of the payer that could be meant."""
    related = ("remit", "remit__payer")
    row = access(RemitClaimRecord, remit_claim, organization=organization, related=related)
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    keys = possible_claims(organization, row, decision)
    found = ClaimRecord.objects.of(organization).filter(pk__any_of=keys)
    claims = {claim.pk: claim for claim in found.select_related("coverage")}
    share = Share(organization, claims, {}, Decided({}, {}))
    told = [(claim, compare_claim(decision, share.value(pk))) for pk, claim in claims.items()]
    told.sort(key=lambda pair: (-len(pair[1].agrees), pair[0].pk))
    proposed = tuple(
        ProposedClaim(
            claim.pk,
            claim.control_number,
            claim.service_on,
            claim.total_charge_cents,
            claim.state,
            same.agrees,
            same.differs,
        )
        for claim, same in told[:_MOST_PROPOSED]
    )
    return SuspenseView(_row(row, on), decision, proposed)
