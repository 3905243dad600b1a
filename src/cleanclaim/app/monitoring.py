"""The daily round of credentialing: what runs out, who has to attest, screen or renew."""

from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.committee import last_approval
from cleanclaim.app.provider_files import last_attestation, read_documents, read_entries
from cleanclaim.app.screening_providers import MONITOR
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.verifying_providers import reexamine_provider
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.credentialing.files.attestation import AttestationState, run_clock
from cleanclaim.credentialing.files.elements import Licence
from cleanclaim.credentialing.files.entries import Entry, pick
from cleanclaim.credentialing.files.expiring import ExpiryState, judge_expiry
from cleanclaim.credentialing.files.terms import FileTerm, find_row
from cleanclaim.credentialing.screening.entries import LAYOUTS
from cleanclaim.credentialing.verification.calendar import is_monitored, month_end
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import ElementVersion, ScreeningRun
from cleanclaim.store.tasks.models import Task

KIND = "expiring"
# Elements of the past or whose last day is nobody's to renew.
_LASTING = frozenset({"work", "gap", "location", "training", "education"})


class Round(msgspec.Struct, frozen=True):
    """What a round found: files looked at, and tasks that are open for them afterwards."""

    files: int
    expiring: int
    ended: int


class Expiring(msgspec.Struct, frozen=True):
    """A thing of a file that ends: its task's key without the step, what it is, its last day."""

    key: str
    what: str
    ends_on: date


def monitor_providers(*, organization: int, actor: Actor, at: datetime) -> Round:
    """Go through every file once a day: each step of warning is a task of its own, once.

    An earlier step's task is closed when the next one opens, and all of them when the element was
    renewed. Claims of a provider with something that ended are asked about again.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = ElementVersion.objects.of(organization)
        providers = sorted(set(rows.values_list("provider_id", flat=True)))
        near = ended = 0
        for provider in providers:
            entries = read_entries(organization, provider)
            found = list_expiring(organization, provider, entries)
            near += sum(_warn(work, each) is ExpiryState.NEAR for each in found)
            ended += sum(each.ends_on < work.today for each in found)
            _close_renewed(work, provider, found)
            _ask_to_attest(work, provider, entries)
            _ask_to_renew(work, provider)
            if any(each.ends_on < work.today for each in found):
                reexamine_provider(work, provider)
        if providers:
            _ask_to_screen(work, len(providers))
        work.tell("providers.monitored", ("organization", organization), files=len(providers))
    return Round(len(providers), near, ended)


def list_expiring(organization: int, provider: int, entries: list[Entry]) -> list[Expiring]:
    """Give what of a file ends on a known day, elements and documents."""
    found = [
        Expiring(f"expire:{provider}:e{each.number}.{each.version}", each.kind.value, ends_on)
        for each in entries
        if each.kind.value not in _LASTING
        and (ends_on := getattr(each.element, "ends_on", None)) is not None
    ]
    found += [
        Expiring(f"expire:{provider}:d{row.pk}", f"document {row.kind}", row.ends_on)
        for row in read_documents(organization, provider)
        if row.ends_on is not None
    ]
    return found


def _warn(work: UnitOfWork, found: Expiring) -> ExpiryState:
    expiry = judge_expiry(found.ends_on, work.today)
    if expiry.state is ExpiryState.FAR:
        return expiry.state
    step = "ended" if expiry.step is None else str(expiry.step)
    what = found.what.replace("_", " ")
    told = "has ended" if expiry.step is None else f"ends within {expiry.step} days"
    mine = f"{found.key}:{step}"
    rows = Task.objects.of(work.organization).filter(
        key__startswith=f"{found.key}:", closed_at__isnull=True
    )
    close_tasks(work, *rows.exclude(key=mine).values_list("key", flat=True), outcome="next step")
    if not Task.objects.of(work.organization).filter(key=mine).exists():
        open_task(
            work,
            mine,
            kind=KIND,
            title=f"Of a provider: {what} {told}",
            next_step="Ask for the renewal, record it, and verify it at its source",
            due_on=found.ends_on,
        )
    return expiry.state


def _close_renewed(work: UnitOfWork, provider: int, found: list[Expiring]) -> None:
    """Close the tasks of versions that are no more: a renewal is a version of its own."""
    current = tuple(f"{each.key}:" for each in found)
    rows = Task.objects.of(work.organization).filter(
        key__startswith=f"expire:{provider}:", closed_at__isnull=True
    )
    gone = [
        key
        for key in rows.values_list("key", flat=True)
        if not (current and key.startswith(current))
    ]
    close_tasks(work, *gone, outcome="renewed")


def _ask_to_attest(work: UnitOfWork, provider: int, entries: list[Entry]) -> None:
    attested = last_attestation(work.organization, provider)
    states = sorted({each.state for _, each in pick(entries, Licence)})
    clock = run_clock(attested.attested_on if attested else None, work.today, states)
    key = f"attest:{provider}"
    if clock.state is AttestationState.CURRENT:
        close_tasks(work, key, outcome="attested")
        return
    open_task(
        work,
        key,
        kind="credentialing",
        title="A provider has to attest that the file is true",
        next_step="Send the provider a link to their own page",
        due_on=clock.due_on or work.today,
    )


def _ask_to_renew(work: UnitOfWork, provider: int) -> None:
    """Open the task of recredentialing when the first step of warning before its day is reached."""
    approval = last_approval(work.organization, provider)
    row = find_row(FileTerm.EXPIRY_DAYS_BEFORE, work.today)
    if approval is None or approval.ends_on is None or row is None:
        return
    if work.today < approval.ends_on - timedelta(max(row.values)):
        return
    open_task(
        work,
        f"recredential:{provider}",
        kind="credentialing",
        title="A provider is to be credentialed anew: there is no grace",
        next_step="Verify the file again and put it on a committee's agenda before the day",
        due_on=approval.ends_on,
    )


def screened_days(organization: int, layout: str) -> frozenset[date]:
    """Give the days on which everybody was looked up on a list."""
    rows = ScreeningRun.objects.of(organization).filter(list=layout)
    return frozenset(rows.values_list("screened_on", flat=True))


def _ask_to_screen(work: UnitOfWork, files: int) -> None:
    """Ask for each list once in a calendar month, until the month's run is there."""
    today = work.today
    for layout in LAYOUTS:
        key = f"{MONITOR}:{today:%Y-%m}:{layout.name}"
        if is_monitored(screened_days(work.organization, layout.name), today.year, today.month):
            close_tasks(work, key, outcome="screened")
            continue
        open_task(
            work,
            key,
            kind="credentialing",
            title=f"{files} providers are to be looked up on the {layout.name} list this month",
            next_step="Fetch the whole list from its publisher and screen everybody",
            due_on=month_end(today),
        )
