import pickle
import re
import tracemalloc
from datetime import date

import pytest

from cleanclaim.codes.icd10cm import (
    CodeSet,
    CodeSetError,
    bundled,
    dotted,
    release_of,
)
from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.spans import Span

IN_FORCE = date(2026, 5, 4)
SMALL = CodeSet("test", Span(date(2026, 4, 1), date(2026, 9, 30)), ["E11", "E119", "I10", "1"])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("E119", CodeStatus.VALID),
        ("e11.9", CodeStatus.VALID),
        ("I10", CodeStatus.VALID),
        ("E11", CodeStatus.HEADER),
        ("E118", CodeStatus.INVALID),
        ("", CodeStatus.INVALID),
        ("1", CodeStatus.INVALID),
    ],
)
def test_a_code_has_one_status_on_a_day_in_force(code: str, status: CodeStatus) -> None:
    assert SMALL.status(code, IN_FORCE) is status


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 10, 1)])
@pytest.mark.parametrize("code", ["E119", "E11", "nonsense"])
def test_outside_its_span_a_release_knows_nothing(code: str, day: date) -> None:
    assert SMALL.status(code, day) is CodeStatus.UNKNOWN


def test_the_bundled_release_is_named_and_dated() -> None:
    codes = bundled()
    assert re.fullmatch(r"ICD-10-CM (April|October) \d{4}", codes.release)
    assert codes.span.ends_on is not None
    assert len(codes) > 70_000


def test_the_bundled_statuses_agree_with_the_package() -> None:
    codes = bundled()
    codes.description("I10")  # imports the package without its deprecation warning
    import simple_icd_10_cm

    every = [c for c in simple_icd_10_cm.get_all_codes(with_dots=False) if "-" not in c]
    for code in every[::23]:
        if len(code) < 3:
            continue
        leaf = simple_icd_10_cm.is_leaf(code)
        assert codes.status_in_release(code) is (CodeStatus.VALID if leaf else CodeStatus.HEADER)


def test_titles_come_from_the_release() -> None:
    assert bundled().description("E11.9") == "Type 2 diabetes mellitus without complications"
    assert bundled().description("E11.99") is None
    assert SMALL.description("E119") is None


def test_the_bundled_set_travels_between_processes_by_name() -> None:
    sent = pickle.dumps(bundled())
    assert len(sent) < 200
    assert pickle.loads(sent) is bundled()  # noqa: S301 - written two lines above


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("code-list-April-2026.txt", Span(date(2026, 4, 1), date(2026, 9, 30))),
        ("code-list-October-2026.txt", Span(date(2026, 10, 1), date(2027, 3, 31))),
    ],
)
def test_the_file_name_tells_the_span(name: str, span: Span) -> None:
    assert release_of(name)[1] == span


def test_an_unknown_file_name_is_refused() -> None:
    with pytest.raises(CodeSetError):
        release_of("codes.txt")


def test_people_write_a_dot() -> None:
    assert [dotted("E119"), dotted("I10"), dotted("s72.001a")] == ["E11.9", "I10", "S72.001A"]


@pytest.mark.parametrize("code", ["P84", "R99", "Z66", "B20"])
def test_a_category_that_is_its_own_section_may_be_billed(code: str) -> None:
    assert bundled().status_in_release(code) is CodeStatus.VALID


def test_the_bundled_release_is_opened_in_little_memory() -> None:
    bundled.cache_clear()
    tracemalloc.start()
    bundled()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
