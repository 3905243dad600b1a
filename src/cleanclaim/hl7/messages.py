"""The text of a version 2 message: delimiters from its own first line, escapes, raw fields kept."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import msgspec

from cleanclaim.kernel.findings import Finding, Severity

_SOURCE = "HL7 v2.5.1, chapter 2"
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
# A byte order mark may stand before it, or the words that some tools write for the frame.
_HEAD = re.compile(r"(?:^|(?<=[\r\n\x0b\ufeff])|(?<=\[SOM\]))\s*MSH(?=[^A-Za-z0-9\s])")
_ENVELOPES = ("FHS", "BHS", "BTS", "FTS")
_NULL = '""'


class Delimiters(msgspec.Struct, frozen=True):
    """The characters that part a message, as MSH-1 and MSH-2 give them."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def unescape(self, text: str) -> str:
        """Give the text that escape sequences stand for; an unknown one stays as it is."""
        if not self.escape or self.escape not in text:
            return text
        mark = re.escape(self.escape)
        pattern = mark + "([^" + mark + "\r\n]{1,80})" + mark
        return re.sub(pattern, lambda found: self._meaning(found[1], found[0]), text)

    def _meaning(self, word: str, whole: str) -> str:
        known = {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
            ".br": "\n",
            ".BR": "\n",
            "H": "",
            "N": "",
        }
        if word in known:
            return known[word]
        if re.fullmatch(r"\.(?:sp|in|ti|sk)[+-]?\d{0,3}", word):
            return "\n" if word.startswith(".sp") else " "
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", word):
            return bytes.fromhex(word[1:]).decode("utf-8", "replace")
        return whole


class Segment(msgspec.Struct, frozen=True):
    """One segment; ``fields[0]`` is its name, and positions count as the standard's do."""

    fields: tuple[str, ...]
    delimiters: Delimiters

    @property
    def name(self) -> str:
        """Give the three letters."""
        return self.fields[0]

    def raw(self, field: int) -> str:
        """Give a field as it came; empty where the segment ends before it."""
        return self.fields[field] if field < len(self.fields) else ""

    def repeats(self, field: int) -> list[str]:
        """Give the repetitions of a field as they came; none for an empty or deleted one."""
        text = self.raw(field)
        if text in {"", _NULL}:
            return []
        mark = self.delimiters.repetition
        return text.split(mark) if mark else [text]

    def part(self, field: int, component: int = 1, sub: int = 1, repeat: int = 0) -> str:
        """Give one component, unescaped and stripped; a deleted value ("") reads as empty."""
        repeats = self.repeats(field)
        if repeat >= len(repeats):
            return ""
        return self.inside(repeats[repeat], component, sub)

    def inside(self, text: str, component: int, sub: int = 1) -> str:
        """Give a component of one repetition."""
        parts = text.split(self.delimiters.component)
        if component > len(parts):
            return ""
        value = parts[component - 1]
        if self.delimiters.subcomponent:
            subs = value.split(self.delimiters.subcomponent)
            value = subs[sub - 1] if sub <= len(subs) else ""
        return "" if value == _NULL else self.delimiters.unescape(value).strip()

    def text(self, field: int) -> str:
        """Give all repetitions of a field as lines of text, for narrative."""
        return "\n".join(self.delimiters.unescape(each) for each in self.repeats(field))


class Message(msgspec.Struct, frozen=True, dict=True):
    """A message: its text as it came, its segments, and what is wrong with its writing."""

    text: str
    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def head(self) -> Segment:
        """Give MSH; an empty one where the message has none."""
        found = self.first("MSH")
        return found or Segment(("MSH", "|"), Delimiters())

    def all(self, name: str) -> list[Segment]:
        """Give the segments of a name in their order."""
        return [each for each in self.segments if each.name == name]

    def first(self, name: str) -> Segment | None:
        """Give the first segment of a name."""
        return next((each for each in self.segments if each.name == name), None)

    def groups(self, opening: str, closing: Sequence[str] = ()) -> Iterator[list[Segment]]:
        """Give each segment of a name with those that follow it, up to the next or a closing."""
        group: list[Segment] = []
        for each in self.segments:
            if each.name == opening or each.name in closing:
                if group:
                    yield group
                group = [each] if each.name == opening else []
            elif group:
                group.append(each)
        if group:
            yield group

    @property
    def kind(self) -> str:
        """Give what kind of message it is (MSH-9-1)."""
        return self.head.part(9)

    @property
    def event(self) -> str:
        """Give what happened (MSH-9-2, else EVN-1)."""
        told = self.first("EVN")
        return self.head.part(9, 2) or (told.part(1) if told else "")

    @property
    def title(self) -> str:
        """Give kind and event as people write them: ADT^A04."""
        return f"{self.kind}^{self.event}"[:20]

    @property
    def control(self) -> str:
        """Give the control id (MSH-10), by which a repeated message is known."""
        return self.head.part(10)

    @property
    def sender(self) -> str:
        """Give who sent it: application and facility (MSH-3, MSH-4)."""
        return "/".join(filter(None, (self.head.part(3), self.head.part(4))))


