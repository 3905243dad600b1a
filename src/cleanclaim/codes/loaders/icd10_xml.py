"""ICD-10-CM as XML: the tabular list with its notes, and the indexes."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.etree import ElementTree as Xml

from cleanclaim.codes.store.dating import Told, fiscal_year, time_in
from cleanclaim.codes.store.formats import Draft, Span, Values, reads_xml
from cleanclaim.codes.store.sheets import RefusedError
from cleanclaim.codes.tables.diagnoses import ICD10CM_INDEXES, ICD10CM_NOTES, ICD10CM_TABULAR

# Notes of the list by the names of their elements.
_NOTES = {
    "includes": "includes",
    "inclusionTerm": "inclusion",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "notes": "note",
    "sevenChrNote": "seventh",
}


def _parsed(file: BinaryIO) -> Xml.Element:
    # An official file of the user's choice; expat limits the growth of entities.
    return Xml.parse(file).getroot()  # noqa: S314


def _release(root: Xml.Element, told: Told) -> tuple[str, Span]:
    """Read the fiscal year of the version, and April from the name."""
    version = (root.findtext("version") or "").strip()
    if not version.isdigit():
        msg = "the document does not say which year it is of"
        raise RefusedError(msg)
    named = time_in(told.name)
    year = int(version)
    if named and named.year not in {year, year - 1}:
        msg = f"its content is of {year}, its name says {named.year}"
        raise RefusedError(msg)
    month = 4 if named and named.month == 4 else 10
    return f"FY{year}" + (" April" if month == 4 else ""), fiscal_year(year, month)


# The tabular list


@reads_xml("ICD10CM.tabular")
def tabular(file: BinaryIO, told: Told) -> Iterable[Draft]:
    """Read the tabular list: an entry a chapter, section and code; a row a note."""
    root = _parsed(file)
    name, span = _release(root, told)
    reader = _Tabular()
    reader.read(root)
    kind = ICD10CM_TABULAR
    yield Draft(kind, f"{kind.title} {name}", span, reader.entries)
    yield Draft(ICD10CM_NOTES, f"{ICD10CM_NOTES.title} {name}", span, reader.notes)


class _Tabular:
    """Walks the list and collects its entries and notes."""

    def __init__(self) -> None:
        self.entries: list[Values] = []
        self.notes: list[Values] = []
        self.chapter = ""

    def read(self, root: Xml.Element) -> None:
        for chapter in root.iter("chapter"):
            self.chapter = (chapter.findtext("name") or "").strip()
            self._entry(self.chapter, "", "", chapter)
            for section in chapter.iter("section"):
                self._section(section)

    def _section(self, section: Xml.Element) -> None:
        name = section.get("id") or ""
        self._entry(name, "", name.replace("-", "")[:6], section)
        for diag in section.findall("diag"):
            self._diagnosis(diag, "", name.replace("-", "")[:6])

    def _diagnosis(self, diag: Xml.Element, parent: str, section: str) -> None:
        code = (diag.findtext("name") or "").replace(".", "").strip()
        self._entry(code, parent, section, diag)
        for below in diag.findall("diag"):
            self._diagnosis(below, code, section)

    def _entry(self, code: str, parent: str, section: str, element: Xml.Element) -> None:
        title = element.findtext("desc") or ""
        place = len(self.entries)
        self.entries.append((code, parent, self.chapter, section, place, title))
        for below in element:
            if below.tag == "sevenChrDef":
                self._seventh(code, below)
            elif note := _NOTES.get(below.tag):
                words = (_words(each) for each in below.iter("note"))
                self.notes.extend((code, note, "", each) for each in words if each)

    def _seventh(self, code: str, element: Xml.Element) -> None:
        for extension in element.iter("extension"):
            self.notes.append((code, "seventh", extension.get("char") or "", _words(extension)))


def _words(element: Xml.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


# Indexes


@reads_xml("ICD10CM.index")
def index(file: BinaryIO, told: Told) -> Iterable[Draft]:
    """Read an index: main, external causes, or the tables of neoplasms and drugs."""
    root = _parsed(file)
    name, span = _release(root, told)
    heads = {head.get("col") or "": _words(head) for head in root.iter("head")}
    title = (root.findtext("title") or "").lower()
    kind = ICD10CM_INDEXES[_which(heads, title)]
    rows = [row for term in root.iter("mainTerm") for row in _terms(term, "", heads)]
    yield Draft(kind, f"{kind.title} {name}", span, rows)


def _which(heads: dict[str, str], title: str) -> str:
    first = heads.get("1", "").lower()
    if "substance" in first:
        return "drug"
    if "neoplasm" in first:
        return "neoplasm"
    return "external" if "external" in title else "main"


def _terms(element: Xml.Element, above: str, heads: dict[str, str]) -> Iterator[Values]:
    """Give the lines of a term and of those below it, each with its whole path."""
    title = element.find("title")
    words = _words(title) if title is not None else ""
    path = f"{above}, {words}" if above else words
    see = element.findtext("see") or element.findtext("seeAlso") or ""
    for code, column in _codes(element, heads):
        yield code, path, column, see
    for below in element.findall("term"):
        yield from _terms(below, path, heads)


def _codes(element: Xml.Element, heads: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give the codes of a line with the heads of their columns; a dash leaves a code open."""
    for code in element.findall("code"):
        yield _plain(code), ""
    for cell in element.findall("cell"):
        if re.match(r"[A-Z][0-9A-Z]{2}", cell.text or ""):
            yield _plain(cell), heads.get(cell.get("col") or "", "")


def _plain(element: Xml.Element) -> str:
    return re.sub(r"[^A-Z0-9]", "", (element.text or "").strip())[:7]
