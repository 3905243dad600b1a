"""Files of other systems cut into messages, each with its form, its bytes and what it tells."""

import hashlib
import re
from collections.abc import Iterator, Mapping

import msgspec

from cleanclaim.app.feeds import FeedSettings
from cleanclaim.fhir.bundles import Piece, cut_resources
from cleanclaim.fhir.reading import Fetch, Reader, rank
from cleanclaim.hl7.ccda import read_document
from cleanclaim.hl7.messages import read_message, split_messages
from cleanclaim.hl7.reading import read_arrival
from cleanclaim.kernel.arrivals import Arrival, Happening
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.markup import MarkupError

HL7, FHIR, CCDA = "hl7", "fhir", "ccda"
_UNNAMED = "unnamed"
_KIND = re.compile(r"[A-Z]{3}\^(?:[A-Z0-9]{3})?|[A-Z][A-Za-z]{2,39}", re.ASCII)


class NotAMessageError(CleanclaimError):
    """A file is neither version 2, nor FHIR JSON, nor a clinical document."""

    code = "import.form"

    def __init__(self) -> None:
        super().__init__("the file holds no HL7 message, FHIR resource or clinical document")


class Incoming(msgspec.Struct, frozen=True):
    """One message of a file: its place from 1, who sent it, its form and kind, its bytes."""

    place: int
    source: str
    form: str
    kind: str
    control: str
    content: bytes
    addresses: Mapping[str, str] = {}

    @property
    def sha256(self) -> str:
        """Give the digest by which the same bytes are known."""
        return hashlib.sha256(self.content).hexdigest()


def cut_file(content: bytes, source: str = "") -> list[Incoming]:
    """Cut a file into messages, those that others refer to first.

    ``source`` names the sender; a version 2 message without one is its MSH's. Raises
    NotAMessageError.
    """
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"{":
        found = list(_resources(content, source or FHIR))
    elif start == b"<":
        found = [Incoming(1, source or CCDA, CCDA, "ClinicalDocument", "", content)]
    else:
        found = list(_messages(content, source))
    if not found:
        raise NotAMessageError
    return found


def _messages(content: bytes, source: str) -> Iterator[Incoming]:
    text, encoding = _decode(content)
    for place, each in enumerate(split_messages(text), 1):
        message = read_message(each)
        sender = source or message.sender[:80] or _UNNAMED
        yield Incoming(
            place, sender, HL7, _kind(message.title), message.control[:200], each.encode(encoding)
        )


def _kind(title: str) -> str:
    """Give the kind of a message, which events and logs name; a broken head could hold anything."""
    return title if _KIND.fullmatch(title) else _UNNAMED


def _decode(content: bytes) -> tuple[str, str]:
    """Read as UTF-8, else byte by byte, so that the same bytes are written again."""
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _resources(content: bytes, source: str) -> Iterator[Incoming]:
    pieces = sorted(cut_resources(content), key=lambda piece: rank(piece.kind))
    for piece in pieces:
        used = {a: key for a, key in piece.addresses.items() if f'"{a}"'.encode() in piece.content}
        yield Incoming(
            piece.place, source, FHIR, _kind(piece.kind), piece.key[:200], piece.content, used
        )


def read_incoming(
    incoming: Incoming, settings: FeedSettings, fetch: Fetch
) -> tuple[Arrival, tuple[Finding, ...]]:
    """Read what a message tells; ``fetch`` gives another resource of the sender."""
    if incoming.form == HL7:
        text, _ = _decode(incoming.content)
        message = read_message(text)
        arrival, findings = read_arrival(message, settings.charges)
        return arrival, (*(f for f in message.findings if f.severity is Severity.BLOCK), *findings)
    if incoming.form == FHIR:
        return _read_resource(incoming, fetch)
    try:
        return read_document(incoming.content)
    except MarkupError as error:
        told = Finding("CCDA.XML", Severity.BLOCK, "document", str(error))
        return Arrival(Happening.NOTHING), (told,)


def _read_resource(incoming: Incoming, fetch: Fetch) -> tuple[Arrival, tuple[Finding, ...]]:
    told = incoming.kind != _UNNAMED
    (piece,) = cut_resources(incoming.content) if told else (_broken(incoming),)
    piece = msgspec.structs.replace(piece, addresses=incoming.addresses)
    return Reader(piece, fetch).read()


def _broken(incoming: Incoming) -> Piece:
    told = Finding("FHIR.JSON", Severity.BLOCK, "resource", "this is no JSON of a resource")
    return Piece(incoming.place, "", "", incoming.content, told)
