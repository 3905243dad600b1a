"""Importing messages of other systems: each kept byte for byte, entered, or parked with its reason.

A message is imported, kept (no record of ours holds what it tells), parked (somebody must act)
or repeated (it is here already). Nothing that came is lost, and a parked one is tried again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from django.db import DataError

from cleanclaim.app.access import access
from cleanclaim.app.arrivals import Ground, Outcome
from cleanclaim.app.arriving_coverages import enter_coverages
from cleanclaim.app.arriving_people import enter_merge, enter_person
from cleanclaim.app.arriving_visits import cancel_visit, enter_charges, enter_notes, enter_visit
from cleanclaim.app.attempting import RefusedByLedgerError, attempt
from cleanclaim.app.feeds import FeedSettings, feed_settings
from cleanclaim.app.intake import HL7, Incoming, cut_file, read_incoming
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.arrivals import Arrival, Happening
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity, blocks
from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.messages.models import Message, MessageState
from cleanclaim.store.patients.models import Patient

IMPORTED, KEPT, PARKED, REPEATED, DISMISSED = (
    "imported",
    "kept",
    "parked",
    "repeated",
    "dismissed",
)
# So many messages make one transaction: a killed import repeats the last of them, no more.
_CHUNK = 200
_MESSAGE = (
    "organization_id",
    "source",
    "form",
    "kind",
    "control",
    "file_name",
    "place",
    "sha256",
    "content",
    "addresses",
    "received_at",
)
# These wait for something that a later message may bring; others wait for a person.
_WAITING = frozenset(
    {"PATIENT.UNKNOWN", "VISIT.UNKNOWN", "NOTE.VISIT", "CHARGE.VISIT", "FHIR.TEXT"}
)
Item = TypeVar("Item")


class ImportLine(msgspec.Struct, frozen=True):
    """What became of one message; ``message`` is our number of it, ``reasons`` are findings."""

    place: int
    message: int
    source: str
    kind: str
    outcome: str
    reasons: tuple[Finding, ...] = ()


def import_file(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    name: str,
    content: bytes,
    source: str = "",
) -> list[ImportLine]:
    """Import every message of a file, in the order in which they need one another.

    Raises NotAMessageError where it holds none; then nothing is kept.
    """
    lines: list[ImportLine] = []
    incoming = cut_file(content, source)
    for chunk in _chunks(incoming, _CHUNK):
        with unit_of_work(organization=organization, actor=actor, at=at) as work:
            lines.extend(_import_chunk(work, chunk, name[:120]))
    if any(line.outcome == IMPORTED for line in lines):
        sources = sorted({each.source for each in incoming})
        retried = _retry_waiting(sources, organization=organization, actor=actor, at=at)
        lines = [retried.get(line.message, line) for line in lines]
    return sorted(lines, key=lambda line: line.place)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _import_chunk(work: UnitOfWork, chunk: Sequence[Incoming], name: str) -> Iterator[ImportLine]:
    numbers = _keep(work, chunk, name)
    settings = {
        each.source: feed_settings(each.source, organization=work.organization) for each in chunk
    }
    kept: list[tuple[int, Incoming]] = []
    for each in chunk:
        number = numbers.pop((each.source, each.sha256), None)
        if number is None:
            yield _repeated(work, each)
            continue
        arrival, findings = _read(work, each, settings[each.source])
        if arrival.happening is Happening.NOTHING and not findings:
            kept.append((number, each))
            yield ImportLine(each.place, number, each.source, each.kind, KEPT)
            continue
        message = Message.objects.of(work.organization).get(pk=number)
        outcome = _enter(work, message, arrival, findings, settings[each.source])
        _conclude(work, message, outcome)
        yield ImportLine(
            each.place, number, each.source, each.kind, outcome.outcome, outcome.reasons
        )
    _conclude_kept(work, kept)


def _keep(work: UnitOfWork, chunk: Sequence[Incoming], name: str) -> dict[tuple[str, str], int]:
    """Keep the messages byte for byte; give our numbers of those that are new."""
    once = {(each.source, each.sha256): each for each in chunk}
    rows = [
        (
            work.organization,
            each.source[:80],
            each.form,
            each.kind,
            each.control,
            name,
            each.place,
            each.sha256,
            each.content,
            msgspec.json.encode(each.addresses).decode(),
            work.at,
        )
        for each in once.values()
    ]
    wanted = ("source", "sha256", "id")
    made = insert_rows(Message, _MESSAGE, rows, returning=wanted, skip_existing=True)
    return {(source, digest): number for source, digest, number in made}


def _repeated(work: UnitOfWork, each: Incoming) -> ImportLine:
    known = Message.objects.of(work.organization).get(source=each.source, sha256=each.sha256)
    return ImportLine(each.place, known.pk, each.source, each.kind, REPEATED)


def _read(
    work: UnitOfWork, each: Incoming, settings: FeedSettings
) -> tuple[Arrival, tuple[Finding, ...]]:
    def fetch(key: str) -> bytes | None:
        rows = Message.objects.of(work.organization).filter(source=each.source, control=key)
        found = rows.order_by("-pk").values_list("content", flat=True).first()
        return None if found is None else bytes(found)

    try:
        return read_incoming(each, settings, fetch)
    except CleanclaimError as error:
        return Arrival(Happening.NOTHING), (_told(error),)


def _enter(
    work: UnitOfWork,
    message: Message,
    arrival: Arrival,
    findings: Sequence[Finding],
    settings: FeedSettings,
    *,
    new_person: bool = False,
    looked_at: bool = False,
) -> Outcome:
    """Enter what a message tells; whatever stands against it parks it, and undoes what failed.

    ``looked_at``: a person saw the message and wants it entered, whatever its control id.
    """
    if blocks(findings):
        return Outcome(PARKED, tuple(findings))
    if not looked_at and _reuses_control(message):
        words = "the control id came before with another content"
        hint = "compare the two; trying again enters this one too"
        told = Finding("MESSAGE.CONTROL", Severity.BLOCK, "MSH-10", words, hint)
        return Outcome(PARKED, (told,))
    ground = Ground(work, message, settings, new_person=new_person)
    try:
        attempt(lambda: _enter_arrival(ground, arrival))
    except CleanclaimError as error:
        return Outcome(PARKED, (_told(error),))
    if blocks(ground.reasons):
        return Outcome(PARKED, tuple(ground.reasons), ground.made)
    outcome = IMPORTED if ground.made or not ground.reasons else KEPT
    return Outcome(outcome, tuple(ground.reasons), ground.made)


def _reuses_control(message: Message) -> bool:
    """Tell whether a sender used one control id for two messages; resources change under theirs."""
    if message.form != HL7 or not message.control:
        return False
    rows = Message.objects.of(message.organization_id).filter(
        source=message.source, control=message.control, pk__lt=message.pk
    )
    return rows.exclude(sha256=message.sha256).exists()


def _told(error: CleanclaimError) -> Finding:
    """Make a reason of a refusal; the database's own words might quote a row."""
    if isinstance(error, RefusedByLedgerError) and isinstance(error.__cause__, DataError):
        words = "a value is longer or larger than its field here"
        return Finding("IMPORT.LENGTH", Severity.BLOCK, "message", words)
    rule = "IMPORT." + error.code.replace(".", "_").upper()
    return Finding(rule, Severity.BLOCK, "message", str(error))


