from datetime import date

import pytest

from cleanclaim.codes import code_list as module
from cleanclaim.codes.code_list import CodeListError, Diagnoses, code_list, code_lists, expanded
from cleanclaim.codes.icd10cm import CodeSet, CodeSetError
from cleanclaim.codes.place_of_service import NAMES
from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.spans import Span

TODAY = date(2026, 1, 2)
APRIL = CodeSet("April", Span(date(2026, 4, 1), date(2026, 9, 30)), ["E11", "E119", "I10"])


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("state", "IL", CodeStatus.VALID),
        ("state", "PR", CodeStatus.VALID),
        ("state", "ON", CodeStatus.VALID),
        ("state", "XX", CodeStatus.INVALID),
        ("state", "il", CodeStatus.INVALID),
        ("country", "MX", CodeStatus.VALID),
        ("zip", "62701", CodeStatus.VALID),
        ("zip", "627010000", CodeStatus.VALID),
        ("zip", "00000", CodeStatus.INVALID),
        ("zip", "62701-0000", CodeStatus.INVALID),
        ("zip", "６２７０１", CodeStatus.INVALID),
        ("carc", "45", CodeStatus.VALID),
        ("carc", "P12", CodeStatus.VALID),
        ("carc", "305", CodeStatus.VALID),
        ("carc", "320", CodeStatus.NEWER),
        ("carc", "9999", CodeStatus.INVALID),
        ("carc", "17", CodeStatus.ENDED),
        ("carc", "045", CodeStatus.INVALID),
        ("rarc", "MA01", CodeStatus.VALID),
        ("rarc", "N822", CodeStatus.VALID),
        ("rarc", "N950", CodeStatus.NEWER),
        ("rarc", "ZZ9", CodeStatus.INVALID),
        ("claim_status", "800", CodeStatus.VALID),
        ("claim_status", "36", CodeStatus.ENDED),
        ("claim_status_category", "A7", CodeStatus.VALID),
        ("place_of_service", "97", CodeStatus.INVALID),
        ("revenue", "0450", CodeStatus.VALID),
        ("revenue", "450", CodeStatus.INVALID),
        ("admission_source", "7", CodeStatus.ENDED),
        ("icd10pcs", "4A023N7", CodeStatus.VALID),
        ("icd10pcs", "4A023O7", CodeStatus.INVALID),
        ("icd9cm", "25000", CodeStatus.VALID),
        ("icd9cm", "E119", CodeStatus.VALID),
        ("icd9cm", "J069", CodeStatus.INVALID),
        ("procedure", "0071T", CodeStatus.VALID),
        ("procedure", "9921", CodeStatus.INVALID),
        ("npi", "1234567893", CodeStatus.VALID),
        ("npi", "1234567890", CodeStatus.INVALID),
        ("tin", "12-3456789", CodeStatus.INVALID),
        ("icd10cm", "E11.9", CodeStatus.INVALID),
        ("icd10cm", "E119", CodeStatus.VALID),
    ],
)
def test_a_list_tells_what_a_code_is_on_a_day(name: str, code: str, status: CodeStatus) -> None:
    listed = code_list(name)
    assert listed.status(code, TODAY) is status
    if listed.holds(code):
        assert status is CodeStatus.VALID


def test_an_ended_code_is_valid_up_to_its_last_day_and_where_no_day_matters() -> None:
    carc = code_list("carc")
    assert carc.status("162", date(2014, 7, 1)) is CodeStatus.VALID
    assert carc.status("162", date(2014, 7, 2)) is CodeStatus.ENDED
    assert carc.status("162", None) is CodeStatus.VALID


@pytest.mark.parametrize(
    ("code", "on", "status"),
    [
        ("E119", date(2019, 1, 1), CodeStatus.VALID),
        ("E118", date(2026, 9, 30), CodeStatus.INVALID),
        ("E118", date(2025, 10, 1), CodeStatus.INVALID),  # April adds to October's release
        ("E118", date(2025, 9, 30), CodeStatus.UNKNOWN),
        ("E118", date(2026, 10, 1), CodeStatus.NEWER),
        ("E118", None, CodeStatus.INVALID),
        ("E11", date(2026, 5, 4), CodeStatus.HEADER),
        ("E11", date(2026, 1, 2), CodeStatus.UNKNOWN),  # it may have been split in April
        ("11E", date(2026, 10, 1), CodeStatus.INVALID),
    ],
)
def test_a_release_of_diagnoses_says_no_more_than_it_can(
    code: str, on: date | None, status: CodeStatus
) -> None:
    assert Diagnoses("icd10cm", APRIL).status(code, on) is status


def test_every_list_can_be_opened_and_knows_its_release() -> None:
    for name in code_lists():
        listed = code_list(name)
        assert listed.release
        assert listed.status("", TODAY) is CodeStatus.INVALID
        assert listed.status("#", TODAY) is CodeStatus.INVALID


def test_a_list_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CodeListError):
        code_list("nonsense")


def test_without_a_release_only_the_form_of_a_diagnosis_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> CodeSet:
        raise CodeSetError

    monkeypatch.setattr(module, "bundled", missing)
    code_list.cache_clear()
    try:
        assert code_list("icd10cm").status("E118", TODAY) is CodeStatus.VALID
        assert code_list("icd10cm").status("118", TODAY) is CodeStatus.INVALID
    finally:
        code_list.cache_clear()


def test_places_of_service_are_those_that_have_names() -> None:
    known = {
        f"{number:02d}"
        for number in range(100)
        if code_list("place_of_service").holds(f"{number:02d}")
    }
    assert known == set(NAMES)


def test_ranges_are_written_short() -> None:
    assert list(expanded(["01-03 A0-A2", "C-E 7"])) == [
        "01", "02", "03", "A0", "A1", "A2", "C", "D", "E", "7",
    ]  # fmt: skip
