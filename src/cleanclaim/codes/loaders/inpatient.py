"""Tables 5, 6I, 6J and 6K of the inpatient rule, as text by tabs and fixed columns."""

import re
from collections.abc import Iterable, Iterator

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Time, Told
from cleanclaim.codes.store.formats import Draft, Span, reads_lines, reads_rows
from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet
from cleanclaim.codes.tables.inpatient import (
    COMPLICATION_EXCLUSIONS,
    COMPLICATION_RESTRICTIONS,
    COMPLICATIONS,
    DRG_WEIGHTS,
    EXCLUSION_MEMBERS,
    MAJOR_COMPLICATIONS,
)


def _fiscal(time: Time | None) -> tuple[str, Span]:
    """Name a fiscal year and give its days: the whole one, as no table says it ends before."""
    if time is None:
        return "of an unknown year", (None, None)
    year = time.year + 1 if time.month >= 10 else time.year
    start = Time(year - 1, 10).start
    return f"FY{year}", (start, Time(year, 9, 30).start)


@reads_rows(
    {
        "drg": "msdrg",
        "post_acute": r"(?:fy\d{4}.*)?postacutedrg",
        "special": r"(?:fy\d{4}.*)?specialpaydrg",
        "category": "mdc",
        "type": "type",
        "title": "msdrgtitle",
        "weight": "weights(?:beforecap)?",
        "geometric": "geometricmeanlos",
        "arithmetic": "arithmeticmeanlos",
    },
    {"capped": "weights10capapplied"},
)
def weights(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read Table 5; its header names the fiscal year."""
    named = re.match(r"fy(20\d\d)", header.names[header.fields["post_acute"]])
    name, span = _fiscal(told.settle(Time(int(named[1])) if named else None))
    fields = (
        "drg", "post_acute", "special", "category", "type", "title", "weight", "capped",
        "geometric", "arithmetic",
    )  # fmt: skip
    rows = (tuple(row) for row in records(sheet, header, *fields, key=r"\d{1,3}"))
    yield Draft(DRG_WEIGHTS, f"{DRG_WEIGHTS.title} {name}", span, rows)


@reads_rows({"code": "diagnosiscode", "title": "description"})
def complications(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read Table 6I or 6J: the line above the header says which."""
    banner = sheet.banner(header.row).upper()
    if "MCC LIST" not in banner and "CC LIST" not in banner:
        return
    kind, level = (MAJOR_COMPLICATIONS, "MCC") if "MCC LIST" in banner else (COMPLICATIONS, "CC")
    name, span = _fiscal(told.settle())
    rows = (
        (code.replace(".", ""), level, title)
        for code, title in records(
            sheet, header, "code", "title", key=r"[A-Z][0-9A-Z][0-9A-Z.]{1,6}"
        )
    )
    yield Draft(kind, f"{kind.title} {name}", span, rows)


_MEMBER = re.compile(r"  ([A-Z][0-9A-Z]{2,6}) +\S")
_LISTED = re.compile(r" ([A-Z][0-9A-Z]{2,6}) +(M?CC) +(?:(\d{4}):|No Excl)")
_GROUPS = re.compile(r"MDC \d\d DRGs? (\d{3})(?:-(\d{3}))?")


@reads_lines(r"TABLE 6K| [A-Z][0-9A-Z]{2,6} +M?CC +(?:\d{4}:\d+ codes|No Excl)")
def exclusions(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read Table 6K: complications, the collections that exclude them, and two more parts."""
    table = _Exclusions()
    for line in lines:
        table.take(line)
    _check_collections(table.listed, table.members)
    name, span = _fiscal(told.settle())
    for kind, rows in (
        (COMPLICATION_EXCLUSIONS, table.listed),
        (EXCLUSION_MEMBERS, table.members),
        (COMPLICATION_RESTRICTIONS, table.restricted),
    ):
        yield Draft(kind, f"{kind.title} {name}", span, rows)


class _Exclusions:
    """Table 6K while its lines come."""

    def __init__(self) -> None:
        self.listed: list[tuple[str, str, str]] = []
        self.members: list[tuple[str, str]] = []
        self.restricted: list[tuple[str, bool, str, str]] = []
        self.part = 1
        self.collection = ""
        self.groups = ("", "")

    def take(self, line: str) -> None:
        """Take a line: a heading, or a code under one."""
        if line.startswith("K Part "):
            self.part = int(line[7])
        elif line.startswith("PDX collection"):
            self.collection = line.removeprefix("PDX collection").strip()
        elif match := _GROUPS.match(line):
            self.groups = match[1], match[2] or match[1]
        elif self.part == 1 and not self.collection:
            if match := _LISTED.match(line):
                self.listed.append((match[1], match[2], match[3] or ""))
        elif match := _MEMBER.match(line):
            self._member(match[1])

    def _member(self, code: str) -> None:
        if self.part == 1:
            self.members.append((self.collection, code))
        else:
            alive = self.part == 2
            self.restricted.append((code, alive, *(("", "") if alive else self.groups)))


def _check_collections(
    listed: Iterable[tuple[str, str, str]], members: Iterable[tuple[str, str]]
) -> None:
    """Refuse a table that names collections which it does not list."""
    named = {collection for _, _, collection in listed} - {""}
    given = {collection for collection, _ in members}
    if missing := sorted(named - given):
        msg = f"collection {missing[0]} is named and not listed: the file is cut off"
        raise RefusedError(msg)
