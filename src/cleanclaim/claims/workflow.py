"""The life of a claim: its state is a pure function of its events, by one table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from cleanclaim.kernel.errors import CleanclaimError


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"  # assembled, not yet scrubbed clean
    HELD = "held"  # something blocks it
    READY = "ready"  # may leave
    SUBMITTED = "submitted"  # sent, nothing final heard
    ACCEPTED = "accepted"  # the payer took it in for adjudication
    REJECTED = "rejected"  # refused before adjudication: never was in the payer's system
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    DENIED = "denied"
    REPLACED = "replaced"  # a corrected claim stands in its place
    VOIDED = "voided"
    CLOSED = "closed"  # nothing more is expected from this payer


class ClaimEvent(StrEnum):
    """What happens to a claim; the values are the names in histories and audit trails."""

    ASSEMBLED = "claim.assembled"
    EDITED = "claim.edited"  # a new version before it ever counted with the payer
    HELD = "claim.held"
    CLEARED = "claim.cleared"  # scrubbed, gated, nothing blocks
    SUBMITTED = "claim.submitted"
    RECEIVED = "claim.received"  # the file passed the receiver's syntax checks
    ACCEPTED = "claim.accepted"
    REJECTED = "claim.rejected"
    PAID = "claim.paid"
    PARTLY_PAID = "claim.partly_paid"
    DENIED = "claim.denied"
    REVERSED = "claim.reversed"  # the payer took its decision back
    APPEALED = "claim.appealed"
    REPLACED = "claim.replaced"
    VOIDED = "claim.voided"
    CLOSED = "claim.closed"
    REOPENED = "claim.reopened"


S, E = ClaimState, ClaimEvent

_EDITABLE: Mapping[ClaimEvent, ClaimState] = {
    E.EDITED: S.DRAFT,
    E.HELD: S.HELD,
    E.CLEARED: S.READY,
    E.VOIDED: S.VOIDED,
    E.CLOSED: S.CLOSED,
}
_DECISIONS: Mapping[ClaimEvent, ClaimState] = {
    E.PAID: S.PAID,
    E.PARTLY_PAID: S.PARTLY_PAID,
    E.DENIED: S.DENIED,
}


def _decided(state: ClaimState) -> Mapping[ClaimEvent, ClaimState]:
    """Give the row of a decided state.

    Acknowledgements that arrive after the decision change nothing; a second decision (payers
    reprocess unasked) takes the place of the first.
    """
    return {
        E.RECEIVED: state,
        E.ACCEPTED: state,
        E.REVERSED: S.ACCEPTED,
        E.APPEALED: S.ACCEPTED,
        E.REPLACED: S.REPLACED,
        E.VOIDED: S.VOIDED,
        E.CLOSED: S.CLOSED,
        **_DECISIONS,
    }


# state -> event -> next state; None is "before the first event". What is absent is refused.
TRANSITIONS: Mapping[ClaimState | None, Mapping[ClaimEvent, ClaimState]] = {
    None: {E.ASSEMBLED: S.DRAFT},
    S.DRAFT: _EDITABLE,
    S.HELD: _EDITABLE,
    S.READY: {**_EDITABLE, E.SUBMITTED: S.SUBMITTED},
    # A remittance may come without any acknowledgement before it.
    S.SUBMITTED: {
        E.SUBMITTED: S.SUBMITTED,
        E.RECEIVED: S.SUBMITTED,
        E.ACCEPTED: S.ACCEPTED,
        E.REJECTED: S.REJECTED,
        **_DECISIONS,
    },
    # A clearinghouse accepts first, and the payer behind it may still refuse.
    S.ACCEPTED: {
        E.RECEIVED: S.ACCEPTED,
        E.ACCEPTED: S.ACCEPTED,
        E.REJECTED: S.REJECTED,
        E.REVERSED: S.ACCEPTED,
        E.REPLACED: S.REPLACED,
        E.VOIDED: S.VOIDED,
        E.CLOSED: S.CLOSED,
        **_DECISIONS,
    },
    S.REJECTED: {**_EDITABLE, E.REJECTED: S.REJECTED},
    S.PAID: _decided(S.PAID),
    S.PARTLY_PAID: _decided(S.PARTLY_PAID),
    S.DENIED: _decided(S.DENIED),
    # The payer reverses what was replaced or voided before it pays the new claim.
    S.REPLACED: {E.REVERSED: S.REPLACED, E.RECEIVED: S.REPLACED, E.ACCEPTED: S.REPLACED},
    S.VOIDED: {E.REVERSED: S.VOIDED, E.RECEIVED: S.VOIDED, E.ACCEPTED: S.VOIDED},
    S.CLOSED: {
        E.REOPENED: S.ACCEPTED,
        E.REVERSED: S.ACCEPTED,
        E.REPLACED: S.REPLACED,
        E.VOIDED: S.VOIDED,
        **_DECISIONS,
    },
}

FINAL_STATES = frozenset({S.REPLACED, S.VOIDED})
OPEN_STATES = frozenset(ClaimState) - FINAL_STATES - {S.CLOSED}


class TransitionError(CleanclaimError):
    """The event cannot happen to a claim in this state."""

    code = "claim.transition"

    def __init__(self, state: ClaimState | None, event: ClaimEvent) -> None:
        super().__init__(f"{event} cannot happen to a claim that is {state or 'not assembled'}")
        self.state = state
        self.event = event


def next_state(state: ClaimState | None, event: ClaimEvent) -> ClaimState:
    """Give the state after one event; TransitionError where the table has none."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise TransitionError(state, event) from None


def can_follow(state: ClaimState | None, event: ClaimEvent) -> bool:
    """Tell whether the event may happen to a claim in this state."""
    return event in TRANSITIONS[state]


def state_after(events: Iterable[ClaimEvent]) -> ClaimState:
    """Fold the events of one claim, oldest first, into its state."""
    state: ClaimState | None = None
    for event in events:
        state = next_state(state, event)
    if state is None:
        raise NoEventsError
    return state


class NoEventsError(CleanclaimError):
    """A claim without events has no state."""

    code = "claim.no_events"

    def __init__(self) -> None:
        super().__init__("a claim without events has no state")
