"""Divide a file into shares of its claims, and keep what is wrong with the file itself."""

from collections.abc import Iterable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile

import msgspec

from cleanclaim import x12
from cleanclaim.claims.from_837 import CLAIM_GUIDES
from cleanclaim.engine.judging import claim_of
from cleanclaim.engine.shares import CLAIMS_A_SHARE, ReadClaim, Share
from cleanclaim.x12.cutting import cut_claims
from cleanclaim.x12.stretches import CutTransaction, Stretch, read_around


class Plan:
    """The shares of a file as they are asked for, in the order of the file.

    Claims of what can be cut at sight are left for others to read; the rest is read here. A
    share holds about ``claims_max`` claims, but no less than a transaction. Where transactions
    are cut does not depend on it, for a part does not know which numbers the other has.
    ``loose`` are the findings of what lies around the claims, complete when all shares
    were given, and ``interchanges`` how many there were. A pipe is kept as a file while the
    plan lives, for claims may be read again.
    """

    def __init__(self, path: Path, claims_max: int = CLAIMS_A_SHARE) -> None:
        self.path = path
        if path.exists() and not (path.is_file() or path.is_dir()):
            self.path = self._spooled(path)
        self.claims_max = claims_max
        self.interchanges = 0
        self.loose: list[x12.X12Finding] = []

    def _spooled(self, path: Path) -> Path:
        self._spool = NamedTemporaryFile(prefix="cleanclaim-")  # noqa: SIM115 - ours while we live
        with path.open("rb") as file:
            copyfileobj(file, self._spool)
        self._spool.flush()
        return Path(self._spool.name)

    def __iter__(self) -> Iterator[Share]:
        path = str(self.path.absolute())
        for number, parts in enumerate(_packed(self._parts(), self.claims_max)):
            stretches = [each for each in parts if isinstance(each, Stretch)]
            claims = [each for each in parts if not isinstance(each, Stretch)]
            yield Share(number, path, _joined(stretches), tuple(claims))

    def _parts(self) -> Iterator["Part"]:
        """Follow the file, taking aside what belongs to no claim."""
        for event in self._events():
            match event:
                case CutTransaction():
                    yield from event.stretches()
                case x12.InterchangeStart():
                    self.interchanges += 1
                case x12.Unit(short=short, loop=x12.Loop(id="2300")) if short in CLAIM_GUIDES:
                    yield claim_of(event)
                case x12.Unit(own_findings=found):
                    self.loose += found
                case (
                    x12.TransactionEnd(findings=found)
                    | x12.GroupEnd(findings=found)
                    | x12.InterchangeEnd(findings=found)
                    | x12.LooseFindings(findings=found)
                ):
                    self.loose += found
                case x12.GroupStart() | x12.TransactionStart():
                    pass

    def _events(self) -> Iterator[x12.Event | CutTransaction]:
        """Read what lies between the claims, and what cannot be cut."""
        with self.path.open("rb") as file:
            if not self.path.stat().st_size:
                return
            with mmap(file.fileno(), 0, access=ACCESS_READ) as text:
                yield from read_around(text, cut_claims(text, CLAIMS_A_SHARE))


Part = ReadClaim | Stretch


def _packed(parts: Iterable[Part], claims_max: int) -> Iterator[tuple[Part, ...]]:
    """Put parts of one sort together up to so many claims."""
    packed: list[Part] = []
    claims = 0
    for part in parts:
        is_stretch = isinstance(part, Stretch)
        more = part.claims if isinstance(part, Stretch) else 1
        if packed and (claims + more > claims_max or is_stretch != isinstance(packed[0], Stretch)):
            yield tuple(packed)
            packed, claims = [], 0
        packed.append(part)
        claims += more
    if packed:
        yield tuple(packed)


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Make one stretch of whole transactions that follow each other in one group."""
    joined: list[Stretch] = []
    for each in stretches:
        last = joined[-1] if joined else None
        if last is None or not _follows(last, each):
            joined.append(each)
            continue
        body = msgspec.structs.replace(
            last.body, end=each.body.end, segments=last.body.segments + each.body.segments
        )
        joined[-1] = msgspec.structs.replace(last, body=body, claims=last.claims + each.claims)
    return tuple(joined)


def _follows(last: Stretch, following: Stretch) -> bool:
    is_whole = last.head == following.head and not last.tail and not following.tail
    behind = last.body.position + last.body.segments
    return is_whole and behind == following.body.position
