"""Lists of codes: CMS's own code systems, X12's and NUBC's as users have them, taxonomy."""

import re
from collections.abc import Iterable
from typing import Any

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Time, Told
from cleanclaim.codes.store.formats import Draft, Span, Values, reads_rows
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables import code_lists as tables

# The code systems of CMS's data model, by their names, that something here asks.
_FACILITY = {
    "clm-bill-freq-cd": tables.BILL_TYPES,
    "clm-rev-cntr-cd": tables.REVENUE_CODES,
    "clm-rlt-cond-cd": tables.CONDITION_CODES,
    "clm-rlt-ocrnc-cd": tables.OCCURRENCE_CODES,
    "clm-val-cd": tables.VALUE_CODES,
    "bene-ptnt-stus-cd": tables.DISCHARGE_STATUSES,
    "clm-admsn-type-cd": tables.ADMISSION_TYPES,
    "clm-admsn-src-cd": tables.ADMISSION_SOURCES,
    "bill_types": tables.BILL_TYPES,
    "revenue_codes": tables.REVENUE_CODES,
    "condition_codes": tables.CONDITION_CODES,
    "occurrence_codes": tables.OCCURRENCE_CODES,
    "value_codes": tables.VALUE_CODES,
    "discharge_statuses": tables.DISCHARGE_STATUSES,
}
_PUBLIC = {
    "clm-prvdr-spclty-cd": tables.SPECIALTIES,
    "clm-cntrctr-num": tables.CONTRACTOR_NUMBERS,
}
_ADJUSTMENT = {
    "ansi-rsn-cd": tables.ADJUSTMENT_REASONS,
    "ansi-grp-cd": tables.ADJUSTMENT_GROUPS,
}
_PLACES = "clm-pos-cd"
_CODE = r"[A-Z0-9]{1,10}"


def _snapshot(told: Told) -> Span:
    time = told.settle()
    return (time.start if time else None), None


@reads_rows({"code": "code", "name": "display", "definition": "definition"})
def code_system(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read a code system of three columns; its name says which, and most are of no use here.

    Signs that stand for "no value" (``~``) are no codes.
    """
    name = told.name.lower().rsplit(".", 1)[0]
    kind: Kind[Any] | None = _FACILITY.get(name) or _PUBLIC.get(name) or _ADJUSTMENT.get(name)
    if name == _PLACES:
        kind = tables.PLACES_OF_SERVICE
    if kind is None:
        return
    rows = (_listed(kind, *row) for row in records(sheet, header, "code", "name", key=_CODE))
    lesser = kind is tables.PLACES_OF_SERVICE or name in _ADJUSTMENT
    yield Draft(kind, kind.title, _snapshot(told), rows, rank=0 if lesser else 1)


def _listed(kind: Kind[Any], code: str, words: str) -> Values:
    """Make a row of a code and its name, with the columns of its kind that are not told here."""
    words = words.strip('\\"')
    if kind is tables.PLACES_OF_SERVICE:
        return code, "", words, ""
    empty = len(kind.columns) - 2
    return code, words, *([""] * empty)


@reads_rows(
    {
        "code": "poscode",
        "setting": "postype",
        "name": "posname",
        "description": "posdescription",
    }
)
def places_of_service(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the places of service, unassigned ones included."""
    fields = ("code", "setting", "name", "description")
    rows = (tuple(row) for row in records(sheet, header, *fields, key=r"\d{1,2}"))
    kind = tables.PLACES_OF_SERVICE
    yield Draft(kind, kind.title, _snapshot(told), rows)


# Adjustments and status

_LISTS = {
    "carc": tables.ADJUSTMENT_REASONS,
    "rarc": tables.ADJUSTMENT_REMARKS,
    "group": tables.ADJUSTMENT_GROUPS,
}


@reads_rows(
    {"code": "adjcode", "type": "adjtype", "name": "adjdescription", "starts": "adjstartdate"},
    {"notes": "adjnotes", "changed": "adjlastmodified", "ends": "adjenddate"},
)
def adjustment_codes(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read reasons, remarks and groups from one table, a release of each."""
    fields = ("code", "name", "notes", "starts", "changed", "ends", "type")
    found = list(records(sheet, header, *fields, key=r"[A-Z0-9]{1,5}"))
    span = _snapshot(told)
    for name, kind in _LISTS.items():
        rows = [tuple(row[:6]) for row in found if row[6].lower() == name]
        yield Draft(kind, kind.title, span, rows)


_STATUS_LISTS = {
    "stc_category_code": tables.STATUS_CATEGORIES,
    "stc_status_code": tables.STATUSES,
    "stc_entity_code": tables.STATUS_ENTITIES,
}


@reads_rows({"list": "list", "code": "code", "name": "description"})
def status_codes(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read claim status codes from one table, a release of each list."""
    found = list(records(sheet, header, "code", "name", "list", key=r"[A-Z0-9]{1,5}"))
    span = _snapshot(told)
    for name, kind in _STATUS_LISTS.items():
        rows = [tuple(row[:2]) for row in found if row[2].lower() == name]
        if rows:
            yield Draft(kind, kind.title, span, rows)


@reads_rows(
    {
        "scenario": "(?:business)?scenario",
        "reason": "carc",
        "remark": "rarc",
        "group": "(?:ca)?gc?(?:group)?",
    }
)
def combinations(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read allowed combinations as the user keeps them: scenario, carc, rarc, cagc."""
    fields = ("reason", "remark", "scenario", "group")
    rows = (tuple(row) for row in records(sheet, header, *fields, key=r"[A-Z0-9]{1,5}"))
    kind = tables.CODE_COMBINATIONS
    yield Draft(kind, kind.title, _snapshot(told), rows)


# Taxonomy


@reads_rows(
    {
        "code": "code",
        "grouping": "grouping",
        "classification": "classification",
        "specialization": "specialization",
    },
    {"name": "displayname", "section": "section"},
)
def taxonomy(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the taxonomy; version 25.1 is the second one of 2025 and holds from July."""
    version = re.search(r"(\d\d)(\d)(?!\d)", told.name)
    content = Time(2000 + int(version[1]), 7 if version[2] == "1" else 1) if version else None
    time = Told("", told.within, told.effective).settle(content)
    fields = ("code", "grouping", "classification", "specialization", "name", "section")
    rows = (tuple(row) for row in records(sheet, header, *fields, key=r"[A-Z0-9]{10}"))
    kind = tables.TAXONOMY
    number = f" {version[1]}.{version[2]}" if version else ""
    yield Draft(kind, f"{kind.title}{number}", (time.start if time else None, None), rows)
