"""The committee: its agenda, its decisions on files inside every limit, minutes and notices."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.file_policies import (
    PROVISIONAL_DAYS,
    find_policy,
    judge_provider,
    policy_number,
    rules_of,
)
from cleanclaim.app.provider_files import FileError, lock_provider
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.credentialing.files.deciding import Standing
from cleanclaim.credentialing.verification.calendar import add_months
from cleanclaim.credentialing.verification.policies import Term
from cleanclaim.credentialing.verification.readiness import Cycle, Element, State, judge_cycle
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import (
    AgendaItem,
    CommitteeMeeting,
    FilePolicy,
    ProviderDocument,
)


class ItemKind(StrEnum):
    """What a committee is asked."""

    INITIAL = "initial"
    RECREDENTIALING = "recredentialing"
    PROVISIONAL = "provisional"
    DELEGATED = "delegated"


class Ruling(StrEnum):
    """What a committee decides."""

    APPROVED = "approved"
    DENIED = "denied"
    DEFERRED = "deferred"


# Without these a provisional decision is not taken here; our own caution, no body's rule.
_PROVISIONAL_ELEMENTS = frozenset({Element.LICENCE, Element.SANCTIONS, Element.ATTESTATION})


def plan_meeting(
    *, organization: int, actor: Actor, at: datetime, meets_on: date
) -> CommitteeMeeting:
    """Plan a meeting; one a day."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        meeting, made = CommitteeMeeting.objects.get_or_create(
            organization_id=organization, meets_on=meets_on
        )
        if made:
            work.tell("committee.planned", ("committee_meeting", meeting.pk))
    return meeting


def move_meeting(
    *, organization: int, actor: Actor, at: datetime, meeting: int, meets_on: date
) -> CommitteeMeeting:
    """Move a meeting that was not held yet; the countdown of its files follows."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _open_meeting(work, meeting)
        rows = CommitteeMeeting.objects.of(organization).filter(meets_on=meets_on)
        if rows.exclude(pk=meeting).exists():
            msg = "there is another meeting on that day"
            raise FileError(msg)
        found.meets_on = meets_on
        found.save(update_fields=["meets_on"])
        work.tell("committee.moved", ("committee_meeting", meeting))
    return found


def _open_meeting(work: UnitOfWork, meeting: int) -> CommitteeMeeting:
    found = access(CommitteeMeeting, meeting, organization=work.organization)
    if found.held_at is not None:
        msg = "the meeting was held: its minutes stand"
        raise FileError(msg)
    return found


def put_on_agenda(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    meeting: int,
    provider: int,
    kind: ItemKind,
) -> AgendaItem:
    """Put a provider on a meeting's agenda; twice is once."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _open_meeting(work, meeting)
        lock_provider(work, provider)
        item, made = AgendaItem.objects.get_or_create(
            organization_id=organization,
            meeting=found,
            provider_id=provider,
            defaults={"kind": kind.value},
        )
        if made:
            record = ("agenda_item", item.pk)
            work.tell("committee.agenda", record, provider=provider, kind=kind.value)
    return item


