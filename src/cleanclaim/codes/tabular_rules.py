"""What the ICD-10-CM tabular list lets stand together and in which order, by its notes."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Self

import msgspec
import numpy as np

from cleanclaim.codes.code_ranges import CodeRange, ranges_in
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.columns import Code
from cleanclaim.codes.store.keys import LAST, Integers, pack
from cleanclaim.codes.tables.diagnoses import TabularEntry, TabularNote
from cleanclaim.codes.tabular import HeldNote, TabularList

_REMEMBERED_MAX = 65_536
_DIAGNOSIS = Code(7)
# The notes that are read.
_TELLING = {"excludes1", "code_first"}
_EXTERNAL_CAUSES = "20"  # the chapter of the list
_MANIFESTATION = re.compile(
    r"\bin (?:other (?:specified )?)?diseases classified elsewhere", re.IGNORECASE
)
# Conditions that not every patient has, and lists that end in the middle.
_OPEN = re.compile(r"\bunless\b|\bif\b", re.IGNORECASE)
_UNDERLYING = re.compile(
    r"(?:the )?underlying\b|\([A-Z]\d\d-[A-Z]\d\d\) to identify", re.IGNORECASE
)
# Some notes are about adverse effects alone: the fifth or sixth character of a drug's code says so.
_ADVERSE = re.compile(r"\bfor adverse effects?\b", re.IGNORECASE)
_ADVERSE_EFFECTS = CodeRange("A", "Z", (5, 6), "5", "5")
_SIDES = {"right", "left"}
_WORD = re.compile(r"\w+")
_UNSPECIFIED = re.compile(r"\bunspecified\b")


class Bounds(msgspec.Struct, frozen=True):
    """Ranges of codes by their packed keys, to be looked up among many codes at once.

    A code between ``firsts`` and ``lasts`` may be in a range; conditions are not in them.
    """

    firsts: Integers
    lasts: Integers

    @classmethod
    def of(cls, notes: Iterable[str]) -> Self:
        """Give the bounds of the ranges in the words of notes."""
        ends = [end for words in notes for end in _ends_in(words)]
        both = np.array(ends, np.int64).reshape(len(ends), 2)
        return cls(both[:, 0], both[:, 1])


@lru_cache(_REMEMBERED_MAX)
def _ends_in(words: str) -> tuple[tuple[int, int], ...]:
    """Pack the ends of the ranges of a note; a last code stands for all that begin with it."""
    return tuple(
        (
            pack((_DIAGNOSIS,), (each.first,)),
            pack((_DIAGNOSIS,), (each.last.ljust(_DIAGNOSIS.width, LAST),)),
        )
        for each in ranges_in(words)
    )


_NOTHING = Bounds.of(())


class Excluding(msgspec.Struct, frozen=True):
    """Codes that a note (Excludes1) at an entry keeps away."""

    at: str
    ranges: tuple[CodeRange, ...]

    def keeps_away(self, code: str) -> bool:
        """Tell whether the note names a code."""
        return any(code in each for each in self.ranges)


class CodeRules(msgspec.Struct, frozen=True):
    """What the list says of one code.

    ``first`` are the codes that stand before it where they are told too; ``underlying`` codes
    have something before them in any case. A ``side`` is what the title names, right or left;
    ``sides_exist`` marks an unspecified code that has a right and a left one beside it.
    """

    code: str
    excluding: tuple[Excluding, ...] = ()
    first: tuple[CodeRange, ...] = ()
    underlying: bool = False
    manifestation: bool = False
    external: bool = False
    side: str = ""
    sides_exist: bool = False
    excluded_bounds: Bounds = _NOTHING
    first_bounds: Bounds = _NOTHING

    def comes_after(self, code: str) -> bool:
        """Tell whether the other code stands before this one where both are told."""
        return any(code in each for each in self.first) and code[:3] != self.code[:3]

    def excluded_at(self, other: "CodeRules") -> str:
        """Name the entry whose note keeps the other code away; "" where none does.

        A note is not about two codes that it names both, nor about two sides of a body.
        """
        if self.side and other.side and self.side != other.side:
            return ""
        for each in self.excluding:
            if each.keeps_away(other.code) and not each.keeps_away(self.code):
                return each.at
        return ""


class TabularRules:
    """One release of the list, asked by edits; what it says of a code is remembered."""

    def __init__(self, entries: Table[TabularEntry], notes: Table[TabularNote]) -> None:
        self.list = TabularList(entries, notes)
        self.release = entries.release.name
        self._rules: dict[str, CodeRules] = {}
        self._pairs: dict[tuple[str, str], str] = {}
        self._held: dict[str, tuple[HeldNote, ...]] = {}

    def of(self, code: str) -> CodeRules:
        """Give what the list says of a code; of one that it lacks it says nothing."""
        found = self._rules.get(code)
        if found is None:
            if len(self._rules) >= _REMEMBERED_MAX:
                self._rules.clear()
            found = self._rules[code] = self._read(code)
        return found

    def excluded_at(self, one: str, other: str) -> str:
        """Name the entry with a note by which two codes exclude each other; "" for none."""
        found = self._pairs.get((one, other))
        if found is None:
            if len(self._pairs) >= _REMEMBERED_MAX:
                self._pairs.clear()
            first, second = self.of(one), self.of(other)
            found = first.excluded_at(second) or second.excluded_at(first)
            self._pairs[one, other] = found
        return found

    def _read(self, code: str) -> CodeRules:
        entry = self.list.entry(code)
        if entry is None:
            return CodeRules(code)
        notes = self._notes(entry)
        first = list(_code_first(code, notes))
        excluding = tuple(_excluding(notes))
        before = tuple(each for words in first for each in ranges_in(words))
        return CodeRules(
            code,
            excluding,
            before,
            underlying=any(_UNDERLYING.match(w) and not _OPEN.search(w) for w in first),
            manifestation=_MANIFESTATION.search(entry.title) is not None,
            external=entry.chapter.lstrip("0") == _EXTERNAL_CAUSES,
            side=_side(entry.title),
            sides_exist=self._sides_exist(entry),
            excluded_bounds=Bounds.of(_excluding_words(notes)),
            first_bounds=Bounds.of(first),
        )

    def _notes(self, entry: TabularEntry) -> tuple[HeldNote, ...]:
        """Give the notes that hold for an entry; what stands above it is read once for all."""
        found = self._held.get(entry.code)
        if found is None:
            parent = self.list.entry(entry.parent) if entry.parent else None
            if parent is None:
                read = self.list.notes(entry.code)
            else:
                read = [*self.list.own_notes(entry.code), *self._notes(parent)]
            found = tuple(each for each in read if each.note in _TELLING)
            self._held[entry.code] = found
        return found

    def _sides_exist(self, entry: TabularEntry) -> bool:
        """Tell whether "unspecified" in a title is "right" and "left" in titles beside it."""
        title = entry.title.lower()
        places = [match.span() for match in _UNSPECIFIED.finditer(title)]
        if not places or not entry.parent:
            return False
        entries = self.list.entries
        beside = {entries.at(row).title.lower() for row in entries.beginning(entry.parent)}
        return any(
            all(f"{title[:start]}{side}{title[end:]}" in beside for side in _SIDES)
            for start, end in places
        )


def _excluding(notes: tuple[HeldNote, ...]) -> Iterator[Excluding]:
    for note in notes:
        if _excludes(note) and (ranges := ranges_in(note.words)):
            yield Excluding(note.at, ranges)


def _excluding_words(notes: tuple[HeldNote, ...]) -> Iterator[str]:
    return (note.words for note in notes if _excludes(note))


def _excludes(note: HeldNote) -> bool:
    return note.note == "excludes1" and not _OPEN.search(note.words)


def _code_first(code: str, notes: tuple[HeldNote, ...]) -> Iterator[str]:
    """Give the words of notes on what stands before the code, where they are about it."""
    first = [note for note in notes if note.note == "code_first"]
    conditional = {note.at for note in first if _ADVERSE.search(note.words)}
    for note in first:
        if note.at not in conditional or code in _ADVERSE_EFFECTS:
            yield note.words


def _side(title: str) -> str:
    """Give the one side that a title names; "" for none or both."""
    named = _SIDES & set(_WORD.findall(title.lower()))
    return named.pop() if len(named) == 1 else ""


@lru_cache(maxsize=4)
def tabular_rules(entries: Table[TabularEntry], notes: Table[TabularNote]) -> TabularRules:
    """Give the rules of a release that is open, the same object each time it is asked."""
    return TabularRules(entries, notes)
