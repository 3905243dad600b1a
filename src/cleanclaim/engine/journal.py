"""Write what is told of a file so that a run that was killed goes on where it stopped.

Beside the output stand two files until it is whole: ``.partial``, the lines so far, and
``.journal``, a record for each share whose lines are on the disk.
"""

import os
from collections.abc import Iterator, Sequence
from hashlib import blake2b, file_digest
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import msgspec

from cleanclaim.engine.shares import Answer, Terms, reference_of
from cleanclaim.engine.telling import Standing
from cleanclaim.kernel.errors import CleanclaimError

_LENGTH = 4


class ResumeError(CleanclaimError):
    """A run cannot go on from what an earlier one left; the message says why and what to do."""

    code = "engine.resume"


class Identity(msgspec.Struct, frozen=True):
    """What a run works on: only one that works on the same may go on with it."""

    file: str
    terms: str
    tables: str
    program: str


class _Done(msgspec.Struct, frozen=True):
    """A share that is done, where its lines end, and what later ones ask of its claims."""

    end: int
    answer: Answer


def identify(path: Path, terms: Terms, claims_max: int) -> Identity:
    """Tell a run by the content of its file, its terms, its tables and the program's version."""
    with path.open("rb") as file:
        content = file_digest(file, "blake2b").hexdigest()
    asked = msgspec.json.encode((terms.as_of, terms.edit_set, claims_max))
    releases = [
        (each.kind, each.name, [file.sha256 for file in each.files])
        for each in reference_of(terms.reference).library.releases()
    ]
    return Identity(
        content, _digest(asked), _digest(repr(releases).encode()), version("cleanclaim")
    )


def _digest(text: bytes) -> str:
    return blake2b(text, digest_size=16).hexdigest()


class Journal:
    """The output of a run and its journal, open for what comes next.

    ``standing`` is what is known of the file after the shares that are done.
    """

    def __init__(self, target: Path, identity: Identity, *, resume: bool) -> None:
        self._target = target
        self._partial = target.with_name(target.name + ".partial")
        self._path = target.with_name(target.name + ".journal")
        self.standing = Standing()
        if resume and self._path.exists():
            self._take_up(identity)
        else:
            self._begin(identity)

    def _begin(self, identity: Identity) -> None:
        self._lines: BinaryIO = self._partial.open("wb")
        self._records: BinaryIO = self._path.open("wb")
        self._record(identity)

    def _take_up(self, identity: Identity) -> None:
        """Read the records up to the last whole one, and cut off what was not recorded."""
        text = self._path.read_bytes()
        records = list(_records(text))
        if not records:
            self._begin(identity)
            return
        before = msgspec.msgpack.decode(records[0], type=Identity)
        if before != identity:
            raise ResumeError(_differing(before, identity))
        end = 0
        for record in records[1:]:
            done = msgspec.msgpack.decode(record, type=_Done)
            self.standing.add(done.answer)
            end = done.end
        self._lines = _opened(self._partial, end)
        self._records = _opened(self._path, sum(_LENGTH * 2 + len(each) for each in records))

    def add(self, answer: Answer, lines: Sequence[bytes]) -> None:
        """Put the lines of a share on the disk, then the record that says so."""
        self._write(lines)
        # The lines are in the output already.
        claims = tuple(msgspec.structs.replace(each, rest=b"") for each in answer.claims)
        kept = msgspec.structs.replace(answer, claims=claims)
        self._record(_Done(self._lines.tell(), kept))

    def finish(self, lines: Sequence[bytes]) -> None:
        """Write the last lines and give the output its name; the journal has served."""
        self._write(lines)
        self._lines.close()
        self._records.close()
        self._partial.replace(self._target)
        self._path.unlink()

    def _write(self, lines: Sequence[bytes]) -> None:
        self._lines.writelines(line + b"\n" for line in lines)
        _settle(self._lines)

    def _record(self, record: Identity | _Done) -> None:
        text = msgspec.msgpack.encode(record)
        head = len(text).to_bytes(_LENGTH) + crc32(text).to_bytes(_LENGTH)
        self._records.write(head + text)
        _settle(self._records)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _opened(path: Path, end: int) -> BinaryIO:
    """Open a file to go on at a place, behind which nothing counts."""
    if not path.exists() or path.stat().st_size < end:
        msg = f"{path.name} is missing or too short: run again without --resume"
        raise ResumeError(msg)
    file = path.open("r+b")
    file.truncate(end)
    file.seek(end)
    return file


def _records(text: bytes) -> Iterator[bytes]:
    """Give the records of a journal up to the first that was not written in full."""
    at = 0
    while at + 2 * _LENGTH <= len(text):
        length = int.from_bytes(text[at : at + _LENGTH])
        check = int.from_bytes(text[at + _LENGTH : at + 2 * _LENGTH])
        record = text[at + 2 * _LENGTH : at + 2 * _LENGTH + length]
        if len(record) < length or crc32(record) != check:
            return
        yield record
        at += 2 * _LENGTH + length


_DIFFERENCES = {
    "file": "the file is another one",
    "terms": "the day, the payer set or the size of a share is another one",
    "tables": "other reference tables are loaded",
    "program": "the program is of another version",
}


def _differing(before: Identity, now: Identity) -> str:
    """Say what changed since the run that is to be gone on with."""
    names = [name for name in _DIFFERENCES if getattr(before, name) != getattr(now, name)]
    changes = ", ".join(_DIFFERENCES[name] for name in names)
    return f"cannot go on: {changes}: run again without --resume, or as before"
