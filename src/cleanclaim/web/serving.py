"""Serving: pages through threads, live events through one loop, in one process."""

import asyncio
import logging
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from cleanclaim.web.bridge import Receive, Scope, Send, WsgiBridge

THREADS = 8
_LEAVE_SECONDS = 10


class Application:
    """The ASGI application: ``/events`` is a stream, everything else is Django's."""

    def __init__(self, threads: int = THREADS) -> None:
        from django.core.wsgi import get_wsgi_application

        from cleanclaim.web.streams import EventStream, Switchboard

        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._pages = WsgiBridge(get_wsgi_application(), self._executor)
        self._switchboard = Switchboard()
        self._events = EventStream(self._switchboard, self._ask)
        self._open: set[asyncio.Task[Any]] = set()
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        if scope["path"] == "/events":
            await self._stream(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._listening is None:
            self._listening = asyncio.ensure_future(self._switchboard.listen())
        task = asyncio.ensure_future(self._events(scope, receive, send))
        self._open.add(task)
        try:
            await task
        except asyncio.CancelledError:
            with suppress(Exception):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._open.discard(task)

    async def _ask(self, headers: Mapping[bytes, bytes]) -> object:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, _find_listener, headers)

    async def close(self) -> None:
        """End the streams and the threads, so that a stop does not wait for open pages."""
        for task in list(self._open):
            task.cancel()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        self._executor.shutdown(wait=False, cancel_futures=True)


def _find_listener(headers: Mapping[bytes, bytes]) -> object:
    """Ask in a thread, and give the thread's database connection back its age limit."""
    from django.db import close_old_connections

    from cleanclaim.web.streams import find_listener

    close_old_connections()
    try:
        return find_listener(headers)
    finally:
        close_old_connections()


def serve(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until the process is told to stop; the database must be booted.

    Raises DatabaseRefusedError under a role that row security does not bind, and
    UndeclaredRouteError for a route without a permission.
    """
    from importlib import import_module

    from cleanclaim.store.connection import refuse_unsafe_role

    refuse_unsafe_role()
    import_module("cleanclaim.web.urls")
    # Django's own lines on standard error name the path of each refused request.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    asyncio.run(_serve(host, port))


def _warm() -> None:
    """Load the code titles (1.5 s) before the first claim page asks for one, then the encoder.

    Codes whose folder cannot be written to are searched as far as they are there.
    """
    from cleanclaim.app.referencing import prepare_codes
    from cleanclaim.codes.icd10cm import bundled

    bundled().description("I10")
    with suppress(OSError):
        prepare_codes(datetime.now(UTC))


async def _serve(host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    app = Application()
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        websockets=False,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.ensure_future(server.serve())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await app.close()
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(serving, _LEAVE_SECONDS)
    if serving.done():
        serving.result()
