"""Pairs of like words among many: none lost against comparing each with each, most never compared.

A bound on the Jaro-Winkler likeness needs only how many letters two words share, and that is a
product of matrices. Only pairs whose bound reaches the threshold are compared letter by letter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleanclaim.credentialing.screening.names import jaro_winkler

# Letters, digits and blank; every other sign shares one column, which keeps the bound a bound.
_SIGNS = {sign: place for place, sign in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")}
_COLUMNS = len(_SIGNS) + 1
_CHUNK_WORDS = 256
_SLACK = 1e-5
_FULL_BOOST = 0.4


def _counted(word: str) -> Counter[int]:
    return Counter(_SIGNS.get(sign, _COLUMNS - 1) for sign in word)


def _letters(words: Sequence[str], depth: int) -> NDArray[np.float32]:
    """Mark in a row a word each which sign it has a first, second, third... time."""
    marks = np.zeros((len(words), _COLUMNS, depth), dtype=np.float32)
    for row, word in enumerate(words):
        for column, count in _counted(word).items():
            marks[row, column, :count] = 1
    return marks.reshape(len(words), _COLUMNS * depth)


def _depth(words: Iterable[str]) -> int:
    return max((max(_counted(word).values(), default=1) for word in words), default=1)


def _beginnings(words: Sequence[str]) -> NDArray[np.int32]:
    """Give the first four letters of each word as numbers; no letter is no other's equal."""
    marks = np.zeros((len(words), 4), dtype=np.int32)
    for row, word in enumerate(words):
        marks[row, : len(word)] = [ord(letter) for letter in word[:4]]
    return marks


def _may_be_like(
    shares: NDArray[np.float64],
    ours: NDArray[np.int32],
    theirs: NDArray[np.int32],
    threshold: float,
) -> NDArray[np.bool_]:
    """Tell of each pair by its shared parts and beginning whether it can reach the threshold."""
    prefix = np.cumprod((ours == theirs) & (ours > 0), axis=1).sum(axis=1)
    jaro = (shares + 1) / 3
    return np.asarray(jaro + 0.1 * prefix * (1 - jaro) >= threshold - _SLACK, dtype=np.bool_)


def find_like(
    left: Iterable[str], right: Iterable[str], threshold: float
) -> Mapping[str, tuple[str, ...]]:
    """Find for each word on the left those on the right at least as like as ``threshold``.

    ``threshold`` is a Jaro-Winkler likeness above 0.8. Equal words are found too.
    """
    ours, theirs = sorted(set(left) - {""}), sorted(set(right) - {""})
    if not ours or not theirs:
        return {}
    depth = max(_depth(ours), _depth(theirs))
    marks = _letters(theirs, depth).T.copy()
    beginnings = _beginnings(theirs)
    lengths = np.array([len(word) for word in theirs], dtype=np.float32)
    # The least sum of shared parts with which the full boost still reaches the threshold.
    least = 3 * (threshold - _FULL_BOOST) / (1 - _FULL_BOOST) - 1 - _SLACK
    found: defaultdict[str, list[str]] = defaultdict(list)
    for start in range(0, len(ours), _CHUNK_WORDS):
        chunk = ours[start : start + _CHUNK_WORDS]
        own = np.array([[len(word)] for word in chunk], dtype=np.float32)
        shares = (_letters(chunk, depth) @ marks) * (1 / own + 1 / lengths)
        rows, columns = np.nonzero(shares >= least)
        kept = _may_be_like(
            shares[rows, columns], _beginnings(chunk)[rows], beginnings[columns], threshold
        )
        for row, column in zip(rows[kept].tolist(), columns[kept].tolist(), strict=True):
            if jaro_winkler(chunk[row], theirs[column]) >= threshold:
                found[chunk[row]].append(theirs[column])
    return {word: tuple(others) for word, others in found.items()}
