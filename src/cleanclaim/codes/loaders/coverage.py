"""The Medicare coverage database: relational csv files, mapped by the names of their columns."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.loaders.ncci import label
from cleanclaim.codes.store.columns import read_day
from cleanclaim.codes.store.dating import Told, quarter_of
from cleanclaim.codes.store.formats import Draft, reads_rows
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables import coverage as tables

_VERSION = {"version": "articleversion"}
_ARTICLE = {"article": "articleid", **_VERSION}
_LCD = {"lcd": "lcdid", "version": "lcdversion"}
_CONTRACTOR = {"contractor": "contractorid", "type": "contractortypeid"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?/\d\d?/\d{4}.*")


class _File(msgspec.Struct, frozen=True):
    """A file of the database: what its header needs, the fields of a row, the first its key."""

    kind: Kind[Any]
    needed: Mapping[str, str]
    fields: tuple[str, ...]
    optional: Mapping[str, str] = {}
    key: str = r"\d{1,6}"
    dotted: str = ""


_FILES = (
    _File(
        tables.ARTICLES,
        _ARTICLE | {"display": "displayid", "title": "title", "starts": "articleeffdate"},
        ("article", "version", "display", "title", "status", "starts", "ends"),
        {"status": "status", "ends": "articleenddate"},
    ),
    _File(
        tables.ARTICLE_CONTRACTORS,
        _ARTICLE | _CONTRACTOR,
        ("article", "version", "contractor", "type"),
    ),
    _File(
        tables.ARTICLE_PROCEDURES,
        _ARTICLE | {"code": "hcpccodeid", "group": "hcpccodegroup", "one": "hcpccodeversion"},
        ("code", "article", "version", "group"),
        key=r"[A-Z0-9]{5}",
    ),
    _File(
        tables.ARTICLE_COVERED,
        _ARTICLE | {"code": "icd10codeid", "group": "icd10coveredgroup"},
        ("article", "code", "version", "group"),
        dotted="code",
    ),
    _File(
        tables.ARTICLE_NOT_COVERED,
        _ARTICLE | {"code": "icd10codeid", "group": "icd10noncoveredgroup"},
        ("article", "code", "version", "group"),
        dotted="code",
    ),
    _File(
        tables.ARTICLE_GROUPS,
        _ARTICLE | {"group": "icd10coveredgroup", "words": "paragraph"},
        ("article", "version", "group", "words", "asterisk"),
        {"asterisk": "icd10coveredast"},
    ),
    _File(
        tables.ARTICLE_MODIFIERS,
        _ARTICLE | {"modifier": "hcpcmodifier(?:code)?(?:id)?"},
        ("article", "version", "modifier", "group"),
        {"group": "hcpcmodifiergroup"},
    ),
    _File(
        tables.ARTICLE_REVENUE,
        _ARTICLE | {"code": "revenuecode(?:id)?"},
        ("article", "version", "code"),
    ),
    _File(
        tables.ARTICLE_BILLS,
        _ARTICLE | {"code": "billcode(?:id)?"},
        ("article", "version", "code"),
    ),
    _File(
        tables.CONTRACTORS,
        _CONTRACTOR
        | {"version": "contractorversion", "name": "contractorbusname"}
        | {"number": "contractornumber"},
        ("contractor", "type", "version", "name", "number"),
    ),
    _File(
        tables.JURISDICTIONS,
        _CONTRACTOR | {"version": "contractorversion", "state": "stateid"},
        ("contractor", "type", "version", "state", "starts", "ends"),
        {"starts": "activedate", "ends": "termdate"},
    ),
    _File(
        tables.STATES,
        {"state": "stateid", "letters": "stateabbrev", "name": "description"},
        ("state", "letters", "name"),
    ),
    _File(
        tables.DETERMINATIONS,
        _LCD | {"display": "displayid", "title": "title", "starts": "origdeteffdate"},
        ("lcd", "version", "display", "title", "status", "starts", "ends"),
        {"status": "status", "ends": "entdetenddate"},
    ),
    _File(
        tables.DETERMINATION_CONTRACTORS,
        _LCD | _CONTRACTOR,
        ("lcd", "version", "contractor", "type"),
    ),
    _File(
        tables.RELATED_ARTICLES,
        _LCD | {"article": "rarticleid"},
        ("lcd", "version", "article"),
    ),
)


def _reader(file: _File) -> Callable[[Sheet, Header, Told], Iterable[Draft]]:
    """Make the reader of a file; a snapshot begins with its last change, if that is told."""

    def read(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
        """Read a file of the coverage database."""
        updated = "updated"
        found = list(records(sheet, header, *file.fields, updated, key=file.key))
        rows = [row[:-1] for row in found]
        if file.dotted:
            place = file.fields.index(file.dotted)
            for row in rows:
                row[place] = row[place].replace(".", "")
        start = told.effective or _last_change(row[-1] for row in found)
        name = f"{file.kind.title} {start or ''}".rstrip()
        yield Draft(file.kind, name, (start, None), map(tuple, rows))

    read.__name__ = file.kind.name
    return read


def _last_change(days: Iterable[str]) -> date | None:
    return max((read_day(day) for day in days if _DAY.fullmatch(day)), default=None)


for _each in _FILES:
    reads_rows(_each.needed, {**_each.optional, "updated": "lastupdated"})(_reader(_each))


@reads_rows(
    {
        "display": "documentdisplayid",
        "type": "documenttype",
        "version": "documentversion",
        "title": "title",
        "starts": "effectivedate",
    },
    {"contractor": "contractornametype", "ends": "retirementdate", "address": "url"},
)
def documents(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read an index of determinations and articles; cells may hold several lines."""
    fields = ("display", "type", "version", "title", "contractor", "starts", "ends", "address")
    rows = [tuple(row) for row in records(sheet, header, *fields, key=r"[A-Z]\d{3,6}")]
    kind = tables.DOCUMENTS
    yield Draft(kind, kind.title, (told.effective, None), rows)


@reads_rows(
    {
        "determination": "ncd(?:number|id)?",
        "code": "icd10(?:cm)?(?:codes?)?",
        "status": "status|list|coverage",
    }
)
def laboratory_diagnoses(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the diagnoses of national laboratory determinations: number, code, list."""
    time = told.settle()
    kind = tables.LABORATORY_DIAGNOSES
    rows = (
        (number, code.replace(".", ""), status)
        for number, code, status in records(
            sheet, header, "determination", "code", "status", key=r"[0-9.]{3,8}"
        )
    )
    yield Draft(kind, f"{kind.title} {label(time)}", quarter_of(time), rows)


@reads_rows({"determination": "ncd(?:number|id)?", "code": "(?:hcpcs|cpt)(?:codes?)?"})
def laboratory_procedures(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the tests of national laboratory determinations: number, code."""
    time = told.settle()
    kind = tables.LABORATORY_PROCEDURES
    rows = (tuple(row) for row in records(sheet, header, "code", "determination"))
    yield Draft(kind, f"{kind.title} {label(time)}", quarter_of(time), rows)
