"""Loading files into a library: recognised, read, judged whole, and only then put there."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cleanclaim.codes.store.arrays import KEY, PRESENT, fill
from cleanclaim.codes.store.columns import Array, ValueRefusedError
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.formats import Draft, Values
from cleanclaim.codes.store.kinds import Bounds, Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.opening import Source, Unopenable, sources
from cleanclaim.codes.store.recognizing import Stranger, drafts_of
from cleanclaim.codes.store.release import Release, SourceFile
from cleanclaim.codes.store.sheets import RefusedError


class Status(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    ALREADY = "already loaded"
    REFUSED = "refused"
    STRANGER = "not a reference file"


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a file, or of one of the tables in it."""

    file: str
    status: Status
    kind: str = ""
    release: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    rows: int = 0
    why: str = ""


class Order(msgspec.Struct, frozen=True):
    """How to load: the moment, what the user says of the files, and what is plausible.

    ``bounds`` replace those of kinds, by their names.
    """

    loaded_at: datetime
    effective: date | None = None
    licensed: frozenset[str] = frozenset()
    bounds: Mapping[str, Bounds] = {}


class _Piece(msgspec.Struct, frozen=True):
    """A file of a release."""

    draft: Draft
    told: str
    sha256: str


def load(paths: Iterable[Path], library: Library, order: Order) -> Iterator[Outcome]:
    """Load what is loadable of some files and folders, and say what became of each file.

    A file that is refused leaves no trace in the library.
    """
    parts: dict[tuple[str, str], list[_Piece]] = {}
    with ExitStack() as stack:
        for path in paths:
            for source in sources(path):
                if isinstance(source, Unopenable):
                    yield Outcome(source.name, Status.REFUSED, why=source.why)
                else:
                    yield from _guarded(source, library, order, stack, parts)
        for pieces in parts.values():
            yield from _load_parts(pieces, library, order)


def _guarded(
    source: Source,
    library: Library,
    order: Order,
    stack: ExitStack,
    parts: dict[tuple[str, str], list[_Piece]],
) -> Iterator[Outcome]:
    """Load a file; parts of a release in several files wait for each other."""
    own = ExitStack()
    waiting = False
    try:
        told = Told(source.name, source.within, order.effective, order.licensed)
        found = drafts_of(source, told, own)
        if isinstance(found, Stranger):
            yield Outcome(source.told, Status.STRANGER, why=found.why)
            return
        digest = source.digest()
        whole: list[_Ready | Outcome] = []
        for draft in found:
            piece = _Piece(draft, source.told, digest)
            if draft.part:
                parts.setdefault((draft.kind.name, draft.name), []).append(piece)
                waiting = True
            else:
                whole.append(_prepared([piece], library, order))
        if not whole and not waiting:
            yield Outcome(source.told, Status.STRANGER, why="a list that nothing here asks")
        yield from _put(whole, library, order)
    except (RefusedError, ValueRefusedError, *_DAMAGE) as error:
        yield Outcome(source.told, Status.REFUSED, why=_why(error))
    finally:
        if waiting:
            stack.push(own)
        else:
            own.close()


# What reading a file raises that was cut off in the middle.
_DAMAGE = (EOFError, zlib.error, OSError, SyntaxError, UnicodeError)


def _why(error: BaseException) -> str:
    if isinstance(error, RefusedError | ValueRefusedError):
        return str(error)
    return "the file is damaged or cut off"


def _load_parts(pieces: list[_Piece], library: Library, order: Order) -> Iterator[Outcome]:
    pieces = sorted(pieces, key=lambda piece: piece.draft.part)
    numbers = [piece.draft.part for piece in pieces]
    if numbers != list(range(1, len(numbers) + 1)):
        why = "the parts of the release must be loaded together, each once; here: " + ", ".join(
            str(number) for number in numbers
        )
        outcome = Outcome("", Status.REFUSED, pieces[0].draft.kind.name, why=why)
    else:
        (outcome,) = _put([_prepared(pieces, library, order)], library, order)
    # The release is told once, with the rows of all its parts; the others follow without.
    for piece in pieces:
        yield msgspec.structs.replace(outcome, file=piece.told)
        if outcome.status is Status.LOADED:
            outcome = msgspec.structs.replace(outcome, rows=0, why="part of the release above")


class _Ready(msgspec.Struct, frozen=True):
    """A table that was read and judged, and is not yet in the library."""

    pieces: tuple[_Piece, ...]
    arrays: dict[str, Array]
    counts: tuple[int, ...]
    withheld: tuple[str, ...]


def _put(prepared: Sequence[_Ready | Outcome], library: Library, order: Order) -> Iterator[Outcome]:
    """Put the tables of a file into the library: all of them, or none where one is refused."""
    refused = any(isinstance(x, Outcome) and x.status is Status.REFUSED for x in prepared)
    for each in prepared:
        if isinstance(each, Outcome):
            yield each
        elif refused:
            why = "another table of the file is refused"
            draft = each.pieces[0].draft
            told = each.pieces[0].told
            yield Outcome(told, Status.REFUSED, draft.kind.name, draft.name, why=why)
        else:
            yield _added(each, library, order)


