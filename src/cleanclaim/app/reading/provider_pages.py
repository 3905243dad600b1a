"""What the screens of credentialing show: files, what they lack, meetings, runs, matches."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.app.committee import ItemKind, credentialed_until, last_approval
from cleanclaim.app.exclusions import (
    every_match,
    find_federal_stop,
    judgements_of,
    list_paid_in_spite,
)
from cleanclaim.app.file_policies import LISTS, find_policy, judge_provider
from cleanclaim.app.provider_files import (
    held_documents,
    last_attestation,
    read_documents,
    read_entries,
)
from cleanclaim.app.reading.histories import Happening, provider_history
from cleanclaim.credentialing.files.attestation import AttestationClock, run_clock
from cleanclaim.credentialing.files.checks import check_file
from cleanclaim.credentialing.files.completeness import Completeness, judge_completeness
from cleanclaim.credentialing.files.deciding import Standing
from cleanclaim.credentialing.files.elements import FileElement, Licence
from cleanclaim.credentialing.files.entries import Entry, pick
from cleanclaim.credentialing.files.interchange import digest_entries
from cleanclaim.credentialing.screening.matching import Match
from cleanclaim.credentialing.screening.runs import FederalStop, Payment, Verdict
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.providers.models import (
    AgendaItem,
    CommitteeMeeting,
    ElementVerification,
    ElementVersion,
    FilePolicy,
    ProviderDocument,
    ScreeningOutcome,
    ScreeningRun,
)


class Looked(msgspec.Struct, frozen=True):
    """The latest answer of a source about an element as it reads now."""

    result: str
    source: str
    verified_on: date
    valid_until: date | None
    evidence: int | None
    verifier: str


class ElementRow(msgspec.Struct, frozen=True):
    """An element on the page; ``told`` is what it says, in order, as label and text."""

    number: int
    version: int
    kind: str
    told: tuple[tuple[str, str], ...]
    ends_on: date | None
    looked: Looked | None
    element: FileElement


class ItemRow(msgspec.Struct, frozen=True):
    """One thing the policy asks for, on the committee's day."""

    element: str
    what: str
    state: str
    last_on: date | None


class MatchRow(msgspec.Struct, frozen=True):
    """An entry of a list that may be the provider, and what was decided on it ("" nothing)."""

    match: Match
    verdict: str
    reason: str
    decided_by: str


class FileView(msgspec.Struct, frozen=True):
    """A provider's file as its page shows it."""

    id: int
    name: str
    npi: str
    elements: tuple[ElementRow, ...]
    documents: tuple[ProviderDocument, ...]
    findings: tuple[Finding, ...]
    completeness: Completeness
    clock: AttestationClock
    attested_on: date | None
    changed_since: bool
    items: tuple[ItemRow, ...]
    standing: Standing | None
    decided_on: date
    meeting: int | None
    policy: str
    approval: AgendaItem | None
    until: date | None
    matches: tuple[MatchRow, ...]
    stop: FederalStop | None
    paid: tuple[Payment, ...]
    history: tuple[Happening, ...]

    @property
    def to_decide(self) -> int:
        """Count the matches that nobody has decided on."""
        return sum(not row.verdict for row in self.matches)


class FileRow(msgspec.Struct, frozen=True):
    """A provider in the list of files; ``percent`` None where there is no file yet."""

    id: int
    name: str
    npi: str
    percent: int | None
    attestation: str
    next_end: date | None
    until: date | None
    to_decide: bool


def list_files(organization: int, on: date) -> tuple[FileRow, ...]:
    """Give every provider of the practice with how the file stands, by name."""
    rows = Provider.objects.of(organization).order_by("last_name", "first_name", "pk")
    return tuple(_file_row(organization, row, on) for row in rows)


def _file_row(organization: int, provider: Provider, on: date) -> FileRow:
    entries = read_entries(organization, provider.pk)
    attested = last_attestation(organization, provider.pk)
    attested_on = attested.attested_on if attested else None
    documents = held_documents(read_documents(organization, provider.pk))
    complete = judge_completeness(entries, documents, attested_on, on)
    ends = [day for each in entries if (day := getattr(each.element, "ends_on", None))]
    approval = credentialed_until(organization, provider.pk, on)
    decided = {each.entry_id for each in judgements_of(organization, provider.pk)}
    return FileRow(
        id=provider.pk,
        name=str(provider),
        npi=provider.npi,
        percent=complete.percent if entries else None,
        attestation=run_clock(attested_on, on, _states(entries)).state.value,
        next_end=min((day for day in ends if day >= on), default=None),
        until=approval[1] if approval else None,
        to_decide=bool(set(every_match(organization, provider.pk)) - decided),
    )


