"""Messages for screens and exports: those that wait, one with its text, and JSON as it came."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Count

from cleanclaim.app.access import access
from cleanclaim.app.importing import PARKED
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.store.messages.models import Message, MessageState, PatientMerge
from cleanclaim.store.patients.models import Patient


class ReasonView(msgspec.Struct, frozen=True):
    """Why a message waits, in words that name nobody."""

    rule: str
    place: str
    message: str
    hint: str = ""


class MessageRow(msgspec.Struct, frozen=True):
    """One message in the list."""

    id: int
    source: str
    kind: str
    received_at: datetime
    outcome: str
    tries: int
    reasons: tuple[ReasonView, ...]


class Candidate(msgspec.Struct, frozen=True):
    """An account that a message may be about."""

    id: int
    account_number: str
    name: str


class MessageView(msgspec.Struct, frozen=True):
    """One message with its text and, where a person must say, the accounts that it may be about."""

    row: MessageRow
    file_name: str
    place: int
    sha256: str
    text: str
    made: Mapping[str, tuple[int, ...]]
    candidates: tuple[Candidate, ...]


class MergeRow(msgspec.Struct, frozen=True):
    """Two accounts that are joined."""

    id: int
    survivor: int
    survivor_number: str
    merged: int
    merged_number: str
    merged_at: datetime


_TEXT_MAX = 60_000


def list_messages(
    organization: int, outcome: str = PARKED, after: int | None = None
) -> Sheet[MessageRow]:
    """Give the messages of an outcome, the latest first."""
    known = MessageState.objects.of(organization).select_related("message")
    known = known.defer("message__content", "message__addresses")
    cut, following = cut_sheet(known.filter(outcome=outcome), known, ("-decided_at",), after)
    return Sheet(tuple(_row(each) for each in cut), following)


def count_messages(organization: int) -> Mapping[str, int]:
    """Give how many messages ended how; those received add up to all."""
    rows = MessageState.objects.of(organization).values_list("outcome").annotate(Count("pk"))
    return dict(rows.order_by("outcome"))


def read_message_view(organization: int, message: int) -> MessageView:
    """Give one message; NotFoundError where there is none."""
    found = access(Message, message, organization=organization)
    state = MessageState.objects.of(organization).select_related("message").get(message=found)
    wanted = state.made.get("candidate", [])
    people = Patient.objects.of(organization).filter(pk__in=wanted).order_by("pk")
    text = bytes(found.content).decode("utf-8", "replace")
    return MessageView(
        row=_row(state),
        file_name=found.file_name,
        place=found.place,
        sha256=found.sha256,
        text=text.replace("\r\n", "\n").replace("\r", "\n")[:_TEXT_MAX],
        made={kind: tuple(ids) for kind, ids in state.made.items()},
        candidates=tuple(
            Candidate(each.pk, each.account_number, f"{each.last_name}, {each.first_name}")
            for each in people
        ),
    )


def _row(state: Any) -> MessageRow:  # noqa: ANN401 - a state with its message
    return MessageRow(
        id=state.message_id,
        source=state.message.source,
        kind=state.message.kind,
        received_at=state.message.received_at,
        outcome=state.outcome,
        tries=state.tries,
        reasons=tuple(
            ReasonView(each["rule"], each["place"], each["message"], each.get("hint", ""))
            for each in state.reasons
        ),
    )


def list_merges(organization: int) -> tuple[MergeRow, ...]:
    """Give the latest accounts that are joined, a hundred at most."""
    rows = PatientMerge.objects.of(organization).filter(undone_at__isnull=True)
    return tuple(
        MergeRow(
            each.pk,
            each.survivor_id,
            each.survivor.account_number,
            each.merged_id,
            each.merged.account_number,
            each.merged_at,
        )
        for each in rows.select_related("survivor", "merged").order_by("-pk")[:100]
    )


def export_resources(organization: int, source: str, kind: str = "") -> Iterator[bytes]:
    """Give the newest JSON of each resource of a sender as it came, byte for byte."""
    rows = Message.objects.of(organization).filter(source=source, form="fhir").exclude(control="")
    if kind:
        rows = rows.filter(kind=kind)
    newest = rows.order_by("control", "-pk").distinct("control")
    for content in newest.values_list("content", flat=True).iterator():
        yield bytes(content)
