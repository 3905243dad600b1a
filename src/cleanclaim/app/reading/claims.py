"""Claims: the list by state, those held, and one claim with all that is known of it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Count, DateField, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from cleanclaim.app.access import access_claim
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.app.values import read_claim_content
from cleanclaim.claims.model import Claim
from cleanclaim.store.claims.models import ClaimFile, ClaimFinding, ClaimRecord, ClaimVersion, Hold
from cleanclaim.store.denials.models import DenialCase
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.remits.models import Denial, RemitClaimRecord

_FAR = date(9999, 12, 31)


class ClaimRow(msgspec.Struct, frozen=True):
    """One claim in a list."""

    id: int
    control_number: str
    state: str
    patient: int
    patient_name: str
    payer: str
    responsibility: str
    frequency: str
    service_on: date
    filing_due_on: date | None
    submitted_at: datetime | None
    charge_cents: int


class StateCount(msgspec.Struct, frozen=True):
    """How many claims are in a state and what was charged on them."""

    state: str
    claims: int
    cents: int


class HeldClaim(msgspec.Struct, frozen=True):
    """One reason why a claim may not leave, with the claim and its last day."""

    id: int
    hold: int
    control_number: str
    patient: int
    patient_name: str
    payer: str
    reason: str
    message: str
    cents: int
    cause_ends_on: date | None
    held_at: datetime
    service_on: date
    filing_due_on: date | None


class VersionView(msgspec.Struct, frozen=True):
    """One version and why it was made."""

    number: int
    reason: str
    created_at: datetime


class FindingView(msgspec.Struct, frozen=True):
    """One finding with its origin; ``resolved_at`` where a later look no longer finds it."""

    rule: str
    severity: str
    place: str
    message: str
    hint: str
    source: str
    release: str
    origin: str
    version_number: int
    found_at: datetime
    resolved_at: datetime | None


class HoldView(msgspec.Struct, frozen=True):
    """One hold of a claim, open or past."""

    reason: str
    message: str
    cents: int
    cause_ends_on: date | None
    held_at: datetime
    released_at: datetime | None
    overridden_for: int | None


class DecisionView(msgspec.Struct, frozen=True):
    """What a payer decided on the claim in one remittance."""

    remit: int
    trace_number: str
    paid_on: date
    status_code: str
    outcome: str
    reason: str
    charge_cents: int
    paid_cents: int
    patient_cents: int


class DenialView(msgspec.Struct, frozen=True):
    """A refusal, its cause and until when it can be disputed; ``case`` is where it is worked."""

    id: int
    claim: int
    control_number: str
    patient: int
    patient_name: str
    payer: str
    cause: str
    reasons: tuple[str, ...]
    cents: int
    denied_on: date
    appeal_due_on: date | None
    status: str
    case: int | None = None


class FileView(msgspec.Struct, frozen=True):
    """A file that carried or answered the claim."""

    id: int
    kind: str
    direction: str
    name: str
    exchanged_at: datetime
    version_number: int


class Relative(msgspec.Struct, frozen=True):
    """Another claim of the same chain: replaced, replacing, before or after."""

    id: int
    control_number: str
    state: str
    relation: str


class ClaimView(msgspec.Struct, frozen=True):
    """Everything the claim page shows; ``balance`` is the claim's money by kind of account."""

    row: ClaimRow
    content: Claim
    rendering: str
    account_number: str
    payer_claim_number: str
    version_number: int
    encounter: int | None
    versions: tuple[VersionView, ...]
    findings: tuple[FindingView, ...]
    resolved: tuple[FindingView, ...]
    holds: tuple[HoldView, ...]
    decisions: tuple[DecisionView, ...]
    denials: tuple[DenialView, ...]
    files: tuple[FileView, ...]
    relatives: tuple[Relative, ...]
    balance: Mapping[str, int]


def claim_rows(rows: QuerySet[Any]) -> tuple[ClaimRow, ...]:
    """Make the values of claim rows in their order."""
    return tuple(_claim_row(row) for row in rows.select_related("patient", "payer"))


def _claim_row(row: Any) -> ClaimRow:  # noqa: ANN401 - a claim record with patient and payer
    return ClaimRow(
        id=row.pk,
        control_number=row.control_number,
        state=row.state,
        patient=row.patient_id,
        patient_name=f"{row.patient.last_name}, {row.patient.first_name}",
        payer=row.payer.name,
        responsibility=row.responsibility,
        frequency=row.frequency,
        service_on=row.service_on,
        filing_due_on=row.filing_due_on,
        submitted_at=row.submitted_at,
        charge_cents=row.total_charge_cents,
    )


def list_claims(organization: int, state: str = "", after: int | None = None) -> Sheet[ClaimRow]:
    """Give claims by day of service, the latest first, of one state or of all."""
    known = ClaimRecord.objects.of(organization).select_related("patient", "payer")
    rows = known.filter(state=state) if state else known
    cut, following = cut_sheet(rows, known, ("-service_on",), after)
    return Sheet(tuple(_claim_row(row) for row in cut), following)


def count_states(organization: int) -> tuple[StateCount, ...]:
    """Count the claims by state."""
    rows = (
        ClaimRecord.objects.of(organization)
        .values("state")
        .annotate(claims=Count("pk"), cents=Sum("total_charge_cents"))
        .order_by("-claims")
    )
    return tuple(StateCount(row["state"], row["claims"], int(row["cents"])) for row in rows)


def list_held(organization: int, after: int | None = None) -> Sheet[HeldClaim]:
    """Give the open holds, those whose claim must leave first at the top."""
    known = (
        Hold.objects.of(organization)
        .annotate(leaves_by=Coalesce("claim__filing_due_on", Value(_FAR), output_field=DateField()))
        .select_related("claim__patient", "claim__payer")
    )
    rows = known.filter(released_at__isnull=True, claim__state="held")
    cut, following = cut_sheet(rows, known, ("leaves_by",), after)
    return Sheet(tuple(_held_claim(hold) for hold in cut), following)


