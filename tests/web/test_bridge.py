"""The bridge hands requests and answers over whole, and refuses what is too large."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cleanclaim.web.bridge import Message, WsgiApp, WsgiBridge, make_environ

Start = Callable[[str, list[tuple[str, str]]], object]
HEADERS = [(b"host", b"a.example"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_forged", b"1")]


def _scope(**changes: object) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": "/caf\u00e9",
        "raw_path": b"/caf%C3%A9?x=1",
        "query_string": b"x=1",
        "headers": HEADERS,
        **changes,
    }


def _ask(app: WsgiApp, *pieces: bytes, bytes_max: int = 1000) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    coming = [
        {"type": "http.request", "body": piece, "more_body": n < len(pieces) - 1}
        for n, piece in enumerate(pieces)
    ]

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(dict(message))

    with ThreadPoolExecutor(1) as executor:
        asyncio.run(WsgiBridge(app, executor, bytes_max)(_scope(), receive, send))
    return said


def _echo(environ: dict[str, Any], start: Start) -> list[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start("201 Created", [("Set-Cookie", " a=1"), ("X-Path", environ["PATH_INFO"])])
    return [body[:3], body[3:]]


def test_a_body_in_pieces_arrives_whole_and_the_answer_goes_out_in_pieces() -> None:
    start, *bodies = _ask(_echo, b"ab", b"cdef")
    assert start["status"] == 201
    assert (b"set-cookie", b"a=1") in start["headers"]
    assert b"".join(part["body"] for part in bodies) == b"abcdef"
    assert [part["more_body"] for part in bodies] == [True, True, False]


def test_a_body_beyond_the_limit_never_reaches_the_application() -> None:
    reached: list[bool] = []

    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        reached.append(True)
        return _echo(environ, start)

    assert _ask(app, b"x" * 6, b"x" * 6, bytes_max=10)[0]["status"] == 413
    assert not reached
    assert _ask(app, b"x" * 5, b"x" * 5, bytes_max=10)[0]["status"] == 201
    assert reached


def test_an_answer_is_closed_even_when_it_fails_midway() -> None:
    closed: list[bool] = []

    class Failing:
        def __iter__(self) -> Iterator[bytes]:
            yield b"begun"
            raise RuntimeError

        def close(self) -> None:
            closed.append(True)

    def app(_environ: dict[str, Any], start: Start) -> Failing:
        start("200 OK", [])
        return Failing()

    with pytest.raises(RuntimeError):
        _ask(app, b"")
    assert closed == [True]


def test_the_environment_decodes_the_path_and_lets_no_header_be_forged() -> None:
    environ = make_environ(_scope(), open("/dev/null", "rb"), 0)  # noqa: SIM115, PTH123
    environ["wsgi.input"].close()
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9"
    assert environ["QUERY_STRING"] == "x=1"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert "HTTP_X_FORGED" not in environ
