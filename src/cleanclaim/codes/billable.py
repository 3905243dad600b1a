"""Diagnoses by day: is a code billable in the release in force, and what is wrong if it is not."""

from collections.abc import Callable
from functools import cache
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.status import CodeStatus
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.columns import texts
from cleanclaim.codes.store.keys import Integers
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM, DiagnosisCode

Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]
# The different codes, and which of them each row has.
ToldCodes = tuple[list[str], Integers]
# Codes have seven characters at most; the seventh tells the encounter, an X fills a gap before it.
_LENGTH, _FILLER = 7, "X"


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a code: it is a header or not in the release.

    Where it is the seventh character alone, ``sevenths`` are those that the code can have and
    ``stem`` is the code without it.
    """

    status: CodeStatus
    stem: str = ""
    sevenths: str = ""


class Release(Protocol):
    """A release of ICD-10-CM, asked code by code."""

    def beginning(self, code: str) -> list[str]:
        """Give the billable codes that begin with this one and are longer, in their order."""
        ...


def fault_of(code: str, release: Release) -> Fault:
    """Tell what is wrong with a code that is not billable."""
    below = release.beginning(code)
    if below:
        return Fault(CodeStatus.HEADER, code, _sevenths(code, below))
    for stem in _stems(code):
        sevenths = _sevenths(stem, release.beginning(stem))
        # A code of seven characters has the wrong one; a shorter one lacks what fills the gap.
        if sevenths and (len(code) == _LENGTH or code[-1] in sevenths):
            return Fault(CodeStatus.INVALID, stem, sevenths)
    return Fault(CodeStatus.INVALID)


def _stems(code: str) -> tuple[str, ...]:
    if len(code) == _LENGTH:
        return (code[:-1].rstrip(_FILLER),)
    return (code[:-1],) if len(code) > 3 else ()


def _sevenths(stem: str, below: list[str]) -> str:
    """Give the seventh characters, where all codes below are the stem with one of them."""
    filled = stem.ljust(_LENGTH - 1, _FILLER)
    plain = all(len(code) == _LENGTH and code.startswith(filled) for code in below)
    return ", ".join(code[-1] for code in below) if plain else ""


class LoadedRelease:
    """A release of the reference store; lists of billable codes alone have their headers too."""

    def __init__(self, table: Table[DiagnosisCode]) -> None:
        self.table = table

    def beginning(self, code: str) -> list[str]:
        """Give the billable codes that begin with this one and are longer, in their order."""
        rows = self.table.beginning(code) if code else range(0)
        among = slice(rows.start, rows.stop)
        billable = self.table.array("billable")[among]
        found = texts(self.table.array("code")[among][billable])
        return [each for each in found if each != code]


class Judged(msgspec.Struct, frozen=True):
    """What releases say of diagnoses, in parallel columns.

    ``covered`` marks those on whose day a release is in force, ``releases`` names it, ``valid``
    marks billable codes; on days that nothing covers the bundled release is asked all the same.
    ``faults`` has a Fault for each that is covered and not valid, by row.
    """

    covered: Flags
    valid: Flags
    releases: Values
    faults: dict[int, Fault]

    def having(self, holds: Callable[[Fault], bool]) -> Flags:
        """Mark diagnoses with a fault of which something is true."""
        marks = np.zeros(len(self.covered), np.bool_)
        marks[[row for row, fault in self.faults.items() if holds(fault)]] = True
        return marks

    def told(self, name: str) -> Values:
        """Give a column of what faults tell under a name; "" where there is none."""
        column = np.full(len(self.covered), "", np.object_)
        for row, fault in self.faults.items():
            column[row] = getattr(fault, name)
        return column


def judge(
    told: ToldCodes, keys: Integers, days: Days, library: Library, bundled: CodeSet | None
) -> Judged:
    """Judge codes on their days by the library's releases, else by the bundled one.

    ``told`` are the different codes, and which of them each row has; ``keys`` are the rows'
    codes packed, ``days`` datetime64[D] with NaT where no day is known.
    """
    codes = told[1]
    judged = Judged(
        np.zeros(len(codes), np.bool_),
        np.zeros(len(codes), np.bool_),
        np.full(len(codes), "", np.object_),
        {},
    )
    for table, which in library.divide(ICD10CM, days):
        if table is not None:
            _judge_loaded(judged, table, told, keys, which)
        elif bundled is not None:
            _judge_bundled(judged, bundled, told, days, which)
    return judged


def _judge_loaded(
    judged: Judged,
    table: Table[DiagnosisCode],
    told: ToldCodes,
    keys: Integers,
    which: npt.NDArray[np.intp],
) -> None:
    rows = table.find_packed(keys[which])
    judged.covered[which] = True
    judged.valid[which] = (rows >= 0) & table.array("billable")[rows]
    judged.releases[which] = table.release.name
    _tell_faults(judged, LoadedRelease(table), told, which)


def _judge_bundled(
    judged: Judged, bundled: CodeSet, told: ToldCodes, days: Days, which: npt.NDArray[np.intp]
) -> None:
    span = bundled.span
    inside = days[which] >= np.datetime64(span.starts_on)
    if span.ends_on is not None:
        inside &= days[which] <= np.datetime64(span.ends_on)
    judged.covered[which] = inside
    valid = [bundled.status_in_release(code) is CodeStatus.VALID for code in told[0]]
    judged.valid[which] = np.array(valid, np.bool_)[told[1][which]]
    judged.releases[which] = bundled.release
    _tell_faults(judged, bundled, told, which)


def _tell_faults(
    judged: Judged, release: Release, told: ToldCodes, which: npt.NDArray[np.intp]
) -> None:
    """Add the faults of codes that are not billable; most codes are."""
    codes, numbers = told
    tell = cache(lambda number: fault_of(codes[number], release))
    rows = which[judged.covered[which] & ~judged.valid[which]]
    for row, number in zip(rows.tolist(), numbers[rows].tolist(), strict=True):
        judged.faults[row] = tell(number)
