"""Columns of what institutions tell: the bill, the statement's period, codes and values."""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.institutional import Institutional, Occurrence, OccurrenceSpan, ValueAmount
from cleanclaim.claims.model import Claim

Row = TypeVar("Row")
Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]

_NONE = Institutional("")


class StayColumns:
    """What institutional claims add to a batch; other claims have empty values and no rows.

    Rows of codes belong to a claim (``…_claim``, counted from 0), as do occurrences, spans and
    values.
    """

    rows: Sequence[Claim]

    @cached_property
    def _stays(self) -> tuple[Institutional, ...]:
        return tuple(claim.institutional or _NONE for claim in self.rows)

    @cached_property
    def type_of_bill(self) -> Values:
        """Types of bill in four digits; "" for claims of other kinds."""
        return _objects([claim.type_of_bill for claim in self.rows])

    @cached_property
    def facility_type(self) -> Values:
        """The two digits of the type of bill that say who bills (CLM05-1)."""
        return _objects([stay.facility_type for stay in self._stays])

    @cached_property
    def frequency(self) -> Values:
        """What the claim does to an earlier one, or which part of a stay it is (CLM05-3)."""
        return _objects([claim.frequency.value for claim in self.rows])

    @cached_property
    def discharge_status(self) -> Values:
        """Status at discharge or at the end of the statement (CL103)."""
        return _objects([stay.discharge_status for stay in self._stays])

    @cached_property
    def statement_starts_on(self) -> Days:
        """First days of statements (DTP*434)."""
        return np.array([stay.statement_starts_on for stay in self._stays], "datetime64[D]")

    @cached_property
    def statement_ends_on(self) -> Days:
        """Last days of statements (DTP*434)."""
        return np.array([stay.statement_ends_on for stay in self._stays], "datetime64[D]")

    @cached_property
    def admitted_on(self) -> Days:
        """Days of admission (DTP*435)."""
        return np.array([stay.admitted_on for stay in self._stays], "datetime64[D]")

    @cached_property
    def drg(self) -> Values:
        """Diagnosis related groups as billed (HI with DR); "" where none is told."""
        return _objects([stay.drg for stay in self._stays])

    @cached_property
    def operation_claim(self) -> Integers:
        """The claim that each ICD-10-PCS procedure of a stay belongs to."""
        return _owners([_operations(stay) for stay in self._stays])

    @cached_property
    def operation_code(self) -> Values:
        """ICD-10-PCS codes of the procedures of stays (HI with BBR, BBQ), the principal first."""
        return _objects([code for stay in self._stays for code in _operations(stay)])

    # Codes of claims

    @cached_property
    def condition_claim(self) -> Integers:
        """The claim that each condition code belongs to."""
        return _owners([claim.condition_codes for claim in self.rows])

    @cached_property
    def condition_code(self) -> Values:
        """Condition codes (HI with BG)."""
        return _objects([code for claim in self.rows for code in claim.condition_codes])

    @cached_property
    def _occurrences(self) -> tuple[Occurrence, ...]:
        return tuple(each for stay in self._stays for each in stay.occurrences)

    @cached_property
    def occurrence_claim(self) -> Integers:
        """The claim that each occurrence belongs to."""
        return _owners([stay.occurrences for stay in self._stays])

    @cached_property
    def occurrence_code(self) -> Values:
        """Occurrence codes (HI with BH)."""
        return _objects([each.code for each in self._occurrences])

    @cached_property
    def occurrence_on(self) -> Days:
        """Days of occurrences."""
        return np.array([each.on for each in self._occurrences], "datetime64[D]")

    @cached_property
    def _spans(self) -> tuple[OccurrenceSpan, ...]:
        return tuple(each for stay in self._stays for each in stay.occurrence_spans)

    @cached_property
    def span_claim(self) -> Integers:
        """The claim that each occurrence span belongs to."""
        return _owners([stay.occurrence_spans for stay in self._stays])

    @cached_property
    def span_place(self) -> Integers:
        """Where each occurrence span stands on its claim, from 1."""
        return _places([stay.occurrence_spans for stay in self._stays])

    @cached_property
    def span_code(self) -> Values:
        """Codes of occurrence spans (HI with BI)."""
        return _objects([each.code for each in self._spans])

    @cached_property
    def span_starts_on(self) -> Days:
        """First days of occurrence spans."""
        return np.array([each.starts_on for each in self._spans], "datetime64[D]")

    @cached_property
    def span_ends_on(self) -> Days:
        """Last days of occurrence spans."""
        return np.array([each.ends_on for each in self._spans], "datetime64[D]")

    @cached_property
    def _values(self) -> tuple[ValueAmount, ...]:
        return tuple(each for stay in self._stays for each in stay.values)

    @cached_property
    def value_claim(self) -> Integers:
        """The claim that each value belongs to."""
        return _owners([stay.values for stay in self._stays])

    @cached_property
    def value_code(self) -> Values:
        """Value codes (HI with BE)."""
        return _objects([each.code for each in self._values])

    @cached_property
    def value_hundredths(self) -> Integers:
        """Amounts of values in hundredths: cents where the code is of dollars."""
        return np.array([int(each.amount * 100) for each in self._values], np.int64)

    def value_of(self, code: str) -> Integers:
        """Give the sum of a value code in hundredths, one a claim; -1 where it is not told."""
        sums = np.full(len(self.rows), -1, np.int64)
        marked = self.value_code == code
        owners = self.value_claim[marked]
        sums[owners] = 0
        np.add.at(sums, owners, self.value_hundredths[marked])
        return sums


def _operations(stay: Institutional) -> list[str]:
    return [each.code for each in stay.procedures if each.qualifier.startswith("BB")]


def _objects(values: Sequence[object]) -> Values:
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column


def _owners(rows: Sequence[Sequence[Row]]) -> Integers:
    """Repeat each index as often as it has rows."""
    owners: Integers = np.repeat(np.arange(len(rows), dtype=np.int64), [len(own) for own in rows])
    return owners


def _places(rows: Sequence[Sequence[Row]]) -> Integers:
    return np.array([place for own in rows for place in range(1, len(own) + 1)], np.int64)
