"""Tell whether a remittance adds up, without any of the engine: split, sum, compare.

It stands beside the engine's own checks as a second opinion: a file that the engine calls valid
must add up here as well.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

_ISA = re.compile(r"ISA([^A-Za-z0-9 \r\n])(?:[^~]*?\1){15}(.)(.)", re.DOTALL)
_BLANK = " \t\r\n\x00\x0b\x0c\x1a\ufeff\xef\xbb\xbf"
_ADJUSTMENTS = range(3, 19, 3)
_PROVIDER_ADJUSTMENTS = range(4, 15, 2)

Segment = list[str]


def unbalanced(data: bytes) -> str:
    """Say which sum of which remittance of a valid file is wrong, "" where all are right."""
    for transaction in _remittances(data.decode("latin-1")):
        told = _flaw(transaction)
        if told:
            return told
    return ""


def _remittances(text: str) -> Iterator[list[Segment]]:
    """Give the segments of each remittance: from its ST to its SE."""
    open_transaction: list[Segment] = []
    for segment in _segments(text):
        if segment[0] == "ST":
            open_transaction = []
        open_transaction.append(segment)
        if segment[0] == "SE" and open_transaction[0][:2] == ["ST", "835"]:
            yield open_transaction


def _segments(text: str) -> Iterator[Segment]:
    """Split the text by the delimiters of the ISA that stands before."""
    element, terminator, place = "*", "~", 0
    while place < len(text):
        while place < len(text) and text[place] in _BLANK and text[place] != terminator:
            place += 1
        opened = _ISA.match(text, place)
        if opened:
            element, terminator = opened[1], opened[3]
        end = text.find(terminator, opened.end() - 1 if opened else place)
        end = len(text) if end < 0 else end
        yield text[place:end].strip("\r\n").split(element)
        place = end + 1


def _flaw(transaction: list[Segment]) -> str:
    paid = withheld = Decimal(0)
    for claim in _groups(transaction, "CLP"):
        for line in _groups(claim, "SVC"):
            if _at(line[0], 2) - _cut(line) != _at(line[0], 3):
                return "a line"
        if _at(claim[0], 3) - _cut(claim) != _at(claim[0], 4):
            return "a claim"
        paid += _at(claim[0], 4)
    for segment in transaction:
        if segment[0] == "PLB":
            withheld += _sum(segment, _PROVIDER_ADJUSTMENTS)
    payment = next((each for each in transaction if each[0] == "BPR"), [])
    return "" if _at(payment, 2) == paid - withheld else "the payment"


def _groups(segments: list[Segment], opener: str) -> Iterator[list[Segment]]:
    """Give the runs of segments that start with one of this id."""
    group: list[Segment] = []
    for segment in segments:
        if segment[0] == opener:
            if group:
                yield group
            group = []
        if group or segment[0] == opener:
            group.append(segment)
    if group:
        yield group


def _cut(segments: list[Segment]) -> Decimal:
    held = (_sum(each, _ADJUSTMENTS) for each in segments if each[0] == "CAS")
    return sum(held, Decimal(0))


def _sum(segment: Segment, places: range) -> Decimal:
    return sum((_at(segment, place) for place in places), Decimal(0))


def _at(segment: Segment, place: int) -> Decimal:
    text = segment[place] if place < len(segment) else ""
    return Decimal(text or 0)
