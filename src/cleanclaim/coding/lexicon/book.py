"""The tabular list as coders use it: titles, what is below a code, sides, seventh characters."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Self

from cleanclaim.codes.loaders.bundled import bundled_files
from cleanclaim.codes.loaders.icd10_xml import tabular
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM_NOTES, ICD10CM_TABULAR
from cleanclaim.coding.lexicon.words import plain_words
from cleanclaim.kernel.spans import Span

SIDES = ("right", "left", "bilateral", "unspecified")
_SIDE = re.compile(r"\b(right|left|bilateral|unspecified)\b", re.IGNORECASE)
_SIDE_WORDS = frozenset({"right", "left", "bilater", "unilater", "unspecifi"})
_UNSPECIFIED = re.compile(r"\bunspecified\b|\bNOS\b", re.IGNORECASE)
_LENGTH, _FILLER = 7, "X"
Rows = Iterable[tuple[str, ...]]


class Book:
    """One release of the tabular list.

    ``titles`` are of codes without their seventh character; ``release`` names it, ``span`` is
    when it is in force.
    """

    def __init__(self, entries: Rows, notes: Rows, release: str, span: Span) -> None:
        self.release, self.span = release, span
        self.titles: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._below: dict[str, list[str]] = {}
        self._notes: dict[str, list[tuple[str, str]]] = {}
        self._sevenths: dict[str, dict[str, str]] = {}
        for code, parent, section, title in entries:
            self._add(code, parent or section, title)
        for code, note, character, words in notes:
            if character:
                self._sevenths.setdefault(code, {})[character] = words
            else:
                self._notes.setdefault(code, []).append((note, words))
        self._sides = self._sided()

    def _add(self, code: str, above: str, title: str) -> None:
        if len(code) >= 3 and "-" not in code:
            # A section of one category is called as that.
            above = above if above != code else ""
            self.titles[code] = title
            self._parents[code] = above
            self._below.setdefault(above, []).append(code)

    def _sided(self) -> dict[str, dict[str, str]]:
        """Group codes whose titles differ by the side alone, within a category."""
        groups: dict[tuple[str, frozenset[str]], dict[str, str]] = {}
        found = {}
        for code, title in self.titles.items():
            side = _SIDE.search(title)
            if side and code not in self._below:
                key = code[:3], frozenset(plain_words(title)) - _SIDE_WORDS
                found[code] = groups.setdefault(key, {})
                found[code].setdefault(_named_side(title), code)
        return {code: group for code, group in found.items() if len(group) > 1}

    def is_header(self, code: str) -> bool:
        """Tell whether there are codes below."""
        return code in self._below

    def parent(self, code: str) -> str:
        """Give the code above; a section for a category, "" for what the book lacks."""
        return self._parents.get(code, "")

    def below(self, code: str) -> list[str]:
        """Give the codes directly below."""
        return self._below.get(code, [])

    def sides(self, code: str) -> dict[str, str]:
        """Give the codes of the same condition by side; empty where the side makes no code."""
        return self._sides.get(code, {})

    def resolved(self, code: str) -> str:
        """Give the code that a header means where nothing more is told; "" where none does."""
        while code in self._below:
            code = self._usual(self._below[code])
        return code if code in self.titles else ""

    def _usual(self, below: list[str]) -> str:
        if len(below) == 1:
            return below[0]
        usual = min(below, key=self._unusual)
        return usual if _UNSPECIFIED.search(self.titles[usual]) or usual[-1] == "9" else ""

    def _unusual(self, code: str) -> tuple[bool, bool, bool, bool, str]:
        """Order codes by how little they say beside the condition that stands above them."""
        title = self.titles[code].lower()
        with_more = " with " in title
        unspecified = _UNSPECIFIED.search(title) is not None and not with_more
        return not unspecified, "other" in title, with_more, code[-1] != "9", code

    def sevenths(self, code: str) -> dict[str, str]:
        """Give the seventh characters that a code asks for; the nearest definition holds."""
        at = code
        while at:
            if at in self._sevenths:
                return self._sevenths[at]
            at = self._parents.get(at, "")
        return {}

    def extended(self, code: str, character: str) -> str:
        """Add a seventh character, with the X that fills the gap."""
        return code.ljust(_LENGTH - 1, _FILLER) + character

    def notes(self, code: str) -> list[tuple[str, str, str]]:
        """Give the notes that hold for a code as (where, kind, words), its own first."""
        found = []
        at = code
        while at:
            found += [(at, kind, words) for kind, words in self._notes.get(at, ())]
            at = self._parents.get(at, "")
        return found

    def own_terms(self) -> Iterable[tuple[str, str]]:
        """Give the inclusion terms of codes."""
        for code, notes in self._notes.items():
            if code in self.titles:
                yield from ((code, words) for kind, words in notes if kind == "inclusion")

    @classmethod
    def of_library(cls, library: Library) -> Self | None:
        """Open the newest list that was loaded; None without one."""
        entries, notes = library.newest(ICD10CM_TABULAR), library.newest(ICD10CM_NOTES)
        if entries is None or notes is None:
            return None
        names = ("code", "parent", "section", "title")
        release = entries.release
        span = Span(release.starts_on or date.min, release.ends_on)
        rows = zip(*(entries.texts(name) for name in names), strict=True)
        told = ("code", "note", "character", "words")
        return cls(
            rows, zip(*(notes.texts(name) for name in told), strict=True), release.name, span
        )


def _named_side(title: str) -> str:
    """Name the side that a title tells; "unspecified" counts only where no other does."""
    told = [match.lower() for match in _SIDE.findall(title)]
    return next((each for each in told if each != "unspecified"), "unspecified")


@cache
def bundled_book() -> Book:
    """Read the list of the package simple-icd-10-cm, once a process."""
    path = next(each for each in bundled_files() if each.suffix == ".xml")
    with path.open("rb") as file:
        entries, notes = tabular(file, Told(path.name))
    rows = ((row[0], row[1], row[3], row[5]) for row in entries.rows)
    starts_on, ends_on = entries.span
    return Book(
        rows,  # type: ignore[arg-type]
        notes.rows,  # type: ignore[arg-type]
        entries.name,
        Span(starts_on or date.min, ends_on),
    )
