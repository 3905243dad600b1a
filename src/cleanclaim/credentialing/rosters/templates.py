"""Rosters as payers want them: columns, delimiter, dates and words of each template, as data."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from io import StringIO

import msgspec


class Action(StrEnum):
    """What a row asks the payer to do with a provider."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    KEEP = "keep"


class RosterRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One provider at one place for a payer; days None where there is none (yet)."""

    action: Action
    provider_npi: str
    last_name: str = ""
    first_name: str = ""
    billing_npi: str = ""
    tax_id: str = ""
    caqh_id: str = ""
    taxonomy: str = ""
    product: str = ""
    location: str = ""
    effective_on: date | None = None
    ends_on: date | None = None
    decided_on: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Name what the row is about: provider, product and place."""
        return self.provider_npi, self.product, self.location


class Template(msgspec.Struct, frozen=True):
    """One payer's form of a roster. ``columns`` are (header, field of RosterRow) in order.

    Every field has its column, so that nothing is lost on the way back.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    delimiter: str
    date_form: str
    actions: Mapping[Action, str]


_FIELDS = RosterRow.__struct_fields__
_DAYS = frozenset({"effective_on", "ends_on", "decided_on"})


def _columns(headers: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(headers.split("|"), _FIELDS, strict=True))


# Three shapes of our own making; a payer's is a row like these.
_LONG = _columns(
    "Action|NPI|Last Name|First Name|Group NPI|TIN|CAQH ID|Taxonomy|Product|Location"
    "|Effective Date|Term Date|Credentialing Date"
)
_SHORT = _columns("ACT|NPI1|LNAME|FNAME|NPI2|TAXID|CAQH|TAX|PROD|SITE|EFF|END|CRED")
_WORDS = _columns(
    "Request|Individual NPI|Surname|Given name|Organization NPI|Tax number|CAQH number"
    "|Specialty code|Network|Practice site|Start|End|Committee decision"
)

TEMPLATES: Mapping[str, Template] = {
    each.name: each
    for each in (
        Template(
            "comma",
            _LONG,
            ",",
            "%m/%d/%Y",
            {Action.ADD: "Add", Action.CHANGE: "Change", Action.END: "Term", Action.KEEP: "None"},
        ),
        Template(
            "pipe",
            (_SHORT[1], _SHORT[0], *_SHORT[2:]),
            "|",
            "%Y%m%d",
            {Action.ADD: "A", Action.CHANGE: "C", Action.END: "T", Action.KEEP: "N"},
        ),
        Template(
            "tab",
            tuple(reversed(_WORDS)),
            "\t",
            "%Y-%m-%d",
            {
                Action.ADD: "new",
                Action.CHANGE: "update",
                Action.END: "remove",
                Action.KEEP: "unchanged",
            },
        ),
    )
}


class RosterProblem(msgspec.Struct, frozen=True):
    """What is wrong with a roster or an answer: its row (0: the file), what, what to do."""

    row: int
    what: str
    to_do: str


def write_roster(rows: Iterable[RosterRow], template: Template) -> bytes:
    """Write a roster as a template wants it, in UTF-8 with a line of headers."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=template.delimiter, lineterminator="\r\n")
    writer.writerow([header for header, _ in template.columns])
    for row in rows:
        writer.writerow([_cell(row, field, template) for _, field in template.columns])
    return text.getvalue().encode()


def _cell(row: RosterRow, field: str, template: Template) -> str:
    value = getattr(row, field)
    if field == "action":
        return template.actions[value]
    if field in _DAYS:
        # Written out by hand, for strftime pads no year before 1000.
        return "" if value is None else _write_day(value, template.date_form)
    return str(value)


def _write_day(day: date, form: str) -> str:
    parts = {"%Y": f"{day.year:04d}", "%m": f"{day.month:02d}", "%d": f"{day.day:02d}"}
    for sign, text in parts.items():
        form = form.replace(sign, text)
    return form


def read_roster(
    content: bytes, template: Template
) -> tuple[tuple[RosterRow, ...], tuple[RosterProblem, ...]]:
    """Read a roster of a template back; no row where anything is wrong with the file."""
    lines, problems = read_table(content, template.delimiter)
    if problems:
        return (), problems
    headers = [header for header, _ in template.columns]
    if not lines or lines[0] != headers:
        told = "take the template whose headers these are"
        return (), (RosterProblem(0, "the headers are those of another template", told),)
    rows, problems = [], ()
    for number, cells in enumerate(lines[1:], 1):
        row = _read_row(cells, template)
        if row is None:
            told = "correct the dates, the action and the number of cells"
            problems = (*problems, RosterProblem(number, "the row cannot be read", told))
        else:
            rows.append(row)
    return (() if problems else tuple(rows)), problems


def read_table(content: bytes, delimiter: str) -> tuple[list[list[str]], tuple[RosterProblem, ...]]:
    """Read the cells of a file; it must be UTF-8 text."""
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return [], (RosterProblem(0, "the file is no table of text", "save it as CSV in UTF-8"),)
    return lines, ()


def _read_row(cells: Sequence[str], template: Template) -> RosterRow | None:
    if len(cells) != len(template.columns):
        return None
    actions = {word: action for action, word in template.actions.items()}
    values: dict[str, object] = {}
    for (_, field), cell in zip(template.columns, cells, strict=True):
        if field == "action":
            values[field] = actions.get(cell)
        elif field in _DAYS:
            values[field] = _read_day(cell, template.date_form)
        else:
            values[field] = cell
    if values["action"] is None or any(value is _NO_DAY for value in values.values()):
        return None
    return RosterRow(**values)  # type: ignore[arg-type]


_NO_DAY = object()


def _read_day(cell: str, form: str) -> object:
    if not cell:
        return None
    try:
        return datetime.strptime(cell, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return _NO_DAY


def next_roster(before: Iterable[RosterRow], now: Iterable[RosterRow]) -> tuple[RosterRow, ...]:
    """Say of each row what changed since the last roster; what is gone is asked to be ended.

    The rows' own actions are not looked at.
    """
    known = {row.key: row for row in before if row.action is not Action.END}
    rows = []
    for row in now:
        former = known.pop(row.key, None)
        rows.append(msgspec.structs.replace(row, action=_action(former, row)))
    gone = [msgspec.structs.replace(row, action=Action.END) for row in known.values()]
    return (*rows, *gone)


def _action(former: RosterRow | None, row: RosterRow) -> Action:
    if former is None:
        return Action.ADD
    if row.ends_on is not None and former.ends_on is None:
        return Action.END
    same = msgspec.structs.replace(former, action=row.action) == row
    return Action.KEEP if same else Action.CHANGE
