"""Answers about texts that come again and again, looked up many at a time."""

from collections.abc import Callable

import numpy as np

from cleanclaim.x12.usual.atoms import Atoms, Flags, Integers, Words, among

# More different texts than this are asked about anew.
_KEPT_MAX = 200_000
_NOTHING = np.zeros(0, np.uint64)


class Remembered:
    """A question about a text that is answered yes or no, whatever else stands around it."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self._yes: Words = _NOTHING
        self._no: Words = _NOTHING

    def holding(self, atoms: Atoms, at: Integers) -> Flags:
        """Mark atoms of whose text the answer is yes."""
        keys = atoms.hashed(at)
        yes = among(keys, self._yes)
        open_ones = np.flatnonzero(~yes & ~among(keys, self._no))
        if len(open_ones):
            self._ask(atoms, at[open_ones], keys[open_ones])
            yes[open_ones] = among(keys[open_ones], self._yes)
        return yes

    def _ask(self, atoms: Atoms, at: Integers, keys: Words) -> None:
        different, first = np.unique(keys, return_index=True)
        texts = atoms.texts(at[first]).tolist()
        answers = np.array([self._holds(text) for text in texts], np.bool_)
        if len(self._yes) + len(self._no) > _KEPT_MAX:
            self._yes = self._no = _NOTHING
        self._yes = np.union1d(self._yes, different[answers])
        self._no = np.union1d(self._no, different[~answers])
