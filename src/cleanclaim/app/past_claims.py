"""What a claim is held against: the patient's other claims, and the note of the visit."""

import msgspec
from django.db.models import F, Q

from cleanclaim.app.values import patient_value, read_claim_content
from cleanclaim.claims.model import Claim
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.encounters.models import Note

# Claims that tell of no service: another stands in their place, they were taken back, or the
# payer never took them in.
WITHOUT_SERVICE = (ClaimState.REPLACED, ClaimState.VOIDED, ClaimState.REJECTED)


def earlier_claims(record: ClaimRecord) -> list[Claim]:
    """Give the patient's other claims that were made before this one or have left already.

    Claims of the same chain (what it replaces, or the same visit's to another payer) are left
    out: they bill the same services. All are given as of the patient's present name.
    """
    root = record.root_id or record.pk
    others = (
        ClaimRecord.objects.of(record.organization_id)
        .filter(Q(pk__lt=record.pk) | Q(submitted_at__isnull=False), patient=record.patient_id)
        .exclude(Q(pk=root) | Q(pk=record.pk) | Q(state__in=WITHOUT_SERVICE))
        .exclude(root__isnull=False, root=root)
    )
    versions = (
        ClaimVersion.objects.of(record.organization_id)
        .filter(claim__in=others, number=F("claim__version_number"))
        .order_by("claim__service_on", "claim_id")
    )
    patient = patient_value(record.patient)
    return [
        msgspec.structs.replace(read_claim_content(content), patient=patient)
        for content in versions.values_list("content", flat=True)
    ]


def documentation_findings(record: ClaimRecord) -> tuple[Finding, ...]:
    """Say that no signed note of the visit is at hand; claims of other software have none."""
    notes = Note.objects.of(record.organization_id).filter(encounter=record.encounter_id)
    if record.encounter_id is None or notes.exists():
        return ()
    return (
        Finding(
            "DOCUMENTATION.MISSING",
            Severity.WARN,
            "claim",
            "no signed note of the visit is at hand",
            "have the note written and signed; a payer that asks takes the payment back without it",
            "CMS, Program Integrity Manual, ch. 3, 3.3.2.4 (signatures)",
        ),
    )
