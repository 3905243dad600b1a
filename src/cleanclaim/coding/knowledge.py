"""What suggestions stand on, opened once: the book, its terms, and what was learned."""

from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from cleanclaim.codes.icd10cm import CodeSet, bundled
from cleanclaim.codes.status import CodeStatus
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM, ICD10CM_INDEXES, ICD10CM_TABULAR
from cleanclaim.coding.encoder import installed_encoder
from cleanclaim.coding.lexicon.book import Book, bundled_book
from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.terms import Term, own_terms, terms_of_book, terms_of_indexes
from cleanclaim.coding.lexicon.vectors import (
    TermVectors,
    build_vectors,
    open_vectors,
    terms_with_vectors,
    vectors_path,
)
from cleanclaim.coding.ranking.ranker import Ranker, shipped_ranker

# Terms are kept under this; another way of reading them needs another number.
_READING = "2"


class Knowledge(msgspec.Struct, frozen=True):
    """The book and its terms, the codes by day, and the ranker and vectors if there are any."""

    book: Book
    lexicon: Lexicon
    codes: CodeSet
    library: Library | None = None
    ranker: Ranker | None = None
    vectors: TermVectors | None = None

    def status(self, code: str, on: date) -> tuple[CodeStatus, str]:
        """Tell what a code is on a day and by which release; unknown where none covers it."""
        table = self.library.in_force(ICD10CM, on) if self.library else None
        if table is None:
            return self.codes.status(code, on), self.codes.release
        row = table.row(code)
        if row is None:
            return CodeStatus.INVALID, table.release.name
        return (CodeStatus.VALID if row.billable else CodeStatus.HEADER), table.release.name

    def exists(self, code: str) -> bool:
        """Tell whether a code is billable in the release at hand, whatever the day."""
        return self.codes.status_in_release(code) is CodeStatus.VALID

    def with_terms(self, terms: Iterable[Term]) -> "Knowledge":
        """Add terms, such as those that an organization's coders accepted."""
        return msgspec.structs.replace(self, lexicon=Lexicon([*terms, *self.lexicon.terms]))


def open_knowledge(
    library: Library | None = None,
    folder: Path | None = None,
    *,
    building: Callable[[str], object] = len,
    ranked: bool = True,
) -> Knowledge:
    """Open what suggestions stand on; the tabular list comes with the program.

    A loaded ``library`` adds the alphabetic index and releases by day. ``folder`` keeps what
    was read, so that the next opening is fast; ``building`` is told when that takes a while.
    """
    book = (Book.of_library(library) if library else None) or bundled_book()
    terms = _kept_terms(book, library, folder, building)
    ranker = shipped_ranker() if ranked else None
    lexicon = Lexicon(terms)
    return Knowledge(book, lexicon, bundled(), library, ranker, _vectors(book, lexicon, folder))


def _vectors(book: Book, lexicon: Lexicon, folder: Path | None) -> TermVectors | None:
    """Open the vectors that ``prepare`` built for this book."""
    if folder is None or not any(folder.glob("vectors-*.npy")):
        return None
    terms = terms_with_vectors(book, lexicon)
    return open_vectors(terms, vectors_path(folder, terms))


def prepare(knowledge: Knowledge, folder: Path) -> Path:
    """Build the vectors of the terms in a folder, where they are missing; takes minutes."""
    terms = terms_with_vectors(knowledge.book, knowledge.lexicon)
    path = vectors_path(folder, terms)
    if not path.exists():
        build_vectors(terms, installed_encoder(), path)
    return path


def _kept_terms(
    book: Book, library: Library | None, folder: Path | None, building: Callable[[str], object]
) -> list[Term]:
    """Read the terms from where they are kept, or make them and keep them."""
    path = folder / f"terms-{_digest(library)}.msgpack" if folder else None
    if path is not None:
        try:
            return msgspec.msgpack.decode(path.read_bytes(), type=list[Term])
        except (OSError, msgspec.DecodeError):
            building("terms")
    terms = [*own_terms(book), *terms_of_book(book)]
    if library is not None:
        terms += terms_of_indexes(library, book)
    if path is not None:
        _keep(path, msgspec.msgpack.encode(terms))
    return terms


def _digest(library: Library | None) -> str:
    """Name the terms by what they are made from."""
    kinds: tuple[Kind[Any], ...] = (ICD10CM_TABULAR, *ICD10CM_INDEXES.values())
    tables = [library.newest(kind) for kind in kinds] if library else []
    made_from = [_READING, bundled().release, *(str(table.folder) for table in tables if table)]
    for name in ("phrases.txt", "words.txt", "abbreviations.txt"):
        made_from.append(sha256(_own(name)).hexdigest())
    return sha256("\n".join(made_from).encode()).hexdigest()[:16]


def _own(name: str) -> bytes:
    return Path(__file__).with_name("lexicon").joinpath(name).read_bytes()


def _keep(path: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that readers see all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(path)
