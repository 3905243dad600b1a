"""Finding and opening what may be a reference file: folders, archives, text of any encoding."""

import codecs
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TextIO

import msgspec

# How deep archives may lie in archives: CMS nests two deep.
_NESTED_MAX = 3
_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as Windows does, and as Latin-1 where that has none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    try:
        return piece.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return piece.decode("latin-1"), error.end


codecs.register_error("cleanclaim.cp1252", _as_cp1252)


class Source(msgspec.Struct, frozen=True):
    """A file, or a file in an archive.

    ``name`` is its own name; ``within`` are the names of the archives and the folder around
    it, the nearest first: they may tell what the name does not.
    """

    name: str
    within: tuple[str, ...]
    open: Callable[[], BinaryIO]

    @property
    def told(self) -> str:
        """Name the file with the archive that it lies in."""
        archives = [each for each in self.within if each.lower().endswith(".zip")]
        return ":".join([*reversed(archives), self.name])

    def digest(self) -> str:
        """Give the SHA-256 of the bytes."""
        digest = sha256()
        with self.open() as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def text(self) -> TextIO:
        """Open the file as text: UTF-8, UTF-16 with a mark, Windows' bytes among the UTF-8."""
        raw = self.open()
        file: BinaryIO = raw
        if self.name.lower().endswith(".gz"):
            unzipped = gzip.GzipFile(fileobj=raw)
            # Closed together with what it reads from.
            unzipped.myfileobj = raw  # type: ignore[assignment]
            file = unzipped  # type: ignore[assignment]
        buffered = io.BufferedReader(file, _BLOCK)  # type: ignore[type-var]
        start = buffered.peek(4)[:4]
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        return io.TextIOWrapper(buffered, marked, "cleanclaim.cp1252", newline="")


class Unopenable(msgspec.Struct, frozen=True):
    """An archive that cannot be opened."""

    name: str
    why: str


def sources(path: Path) -> Iterator[Source | Unopenable]:
    """Give every file of a path: itself, a folder's, an archive's, and archives in archives."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and not any(part.startswith(".") for part in each.parts[-2:]):
                yield from _unpacked(_plain(each), 0)
    else:
        yield from _unpacked(_plain(path), 0)


def _plain(path: Path) -> Source:
    return Source(path.name, (path.absolute().parent.name,), lambda: path.open("rb"))


def _unpacked(source: Source, depth: int) -> Iterator[Source | Unopenable]:
    if not source.name.lower().endswith(".zip") or depth >= _NESTED_MAX:
        yield source
        return
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, EOFError, OSError):
        yield Unopenable(source.told, "the archive is damaged or cut off")
        return
    for name in sorted(names):
        yield from _unpacked(_member(source, name), depth + 1)


def _member(archive: Source, name: str) -> Source:
    return Source(
        name.rsplit("/", 1)[-1],
        (archive.name, *archive.within),
        lambda: io.BytesIO(_member_bytes(archive, name)),
    )


def _member_bytes(archive: Source, name: str) -> bytes:
    # A member of an official archive fits in memory; NPPES is handed over unpacked.
    with archive.open() as file, zipfile.ZipFile(file) as opened:
        return opened.read(name)