def _states(entries: Sequence[Entry]) -> list[str]:
    return sorted({each.state for _, each in pick(entries, Licence)})


def read_file_view(organization: int, provider: Provider, on: date) -> FileView:
    """Give a provider's file with everything its page shows.

    Readiness is told for the next meeting that has the provider on its agenda, else for today.
    """
    entries = read_entries(organization, provider.pk)
    documents = read_documents(organization, provider.pk)
    attested = last_attestation(organization, provider.pk)
    attested_on = attested.attested_on if attested else None
    meeting = _next_meeting(organization, provider.pk)
    decided_on = max(meeting.meets_on, on) if meeting else on
    standing = judge_provider(organization, provider.pk, decided_on)
    policy = find_policy(organization, decided_on)
    approval = credentialed_until(organization, provider.pk, on)
    complete = judge_completeness(entries, held_documents(documents), attested_on, on)
    return FileView(
        id=provider.pk,
        name=str(provider),
        npi=provider.npi,
        elements=_element_rows(organization, provider.pk, entries),
        documents=tuple(documents),
        findings=check_file(entries, on) if entries else (),
        completeness=complete,
        clock=run_clock(attested_on, on, _states(entries)),
        attested_on=attested_on,
        changed_since=bool(attested and attested.file_sha256 != digest_entries(entries)),
        items=_item_rows(standing, entries),
        standing=standing,
        decided_on=decided_on,
        meeting=meeting.pk if meeting else None,
        policy=policy.body if policy else "",
        approval=approval[0] if approval else last_approval(organization, provider.pk),
        until=approval[1] if approval else None,
        matches=_match_rows(organization, provider.pk),
        stop=find_federal_stop(organization, provider.pk),
        paid=list_paid_in_spite(organization, provider.pk),
        history=provider_history(organization, provider.pk),
    )


def _next_meeting(organization: int, provider: int) -> CommitteeMeeting | None:
    rows = AgendaItem.objects.of(organization).filter(provider_id=provider, decision="")
    item = rows.select_related("meeting").order_by("meeting__meets_on").first()
    return item.meeting if item else None


def _element_rows(
    organization: int, provider: int, entries: Sequence[Entry]
) -> tuple[ElementRow, ...]:
    rows = ElementVerification.objects.of(organization).filter(provider_id=provider)
    latest: dict[tuple[int | None, int | None], ElementVerification] = {}
    for row in rows.order_by("verified_on", "pk"):
        latest[row.number, row.version] = row
    return tuple(
        ElementRow(
            number=each.number,
            version=each.version,
            kind=each.kind.value,
            told=tuple(tell_element(each.element)),
            ends_on=getattr(each.element, "ends_on", None),
            looked=_looked(latest.get((each.number, each.version))),
            element=each.element,
        )
        for each in entries
    )


def _looked(row: ElementVerification | None) -> Looked | None:
    if row is None:
        return None
    return Looked(
        row.result, row.source, row.verified_on, row.valid_until, row.evidence_id, row.verifier
    )


def tell_element(element: FileElement) -> list[tuple[str, str]]:
    """Say what an element holds as labels and texts, what is empty left out."""
    told = []
    for field in msgspec.structs.fields(element):
        value = getattr(element, field.name)
        if value in ("", None, (), False):
            continue
        label = field.name.removesuffix("_cents").replace("_", " ")
        told.append((label, _text(field.name, value)))
    return told


def _text(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int) and name.endswith("_cents"):
        return f"${value // 100:,}"
    return str(value).replace("_", " ") if hasattr(value, "name") else str(value)


def _item_rows(standing: Standing | None, entries: Sequence[Entry]) -> tuple[ItemRow, ...]:
    if standing is None:
        return ()
    names = {each.number: _name(each) for each in entries}
    return tuple(
        ItemRow(
            element=each.state.element.value,
            what=_what(each.number, names),
            state=each.state.state.value,
            last_on=each.state.last_on,
        )
        for each in standing.items
    )