def _enter_arrival(ground: Ground, arrival: Arrival) -> None:
    if arrival.happening is Happening.MERGED:
        enter_merge(ground, arrival)
        return
    found = enter_person(ground, arrival.person)
    if found is None:
        return
    patient, direct = found
    if arrival.happening is Happening.VISIT_CANCELLED and arrival.visit is not None:
        cancel_visit(ground, patient, arrival.visit)
        return
    if arrival.slot is not None:
        ground.pass_over("SLOT.KEPT", "appointment", "appointments are kept as they came")
        return
    _enter_care(ground, patient, direct, arrival)


def _enter_care(ground: Ground, patient: Patient, direct: Patient, arrival: Arrival) -> None:
    day = arrival.visit.service_on if arrival.visit else None
    enter_coverages(ground, patient, arrival.insurances, day)
    encounter = enter_visit(ground, patient, direct, arrival.visit)
    if arrival.visit is not None and encounter is None:
        return
    if arrival.notes:
        enter_notes(ground, patient, encounter, arrival.notes)
    if arrival.services:
        enter_charges(ground, patient, encounter, arrival)


def _conclude(work: UnitOfWork, message: Message, outcome: Outcome) -> None:
    state, created = MessageState.objects.get_or_create(
        organization_id=work.organization,
        message=message,
        defaults={
            "outcome": outcome.outcome,
            "reasons": msgspec.to_builtins(outcome.reasons),
            "made": outcome.made,
            "decided_at": work.at,
        },
    )
    if not created:
        state.outcome, state.made = outcome.outcome, outcome.made
        state.reasons = msgspec.to_builtins(outcome.reasons)
        state.tries, state.decided_at = state.tries + 1, work.at
        state.save()
    work.tell(
        f"message.{outcome.outcome}",
        ("message", message.pk),
        patient=next(iter(outcome.made.get("patient", ())), None),
        kind=message.kind,
        rules=sorted({each.rule for each in outcome.reasons}),
    )


