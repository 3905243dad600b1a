"""Synthetic professional claims (837P)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from benchmarks.claim_parts import Levels, header, headings, other_payer
from benchmarks.envelopes import dollars, interchange, segment, shares, written
from benchmarks.fiction import Fiction

GUIDE = "005010X222A1"
_TRANSACTIONS = 2
_CLAIMS_A_BILLER = 50


def professional(claims: int, seed: int) -> Iterator[str]:
    """Give the text of so many claims, piece by piece."""
    bodies = [partial(_body, numbers, seed) for numbers in shares(claims, _TRANSACTIONS)]
    return interchange(GUIDE, "HC", "837", bodies)


def _body(numbers: range, seed: int) -> Iterator[str]:
    fiction = Fiction(seed + numbers.start)
    levels = Levels(fiction)
    yield from header(headings(numbers))
    for number in numbers:
        if (number - numbers.start) % _CLAIMS_A_BILLER == 0:
            yield from levels.biller()
        yield "".join(_claim(number, levels))


class _Service:
    """A line: its code, units, charge and, where another payer was first, what that one paid."""

    def __init__(self, code: str, levels: Levels) -> None:
        dice = levels.fiction.dice
        self.modifier = dice.choice((":25", ":59", ":GP", "", "", "", "", ""))
        self.code = f"HC:{code}{self.modifier}"
        self.units = dice.choice((1, 1, 1, 1, 2, 3))
        self.cents = levels.fee_cents(code) * self.units
        self.contractual = self.cents * dice.randrange(10, 60) // 100
        self.copay = (self.cents - self.contractual) * dice.randrange(5, 30) // 100
        self.paid = self.cents - self.contractual - self.copay


def _claim(number: int, levels: Levels) -> Iterator[str]:
    fiction = levels.fiction
    dice = fiction.dice
    payer, earlier = fiction.payer(), ("COASTAL HEALTH PLAN", "CO077")
    coordinated = dice.random() < 0.1
    yield from levels.patient("S" if coordinated else "P", payer)
    services = [_Service(code, levels) for code in fiction.services(dice.randint(1, 5))]
    total = sum(service.cents for service in services)
    diagnoses = fiction.diagnoses(4)
    place = dice.choice(("11", "11", "11", "22", "02"))
    control = f"P{number:08d}"
    yield segment("CLM", control, dollars(total), "", "", f"{place}:B:1", "Y", "A", "Y", "Y")
    if dice.random() < 0.5:
        yield segment("REF", "G1", f"A{dice.randrange(10**7, 10**8)}")
    if dice.random() < 0.5:
        yield segment("REF", "EA", f"MR{dice.randrange(10**6, 10**7)}")
    first, *others = diagnoses
    yield segment("HI", f"ABK:{first}", *(f"ABF:{code}" for code in others))
    yield levels.clinician("82")
    yield segment("PRV", "PE", "PXC", "207R00000X")
    if coordinated:
        paid = sum(service.paid for service in services)
        yield from other_payer(fiction, dollars(paid), earlier)
    day = fiction.service_day()
    pointers = ":".join(str(place) for place in range(1, len(diagnoses) + 1))
    for line, service in enumerate(services, 1):
        yield _line(line, service, pointers, day, control)
        if coordinated:
            yield _decided(service, earlier[1], day)


def _line(line: int, service: _Service, pointers: str, day: date, control: str) -> str:
    units = str(service.units)
    return (
        segment("LX", str(line))
        + segment("SV1", service.code, dollars(service.cents), "UN", units, "", "", pointers)
        + segment("DTP", "472", "D8", written(day))
        + segment("REF", "6R", f"{control}L{line}")
    )


def _decided(service: _Service, payer: str, day: date) -> str:
    """Say what the earlier payer did with the line (2430)."""
    reductions = "".join(
        segment("CAS", group, reason, dollars(cents))
        for group, reason, cents in (
            ("CO", "45", service.contractual),
            ("PR", "2", service.copay),
        )
        if cents
    )
    paid = segment("SVD", payer, dollars(service.paid), service.code, "", str(service.units))
    decided_on = written(day + timedelta(days=20))
    return paid + reductions + segment("DTP", "573", "D8", decided_on)
