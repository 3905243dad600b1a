"""Moving a claim along its life: the event is told, the state follows from the table."""

from cleanclaim.app.work import UnitOfWork
from cleanclaim.claims.workflow import ClaimEvent, ClaimState, can_follow, next_state
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.models import Event


def advance(work: UnitOfWork, claim: ClaimRecord, event: ClaimEvent, **detail: object) -> None:
    """Let the event happen to the claim; TransitionError where it cannot."""
    state = ClaimState(claim.state) if claim.state else None
    claim.state = next_state(state, event).value
    ClaimRecord.objects.of(work.organization).filter(pk=claim.pk).update(state=claim.state)
    work.tell(event.value, ("claim", claim.pk), patient=claim.patient_id, claim=claim.pk, **detail)


def advance_if_allowed(
    work: UnitOfWork, claim: ClaimRecord, event: ClaimEvent, **detail: object
) -> bool:
    """Let the event happen where the table has it, and tell whether it did."""
    if not can_follow(ClaimState(claim.state), event):
        return False
    advance(work, claim, event, **detail)
    return True


def history(claim: int, *, organization: int) -> list[ClaimEvent]:
    """Give a claim's own events, oldest first, from which its state follows."""
    known = {event.value for event in ClaimEvent}
    told = (
        Event.objects.of(organization)
        .filter(claim_id=claim, record_kind="claim", action__in=known)
        .order_by("sequence")
    )
    return [ClaimEvent(action) for action in told.values_list("action", flat=True)]
