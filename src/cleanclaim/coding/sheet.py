"""A coder's sheet: the codes of a visit as they follow from the log of decisions."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

import msgspec

DIAGNOSES = "icd10cm"
POINTERS_MAX = 4  # 837P, SV107


class Action(StrEnum):
    """What a coder decides with one key."""

    ACCEPT = "accept"
    REPLACE = "replace"
    REJECT = "reject"
    ENTER = "enter"
    REMOVE = "remove"
    EDIT = "edit"
    FIRST = "first"  # this diagnosis is listed first


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a service has beside its code; without diagnoses it stands for all of the visit."""

    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    diagnoses: tuple[str, ...] = ()


class Decided(msgspec.Struct, frozen=True):
    """One line of the log; ``replaced`` is the suggested code that ``code`` stands for."""

    action: Action
    system: str
    code: str
    replaced: str = ""
    entry: Entry = Entry()


class CodedLine(msgspec.Struct, frozen=True):
    """A service on the sheet, its diagnoses by code, the weightiest first."""

    system: str
    code: str
    entry: Entry


class Sheet(msgspec.Struct, frozen=True):
    """Diagnoses in their order, services in theirs, and the suggestions that are dealt with."""

    diagnoses: tuple[str, ...] = ()
    services: tuple[CodedLine, ...] = ()
    answered: frozenset[tuple[str, str]] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        """Give every code of the sheet."""
        return frozenset((*self.diagnoses, *(line.code for line in self.services)))

    def pointed(self, line: CodedLine) -> tuple[str, ...]:
        """Give the diagnoses of a service: its own that are still there, else the first four."""
        own = tuple(code for code in line.entry.diagnoses if code in self.diagnoses)
        return (own or self.diagnoses)[:POINTERS_MAX]


def replay(log: Iterable[Decided]) -> Sheet:
    """Give the sheet after every decision of a log, in order; the same log, the same sheet."""
    sheet = Sheet()
    for decided in log:
        sheet = _after(sheet, decided)
    return sheet


def _after(sheet: Sheet, decided: Decided) -> Sheet:
    match decided.action:
        case Action.ACCEPT | Action.ENTER:
            return _with(_answer(sheet, decided.system, decided.code), decided)
        case Action.REPLACE:
            return _with(_answer(sheet, decided.system, decided.replaced), decided)
        case Action.REJECT:
            return _answer(sheet, decided.system, decided.code)
        case Action.REMOVE:
            return _without(sheet, decided)
        case Action.EDIT:
            return _edited(sheet, decided)
        case Action.FIRST:
            return _first(sheet, decided.code)


def _answer(sheet: Sheet, system: str, code: str) -> Sheet:
    return msgspec.structs.replace(sheet, answered=sheet.answered | {(system, code)})


def _with(sheet: Sheet, decided: Decided) -> Sheet:
    """Add a code once: a diagnosis at the end, a service with its entry."""
    if decided.code in sheet.codes:
        return sheet
    if decided.system == DIAGNOSES:
        return msgspec.structs.replace(sheet, diagnoses=(*sheet.diagnoses, decided.code))
    line = CodedLine(decided.system, decided.code, decided.entry)
    return msgspec.structs.replace(sheet, services=(*sheet.services, line))


def _without(sheet: Sheet, decided: Decided) -> Sheet:
    """Take a code off; the suggestion of it may be answered anew."""
    return Sheet(
        tuple(code for code in sheet.diagnoses if code != decided.code),
        tuple(line for line in sheet.services if line.code != decided.code),
        sheet.answered - {(decided.system, decided.code)},
    )


def _edited(sheet: Sheet, decided: Decided) -> Sheet:
    services = tuple(
        msgspec.structs.replace(line, entry=decided.entry) if line.code == decided.code else line
        for line in sheet.services
    )
    return msgspec.structs.replace(sheet, services=services)


def _first(sheet: Sheet, code: str) -> Sheet:
    if code not in sheet.diagnoses:
        return sheet
    others = tuple(each for each in sheet.diagnoses if each != code)
    return msgspec.structs.replace(sheet, diagnoses=(code, *others))
