"""Prove in one pass over a professional claim that many checks have nothing to find in it.

The checks that are registered with ``unusual_claim`` explain what is wrong; here stands only
what must hold for none of them to speak. A claim that is not usual is asked about as ever. The
pass reads the segments one after the other, so that no tree is built for a usual claim.
"""

from functools import lru_cache
from typing import NamedTuple

from cleanclaim.x12.checks.amounts import read_cents
from cleanclaim.x12.checks.claim_lookups import (
    billing,
    created_on,
    first_of_its_number,
    kind_of,
    needs_certificate,
)
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.frames import Record, Step
from cleanclaim.x12.segments import Delimiters

_DIAGNOSES = frozenset({"ABK", "ABF"})
# Places of inpatients and of ambulances, of which more is asked.
UNUSUAL_PLACES = frozenset({"21", "51", "61", "41", "42"})
# Care after surgery alone, rental, purchase, a test sent on: more is asked of these lines.
UNUSUAL_MODIFIERS = frozenset({"55", "RR", "NU", "90"})
# Lines of service that checks ask about wherever they are charged.
UNUSUAL_KINDS = frozenset({"anesthesia", "ambulance", "mileage", "mammography"})
# The day from which covered entities use ICD-10 (45 CFR 162.1002(c)).
ICD_10_FROM = "20151001"


def unusual_claim(scope: Scope) -> bool:
    """Tell whether a claim must be asked about in full; other units hold nothing of this kind."""
    return scope.holder.loop_id == "2300" and not scope.once(_is_usual)


def _is_usual(scope: Scope) -> bool:
    if scope.guide != "837P" or not isinstance(scope.holder, Record):
        return False
    bounds = _bounds(scope, scope.holder.delimiters)
    if bounds is None:
        return False
    number = _usual_number(scope.holder.steps, bounds)
    # It is remembered last: who is asked in full remembers it for itself.
    return number is not None and first_of_its_number(scope, number)


class _Bounds(NamedTuple):
    """What is known around a claim: days of service, kind of payer, NPI of the billing provider.

    ``mark`` stands between elements, ``component`` within them.
    """

    from_on: str
    to_on: str
    medicare: bool
    billing_npi: str
    mark: str
    component: str


def _bounds(scope: Scope, delimiters: Delimiters) -> _Bounds | None:
    """Look around; None where the payer is not the first one, or the patient is not told."""
    who = scope.told("2000B", "2000B/SBR")
    apart = scope.holding("2000C") is not None
    if who[1] not in ("P", "U") or not (apart or who[2] == "18"):
        return None
    birth = scope.told("2000C", "2010CA/DMG") if apart else scope.told("2000B", "2010BA/DMG")
    from_on = max(ICD_10_FROM, birth[2])
    npi = billing(scope).get(9)
    marks = delimiters.element, delimiters.component
    return _Bounds(from_on, created_on(scope), who[9] == "MB", npi, *marks)


def _usual_number(  # noqa: C901 - one pass, for each call would cost more than it does
    steps: list[Step], bounds: _Bounds
) -> str | None:
    """Give the number of a usual claim (CLM01), None where a segment of it is not usual."""
    mark, component = bounds.mark, bounds.component
    number, total = "", None
    listed = line = charged = 0
    is_open = False  # a line that is not yet charged
    controls: set[str] = set()
    for move, block, index, _ in steps:
        place = move.place
        if place not in _TELLING:
            continue
        text = block.bodies[index] if block is not None else ""
        usual = False
        if place == "2400/DTP":
            day = _served_on(text, mark)
            usual = not day or bounds.from_on <= day <= bounds.to_on
        elif place == "2400/REF":
            usual = _is_new_control(text.split(mark, 3), controls)
        elif place == "2400/LX":
            line += 1
            usual, is_open = not is_open and text == f"LX{mark}{line}", True
        elif place == "2400/SV1":
            charge = _charge(text.split(mark), bounds, listed) if is_open else None
            usual, is_open = charge is not None, False
            charged += charge or 0
        elif place == "2300/HI":
            usual = not listed
            listed = _listed(text.split(mark), component)
        elif place == "2300/CLM":
            _, number, said, _, _, where, *_ = text.split(mark) + _ABSENT
            usual, total = _usual_place(where, component), read_cents(said)
        elif place == "2310B/NM1":
            usual = _number(text, mark) != bounds.billing_npi
        if not usual:
            return None
    whole = line and listed and not is_open and charged == total
    return number if whole else None


