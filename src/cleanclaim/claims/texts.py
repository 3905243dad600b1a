"""Days, numbers and amounts as X12 writes them."""

from datetime import date
from decimal import Decimal

from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Segment, segment


def day_text(day: date) -> str:
    """Write a day as eight digits."""
    # Not strftime: it writes years before 1000 with fewer than four digits.
    return day.isoformat().replace("-", "")


def format_number(number: Decimal) -> str:
    """Write a number as X12 does: plain digits, no zeros at the end of a fraction."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_segment(qualifier: str, starts_on: date, ends_on: date | None = None) -> Segment:
    """Write a day (D8) or a span of days (RD8) as DTP."""
    first = day_text(starts_on)
    if ends_on is None:
        return segment("DTP", qualifier, "D8", first)
    return segment("DTP", qualifier, "RD8", f"{first}-{day_text(ends_on)}")


def decided_segment(day: date | None) -> Segment | None:
    """Write the day on which an earlier payer decided (DTP*573)."""
    return None if day is None else date_segment("573", day)


def amount_segment(qualifier: str, cents: int | None) -> Segment | None:
    """Write an amount (AMT) where there is one."""
    return None if cents is None else segment("AMT", qualifier, format_decimal(cents))


def number_segment(qualifier: str, value: str) -> Segment | None:
    """Write a number with its qualifier (REF) where there is one."""
    return segment("REF", qualifier, value) if value else None