def _held_claim(hold: Any) -> HeldClaim:  # noqa: ANN401 - a hold row with its claim
    claim = _claim_row(hold.claim)
    return HeldClaim(
        id=claim.id,
        hold=hold.pk,
        control_number=claim.control_number,
        patient=claim.patient,
        patient_name=claim.patient_name,
        payer=claim.payer,
        reason=hold.reason,
        message=hold.message,
        cents=hold.cents,
        cause_ends_on=hold.cause_ends_on,
        held_at=hold.held_at,
        service_on=claim.service_on,
        filing_due_on=claim.filing_due_on,
    )


def _denial_view(row: Any, case: int | None) -> DenialView:  # noqa: ANN401 - with its claim
    claim = _claim_row(row.claim)
    return DenialView(
        id=row.pk,
        claim=claim.id,
        control_number=claim.control_number,
        patient=claim.patient,
        patient_name=claim.patient_name,
        payer=claim.payer,
        cause=row.cause,
        reasons=tuple(str(reason) for reason in row.reasons),
        cents=row.cents,
        denied_on=row.denied_on,
        appeal_due_on=row.appeal_due_on,
        status=row.status,
        case=case,
    )


def read_claim(organization: int, claim: int) -> ClaimView:
    """Give one claim as its page shows it."""
    row = access_claim(claim, organization=organization)
    versions = list(ClaimVersion.objects.of(organization).filter(claim=row).order_by("-number"))
    content = next(v.content for v in versions if v.number == row.version_number)
    findings = _findings(organization, row)
    return ClaimView(
        row=_claim_row(row),
        content=read_claim_content(content),
        rendering=str(row.rendering) if row.rendering else "",
        account_number=row.patient.account_number,
        payer_claim_number=row.payer_claim_number,
        version_number=row.version_number,
        encounter=row.encounter_id,
        versions=tuple(VersionView(v.number, v.reason, v.created_at) for v in versions),
        findings=tuple(f for f in findings if f.resolved_at is None),
        resolved=tuple(f for f in findings if f.resolved_at is not None),
        holds=_holds(organization, row),
        decisions=_decisions(organization, row),
        denials=_denials(organization, row),
        files=_files(organization, row),
        relatives=tuple(_relatives(organization, row)),
        balance=_balance(organization, int(row.ledger_claim)),
    )


_GRAVITY = {"block": 0, "warn": 1, "info": 2}


def _findings(organization: int, row: ClaimRecord) -> tuple[FindingView, ...]:
    rows = ClaimFinding.objects.of(organization).filter(claim=row).order_by("-pk")
    names = FindingView.__struct_fields__
    views = [FindingView(**{name: getattr(found, name) for name in names}) for found in rows]
    return tuple(sorted(views, key=lambda found: _GRAVITY.get(found.severity, 3)))


def _holds(organization: int, row: ClaimRecord) -> tuple[HoldView, ...]:
    rows = Hold.objects.of(organization).filter(claim=row).order_by("-pk")
    names = HoldView.__struct_fields__
    return tuple(HoldView(**{name: getattr(hold, name) for name in names}) for hold in rows)


def _decisions(organization: int, row: ClaimRecord) -> tuple[DecisionView, ...]:
    rows = RemitClaimRecord.objects.of(organization).filter(claim=row).select_related("remit")
    return tuple(
        DecisionView(
            remit=found.remit_id,
            trace_number=found.remit.trace_number,
            paid_on=found.remit.paid_on,
            status_code=found.status_code,
            outcome=found.outcome,
            reason=found.reason,
            charge_cents=found.charge_cents,
            paid_cents=found.paid_cents,
            patient_cents=found.patient_cents,
        )
        for found in rows.order_by("-pk")
    )


def _denials(organization: int, row: ClaimRecord) -> tuple[DenialView, ...]:
    rows = Denial.objects.of(organization).filter(claim=row)
    related = rows.select_related("claim__patient", "claim__payer").order_by("-pk")
    kept = DenialCase.objects.of(organization).filter(claim=row)
    cases = dict(kept.values_list("denial_id", "pk"))
    return tuple(_denial_view(found, cases.get(found.pk)) for found in related)


def _files(organization: int, row: ClaimRecord) -> tuple[FileView, ...]:
    rows = ClaimFile.objects.of(organization).filter(claim=row).select_related("file")
    return tuple(
        FileView(
            id=link.file_id,
            kind=link.file.kind,
            direction=link.file.direction,
            name=link.file.name,
            exchanged_at=link.file.exchanged_at,
            version_number=link.version_number,
        )
        for link in rows.defer("file__content").order_by("pk")
    )


def _relatives(organization: int, row: ClaimRecord) -> Iterable[Relative]:
    claims = ClaimRecord.objects.of(organization)
    kinds = (
        ("replaces", claims.filter(pk=row.replaces_id or 0)),
        ("follows", claims.filter(pk=row.follows_id or 0)),
        ("replaced by", claims.filter(replaces=row)),
        ("followed by", claims.filter(follows=row)),
    )
    for relation, rows in kinds:
        for found in rows:
            yield Relative(found.pk, found.control_number, found.state, relation)


def _balance(organization: int, claim: int) -> Mapping[str, int]:
    rows = (
        Posting.objects.of(organization)
        .filter(account__claim_id=claim)
        .values_list("account__kind")
        .annotate(cents=Sum("cents"))
        .order_by("account__kind")
    )
    return {kind: int(cents) for kind, cents in rows}
