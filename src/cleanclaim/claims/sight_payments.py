"""Columns of what other payers did with claims that were told at sight."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.sight_texts import SightTexts

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.object_]

_CAS_TRIPLES = 6


class SightPayments(SightTexts):
    """What other payers did, by the names of a ClaimBatch."""

    @cached_property
    def _decisions(self) -> Integers:
        return self.segments("2430", "SVD")

    def _adjusted(self, loop: str, holders: Integers) -> Integers:
        """Sum the CAS behind each of the segments that open loops of an id."""
        rows = self.segments(loop, "CAS")
        owner = np.searchsorted(holders, rows) - 1
        sums = np.zeros(len(holders), np.int64)
        for triple in range(_CAS_TRIPLES):
            np.add.at(sums, owner, self._cents(rows, (3 + 3 * triple, 0)))
        return sums

    @cached_property
    def decision_line(self) -> Integers:
        """The line of each decision."""
        return self.line_of(self._decisions)

    @cached_property
    def decision_payer(self) -> Values:
        """SVD01."""
        return self.values(self._decisions, (1, 0))

    @cached_property
    def decision_paid_cents(self) -> Integers:
        """SVD02."""
        return self._cents(self._decisions, (2, 0))

    @cached_property
    def decision_adjusted_cents(self) -> Integers:
        """CAS in 2430."""
        return self._adjusted("2430", self._decisions)

    @cached_property
    def _others(self) -> Integers:
        return self.segments("2320", "SBR")

    @cached_property
    def other_claim(self) -> Integers:
        """The claim of each other payer."""
        return self.claim_of(self._others)

    def _of_others(self, loop: str, name: str, *codes: str) -> Integers:
        """Give for each other payer the first such segment behind its SBR; there is one payer."""
        found = self._text.first_of_claims(self._text.rows(loop, name, *codes))
        rows: Integers = found[self._claims][self.other_claim]
        return rows

    @cached_property
    def other_payer(self) -> Values:
        """NM109 in 2330B."""
        return self.values(self._of_others("2330B", "NM1"), (9, 0))

    @cached_property
    def other_told_payment(self) -> Flags:
        """AMT*D in 2320."""
        return self._given(self._of_others("2320", "AMT", "D"), (2, 0))

    @cached_property
    def other_paid_cents(self) -> Integers:
        """AMT*D in 2320."""
        return self._cents(self._of_others("2320", "AMT", "D"), (2, 0))

    @cached_property
    def other_adjusted_cents(self) -> Integers:
        """CAS in 2320."""
        return self._adjusted("2320", self._others)
