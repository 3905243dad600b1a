"""A service that has its fee, while the others of its day may still lower it."""

from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Service, Setting
from cleanclaim.pricing.worksheet import Worksheet


class Candidate:
    """One service, its row and its worksheet; ``fee_cents`` is the fee of one unit.

    ``adjusted_cents`` is the price by the service's own modifiers; ``procedures`` is how many
    times the service counts where procedures are ranked.
    """

    def __init__(
        self, service: Service, values: RelativeValues, fee_cents: int, sheet: Worksheet
    ) -> None:
        self.service = service
        self.values = values
        self.fee_cents = fee_cents
        self.sheet = sheet
        self.adjusted_cents = sheet.cents
        self.procedures = service.units

    @property
    def whole_cents(self) -> int:
        """Give the fee of all units; at least a cent, as shares of it are taken."""
        return max(1, self.fee_cents * self.service.units)

    @property
    def open(self) -> bool:
        """Tell whether the service still has a price."""
        return self.sheet.stopped is None


class Day:
    """What one provider did for one patient on one day, and the schedule that prices it."""

    def __init__(self, candidates: list[Candidate], rows: Rows, setting: Setting) -> None:
        self.candidates = candidates
        self.rows = rows
        self.setting = setting

    def with_indicator(self, *multiple: str) -> list[Candidate]:
        """Give the priced services that a rule for several procedures is about."""
        return [
            each
            for each in self.candidates
            if each.values.multiple in multiple and each.open and each.procedures
        ]
