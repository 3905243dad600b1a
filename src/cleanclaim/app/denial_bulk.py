"""Doing one thing with many denials: first what would happen to each, then only that."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec

from cleanclaim.app.appealing import draft_appeal, send_appeal, withdraw_appeal
from cleanclaim.app.denial_terms import terms_of
from cleanclaim.app.denying import accept_plan, undo_plan
from cleanclaim.app.work import unit_of_work
from cleanclaim.app.writing_off import ask_write_off
from cleanclaim.denials.causes import DenialClass
from cleanclaim.denials.terms import due_at
from cleanclaim.store.denials.models import Appeal, DenialCase
from cleanclaim.store.events.chain import Actor

CASES_MAX = 200


class Bulk(StrEnum):
    """What can be done with many denials at once."""

    ACCEPT = "accept"
    APPEAL = "appeal"
    SEND = "send"
    WRITE_OFF = "write_off"
    UNDO = "undo"


class Foreseen(msgspec.Struct, frozen=True):
    """What would happen to one case, or why nothing would (``blocked``)."""

    case: int
    control_number: str
    cents: int
    outcome: str
    blocked: str = ""


def foresee(
    organization: int, at: datetime, action: Bulk, cases: Sequence[int]
) -> tuple[Foreseen, ...]:
    """Say what an action would do to each of some cases; nothing is changed."""
    rows = (
        DenialCase.objects.of(organization)
        .filter(pk__in=list(cases)[:CASES_MAX])
        .select_related("denial", "claim", "payer")
        .order_by("pk")
    )
    drafts = _drafts(organization, cases)
    return tuple(_foresee(row, action, drafts.get(row.pk), at) for row in rows)


def _drafts(organization: int, cases: Sequence[int]) -> dict[int, int]:
    rows = Appeal.objects.of(organization).filter(
        case__in=list(cases), kind="appeal", state="drafted"
    )
    return dict(rows.values_list("case_id", "pk"))


def _foresee(case: DenialCase, action: Bulk, draft: int | None, at: datetime) -> Foreseen:
    blocked = _blocked(case, action, draft, at)
    outcomes = {
        Bulk.ACCEPT: f"the plan is to {DenialClass(case.work).value}",
        Bulk.APPEAL: "the letter is there" if draft else "a letter with its evidence is made",
        Bulk.SEND: "the letter counts as sent by mail today",
        Bulk.WRITE_OFF: "a person with the right is asked to give the amount up",
        Bulk.UNDO: "the letter is withdrawn" if draft else "the plan is taken back",
    }
    number, cents = case.claim.control_number, case.denial.cents
    return Foreseen(case.pk, number, cents, "" if blocked else outcomes[action], blocked)


def _blocked(case: DenialCase, action: Bulk, draft: int | None, at: datetime) -> str:
    """Say why an action cannot be done with a case, "" where it can."""
    if case.denial.status != "open":
        return f"the denial is {case.denial.status.replace('_', ' ')}"
    match action:
        case Bulk.APPEAL:
            return "" if draft else _hopeless(case, at)
        case Bulk.SEND:
            return "" if draft else "there is no letter to send"
        case Bulk.UNDO if not draft and case.stage != "planned":
            return "nothing was done that can be undone"
        case Bulk.ACCEPT if case.stage == "appealed":
            return "it waits for the payer's answer"
        case _:
            return ""


def _hopeless(case: DenialCase, at: datetime) -> str:
    due = due_at(case.appeal_level, case.received_on, terms_of(case.payer))
    if not case.is_appealable:
        return "this refusal cannot be appealed"
    if case.stage == "appealed":
        return "it waits for the payer's answer"
    if due.on is not None and due.on < at.date():
        return "the last day to appeal has passed"
    if case.denial.cents < due.least_cents:
        return "the level asks for more in dispute"
    return ""


def act_on_many(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    action: Bulk,
    cases: Sequence[int],
    reason: str = "",
) -> tuple[int, ...]:
    """Do with many cases what was foreseen, and give those with which it was done.

    All of it is one piece of work: either each of them is done or none.
    """
    with unit_of_work(organization=organization, actor=actor, at=at):
        able = [each.case for each in foresee(organization, at, action, cases) if not each.blocked]
        drafts = _drafts(organization, able)
        told: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
        for case in able:
            _work_on(action, case, drafts.get(case), reason, told)()
    return tuple(able)


def _work_on(
    action: Bulk, case: int, draft: int | None, reason: str, told: dict[str, Any]
) -> Callable[[], object]:
    match action:
        case Bulk.ACCEPT:
            return partial(accept_plan, **told, case=case)
        case Bulk.APPEAL:
            return partial(draft_appeal, **told, case=case)
        case Bulk.SEND:
            return partial(send_appeal, **told, appeal=draft or 0, channel="mail")
        case Bulk.WRITE_OFF:
            return partial(ask_write_off, **told, case=case, reason=reason)
        case Bulk.UNDO if draft is not None:
            return partial(withdraw_appeal, **told, appeal=draft)
        case Bulk.UNDO:
            return partial(undo_plan, **told, case=case)
