import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.workflow import (
    FINAL_STATES,
    OPEN_STATES,
    TRANSITIONS,
    ClaimEvent,
    ClaimState,
    NoEventsError,
    TransitionError,
    can_follow,
    next_state,
    state_after,
)

E = ClaimEvent
S = ClaimState


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([E.ASSEMBLED], S.DRAFT),
        ([E.ASSEMBLED, E.HELD], S.HELD),
        ([E.ASSEMBLED, E.HELD, E.EDITED, E.CLEARED], S.READY),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.RECEIVED], S.SUBMITTED),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.ACCEPTED, E.PAID], S.PAID),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.PAID, E.ACCEPTED], S.PAID),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.REJECTED, E.EDITED, E.CLEARED], S.READY),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.DENIED, E.APPEALED, E.PARTLY_PAID], S.PARTLY_PAID),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.DENIED, E.REPLACED], S.REPLACED),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.PAID, E.CLOSED, E.REVERSED], S.ACCEPTED),
    ],
)
def test_the_state_follows_from_the_events(events: list[ClaimEvent], state: ClaimState) -> None:
    assert state_after(events) is state


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        ([E.ASSEMBLED], E.SUBMITTED),
        ([E.ASSEMBLED, E.HELD], E.SUBMITTED),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED], E.EDITED),
        ([E.ASSEMBLED, E.CLEARED, E.SUBMITTED, E.PAID, E.REPLACED], E.PAID),
        ([E.ASSEMBLED, E.VOIDED], E.SUBMITTED),
    ],
)
def test_what_the_table_lacks_is_refused(events: list[ClaimEvent], refused: ClaimEvent) -> None:
    with pytest.raises(TransitionError) as raised:
        state_after([*events, refused])
    assert raised.value.event is refused
    assert not can_follow(state_after(events), refused)


def test_a_claim_without_events_has_no_state() -> None:
    with pytest.raises(NoEventsError):
        state_after([])


def test_nothing_happens_before_assembly() -> None:
    with pytest.raises(TransitionError, match="not assembled"):
        next_state(None, E.PAID)


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == {None, *ClaimState}
    assert {state for row in TRANSITIONS.values() for state in row.values()} == set(ClaimState)
    assert {event for row in TRANSITIONS.values() for event in row} == set(ClaimEvent)


@given(st.lists(st.sampled_from(ClaimEvent), max_size=12))
def test_a_claim_never_leaves_a_final_state(events: list[ClaimEvent]) -> None:
    state: ClaimState | None = None
    for event in events:
        if not can_follow(state, event):
            continue
        before, state = state, next_state(state, event)
        assert before not in FINAL_STATES or state is before
        assert state in OPEN_STATES or state in FINAL_STATES or state is S.CLOSED
