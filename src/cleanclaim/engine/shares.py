"""A share of the claims of a file, on what terms it is judged, and what is told of it."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from cleanclaim.claims.model import Claim
from cleanclaim.codes.reference import EMPTY, Reference, bootstrapped
from cleanclaim.codes.store.library import Library
from cleanclaim.edits import EditSet
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.x12 import X12Finding
from cleanclaim.x12.stretches import Stretch

# The unit of work: more claims at once are no faster, and fewer use the columns badly.
CLAIMS_A_SHARE = 5_000


class ReadClaim(msgspec.Struct, frozen=True):
    """A claim, what was found when it was read, and where in the file it can be read again."""

    claim: Claim
    found: tuple[Finding, ...] = ()
    place: Stretch | None = None


class Share(msgspec.Struct, frozen=True):
    """Claims that are judged together: stretches of a file, or claims read already.

    ``number`` counts the shares of a file from 0.
    """

    number: int
    path: str
    stretches: tuple[Stretch, ...] = ()
    claims: tuple[ReadClaim, ...] = ()


class Terms(msgspec.Struct, frozen=True):
    """From which day claims are judged, by which edits, by the tables of which folder.

    Without a folder only the tables that need no loading are asked.
    """

    as_of: date
    edit_set: EditSet = EditSet()
    reference: str = ""


class ToldFinding(msgspec.Struct, frozen=True, gc=False):
    """A finding with every field, in the order in which scripts read them."""

    rule: str
    severity: Severity
    place: str
    message: str
    hint: str
    source: str
    release: str

    @classmethod
    def of(cls, finding: Finding) -> "ToldFinding":
        """Take a finding as it is."""
        return cls(*msgspec.structs.astuple(finding))


class Told(msgspec.Struct, frozen=True, gc=False):
    """A claim by its position in the file, and all that was found; 0 is the file itself.

    ``lines`` counts its lines, ``not_checked`` names the families of edits that lacked a table.
    ``price_cents`` is what Medicare should allow, None where a line has no known price.
    """

    claim: int
    lines: int
    findings: tuple[ToldFinding, ...]
    not_checked: tuple[str, ...] = ()
    price_cents: int | None = None

    @property
    def blocked(self) -> bool:
        """Tell whether any finding blocks."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


class ToldClaim(msgspec.Struct, frozen=True, gc=False):
    """What is told of a claim, as JSON without its position, and what later ones may ask.

    The first ``read`` of its findings were there before the edits. ``fingerprint`` is shared by
    first claims that bill the same, 0 of one that is not compared; ``patient`` by claims of one
    person; ``place`` is where it can be read again, packed, or empty.
    """

    rest: bytes
    read: int = 0
    fingerprint: int = 0
    patient: int = 0
    place: bytes = b""
    blocked: bool = False

    def told(self) -> Told:
        """Give what is told, without a position."""
        return msgspec.json.decode(self.placed(0), type=Told)

    def telling(self, told: Told) -> "ToldClaim":
        """Give the same claim with something else told of it."""
        rest = msgspec.json.encode(told).removeprefix(_UNPLACED)
        return msgspec.structs.replace(self, rest=rest, blocked=told.blocked)

    def placed(self, position: int) -> bytes:
        """Give the JSON of the claim at a position of the file."""
        return b'{"claim":%d,%b' % (position, self.rest)


_UNPLACED = b'{"claim":0,'


_LENGTH = 4


def pack_place(place: Stretch) -> bytes:
    """Write a place so that several can stand one behind the other."""
    text = msgspec.msgpack.encode(place)
    return len(text).to_bytes(_LENGTH) + text


def unpack_places(text: bytes) -> Iterator[Stretch]:
    """Read places that stand one behind the other."""
    at = 0
    while at < len(text):
        start = at + _LENGTH
        at = start + int.from_bytes(text[at:start])
        yield msgspec.msgpack.decode(text[start:at], type=Stretch)


class Answer(msgspec.Struct, frozen=True):
    """What is told of a share; ``loose`` was found in it and belongs to no claim."""

    number: int
    claims: tuple[ToldClaim, ...]
    loose: tuple[X12Finding, ...] = ()


def reference_of(folder: str) -> Reference:
    """Give the tables of a folder, opened once in each process, and anew when it has grown."""
    if not folder:
        return _opened(folder, ())
    return _opened(folder, tuple(sorted(map(str, Path(folder).glob("*/[!.]*")))))


@lru_cache(maxsize=4)
def _opened(folder: str, _releases: tuple[str, ...]) -> Reference:
    return bootstrapped(library=Library(Path(folder)) if folder else EMPTY)