def _what(number: int | None, names: Mapping[int, str]) -> str:
    if number is None:
        return ""
    return "lists of excluded people" if number == LISTS else names.get(number, "")


def _name(entry: Entry) -> str:
    told = tell_element(entry.element)
    return " ".join(text for _, text in told[:2])


def _match_rows(organization: int, provider: int) -> tuple[MatchRow, ...]:
    judged = {each.entry_id: each for each in judgements_of(organization, provider)}
    rows = []
    for entry, match in every_match(organization, provider).items():
        said = judged.get(entry)
        rows.append(
            MatchRow(
                match,
                said.verdict.value if said else "",
                said.reason if said else "",
                said.decided_by if said else "",
            )
        )
    return tuple(rows)


class AgendaRow(msgspec.Struct, frozen=True):
    """An item of an agenda with how the file stands on the meeting's day."""

    item: AgendaItem
    provider: int
    name: str
    is_ready: bool
    waits_for: tuple[str, ...]
    last_on: date | None
    days_left: int | None


def list_agenda(organization: int, meeting: CommitteeMeeting) -> tuple[AgendaRow, ...]:
    """Give a meeting's agenda, in the order in which it was made."""
    rows = AgendaItem.objects.of(organization).filter(meeting=meeting).select_related("provider")
    return tuple(_agenda_row(organization, meeting, row) for row in rows.order_by("pk"))


def _agenda_row(organization: int, meeting: CommitteeMeeting, item: AgendaItem) -> AgendaRow:
    standing = judge_provider(organization, item.provider_id, meeting.meets_on)
    readiness = standing.readiness if standing else None
    waits = [
        f"{each.state.element} {each.state.state}".replace("_", " ")
        for each in (standing.items if standing else ())
        if each.state.state != "ready"
    ]
    return AgendaRow(
        item=item,
        provider=item.provider_id,
        name=str(item.provider),
        is_ready=bool(readiness and readiness.is_ready),
        waits_for=tuple(waits) if standing else ("no policy was chosen",),
        last_on=readiness.last_on if readiness else None,
        days_left=readiness.days_left if readiness else None,
    )


class MeetingRow(msgspec.Struct, frozen=True):
    """A meeting in the list."""

    id: int
    meets_on: date
    held_at: datetime | None
    items: int
    undecided: int


def list_meetings(organization: int) -> tuple[MeetingRow, ...]:
    """Give the meetings, the latest first."""
    rows = CommitteeMeeting.objects.of(organization).order_by("-meets_on")[:60]
    items = AgendaItem.objects.of(organization).values_list("meeting_id", "decision")
    return tuple(
        MeetingRow(
            row.pk,
            row.meets_on,
            row.held_at,
            sum(meeting == row.pk for meeting, _ in items),
            sum(meeting == row.pk and not decision for meeting, decision in items),
        )
        for row in rows
    )


def present_policy(organization: int, on: date) -> FilePolicy | None:
    """Give the policy that files are decided by now."""
    return find_policy(organization, on)


def list_providers(organization: int) -> tuple[tuple[int, str], ...]:
    """Give the providers who have a file, by name."""
    held = ElementVersion.objects.of(organization).values_list("provider_id", flat=True)
    rows = Provider.objects.of(organization).filter(pk__in=set(held)).order_by("last_name", "pk")
    return tuple((row.pk, str(row)) for row in rows)


def kinds_of_items() -> tuple[str, ...]:
    """Give what a committee may be asked."""
    return tuple(each.value for each in ItemKind)


def list_runs(organization: int) -> tuple[ScreeningRun, ...]:
    """Give the latest screening runs."""
    return tuple(ScreeningRun.objects.of(organization).order_by("-screened_on", "-pk")[:60])


def list_undecided(organization: int) -> tuple[tuple[int, str, int], ...]:
    """Give (id, name, entries) of the providers with matches nobody has decided on."""
    rows = ScreeningOutcome.objects.of(organization).exclude(matches=[])
    providers = sorted(set(rows.values_list("provider_id", flat=True)))
    found = []
    for pk in providers:
        decided = {each.entry_id for each in judgements_of(organization, pk)}
        left = set(every_match(organization, pk)) - decided
        if left:
            found.append((pk, str(Provider.objects.of(organization).get(pk=pk)), len(left)))
    return tuple(found)


def verdicts() -> tuple[str, ...]:
    """Give what a person may say of a match."""
    return tuple(each.value for each in Verdict)
