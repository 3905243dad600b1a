"""The services of a financial message (DFT), read where the feed's map says they are."""

from collections.abc import Sequence
from decimal import Decimal

from cleanclaim.hl7.charge_maps import (
    ChargeMap,
    find_missing,
    is_modifier,
    is_procedure,
    read_amount,
    read_place,
    read_units,
    values_at,
)
from cleanclaim.hl7.messages import Message, Segment
from cleanclaim.hl7.parts import read_day
from cleanclaim.hl7.people import read_diagnosis
from cleanclaim.kernel.arrivals import Service
from cleanclaim.kernel.findings import Finding, Severity

_SOURCE = "map of the feed"


def read_services(
    message: Message, charge_map: ChargeMap | None
) -> tuple[tuple[Service, ...], tuple[Finding, ...]]:
    """Read a message's services; a row that cannot be read is a finding that blocks.

    Raises UnfitMapError where the map names a place that cannot be.
    """
    missing = find_missing(charge_map)
    if charge_map is None or missing:
        told = "the feed's map does not say where these are: " + ", ".join(missing)
        return (), (_finding("CHARGE.MAP", "feed", told),)
    if charge_map.carries_none:
        return (), ()
    services: list[Service] = []
    findings: list[Finding] = []
    for number, group in enumerate(message.groups(charge_map.rows), 1):
        read = _Row(message, group, charge_map, f"{charge_map.rows} {number}")
        service = read.service()
        findings.extend(read.findings)
        if service is not None:
            services.append(service)
    if not services and not findings:
        told = f"there is no {charge_map.rows} segment"
        findings.append(_finding("CHARGE.NONE", charge_map.rows, told))
    return tuple(services), tuple(findings)


class _Row:
    """One row of charges while it is read."""

    def __init__(
        self, message: Message, group: Sequence[Segment], charge_map: ChargeMap, place: str
    ) -> None:
        self.message, self.group, self.map, self.place = message, group, charge_map, place
        self.findings: list[Finding] = []

    def service(self) -> Service | None:
        """Give the service, None where it cannot be read."""
        own = self._one("code")
        code = self.map.codes.get(own, own).upper()
        if not is_procedure(code):
            self._miss("CHARGE.CODE", "its code is missing or is no procedure code")
        day = read_day(self._one("service_on"))
        if day is None:
            self._miss("CHARGE.DAY", "its day of service is missing or is no day")
        units = self._units()
        cents, reverses = self._amount(units)
        diagnoses, modifiers = self._diagnoses(), self._modifiers()
        if self.findings:
            return None
        return Service(code, diagnoses, modifiers, units, cents, day, reverses)

    def _at(self, field: str) -> list[str]:
        place = getattr(self.map, field)
        return values_at(read_place(place, field), self.group, self.message) if place else []

    def _one(self, field: str) -> str:
        return next(iter(self._at(field)), "")

    def _units(self) -> Decimal:
        told = self._one("units")
        units = read_units(told) if told else Decimal(1)
        if units is None:
            self._miss("CHARGE.UNITS", "its units are not a number above zero")
        return units or Decimal(1)

    def _amount(self, units: Decimal) -> tuple[int | None, bool]:
        """Give the cents (None: the practice's fee) and whether the row takes a charge back."""
        told = self._one("amount")
        cents = read_amount(told) if told else None
        if told and cents is None:
            self._miss("CHARGE.AMOUNT", "its amount is not dollars and cents")
        if cents is not None and self.map.amount_is == "unit":
            whole = cents * units
            cents = int(whole)
            if cents != whole:
                self._miss("CHARGE.AMOUNT", "its units make part of a cent")
        taken_back = self._one("kind") in self.map.credits or (cents is not None and cents < 0)
        return None if cents is None else abs(cents), taken_back

    def _diagnoses(self) -> tuple[str, ...]:
        told = self._at("diagnoses")
        codes = [read_diagnosis(text) for text in told]
        if not all(codes):
            self._miss("CHARGE.DIAGNOSIS", "a diagnosis is not shaped as an ICD-10 code")
        return tuple(dict.fromkeys(code for code in codes if code))

    def _modifiers(self) -> tuple[str, ...]:
        told = [text.upper() for text in self._at("modifiers")]
        if not all(map(is_modifier, told)):
            self._miss("CHARGE.MODIFIER", "a modifier has not two letters or digits")
        return tuple(told)

    def _miss(self, rule: str, words: str) -> None:
        self.findings.append(_finding(rule, self.place, words))


def _finding(rule: str, place: str, words: str) -> Finding:
    hint = "complete the map of the feed, or ask the sender"
    return Finding(rule, Severity.BLOCK, place, words, hint, _SOURCE)
