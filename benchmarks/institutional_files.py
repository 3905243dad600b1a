"""Synthetic institutional claims (837I): stays with a DRG and outpatient visits."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from benchmarks.claim_parts import Levels, header, headings, other_payer
from benchmarks.envelopes import dollars, interchange, segment, shares, written
from benchmarks.fiction import DRGS, INPATIENT, OUTPATIENT, Fiction

GUIDE = "005010X223A2"
_TRANSACTIONS = 2
_CLAIMS_A_BILLER = 50
_EARLIER = ("COASTAL HEALTH PLAN", "CO077")


def institutional(claims: int, seed: int) -> Iterator[str]:
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


class _Line:
    """A revenue line: what, for how much, how often."""

    def __init__(self, revenue: str, code: str, cents: int, nights: int = 0) -> None:
        self.revenue = revenue
        self.procedure = f"HC:{code}" if code else ""
        self.cents = cents
        self.basis = "DA" if nights else "UN"
        self.units = str(nights or 1)
        self.contractual = cents * 3 // 10


def _claim(number: int, levels: Levels) -> Iterator[str]:
    fiction = levels.fiction
    dice = fiction.dice
    coordinated = dice.random() < 0.1
    yield from levels.patient("S" if coordinated else "P", fiction.payer())
    stays = dice.random() < 0.5
    day = fiction.service_day()
    nights = dice.randint(1, 9) if stays else 0
    lines = _stay(fiction, nights) if stays else _visit(fiction)
    total = sum(line.cents for line in lines)
    bill = "11" if stays else "13"
    control = f"I{number:08d}"
    yield segment("CLM", control, dollars(total), "", "", f"{bill}:A:1", "", "A", "Y", "Y")
    left = day + timedelta(days=nights)
    if stays:
        yield segment("DTP", "096", "TM", f"{dice.randrange(8, 20):02d}30")
    yield segment("DTP", "434", "RD8", f"{written(day)}-{written(left)}")
    if stays:
        yield segment("DTP", "435", "DT", f"{written(day)}{dice.randrange(24):02d}15")
    yield segment("CL1", "1" if stays else "3", "1", "01")
    yield segment("REF", "EA", f"MR{dice.randrange(10**6, 10**7)}")
    yield from _codes(fiction, day, total, stays=stays)
    yield levels.clinician("71")
    if coordinated:
        paid = sum(line.cents - line.contractual for line in lines)
        yield from other_payer(fiction, dollars(paid), _EARLIER)
    for place, line in enumerate(lines, 1):
        yield _line(place, line, day)
        if coordinated:
            yield _decided(line, left)


def _stay(fiction: Fiction, nights: int) -> list[_Line]:
    dice = fiction.dice
    room = _Line("0120", "", dice.randrange(90_000, 250_000, 100) * nights, nights)
    extras = dice.sample(INPATIENT, dice.randint(2, 5))
    return [room, *(_Line(code, "", fiction.charge_cents() * 2) for code in extras)]


def _visit(fiction: Fiction) -> list[_Line]:
    dice = fiction.dice
    chosen = dice.sample(OUTPATIENT, dice.randint(1, 5))
    return [_Line(revenue, code, fiction.charge_cents() * 2) for revenue, code in chosen]


def _codes(fiction: Fiction, day: date, total: int, *, stays: bool) -> Iterator[str]:
    """Give the HI segments in the order of the guide."""
    dice = fiction.dice
    present = ":::::::Y" if stays else ""
    first, *others = fiction.diagnoses(6)
    yield segment("HI", f"ABK:{first}{present}")
    yield segment("HI", f"ABJ:{first}" if stays else f"APR:{first}")
    if stays:
        yield segment("HI", f"DR:{dice.choice(DRGS)}")
    if others:
        yield segment("HI", *(f"ABF:{code}{present}" for code in others))
    if dice.random() < 0.3:
        yield segment("HI", f"BH:11:D8:{written(day)}")
    if stays:
        yield segment("HI", f"BE:01:::{dollars(total // 10)}")
    if dice.random() < 0.2:
        yield segment("HI", "BG:17")


def _line(place: int, line: _Line, day: date) -> str:
    service = ("SV2", line.revenue, line.procedure, dollars(line.cents), line.basis, line.units)
    text = segment("LX", str(place)) + segment(*service)
    return text + (segment("DTP", "472", "D8", written(day)) if line.procedure else "")


def _decided(line: _Line, left: date) -> str:
    """Say what the earlier payer did with the line (2430)."""
    paid = dollars(line.cents - line.contractual)
    return (
        segment("SVD", _EARLIER[1], paid, line.procedure, line.revenue, line.units)
        + segment("CAS", "CO", "45", dollars(line.contractual))
        + segment("DTP", "573", "D8", written(left + timedelta(days=20)))
    )
