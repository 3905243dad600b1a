"""Diagnoses are judged by the release of their day, and what is wrong with them is told apart."""

from datetime import date

import numpy as np
import pytest

from cleanclaim.codes.billable import Fault, Judged, LoadedRelease, fault_of, judge
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.status import CodeStatus
from cleanclaim.codes.store.columns import Code
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.store.keys import pack_all
from cleanclaim.codes.tables.diagnoses import ICD10CM, DiagnosisCode
from cleanclaim.kernel.spans import Span

BILLABLE = ("E119", "I10", "S82101A", "S82101D", "T1491XA", "T1491XD", "O640XX0", "O640XX9")
HEADERS = ("E11", "S82101", "T1491", "O640")
FIRST, LAST = date(2025, 10, 1), date(2026, 3, 31)
BUNDLED = CodeSet("bundled", Span(date(2026, 4, 1), date(2026, 9, 30)), [*BILLABLE, *HEADERS])


def held(*, headers: bool) -> HeldLibrary:
    rows = [DiagnosisCode(code, billable=True, short="", title="") for code in BILLABLE]
    rows += [DiagnosisCode(code, billable=False, short="", title="") for code in HEADERS if headers]
    return HeldLibrary([Held(ICD10CM, tuple(rows), FIRST, LAST, "FY2026")])


def judged(codes: list[str], on: date | None, library: HeldLibrary) -> Judged:
    column = np.array(codes, np.object_)
    days = np.array([on] * len(codes), "datetime64[D]")
    told = codes, np.arange(len(codes))
    return judge(told, pack_all([Code(7)], [column]), days, library, BUNDLED)


FAULTS = [
    ("E11", Fault(CodeStatus.HEADER, "E11")),
    ("E118", Fault(CodeStatus.INVALID)),
    ("Q99", Fault(CodeStatus.INVALID)),
    ("", Fault(CodeStatus.INVALID)),
    ("E 11", Fault(CodeStatus.INVALID)),
    ("S82101", Fault(CodeStatus.HEADER, "S82101", "A, D")),
    ("S82101Q", Fault(CodeStatus.INVALID, "S82101", "A, D")),
    # Without what fills the gap, and with it but without the last character.
    ("T1491A", Fault(CodeStatus.INVALID, "T1491", "A, D")),
    ("T1491Q", Fault(CodeStatus.INVALID)),
    ("T1491X", Fault(CodeStatus.HEADER, "T1491X", "A, D")),
    ("O640XX7", Fault(CodeStatus.INVALID, "O640", "0, 9")),
    ("S82101AA", Fault(CodeStatus.INVALID)),
]


@pytest.mark.parametrize("headers", [True, False], ids=["all codes", "billable codes alone"])
@pytest.mark.parametrize(("code", "fault"), FAULTS)
def test_the_store_tells_what_is_wrong(code: str, fault: Fault, *, headers: bool) -> None:
    table = held(headers=headers).in_force(ICD10CM, FIRST)
    assert table is not None
    assert fault_of(code, LoadedRelease(table)) == fault


@pytest.mark.parametrize(("code", "fault"), FAULTS)
def test_the_bundled_release_tells_the_same(code: str, fault: Fault) -> None:
    assert fault_of(code, BUNDLED) == fault


@pytest.mark.parametrize("headers", [True, False], ids=["all codes", "billable codes alone"])
def test_the_release_of_the_day_judges(*, headers: bool) -> None:
    codes = ["E119", "E11", "S82101", "Q99", "S82101A"]
    told = judged(codes, FIRST, held(headers=headers))
    assert told.covered.all()
    assert told.valid.tolist() == [True, False, False, False, True]
    assert set(told.releases) == {"icd10cm FY2026"}
    assert sorted(told.faults) == [1, 2, 3]


@pytest.mark.parametrize(
    ("on", "release", "covered"),
    [
        (LAST, "icd10cm FY2026", True),
        (date(2026, 4, 1), "bundled", True),
        (date(2026, 10, 1), "bundled", False),
        (date(2025, 9, 30), "bundled", False),
        (None, "bundled", False),
    ],
)
def test_the_bundled_one_judges_where_none_is_loaded(
    on: date | None, release: str, *, covered: bool
) -> None:
    told = judged(["E119", "E118"], on, held(headers=True))
    assert told.releases.tolist() == [release] * 2
    assert told.covered.tolist() == [covered] * 2
    assert told.valid.tolist() == [True, False]
    assert set(told.faults) == ({1} if covered else set())
