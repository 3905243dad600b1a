"""The text of claims that were told at sight: segments and elements, claim by claim."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.usual.forms import Place
from cleanclaim.x12.usual.runs import Run
from cleanclaim.x12.usual.stretch import Stretch
from cleanclaim.x12.usual.values import numbers

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.object_]
Texts = npt.NDArray[np.str_]


class SightTexts:
    """What stands in the claims of some runs, for columns to be made of it.

    All runs are of one stretch. Segments of other claims of the stretch are left out.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._text: Stretch = runs[0].stretch
        self._atoms = self._text.atoms
        self._claims = np.concatenate([np.arange(run.first, run.end) for run in runs])
        self._of_claim = np.full(len(self._text.head) + 1, -1, np.int64)
        self._of_claim[self._claims] = np.arange(len(self._claims))
        lines = np.flatnonzero(self._of_claim[self._text.line_claim] >= 0)
        self._lines = lines
        self._of_line = np.full(len(self._text.line_head) + 1, -1, np.int64)
        self._of_line[lines] = np.arange(len(lines))
        self._head = self._text.head[self._claims]

    def __len__(self) -> int:
        return len(self._claims)

    # Segments and their texts

    def segments(self, loops: str, name: str, *codes: str) -> Integers:
        """Give the segments of the claims of the runs."""
        rows = self._text.rows(loops, name, *codes)
        return rows[self._of_claim[self._text.claim_of(rows)] >= 0]

    def words(self, rows: Integers, place: Place) -> npt.NDArray[np.uint64]:
        """Give the first eight characters of an element as numbers."""
        return self._atoms.word(self._text.at(rows, place))

    def claim_of(self, rows: Integers) -> Integers:
        """Give the claims of segments, as these columns count them."""
        return self._of_claim[self._text.claim_of(rows)]

    def line_of(self, rows: Integers) -> Integers:
        """Give the lines of segments, as these columns count them."""
        return self._of_line[self._text.line_of(rows)]

    def _texts(self, rows: Integers, place: Place) -> Texts:
        return self._atoms.texts(self._text.at(rows, place))

    def values(self, rows: Integers, place: Place) -> Values:
        """Give the texts of an element, "" where it is absent."""
        return self._atoms.values(self._text.at(rows, place))

    def _cents(self, rows: Integers, place: Place) -> Integers:
        return numbers(self._atoms, self._text.at(rows, place)).scaled(2)[0]

    def _given(self, rows: Integers, place: Place) -> Flags:
        given: Flags = self._atoms.length[self._text.at(rows, place)] > 0
        return given

    def _of_subscriber(self, loop: str, name: str) -> Integers:
        rows: Integers = self._text.of_subscribers(self._text.rows(loop, name))[self._claims]
        return rows

    def _of_patient(self, own: str, name: str) -> Integers:
        """Give a segment of the patient: of the patient's own loop, else of the subscriber's."""
        patient = self._text.of_patients(self._text.rows(own, name))[self._claims]
        subscriber = self._of_subscriber("2010BA" if own == "2010CA" else "2000B", name)
        return np.where(self._text.with_patient[self._claims], patient, subscriber)

    def having(self, place: str, *codes: str) -> Flags:
        """Mark the claims with such a segment."""
        loop, _, name = place.partition("/")
        rows = self._text.rows(loop, name, *codes)
        marks = np.zeros(len(self), np.bool_)
        owners = self.claim_of(rows)
        marks[owners[owners >= 0]] = True
        for level in (self._text.of_subscribers, self._text.of_patients):
            marks |= level(rows)[self._claims] >= 0
        return marks
