"""The terms between practice and patient: policy, local numbers, preferences, returned mail."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.access import access_patient
from cleanclaim.app.refusing import Refusal
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.patient_policy import BillingPolicy
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.statements.models import (
    BillingPreference,
    LocalTerm,
    PolicyRecord,
    StatementRecord,
)

LANGUAGES = ("en", "es")
CHANNELS = ("paper", "email")
POVERTY, UNCLAIMED = "poverty", "unclaimed"


class PolicyFaultError(CleanclaimError):
    """A policy says what it cannot mean; the message names the fields."""

    code = "policy.fault"

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"the policy cannot be kept: {', '.join(fields)}")


class NoPolicyError(CleanclaimError):
    """What was asked depends on a policy, and the practice has recorded none for the day."""

    code = "policy.none"

    def __init__(self) -> None:
        super().__init__("record a policy for patients' balances first")


class NoSuchChoiceError(CleanclaimError):
    """A choice was none of those there are."""

    code = "terms.choice"

    def __init__(self, field: str) -> None:
        super().__init__(f"this is no choice for {field}")


def record_policy(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    name: str,
    starts_on: date,
    policy: BillingPolicy,
) -> PolicyRecord:
    """Set the policy from a day on; earlier ones stay on record. Raises PolicyFaultError."""
    if policy.faults() or not name.strip():
        raise PolicyFaultError(policy.faults() or ("name",))
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = PolicyRecord.objects.create(
            organization_id=organization,
            name=name.strip()[:40],
            starts_on=starts_on,
            content=msgspec.to_builtins(policy),
            recorded_at=at,
        )
        work.tell("policy.recorded", ("policy", record.pk))
    return record


def find_policy(organization: int, *, as_of: date) -> tuple[PolicyRecord, BillingPolicy] | None:
    """Give the policy in force on a day with its record, None where there is none."""
    rows = PolicyRecord.objects.of(organization).filter(starts_on__lte=as_of)
    record = rows.order_by("-starts_on", "-pk").first()
    if record is None:
        return None
    return record, msgspec.convert(record.content, BillingPolicy)


def need_policy(organization: int, *, as_of: date) -> tuple[PolicyRecord, BillingPolicy]:
    """Give the policy in force; NoPolicyError where there is none."""
    found = find_policy(organization, as_of=as_of)
    if found is None:
        raise NoPolicyError
    return found


def record_local_term(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    kind: str,
    key: str,
    value: int,
    starts_on: date,
    source: str,
    ends_on: date | None = None,
) -> LocalTerm:
    """Enter a number that a place sets, with where it was read. Raises NoSuchChoiceError."""
    if kind not in (POVERTY, UNCLAIMED) or value <= 0 or not source.strip():
        raise NoSuchChoiceError(Refusal.TERM)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = LocalTerm.objects.create(
            organization_id=organization,
            kind=kind,
            key=key,
            value=value,
            starts_on=starts_on,
            ends_on=ends_on,
            source=source.strip()[:200],
            recorded_at=at,
        )
        work.tell("term.recorded", ("term", record.pk), kind=kind, key=key, value=value)
    return record


def find_local_term(organization: int, kind: str, key: str, *, as_of: date) -> LocalTerm | None:
    """Give the number in force on a day, None where nobody has entered one."""
    rows = LocalTerm.objects.of(organization).filter(kind=kind, key=key, starts_on__lte=as_of)
    found = rows.order_by("-starts_on", "-pk").first()
    if found is None or (found.ends_on is not None and found.ends_on < as_of):
        return None
    return found


def preference_of(organization: int, patient: int) -> BillingPreference:
    """Give how a patient is written to: what was recorded, or on paper in English."""
    found = BillingPreference.objects.of(organization).filter(patient_id=patient).first()
    return found or BillingPreference(organization_id=organization, patient_id=patient)


def set_preference(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    language: str,
    channel: str,
    email: str = "",
) -> BillingPreference:
    """Record how a patient wants to be written to. Raises NoSuchChoiceError."""
    if language not in LANGUAGES or channel not in CHANNELS:
        raise NoSuchChoiceError(Refusal.WAY)
    if channel == "email" and "@" not in email:
        raise NoSuchChoiceError(Refusal.NO_EMAIL)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = _preference(work, patient)
        record.language, record.channel, record.email = language, channel, email.strip()[:120]
        record.save()
        work.tell("preference.set", ("patient", patient), patient=patient, channel=channel)
    return record


def _preference(work: UnitOfWork, patient: int) -> BillingPreference:
    access_patient(patient, organization=work.organization)
    record, _ = BillingPreference.objects.get_or_create(
        organization_id=work.organization, patient_id=patient
    )
    return record


def record_returned_mail(
    *, organization: int, actor: Actor, at: datetime, statement: int
) -> BillingPreference:
    """Record that a statement came back: no more go out until somebody has a new address."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = StatementRecord.objects.of(organization)
        sent = rows.select_for_update().get(pk=statement)
        rows.filter(pk=sent.pk).update(state="returned")
        record = _preference(work, sent.patient_id)
        record.returned_on = work.today
        record.save(update_fields=["returned_on"])
        open_task(
            work,
            f"mail:{sent.patient_id}",
            kind="statement",
            title="A statement came back by the post",
            next_step="Find the patient's present address, then let statements go out again",
            patient=access_patient(sent.patient_id, organization=organization),
            value_cents=sent.due_cents,
        )
        work.tell("mail.returned", ("statement", sent.pk), patient=sent.patient_id)
    return record


def resume_mail(*, organization: int, actor: Actor, at: datetime, patient: int) -> None:
    """Let statements go out again, once the address is known."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = _preference(work, patient)
        record.returned_on = None
        record.save(update_fields=["returned_on"])
        close_tasks(work, f"mail:{patient}", outcome="address found")
        work.tell("mail.resumed", ("patient", patient), patient=patient)
