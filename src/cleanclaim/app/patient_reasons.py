"""Which denials a practice lets its patients owe: recorded with a source, counted by the day.

Without a record a denial stays open with the payer, whoever it calls liable.
"""

from collections.abc import Iterable
from datetime import date, datetime

from cleanclaim.app.denial_terms import UnsourcedError
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span
from cleanclaim.remits.adjustment_reasons import POLICY_REASONS
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.policies.models import PatientReason


class NoPolicyReasonError(CleanclaimError):
    """The reason is none of those that a practice may decide about."""

    code = "posting.no_policy_reason"

    def __init__(self) -> None:
        known = ", ".join(sorted(POLICY_REASONS))
        super().__init__(f"only these reasons may be left to patients: {known}")


def record_patient_reason(
    *, organization: int, actor: Actor, at: datetime, reason: str, span: Span, source: str
) -> PatientReason:
    """Let patients owe what is denied with PR and this reason, in a span of days of payment.

    The same reason from the same day on is recorded anew. Raises NoPolicyReasonError, and
    UnsourcedError where nothing says that patients owe it.
    """
    if reason not in POLICY_REASONS:
        raise NoPolicyReasonError
    if not source.strip():
        raise UnsourcedError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row, _ = PatientReason.objects.update_or_create(
            organization_id=organization,
            reason=reason,
            starts_on=span.starts_on,
            defaults={"ends_on": span.ends_on, "source": source.strip()[:200]},
        )
        work.tell("patient_reason.recorded", ("patient_reason", row.pk), reason=reason)
    return row


def patient_reason_policies(organization: int) -> tuple[PatientReason, ...]:
    """Give every record of the organization, the first days first."""
    return tuple(PatientReason.objects.of(organization).order_by("starts_on", "pk"))


def reasons_on(policies: Iterable[PatientReason], on: date) -> frozenset[str]:
    """Give the reasons that count on a day."""
    return frozenset(row.reason for row in policies if on in Span(row.starts_on, row.ends_on))