def _conclude_kept(work: UnitOfWork, kept: Sequence[tuple[int, Incoming]]) -> None:
    """Note many messages that no record of ours holds, in one statement and one event."""
    columns = ("organization_id", "message_id", "outcome", "reasons", "made", "tries", "decided_at")
    rows = [(work.organization, number, KEPT, "[]", "{}", 1, work.at) for number, _ in kept]
    if rows:
        insert_rows(MessageState, columns, rows)
        work.tell("messages.kept", ("message", rows[0][1]), count=len(rows))


def _retry_waiting(
    sources: Sequence[str], *, organization: int, actor: Actor, at: datetime
) -> dict[int, ImportLine]:
    """Try those again that waited for what may have come; give what became of them."""
    found = {}
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = MessageState.objects.of(organization).filter(
            outcome=PARKED, message__source__in=sources
        )
        for state in rows.select_related("message").order_by("message_id"):
            if any(reason["rule"] in _WAITING for reason in state.reasons):
                found[state.message_id] = _again(work, state.message)
    return found


def _again(
    work: UnitOfWork, message: Message, *, new_person: bool = False, looked_at: bool = False
) -> ImportLine:
    incoming = Incoming(
        message.place,
        message.source,
        message.form,
        message.kind,
        message.control,
        bytes(message.content),
        message.addresses,
    )
    settings = feed_settings(message.source, organization=work.organization)
    arrival, findings = _read(work, incoming, settings)
    if arrival.happening is Happening.NOTHING and not findings:
        outcome = Outcome(KEPT)
    else:
        said = {"new_person": new_person, "looked_at": looked_at}
        outcome = _enter(work, message, arrival, findings, settings, **said)
    _conclude(work, message, outcome)
    return ImportLine(
        message.place,
        message.pk,
        message.source,
        message.kind,
        outcome.outcome,
        outcome.reasons,
    )


def replay_message(
    *, organization: int, actor: Actor, at: datetime, message: int, new_person: bool = False
) -> ImportLine:
    """Try a message once more on a person's word, under the feed's settings of now.

    What it made stays once, and a control id that came before is no hindrance any more.

    ``new_person`` is a person's word that the patient is none of the accounts of that name.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access(Message, message, organization=organization)
        return _again(work, found, new_person=new_person, looked_at=True)


def settle_person(
    *, organization: int, actor: Actor, at: datetime, message: int, patient: int
) -> ImportLine:
    """Take a person's word that a parked message is about an account here, and try it again."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access(Message, message, organization=organization)
        account = access(Patient, patient, organization=organization)
        settings = feed_settings(found.source, organization=organization)
        ground = Ground(work, found, settings)
        incoming = Incoming(
            found.place, found.source, found.form, found.kind, found.control, bytes(found.content)
        )
        arrival, _ = _read(work, incoming, settings)
        for number in arrival.person.numbers:
            ground.number("patient", number, account)
        work.tell("message.settled", ("message", found.pk), patient=account.pk)
        return _again(work, found, looked_at=True)


def dismiss_message(*, organization: int, actor: Actor, at: datetime, message: int) -> MessageState:
    """Lay a parked message aside: nothing more is done about it, and it stays findable."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access(Message, message, organization=organization)
        state = MessageState.objects.of(organization).get(message=found)
        state.outcome, state.decided_at = DISMISSED, at
        state.save(update_fields=["outcome", "decided_at"])
        work.tell("message.dismissed", ("message", found.pk), kind=found.kind)
    return state
