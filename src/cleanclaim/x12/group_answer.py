"""Say in a 999 what became of a group: each transaction, each segment and element at fault."""

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.segments import Loop, Segment, loop, segment

GUIDE = "005010X231A1"
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2})(\d\d)(?:-(\d\d))?")
_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_CODES_MAX = 5  # an IK5 and an AK9 have room for five
# What is reported because another segment asks for it, or forbids it.
SITUATIONS = frozenset({"IK3:I6", "IK3:I9", "IK4:I9", "IK4:I13"})
_SITUATION_TYPES = range(4, 8)


class Noted(msgspec.Struct, frozen=True):
    """A finding with what a CTX can say of its context.

    ``at`` is the id of the segment it was found at; ``unit`` names what it belongs to as the
    guide wants it ("CLM01", the claim's number), which is the patient's: empty unless asked for.
    """

    finding: X12Finding
    at: str = ""
    unit: tuple[str, str] | None = None


class Received(msgspec.Struct):
    """What one transaction came to: its header and the findings that a 999 reports."""

    header: Segment
    noted: list[Noted] = []

    @property
    def findings(self) -> list[X12Finding]:
        """Give the findings alone."""
        return [each.finding for each in self.noted]

    @property
    def accepted(self) -> bool:
        """Tell that nothing blocks."""
        return not blocks(self.findings)


class ReceivedGroup(msgspec.Struct):
    """A group and what its transactions came to."""

    header: Segment
    transactions: list[Received] = []
    findings: tuple[X12Finding, ...] = ()
    said_count: str = ""


def blocks(findings: tuple[X12Finding, ...] | list[X12Finding]) -> bool:
    """Tell whether any of the findings forbids acceptance."""
    return any(each.severity is Severity.BLOCK for each in findings)


def clean(text: str, form: str, otherwise: str) -> str:
    """Give the text where it has the form, so that an answer is writable whatever came in."""
    return text if re.fullmatch(form, text, re.ASCII) else otherwise


def group_answer(group: ReceivedGroup) -> Loop:
    """Build the 999 of one group."""
    gs = group.header
    opening = segment(
        "AK1",
        clean(gs.get(1), r"[A-Z]{2}", "ZZ"),
        clean(gs.get(6), r"\d{1,9}", "0"),
        clean(gs.get(8), r"[A-Z0-9]{1,12}", "UNKNOWN"),
    )
    return loop(
        "ST",
        segment("ST", "999", "", GUIDE),
        opening,
        *(_transaction_answer(each) for each in group.transactions),
        loop("TRAILER", _group_verdict(group)),
    )


def _group_verdict(group: ReceivedGroup) -> Segment:
    """AK9: A all accepted, P some, R none; how many were said, received and accepted."""
    received = len(group.transactions)
    accepted = sum(each.accepted for each in group.transactions)
    if blocks(group.findings):
        accepted = 0
    verdict = "A" if accepted == received else "P" if accepted else "R"
    if blocks(group.findings):
        verdict = "R"
    said = clean(group.said_count, r"\d{1,6}", str(received))
    codes = _codes("AK9:", group.findings)
    return segment("AK9", verdict, said, str(received), str(accepted), *codes)


def _transaction_answer(received: Received) -> Loop:
    st = received.header
    opening = segment(
        "AK2",
        clean(st.get(1), r"[A-Z0-9]{3}", "000"),
        clean(st.get(2), r"[A-Za-z0-9]{4,9}", "0000"),
        clean(st.get(3), r"[A-Z0-9]{1,35}", ""),
    )
    return loop("2000", opening, *_segment_answers(received), _verdict(received))


def _verdict(received: Received) -> Segment:
    """IK5: A accepted, R rejected, E accepted though something was found."""
    codes = _codes("IK5:", received.findings)
    inside = any(each.code.startswith(("IK3:", "IK4:")) for each in received.findings)
    if inside:
        codes = list(dict.fromkeys(["5", *codes]))[:_CODES_MAX]
    if not received.accepted:
        return segment("IK5", "R", *codes)
    return segment("IK5", "E", *codes) if codes else segment("IK5", "A")


def _segment_answers(received: Received) -> Iterator[Loop]:
    """Give an IK3 for each flaw of a segment, and one for all flaws of its elements."""
    inside = [each for each in received.noted if each.finding.code.startswith(("IK3:", "IK4:"))]
    inside.sort(key=lambda each: each.finding.segment)
    for position, noted in groupby(inside, key=lambda each: each.finding.segment):
        held = list(noted)
        place = position - received.header.position + 1
        elements = [each for each in held if each.finding.code.startswith("IK4:")]
        for each in held:
            if each.finding.code.startswith("IK3:"):
                note = _segment_note(each.finding, place, each.finding.code[4:])
                yield loop("2100", note, _situation(each, place), _unit(each))
        if elements:
            note = _segment_note(elements[0].finding, place, "8")
            notes = (_element_note(each, place) for each in elements)
            yield loop("2100", note, _unit(elements[0]), *notes)


def _segment_note(finding: X12Finding, place: int, code: str) -> Segment:
    element = _ELEMENT.fullmatch(finding.element)
    name = element[1] if element else finding.element
    level = "" if finding.loop == "ST" else finding.loop[:4]
    return segment("IK3", clean(name, _SEGMENT_ID.pattern, "ZZ"), str(place), level, code)


def _element_note(noted: Noted, place: int) -> Loop:
    """Give an IK4; the value is not repeated, it may be the patient's."""
    name = _ELEMENT.fullmatch(noted.finding.element)
    position = str(int(name[2])) if name else "1"
    component = str(int(name[3])) if name and name[3] else ""
    note = segment("IK4", (position, component), "", noted.finding.code[4:])
    return loop("2110", note, _situation(noted, place))


def _situation(noted: Noted, place: int) -> Segment | None:
    """Give the CTX that names the segment whose presence makes the situation."""
    finding = noted.finding
    named = _SEGMENT_ID.fullmatch(noted.at)
    if not named or finding.code not in SITUATIONS or finding.type not in _SITUATION_TYPES:
        return None
    return segment("CTX", "SITUATIONAL TRIGGER", noted.at, str(place), finding.loop[:6])


def _unit(noted: Noted) -> Segment | None:
    """Give the CTX that names the claim, member or question, where that was asked for."""
    return segment("CTX", noted.unit) if noted.unit else None


def _codes(level: str, findings: tuple[X12Finding, ...] | list[X12Finding]) -> list[str]:
    codes = [each.code[4:] for each in findings if each.code.startswith(level)]
    return list(dict.fromkeys(codes))[:_CODES_MAX]
