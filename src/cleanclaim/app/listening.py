"""The listener for HL7 over TCP (MLLP): each message kept, entered, and only then acknowledged."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from django.db import DatabaseError, close_old_connections, connections

from cleanclaim.app.importing import import_file
from cleanclaim.app.intake import NotAMessageError
from cleanclaim.hl7.acknowledge import Answer, acknowledge
from cleanclaim.hl7.framing import FrameReader, FrameTooLargeError, frame
from cleanclaim.hl7.messages import read_message, split_messages
from cleanclaim.store.events.chain import Actor

LISTENER = Actor("system", "listener")
_log = logging.getLogger("cleanclaim.listener")
_PIECE = 65_536
Clock = Callable[[], datetime]


def now() -> datetime:
    """Give the moment."""
    return datetime.now(UTC)


def take_message(content: bytes, *, organization: int, clock: Clock = now) -> bytes:
    """Import one message as it came and give its acknowledgement.

    It is AA once the message is kept, whether it entered or waits for a person: then sending it
    again would help nobody. AE where it is no message, AR where nothing could be kept.
    """
    at = clock()
    texts = split_messages(content.decode("utf-8", "replace"))
    message = read_message(texts[0] if texts else "")
    control = f"{at:%Y%m%d%H%M%S%f}"[:20]
    try:
        import_file(
            organization=organization,
            actor=LISTENER,
            at=at,
            name="received by the listener",
            content=content,
        )
    except NotAMessageError:
        answer, reason = Answer.FAILED, "this is no HL7 message"
    except DatabaseError as error:
        _log.error("a message was not kept: %s", type(error).__name__)
        answer, reason = Answer.AGAIN, "nothing was kept; send it again"
    else:
        answer, reason = Answer.TAKEN, ""
    return acknowledge(message, answer, control=control, at=at, reason=reason).encode()


class Listener:
    """Serves senders side by side; their messages enter one after another."""

    def __init__(self, organization: int, clock: Clock = now) -> None:
        self._organization, self._clock = organization, clock
        # One thread, so that it has one connection to the database and an order.
        self._worker = ThreadPoolExecutor(1, "listener")

    async def start(self, host: str, port: int) -> asyncio.Server:
        """Listen; give the server, which the caller closes."""
        return await asyncio.start_server(self._serve, host, port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        loop = asyncio.get_running_loop()
        try:
            while piece := await reader.read(_PIECE):
                for content in frames.feed(piece):
                    answer = await loop.run_in_executor(self._worker, self._take, content)
                    writer.write(frame(answer))
                    await writer.drain()
        except (FrameTooLargeError, ConnectionError) as error:
            _log.warning("a sender was cut off: %s", type(error).__name__)
        finally:
            writer.close()
            # Not awaited: where the server ends, its loop may end before the worker has.
            self._worker.submit(connections.close_all)

    def _take(self, content: bytes) -> bytes:
        close_old_connections()
        return take_message(content, organization=self._organization, clock=self._clock)


async def listen(organization: int, host: str, port: int) -> None:
    """Listen until the task is cancelled."""
    server = await Listener(organization).start(host, port)
    async with server:
        await server.serve_forever()