def _added(ready: _Ready, library: Library, order: Order) -> Outcome:
    first = ready.pieces[0]
    content = digest_of(ready.arrays)
    if same := _same(library, first.draft, content, ready.withheld):
        return _told(first, Status.ALREADY, same, "the same rows from another file")
    files = tuple(
        SourceFile(piece.told, piece.sha256, count)
        for piece, count in zip(ready.pieces, ready.counts, strict=True)
    )
    release = _release(first.draft, files, order, ready.withheld, content)
    return _told(first, Status.LOADED, library.add(first.draft.kind, ready.arrays, release))


def _prepared(pieces: Sequence[_Piece], library: Library, order: Order) -> _Ready | Outcome:
    """Read and judge a table; an outcome where it is there already or refused."""
    draft = pieces[0].draft
    kind = draft.kind
    withheld = tuple(owner for owner in kind.owners if owner not in order.licensed)
    if there := _there(library, pieces, withheld):
        return _told(pieces[0], Status.ALREADY, there)
    counts = [0] * len(pieces)
    try:
        rows = (row for n, piece in enumerate(pieces) for row in _counted(piece, counts, n))
        arrays = fill(kind, rows, order.licensed)
        _judge(draft, arrays, order)
    except (RefusedError, ValueRefusedError, *_DAMAGE) as error:
        return Outcome(pieces[0].told, Status.REFUSED, kind.name, draft.name, why=_why(error))
    return _Ready(tuple(pieces), arrays, tuple(counts), withheld)


def _release(
    draft: Draft,
    files: tuple[SourceFile, ...],
    order: Order,
    withheld: tuple[str, ...],
    content: str,
) -> Release:
    return Release(
        kind=draft.kind.name,
        name=draft.name,
        starts_on=draft.span[0],
        ends_on=draft.span[1],
        dating=draft.kind.dating.value,
        files=files,
        rows=0,
        licence=draft.kind.licence.value,
        loaded_at=order.loaded_at,
        withheld=withheld,
        content_sha256=content,
        rank=draft.rank,
    )


def _counted(piece: _Piece, counts: list[int], number: int) -> Iterator[Values]:
    for row in piece.draft.rows:
        counts[number] += 1
        yield row


def _told(piece: _Piece, status: Status, release: Release, why: str = "") -> Outcome:
    if not release.dated:
        why = "nobody says when it holds: name the day with --effective"
    return Outcome(
        piece.told,
        status,
        release.kind,
        release.name,
        release.starts_on,
        release.ends_on,
        release.rows,
        why,
    )


def _there(library: Library, pieces: Sequence[_Piece], withheld: tuple[str, ...]) -> Release | None:
    """Find the release that was made of the same files, with at least the same words."""
    draft = pieces[0].draft
    wanted = {piece.sha256 for piece in pieces}
    for release in library.releases(draft.kind.name):
        same = {file.sha256 for file in release.files} == wanted
        if same and release.starts_on == draft.span[0] and set(release.withheld) <= set(withheld):
            return release
    return None


def _same(
    library: Library, draft: Draft, content: str, withheld: tuple[str, ...]
) -> Release | None:
    """Find a release for the same days with the same rows: CMS ships tables as csv and as text."""
    for release in library.releases(draft.kind.name):
        span = release.starts_on, release.ends_on
        same = release.content_sha256 == content and release.withheld == withheld
        if same and span == draft.span:
            return release
    return None


def digest_of(arrays: Mapping[str, Array]) -> str:
    """Give a digest of the rows of a table."""
    digest = sha256()
    for name in sorted(set(arrays) - {KEY, PRESENT}):
        digest.update(name.encode())
        digest.update(memoryview(arrays[name].tobytes()))
    return digest.hexdigest()


def _judge(draft: Draft, arrays: Mapping[str, Array], order: Order) -> None:
    """Refuse a table that cannot be whole or is not what it says."""
    kind: Kind[Any] = draft.kind
    bounds = order.bounds.get(kind.name, kind.bounds)
    rows = len(arrays[KEY])
    if rows not in bounds:
        msg = (
            f"{rows:,} rows where a whole file has {bounds.least:,} to {bounds.most:,}: "
            "cut off, or not the file that it seems"
        )
        raise RefusedError(msg)
    codes = arrays[kind.key[0]]
    for landmark in bounds.landmarks:
        if not np.char.startswith(codes, landmark.encode()).any():
            msg = f"no code begins with {landmark}: the file is cut off"
            raise RefusedError(msg)
    if (arrays[KEY] < 0).any():
        msg = "codes with signs that no code has"
        raise RefusedError(msg)
    if draft.examine:
        draft.examine(arrays)
