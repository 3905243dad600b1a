"""Live events reach the pages of their own organization, and end with the session."""

import asyncio
import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cleanclaim.web.bridge import Message
from cleanclaim.web.streams import EventStream, Listener, Switchboard
from conftest import Practice, make_practice

OURS = Listener(1, 1, "session")


async def _stream(
    board: Switchboard, answers: list[Listener | None], headers: list[tuple[bytes, bytes]] | None
) -> tuple[list[str], asyncio.Task[None]]:
    """Open a stream whose session gives these answers in turn, the last one for ever."""
    said: list[str] = []

    async def ask(_headers: Mapping[bytes, bytes]) -> Listener | None:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def send(message: Message) -> None:
        said.append(message.get("body", b"").decode() or str(message.get("status", "end")))

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    stream = EventStream(board, ask, heartbeat_seconds=0.05)
    task = asyncio.ensure_future(stream({"headers": headers or []}, receive, send))
    await asyncio.sleep(0.02)
    return said, task


def test_a_notice_reaches_its_own_organization_only() -> None:
    async def story() -> list[str]:
        board = Switchboard()
        said, task = await _stream(board, [OURS], None)
        board.hear('[2, "claim", 99]')
        board.hear("no notice at all")
        board.hear('[1, "claim", 17]')
        await asyncio.sleep(0.02)
        task.cancel()
        return said

    text = "".join(asyncio.run(story()))
    assert "event: claim\ndata: 17" in text
    assert "event: claim-17\n" in text
    assert "99" not in text


def test_a_page_that_comes_back_is_told_to_read_anew() -> None:
    async def story() -> str:
        said, task = await _stream(Switchboard(), [OURS], [(b"last-event-id", b"1")])
        task.cancel()
        return "".join(said)

    assert "event: resync" in asyncio.run(story())


def test_a_page_that_cannot_keep_up_reads_anew_instead() -> None:
    async def story() -> list[str]:
        board = Switchboard()
        line = board.join(1)
        for number in range(500):
            board.hear(f'[1, "claim", {number}]')
        return [line.get_nowait() for _ in range(line.qsize())]

    heard = asyncio.run(story())
    assert "resync 0" in heard
    assert len(heard) <= 200


def test_the_stream_ends_when_the_session_does() -> None:
    async def story() -> tuple[list[str], bool]:
        said, task = await _stream(Switchboard(), [OURS, OURS, None], None)
        await asyncio.wait({task}, timeout=1)
        return said, task.done()

    said, ended = asyncio.run(story())
    assert ended
    assert said.count(": still here\n\n") == 1


@contextmanager
def _events(server: str, cookie: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
    connection.request("GET", "/events", headers={"Cookie": cookie})
    answer = connection.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        connection.close()


def _cookie(practice: Practice) -> str:
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    client.post("/sign-in", {"email": practice.email, "password": practice.password})
    return f"sessionid={client.cookies['sessionid'].value}"


def test_the_database_wakes_the_right_page(server: str, practice: Practice) -> None:
    from cleanclaim.app.work import SYSTEM, unit_of_work

    others = make_practice().organization
    with _events(server, "sessionid=invented") as refused:
        assert refused.status == 401
    with _events(server, _cookie(practice)) as answer:
        assert answer.readline().startswith(b": listening")
        for organization, record in ((others, 404), (practice.organization, 17)):
            at = datetime.now(UTC)
            with unit_of_work(organization=organization, actor=SYSTEM, at=at) as work:
                work.tell("claim.held", ("claim", record), claim=record)
        heard = b""
        while b"claim-17" not in heard:
            heard += answer.readline()
    assert b"404" not in heard
