"""A stretch with all that is proved of its subscribers, and what of it depends on the header."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.grammar import Guide
from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.stretches import Cut
from cleanclaim.x12.usual.atoms import Flags, Integers, hash_of, word_of
from cleanclaim.x12.usual.facts import Facts
from cleanclaim.x12.usual.layout import Piece
from cleanclaim.x12.usual.lessons import Lessons
from cleanclaim.x12.usual.listed_codes import with_listed_codes
from cleanclaim.x12.usual.proving import proved
from cleanclaim.x12.usual.stretch import Stretch
from cleanclaim.x12.usual.teaching import GUIDE, Accepts, Header, teach
from cleanclaim.x12.usual.values import counts

_ROUNDS, _LESSONS_A_ROUND = 4, 150
# So often a thing may come without being learned before it is no longer tried, and how many
# such things are remembered.
_FAILURES_MAX, _FAILED_MAX = 3, 50_000


class Learning:
    """What reading learns as it goes, by separators; ``accepts`` tells what else must be clean."""

    def __init__(self, accepts: Accepts = lambda _unit: True) -> None:
        self._accepts = accepts
        self._lessons: dict[Delimiters, Lessons] = {}
        self._failed: dict[int, int] = {}

    def lessons(self, marks: Delimiters) -> Lessons:
        """Give the lessons under these separators."""
        return self._lessons.setdefault(marks, Lessons())

    def learn(self, stretch: Stretch, header: Header) -> None:
        """Read claims in full that would teach what comes more than once in a stretch."""
        tried: set[int] = {len(stretch.layout.group_start) - 1}  # which may not be whole
        for _ in range(_ROUNDS):
            wanted = [
                (count, group, key)
                for key, group, count in stretch.lessons_wanted()
                if count > 1 and self._failed.get(key, 0) < _FAILURES_MAX and group not in tried
            ]
            groups = dict.fromkeys(group for _, group, _ in sorted(wanted, reverse=True))
            if not groups:
                return
            for group in list(groups)[:_LESSONS_A_ROUND]:
                teach(stretch, group, header, self._accepts)
                tried.add(group)
            stretch.match()
            self._note_failures({key for _, group, key in wanted if group in tried}, stretch)

    def _note_failures(self, keys: set[int], stretch: Stretch) -> None:
        if len(self._failed) > _FAILED_MAX:
            self._failed.clear()
        for key, _, _ in stretch.lessons_wanted():
            if key in keys:
                self._failed[key] = self._failed.get(key, 0) + 1


class Under:
    """What the claims below a header are held against: its day and who bills.

    ``around`` is where the header stands in the file.
    """

    def __init__(
        self, header: Header, around: tuple[Cut, ...], level: str, made_on: str, billing_npi: str
    ) -> None:
        self.header = header
        self.around = around
        self.level = level
        made = np.array([f"{made_on[:4]}-{made_on[4:6]}-{made_on[6:]}"], "datetime64[D]")
        self.made_on = int(made.astype(np.int64)[0])
        self.billing = np.uint64(hash_of(billing_npi))


class Sight:
    """A stretch of a block from an index on; groups are counted as in its layout."""

    def __init__(self, offset: int, stretch: Stretch) -> None:
        self.offset = offset
        self.stretch = stretch
        self._facts = Facts(stretch)
        layout = stretch.layout
        self._starts: Integers = layout.piece_start[layout.group_start] + offset
        subscribers = layout.piece_kind[layout.group_start] == Piece.SUBSCRIBER
        self._subscribers = dict(
            zip(
                self._starts[subscribers].tolist(),
                np.flatnonzero(subscribers).tolist(),
                strict=True,
            )
        )
        fine = proved(stretch, self._facts) & with_listed_codes(stretch, GUIDE) & self._levels()
        fine &= layout.followed()
        # For each group the first from there on that is not fine.
        broken = np.where(fine, len(fine), np.arange(len(fine)))
        self._fine_up_to: Integers = np.minimum.accumulate(broken[::-1])[::-1]
        self._claim_start = np.searchsorted(stretch.claim_group, np.arange(len(fine) + 1))

    @classmethod
    def over(
        cls, bodies: Sequence[str], marks: Delimiters, guide: Guide, lessons: Lessons
    ) -> Stretch:
        """Make the stretch of some segments."""
        return Stretch(bodies, marks, guide, lessons)

    def group_at(self, index: int) -> int | None:
        """Give the group of the subscriber that begins at an index of the block, if one does."""
        return self._subscribers.get(index)

    def start_of(self, group: int) -> int:
        """Give the index of the block at which a group begins."""
        return int(self._starts[group])

    def next_start(self, index: int) -> int | None:
        """Give the index at which the next group begins, None behind the last."""
        at = int(np.searchsorted(self._starts, index, "right"))
        return int(self._starts[at]) if at < len(self._starts) else None

    def is_last(self, group: int) -> bool:
        """Tell whether a group is the last, which may not be whole."""
        return group == len(self._starts) - 1

    def claims(self, group: int, end: int) -> tuple[int, int]:
        """Give the first claim of groups and the one behind their last."""
        return int(self._claim_start[group]), int(self._claim_start[end])

    def group_of_claim(self, claim: int) -> int:
        """Give the group of a claim."""
        return int(self.stretch.claim_group[claim])

    @cached_property
    def controls(self) -> list[str]:
        """Our numbers of the claims (CLM01)."""
        stretch = self.stretch
        texts: list[str] = stretch.atoms.texts(stretch.at(stretch.head, (1, 0))).tolist()
        return texts

    def levels_in(self, group: int, end: int) -> int:
        """Count the levels (HL) of groups."""
        return int(self._level_counts[group:end].sum())

    def end_of_fine(self, group: int, under: Under, levels: int) -> int:
        """Give the group behind the last that is fine below a header, after so many levels."""
        end = int(self._fine_up_to[group])
        if end == group or len(under.level) > 7:
            return group
        counted = self._level_counts[group:end]
        due = levels + 1 + np.concatenate([[0], np.cumsum(counted[:-1])])
        fine = self._first_levels[group:end] == due
        fine &= self._parents[group:end] == word_of(under.level)
        first, last = self.claims(group, end)
        facts, claims = self._facts, slice(first, last)
        fits = facts.latest[claims] <= under.made_on
        fits &= facts.rendering[claims] != under.billing
        fits &= facts.facility[claims] != under.billing
        fine[self.stretch.claim_group[claims][~fits] - group] = False
        return group + int(np.argmin(np.append(fine, False)))

    def _levels(self) -> Flags:
        """Mark groups in which levels count on, name their parents and say if others follow."""
        stretch = self.stretch
        layout = stretch.layout
        rows = np.sort(np.concatenate([stretch.rows("2000B", "HL"), stretch.rows("2000C", "HL")]))
        groups = stretch.group_of[rows]
        at = stretch.at(rows, (1, 0))
        number, read = counts(stretch.atoms, at)
        # A number is written as it is, without zeros before it.
        read &= number >= 10 ** (stretch.atoms.length[at] - 1)
        words = stretch.atoms.word(at)
        self._level_counts = np.bincount(groups, minlength=len(self._starts))
        first = layout.piece_start[layout.group_start]
        place = np.searchsorted(rows, first)[groups]
        self._first_levels = self._of_first(groups, number)
        self._parents = self._of_first(groups, stretch.atoms.word(stretch.at(rows, (2, 0))))
        below = (
            stretch.atoms.word(stretch.at(rows, (2, 0))) == words[np.minimum(place, len(rows) - 1)]
            if len(rows)
            else read
        )
        begins = rows == first[groups]
        fits = read & (stretch.atoms.length[at] < 8)
        fits &= number - self._first_levels[groups] == np.arange(len(rows)) - place
        said = stretch.atoms.word(stretch.at(rows, (4, 0))) == word_of("1")
        fits &= np.where(begins, said == layout.with_patient[groups], below & ~said)
        fine = np.bincount(groups[~fits], minlength=len(self._starts)) == 0
        answer: Flags = fine & (self._level_counts > 0)
        return answer

    def _of_first(self, groups: Integers, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Give the value of the first level of each group, 0 where it has none."""
        first: npt.NDArray[Any] = np.zeros(len(self._starts), values.dtype)
        first[groups[::-1]] = values[::-1]
        return first
