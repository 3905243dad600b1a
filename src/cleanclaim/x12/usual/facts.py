"""What the proofs ask of the claims of a stretch: columns, each made once."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np

from cleanclaim.x12.usual.atoms import Flags, Integers, Words, word_of
from cleanclaim.x12.usual.forms import Place
from cleanclaim.x12.usual.stretch import Stretch
from cleanclaim.x12.usual.values import UNREAD, numbers, one_day, period

Answer = TypeVar("Answer")


class Facts:
    """What the proofs ask of the claims of a stretch, each column made once.

    Rows of segments are -1 where a claim or line has none.
    """

    def __init__(self, stretch: Stretch) -> None:
        self.stretch = stretch
        self.atoms = stretch.atoms
        self.claims = len(stretch.head)
        self.lines = len(stretch.line_head)
        self._answers: dict[Callable[[Facts], Any], Any] = {}

    def once(self, ask: "Callable[[Facts], Answer]") -> Answer:
        """Answer a question about all claims once, however many proofs ask it."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        return cast("Answer", self._answers[ask])

    def word(self, rows: Integers, place: Place) -> Words:
        """Give the first eight characters of an element as a number."""
        return self.atoms.word(self.stretch.at(rows, place))

    def given(self, rows: Integers, place: Place) -> Flags:
        """Mark segments in which an element or component is not empty."""
        marks: Flags = self.atoms.length[self.stretch.at(rows, place)] > 0
        return marks

    def count_by_claim(self, owners: Integers) -> Integers:
        """Count the rows that belong to each claim."""
        return np.bincount(owners[owners >= 0], minlength=self.claims)

    def all_of_claim(self, owners: Integers, holds: Flags) -> Flags:
        """Mark claims of whose rows all hold, those without rows too."""
        broken: Flags = self.count_by_claim(owners[~holds]) == 0
        return broken

    def sum_by(self, count: int, owners: Integers, amounts: Integers) -> Integers:
        """Add amounts up by their owners."""
        sums = np.zeros(count, np.int64)
        np.add.at(sums, owners, amounts)
        return sums

    def cents(self, rows: Integers, place: Place) -> tuple[Integers, Flags]:
        """Read amounts in cents and mark those that could be read; an absent one is zero."""
        at = self.stretch.at(rows, place)
        cents, read = numbers(self.atoms, at).scaled(2)
        return cents, read | (self.atoms.length[at] == 0)

    @cached_property
    def insured(self) -> Integers:
        """The SBR of the subscriber."""
        return self.stretch.of_subscribers(self.stretch.rows("2000B", "SBR"))

    @cached_property
    def turn(self) -> Words:
        """Whose turn the payer has (SBR01)."""
        return self.word(self.insured, (1, 0))

    @cached_property
    def is_self(self) -> Flags:
        """Mark claims whose patient is said to be the subscriber (SBR02)."""
        marks: Flags = self.word(self.insured, (2, 0)) == word_of("18")
        return marks

    @cached_property
    def filing(self) -> Words:
        """The kind of insurance (SBR09)."""
        return self.word(self.insured, (9, 0))

    @cached_property
    def member(self) -> Integers:
        """The NM1 of the subscriber."""
        return self.stretch.of_subscribers(self.stretch.rows("2010BA", "NM1"))

    @cached_property
    def subscriber_birth(self) -> Integers:
        """The DMG of the subscriber."""
        return self.stretch.of_subscribers(self.stretch.rows("2010BA", "DMG"))

    @cached_property
    def birth(self) -> Integers:
        """The DMG of the patient."""
        own = self.stretch.of_patients(self.stretch.rows("2010CA", "DMG"))
        return np.where(self.stretch.with_patient, own, self.subscriber_birth)

    @cached_property
    def services(self) -> Integers:
        """The SV1 of lines."""
        return self.stretch.first_of_lines(self.stretch.rows("2400", "SV1"))

    @cached_property
    def periods(self) -> Integers:
        """The days of service (DTP*472) of lines, in order."""
        return self.stretch.rows("2400", "DTP", "472")

    @cached_property
    def served(self) -> tuple[Integers, Integers]:
        """First and last of the days of service; UNREAD where they cannot be told."""
        at = self.stretch.at(self.periods, (3, 0))
        several = self.word(self.periods, (2, 0)) == word_of("RD8")
        single, (first, last) = one_day(self.atoms, at), period(self.atoms, at)
        return np.where(several, first, single), np.where(several, last, single)

    @cached_property
    def first_served_on(self) -> Integers:
        """The first day of service of claims, UNREAD where none is told."""
        found = np.full(self.claims, UNREAD, np.int64)
        np.minimum.at(found, self.stretch.claim_of(self.periods), self.served[0])
        return found

    @cached_property
    def last_served_on(self) -> Integers:
        """The last day of service of claims, 0 where none is told."""
        found = np.zeros(self.claims, np.int64)
        np.maximum.at(found, self.stretch.claim_of(self.periods), self.served[1])
        return found

    def born_on(self, rows: Integers) -> Integers:
        """Read days of birth (DMG02); 0 where there is no DMG."""
        days = one_day(self.atoms, self.stretch.at(rows, (2, 0)))
        return np.where(rows >= 0, days, 0)

    @cached_property
    def latest(self) -> Integers:
        """The latest day that must not be after the file was made: of births and services."""
        births = [self.born_on(self.subscriber_birth), self.born_on(self.birth)]
        latest: Integers = np.maximum.reduce([*births, self.last_served_on])
        return latest

    @cached_property
    def rendering(self) -> Words:
        """A number for who rendered (NM109, 2310B), 0 where nobody is told by one."""
        return self._number_of("2310B")

    @cached_property
    def facility(self) -> Words:
        """A number for the facility (NM109, 2310C), 0 where none is told by one."""
        return self._number_of("2310C")

    def _number_of(self, loop_id: str) -> Words:
        name = self.stretch.first_of_claims(self.stretch.rows(loop_id, "NM1"))
        return self.atoms.hashed(self.stretch.at(name, (9, 0)))

    @cached_property
    def others(self) -> Integers:
        """The SBR of other payers of claims, in order (2320)."""
        return self.stretch.rows("2320", "SBR")

    @cached_property
    def other(self) -> Integers:
        """The SBR of the other payer."""
        return self.stretch.first_of_claims(self.others)

    @cached_property
    def decisions(self) -> Integers:
        """The SVD of lines, in order (2430)."""
        return self.stretch.rows("2430", "SVD")

    @cached_property
    def charge_cents(self) -> tuple[Integers, Flags]:
        """Charges of lines in cents, and which could be read (SV102)."""
        cents, read = self.cents(self.services, (2, 0))
        return cents, read & self.given(self.services, (2, 0))
