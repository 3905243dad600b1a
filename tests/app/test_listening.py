"""Messages over TCP: each is kept before it is acknowledged, and sent again it changes nothing."""

import asyncio
from typing import Any

from app.desk import Desk, at
from app.test_importing import configure, count, one
from cleanclaim.app.listening import Listener, take_message
from cleanclaim.hl7.framing import FrameReader, frame
from cleanclaim.hl7.messages import read_message
from cleanclaim.store.encounters.models import Note
from cleanclaim.store.messages.models import Message, MessageState
from cleanclaim.store.patients.models import Patient
from hl7.feeds import document, registration


def answer_of(content: bytes) -> tuple[str, str]:
    """Give what an acknowledgement says and about which control id."""
    told: Any = read_message(content.decode()).first("MSA")
    return told.part(1), told.part(2)


async def _talk(desk: Desk, *pieces: bytes) -> list[bytes]:
    """Send pieces to a listener and give what it answers."""
    server = await Listener(desk.organization, at).start("127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        reader, writer = await asyncio.open_connection(host, port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
        content = await asyncio.wait_for(reader.read(-1), 60)
        writer.close()
    return FrameReader().feed(content)


def test_messages_over_the_wire_are_kept_entered_and_acknowledged(desk: Desk) -> None:
    configure(desk)
    stream = frame(registration().encode()) + frame(document().encode())
    answers = asyncio.run(_talk(desk, stream[:100], stream[100:]))
    assert [answer_of(each) for each in answers] == [("AA", "C1"), ("AA", "C2")]
    assert (count(desk, Patient), count(desk, Note)) == (1, 1)
    again = asyncio.run(_talk(desk, frame(document().encode())))
    assert [answer_of(each) for each in again] == [("AA", "C2")]
    assert (count(desk, Note), count(desk, Message)) == (1, 2)


def test_what_waits_for_a_person_is_taken_and_what_is_no_message_is_not(desk: Desk) -> None:
    organization = desk.organization
    parked = registration(pid="PID|1").encode()
    told = take_message(parked, organization=organization, clock=at)
    assert answer_of(told) == ("AA", "C1")
    assert one(desk, MessageState).outcome == "parked"
    refused = take_message(b"hello", organization=organization, clock=at)
    assert answer_of(refused)[0] == "AE"
    assert count(desk, Message) == 1
