"""A file checked by several processes is told exactly as by one."""

import os
import random
import signal
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.x12 import outlining
from cleanclaim.x12.checks.examples import recounted
from cleanclaim.x12.crew import WorkerFailedError


def with_transactions(text: str, count: int) -> str:
    """The interchange with its transaction so many times, some of them with a defect."""
    body = text[text.index("ST*") : text.index("GE*")]
    bodies = []
    for number in range(1, count + 1):
        made = body.replace("*0001", f"*{number:04d}")
        if number % 3 == 0:
            made = made.replace("*150*", "*151*", 1)
        if number % 4 == 0:
            made = made.replace("*20260102~", "*20261302~", 1)
        bodies.append(made)
    return text.replace(body, "".join(bodies)).replace("GE*1*", f"GE*{count}*")


def assert_same(path: Path, text: str) -> None:
    path.write_bytes(text.encode("latin-1"))
    alone, shared = x12.check(path), x12.check(path, workers=2)
    assert shared.to_builtins() == alone.to_builtins()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "without line ends": lambda text: text.replace("\n", ""),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "two interchanges": lambda text: text + text.replace("000000101", "000000102"),
    "other delimiters second": lambda text: (
        text + text.replace("000000101", "000000102").translate(str.maketrans("*:~", "|>!"))
    ),
    "wrong counts": lambda text: text.replace("GE*6*", "GE*7*").replace("IEA*1*", "IEA*2*"),
    "wrong group": lambda text: text.replace("GS*HC*", "GS*HP*"),
    "a control number twice": lambda text: text.replace("*0002", "*0001"),
    "an SE is missing": lambda text: text.replace("SE*55*0002~\n", ""),
    "a GE too early": lambda text: text.replace("SE*55*0002~\n", "GE*1*101~\nSE*55*0002~\n"),
    "no end": lambda text: text[: text.rindex("SE*")],
    "uneven lines": lambda text: text.replace("~\nST*837*0003", "~ \n\nST*837*0003"),
    "text before": lambda text: "hello\n" + text,
    "a mark before": lambda text: "\xef\xbb\xbf" + text,
    "an unknown guide": lambda text: text.replace("005010X222A1", "005010X999"),
    "nothing": lambda _text: "",
    "no X12": lambda _text: "ISA was here",
    "a segment between": lambda text: text.replace("GE*6*", "QQQ*1~\nGE*6*"),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_two_processes_tell_the_same(tmp_path: Path, professional: str, form: str) -> None:
    text = with_transactions(professional, 6)
    assert_same(tmp_path / "claims.x12", FORMS[form](text))


@pytest.mark.parametrize("seed", range(12))
def test_two_processes_tell_the_same_of_spoilt_files(
    tmp_path: Path, professional: str, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    segments = recounted(with_transactions(professional, 5)).split("\n")
    for _ in range(6):
        place = dice.randrange(len(segments))
        match dice.randrange(3):
            case 0:
                del segments[place]
            case 1:
                segments.insert(place, segments[dice.randrange(len(segments))])
            case _:
                segments[place] = segments[place][dice.randrange(4) :]
    assert_same(tmp_path / "claims.x12", "\n".join(segments))


@pytest.mark.parametrize("form", list(FORMS))
def test_where_a_window_ends_does_not_matter(
    tmp_path: Path, professional: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "claims.x12"
    path.write_bytes(FORMS[form](with_transactions(professional, 6)).encode("latin-1") or b" ")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        whole = list(outlining.outline(text))
        for step in (1, 2, 3, 61):
            monkeypatch.setattr(outlining, "_STEP", step)
            assert list(outlining.outline(text)) == whole


def test_every_transaction_of_even_lines_is_cut_out(tmp_path: Path, professional: str) -> None:
    path = tmp_path / "claims.x12"
    path.write_text(with_transactions(professional, 6))
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        spans = list(outlining.outline(text))
        assert [text[each.offset : each.inside].split(b"*")[2] for each in spans] == [
            f"{number:04d}".encode() for number in range(1, 7)
        ]
        assert all(text[each.closing :].startswith(b"SE*") for each in spans)
        assert all(text[each.isa : each.isa_end].startswith(b"ISA*") for each in spans)
        assert all(text[each.group : each.group_end].startswith(b"GS*") for each in spans)


def _raises(*_: object) -> object:
    raise KeyError


def _dies(*_: object) -> object:
    if os.getpid() != TESTED:
        os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


TESTED = os.getpid()


@pytest.mark.parametrize(("does", "told"), [(_raises, "KeyError"), (_dies, "a signal")])
def test_a_process_that_fails_is_told(
    tmp_path: Path,
    professional: str,
    monkeypatch: pytest.MonkeyPatch,
    does: Callable[..., object],
    told: str,
) -> None:
    path = tmp_path / "claims.x12"
    path.write_text(with_transactions(professional, 6))
    monkeypatch.setattr("cleanclaim.x12.sharing._check_span", does)
    with pytest.raises(WorkerFailedError, match=f"ended by {told}"):
        x12.check(path, workers=2)


def test_where_nothing_can_fork_one_process_checks(
    tmp_path: Path, professional: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    assert_same(tmp_path / "claims.x12", with_transactions(professional, 6))
