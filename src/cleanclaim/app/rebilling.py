"""Denials that an enrollment's earlier effective date makes worth billing again, in time."""

from datetime import date

import msgspec

from cleanclaim.app.claiming import reference_for
from cleanclaim.app.deadlines import CORRECTED, find_deadline
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork
from cleanclaim.denials.causes import Cause
from cleanclaim.store.enrollments.models import Application
from cleanclaim.store.followup.models import FilingWindow
from cleanclaim.store.remits.models import Denial

_OPEN = "open"


class Rebillable(msgspec.Struct, frozen=True):
    """A denial for enrollment inside the span that is granted now.

    ``due_on`` is the last day on which the payer takes the corrected claim, None where nobody
    knows; ``source`` says who says so.
    """

    denial: int
    claim: int
    service_on: date
    cents: int
    due_on: date | None
    source: str


def find_rebillable(
    application: Application, billable_on: date, *, today: date
) -> tuple[Rebillable, ...]:
    """Give open denials of this provider and payer for enrollment that may be billed again.

    Inside the granted days, and not past the payer's window for corrected claims. Dearest first.
    """
    rows = Denial.objects.of(application.organization_id).filter(
        cause=Cause.CREDENTIALING.value,
        status=_OPEN,
        claim__payer=application.payer_id,
        claim__rendering=application.provider_id,
        claim__service_on__gte=billable_on,
    )
    reference = reference_for([application.payer])
    found = []
    for row in rows.select_related("claim", "claim__payer").order_by("-cents", "pk"):
        deadline = find_deadline(row.claim, reference)
        due_on, source = _corrected_due(application, row) or (deadline.due_on, deadline.source)
        if due_on is None or due_on >= today:
            claim = row.claim
            found.append(
                Rebillable(row.pk, claim.pk, claim.service_on, int(row.cents), due_on, source)
            )
    return tuple(found)


def _corrected_due(application: Application, row: Denial) -> tuple[date, str] | None:
    """Give the end of the payer's recorded window for corrected claims, where there is one."""
    windows = FilingWindow.objects.of(application.organization_id).filter(
        payer=application.payer_id, kind=CORRECTED, starts_on__lte=row.claim.service_on
    )
    window = windows.exclude(ends_on__lt=row.claim.service_on).order_by("starts_on").last()
    if window is None:
        return None
    since = row.denied_on if window.counted_from == "decision" else row.claim.service_on
    return date.fromordinal(since.toordinal() + window.days), window.source


def ask_to_rebill(work: UnitOfWork, application: Application, billable_on: date) -> int:
    """Open one task for the denials worth billing again, and give how many there are."""
    found = find_rebillable(application, billable_on, today=work.today)
    key = f"application-rebill:{application.pk}"
    if not found:
        return 0
    days = [each.due_on for each in found if each.due_on is not None]
    open_task(
        work,
        key,
        kind="enrollment",
        title=f"{len(found)} denials for enrollment can be billed again",
        next_step="Open the application, look at each denial and send the claim again",
        value_cents=sum(each.cents for each in found),
        due_on=min(days, default=None),
    )
    return len(found)
