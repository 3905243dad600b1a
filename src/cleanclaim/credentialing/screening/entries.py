"""Entries of a list of excluded people and firms, and the layouts in which they are published."""

from collections.abc import Mapping
from datetime import date

import msgspec


class ListEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person or firm on a list; ``id`` is the hash of the whole row.

    Two rows that differ in a birth date only are two entries. ``excluded_on`` is the first day
    on which the exclusion holds.
    """

    id: str
    surname: str = ""
    given: str = ""
    middle: str = ""
    business: str = ""
    npi: str = ""
    birth_on: date | None = None
    address: str = ""
    state: str = ""
    postal_code: str = ""
    kind: str = ""
    excluded_on: date | None = None
    ends_on: date | None = None
    waiver_state: str = ""


class Sourced(msgspec.Struct, frozen=True):
    """A number that somebody published: where, read on which day, and how far to trust it."""

    value: int
    source: str
    read_on: date
    confidence: str


class ListLayout(msgspec.Struct, frozen=True):
    """How a list is published: its columns by their names.

    ``columns`` gives the heading of each field of an entry; ``header`` is the whole first row
    where the publisher promises it. ``usual_rows`` is how many rows the list is known to have.
    """

    name: str
    authority: str
    columns: Mapping[str, str]
    date_formats: tuple[str, ...]
    header: tuple[str, ...] = ()
    usual_rows: Sourced | None = None


LEIE = ListLayout(
    name="LEIE",
    authority="HHS Office of Inspector General, list of excluded individuals and entities",
    header=(
        *("LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI"),
        *("DOB", "ADDRESS", "CITY", "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE"),
        *("WAIVERDATE", "WVRSTATE"),
    ),
    columns={
        "surname": "LASTNAME",
        "given": "FIRSTNAME",
        "middle": "MIDNAME",
        "business": "BUSNAME",
        "npi": "NPI",
        "birth_on": "DOB",
        "address": "ADDRESS",
        "state": "STATE",
        "postal_code": "ZIP",
        "kind": "EXCLTYPE",
        "excluded_on": "EXCLDATE",
        "ends_on": "REINDATE",
        "waiver_state": "WVRSTATE",
    },
    date_formats=("%Y%m%d",),
    usual_rows=Sourced(84_001, "count of UPDATED.csv of 10 Sep 2026", date(2026, 11, 23), "second"),
)

SAM = ListLayout(
    name="SAM",
    authority="General Services Administration, public extract of exclusions",
    columns={
        "surname": "Last",
        "given": "First",
        "middle": "Middle",
        "business": "Name",
        "npi": "NPI",
        "address": "Address 1",
        "state": "State / Province",
        "postal_code": "Zip Code",
        "kind": "Exclusion Type",
        "excluded_on": "Active Date",
        "ends_on": "Termination Date",
    },
    date_formats=("%m/%d/%Y", "%Y-%m-%d"),
    usual_rows=Sourced(167_582, "count of active records, 2026", date(2026, 11, 23), "second"),
)

LAYOUTS = (LEIE, SAM)


class ExclusionList(msgspec.Struct, frozen=True):
    """A whole list as one file had it; ``rows`` counts the repeated ones too."""

    layout: str
    sha256: str
    rows: int
    repeats: int
    entries: tuple[ListEntry, ...]
