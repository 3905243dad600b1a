"""A bridge from ASGI to WSGI: ordinary views run in threads, where they are fastest."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Executor
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WsgiApp = Callable[..., Iterable[bytes]]

BODY_BYTES_MAX = 32 * 1024 * 1024
_IN_MEMORY_BYTES = 1024 * 1024


class WsgiBridge:
    """Answers ASGI requests by a WSGI application on an executor's threads."""

    def __init__(
        self, app: WsgiApp, executor: Executor, body_bytes_max: int = BODY_BYTES_MAX
    ) -> None:
        self._app = app
        self._executor = executor
        self._body_bytes_max = body_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the body in, run the application, hand its answer out."""
        with SpooledTemporaryFile(_IN_MEMORY_BYTES) as body:
            length = await _take_in(receive, body, self._body_bytes_max)
            if length is None:
                await _refuse(send)
                return
            body.seek(0)
            environ = make_environ(scope, body, length)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, self._run, environ, send, loop)

    def _run(self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop) -> None:
        """Run in a thread; each piece waits until the server has taken the one before."""

        def send_now(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_send(send, message), loop).result()

        start: list[Message] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            start[:] = [_start_message(status, headers)]

        answer = self._app(environ, start_response)
        try:
            for piece in answer:
                if start:
                    send_now(start.pop())
                send_now({"type": "http.response.body", "body": piece, "more_body": True})
            if start:
                send_now(start.pop())
            send_now({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()


async def _send(send: Send, message: Message) -> None:
    await send(message)


def _start_message(status: str, headers: list[tuple[str, str]]) -> Message:
    pairs = [
        (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
    ]
    return {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}


async def _take_in(receive: Receive, body: IO[bytes], bytes_max: int) -> int | None:
    """Write the body to the file and give its length; None where it is too long or cut off."""
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        piece = message.get("body", b"")
        length += len(piece)
        if length > bytes_max:
            return None
        body.write(piece)
        if not message.get("more_body"):
            return length


async def _refuse(send: Send) -> None:
    text = b"the request is too large\n"
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})


def make_environ(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """Give the WSGI environment of an ASGI scope (PEP 3333)."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    path = scope.get("raw_path") or scope["path"].encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.split(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BufferedReader(body) if isinstance(body, io.RawIOBase) else body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    environ["CONTENT_LENGTH"] = str(length)
    return environ


def _add_headers(environ: dict[str, Any], headers: Iterable[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue  # "x_y" would become the same key as "x-y": a way to forge headers
        key = name.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
