"""The file as it stands: its elements by their numbers, asked by kind."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec

from cleanclaim.credentialing.files.elements import (
    Board,
    Cover,
    Dea,
    Disclosure,
    Education,
    ElementKind,
    FileElement,
    GapReason,
    Identity,
    Licence,
    OtherName,
    Taxonomy,
    Training,
    Work,
    kind_of,
)

Kind = TypeVar(
    "Kind",
    Board,
    Cover,
    Dea,
    Disclosure,
    Education,
    GapReason,
    Identity,
    Licence,
    OtherName,
    Taxonomy,
    Training,
    Work,
)


class Entry(msgspec.Struct, frozen=True):
    """An element under its number in the file, at the version it has now."""

    number: int
    element: FileElement
    version: int = 1

    @property
    def kind(self) -> ElementKind:
        """Give what the element is."""
        return kind_of(self.element)

    @property
    def place(self) -> str:
        """Name the element without what stands in it."""
        return f"{self.kind.value} {self.number}"


class DocumentKind:
    """Kinds of documents, by the names they are kept under."""

    LICENCE = "licence"
    DEA = "dea"
    COVER = "cover"
    BOARD = "board"
    W9 = "w9"
    CV = "cv"
    EVIDENCE = "evidence"
    OTHER = "other"


DOCUMENT_KINDS = ("licence", "dea", "cover", "board", "w9", "cv", "evidence", "other")


class HeldDocument(msgspec.Struct, frozen=True):
    """A document of the file by kind; ``ends_on`` None where it does not expire."""

    kind: str
    sha256: str
    ends_on: date | None = None


def pick(entries: Iterable[Entry], kind: type[Kind]) -> list[tuple[Entry, Kind]]:
    """Give the elements of one type with the entries they stand in."""
    return [(each, each.element) for each in entries if isinstance(each.element, kind)]
