"""Columns of patients: sex, birth, and age on the days that edits ask about."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
UNKNOWN_AGE = -1
_MONTHS_A_YEAR = 12


class PersonColumns:
    """What edits ask of the patients of a batch, one value a claim."""

    rows: Sequence[Claim]

    @cached_property
    def born_on(self) -> Days:
        """Birth dates (DMG02)."""
        return np.array([claim.patient.birth_on for claim in self.rows], "datetime64[D]")

    @cached_property
    def sex(self) -> npt.NDArray[np.str_]:
        """Sexes that payers hold (DMG03): F, M, U, or "" where none is told."""
        return np.array([claim.patient.sex or "" for claim in self.rows], "U1")

    def age_on(self, days: Days) -> Integers:
        """Give ages in whole years, one a claim; ``UNKNOWN_AGE`` without a day or before birth."""
        months = days.astype("datetime64[M]"), self.born_on.astype("datetime64[M]")
        passed = (months[0] - months[1]).astype(np.int64)
        early = (days - months[0]) < (self.born_on - months[1])
        known = ~np.isnat(days) & (days >= self.born_on)
        ages: Integers = np.where(known, (passed - early) // _MONTHS_A_YEAR, UNKNOWN_AGE)
        return ages
