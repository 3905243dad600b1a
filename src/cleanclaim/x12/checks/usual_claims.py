"""Prove in one pass over a professional claim that many checks have nothing to find in it.

The checks that are registered with ``unusual_claim`` explain what is wrong; here stands only
what must hold for none of them to speak. A claim that is not usual is asked about as ever. The
pass reads the segments one after the other, so that no tree is built for a usual claim.
"""

from collections.abc import Callable
from functools import lru_cache

import msgspec

from cleanclaim.x12.checks.amounts import read_cents
from cleanclaim.x12.checks.claim_lookups import (
    billing,
    created_on,
    first_of_its_number,
    kind_of,
    needs_certificate,
)
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.frames import Record
from cleanclaim.x12.segments import Delimiters

_DIAGNOSES = frozenset({"ABK", "ABF"})
# Places of inpatients and of ambulances, of which more is asked.
_PLACES = frozenset({"21", "51", "61", "41", "42"})
# Care after surgery alone, rental, purchase, a test sent on: more is asked of these lines.
_MODIFIERS = frozenset({"55", "RR", "NU", "90"})
# The day from which covered entities use ICD-10 (45 CFR 162.1002(c)).
_ICD_10_FROM = "20151001"


def unusual_claim(scope: Scope) -> bool:
    """Tell whether a claim must be asked about in full; other units hold nothing of this kind."""
    return scope.holder.loop_id == "2300" and not scope.once(_is_usual)


def _is_usual(scope: Scope) -> bool:
    if scope.guide != "837P" or not isinstance(scope.holder, Record):
        return False
    bounds = _bounds(scope, scope.holder.delimiters)
    if bounds is None:
        return False
    reading = _Reading(bounds)
    for move, block, index, _ in scope.holder.steps:
        look = _LOOKS.get(move.place)
        if look is not None and (block is None or not look(reading, block.bodies[index])):
            return False
    # It is remembered last: who is asked in full remembers it for itself.
    return reading.adds_up() and first_of_its_number(scope, reading.number)


class _Bounds(msgspec.Struct, frozen=True, gc=False):
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
    return _Bounds(
        max(_ICD_10_FROM, birth[2]),
        scope.once(created_on),
        who[9] == "MB",
        scope.once(billing).get(9),
        delimiters.element,
        delimiters.component,
    )


class _Reading:
    """What was read of a claim so far. Each look tells whether the text of a segment is usual."""

    __slots__ = (
        "bounds",
        "charged",
        "controls",
        "line",
        "listed",
        "mark",
        "number",
        "open",
        "total",
    )

    def __init__(self, bounds: _Bounds) -> None:
        self.bounds = bounds
        self.mark = bounds.mark
        self.number = ""
        self.total: int | None = None
        self.listed = 0  # diagnoses
        self.line = 0
        self.charged = 0
        self.open = False  # a line that is not yet charged
        self.controls: set[str] = set()

    def adds_up(self) -> bool:
        """Tell whether every line was charged and together they are what the claim charges."""
        return bool(self.line and self.listed) and not self.open and self.charged == self.total

    def claim(self, text: str) -> bool:
        """CLM."""
        elements = text.split(self.mark)
        if len(elements) < 6:
            return False
        _, self.number, total, _, _, place, *_ = elements
        self.total = read_cents(total)
        return _usual_place(place, self.bounds.component)

    def diagnoses(self, text: str) -> bool:
        """HI: one plain list of ICD-10 codes."""
        if self.listed:
            return False
        self.listed = _listed(text.split(self.mark)[1:], self.bounds.component)
        return self.listed > 0

    def rendering(self, text: str) -> bool:
        """NM1*82: somebody else than who bills."""
        npi = _number(text, self.mark)
        return not npi or npi != self.bounds.billing_npi

    def number_of_line(self, text: str) -> bool:
        """LX: lines are counted from 1."""
        if self.open:
            return False
        self.open = True
        self.line += 1
        return text == f"LX{self.mark}{self.line}"

    def service(self, text: str) -> bool:
        """SV1."""
        elements = text.split(self.mark)
        if not self.open or len(elements) < 8:
            return False
        self.open = False
        _, procedure, charge, measure, units, _, _, pointers, *_ = elements
        bounds = self.bounds
        charged = read_cents(charge)
        if charged is None or charged < 0:
            return False
        self.charged += charged
        return _usual_procedure(procedure, bounds.medicare, bounds.component) and _usual_service(
            measure, units, pointers, self.listed, bounds.component
        )

    def date(self, text: str) -> bool:
        """DTP*472: a single day between birth and the day of the file."""
        served_on = _served_on(text, self.mark)
        return not served_on or self.bounds.from_on <= served_on <= self.bounds.to_on

    def reference(self, text: str) -> bool:
        """REF*6R: lines have numbers of their own."""
        _, kind, control, *_ = *text.split(self.mark, 3), "", ""
        if kind != "6R":
            return True
        before = len(self.controls)
        self.controls.add(control)
        return len(self.controls) > before

    def foreign(self, _text: str) -> bool:
        """Another payer, or what it said of a line."""
        return False


_LOOKS: dict[str, Callable[[_Reading, str], bool]] = {
    "2300/CLM": _Reading.claim,
    "2300/HI": _Reading.diagnoses,
    "2310B/NM1": _Reading.rendering,
    "2320/SBR": _Reading.foreign,
    "2400/LX": _Reading.number_of_line,
    "2400/SV1": _Reading.service,
    "2400/DTP": _Reading.date,
    "2400/REF": _Reading.reference,
    "2430/SVD": _Reading.foreign,
}
_NEVER = "~"  # a day later than any


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


def _listed(texts: list[str], mark: str) -> int:
    """Count the diagnoses where they are different ICD-10 codes, 0 where they are not."""
    codes = set()
    for text in texts:
        qualifier, _, code = text.partition(mark)
        if qualifier not in _DIAGNOSES or mark in code:
            return 0
        codes.add(code)
    return len(codes) if len(codes) == len(texts) else 0


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
