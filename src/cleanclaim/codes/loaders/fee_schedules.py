"""Addendum B, the laboratory schedule, equipment and nutrition, and the limits of drugs."""

import re
from collections.abc import Iterable, Iterator

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.loaders.ncci import label
from cleanclaim.codes.store.dating import Time, Told, quarter_of, time_in
from cleanclaim.codes.store.formats import Draft, Values, reads_rows
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables.fee_schedules import (
    DRUG_PACKAGES,
    DRUGS,
    EQUIPMENT,
    LABORATORY,
    NUTRITION,
    OUTPATIENT,
    EquipmentFee,
)


@reads_rows(
    {
        "code": "hcpcs(?:code)?",
        "status": "si|statusindicator",
        "rate": "paymentrate",
        "description": "shortdescriptor",
    },
    {
        "apc": "apc",
        "weight": "relativeweight",
        "copay": "nationalunadjustedcopayment",
        "least": "minimumunadjustedcopayment",
        "source": "source",
    },
)
def addendum_b(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read Addendum B; its banner says the year, the sheet or the name the month."""
    fields = ("code", "description", "status", "apc", "weight", "rate", "copay", "least")
    found = list(records(sheet, header, *fields, "source"))
    time = told.settle(_addendum_time(sheet, header, found))
    rows = (tuple(row[:8]) for row in found)
    yield Draft(OUTPATIENT, f"{OUTPATIENT.title} {label(time)}", quarter_of(time), rows)


def _addendum_time(sheet: Sheet, header: Header, rows: list[list[str]]) -> Time | None:
    """Read the time of the title of the sheet, of a source column, or of the banner."""
    from_title = time_in(sheet.title)
    if from_title and from_title.month:
        return from_title
    source = rows[0][8] if rows else ""
    if match := re.fullmatch(r"(20\d\d)-(\d\d)", source):
        return Time(int(match[1]), int(match[2]))
    year = re.search(r"CY (20\d\d)", sheet.banner(header.row))
    return from_title or (Time(int(year[1])) if year else None)


@reads_rows(
    {
        "year": "year",
        "code": "hcpcs",
        "modifier": "mod",
        "starts": "effdate",
        "indicator": "indicator",
        "rate": "rate",
    },
    {"description": "shortdesc"},
)
def laboratory(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the laboratory schedule; the year is in its rows, the quarter in its name."""
    fields = ("code", "modifier", "starts", "indicator", "rate", "description", "year")
    found = list(records(sheet, header, *fields))
    content = Time(int(found[0][6])) if found and found[0][6].isdigit() else None
    time = told.settle(content)
    rows = (tuple(row[:6]) for row in found)
    yield Draft(LABORATORY, f"{LABORATORY.title} {label(time)}", quarter_of(time), rows)


# Equipment

_STATE = re.compile(r"([A-Z]{2}) ?\((NR|R)\)")


@reads_rows(
    {"code": "hcpcs", "modifier": "mod", "second": "mod2", "first_state": "alnr"},
    {"jurisdiction": "juris", "category": "catg", "ceiling": "ceiling", "floor": "floor"},
)
def equipment(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the fees of all states, in pairs of columns: not rural and rural."""
    kind: Kind[EquipmentFee] = EQUIPMENT if "category" in header.fields else NUTRITION
    banner = sheet.banner(header.row)
    month = re.search(r"(\w+ 20\d\d) Fee Schedule", banner)
    time = told.settle(time_in(month[1]) if month else time_in(banner))
    rows = _by_state(sheet, header)
    yield Draft(kind, f"{kind.title} {label(time)}", quarter_of(time), rows)


def _by_state(sheet: Sheet, header: Header) -> Iterator[Values]:
    """Make a row of each state of each code."""
    pick = header.picker(
        "code", "modifier", "second", "jurisdiction", "category", "ceiling", "floor"
    )
    states = _state_columns(sheet.head[header.row])
    for row in sheet.rows(header.row):
        if not row or not re.fullmatch(r"[A-Z]\d{4}", row[0].strip()):
            continue
        code, modifier, second, *rest = pick(row)
        for state, places in states.items():
            fees = tuple(row[place] if place < len(row) else "" for place in places)
            yield code, modifier, second, state, *rest, *fees


def _state_columns(names: list[str]) -> dict[str, tuple[int, int]]:
    """Find the two columns of each state."""
    found: dict[str, dict[str, int]] = {}
    for place, name in enumerate(names):
        if match := _STATE.fullmatch(name.strip()):
            found.setdefault(match[1], {})[match[2]] = place
    return {state: (pair["NR"], pair.get("R", pair["NR"])) for state, pair in found.items()}


# Drugs


@reads_rows(
    {
        "code": "hcpcscode",
        "dosage": "hcpcs(?:code)?dosage",
        "limit": "paymentlimit",
        "coinsurance": "coinsurancepercentage",
    },
    {"vaccine": "vaccinelimit", "blood": "bloodlimit", "notes": "notes"},
)
def drug_limits(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the payment limits; the banner says from which day to which."""
    banner = sheet.banner(header.row)
    days = re.search(r"Effective (\w+ \d+, 20\d\d)", banner)
    time = told.settle(time_in(days[1]) if days else None)
    fields = ("code", "dosage", "limit", "coinsurance", "vaccine", "blood", "notes")
    rows = (tuple(row) for row in records(sheet, header, *fields))
    yield Draft(DRUGS, f"{DRUGS.title} {label(time)}", quarter_of(time), rows)


@reads_rows(
    {"code": r"(?:\d{4})?(?:hcpcs)?code", "ndc": "ndc2?(?:code)?", "doses": "billunitspkg"},
    {"name": "drugname", "dosage": "hcpcsdosage"},
)
def drug_packages(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the crosswalk of packages to codes; an NDC is written 5-4-2 or in 11 digits."""
    time = told.settle(time_in(sheet.banner(header.row)))
    rows = (
        (ndc.replace("-", ""), *rest)
        for ndc, *rest in records(
            sheet, header, "ndc", "code", "name", "dosage", "doses", key=r"\d{5}-?\d{4}-?\d{2}"
        )
    )
    yield Draft(DRUG_PACKAGES, f"{DRUG_PACKAGES.title} {label(time)}", quarter_of(time), rows)
