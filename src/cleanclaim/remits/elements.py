"""Elements of an 835 read as amounts, days and adjustments; what cannot be read is a finding."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from cleanclaim.claims.model import Adjustment, Procedure
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import read_cents
from cleanclaim.x12 import Loop, Segment

_SOURCE = "835 guide 005010X221A1"
# X12 numbers have at most 18 digits; longer text is no number and would be slow to read.
_DIGITS_MAX = 20


def read_day(text: str) -> date | None:
    """Read CCYYMMDD, or None where the text is no day."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_count(text: str) -> int | None:
    """Read a count, or None where the text is none."""
    is_count = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
    return int(text) if is_count else None


def read_quantity(text: str) -> Decimal | None:
    """Read a decimal number, or None where the text is none."""
    if len(text) > _DIGITS_MAX:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


class ElementReader:
    """Reads elements and remembers, as findings, those that it could not read."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def cents(self, segment: Segment, element: int) -> int:
        """Read a required amount in cents; 0 and a blocking finding where it is none."""
        text = segment.get(element)
        value = read_cents(text) if len(text) <= _DIGITS_MAX else None
        if value is None:
            self._block(segment, element, "REMIT.AMOUNT", "the amount is missing or not an amount")
            return 0
        return value

    def optional_cents(self, segment: Segment | None, element: int) -> int | None:
        """Read an amount that may be absent; a blocking finding where it is there but none."""
        if segment is None or not segment.get(element):
            return None
        return self.cents(segment, element)

    def day(self, segment: Segment, element: int) -> date | None:
        """Read a required day; None and a blocking finding where it is none."""
        value = read_day(segment.get(element))
        if value is None:
            self._block(segment, element, "REMIT.DATE", "the date is missing or not a date")
        return value

    def quantity(self, segment: Segment, element: int) -> Decimal | None:
        """Read a number of units; None where it is absent, a finding where it is no number."""
        text = segment.get(element)
        value = read_quantity(text) if text else None
        if text and value is None:
            self._block(segment, element, "REMIT.QUANTITY", "the quantity is not a number")
        return value

    def adjustments(self, segments: Iterable[Segment]) -> tuple[Adjustment, ...]:
        """Read all triples of all CAS segments: group, then up to six of reason, amount, units."""
        found = []
        for segment in segments:
            for place in range(2, len(segment.elements) + 1, 3):
                adjustment = self._adjustment(segment, place)
                if adjustment is not None:
                    found.append(adjustment)
        return tuple(found)

    def _adjustment(self, segment: Segment, place: int) -> Adjustment | None:
        reason, amount = segment.get(place), segment.get(place + 1)
        if not (reason or amount or segment.get(place + 2)):
            return None
        if not (reason and segment.get(1)):
            self._block(segment, place, "REMIT.REASON", "an adjustment has no group or no reason")
        return Adjustment(
            segment.get(1),
            reason,
            self.cents(segment, place + 1),
            self.quantity(segment, place + 2),
        )

    def _block(self, segment: Segment, element: int, rule: str, message: str) -> None:
        place = f"{segment.id}{element:02d}, segment {segment.position}"
        self.findings.append(
            Finding(
                rule,
                Severity.BLOCK,
                place,
                message,
                hint="ask the payer for a corrected remittance",
                source=_SOURCE,
            )
        )


def read_procedure(segment: Segment, element: int) -> Procedure | None:
    """Read a composite procedure (SVC01, SVC06); None where it is absent."""
    parts = segment.components(element)
    if len(parts) < 2 or not parts[1]:
        return None
    return Procedure(
        code=parts[1],
        modifiers=tuple(part for part in parts[2:6] if part),
        qualifier=parts[0],
        description=parts[6] if len(parts) > 6 else "",
    )


def read_date(loop: Loop, *qualifiers: str) -> date | None:
    """Read the first date (DTM) with one of the qualifiers, in the order they are given."""
    for qualifier in qualifiers:
        segment = loop.find("DTM", qualifier)
        if segment is not None:
            return read_day(segment.get(2))
    return None
