"""A file out and in again as JSON, without loss; what is not understood is refused by place."""

import hashlib
from collections.abc import Iterable
from datetime import date

import msgspec

from cleanclaim.credentialing.files.elements import FileElement
from cleanclaim.credentialing.files.entries import Entry, HeldDocument
from cleanclaim.kernel.findings import Finding, Severity

FORMAT = "cleanclaim.provider-file"
VERSION = 1
RULE = "CRED.FILE.JSON"


class FileExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it goes from one program to another; documents by kind and digest only."""

    format: str
    version: int
    elements: tuple[FileElement, ...]
    documents: tuple[HeldDocument, ...] = ()
    attested_on: date | None = None


class FileReading(msgspec.Struct, frozen=True):
    """What came of a text: the file, or None and why it cannot be taken."""

    file: FileExport | None
    findings: tuple[Finding, ...] = ()


def write_file(
    entries: Iterable[Entry],
    documents: Iterable[HeldDocument] = (),
    attested_on: date | None = None,
) -> bytes:
    """Write a file as JSON, indented, in the order of its elements."""
    export = FileExport(
        FORMAT,
        VERSION,
        tuple(each.element for each in entries),
        tuple(documents),
        attested_on,
    )
    return msgspec.json.format(msgspec.json.encode(export), indent=2) + b"\n"


def read_file(content: bytes) -> FileReading:
    """Read a file from JSON; a field of no element is refused, so that nothing is lost unseen."""
    try:
        export = msgspec.json.decode(content, type=FileExport)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return FileReading(None, (_refuse(_place(str(error))),))
    if (export.format, export.version) != (FORMAT, VERSION):
        return FileReading(None, (_refuse("format"),))
    return FileReading(export)


def _place(message: str) -> str:
    """Keep the place of a decoding message, not the text it may quote."""
    _, found, place = message.partition("$")
    return f"${place.rstrip('`')}" if found else "file"


def _refuse(place: str) -> Finding:
    return Finding(RULE, Severity.BLOCK, place[:80], "this is no provider's file we understand")


def digest_entries(entries: Iterable[Entry]) -> str:
    """Give the digest of the file's elements: what a signature stands for."""
    held = [(each.number, each.element) for each in sorted(entries, key=lambda e: e.number)]
    return hashlib.sha256(msgspec.json.encode(held)).hexdigest()