def last_approval(organization: int, provider: int) -> AgendaItem | None:
    """Give the latest decision that credentialed a provider, provisional ones left out."""
    rows = AgendaItem.objects.of(organization).filter(
        provider_id=provider, decision=Ruling.APPROVED.value
    )
    return rows.exclude(kind=ItemKind.PROVISIONAL.value).order_by("-decided_on", "-pk").first()


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the committee decided on an item; a refusal or delay says why.

    ``evidence`` is the kept document of the delegate's report, for a delegated decision.
    """

    ruling: Ruling
    reason: str = ""
    evidence: int | None = None


def decide_item(
    *, organization: int, actor: Actor, at: datetime, item: int, verdict: Verdict
) -> AgendaItem:
    """Record a decision of the day of the meeting. Raises FileError.

    An approval needs a file that is inside every limit of the policy on that day. The decision's
    day counts, never one before it. The provider is to be told within the policy's days.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access(AgendaItem, item, organization=organization, related=("meeting",))
        lock_provider(work, found.provider_id)
        _may_be_decided(work, found, verdict)
        decided_on = found.meeting.meets_on
        policy = _policy(organization, decided_on)
        standing = judge_provider(organization, found.provider_id, decided_on)
        if verdict.ruling is Ruling.APPROVED:
            _refuse_unready(work, found, standing, policy, verdict)
            found.ends_on = _ends_on(found, policy, decided_on)
        found.decision = verdict.ruling.value
        found.reason = verdict.reason.strip()[:400]
        found.ready = _told(standing)
        found.decided_on = decided_on
        found.decided_by = actor.name[:120]
        found.notice_due_on = _notice_due_on(policy, verdict, decided_on)
        found.save()
        _follow(work, found)
        work.tell(
            "committee.decided",
            ("agenda_item", found.pk),
            provider=found.provider_id,
            decision=found.decision,
            kind=found.kind,
        )
    return found


def _policy(organization: int, on: date) -> FilePolicy:
    policy = find_policy(organization, on)
    if policy is None:
        msg = "choose the policy that files are decided by first"
        raise FileError(msg)
    return policy


def _may_be_decided(work: UnitOfWork, item: AgendaItem, verdict: Verdict) -> None:
    message = ""
    if work.actor.kind != "person":
        message = "a committee's decision is recorded by a person"
    elif item.decision or item.meeting.held_at is not None:
        message = "this was decided: a further meeting may decide anew"
    elif item.meeting.meets_on > work.today:
        message = "the meeting is still to come"
    elif verdict.ruling is not Ruling.APPROVED and not verdict.reason.strip():
        message = "a refusal or a delay says why"
    if message:
        raise FileError(message)


def _refuse_unready(
    work: UnitOfWork,
    item: AgendaItem,
    standing: Standing | None,
    policy: FilePolicy,
    verdict: Verdict,
) -> None:
    """Refuse an approval of what is not inside its limits on the day, by the kind of the item."""
    if item.kind == ItemKind.DELEGATED:
        _need_report(work, item, verdict)
        return
    if standing is None:
        msg = "choose the policy that files are decided by first"
        raise FileError(msg)
    wanted = _PROVISIONAL_ELEMENTS if item.kind == ItemKind.PROVISIONAL else frozenset(Element)
    left = [
        each.state
        for each in standing.items
        if each.state.element in wanted and each.state.state is not State.READY
    ]
    if left or not standing.items:
        first = left[0]
        msg = f"the file is not ready: {first.element} is {first.state}, {len(left)} in all"
        raise FileError(msg.replace("_", " "))
    _refuse_wrong_cycle(work, item, policy)


def _need_report(work: UnitOfWork, item: AgendaItem, verdict: Verdict) -> None:
    report = (
        access(ProviderDocument, verdict.evidence, organization=work.organization)
        if verdict.evidence
        else None
    )
    if report is None or report.provider_id != item.provider_id or not verdict.reason.strip():
        msg = "a delegated decision names the delegate and keeps the delegate's report"
        raise FileError(msg)


def _refuse_wrong_cycle(work: UnitOfWork, item: AgendaItem, policy: FilePolicy) -> None:
    """Say where a renewal comes too late to be one, and where one is asked of a newcomer."""
    if item.kind != ItemKind.RECREDENTIALING:
        return
    before = last_approval(work.organization, item.provider_id)
    if before is None or before.decided_on is None:
        msg = "nobody has credentialed this provider before: this is an initial decision"
        raise FileError(msg)
    rules = rules_of(policy)
    cycle = judge_cycle(
        before.decided_on, item.meeting.meets_on, body=rules.body, terms=rules.terms
    )
    if cycle in {Cycle.INITIAL, Cycle.UNKNOWN}:
        msg = "too late for a renewal, or no policy says: decide it as an initial one"
        raise FileError(msg)


