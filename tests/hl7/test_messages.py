"""Messages are read as they are written: any delimiters, any line ends, nothing refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.hl7.acknowledge import Answer, acknowledge
from cleanclaim.hl7.framing import FrameReader, FrameTooLargeError, frame
from cleanclaim.hl7.messages import Delimiters, read_message, split_messages
from cleanclaim.hl7.reading import read_arrival
from hl7.feeds import document, head, lines, read, registration

NOW = datetime(2026, 4, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_is_read(end: str) -> None:
    message = read(registration().replace("\r", end))
    assert [each.name for each in message.segments] == ["MSH", "EVN", "PID", "PV1", "IN1"]
    assert (message.title, message.control, message.sender) == ("ADT^A04", "C1", "CHART/RIVERBEND")
    assert message.findings == ()


def test_the_message_says_its_own_delimiters() -> None:
    message = read("MSH#*!?%#CHART#US###20260410##ADT*A04#C9#P#2.3\rPID###7*8%9!10")
    segment = message.first("PID")
    assert segment is not None
    assert (message.kind, message.event) == ("ADT", "A04")
    assert [segment.part(3), segment.part(3, 2, 2), segment.part(3, repeat=1)] == ["7", "9", "10"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\H\loud\N\ ", "loud "),
        (r"\X41C3A9\ ", "Aé "),
        (r"\Zown\ stays", r"\Zown\ stays"),
        (r"a lone \ stays", r"a lone \ stays"),
    ],
)
def test_escapes_are_undone_and_unknown_ones_stay(written: str, meant: str) -> None:
    assert Delimiters().unescape(written) == meant


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\\"), max_size=40))
def test_text_without_escapes_is_itself(text: str) -> None:
    assert Delimiters().unescape(text) == text


def test_a_file_is_cut_at_its_messages_and_envelopes_are_left_out() -> None:
    batch = "FHS|^~\\&|X\rBHS|^~\\&|X\r" + registration() + document() + "BTS|2\rFTS|1\r"
    assert [read(each).title for each in split_messages(batch)] == ["ADT^A04", "MDM^T02"]
    assert split_messages("\ufeff" + registration() + "\x1c")[0].startswith("MSH|")
    assert split_messages("no message\rZMSH|x|MSH|y") == []


def test_a_line_that_begins_no_segment_belongs_to_the_one_before() -> None:
    message = read(document().replace("pressure.", "pressure.\nFeels well."))
    (note,) = read_arrival(message)[0].notes
    assert note.text == "Seen for high blood pressure.\nFeels well.\nContinue lisinopril & recheck."
    assert [each.rule for each in message.findings] == ["HL7.LINE"]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("PID|1", ["HL7.HEAD"]),
        ("MSH", ["HL7.HEAD"]),
        ("MSHa^~", ["HL7.HEAD"]),
        (r"MSH|^~\&|||||||||P", ["HL7.KIND", "HL7.CONTROL", "HL7.SENDER", "HL7.FACILITY"]),
        (head("ADT^A04").replace(r"^~\&", "^~"), ["HL7.DELIMITERS"]),
    ],
)
def test_what_is_wrong_with_the_head_is_told_and_nothing_is_raised(
    text: str, rules: list[str]
) -> None:
    message = read_message(text)
    told = [each.rule for each in message.findings if each.rule != "HL7.VERSION"]
    assert told == rules
    read_arrival(message)


@given(st.text(max_size=200))
def test_no_text_makes_reading_fail(text: str) -> None:
    for each in (text, "MSH|^~\\&|" + text, registration() + text):
        arrival, _ = read_arrival(read_message(each))
        assert arrival.happening
        split_messages(each)


def test_an_acknowledgement_turns_the_message_round() -> None:
    told = acknowledge(read(registration()), Answer.TAKEN, control="A1", at=NOW)
    first, second = told.strip("\r").split("\r")
    assert first == (
        r"MSH|^~\&|CLEANCLAIM|US|CHART|RIVERBEND|20260410090000+0000||ACK^A04|A1|P|2.5.1"
    )
    assert second == "MSA|AA|C1"
    refused = acknowledge(
        read(registration()), Answer.FAILED, control="A2", at=NOW, reason="a|b^c\rPID"
    )
    assert read(refused).first("MSA").raw(3) == "a b c PID"  # type: ignore[union-attr]


@given(st.lists(st.binary(max_size=30).filter(lambda b: b"\x0b" not in b and b"\x1c" not in b)))
def test_frames_come_whole_however_they_are_cut(messages: list[bytes]) -> None:
    stream = b"noise".join(map(frame, messages))
    reader = FrameReader()
    found = [one for n in range(len(stream)) for one in reader.feed(stream[n : n + 1])]
    assert found == messages
    assert FrameReader().feed(stream) == messages


def test_a_frame_that_never_ends_is_refused() -> None:
    reader = FrameReader(bytes_max=10)
    assert reader.feed(b"\x0b123") == []
    with pytest.raises(FrameTooLargeError):
        reader.feed(b"4567890123")


def test_batches_of_lines_read_as_sent() -> None:
    assert read(lines("MSH|^~\\&|A|B\rPID|1")).first("PID") is not None
