"""The envelope: forms of ISA, GS and TA1, counts and control numbers, what refuses them."""

import re
from collections.abc import Iterator

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.diagnosis import diagnose
from cleanclaim.x12.events import GroupEnd, InterchangeEnd
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.grammar import read_guide
from cleanclaim.x12.patterns import DATE as LONG_DATE
from cleanclaim.x12.patterns import SHORT_DATE, TIME
from cleanclaim.x12.segments import Segment

# What ISA05 and ISA07 may say of the form of an interchange's sender and receiver.
QUALIFIERS = r"0[1-9]|1\d|2[0-9]|3[0-8]|AM|NR|SA|SN|ZZ"
# The sixteen elements of an ISA: the TA1 note code that refuses each, and its form, fixed in
# length (X12.5, interchange control structures).
_ISA_FORMS = [
    ("010", r"00|0[1-8]"),
    ("011", r".{10}"),
    ("012", r"0[01]"),
    ("013", r".{10}"),
    ("005", QUALIFIERS),
    ("006", r".{15}"),
    ("007", QUALIFIERS),
    ("008", r".{15}"),
    ("014", SHORT_DATE),
    ("015", r"(?:[01]\d|2[0-3])[0-5]\d"),
    ("016", r"."),
    ("017", r"00[2-9]\d\d"),
    ("018", r"\d{9}"),
    ("019", r"[01]"),
    ("020", r"[PTI]"),
    ("027", r"."),
]
_GS_FORMS = [
    r"[A-Z]{2}",
    r".{2,15}",
    r".{2,15}",
    LONG_DATE,
    TIME,
    r"\d{1,9}",
    r"[XT]",
    r"[A-Z0-9]{1,12}",
]
_ISA_PATTERNS = [(code, re.compile(form, re.ASCII | re.DOTALL)) for code, form in _ISA_FORMS]
_GS_PATTERNS = [re.compile(form, re.ASCII | re.DOTALL) for form in _GS_FORMS]


def judge_isa(isa: Segment) -> Iterator[X12Finding]:
    """Give the elements of an ISA that do not have their fixed form."""
    if len(isa.elements) != len(_ISA_PATTERNS):
        yield found(rules.BAD_ISA, isa, "", "ISA", element="ISA")
    for place, ((code, pattern), text) in enumerate(
        zip(_ISA_PATTERNS, isa.elements, strict=False), 1
    ):
        if not pattern.fullmatch(text):
            rule = msgspec.structs.replace(rules.BAD_ISA, code=f"TA1:{code}")
            name = f"ISA{place:02d}"
            yield found(rule, isa, "", name, element=name)


def judge_gs(gs: Segment) -> Iterator[X12Finding]:
    """Give the elements of a GS that do not have their form."""
    for place, pattern in enumerate(_GS_PATTERNS, 1):
        if not pattern.fullmatch(gs.get(place)):
            name = f"GS{place:02d}"
            yield found(rules.BAD_GS, gs, "", name, element=name)


def judge_ta1(segment: Segment) -> Iterator[X12Finding]:
    """Give the elements of a TA1 that do not have their form.

    No acknowledgement answers a TA1, so the findings carry no code.
    """
    for flaw in diagnose(segment, read_guide("TA1.txt").root.trigger.shape):
        words = flaw.words | {"element": flaw.element}
        yield found(flaw.rule.coded(""), segment, "", flaw.element, **words)


def count_differs(said: str, counted: int) -> bool:
    """Tell whether the text says another number; leading zeros do not matter."""
    return not (said.isascii() and said.isdigit()) or int(said[:18]) != counted


class _Envelope:
    """What an interchange and a group have in common: a header, a count, findings."""

    def __init__(self, header: Segment) -> None:
        self.header = header
        self.count = 0
        self.controls: set[str] = set()
        self.findings: list[X12Finding] = []
        self.strayed = False

    def find(self, rule: Rule, at: Segment, /, **words: object) -> None:
        """Note that a rule is broken at a segment."""
        self.findings.append(found(rule, at, "", "", **words))


class Interchange(_Envelope):
    """An open interchange."""

    def __init__(self, header: Segment) -> None:
        super().__init__(header)
        self.findings += judge_isa(header)

    def end(self, trailer: Segment | None) -> InterchangeEnd:
        """Compare the trailer with what was read."""
        if trailer is None:
            self.find(rules.NO_IEA, self.header)
        else:
            if count_differs(trailer.get(1), self.count):
                said = trailer.get(1)[:5] or "nothing"
                self.find(rules.IEA_COUNT, trailer, said=said, counted=self.count)
            if trailer.get(2) != self.header.get(13):
                self.find(rules.IEA_CONTROL, trailer)
        return InterchangeEnd(trailer, tuple(self.findings))


class Group(_Envelope):
    """An open functional group."""

    def __init__(self, header: Segment) -> None:
        super().__init__(header)
        self.findings += judge_gs(header)

    def end(self, trailer: Segment | None) -> GroupEnd:
        """Compare the trailer with what was read."""
        if trailer is None:
            self.find(rules.NO_GE, self.header)
        else:
            if count_differs(trailer.get(1), self.count):
                said = trailer.get(1)[:6] or "nothing"
                self.find(rules.GE_COUNT, trailer, said=said, counted=self.count)
            if trailer.get(2) != self.header.get(6):
                self.find(rules.GE_CONTROL, trailer)
        return GroupEnd(trailer, tuple(self.findings))
