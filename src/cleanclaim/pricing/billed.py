"""What a contract prices: a claim and its lines as they were billed."""

from datetime import date

import msgspec

from cleanclaim.pricing.service import Service


class BilledLine(msgspec.Struct, frozen=True):
    """A line as it was billed; institutional lines have a revenue code."""

    service: Service
    revenue_code: str = ""


class BilledClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it was billed: its lines, and for a stay its DRG and days.

    ``on`` is the day that chooses the terms of the whole claim, as a rule the first.
    """

    on: date
    lines: tuple[BilledLine, ...]
    place_of_service: str = ""
    drg: str = ""
    days: int = 0

    @property
    def charge_cents(self) -> int:
        """Give the charges of all lines together."""
        return sum(line.service.charge_cents or 0 for line in self.lines)