# Of all that may stand in a claim. Other payers (2320) and what they said (2430) are unusual.
_TELLING = frozenset(
    {
        "2300/CLM",
        "2300/HI",
        "2310B/NM1",
        "2320/SBR",
        "2400/LX",
        "2400/SV1",
        "2400/DTP",
        "2400/REF",
        "2430/SVD",
    }
)
_NEVER = "~"  # a day later than any
_ABSENT = [""] * 6


def _is_new_control(elements: list[str], controls: set[str]) -> bool:
    """Tell whether a line's number (REF*6R) is new; other numbers do not matter."""
    if len(elements) < 3 or elements[1] != "6R":
        return True
    before = len(controls)
    controls.add(elements[2])
    return len(controls) > before


def _charge(elements: list[str], bounds: _Bounds, listed: int) -> int | None:
    """Give the charge of a usual service in cents, None where the service is not usual."""
    if len(elements) < 8:
        return None
    _, procedure, said, measure, units, _, _, pointers, *_ = elements
    component = bounds.component
    charge = read_cents(said)
    usual = (
        charge is not None
        and charge >= 0
        and _usual_procedure(procedure, bounds.medicare, component)
        and _usual_service(measure, units, pointers, listed, component)
    )
    return charge if usual else None


@lru_cache(maxsize=512)
def _number(name: str, mark: str) -> str:
    """Give the number of who is named (NM109)."""
    elements = name.split(mark)
    return elements[9] if len(elements) > 9 else ""


@lru_cache(maxsize=2048)
def _served_on(date: str, mark: str) -> str:
    """Give the day of a service, ``_NEVER`` where it is no single day, "" for other dates."""
    _, kind, form, day, *_ = *date.split(mark), "", "", ""
    if kind != "472":
        return ""
    return day if form == "D8" else _NEVER


def _listed(elements: list[str], mark: str) -> int:
    """Count the diagnoses where they are different ICD-10 codes, 0 where they are not."""
    codes = set()
    for text in elements[1:]:
        qualifier, _, code = text.partition(mark)
        if qualifier not in _DIAGNOSES or mark in code:
            return 0
        codes.add(code)
    return len(codes) if len(codes) == len(elements) - 1 else 0


@lru_cache(maxsize=512)
def _usual_place(place: str, mark: str) -> bool:
    """Tell whether CLM05 is an original claim from a place of which nothing more is asked."""
    parts = place.split(mark)
    return len(parts) == 3 and parts[0] not in UNUSUAL_PLACES and parts[2] == "1"


@lru_cache(maxsize=8192)
def _usual_procedure(procedure: str, medicare: bool, mark: str) -> bool:  # noqa: FBT001
    """Tell whether nothing more is asked of a procedure and its modifiers."""
    parts = procedure.split(mark)
    if len(parts) < 2 or kind_of(parts[1]) in UNUSUAL_KINDS:
        return False
    if medicare and needs_certificate(parts[1]):
        return False
    return UNUSUAL_MODIFIERS.isdisjoint(parts[2:6])


@lru_cache(maxsize=8192)
def _usual_service(measure: str, units: str, pointers: str, listed: int, mark: str) -> bool:
    """Tell whether a line is counted in units, for different diagnoses of the claim."""
    if measure != "UN" or not units.isdecimal() or int(units) == 0:
        return False
    pointed = pointers.split(mark)
    hit = all(each.isdecimal() and 0 < int(each) <= listed for each in pointed)
    return hit and len(set(pointed)) == len(pointed)
