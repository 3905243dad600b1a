"""The figures that the half year ends with, each counted from records or the ledger."""

from collections.abc import Mapping

import msgspec
from django.db.models import Q, Sum

from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.ledger.accounts import RECEIVABLES, AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import verify_chain
from cleanclaim.store.events.models import Event
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within


class LedgerFigures(msgspec.Struct, frozen=True):
    """Both sides of the ledger, in cents."""

    debits_cents: int
    credits_cents: int
    balanced: bool


class AuditFigures(msgspec.Struct, frozen=True):
    """The chain of events."""

    events: int
    verified: bool


class Figures(msgspec.Struct, frozen=True):
    """What a practice has done and earned; claims are counted once each, by what ever happened.

    ``first_pass_paid``: original claims paid on their first submission without a touch by hand.
    ``paid_cents`` from payers, ``adjusted_cents`` taken off by contract or law, ``patient_cents``
    paid by patients.
    """

    patients: int
    encounters: int
    claims: int
    first_pass_paid: int
    held: int
    rejected: int
    denied: int
    corrected: int
    paid_cents: int
    adjusted_cents: int
    patient_cents: int
    open_receivable_cents: int
    suspense_cents: int
    ledger: LedgerFigures
    audit: AuditFigures


def count_figures(organization: int) -> Figures:
    """Count an organization's figures."""
    with within(organization):
        ever = _claims_by_event(organization)
        money = _by_kind(organization)
        claims = ClaimRecord.objects.of(organization)
        touched = ever[ClaimEvent.HELD] | ever[ClaimEvent.REJECTED] | ever[ClaimEvent.DENIED]
        originals = set(claims.filter(root=None).values_list("pk", flat=True))
        first_pass = (ever[ClaimEvent.PAID] & originals) - touched - ever[ClaimEvent.EDITED]
        receivable = sum(money.get(kind.value, 0) for kind in RECEIVABLES)
        figures = {
            "patients": Patient.objects.of(organization).count(),
            "encounters": Encounter.objects.of(organization).count(),
            "claims": claims.count(),
            "first_pass_paid": len(first_pass),
            "held": len(ever[ClaimEvent.HELD]),
            "rejected": len(ever[ClaimEvent.REJECTED]),
            "denied": len(ever[ClaimEvent.DENIED]),
            "corrected": claims.exclude(replaces=None).count(),
            "adjusted_cents": sum(money.get(kind.value, 0) for kind in _ADJUSTMENTS),
            "open_receivable_cents": receivable,
            "suspense_cents": -money.get(AccountKind.SUSPENSE.value, 0),
            "paid_cents": -_applied(organization, "apply_payment"),
            "patient_cents": -_applied(organization, "receive_patient_payment"),
            "ledger": _ledger(organization),
        }
    report = verify_chain(organization)
    audit = AuditFigures(report.events, not report.faults)
    return Figures(audit=audit, **figures)  # type: ignore[arg-type]


_ADJUSTMENTS = (AccountKind.CONTRACTUAL, AccountKind.SEQUESTRATION, AccountKind.WRITE_OFF)


def _claims_by_event(organization: int) -> Mapping[ClaimEvent, set[int]]:
    found: dict[ClaimEvent, set[int]] = {event: set() for event in ClaimEvent}
    rows = Event.objects.of(organization).filter(record_kind="claim")
    for action, claim in rows.values_list("action", "record_id"):
        if action in found:
            found[ClaimEvent(action)].add(claim)
    return found


def _by_kind(organization: int) -> dict[str, int]:
    rows = Posting.objects.of(organization).values_list("account__kind")
    return {kind: int(cents) for kind, cents in rows.annotate(cents=Sum("cents"))}


def _applied(organization: int, reason: str) -> int:
    """Sum what entries of a reason took off receivables and unapplied money."""
    rows = Posting.objects.of(organization).filter(entry__reason=reason)
    receivable = Q(account__kind__in=[*(k.value for k in RECEIVABLES), "unapplied"])
    return int(rows.filter(receivable).aggregate(cents=Sum("cents"))["cents"] or 0)


def _ledger(organization: int) -> LedgerFigures:
    rows = Posting.objects.of(organization)
    sums = rows.aggregate(
        debits=Sum("cents", filter=Q(cents__gt=0)), credits=Sum("cents", filter=Q(cents__lt=0))
    )
    debits, credits = int(sums["debits"] or 0), -int(sums["credits"] or 0)
    return LedgerFigures(debits, credits, debits == credits)
