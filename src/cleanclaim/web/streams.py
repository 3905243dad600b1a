"""Live events: one listening connection a process feeds every open page."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
import psycopg
from django.db import connection

from cleanclaim.web.bridge import Receive, Scope, Send

CHANNEL = "cleanclaim"
HEARTBEAT_SECONDS = 20.0
_RETRY_SECONDS = 2.0
_QUEUE_MAX = 200


class Listener(msgspec.Struct, frozen=True):
    """Who listens to a stream: a person in an organization, by a session."""

    organization: int
    user: int
    session: str


class Switchboard:
    """Hears the database's notices and hands each to the streams of its organization."""

    def __init__(self) -> None:
        self._lines: dict[asyncio.Queue[str], int] = {}

    def join(self, organization: int) -> asyncio.Queue[str]:
        """Open a line for one stream."""
        line: asyncio.Queue[str] = asyncio.Queue(_QUEUE_MAX)
        self._lines[line] = organization
        return line

    def leave(self, line: asyncio.Queue[str]) -> None:
        """Close a line."""
        self._lines.pop(line, None)

    def hear(self, payload: str) -> None:
        """Pass a notice ``[organization, kind, id]`` to the lines of that organization only."""
        try:
            organization, kind, record = msgspec.json.decode(payload, type=tuple[int, str, int])
        except msgspec.DecodeError:
            return
        for line, listening in self._lines.items():
            if listening == organization:
                self._put(line, f"{kind} {record}")

    def resync(self) -> None:
        """Tell every line that notices may have been lost."""
        for line in self._lines:
            self._put(line, "resync 0")

    def _put(self, line: asyncio.Queue[str], text: str) -> None:
        # A page that cannot keep up forgets the single notices and reads its state anew.
        if line.full():
            while not line.empty():
                line.get_nowait()
            text = "resync 0"
        line.put_nowait(text)

    async def listen(self) -> None:
        """Listen for as long as the process serves; after a break, have every page read anew."""
        broken = False
        while True:
            try:
                async with await _connect() as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    if broken:
                        self.resync()
                    async for notice in listening.notifies():
                        self.hear(notice.payload)
            except psycopg.Error:
                broken = True
                await asyncio.sleep(_RETRY_SECONDS)


async def _connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
    parameters = connection.get_connection_params()
    for django_only in ("context", "cursor_factory", "prepare_threshold", "assume_role"):
        parameters.pop(django_only, None)
    return await psycopg.AsyncConnection.connect(**parameters, autocommit=True)


def find_listener(headers: Mapping[bytes, bytes]) -> Listener | None:
    """Give whose session the cookie names, None where it opens nothing (any more)."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return None
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return None
    session = SessionStore(cookie.value)
    organization, user = session.get("organization"), session.get("_auth_user_id")
    if not isinstance(organization, int) or user is None or not _may_listen(session):
        return None
    return Listener(organization, int(user), cookie.value)


def _may_listen(session: Any) -> bool:  # noqa: ANN401 - Django's session store
    """Ask limits, password and membership as for a page; listening is no activity."""
    from django.contrib.auth import HASH_SESSION_KEY

    from cleanclaim.store.organizations.models import User
    from cleanclaim.store.tenancy import within
    from cleanclaim.web.access import find_membership, within_limits

    if not within_limits(session, datetime.now(UTC).timestamp()):
        return False
    user = User.objects.filter(pk=session["_auth_user_id"], is_active=True).first()
    if user is None or session.get(HASH_SESSION_KEY) != user.get_session_auth_hash():
        return False
    with within(session["organization"]):
        return find_membership(user.pk, session["organization"]) is not None


class EventStream:
    """The stream of one page: ids that moved, and a heartbeat that asks the session again."""

    def __init__(
        self,
        switchboard: Switchboard,
        ask: Callable[[Mapping[bytes, bytes]], Any],
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._switchboard = switchboard
        self._ask = ask
        self._heartbeat_seconds = heartbeat_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the page leaves or its session ends."""
        headers = dict(scope["headers"])
        listener = await self._ask(headers)
        if listener is None:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        line = self._switchboard.join(listener.organization)
        leaving = asyncio.ensure_future(_wait_for_leave(receive))
        talking = asyncio.ensure_future(self._talk(line, headers, send))
        try:
            await asyncio.wait({leaving, talking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._switchboard.leave(line)
            for task in (leaving, talking):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task

    async def _talk(
        self, line: asyncio.Queue[str], headers: Mapping[bytes, bytes], send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        # The browser that comes back after a break missed what was said meanwhile.
        first = "resync 0" if b"last-event-id" in headers else ""
        await _say(send, _message(first) if first else ": listening\n\n")
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        while True:
            try:
                text = await asyncio.wait_for(line.get(), self._heartbeat_seconds)
            except TimeoutError:
                text = ""
            if loop.time() - asked_at >= self._heartbeat_seconds:
                asked_at = loop.time()
                if await self._ask(headers) is None:
                    break
            await _say(send, _message(text) if text else ": still here\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


def _message(text: str) -> str:
    """Write a notice twice: by its kind for lists, by kind and id for the record's own page."""
    kind, record = text.split(" ")
    said = f"id: 1\nevent: {kind}\ndata: {record}\n\n"
    if record != "0":
        said += f"event: {kind}-{record}\ndata: {record}\n\n"
    return said


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _wait_for_leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
