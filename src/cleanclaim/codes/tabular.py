"""The tabular list of ICD-10-CM: what stands above and below a code, and the notes that hold."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Self

import msgspec
import numpy as np

from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import (
    ICD10CM_NOTES,
    ICD10CM_TABULAR,
    TabularEntry,
    TabularNote,
)


class HeldNote(msgspec.Struct, frozen=True):
    """A note that holds for a code, and the entry at which it stands."""

    at: str
    note: str
    words: str


def _title_of(
    code: str,
    own: Mapping[str, str],
    parents: Mapping[str, str],
    meanings: Mapping[str, Mapping[str, str]],
) -> str:
    """Give the title of a code, or of the code that it extends with what its seventh means."""
    if code in own or len(code) != 7:
        return own.get(code, "")
    stem = at = code[:6].rstrip("X")
    if stem not in own:
        return ""
    while at and at not in meanings:
        at = parents.get(at, "")
    meaning = meanings.get(at, {}).get(code[6], "")
    return f"{own[stem]}, {meaning}".removesuffix(", ")


class TabularList:
    """One release of the list, asked code by code."""

    def __init__(self, entries: Table[TabularEntry], notes: Table[TabularNote]) -> None:
        self.entries = entries
        self.notes_table = notes

    @classmethod
    def in_force(cls, library: Library, on: date) -> Self | None:
        """Open the list that holds on a day; None where none is loaded for it."""
        entries = library.in_force(ICD10CM_TABULAR, on)
        notes = library.in_force(ICD10CM_NOTES, on)
        return cls(entries, notes) if entries and notes else None

    @classmethod
    def newest(cls, library: Library) -> Self | None:
        """Open the last list that was loaded, whatever its days."""
        entries, notes = library.newest(ICD10CM_TABULAR), library.newest(ICD10CM_NOTES)
        return cls(entries, notes) if entries and notes else None

    def entry(self, code: str) -> TabularEntry | None:
        """Give the entry of a code, or of the code that it extends by a seventh character.

        The list has no entries for seventh characters, nor for the X that fills the gap.
        """
        row = self.entries.row(code)
        if row is not None or len(code) != 7:
            return row
        return self.entries.row(code[:6].rstrip("X"))

    def title(self, code: str) -> str:
        """Give the title of a code, with the meaning of its seventh character; "" for none."""
        entry = self.entry(code)
        if entry is None:
            return ""
        if entry.code == code:
            return entry.title
        meaning = self.sevenths(code).get(code[6], "")
        return f"{entry.title}, {meaning}".removesuffix(", ")

    def titles(self, codes: Iterable[str]) -> dict[str, str]:
        """Give the titles of many codes at once, as ``title`` does; "" for none."""
        entries, notes = self.entries, self.notes_table
        own = dict(zip(entries.texts("code"), entries.texts("title"), strict=True))
        parents = dict(zip(entries.texts("code"), entries.texts("parent"), strict=True))
        meanings: dict[str, dict[str, str]] = {}
        columns = (notes.texts(name) for name in ("code", "character", "words"))
        for at, character, words in zip(*columns, strict=True):
            if character:
                meanings.setdefault(at, {})[character] = words
        return {code: _title_of(code, own, parents, meanings) for code in codes}

    def above(self, code: str) -> list[TabularEntry]:
        """Give what stands above a code: its chapter first, its category and codes last."""
        entry = self.entry(code)
        found: list[TabularEntry] = []
        if entry is not None and entry.code != code:
            found.append(entry)
        while entry is not None and entry.parent:
            entry = self.entries.row(entry.parent)
            if entry is not None:
                found.append(entry)
        return [*self._around(found[-1] if found else entry, code), *reversed(found)]

    def _around(self, entry: TabularEntry | None, code: str) -> Iterator[TabularEntry]:
        """Give chapter and section of a category."""
        if entry is None:
            return
        section = f"{entry.section[:3]}-{entry.section[3:]}".rstrip("-")
        for name in (entry.chapter.lstrip("0"), section):
            # A section of one category is called as that.
            row = self.entries.row(name) if name not in {code, entry.code, ""} else None
            if row is not None:
                yield row

    def below(self, code: str) -> list[TabularEntry]:
        """Give the entries directly under a code."""
        parents = self.entries.array("parent")
        found = np.flatnonzero(parents == code.encode())
        rows = (self.entries.at(int(index)) for index in found)
        return sorted(rows, key=lambda row: row.place)

    def sevenths(self, code: str) -> dict[str, str]:
        """Give the seventh characters that a code asks for; the nearest definition holds."""
        for entry in (*reversed(self.above(code)), self.entry(code)):
            found = self._sevenths_at(code if entry is None else entry.code)
            if found:
                return found
        return {}

    def _sevenths_at(self, code: str) -> dict[str, str]:
        rows = self.notes_table.rows(code)
        return {row.character: row.words for row in rows if row.note == "seventh" and row.character}

    def notes(self, code: str) -> list[HeldNote]:
        """Give every note that holds for a code: its own first, then those from above.

        Definitions of seventh characters are left to ``sevenths``.
        """
        entry = self.entry(code)
        chain = [*self.above(code)]
        if entry is not None and entry not in chain:
            chain.append(entry)
        return [note for each in reversed(chain) for note in self.own_notes(each.code)]

    def own_notes(self, code: str) -> list[HeldNote]:
        """Give the notes that stand at an entry itself, without definitions of sevenths."""
        return [
            HeldNote(row.code, row.note, row.words)
            for row in self.notes_table.rows(code)
            if row.note != "seventh"
        ]
