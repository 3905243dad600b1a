"""HCPCS Level II as CMS ships it (text of 320 characters, workbook, csv), modifiers, CPT."""

import re
from collections.abc import Iterable, Iterator

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Time, Told, quarter_of, time_in, whole_year
from cleanclaim.codes.store.formats import Draft, Values, reads_lines, reads_rows
from cleanclaim.codes.store.kinds import Bounds
from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet
from cleanclaim.codes.tables.procedures import (
    CPT_LONG,
    CPT_MEDIUM,
    CPT_SHORT,
    HCPCS,
    HCPCS_MODIFIERS,
    HCPCS_UNLISTED,
    HCPCS_WORDS,
    MODIFIERS,
)

_FIRST_OF_CODE, _FIRST_OF_MODIFIER, _CONTINUED = "3", "7", {"4", "8"}
# What a line says beside code and descriptions, 1-based: price, multiple price, coverage,
# type of service, added, changed, ended, action.
_PLACES = (
    (120, 121),
    (128, 128),
    (230, 230),
    (261, 261),
    (269, 276),
    (277, 284),
    (285, 292),
    (293, 293),
)


class _Service:
    """A code while its lines come: the long description goes on over several."""

    def __init__(self, code: str, modifier: bool, words: str, short: str, rest: list[str]) -> None:  # noqa: FBT001
        self.code = code
        self.modifier = modifier
        self.words = [words]
        self.short = short
        self.rest = rest


