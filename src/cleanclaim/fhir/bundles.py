"""Bundles and lines of resources cut into single ones, each with its own bytes."""

from collections.abc import Iterator, Mapping

import msgspec

from cleanclaim.fhir.resources import Bundle, Head
from cleanclaim.kernel.findings import Finding, Severity

_SOURCE = "FHIR R4"


class Piece(msgspec.Struct, frozen=True):
    """One resource of a file: its place from 1, its type and id, its JSON byte for byte.

    What is no resource has an empty ``kind`` and a finding. ``addresses`` turns the addresses
    inside its bundle (fullUrl) into Type/id.
    """

    place: int
    kind: str
    id: str
    content: bytes
    finding: Finding | None = None
    addresses: Mapping[str, str] = {}

    @property
    def key(self) -> str:
        """Give Type/id, by which others refer to it."""
        return f"{self.kind}/{self.id}" if self.id else ""


def cut_resources(content: bytes) -> Iterator[Piece]:
    """Cut a bundle, one resource, or lines of resources; a bad one is told and the rest given."""
    stripped = content.removeprefix(b"\xef\xbb\xbf").strip()
    head = _head(stripped)
    if head is None:
        yield from _cut_lines(stripped)
    elif head.resource_type == "Bundle":
        yield from _cut_bundle(stripped)
    else:
        yield Piece(1, head.resource_type, head.id, stripped)


def _head(content: bytes) -> Head | None:
    try:
        return msgspec.json.decode(content, type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _cut_lines(content: bytes) -> Iterator[Piece]:
    for place, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield _piece(place, line.strip(), {})


def _cut_bundle(content: bytes) -> Iterator[Piece]:
    try:
        bundle = msgspec.json.decode(content, type=Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        yield Piece(1, "", "", content, _unread("the bundle is not one of R4"))
        return
    cut = [_piece(place, bytes(each.resource), {}) for place, each in enumerate(bundle.entry, 1)]
    addresses = {
        each.full_url: piece.key
        for each, piece in zip(bundle.entry, cut, strict=True)
        if each.full_url and piece.key
    }
    for piece in cut:
        yield msgspec.structs.replace(piece, addresses=addresses)


def _piece(place: int, content: bytes, addresses: Mapping[str, str]) -> Piece:
    head = _head(content)
    if head is None:
        return Piece(place, "", "", content, _unread("this is no JSON of a resource"))
    return Piece(place, head.resource_type, head.id, content, None, addresses)


def _unread(words: str) -> Finding:
    return Finding("FHIR.JSON", Severity.BLOCK, "resource", words, source=_SOURCE)
