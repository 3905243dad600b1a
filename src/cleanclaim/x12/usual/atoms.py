"""The structural index of a run of segments: where each stands, and each piece of text in it."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.segments import Delimiters

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

# What ends an atom: one of the four separators, or a character that no element may hold.
ELEMENT, COMPONENT, REPETITION, TERMINATOR, UNPRINTED = 1, 2, 3, 4, 5
WORD = 8
# No usual segment has more atoms; the hash of a longer one is that of no segment.
_ATOMS_MAX = 160
_MASKS = np.array([(1 << WORD * n) - 1 for n in range(WORD)] + [2**64 - 1], np.uint64)


def odd_numbers(count: int, seed: int) -> Words:
    """Give odd numbers that are spread over 64 bits, the same for the same seed (SplitMix64)."""
    numbers = []
    for place in range(1, count + 1):
        mixed_up = (seed + place * 0x9E3779B97F4A7C15) % 2**64
        mixed_up = (mixed_up ^ mixed_up >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        mixed_up = (mixed_up ^ mixed_up >> 27) * 0x94D049BB133111EB % 2**64
        numbers.append(mixed_up ^ mixed_up >> 31 | 1)
    return np.array(numbers, np.uint64)


_BY_ORDINAL = odd_numbers(_ATOMS_MAX, 1)
_BY_WORD = odd_numbers(_ATOMS_MAX, 2)


class Atoms:
    """The segments of a run, each cut into its id, elements and components: its atoms.

    Atoms are counted through the whole run: ``start`` and ``length`` in bytes of ``text``,
    those of a segment from ``first[segment]`` to ``first[segment + 1]``. One past the last stands
    for an absent atom, which is empty. ``skeleton`` is a number that two segments share only if
    separators stand alike in them, with the same atoms empty. ``ended_by`` tells what ends each.
    """

    def __init__(self, bodies: Sequence[str], marks: Delimiters) -> None:
        self._joined = marks.terminator.join(bodies) + marks.terminator
        joined = self._joined.encode("latin-1")
        # Room behind the end, so that a word can be read at any place.
        self.text = np.frombuffer(joined + b"\0" * 2 * WORD, np.uint8)
        self._words = np.ndarray((len(joined) + WORD,), np.dtype("<u8"), self.text, 0, (1,))
        kinds = _kinds(marks)[self.text[: len(joined)]]
        ends = np.flatnonzero(kinds)
        self.count = len(ends)
        self.start = np.zeros(self.count + 1, np.int64)
        self.start[1:-1] = ends[:-1] + 1
        self.length = np.zeros(self.count + 1, np.int64)
        self.length[:-1] = ends - self.start[:-1]
        self.ended_by = kinds[ends]
        self.first = np.concatenate([[0], np.flatnonzero(self.ended_by == TERMINATOR) + 1])
        self.skeleton = self._skeletons()

    def __len__(self) -> int:
        return len(self.first) - 1

    def _skeletons(self) -> Words:
        counts = np.diff(self.first)
        ordinal = np.arange(self.count) - np.repeat(self.first[:-1], counts)
        told = (self.ended_by * 2 + (self.length[:-1] > 0)).astype(np.uint64)
        told *= _BY_ORDINAL[np.minimum(ordinal, _ATOMS_MAX - 1)]
        sums: Words = np.add.reduceat(told, self.first[:-1])
        sums[counts >= _ATOMS_MAX] = 0
        return sums

    def absent(self) -> int:
        """Give the number that stands for an atom that is not there."""
        return self.count

    def word(self, atoms: Integers, skip: int = 0) -> Words:
        """Give up to eight bytes of atoms, behind the first ``skip``, as numbers; 0 for none."""
        length = self.length[atoms]
        if not skip:
            words: Words = self._words[self.start[atoms]]
            return words & _MASKS[np.minimum(length, WORD)]
        left = np.minimum(np.maximum(length - skip, 0), WORD)
        words = self._words[self.start[atoms] + np.minimum(skip, length)]
        return words & _MASKS[left]

    def hashed(self, atoms: Integers) -> Words:
        """Give numbers that two atoms share only if they hold the same text; 0 for none."""
        lengths = self.length[atoms]
        sums: Words = lengths.astype(np.uint64) * _BY_WORD[0]
        for number in range(1, int(-(-lengths.max(initial=0) // WORD)) + 1):
            sums += self.word(atoms, (number - 1) * WORD) * _BY_WORD[min(number, _ATOMS_MAX - 1)]
        return sums

    def values(self, atoms: Integers) -> npt.NDArray[np.object_]:
        """Give the texts of atoms as values, "" for absent ones."""
        text, starts = self._joined, self.start[atoms]
        ends = starts + self.length[atoms]
        column = np.empty(len(atoms), np.object_)
        column[:] = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        return column

    def texts(self, atoms: Integers) -> npt.NDArray[np.str_]:
        """Give the texts of atoms as an array of text, "" for absent ones."""
        lengths = self.length[atoms]
        width = max(int(lengths.max(initial=0)), 1)
        places = self.start[atoms][:, None] + np.arange(width)
        letters = self.text[np.minimum(places, len(self.text) - 1)].astype(np.uint32)
        letters[np.arange(width) >= lengths[:, None]] = 0
        shaped: npt.NDArray[np.str_] = letters.view(f"U{width}").reshape(len(atoms))
        return shaped


def word_of(text: str) -> int:
    """Give the number that ``word`` gives for a text of at most eight characters."""
    return int.from_bytes(text.encode("latin-1").ljust(WORD, b"\0"), "little")


def words_of(texts: Sequence[str]) -> Words:
    """Give the numbers of several texts, in order of size so that they can be searched."""
    return np.sort(np.array([word_of(text) for text in texts], np.uint64))


def among(words: Words, known: Words) -> Flags:
    """Mark the words that stand among the known ones, which are in order."""
    if not len(known):
        return np.zeros(len(words), np.bool_)
    at = np.minimum(np.searchsorted(known, words), len(known) - 1)
    marks: Flags = known[at] == words
    return marks


def mixed(columns: Sequence[Words]) -> Words:
    """Give numbers that two rows share only if they are alike in all columns."""
    sums: Words = columns[0] * _BY_ORDINAL[0]
    for place, column in enumerate(columns[1:], 1):
        # Bits are moved down between the steps: a product alone never moves them there.
        sums = (sums ^ (sums >> np.uint64(29))) * _BY_ORDINAL[place] + column * _BY_WORD[place]
    return sums


@lru_cache(maxsize=16)
def _kinds(marks: Delimiters) -> npt.NDArray[np.uint8]:
    """Give for each byte what it ends."""
    kinds = np.zeros(256, np.uint8)
    kinds[:32] = kinds[127] = UNPRINTED
    told = (marks.element, marks.component, marks.repetition, marks.terminator)
    for kind, mark in enumerate(told, 1):
        if mark:
            kinds[ord(mark)] = kind
    return kinds


def hash_of(text: str) -> int:
    """Give the number that ``hashed`` gives for an atom of this text."""
    alone = Atoms([text], _NO_MARKS)
    return int(alone.hashed(np.zeros(1, np.int64))[0])


# Separators that no text of a segment holds.
_NO_MARKS = Delimiters("\x1d", "\x1f", "\x1e", "\x1c")