def split_messages(text: str) -> list[str]:
    """Cut a file into its messages; envelopes of batches and what stands before are left out."""
    starts = [found.end() - len("MSH") for found in _HEAD.finditer(text)]
    return [_without_envelope(text[a:b]) for a, b in pairwise((*starts, len(text)))]


def _without_envelope(text: str) -> str:
    lines = re.split(
        r"(\r\n|\r|\n)", text.replace("\x0b", "").replace("\x1c", "").replace("[EOM]", "")
    )
    kept = [part for part in lines if not part.startswith(_ENVELOPES)]
    return "".join(kept).strip("\r\n\t ")


def read_message(text: str) -> Message:
    """Read a message; what is wrong with it is a finding, never an exception."""
    found = _read_delimiters(text)
    if found is None:
        return Message(text, (), (_finding("HL7.HEAD", "MSH", "it does not begin with MSH"),))
    findings: list[Finding] = []
    segments = []
    for line in _lines(text, found.field, findings):
        fields = line.split(found.field)
        if fields[0] == "MSH":
            fields.insert(1, found.field)
        segments.append(Segment(tuple(fields), found))
    message = Message(text, tuple(segments), ())
    findings.extend(_head_findings(message))
    return Message(text, tuple(segments), tuple(findings))


def _read_delimiters(text: str) -> Delimiters | None:
    if not text.startswith("MSH") or len(text) < len("MSH|^~"):
        return None
    field = text[3]
    if field.isalnum() or field.isspace():
        return None
    told = re.split(r"[\r\n]", text[4:])[0].split(field)[0]
    marks = [told[n] if n < len(told) else "" for n in range(4)]
    if not marks[0]:
        return None
    return Delimiters(field, *marks)


def _lines(text: str, field: str, findings: list[Finding]) -> list[str]:
    """Give the segments; a line that begins none belongs to the one before it."""
    lines: list[str] = []
    broken = 0
    for line in re.split(r"\r\n|\r|\n", text):
        name = line[:3]
        begins = _SEGMENT.fullmatch(name) and line[3:4] in {field, ""}
        if begins or not lines:
            lines.append(line)
        elif line.strip():
            lines[-1] += "\n" + line
            broken += 1
    if broken:
        told = f"{broken} lines begin no segment and were read as part of the one before"
        findings.append(_finding("HL7.LINE", "message", told))
    return lines


def _head_findings(message: Message) -> Iterator[Finding]:
    head = message.head
    wanted = (
        ("HL7.KIND", "MSH-9", message.kind, "the kind of message is missing"),
        ("HL7.CONTROL", "MSH-10", message.control, "the control id is missing"),
        ("HL7.SENDER", "MSH-3", head.part(3), "the sending application is missing"),
        ("HL7.FACILITY", "MSH-4", head.part(4), "the sending facility is missing"),
        ("HL7.VERSION", "MSH-12", head.part(12), "the version is missing"),
    )
    for rule, place, value, words in wanted:
        if not value:
            yield _finding(rule, place, words)
    if not head.delimiters.escape or not head.delimiters.subcomponent:
        yield _finding("HL7.DELIMITERS", "MSH-2", "not all four delimiters are declared")


def _finding(rule: str, place: str, words: str) -> Finding:
    severity = Severity.BLOCK if rule in {"HL7.HEAD", "HL7.KIND"} else Severity.WARN
    return Finding(rule, severity, place, words, source=_SOURCE)