def _ends_on(item: AgendaItem, policy: FilePolicy, decided_on: date) -> date | None:
    """Give the last day of a decision, None where no policy says."""
    if item.kind == ItemKind.PROVISIONAL:
        days = policy.own_terms.get(PROVISIONAL_DAYS)
        if not days:
            msg = "record for how many days the practice's policy lets a provisional decision hold"
            raise FileError(msg)
        return decided_on + timedelta(int(days))
    months = policy_number(policy, Term.CYCLE_MONTHS, decided_on)
    return None if months is None else add_months(decided_on, months)


def _notice_due_on(policy: FilePolicy, verdict: Verdict, decided_on: date) -> date | None:
    if verdict.ruling is Ruling.DEFERRED:
        return None
    days = policy_number(policy, Term.NOTICE_DAYS, decided_on)
    return None if days is None else decided_on + timedelta(days)


def _told(standing: Standing | None) -> dict[str, object]:
    """Keep how the file stood, element by element: what an auditor asks years later."""
    if standing is None:
        return {}
    return {
        "elements": [
            {
                "element": each.state.element.value,
                "number": each.number,
                "state": each.state.state.value,
                "last_on": each.state.last_on.isoformat() if each.state.last_on else None,
            }
            for each in standing.items
        ]
    }


def _follow(work: UnitOfWork, item: AgendaItem) -> None:
    """Open the tasks of telling the provider; the old one of renewing is done."""
    close_tasks(work, f"recredential:{item.provider_id}", outcome=item.decision)
    if item.decision == Ruling.DEFERRED:
        return
    open_task(
        work,
        f"notice:{item.pk}",
        kind="credentialing",
        title="A committee's decision is to be told to the provider",
        next_step="Send the letter, then record the day it went",
        due_on=item.notice_due_on,
    )


def record_notice(
    *, organization: int, actor: Actor, at: datetime, item: int, sent_on: date
) -> AgendaItem:
    """Record the day on which the provider was told. Raises FileError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access(AgendaItem, item, organization=organization)
        if found.decided_on is None or not found.decided_on <= sent_on <= work.today:
            msg = "the letter goes after the decision and not in the future"
            raise FileError(msg)
        found.notice_sent_on = sent_on
        found.save(update_fields=["notice_sent_on"])
        close_tasks(work, f"notice:{item}", outcome="sent")
        work.tell("committee.notice_sent", ("agenda_item", item), provider=found.provider_id)
    return found


def hold_meeting(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    meeting: int,
    chair: str,
    present: Sequence[str],
    minutes: str,
) -> CommitteeMeeting:
    """Close a meeting with its minutes; every item has to be decided or deferred by then."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _open_meeting(work, meeting)
        undecided = AgendaItem.objects.of(organization).filter(meeting=found, decision="").count()
        people = [each.strip()[:120] for each in present if each.strip()]
        message = ""
        if found.meets_on > work.today:
            message = "the meeting is still to come"
        elif undecided:
            message = f"{undecided} items of the agenda are undecided: decide or defer them"
        elif not chair.strip() or not people or not minutes.strip():
            message = "minutes name the chair, who was present, and what was said"
        if message:
            raise FileError(message)
        found.chair, found.present = chair.strip()[:120], people
        found.minutes, found.held_at = minutes.strip(), at
        found.save()
        work.tell("committee.held", ("committee_meeting", meeting), present=len(people))
    return found


def credentialed_until(
    organization: int, provider: int, on: date
) -> tuple[AgendaItem, date] | None:
    """Give the approval that holds on a day and its last day; None where none does."""
    rows = AgendaItem.objects.of(organization).filter(
        provider_id=provider,
        decision=Ruling.APPROVED.value,
        decided_on__lte=on,
        ends_on__gte=on,
    )
    found = rows.order_by("-ends_on", "-pk").first()
    return (found, found.ends_on) if found is not None and found.ends_on is not None else None
