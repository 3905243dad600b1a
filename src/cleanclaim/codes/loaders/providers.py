"""NPPES, the OIG's list of exclusions and SAM's, as they are downloaded."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.formats import Draft, Span, Values, reads_rows
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables.providers import (
    LEIE,
    LEIE_ADDED,
    LEIE_REINSTATED,
    NPPES,
    NPPES_DEACTIVATED,
    NPPES_WEEKLY,
    SAM,
    Exclusion,
)

# A monthly file reaches from the beginning of NPPES, a weekly one over seven days.
_WEEK = 14
_TAXONOMIES = range(1, 16)


def _snapshot(told: Told) -> Span:
    time = told.settle()
    return (time.start if time else None), None


def _taxonomy_fields() -> dict[str, str]:
    found: dict[str, str] = {}
    for n in _TAXONOMIES:
        found |= {
            f"taxonomy{n}": f"healthcareprovidertaxonomycode{n}",
            f"license{n}": f"providerlicensenumber{n}",
            f"state{n}": f"providerlicensenumberstatecode{n}",
            f"primary{n}": f"healthcareproviderprimarytaxonomyswitch{n}",
        }
    return found


_PROVIDER = {
    "npi": "npi",
    "entity": "entitytypecode",
    "organization": "providerorganizationnamelegalbusinessname",
    "family": "providerlastnamelegalname",
    "given": "providerfirstname",
    "state": "providerbusinesspracticelocationaddressstatename",
    "zip": "providerbusinesspracticelocationaddresspostalcode",
    "enumerated": "providerenumerationdate",
}


@reads_rows(
    _PROVIDER,
    {
        "deactivated": "npideactivationdate",
        "reactivated": "npireactivationdate",
        **_taxonomy_fields(),
    },
)
def providers(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read NPPES: 330 columns, of which 13 are kept; only the primary taxonomy of fifteen."""
    days = re.search(r"(20\d{6})-(20\d{6})", told.name)
    start, kind = _snapshot(told)[0], NPPES
    if days:
        first, start = (date.fromisoformat(f"{d[:4]}-{d[4:6]}-{d[6:]}") for d in days.groups())
        kind = NPPES_WEEKLY if (start - first).days <= _WEEK else NPPES
    yield Draft(
        kind, f"{kind.title} {start or ''}".rstrip(), (start, None), _providers(sheet, header)
    )


def _providers(sheet: Sheet, header: Header) -> Iterator[Values]:
    plain = ("npi", "entity", "organization", "family", "given", "state", "zip")
    days = ("enumerated", "deactivated", "reactivated")
    groups = [(f"taxonomy{n}", f"license{n}", f"state{n}", f"primary{n}") for n in _TAXONOMIES]
    present = [group for group in groups if group[0] in header.fields]
    wanted = (*plain, *days, *(field for group in present for field in group))
    for row in records(sheet, header, *wanted, key=r"\d{1,10}"):
        taxonomy, license_number, state = _primary(row[10:])
        zip_code = re.sub(r"\D", "", row[6])[:9]
        yield (*row[:5], row[5][:2], zip_code, taxonomy, license_number, state[:2], *row[7:10])


def _primary(cells: list[str]) -> tuple[str, str, str]:
    """Give taxonomy, licence and state of the group marked as primary, or of the first."""
    groups = [cells[n : n + 4] for n in range(0, len(cells), 4)]
    chosen = next((group for group in groups if group[3] == "Y"), groups[0] if groups else [])
    return (chosen[0], chosen[1], chosen[2]) if chosen else ("", "", "")


@reads_rows({"npi": "npi", "day": "nppesdeactivationdate"})
def deactivated(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the report of deactivated numbers."""
    rows = (tuple(row) for row in records(sheet, header, "npi", "day", key=r"\d{10}"))
    yield Draft(NPPES_DEACTIVATED, NPPES_DEACTIVATED.title, _snapshot(told), rows)


_EXCLUSION = {
    "npi": "npi",
    "family": "lastname",
    "given": "firstname",
    "middle": "midname",
    "organization": "busname",
    "general": "general",
    "specialty": "specialty",
    "born": "dob",
    "state": "state",
    "zip": "zip",
    "type": "excltype",
    "excluded": "excldate",
    "reinstated": "reindate",
    "waived": "waiverdate",
    "waiver_state": "wvrstate",
}


@reads_rows(_EXCLUSION)
def exclusions(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the OIG's list, whole or the additions and reinstatements of a month.

    An NPI of zeros is none.
    """
    rows = (
        ("" if not npi.strip("0") else npi, *rest)
        for npi, *rest in records(sheet, header, *_EXCLUSION, key=r"\d{10}")
    )
    kind = _exclusion_kind(told)
    yield Draft(kind, kind.title, _month(told), rows)


def _exclusion_kind(told: Told) -> Kind[Exclusion]:
    low = told.name.lower()
    if "rein" in low:
        return LEIE_REINSTATED
    return LEIE_ADDED if re.search(r"\d{4}excl", low) else LEIE


def _month(told: Told) -> Span:
    """Read the month of a supplement's name (2610excl.csv)."""
    named = re.match(r"(\d\d)(\d\d)(?:excl|rein)", told.name.lower())
    if named and 1 <= int(named[2]) <= 12 and told.effective is None:
        return date(2000 + int(named[1]), int(named[2]), 1), None
    return _snapshot(told)


_DEBARMENT = {
    "npi": "npi",
    "classification": "classification",
    "name": "name",
    "given": "first",
    "middle": "middle",
    "family": "last",
    "state": "stateprovince",
    "program": "exclusionprogram",
    "agency": "excludingagency",
    "type": "exclusiontype",
    "starts": "activedate",
    "ends": "terminationdate",
    "number": "samnumber",
}


@reads_rows(_DEBARMENT)
def debarments(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the public extract of SAM's exclusions; most have no NPI."""
    pick = header.picker(*_DEBARMENT)
    place = header.fields["number"]
    rows = (tuple(pick(row)) for row in sheet.rows(header.row) if len(row) > place and row[place])
    yield Draft(SAM, SAM.title, _snapshot(told), rows)
