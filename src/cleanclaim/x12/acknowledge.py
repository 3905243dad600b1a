"""Answer what was received: a TA1 for interchanges, a 999 for groups, from the same findings."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import msgspec

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.events import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.reader import read
from cleanclaim.x12.segments import Loop, Segment, loop, segment
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.writer import Envelope, write, write_interchange_only

_GUIDE = "005010X231A1"
_ACKNOWLEDGEMENTS = frozenset({"997", "999"})
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2})(\d\d)(?:-(\d\d))?")
_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_CODES_MAX = 5  # an IK5 and an AK9 have room for five


class _Received(msgspec.Struct):
    """What one transaction came to: its header, its findings of types that a 999 reports."""

    header: Segment
    findings: list[X12Finding] = []

    @property
    def accepted(self) -> bool:
        """Tell that nothing blocks."""
        return not _blocks(self.findings)


class _Group(msgspec.Struct):
    """A group and what its transactions came to."""

    header: Segment
    transactions: list[_Received] = []
    findings: tuple[X12Finding, ...] = ()
    said_count: str = ""


class _Interchange(msgspec.Struct):
    """An interchange and its groups."""

    header: Segment
    groups: list[_Group] = []
    findings: tuple[X12Finding, ...] = ()


def acknowledge(source: Source, *, created_at: datetime, control_number: int) -> str:
    """Answer everything in the source, one answering interchange after another.

    Every interchange is answered: with a TA1 where it asks for one (ISA14), where its envelope
    is broken or where it holds nothing else to answer, and with a 999 for every group where
    the envelope holds. Text that holds no interchange at all gets a TA1 that says so. Answering
    interchanges count their control numbers up from ``control_number``. Claims that break rules
    above type 2 are accepted here; a claim acknowledgement (277CA) answers those.
    """
    interchanges = _collect(read(source))
    answers: list[str] = []
    for interchange in interchanges:
        for text in _answers(interchange, created_at, control_number + len(answers)):
            answers.append(text)
    if not interchanges:
        answers.append(_refusal_of_nothing(created_at, control_number))
    return "".join(answers)


def _collect(events: Iterator[Event]) -> list[_Interchange]:
    """Gather headers and findings; the content of units is not kept."""
    interchanges: list[_Interchange] = []
    group = _Group(Segment("GS"))
    received = _Received(Segment("ST"))
    for event in events:
        match event:
            case InterchangeStart(header=header):
                interchanges.append(_Interchange(header))
            case InterchangeEnd(findings=findings):
                interchanges[-1].findings += findings
            case GroupStart(header=header):
                group = _Group(header)
                interchanges[-1].groups.append(group)
            case GroupEnd(findings=findings, trailer=trailer):
                group.findings = findings
                # A GS without its form refuses the interchange: a 999 has no code for it.
                interchanges[-1].findings += tuple(_of_envelope(findings))
                group.said_count = trailer.get(1) if trailer else ""
            case TransactionStart(header=header):
                received = _Received(header)
                group.transactions.append(received)
            case Unit(own_findings=findings) | TransactionEnd(findings=findings):
                received.findings += _reported(findings, received.header)
            case _:
                pass
    return interchanges


def _of_envelope(findings: tuple[X12Finding, ...]) -> Iterator[X12Finding]:
    return (each for each in findings if each.code.startswith("TA1:"))


def _reported(findings: tuple[X12Finding, ...], header: Segment) -> list[X12Finding]:
    """Leave what a 277CA reports about claims to it; other transactions have no such answer."""
    claims = header.get(1) == "837"
    return [each for each in findings if each.code and (each.type <= 2 or not claims)]


def _answers(interchange: _Interchange, created_at: datetime, number: int) -> Iterator[str]:
    refused = _blocks(interchange.findings)
    groups = [] if refused else [each for each in interchange.groups if _wants_answer(each)]
    if refused or not groups or interchange.header.get(14) == "1":
        envelope = _envelope(interchange.header, None, created_at, number)
        yield write_interchange_only(envelope, [_ta1(interchange)])
        number += 1
    if groups:
        envelope = _envelope(interchange.header, groups[0].header, created_at, number)
        yield write(envelope, _GUIDE, [_group_answer(group) for group in groups])


def _wants_answer(group: _Group) -> bool:
    """An acknowledgement is never acknowledged, or two systems would never stop."""
    kinds = {each.header.get(1) for each in group.transactions}
    return not (kinds and kinds <= _ACKNOWLEDGEMENTS)


def _ta1(interchange: _Interchange) -> Segment:
    """Say whether the interchange was accepted (A) or rejected (R), and the first reason."""
    isa = interchange.header
    codes = [each.code[4:] for each in interchange.findings if each.code.startswith("TA1:")]
    verdict = "R" if _blocks(interchange.findings) else "A"
    return segment(
        "TA1",
        _clean(isa.get(13), r"\d{9}", "000000000"),
        _clean(isa.get(9), r"\d{6}", "000101"),
        _clean(isa.get(10), r"\d{4}", "0000"),
        verdict,
        codes[0] if codes else "000",
    )


def _refusal_of_nothing(created_at: datetime, number: int) -> str:
    envelope = _envelope(Segment("ISA"), None, created_at, number)
    when = (f"{created_at:%y%m%d}", f"{created_at:%H%M}")
    return write_interchange_only(envelope, [segment("TA1", "000000000", *when, "R", "022")])


def _envelope(isa: Segment, gs: Segment | None, created_at: datetime, number: int) -> Envelope:
    """Send back to the sender, in the name of the receiver."""
    qualifier, name = r"\d\d|ZZ|AM|NR|SA|SN", r"[A-Za-z0-9][A-Za-z0-9 .&/-]{1,14}"
    group = gs or Segment("GS")
    usage = _clean(isa.get(15), r"[PT]", "P")
    sender = _clean(isa.get(8).strip(), name, "UNKNOWN")
    receiver = _clean(isa.get(6).strip(), name, "UNKNOWN")
    return Envelope(
        sender=sender,
        receiver=receiver,
        control_number=number,
        created_at=created_at,
        sender_qualifier=_clean(isa.get(7), qualifier, "ZZ"),
        receiver_qualifier=_clean(isa.get(5), qualifier, "ZZ"),
        usage=usage,
        application_sender=_clean(group.get(3), name, sender),
        application_receiver=_clean(group.get(2), name, receiver),
    )


def _group_answer(group: _Group) -> Loop:
    """Build the 999 of one group."""
    gs = group.header
    opening = segment(
        "AK1",
        _clean(gs.get(1), r"[A-Z]{2}", "ZZ"),
        _clean(gs.get(6), r"\d{1,9}", "0"),
        _clean(gs.get(8), r"[A-Z0-9]{1,12}", "UNKNOWN"),
    )
    return loop(
        "ST",
        segment("ST", "999", "", _GUIDE),
        opening,
        *(_transaction_answer(each) for each in group.transactions),
        loop("TRAILER", _group_verdict(group)),
    )


def _group_verdict(group: _Group) -> Segment:
    """AK9: A all accepted, P some, R none; how many were said, received and accepted."""
    received = len(group.transactions)
    accepted = sum(each.accepted for each in group.transactions)
    if _blocks(group.findings):
        accepted = 0
    verdict = "A" if accepted == received else "P" if accepted else "R"
    if _blocks(group.findings):
        verdict = "R"
    said = _clean(group.said_count, r"\d{1,6}", str(received))
    codes = _codes("AK9:", group.findings)
    return segment("AK9", verdict, said, str(received), str(accepted), *codes)


def _transaction_answer(received: _Received) -> Loop:
    st = received.header
    opening = segment(
        "AK2",
        _clean(st.get(1), r"[A-Z0-9]{3}", "000"),
        _clean(st.get(2), r"[A-Za-z0-9]{4,9}", "0000"),
        _clean(st.get(3), r"[A-Z0-9]{1,35}", ""),
    )
    return loop("2000", opening, *_segment_answers(received), _verdict(received))


def _verdict(received: _Received) -> Segment:
    """IK5: A accepted, R rejected, E accepted though something was found."""
    codes = _codes("IK5:", received.findings)
    inside = any(each.code.startswith(("IK3:", "IK4:")) for each in received.findings)
    if inside:
        codes = list(dict.fromkeys(["5", *codes]))[:_CODES_MAX]
    if not received.accepted:
        return segment("IK5", "R", *codes)
    return segment("IK5", "E", *codes) if codes else segment("IK5", "A")


def _segment_answers(received: _Received) -> Iterator[Loop]:
    """Give an IK3 for each flaw of a segment, and one for all flaws of its elements."""
    inside = [each for each in received.findings if each.code.startswith(("IK3:", "IK4:"))]
    inside.sort(key=lambda each: each.segment)
    for position, findings in groupby(inside, key=lambda each: each.segment):
        held = list(findings)
        place = position - received.header.position + 1
        elements = [each for each in held if each.code.startswith("IK4:")]
        for each in held:
            if each.code.startswith("IK3:"):
                yield loop("2100", _segment_note(each, each.element, place, each.code[4:]))
        if elements:
            name = _ELEMENT.fullmatch(elements[0].element)
            note = _segment_note(elements[0], name[1] if name else "", place, "8")
            yield loop("2100", note, *_element_notes(elements))


def _segment_note(finding: X12Finding, name: str, place: int, code: str) -> Segment:
    level = "" if finding.loop == "ST" else finding.loop[:4]
    return segment("IK3", _clean(name, _SEGMENT_ID.pattern, "ZZ"), str(place), level, code)


def _element_notes(findings: list[X12Finding]) -> Iterator[Loop]:
    """Give an IK4 for each element; the value is not repeated, it may be the patient's."""
    for finding in findings:
        name = _ELEMENT.fullmatch(finding.element)
        place = str(int(name[2])) if name else "1"
        component = str(int(name[3])) if name and name[3] else ""
        yield loop("2110", segment("IK4", (place, component), "", finding.code[4:]))


def _codes(level: str, findings: tuple[X12Finding, ...] | list[X12Finding]) -> list[str]:
    codes = [each.code[4:] for each in findings if each.code.startswith(level)]
    return list(dict.fromkeys(codes))[:_CODES_MAX]


def _blocks(findings: tuple[X12Finding, ...] | list[X12Finding]) -> bool:
    return any(each.severity is Severity.BLOCK for each in findings)


def _clean(text: str, form: str, otherwise: str) -> str:
    """Give the text where it has the form, so that an answer is writable whatever came in."""
    return text if re.fullmatch(form, text, re.ASCII) else otherwise