@reads_lines(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[3478].{80}")
def services_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the text of 320 characters a line: one line a code and more for long descriptions."""
    services: list[_Service] = []
    for line in lines:
        if not re.match(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[3478]", line):
            continue
        kind = line[10]
        if kind in _CONTINUED and services:
            services[-1].words.append(line[11:91].strip())
        elif kind in {_FIRST_OF_CODE, _FIRST_OF_MODIFIER}:
            services.append(_first(line))
    yield from _service_drafts(services, told)


def _first(line: str) -> _Service:
    if len(line.rstrip("\r\n")) < 293:
        msg = f"a line of {len(line)} characters: the file is cut off"
        raise RefusedError(msg)
    rest = [line[start - 1 : end].strip() for start, end in _PLACES]
    modifier = line[10] == _FIRST_OF_MODIFIER
    return _Service(line[:5].strip(), modifier, line[11:91].strip(), line[91:119].strip(), rest)


@reads_rows(
    {
        "code": "hcpc",
        "kind": "recid",
        "title": "longdescription",
        "short": "shortdescription",
        "coverage": "cov",
        "starts": "adddt",
        "changed": "acteffdt",
        "ends": "termdt",
        "action": "actioncd",
    },
    {"price": "price1", "multiple": "multpi", "service": "tos1"},
)
def services_table(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the workbook or csv: one row a code; modifiers keep their leading blanks."""
    fields = ("code", "kind", "title", "short", "price", "multiple", "coverage", "service")
    days = ("starts", "changed", "ends", "action")
    services = [
        _Service(row[0], row[1] in {"7", "8"}, row[2], row[3], row[4:])
        for row in records(sheet, header, *fields, *days, key=r"[A-Z]\d{4}|[A-Z0-9]{2}")
    ]
    yield from _service_drafts(services, told)


def _service_drafts(services: list[_Service], told: Told) -> Iterator[Draft]:
    time = _service_time([each.rest[5] for each in services], told)
    span = quarter_of(time)
    codes = [_service_row(each, told) for each in services if not each.modifier]
    yield Draft(HCPCS, f"{HCPCS.title} {_quarter(time)}", span, codes)
    modifiers = [
        (x.code, "HCPCS", " ".join(x.words), x.rest[4], x.rest[6]) for x in services if x.modifier
    ]
    yield Draft(HCPCS_MODIFIERS, f"{HCPCS_MODIFIERS.title} {_quarter(time)}", span, modifiers)


def _service_time(changes: Iterable[str], told: Told) -> Time | None:
    """Check the name by the last change: each release has changes of its own year."""
    last = max((day for day in changes if day.isdigit()), default="")
    content = Time(int(last[:4])) if last else None
    return told.settle(content)


def _quarter(time: Time | None) -> str:
    return f"{time.year} Q{((time.month or 1) + 2) // 3}" if time else "of an unknown quarter"


def _service_row(service: _Service, told: Told) -> Values:
    price, multiple, coverage, kind, starts, changed, ends, action = service.rest
    dental = service.code.startswith("D") and "ada" not in told.licensed
    words = ("", "") if dental else (service.short, " ".join(service.words))
    return (
        service.code,
        *words,
        coverage,
        price[:2],
        multiple,
        kind,
        action,
        starts,
        changed,
        ends,
    )


@reads_rows(
    {
        "code": "hcpcscode",
        "price": "price",
        "multiple": "multi",
        "coverage": "cov",
        "service": "tos",
        "action": "action",
        "ends": "dateterm",
        "starts": "dateadded",
        "changed": "dateaction",
    }
)
def services_without_words(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read a table of codes without descriptions."""
    fields = (
        "code",
        "coverage",
        "price",
        "multiple",
        "service",
        "action",
        "starts",
        "changed",
        "ends",
    )
    found = list(records(sheet, header, *fields))
    last = max((row[7] for row in found), default="")
    time = told.settle(time_in(last))
    rows = ((r[0], "", "", r[1], r[2][:2], r[3][:1], r[4][:1], *r[5:]) for r in found)
    yield Draft(HCPCS, f"{HCPCS.title} {_quarter(time)}", quarter_of(time), rows, rank=0)


@reads_rows({"code": "hcpcscode", "length": "hcpcsdesctype", "title": "hcpcsdescription"})
def service_words(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read descriptions, two rows a code."""
    time = told.settle()
    rows = (tuple(row) for row in records(sheet, header, "code", "length", "title"))
    start = time.quarter_start() if time else None
    yield Draft(HCPCS_WORDS, HCPCS_WORDS.title, (start, None), rows)


@reads_rows({"code": "hcpcs", "title": "longdescription", "starts": "adddate", "ends": "termdate"})
def unlisted_services(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the codes for what is not listed."""
    time = told.settle()
    rows = (tuple(row) for row in records(sheet, header, "code", "title", "starts", "ends"))
    start = time.quarter_start() if time else None
    yield Draft(HCPCS_UNLISTED, HCPCS_UNLISTED.title, (start, None), rows)


@reads_rows({"code": "modcode", "of": "modtype", "title": "moddescription"})
def modifier_list(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read a list of modifiers of both systems; CPT's words need a licence."""
    time = told.settle()
    owned = "ama" not in told.licensed
    rows = (
        (code, of, "" if owned and of.upper() == "CPT" else title, "", "")
        for code, of, title in records(sheet, header, "code", "of", "title", key=r"[A-Z0-9]{2}")
    )
    yield Draft(MODIFIERS, MODIFIERS.title, (time.start if time else None, None), rows)


# CPT

_LENGTHS = Bounds(0, 30), Bounds(31, 60)


@reads_lines(r"\d{4}[0-9A-Z]\t\S")
def cpt(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read a CPT file of the user: code, tab, descriptor.

    How long the longest are tells which of the three files it is.
    """
    cells = (line.split("\t", 1) for line in lines if re.match(r"\d{4}[0-9A-Z]\t", line))
    rows = [(code, title.strip()) for code, title in cells]
    longest = max((len(title) for _, title in rows), default=0)
    short, medium = _LENGTHS
    kind = CPT_SHORT if longest in short else CPT_MEDIUM if longest in medium else CPT_LONG
    time = told.settle()
    yield Draft(kind, f"{kind.title} {time or 'of an unknown year'}", whole_year(time), rows)
