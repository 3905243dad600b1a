"""Searching the code systems of a library, and telling what a code is."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from cleanclaim.codes.icd10cm import dotted, undotted
from cleanclaim.codes.search.index import Index, Scores, build, opened, write
from cleanclaim.codes.search.systems import SYSTEMS, System, Tables
from cleanclaim.codes.search.words import variants, words_of
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM, ICD10CM_NOTES, ICD10CM_TABULAR
from cleanclaim.codes.tabular import HeldNote, TabularList

# Indexes are made from releases and can be made again; releases never change.
_FOLDER = ".search"
_CODE = re.compile(r"[A-Z]{0,2}\d[0-9A-Z.]*|[A-Z][0-9A-Z]{1,2}(?:\.[0-9A-Z]*)?", re.IGNORECASE)
# A billable code answers a biller's question better than its header.
_BILLABLE = 1.08


class Hit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code that was found; ``billable`` is None where the system has no headers.

    ``starts_on`` and ``ends_on`` are the code's own days where its table has them, or the
    release's.
    """

    system: str
    code: str
    title: str
    score: float
    billable: bool | None
    release: str
    starts_on: date | None = None
    ends_on: date | None = None


class Step(msgspec.Struct, frozen=True):
    """An entry above or below a code."""

    code: str
    title: str


class Explained(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code with its place in the hierarchy and the notes that hold for it."""

    hit: Hit
    above: tuple[Step, ...] = ()
    below: tuple[Step, ...] = ()
    sevenths: dict[str, str] = {}
    notes: tuple[HeldNote, ...] = ()


class Encoder:
    """Searches the systems of a library on a day, or in their newest releases.

    ``exact`` is the score of a code that was asked for itself. ``building`` is told the name
    of a system whose index must be made first, which takes seconds once a release.
    """

    exact = 1000.0

    def __init__(
        self,
        library: Library,
        on: date | None = None,
        building: Callable[[str], object] = len,
    ) -> None:
        self.library = library
        self.on = on
        self.building = building
        self._tables: dict[str, Tables] = {}
        self._indexes: dict[str, Index] = {}

    def systems(self) -> list[str]:
        """Name the systems that can be searched."""
        return [name for name in SYSTEMS if self.tables(name)]

    def tables(self, name: str) -> Tables:
        """Give the open tables of a system; none where its codes are not loaded."""
        if name not in self._tables:
            self._tables[name] = SYSTEMS[name].tables(self.library, self.on)
        return self._tables[name]

    def index(self, name: str) -> Index:
        """Open the index of a system, made when it is missing."""
        if name not in self._indexes:
            self._indexes[name] = self._opened(SYSTEMS[name])
        return self._indexes[name]

    def _opened(self, system: System) -> Index:
        folder = self._folder(system.name)
        found = opened(folder)
        if found is None:
            self.building(system.name)
            arrays = build(system.documents(self.tables(system.name)))
            write(folder, arrays)
            found = Index(arrays)
        return found

    def _folder(self, name: str) -> Path:
        folders = sorted(str(table.folder) for table in self.tables(name).values())
        digest = sha256("\n".join(folders).encode()).hexdigest()[:16]
        return self.library.folder / _FOLDER / f"{name}-{digest}"

    # Searching

    def search(self, text: str, systems: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """Find codes by words or by how they begin, the best first."""
        chosen = [name for name in systems or self.systems() if self.tables(name)]
        found = [hit for name in chosen for hit in self._of_system(name, text, limit)]
        found.sort(key=lambda each: (-each[2], each[1]))
        return [self._hit(*each) for each in found[:limit]]

    def _of_system(self, name: str, text: str, limit: int) -> Iterator[tuple[str, str, float]]:
        index = self.index(name)
        plain = undotted(text.strip())
        if _CODE.fullmatch(text.strip()) and len(begun := index.beginning(plain)):
            for number in begun[:limit].tolist():
                code = bytes(index.codes[number]).decode()
                # Whole codes before longer ones, all of them before what words find.
                yield name, code, self.exact - (len(code) - len(plain))
            return
        yield from self._by_words(name, index, text, limit)

    def _by_words(
        self, name: str, index: Index, text: str, limit: int
    ) -> Iterator[tuple[str, str, float]]:
        words = words_of(text)
        if not words:
            return
        scores = np.max([index.scores(each) for each in variants(words)], axis=0)
        scores = self._preferred(name, index, scores)
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        for number in best.tolist():
            if scores[number] > 0:
                yield name, bytes(index.codes[number]).decode(), float(scores[number])

    def _preferred(self, name: str, index: Index, scores: Scores) -> Scores:
        """Put billable codes before headers of the same words."""
        table = self.tables(name).get(ICD10CM.name)
        if table is None or len(table) != len(index.codes):
            return scores
        return scores * np.where(table.array("billable"), _BILLABLE, 1.0)

    def _hit(self, name: str, code: str, score: float) -> Hit:
        system, tables = SYSTEMS[name], self.tables(name)
        table = tables[system.main.name]
        row = table.row(code, on=self.on) or table.row(code)
        release = table.release
        own = [
            getattr(row, column) if column else None
            for column in (table.kind.starts, table.kind.ends)
        ]
        return Hit(
            system=name,
            code=dotted(code) if name == "icd10cm" else code,
            title=system.titles(tables, code),
            score=round(score, 3),
            billable=getattr(row, "billable", None),
            release=release.name,
            starts_on=own[0] or release.starts_on,
            ends_on=own[1] or release.ends_on,
        )

    # Explaining

    def explain(self, code: str, system: str = "icd10cm") -> Explained | None:
        """Tell what a code is: what stands above and below it, and the notes that hold."""
        plain = undotted(code)
        tables = self.tables(system)
        if not tables or tables[SYSTEMS[system].main.name].row(plain) is None:
            return None
        hit = self._hit(system, plain, 0.0)
        entries, notes = tables.get(ICD10CM_TABULAR.name), tables.get(ICD10CM_NOTES.name)
        if not entries or not notes:
            return Explained(hit)
        listed = TabularList(entries, notes)
        return Explained(
            hit,
            tuple(Step(dotted_entry(each.code), each.title) for each in listed.above(plain)),
            tuple(Step(dotted_entry(each.code), each.title) for each in listed.below(plain)),
            listed.sevenths(plain),
            tuple(
                HeldNote(dotted_entry(each.at), each.note, each.words)
                for each in listed.notes(plain)
            ),
        )


def dotted_entry(code: str) -> str:
    """Write a code with its dot, and chapters and sections as they are."""
    return code if "-" in code or code.isdigit() else dotted(code)
