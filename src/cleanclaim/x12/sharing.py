"""Check a large file by several processes, each of which reads some of its transactions."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.crew import Crew
from cleanclaim.x12.events import (
    Event,
    GroupStart,
    InterchangeStart,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.gathering import GroupReport, Report, TransactionReport, concluded, gather
from cleanclaim.x12.outlining import Outline, Span, outline
from cleanclaim.x12.reader import read
from cleanclaim.x12.transactions import Asked

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_READ_BYTES = 1 << 16
_HEAD_SEGMENTS = 2  # the ISA and the GS put before each transaction


class Told(msgspec.Struct):
    """What a process found in one transaction; ``offset`` is that of its ST."""

    offset: int
    report: TransactionReport
    findings: list[X12Finding]


def check_shared(path: Path, asked: Asked, workers: int) -> Report:
    """Check a file as ``check`` does, its transactions shared by this many processes."""
    if not path.stat().st_size:
        return concluded(gather(read(b"")), asked.types)
    with (
        path.open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as text,
        # Begun first, so that they work while the rest of the file is still looked through.
        Crew(lambda span: _check_span(text, span, asked), Span, Told, workers) as crew,
    ):
        found = Outline(list(crew.handing(outline(text))))
        numbers: list[int | None] = []
        remains = _reading(found.remains(text))
        rest = read(remains, types=asked.types, companions=asked.companions)
        report = gather(_numbered(rest, found, numbers))
        told = sorted(crew.told(), key=lambda each: each.offset)
    return concluded(_merged(report, found, told, numbers), asked.types)


def _check_span(text: mmap, span: Span, asked: Asked) -> Told:
    """Read one transaction under the ISA and GS it has, and put its findings in their places."""
    head = text[span.isa : span.isa_end] + text[span.group : span.group_end]
    events = read(
        _reading(chain([head], _stretch(text, span))),
        types=asked.types,
        companions=asked.companions,
    )
    report = gather(event for event in events if _of_transaction(event))
    by_segment, by_byte = span.position - 1 - _HEAD_SEGMENTS, span.offset - len(head)
    # What is wrong with the envelope is found where it stands, by the process that has the rest.
    findings = [
        _moved(each, each.segment + by_segment, each.offset + by_byte)
        for each in report.findings
        if each.segment > _HEAD_SEGMENTS
    ]
    return Told(span.offset, report.interchanges[0].groups[0].transactions[0], findings)


def _of_transaction(event: Event) -> bool:
    """Leave out the ends of group and interchange, which are not in the stretch."""
    return isinstance(event, (InterchangeStart, GroupStart, TransactionStart, Unit, TransactionEnd))


def _moved(finding: X12Finding, segment: int, offset: int) -> X12Finding:
    return msgspec.structs.replace(finding, segment=segment, offset=offset)


def _numbered(
    events: Iterable[Event], found: Outline, numbers: list[int | None]
) -> Iterator[Event]:
    """Note, for each transaction of what remains, which of the cut ones it stands for."""
    for event in events:
        if isinstance(event, TransactionStart):
            numbers.append(found.number(event.header.position))
        yield event


def _merged(report: Report, found: Outline, told: list[Told], numbers: list[int | None]) -> Report:
    """Put what the processes found in the place of the empty transactions of what remains."""
    findings = []
    for each in report.findings:
        hollow = _hollow(each, found)
        if hollow is None or each.rule == rules.ST_AGAIN.id:
            findings.append(_moved(each, *found.place(each.segment, each.offset)))
        if hollow is not None and each.rule == rules.ST_AGAIN.id:
            told[hollow].report.findings += 1
            told[hollow].report.blocked = True
    report.findings = [*findings, *(each for some in told for each in some.findings)]
    for (group, index), number in zip(_transactions(report), numbers, strict=True):
        if number is not None:
            group.transactions[index] = told[number].report
    return report


def _hollow(finding: X12Finding, found: Outline) -> int | None:
    """Tell which transaction, whose content was cut out, has its ST or SE at a finding."""
    number = found.number(finding.segment)
    return found.number(finding.segment - 1) if number is None else number


def _transactions(report: Report) -> Iterator[tuple[GroupReport, int]]:
    for interchange in report.interchanges:
        for group in interchange.groups:
            for index in range(len(group.transactions)):
                yield group, index


def _stretch(text: mmap, span: Span) -> Iterator[bytes]:
    for at in range(span.offset, span.end, _READ_BYTES):
        yield text[at : min(at + _READ_BYTES, span.end)]


class _Chunks(io.RawIOBase):
    """A file made of pieces of text that come one after the other."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with what comes next, as far as it goes."""
        view = memoryview(buffer).cast("B")
        while not self._rest and (chunk := next(self._chunks, None)) is not None:
            self._rest = chunk
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _reading(chunks: Iterator[bytes]) -> BinaryIO:
    return io.BufferedReader(_Chunks(chunks), _READ_BYTES)
