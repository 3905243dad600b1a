"""Release: a claim leaves when nothing blocks it; otherwise it is held and says why."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.exclusions import exclusion_cause
from cleanclaim.app.gating import gate_claim
from cleanclaim.app.lifecycle import advance, advance_if_allowed
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimEvent, ClaimState
from cleanclaim.credentialing.gate import GateResult
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.claims.models import ClaimFinding, ClaimRecord, Hold
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Verification


class Cause(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason why a claim may not leave; ``ends_on`` where its end is known."""

    reason: str
    message: str
    ends_on: date | None = None


class HoldReasonMissingError(CleanclaimError):
    """Somebody releases a held claim without saying why."""

    code = "claim.override_reason"

    def __init__(self) -> None:
        super().__init__("a held claim can be released against its holds only with a reason")


def release_claim(
    *, organization: int, actor: Actor, at: datetime, claim: int
) -> tuple[ClaimRecord, tuple[Cause, ...]]:
    """Scrub the claim and ask gate and coverage: it becomes ready, or is held with each cause."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        findings = scrub_claim(organization=organization, actor=actor, at=at, claim=claim)
        causes = (
            *_blocking_causes(findings),
            *_blocking_causes(_refused_by_writer(work, record)),
            *_gate_causes(record),
            *_exclusion_causes(work, record),
            *_coverage_causes(work, record),
        )
        causes = tuple(c for c in _once(causes) if not _is_overridden(work, record, c))
        _keep_holds(work, record, causes)
        if causes:
            _hold(work, record, causes)
        else:
            _clear(work, record)
    return record, causes


def _once(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Give the first cause of each reason, in order: a claim has one open hold a reason."""
    found: dict[str, Cause] = {}
    for cause in causes:
        found.setdefault(cause.reason, cause)
    return tuple(found.values())


def _refused_by_writer(work: UnitOfWork, record: ClaimRecord) -> tuple[Finding, ...]:
    """Give what kept this version from being written, when it was to be sent."""
    rows = ClaimFinding.objects.of(work.organization).filter(
        claim=record, origin="write", version_number=record.version_number
    )
    return tuple(
        Finding(row.rule, Severity(row.severity), row.place, row.message)
        for row in rows.order_by("pk")
    )


def _blocking_causes(findings: tuple[Finding, ...]) -> list[Cause]:
    blocking = [f for f in findings if f.severity is Severity.BLOCK]
    by_rule: dict[str, Finding] = {}
    for finding in blocking:
        by_rule.setdefault(finding.rule, finding)
    return [Cause(rule, f"{f.place}: {f.message}") for rule, f in by_rule.items()]


def _gate_causes(record: ClaimRecord) -> list[Cause]:
    if not record.payer.requires_participation:
        return []
    result = gate_claim(record)
    if result.leaves:
        return []
    return [Cause(f"CRED.{result.reason.value}".upper(), _told(result), result.until)]


def _exclusion_causes(work: UnitOfWork, record: ClaimRecord) -> list[Cause]:
    found = exclusion_cause(work.organization, record.rendering_id, record.payer, record.service_on)
    return [] if found is None else [Cause(*found)]


def _told(result: GateResult) -> str:
    """Say why the gate holds a claim; for a substitute also under whose number it is billed."""
    return f"{result.sentence}; bill as {result.bill_as}" if result.bill_as else result.sentence


def _coverage_causes(work: UnitOfWork, record: ClaimRecord) -> list[Cause]:
    verification = (
        Verification.objects.of(work.organization)
        .filter(coverage=record.coverage, service_on=record.service_on)
        .order_by("-asked_at", "-pk")
        .first()
    )
    if verification is None:
        return [Cause("COVERAGE.UNVERIFIED", "the payer was not asked about the day of service")]
    if verification.status == "active":
        return []
    said = f"the payer says {verification.status}: {verification.reason}"
    return [Cause(f"COVERAGE.{verification.status}".upper(), said)]


def _is_overridden(work: UnitOfWork, record: ClaimRecord, cause: Cause) -> bool:
    """A person's override counts for the version it was given for."""
    holds = Hold.objects.of(work.organization).filter(claim=record, reason=cause.reason)
    return holds.filter(overridden_for=record.version_number).exists()


