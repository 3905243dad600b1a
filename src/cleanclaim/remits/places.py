"""Where in an 835 a cent comes from: the segment that says it, found again in the kept file."""

from pathlib import Path
from typing import BinaryIO

import msgspec

from cleanclaim import x12
from cleanclaim.kernel.money import read_cents
from cleanclaim.remits.adjustment_reasons import AllocationKind
from cleanclaim.remits.allocation import Allocation
from cleanclaim.remits.from_835 import GUIDE

_MONEY = frozenset({AllocationKind.PAYMENT, AllocationKind.OVERPAYMENT})


class Place(msgspec.Struct, frozen=True):
    """One segment: the transaction (ST02), its number in the file from 1, and its text."""

    transaction: str
    number: int
    text: str


class RemitPlaces(msgspec.Struct, frozen=True):
    """One remittance of a file, cut where its segments can be found again."""

    transaction: str
    payment: x12.Segment
    claims: tuple[x12.Loop, ...]
    provider_level: tuple[tuple[x12.Segment, int], ...]

    def place(self, segment: x12.Segment) -> Place:
        """Give a segment as a place."""
        text = segment.text(segment.delimiters)
        return Place(self.transaction, segment.position, text.strip())

    def of_payment(self) -> Place:
        """Give the place of the payment as a whole (BPR)."""
        return self.place(self.payment)

    def of_claim(self, ordinal: int) -> Place | None:
        """Give the place of a claim's decision (CLP), by its number in the remittance from 1."""
        if not 1 <= ordinal <= len(self.claims):
            return None
        head = self.claims[ordinal - 1].find("CLP")
        return self.place(head) if head is not None else None

    def of_allocation(self, ordinal: int, part: Allocation) -> Place | None:
        """Give the place of a part of a decision: the SVC or CLP that pays, the CAS that adjusts.

        None where the file does not say it there.
        """
        if not 1 <= ordinal <= len(self.claims):
            return None
        loop = self.claims[ordinal - 1]
        if part.remit_line:
            lines = list(loop.children("2110"))
            if part.remit_line > len(lines):
                return None
            loop = lines[part.remit_line - 1]
        found = loop.find("SVC" if part.remit_line else "CLP")
        if part.kind not in _MONEY or part.reason:
            found = next((s for s in loop.find_all("CAS") if _says(s, part)), None)
        return self.place(found) if found is not None else None

    def of_provider_level(self, ordinal: int) -> Place | None:
        """Give the place of a provider-level adjustment (PLB), by its number from 1."""
        if not 1 <= ordinal <= len(self.provider_level):
            return None
        return self.place(self.provider_level[ordinal - 1][0])


def _says(segment: x12.Segment, part: Allocation) -> bool:
    """Tell whether a CAS holds the triple of an allocation."""
    if segment.get(1) != part.group:
        return False
    return any(
        segment.get(at) == part.reason and read_cents(segment.get(at + 1)) == part.cents
        for at in range(2, len(segment.elements) + 1, 3)
    )


def read_places(source: str | bytes | Path | BinaryIO, number: int) -> RemitPlaces | None:
    """Find the remittance of a file by its number from 0, as ``read_remits`` lists them."""
    met = 0
    claims: list[x12.Loop] = []
    guide = ""
    for event in x12.read(source):
        match event:
            case x12.TransactionStart():
                claims, guide = [], event.guide
            case x12.Unit() if met == number and event.loop.find("CLP") is not None:
                claims.append(event.loop)
            case x12.TransactionEnd():
                payment = event.header.find("BPR")
                if guide != GUIDE or payment is None:
                    continue
                if met == number:
                    return _places(event, payment, claims)
                met += 1
            case _:
                pass
    return None


def _places(end: x12.TransactionEnd, payment: x12.Segment, claims: list[x12.Loop]) -> RemitPlaces:
    pairs = tuple(
        (segment, at)
        for segment in end.trailer.find_all("PLB")
        for at in range(3, len(segment.elements) + 1, 2)
        if segment.get(at) or segment.get(at + 1)
    )
    start = end.header.find("ST")
    return RemitPlaces(start.get(2) if start is not None else "", payment, tuple(claims), pairs)
