"""Prove in one pass over what was paid on a claim that many checks have nothing to find in it.

As with ``usual_claims``: the checks that are registered with ``unusual_remit`` explain what is
wrong; here stands only what must hold for none of them to speak.
"""

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
        for move, block, index, _ in steps:
            place = move.place
            if place in _TELLING:
                if block is None:
                    return False
                elements = block.bodies[index].split(self.mark) + _ABSENT
                if not self._take(place, elements):
                    return False
        return self._adds_up()

    def _take(self, place: str, elements: list[str]) -> bool:
        if place == "2110/SVC":
            return self._line(elements)
        if place == "2100/CLP":
            return self._claim(elements)
        at = self.lines[-1] if place.startswith("2110") and self.lines else self.own
        if at is None:
            return False
        if place.endswith("CAS"):
            return self._adjustment(at, elements)
        at.dated = at.dated or elements[1] in SERVED
        return True

    def _claim(self, elements: list[str]) -> bool:
        _, _, _, charge, paid, owed, *_ = elements
        cents = read_cents(charge), read_cents(paid), read_cents(owed or "0")
        if None in cents:
            return False
        self.own, self.owed = _Sums(cents[0] or 0, cents[1] or 0), cents[2] or 0
        return True

    def _line(self, elements: list[str]) -> bool:
        _, _, charge, paid, _, _, submitted, *_ = elements
        charged, was_paid = read_cents(charge), read_cents(paid)
        if charged is None or was_paid is None or submitted:
            return False
        self.lines.append(_Sums(charged, was_paid))
        return True

    def _adjustment(self, at: _Sums, elements: list[str]) -> bool:
        """CAS: the amounts stand in every third element from the third on."""
        summed = 0
        for text in elements[3::3]:
            cents = read_cents(text) if text else 0
            if cents is None:
                return False
            summed += cents
        at.adjusted += summed
        if elements[1] == "PR":
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


_TELLING = frozenset({"2100/CLP", "2100/CAS", "2100/DTM", "2110/SVC", "2110/CAS", "2110/DTM"})
_ABSENT = [""] * 6
