"""Claims that were told at sight: where they stand in their file, and how to read one in full."""

from collections.abc import Iterator

import numpy as np

from cleanclaim.x12.events import Unit
from cleanclaim.x12.reader import read
from cleanclaim.x12.stretches import Cut
from cleanclaim.x12.stretches import Stretch as Cutting
from cleanclaim.x12.tokens import Block
from cleanclaim.x12.usual.atoms import Integers
from cleanclaim.x12.usual.sight import Sight, Under


class Run:
    """Claims of a stretch that follow each other, from ``first`` up to ``end``, under a header."""

    def __init__(self, sight: Sight, block: Block, claims: tuple[int, int], under: Under) -> None:
        self.stretch = sight.stretch
        self.first, self.end = claims
        self.header = under.header
        self._around = under.around
        self._block = block
        self._offset = sight.offset

    def __len__(self) -> int:
        return self.end - self.first

    def unit(self, claim: int) -> Unit:
        """Read one claim of the stretch in full; places in what is read are not those of the file.

        It is read below the same header, alone with the others of its subscriber.
        """
        group = int(self.stretch.claim_group[claim])
        first = int(np.searchsorted(self.stretch.claim_group, group))
        text = self.header.text_around(self.stretch.bodies_of(group))
        units = [event for event in read(text, types=()) if isinstance(event, Unit)]
        return units[claim - first]

    def places(self) -> Iterator[Cutting]:
        """Give where each claim can be read alone, as ``place_of`` does."""
        extents, own = self.stretch.extents, slice(self.first, self.end)
        bounds = self._block.bounds()
        claims, subscribers, patients = (
            self._cuts(first[own], behind[own], bounds) for first, behind in extents
        )
        apart = self.stretch.with_patient[own].tolist()
        for claim, subscriber, patient, is_apart in zip(
            claims, subscribers, patients, apart, strict=True
        ):
            above = (subscriber, patient) if is_apart else (subscriber,)
            yield Cutting((*self._around, *above), claim, claims=1)

    def _cuts(
        self, first: Integers, behind: Integers, bounds: tuple[list[int], list[int]]
    ) -> Iterator[Cut]:
        """Give the runs of segments from the first up to those behind the last."""
        starts, ends = bounds
        base = self._block.position
        rows = zip((first + self._offset).tolist(), (behind + self._offset).tolist(), strict=True)
        for start, end in rows:
            yield Cut(starts[start], ends[end - 1], base + start, end - start)
