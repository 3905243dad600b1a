"""What a night does for a practice: look again, send, fetch, read, follow up, state, close.

Each step is a use case with a transaction of its own, and each is harmless when it is done
again: a night that was cut short is simply run once more.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from cleanclaim.app.collecting import close_accounts
from cleanclaim.app.planning import watch_plans
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.reexamining import reexamine_changed
from cleanclaim.app.setting_terms import find_policy
from cleanclaim.app.stating import run_statements
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.sweeping import make_round
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import Connection
from cleanclaim.store.tenancy import within


class Step(msgspec.Struct, frozen=True):
    """One step of a night: what it counted, and the code of the error that stopped it, if any."""

    name: str
    counts: Mapping[str, int] = {}
    stopped_by: str = ""


def run_day(*, organization: int, actor: Actor, at: datetime) -> tuple[Step, ...]:
    """Do what a night must do, and give what came of each step.

    A step that is refused is named with its error's code and changes nothing; the others go
    on without it. Whatever is no refusal of ours is raised.
    """
    who: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
    return tuple(_try_step(name, step, who) for name, step in _STEPS.items())


def _try_step(name: str, step: Callable[..., Mapping[str, int]], who: dict[str, Any]) -> Step:
    try:
        return Step(name, step(**who))
    except CleanclaimError as error:
        return Step(name, stopped_by=error.code)


def _look_again(**who: Any) -> Mapping[str, int]:  # noqa: ANN401 - as every use case is told
    """Release the held claims of which the cause is gone."""
    return {"released": len(reexamine_changed(**who))}


def exchange_files(*, organization: int, actor: Actor, at: datetime) -> Mapping[str, int]:
    """Send each payer what is ready, fetch what it has for us, and read all of it."""
    who: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
    with within(organization):
        payers = _connected(organization)
        ready = ClaimRecord.objects.of(organization).filter(state=ClaimState.READY)
        asked = set(ready.values_list("payer", flat=True))
    sent = 0
    for payer in payers:
        if payer.pk in asked and submit_claims(**who, payer=payer) is not None:
            sent += 1
        exchange(**who, payer=payer)
    return {"sent": sent, "read": len(work_inbox(**who))}


def _connected(organization: int) -> list[Payer]:
    """Give the payers to whom there is a way, in the order in which it was made."""
    rows = Connection.objects.of(organization).select_related("payer").order_by("pk")
    return [row.payer for row in rows]


def _follow_up(**who: Any) -> Mapping[str, int]:  # noqa: ANN401 - as every use case is told
    done = make_round(**who)
    return {
        "asked": done.statuses.asked,
        "next_payers": done.next_payers.ready,
        "near_limit": done.near,
        "interest_cents": done.interest_cents,
    }


def _state(*, organization: int, actor: Actor, at: datetime) -> Mapping[str, int]:
    """Make the statements that are due and watch the plans, where the practice has a policy."""
    with within(organization):
        if find_policy(organization, as_of=at.date()) is None:
            return {"without_policy": 1}
    who: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
    behind = watch_plans(**who)
    return {**run_statements(**who), "plans_behind": behind}


def _close(**who: Any) -> Mapping[str, int]:  # noqa: ANN401 - as every use case is told
    return {"closed": close_accounts(**who)}


_STEPS: Mapping[str, Callable[..., Mapping[str, int]]] = {
    "look again": _look_again,
    "exchange files": exchange_files,
    "follow up": _follow_up,
    "statements": _state,
    "close accounts": _close,
}
