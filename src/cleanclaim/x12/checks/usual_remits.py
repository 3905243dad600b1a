"""Prove in one pass over what was paid on a claim that many checks have nothing to find in it.

As with ``usual_claims``: the checks that are registered with ``unusual_remit`` explain what is
wrong; here stands only what must hold for none of them to speak.
"""

from collections.abc import Callable, Mapping

from cleanclaim.x12.checks.amounts import read_cents
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.frames import Record, Step

SERVED = frozenset({"232", "472", "150"})  # DTM01: a day of the claim, of a line, its first day


def unusual_remit(scope: Scope) -> bool:
    """Tell whether a remittance must be asked about; other units hold nothing of this kind."""
    return scope.holder.loop_id == "2100" and not scope.once(_is_usual)


def note_paid(scope: Scope, cents: int) -> None:
    """Add what was paid on a claim to what was paid in the transaction."""
    scope.tally["paid"] = scope.tally.get("paid", 0) + cents


def _is_usual(scope: Scope) -> bool:
    holder = scope.holder
    if scope.guide != "835" or not isinstance(holder, Record):
        return False
    reading = _Reading(holder.delimiters.element)
    if not reading.takes(holder.steps):
        return False
    # It is noted last: what is asked in full is noted there.
    note_paid(scope, reading.paid)
    return True


class _Sums:
    """What a claim or a line was charged, paid and adjusted by, in cents."""

    __slots__ = ("adjusted", "charge", "dated", "paid")

    def __init__(self, charge: int, paid: int) -> None:
        self.charge = charge
        self.paid = paid
        self.adjusted = 0
        self.dated = False


class _Reading:
    """What was read of a remittance so far, line by line."""

    __slots__ = ("lines", "mark", "owed", "own", "patient")

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.own: _Sums | None = None
        self.lines: list[_Sums] = []
        self.owed = self.patient = 0  # CLP05, and the adjustments that make it

    @property
    def paid(self) -> int:
        """Give what was paid on the claim (CLP04)."""
        return self.own.paid if self.own is not None else 0

    def takes(self, steps: list[Step]) -> bool:
        """Read all segments; tell whether they are usual and everything adds up."""
        mark, telling = self.mark, _TELLING
        for move, block, index, _ in steps:
            take = telling.get(move.place)
            if take is not None and (
                block is None or not take(self, block.bodies[index].split(mark))
            ):
                return False
        return self._adds_up()

    def claim(self, elements: list[str]) -> bool:
        """CLP: charge, paid and what the patient owes; one cut short before them is not usual."""
        if len(elements) < 6:
            return False
        charge, paid = read_cents(elements[3]), read_cents(elements[4])
        owed = read_cents(elements[5] or "0")
        if charge is None or paid is None or owed is None:
            return False
        self.own, self.owed = _Sums(charge, paid), owed
        return True

    def line(self, elements: list[str]) -> bool:
        """SVC: charge and paid, of the service that was billed (SVC06 tells of another)."""
        if len(elements) < 4 or (len(elements) > 6 and elements[6]):
            return False
        charge, paid = read_cents(elements[2]), read_cents(elements[3])
        if charge is None or paid is None:
            return False
        self.lines.append(_Sums(charge, paid))
        return True

    def adjustment_of_claim(self, elements: list[str]) -> bool:
        """CAS of the claim."""
        return self.own is not None and self._adjusts(self.own, elements)

    def adjustment_of_line(self, elements: list[str]) -> bool:
        """CAS of the last line."""
        return bool(self.lines) and self._adjusts(self.lines[-1], elements)

    def day_of_claim(self, elements: list[str]) -> bool:
        """DTM of the claim."""
        return self.own is not None and _dates(self.own, elements)

    def day_of_line(self, elements: list[str]) -> bool:
        """DTM of the last line."""
        return bool(self.lines) and _dates(self.lines[-1], elements)

    def _adjusts(self, at: _Sums, elements: list[str]) -> bool:
        """CAS: the amounts stand in every third element from the third on."""
        summed = 0
        for text in elements[3::3]:
            cents = read_cents(text) if text else 0
            if cents is None:
                return False
            summed += cents
        at.adjusted += summed
        if len(elements) > 1 and elements[1] == "PR":
            self.patient += summed
        return True

    def _adds_up(self) -> bool:
        own, lines = self.own, self.lines
        if own is None or self.owed != self.patient:
            return False
        if not all(line.paid == line.charge - line.adjusted for line in lines):
            return False
        if lines and own.charge != sum(line.charge for line in lines):
            return False
        adjusted = own.adjusted + sum(line.adjusted for line in lines)
        dated = own.dated or (bool(lines) and all(line.dated for line in lines))
        return dated and own.paid == own.charge - adjusted


def _dates(at: _Sums, elements: list[str]) -> bool:
    if len(elements) > 1 and elements[1] in SERVED:
        at.dated = True
    return True


# What is read of a remittance, by the place of the segment.
_TELLING: Mapping[str, Callable[[_Reading, list[str]], bool]] = {
    "2100/CLP": _Reading.claim,
    "2100/CAS": _Reading.adjustment_of_claim,
    "2100/DTM": _Reading.day_of_claim,
    "2110/SVC": _Reading.line,
    "2110/CAS": _Reading.adjustment_of_line,
    "2110/DTM": _Reading.day_of_line,
}
