"""Answer what was received: TA1 for interchanges, 999 for groups, 277CA for claims."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import msgspec

from cleanclaim.x12.claim_answers import ClaimSpool, ReceivedClaims, batch_of, refusals_of
from cleanclaim.x12.envelope import QUALIFIERS
from cleanclaim.x12.events import (
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.group_answer import (
    GUIDE,
    SITUATIONS,
    Noted,
    Received,
    ReceivedGroup,
    blocks,
    clean,
    group_answer,
)
from cleanclaim.x12.patterns import SHORT_DATE
from cleanclaim.x12.reader import read
from cleanclaim.x12.segments import STANDARD, Segment, segment
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.writer import (
    Body,
    Envelope,
    free_delimiters,
    write,
    write_file,
    write_interchange_only,
)

_CLAIM_GUIDE = "005010X214"
_ACKNOWLEDGEMENTS = frozenset({"997", "999"})
_HOUR = r"(?:[01]\d|2[0-3])[0-5]\d"
_BLOCK = 1 << 16
_IN_MEMORY_MAX = 1 << 20
# How a 999 names the unit of a transaction: the words for it, the segment and element.
_UNITS = {
    "837": ("CLM01", "CLM", 1),
    "834": ("SUBSCRIBER NUMBER REF02", "REF", 2),
    "820": ("ENT01", "ENT", 1),
    "270": ("TRN02", "TRN", 2),
    "271": ("TRN02", "TRN", 2),
    "276": ("TRN02", "TRN", 2),
    "277": ("TRN02", "TRN", 2),
    "278": ("TRN02", "TRN", 2),
}


class _Claims(msgspec.Struct):
    """The claims of one transaction that may get a 277CA, and the verdict it waits for."""

    group: ReceivedGroup
    transaction: Received
    claims: ReceivedClaims


class _Interchange:
    """An interchange and what was received in it."""

    def __init__(self, header: Segment) -> None:
        self.header = header
        self.groups: list[ReceivedGroup] = []
        self.findings: tuple[X12Finding, ...] = ()
        self.claims: list[_Claims] = []


def acknowledge(
    source: Source,
    *,
    created_at: datetime,
    control_number: int,
    trace: bool = False,
    claims: bool = False,
) -> str:
    """Answer everything in the source as ``acknowledgements`` does, in one text.

    Claims are answered by a 277CA only where ``claims`` asks for it.
    """
    answering = _Answering(created_at, control_number, trace=trace)
    return "".join(answering.answers(source, claims=claims))


def acknowledgements(
    source: Source, *, created_at: datetime, control_number: int, trace: bool = False
) -> Iterator[str]:
    """Answer everything in the source, piece by piece, one answering interchange after another.

    Every interchange is answered: with a TA1 where it asks for one (ISA14), where its envelope
    is broken or where it holds nothing else to answer; with a 999 for every group where the
    envelope holds; and with a 277CA for the claims of every 837 that the 999 accepts, which says
    of each claim whether it breaks a rule above type 2. Text that holds no interchange at all
    gets a TA1 that says so. Answering interchanges count their control numbers up from
    ``control_number``. With ``trace`` a 999 names the claim or member of each fault, as received.
    Memory is flat: what is told of claims is kept on the disk.
    """
    answering = _Answering(created_at, control_number, trace=trace)
    yield from answering.answers(source, claims=True)


class _Answering:
    """What is being received, and the control number of the next answer."""

    def __init__(self, created_at: datetime, control_number: int, *, trace: bool) -> None:
        self._created_at = created_at
        self._number = control_number
        self._trace = trace
        self._spool: ClaimSpool | None = None
        self._interchange = _Interchange(Segment("ISA"))
        self._group = ReceivedGroup(Segment("GS"))
        self._received = Received(Segment("ST"))
        self._claims: ReceivedClaims | None = None

    def answers(self, source: Source, *, claims: bool) -> Iterator[str]:
        """Give the answers to each interchange when it has ended."""
        with SpooledTemporaryFile(_IN_MEMORY_MAX) as file:
            self._spool = ClaimSpool(cast("BinaryIO", file)) if claims else None
            yield from self._answers(source)

    def _answers(self, source: Source) -> Iterator[str]:
        answered = False
        for event in read(source):
            match event:
                case InterchangeStart(header=header):
                    self._begin(header)
                case GroupStart(header=header):
                    self._group = ReceivedGroup(header)
                    self._interchange.groups.append(self._group)
                case TransactionStart(header=header):
                    self._start(header)
                case Unit():
                    self._take(event)
                case TransactionEnd():
                    self._end(event)
                case GroupEnd(findings=findings, trailer=trailer):
                    self._group.findings = findings
                    # A GS without its form refuses the interchange: a 999 has no code for it.
                    self._interchange.findings += tuple(_of_envelope(findings))
                    self._group.said_count = trailer.get(1) if trailer else ""
                case InterchangeEnd(findings=findings):
                    self._interchange.findings += findings
                    answered = True
                    yield from self._answer(self._interchange)
                case _:
                    pass
        if not answered:
            yield self._refusal_of_nothing()

    def _begin(self, header: Segment) -> None:
        self._interchange = _Interchange(header)
        if self._spool is not None:
            self._spool.clear()

    def _start(self, header: Segment) -> None:
        self._received = Received(header)
        self._group.transactions.append(self._received)
        self._claims = None
        if self._spool is not None and header.get(1) == "837":
            self._claims = self._spool.start()

    def _take(self, unit: Unit) -> None:
        if unit.own_findings:
            self._note(unit.own_findings, unit)
        if self._spool is not None and self._claims is not None:
            self._spool.add(unit, self._claims, self._created_at.date())

    def _end(self, end: TransactionEnd) -> None:
        self._note(end.findings, end)
        if self._claims is not None and self._claims.count:
            self._claims.refused = refusals_of(end)
            held = _Claims(self._group, self._received, self._claims)
            self._interchange.claims.append(held)

    def _note(self, findings: tuple[X12Finding, ...], event: Unit | TransactionEnd) -> None:
        """Keep the findings that the 999 reports: a 277CA reports what is wrong with claims."""
        claims = self._received.header.get(1) == "837"
        reported = [each for each in findings if each.code and (each.type <= 2 or not claims)]
        if not reported:
            return
        situations = any(each.code in SITUATIONS for each in reported)
        names = {each.position: each.id for each in _segments_of(event)} if situations else {}
        unit = self._unit_of(event) if self._trace and isinstance(event, Unit) else None
        self._received.noted += [
            Noted(each, names.get(each.segment, ""), unit) for each in reported
        ]

    def _unit_of(self, unit: Unit) -> tuple[str, str] | None:
        """Name the unit as the guide wants it, None where it has no name that can be told."""
        label, segment_id, place = _UNITS.get(self._received.header.get(1), ("", "", 0))
        named = next((each for each in unit.loop.walk() if each.id == segment_id), None)
        name = clean(named.get(place), r"[A-Za-z0-9 .,/#_-]{1,35}", "") if named else ""
        return (label, name) if name else None

    def _answer(self, interchange: _Interchange) -> Iterator[str]:
        refused = blocks(interchange.findings)
        groups = [] if refused else [each for each in interchange.groups if _wants_answer(each)]
        if refused or not groups or interchange.header.get(14) == "1":
            envelope = self._envelope(interchange.header)
            yield write_interchange_only(envelope, [_ta1(interchange)])
        if groups:
            envelope = self._envelope(interchange.header, groups[0].header)
            yield write(envelope, GUIDE, map(group_answer, groups))
            if self._spool is not None:
                yield from self._claim_answers(interchange, self._spool)

    def _claim_answers(self, interchange: _Interchange, spool: ClaimSpool) -> Iterator[str]:
        """Give the 277CA for the claims of all transactions that were accepted."""
        accepted = [
            each
            for each in interchange.claims
            if each.transaction.accepted and not blocks(each.group.findings)
        ]
        if not accepted:
            return
        envelope = self._envelope(interchange.header, accepted[0].group.header)
        marks = free_delimiters(spool.characters)
        envelope = msgspec.structs.replace(envelope, delimiters=marks)
        bodies = (self._claim_answer(each, spool) for each in accepted)
        with SpooledTemporaryFile(_IN_MEMORY_MAX) as file:
            into = cast("BinaryIO", file)
            write_file(into, envelope, _CLAIM_GUIDE, bodies)
            into.seek(0)
            while block := into.read(_BLOCK):
                yield block.decode("latin-1")

    def _claim_answer(self, held: _Claims, spool: ClaimSpool) -> Body:
        """Give one 277CA; its reference is our interchange and the number of the ST answered."""
        number = clean(held.transaction.header.get(2), r"[A-Za-z0-9]{4,9}", "0000")
        reference = f"{self._number - 1:09d}-{number}"
        received_on = self._created_at.date()
        batch = batch_of(held.claims, reference, received_on, self._created_at)
        return spool.segments(held.claims, batch)

    def _refusal_of_nothing(self) -> str:
        when = (f"{self._created_at:%y%m%d}", f"{self._created_at:%H%M}")
        refusal = segment("TA1", "000000000", *when, "R", "022")
        return write_interchange_only(self._envelope(Segment("ISA")), [refusal])

    def _envelope(self, isa: Segment, gs: Segment | None = None) -> Envelope:
        """Send back to the sender, in the name of the receiver, under the next number."""
        name = r"[A-Za-z0-9][A-Za-z0-9 .&/-]{1,14}"
        group = gs or Segment("GS")
        sender = clean(isa.get(8).strip(), name, "UNKNOWN")
        receiver = clean(isa.get(6).strip(), name, "UNKNOWN")
        self._number += 1
        return Envelope(
            sender=sender,
            receiver=receiver,
            control_number=self._number - 1,
            created_at=self._created_at,
            sender_qualifier=clean(isa.get(7), QUALIFIERS, "ZZ"),
            receiver_qualifier=clean(isa.get(5), QUALIFIERS, "ZZ"),
            usage=clean(isa.get(15), r"[PT]", "P"),
            application_sender=clean(group.get(3), name, sender),
            application_receiver=clean(group.get(2), name, receiver),
            delimiters=STANDARD,
        )


def _segments_of(event: Unit | TransactionEnd) -> Iterator[Segment]:
    if isinstance(event, Unit):
        return event.loop.walk()
    return chain(event.header.walk(), event.trailer.walk())


def _wants_answer(group: ReceivedGroup) -> bool:
    """An acknowledgement is never acknowledged, or two systems would never stop."""
    kinds = {each.header.get(1) for each in group.transactions}
    return not (kinds and kinds <= _ACKNOWLEDGEMENTS)


def _of_envelope(findings: tuple[X12Finding, ...]) -> Iterator[X12Finding]:
    return (each for each in findings if each.code.startswith("TA1:"))


def _ta1(interchange: _Interchange) -> Segment:
    """Say whether the interchange was accepted (A, with errors E) or rejected (R), and why."""
    isa = interchange.header
    codes = [each.code[4:] for each in interchange.findings if each.code.startswith("TA1:")]
    verdict = "R" if blocks(interchange.findings) else "E" if codes else "A"
    return segment(
        "TA1",
        clean(isa.get(13), r"\d{9}", "000000000"),
        clean(isa.get(9), SHORT_DATE, "000101"),
        clean(isa.get(10), _HOUR, "0000"),
        verdict,
        codes[0] if codes else "000",
    )
