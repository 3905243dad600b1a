"""ICD-10-CM and ICD-10-PCS: codes, notes of the tabular list, terms of the indexes."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Diagnosis, Whole, Words, Yes
from cleanclaim.codes.store.kinds import Bounds, Kind

# Chapters are numbers and sections are ranges: "A00-A09".
Entry = Annotated[str, Code(7)]


class DiagnosisCode(msgspec.Struct, frozen=True):
    """A code of ICD-10-CM without dot; a header is not billable."""

    code: Diagnosis
    billable: Yes
    short: Words
    title: Words


class TabularEntry(msgspec.Struct, frozen=True):
    """A chapter, section, category or code of the tabular list, with what stands above it.

    ``chapter`` is a number, ``section`` the first three characters of both ends ("A00A09"),
    ``parent`` a code or "" directly under a section. ``extended`` codes need a seventh
    character, which a note names; ``place`` counts in the order of the book.
    """

    code: Entry
    parent: Entry
    chapter: Annotated[str, Code(2, digits=True)]
    section: Annotated[str, Code(6)]
    place: Whole
    title: Words


class TabularNote(msgspec.Struct, frozen=True):
    """A note of the tabular list at the entry where it stands; it holds for all entries below.

    ``note`` is one of: includes, inclusion, excludes1, excludes2, code_first,
    use_additional, code_also, note, seventh (``character`` and its meaning).
    """

    code: Entry
    note: Words
    character: Annotated[str, Code(1)]
    words: Words


class ProcedureCode(msgspec.Struct, frozen=True):
    """A code of ICD-10-PCS; a header is not billable."""

    code: Annotated[str, Code(7)]
    billable: Yes
    short: Words
    title: Words


class IndexTerm(msgspec.Struct, frozen=True):
    """A line of an ICD-10-CM index: the whole path of its terms, and the code it leads to.

    ``column`` is the head of a column in the tables of neoplasms and drugs.
    """

    code: Diagnosis
    term: Words
    column: Words
    see: Words


# Every chapter of the book, and its last code; U came later.
_LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTVWXYZ")
_PROCEDURES = tuple("0123456789BCDFGHX")
ICD10CM = Kind(
    "icd10cm",
    DiagnosisCode,
    title="ICD-10-CM codes",
    key=("code",),
    bounds=Bounds(69_000, 110_000, (*_LETTERS, "Z9989")),
    edits=("diagnoses",),
)
ICD10CM_TABULAR = Kind(
    "icd10cm_tabular",
    TabularEntry,
    title="ICD-10-CM tabular list",
    key=("code",),
    bounds=Bounds(40_000, 60_000, (*_LETTERS, "Z9989")),
    edits=("tabular", "search"),
)
ICD10CM_NOTES = Kind(
    "icd10cm_notes",
    TabularNote,
    title="ICD-10-CM notes of the tabular list",
    key=("code",),
    bounds=Bounds(20_000, 60_000, (*_LETTERS, "Z99")),
    edits=("tabular", "search"),
)


def _index(which: str, title: str) -> Kind[IndexTerm]:
    return Kind(
        f"icd10cm_index_{which}",
        IndexTerm,
        title=f"ICD-10-CM index, {title}",
        key=("code",),
        bounds=Bounds(1_000, 200_000),
        edits=("search",),
    )


ICD10CM_INDEXES = {
    "main": _index("main", "diseases and injuries"),
    "external": _index("external", "external causes"),
    "neoplasm": _index("neoplasm", "neoplasms"),
    "drug": _index("drug", "drugs and chemicals"),
}
ICD10PCS = Kind(
    "icd10pcs",
    ProcedureCode,
    title="ICD-10-PCS codes",
    key=("code",),
    bounds=Bounds(70_000, 110_000, _PROCEDURES),
    edits=("search",),
)
