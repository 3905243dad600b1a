"""Prove in one pass over a professional claim that many checks have nothing to find in it.

The checks that are registered with ``unusual_claim`` explain what is wrong; here stands only
what must hold for none of them to speak. A claim that is not usual is asked about as ever.
"""

from functools import cache, lru_cache

import msgspec

from cleanclaim.x12.checks.amounts import cents, read_cents
from cleanclaim.x12.checks.claim_lookups import (
    created_on,
    filing,
    kind_of,
    needs_certificate,
    patient,
    subscriber,
)
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.segments import Loop

_DIAGNOSES = frozenset({"ABK", "ABF"})
# Places of inpatients and of ambulances, of which more is asked.
_PLACES = frozenset({"21", "51", "61", "41", "42"})
# Care after surgery alone, rental, purchase, a test sent on: more is asked of these lines.
_MODIFIERS = frozenset({"55", "RR", "NU", "90"})
# The day from which covered entities use ICD-10 (45 CFR 162.1002(c)).
_ICD_10_FROM = "20151001"


def unusual_claim(scope: Scope) -> bool:
    """Tell whether a claim must be asked about in full; other units hold nothing of this kind."""
    return scope.unit.id == "2300" and not scope.once(_is_usual)


class _Bounds(msgspec.Struct, frozen=True, gc=False):
    """What every line of a claim must keep to: days of service, number of diagnoses."""

    from_on: str
    to_on: str
    listed: int
    medicare: bool
    mark: str


def _is_usual(scope: Scope) -> bool:
    claim = scope.unit
    header = claim.segments[0] if claim.segments else None
    if scope.guide != "837P" or header is None or header.id != "CLM":
        return False
    mark = header.delimiters.component
    listed = _listed(claim, mark)
    if not listed or not _usual_place(header.get(5), mark) or not _usual_payer(scope):
        return False
    birth = scope.once(patient).find("DMG")
    from_on = max(_ICD_10_FROM, birth.get(2) if birth else "")
    medicare = scope.once(filing) == "MB"
    bounds = _Bounds(from_on, scope.once(created_on), listed, medicare, mark)
    charged = _charged(claim, bounds)
    return charged is not None and charged == cents(header, 2)


def _usual_payer(scope: Scope) -> bool:
    """Tell whether the payer is the first one, of a patient who is told where it must be."""
    who = scope.once(subscriber)
    patient_is_told = who.get(2) == "18" or scope.above("2000C") is not None
    return patient_is_told and who.get(1) in ("P", "U")


def _charged(claim: Loop, bounds: _Bounds) -> int | None:
    """Give the sum of the lines in cents where all of them are usual, None where one is not."""
    total = number = 0
    controls: set[str] = set()
    for line in claim.loops:
        if line.id == "2400":
            number += 1
            charge = _charge(line, number, bounds, controls)
            if charge is None or (line.loops and line.child("2430") is not None):
                return None
            total += charge
        elif line.id == "2320":
            return None
    return total if number else None


def _charge(line: Loop, place: int, bounds: _Bounds, controls: set[str]) -> int | None:
    """Give the charge of a usual line, None where the line is not usual."""
    charge: int | None = None
    if not line.segments or line.segments[0].elements != _counted(place):
        return None
    for segment in line.segments:
        told, elements = segment.id, segment.elements
        if told == "SV1":
            if charge is not None or not _serves(elements, bounds):
                return None
            charge = read_cents(elements[1])
        elif told == "DTP" and elements and elements[0] == "472":
            if segment.get(2) != "D8" or not bounds.from_on <= segment.get(3) <= bounds.to_on:
                return None
        elif told == "REF" and elements and elements[0] == "6R":
            number = segment.get(2)
            if number in controls:
                return None
            controls.add(number)
    return None if charge is None or charge < 0 else charge


def _serves(elements: tuple[str, ...], bounds: _Bounds) -> bool:
    if len(elements) < 7:
        return False
    procedure, _, measure, units, _, _, pointers, *_ = elements
    kind = _usual_procedure(procedure, bounds.medicare, bounds.mark)
    return kind and _usual_service(measure, units, pointers, bounds.listed, bounds.mark)


@cache
def _counted(number: int) -> tuple[str]:
    return (str(number),)


def _listed(claim: Loop, mark: str) -> int:
    """Count the diagnoses where they are one plain list of ICD-10 codes, 0 where they are not."""
    held = [segment for segment in claim.segments if segment.id == "HI"]
    if len(held) != 1:
        return 0
    codes = set()
    for text in held[0].elements:
        qualifier, _, code = text.partition(mark)
        if qualifier not in _DIAGNOSES or mark in code:
            return 0
        codes.add(code)
    return len(codes) if len(codes) == len(held[0].elements) else 0


@lru_cache(maxsize=512)
def _usual_place(place: str, mark: str) -> bool:
    """Tell whether CLM05 is an original claim from a place of which nothing more is asked."""
    parts = place.split(mark)
    return len(parts) == 3 and parts[0] not in _PLACES and parts[2] == "1"


@lru_cache(maxsize=8192)
def _usual_procedure(procedure: str, medicare: bool, mark: str) -> bool:  # noqa: FBT001
    """Tell whether nothing more is asked of a procedure and its modifiers."""
    parts = procedure.split(mark)
    if len(parts) < 2 or kind_of(parts[1]) or (medicare and needs_certificate(parts[1])):
        return False
    return _MODIFIERS.isdisjoint(parts[2:6])


@lru_cache(maxsize=8192)
def _usual_service(measure: str, units: str, pointers: str, listed: int, mark: str) -> bool:
    """Tell whether a line is counted in units, for different diagnoses of the claim."""
    if measure != "UN" or not units.isdecimal() or int(units) == 0:
        return False
    pointed = pointers.split(mark)
    hit = all(each.isdecimal() and 0 < int(each) <= listed for each in pointed)
    return hit and len(set(pointed)) == len(pointed)
