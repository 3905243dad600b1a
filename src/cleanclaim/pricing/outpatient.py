"""Medicare's outpatient hospital price of the lines of a day, as far as Addendum B allows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.amounts import WHOLE, half_up
from cleanclaim.pricing.fees import decimal
from cleanclaim.pricing.policy import UnknownRateError, rate
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.pricing.rows import OutpatientRate
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet, percent

# Status indicators that are paid nothing here, and why.
STATUSES: dict[str, tuple[Outcome, str]] = {
    "A": (Outcome.OTHER_SCHEDULE, "paid by another schedule"),
    "B": (Outcome.NOT_VALID, "not for this type of bill: another code may be"),
    "C": (Outcome.NOT_PAYABLE, "paid to inpatients only"),
    "D": (Outcome.NOT_VALID, "the code has ended"),
    "E1": (Outcome.NOT_COVERED, "Medicare does not cover it"),
    "E2": (Outcome.NOT_PRICED, "without a price: nothing is known of its cost"),
    "F": (Outcome.OTHER_SCHEDULE, "paid by its cost"),
    "H": (Outcome.NOT_PRICED, "a pass-through device is paid by its cost"),
    "L": (Outcome.OTHER_SCHEDULE, "a vaccine is paid by its cost"),
    "M": (Outcome.NOT_VALID, "not billed to this contractor"),
    "N": (Outcome.PACKAGED, "always packaged"),
    "P": (Outcome.NOT_PRICED, "partial hospitalization is paid by the day"),
    "Y": (Outcome.OTHER_SCHEDULE, "equipment is paid by its own schedule"),
}
_COMPREHENSIVE, _OBSERVED = "J1", "J2"
# What stands beside a comprehensive service, and is not packaged into it.
_BESIDE = {"A", "B", "C", "D", "E1", "E2", "F", "G", "H", "L", "M", "U", "Y"}
_ADJUSTED = {"J1", "J2", "Q1", "Q2", "Q3", "S", "T", "V"}
_SIGNIFICANT = {"S", "T", "V", "J1", "J2"}
_OBSERVATION_HOURS = "G0378"
_ENDED_BEFORE_ANESTHESIA = {"52", "73"}
_LIST = "OPPS Addendum D1"


def price_outpatient(
    services: Sequence[Service],
    rates: Mapping[str, OutpatientRate],
    wage_index: int,
    source: str,
) -> list[Price]:
    """Price the lines of one claim and day, in order.

    ``wage_index`` is the hospital's, in ten-thousandths. What needs more than Addendum B
    (composites, complexity, devices, outliers) is told and not guessed.
    """
    lines = [_Line(service, rates.get(service.code)) for service in services]
    try:
        for rule in _RULES:
            rule([line for line in lines if line.open])
        for line in lines:
            line.fill(wage_index, source)
        _discount([line for line in lines if line.open and line.status == "T"])
    except UnknownRateError as error:
        return [unpriced(Outcome.NOT_PRICED, str(error)) for _ in lines]
    return [line.close() for line in lines]


class _Line:
    """A line, its row, and its worksheet."""

    def __init__(self, service: Service, row: OutpatientRate | None) -> None:
        self.service = service
        self.status = "" if row is None else row.status
        self.rate_cents = None if row is None else row.rate_cents
        self.sheet = Worksheet()
        if row is None:
            self.stop(Outcome.NOT_LISTED, "Addendum B has no such code")

    @property
    def open(self) -> bool:
        """Tell whether the line may still have a price."""
        return self.sheet.stopped is None

    def stop(self, outcome: Outcome, reason: str) -> None:
        """End the line without a price."""
        self.sheet.stop(outcome, reason)

    def fill(self, wage_index: int, source: str) -> None:
        """Put the rate of all units on the worksheet, 60 % of it adjusted by wages."""
        if self.rate_cents is None:
            self.stop(Outcome.NOT_PRICED, f"status {self.status} without a rate")
        if not self.open or self.rate_cents is None:
            return
        units, cents = self.service.units, self.rate_cents
        told = f"{units} × rate {format_dollars(cents)}, status {self.status}"
        self.sheet.set(units * cents, told, source)
        if self.status in _ADJUSTED:
            self._adjust(wage_index, self.service.on)
        if not _ENDED_BEFORE_ANESTHESIA.isdisjoint(self.service.modifiers):
            self.sheet.take(rate("outpatient ended before anesthesia", self.service.on))

    def _adjust(self, wage_index: int, on: date) -> None:
        labor = rate("outpatient labor share", on)
        parts = labor.ten_thousandths * wage_index + (WHOLE - labor.ten_thousandths) * WHOLE
        adjusted = half_up(self.sheet.cents * parts, WHOLE * WHOLE)
        told = f"{percent(labor.ten_thousandths)} × wage index {decimal(wage_index, 4)}"
        self.sheet.set(adjusted, told, labor.source)

    def close(self) -> Price:
        """Give the price; the outpatient system pays its rate whatever the charge."""
        return self.sheet.price()


def _worth(line: _Line) -> int:
    return -(line.rate_cents or 0)


def _package_comprehensive(lines: list[_Line]) -> None:
    """Pay the highest comprehensive service, and package what it comprises."""
    leading = sorted((line for line in lines if line.status == _COMPREHENSIVE), key=_worth)
    if not leading:
        return
    for line in lines:
        if line is not leading[0] and line.status not in _BESIDE:
            line.stop(Outcome.PACKAGED, "within the comprehensive service of the claim")
    if len(leading) > 1:
        leading[0].sheet.note("a pair of services may be paid more (Addendum J)", _LIST)


def _leave_observation(lines: list[_Line]) -> None:
    """Price no visit beside hours of observation: together they may be one service."""
    if any(line.service.code == _OBSERVATION_HOURS for line in lines):
        for line in lines:
            if line.status == _OBSERVED:
                line.stop(Outcome.NOT_PRICED, "beside observation it may be comprehensive")


def _package_conditional(lines: list[_Line]) -> None:
    """Package what is only paid alone: Q1 beside S, T and V, Q2 beside T."""
    statuses = {line.status for line in lines}
    packaging = {"Q1": bool(statuses & _SIGNIFICANT), "Q2": bool(statuses & {"T", "J1"})}
    for line in lines:
        if packaging.get(line.status):
            line.stop(Outcome.PACKAGED, "packaged into the service beside it")
    alone = [line for line in lines if line.open and line.status in packaging]
    for line in sorted(alone, key=_worth)[1:]:
        line.stop(Outcome.PACKAGED, "packaged into the highest of its kind")


def _leave_composites(lines: list[_Line]) -> None:
    """Price no line that may be part of a composite."""
    candidates = [line for line in lines if line.status == "Q3"]
    if len(candidates) > 1:
        for line in candidates:
            line.stop(Outcome.NOT_PRICED, "several of them may be one composite service")


def _package_tests(lines: list[_Line]) -> None:
    """Package laboratory tests beside other services; alone they are paid as tests."""
    others = any(line.status in _SIGNIFICANT | {"Q1", "Q2", "Q3"} for line in lines)
    for line in lines:
        if line.status == "Q4" and others:
            line.stop(Outcome.PACKAGED, "a test beside other services")
        elif line.status == "Q4":
            line.stop(Outcome.OTHER_SCHEDULE, "a test alone: the laboratory schedule pays")


def _apply_statuses(lines: list[_Line]) -> None:
    for line in lines:
        if line.status in STATUSES:
            line.stop(*STATUSES[line.status])


def _leave_both_sides(lines: list[_Line]) -> None:
    for line in lines:
        if "50" in line.service.modifiers:
            line.stop(Outcome.NOT_PRICED, "both sides (50) are discounted by the code editor")


_RULES: tuple[Callable[[list[_Line]], None], ...] = (
    _package_comprehensive,
    _leave_observation,
    _package_tests,
    _package_conditional,
    _leave_composites,
    _apply_statuses,
    _leave_both_sides,
)


def _discount(lines: list[_Line]) -> None:
    """Pay the highest procedure (status T) in full, further ones and further units by half."""
    lines.sort(key=_worth)
    for rank, line in enumerate(lines):
        units = line.service.units
        whole = half_up(line.sheet.cents, units) if rank == 0 and units else 0
        lowered = rate("outpatient multiple procedure", line.service.on)
        rest = half_up((line.sheet.cents - whole) * lowered.ten_thousandths, WHOLE)
        if whole + rest != line.sheet.cents:
            told = "multiple procedures of the day: half"
            line.sheet.set(whole + rest, told, lowered.source)
