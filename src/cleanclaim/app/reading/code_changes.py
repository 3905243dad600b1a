"""What changed between two releases of ICD-10-CM for the codes that the practice uses."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from cleanclaim.app.referencing import library_of
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM, DiagnosisCode
from cleanclaim.store.encounters.models import Charge


class CodeChange(msgspec.Struct, frozen=True):
    """A used code that changed; ``kind``: gone, header (needs more characters), renamed, closer.

    ``closer``: the new release has codes below or beside it that are new (``now`` names them).
    ``uses`` counts the charges with the code.
    """

    code: str
    kind: str
    uses: int
    before: str
    now: str


class Changes(msgspec.Struct, frozen=True):
    """Two releases and what changed; ``reason`` says why there is nothing to compare."""

    before: str
    now: str
    changes: tuple[CodeChange, ...]
    reason: str = ""


def changes_for_us(organization: int, since: date) -> Changes:
    """Compare the two newest releases for the diagnoses of charges since a day."""
    library = library_of(organization)
    releases = library.releases(ICD10CM.name)
    if len(releases) < 2:
        reason = "two releases of ICD-10-CM are needed: load the next one with its own days"
        return Changes("", releases[-1].name if releases else "", (), reason)
    older, newer = _tables(library)
    used = _used(organization, since)
    fresh = set(newer.texts("code")) - set(older.texts("code"))
    before, now = _told(older, used), _told(newer, used)
    found = [_change(code, uses, before, now, fresh) for code, uses in used.most_common()]
    told = tuple(each for each in found if each is not None)
    return Changes(releases[-2].name, releases[-1].name, told)


def _tables(library: Library) -> tuple[Table[DiagnosisCode], Table[DiagnosisCode]]:
    *_, older, newer = library.opened(ICD10CM)
    return older, newer


def _told(table: Table[DiagnosisCode], codes: Iterable[str]) -> dict[str, DiagnosisCode]:
    rows = {code: table.row(code) for code in codes}
    return {code: row for code, row in rows.items() if row is not None}


def _used(organization: int, since: date) -> Counter[str]:
    rows = Charge.objects.of(organization).filter(encounter__service_on__gte=since)
    return Counter(code for codes in rows.values_list("diagnoses", flat=True) for code in codes)


def _change(
    code: str,
    uses: int,
    before: dict[str, DiagnosisCode],
    now: dict[str, DiagnosisCode],
    fresh: set[str],
) -> CodeChange | None:
    old, new = before.get(code), now.get(code)
    if old is None:
        return None
    if new is None:
        return CodeChange(code, "gone", uses, old.title, "")
    if old.billable and not new.billable:
        below = sorted(each for each in fresh if each.startswith(code))
        return CodeChange(code, "header", uses, old.title, " ".join(below))
    if old.title != new.title:
        return CodeChange(code, "renamed", uses, old.title, new.title)
    beside = sorted(each for each in fresh if each[:-1] == code[:-1])
    return CodeChange(code, "closer", uses, old.title, " ".join(beside)) if beside else None