def _keep_holds(work: UnitOfWork, record: ClaimRecord, causes: tuple[Cause, ...]) -> None:
    """Open a hold for each new cause and end those whose cause is gone."""
    holds = Hold.objects.of(work.organization).filter(claim=record, released_at__isnull=True)
    standing = {hold.reason: hold for hold in holds}
    reasons = {cause.reason for cause in causes}
    holds.exclude(reason__in=reasons).update(released_at=work.at)
    for cause in causes:
        if cause.reason not in standing:
            Hold.objects.create(
                organization_id=work.organization,
                claim=record,
                reason=cause.reason,
                message=cause.message[:400],
                cents=record.total_charge_cents,
                cause_ends_on=cause.ends_on,
                held_at=work.at,
            )


def _hold(work: UnitOfWork, record: ClaimRecord, causes: tuple[Cause, ...]) -> None:
    if record.state != ClaimState.HELD or _changed(work, record, causes):
        reasons = [cause.reason for cause in causes]
        advance(work, record, ClaimEvent.HELD, reasons=reasons, cents=record.total_charge_cents)
    open_task(
        work,
        f"held:{record.pk}",
        kind="held",
        title=causes[0].message[:120],
        next_step=next_step(causes[0].reason),
        claim=record,
        value_cents=record.total_charge_cents,
        due_on=record.filing_due_on,
    )


def _changed(work: UnitOfWork, record: ClaimRecord, causes: tuple[Cause, ...]) -> bool:
    fresh = Hold.objects.of(work.organization).filter(claim=record, held_at=work.at)
    return fresh.filter(reason__in=[cause.reason for cause in causes]).exists()


_STEPS = {
    "CRED": "Check the enrollment with the payer; the claim leaves by itself once it is effective",
    "COVERAGE": "Ask the patient for the present insurance card and bill that coverage",
}


_OWN_STEPS = {
    "CRED.LICENCE_EXPIRED": "Record the renewed licence and verify it; the claim leaves by itself",
    "CRED.EXCLUDED": "Do not bill it: tell counsel what was served since the exclusion",
    "CRED.EXCLUSION_UNDECIDED": "Decide whether the entry on the list is our provider",
}


def next_step(reason: str) -> str:
    """Say what is to be done about a hold, by its reason."""
    if reason in _OWN_STEPS:
        return _OWN_STEPS[reason]
    family = reason.split(".", maxsplit=1)[0]
    return _STEPS.get(family, "Mend what the finding names and release again")


def _clear(work: UnitOfWork, record: ClaimRecord) -> None:
    if record.state != ClaimState.READY:
        advance_if_allowed(work, record, ClaimEvent.CLEARED)
    close_tasks(work, f"held:{record.pk}", f"rejected:{record.pk}", outcome="released")


def override_holds(
    *, organization: int, actor: Actor, at: datetime, claim: int, reason: str, rule: str = ""
) -> ClaimRecord:
    """Release a held claim against its holds, on a person's word, for this version only.

    With a ``rule`` only the hold of this rule is overridden; the others go on holding.
    """
    if not reason.strip():
        raise HoldReasonMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        holds = Hold.objects.of(organization).filter(claim=record, released_at__isnull=True)
        for hold in holds.filter(reason=rule) if rule else holds:
            hold.overridden_for = record.version_number
            hold.save(update_fields=["overridden_for"])
            work.tell(
                "hold.overridden",
                ("hold", hold.pk),
                patient=record.patient_id,
                claim=record.pk,
                rule=hold.reason,
                reason=reason.strip()[:200],
            )
        release_claim(organization=organization, actor=actor, at=at, claim=claim)
        record.refresh_from_db()
    return record


def reexamine_held(
    *, organization: int, actor: Actor, at: datetime, **of: object
) -> list[ClaimRecord]:
    """Look again at the held claims and give those that became ready.

    ``of`` narrows them to those that a change concerns: payer, coverage, service_on.
    """
    narrowed: dict[str, Any] = dict(of)
    states = (ClaimState.HELD,)
    return reexamine(organization=organization, actor=actor, at=at, states=states, **narrowed)


def reexamine(
    *, organization: int, actor: Actor, at: datetime, states: tuple[ClaimState, ...], **of: object
) -> list[ClaimRecord]:
    """Look again at the claims in some states that have not left, and give those that may leave."""
    with unit_of_work(organization=organization, actor=actor, at=at):
        rows = ClaimRecord.objects.of(organization).filter(state__in=states, **of)
        looked = [
            release_claim(organization=organization, actor=actor, at=at, claim=pk)
            for pk in rows.order_by("pk").values_list("pk", flat=True)
        ]
    return [record for record, causes in looked if not causes]
