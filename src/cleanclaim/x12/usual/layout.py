"""How the segments of a run make subscribers, patients, claims and lines, told by their ids."""

from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.grammar import Guide, SegmentNode
from cleanclaim.x12.usual.atoms import (
    ELEMENT,
    TERMINATOR,
    Atoms,
    Flags,
    Integers,
    Words,
    odd_numbers,
    word_of,
    words_of,
)

Kinds = npt.NDArray[np.int8]

# Segment ids and the codes that tell such segments apart have three characters at most.
_CODE_MAX = 3
_UNKNOWN = np.uint64(0xFFFFFF)
_CODE_BITS = np.uint64(24)
_SEGMENTS_MAX = 400
_BY_ORDINAL = odd_numbers(_SEGMENTS_MAX, 3)
_BEFORE_PATIENT = odd_numbers(1, 4)[0]
# What the guide lets a claim and a patient have.
_LINES_MAX, _CLAIMS_MAX = 50, 100


class Piece(IntEnum):
    """What a piece of a run is: it begins with a segment of this kind and ends before the next."""

    ENVELOPE = 0
    BILLER = 1
    SUBSCRIBER = 2
    PATIENT = 3
    CLAIM = 4
    LINE = 5


# What may follow what within a subscriber; a claim of the subscriber stands before no patient.
_FOLLOWS = {
    (Piece.SUBSCRIBER, Piece.PATIENT),
    (Piece.SUBSCRIBER, Piece.CLAIM),
    (Piece.PATIENT, Piece.CLAIM),
    (Piece.CLAIM, Piece.LINE),
    (Piece.LINE, Piece.LINE),
    (Piece.LINE, Piece.CLAIM),
    (Piece.LINE, Piece.PATIENT),
}
_MAY_FOLLOW = np.array(
    [[(before, after) in _FOLLOWS for after in Piece] for before in Piece], np.bool_
)
_LEVELS = {"20": Piece.BILLER, "22": Piece.SUBSCRIBER, "23": Piece.PATIENT}
_ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1")


class Layout:
    """The pieces of a run, and the groups they make: a subscriber with patients and claims.

    ``code`` is a number for each segment of its id and of what tells such segments apart;
    ``piece_key`` one that two pieces share only if all their segments have the same codes.
    ``group_of`` tells for each piece its group, ``sound`` marks groups whose pieces follow each
    other as they should. A piece that begins no group of a subscriber belongs to one not sound.
    """

    def __init__(self, atoms: Atoms, guide: Guide) -> None:
        self.code = _codes(atoms, guide)
        kind = _kinds_of(self.code)
        self.piece_start: Integers = np.flatnonzero(kind >= 0)
        if not len(self.piece_start) or self.piece_start[0]:
            self.piece_start = np.concatenate([[0], self.piece_start])
            kind[0] = max(kind[0], Piece.ENVELOPE)
        self.piece_kind: Kinds = kind[self.piece_start]
        self.piece_length: Integers = np.diff(np.append(self.piece_start, len(atoms)))
        self.piece_of: Integers = np.repeat(np.arange(len(self.piece_start)), self.piece_length)
        self._gather()
        self.piece_key = self._keys()

    def _gather(self) -> None:
        kind = self.piece_kind
        self.group_start: Integers = np.flatnonzero(kind <= Piece.SUBSCRIBER)
        if not len(self.group_start) or self.group_start[0]:
            self.group_start = np.concatenate([[0], self.group_start])
        ends = np.append(self.group_start[1:], len(kind))
        lengths = ends - self.group_start
        self.group_of: Integers = np.repeat(np.arange(len(lengths)), lengths)
        self.with_patient = self.per_group(kind == Piece.PATIENT) > 0
        self.sound = self._sound(ends)

    def followed(self) -> Flags:
        """Mark groups behind which a level or a segment of the envelope surely closes them.

        Behind any other segment it would still be open, and what is found told of it.
        """
        first = self.piece_start[self.group_start]
        closes = np.isin(self.piece_kind[self.group_start], (Piece.BILLER, Piece.SUBSCRIBER))
        closes |= np.isin(self.code[first] >> _CODE_BITS, words_of(_ENVELOPE))
        followed: Flags = np.append(closes[1:], False)
        return followed

    def per_group(self, marks: Flags) -> Integers:
        """Count marked pieces in each group."""
        counted: Integers = np.bincount(
            self.group_of, weights=marks, minlength=len(self.group_start)
        ).astype(np.int64)
        return counted

    def _sound(self, ends: Integers) -> Flags:
        kind, group = self.piece_kind, self.group_of
        begins = np.zeros(len(kind), np.bool_)
        begins[self.group_start] = True
        before = np.concatenate([[0], kind[:-1]])
        fits = begins | _MAY_FOLLOW[before, kind]
        # Under a subscriber with patients, claims stand under one of these.
        direct = (before == Piece.SUBSCRIBER) & (kind == Piece.CLAIM) & ~begins
        fits &= ~direct | ~self.with_patient[group]
        sound: Flags = self.per_group(~fits) == 0
        sound &= kind[self.group_start] == Piece.SUBSCRIBER
        sound &= kind[ends - 1] == Piece.LINE
        sound &= self.per_group(kind == Piece.CLAIM) <= _CLAIMS_MAX
        counted = np.cumsum(kind == Piece.CLAIM)[kind == Piece.LINE]
        lines = np.bincount(counted, minlength=int((kind == Piece.CLAIM).sum()) + 1)
        sound &= self.per_group((kind == Piece.CLAIM) & self._too_long(lines)) == 0
        return sound

    def _too_long(self, lines: Integers) -> Flags:
        long: Flags = lines[np.cumsum(self.piece_kind == Piece.CLAIM)] > _LINES_MAX
        return long

    def _keys(self) -> Words:
        ordinal = np.arange(len(self.code)) - np.repeat(self.piece_start, self.piece_length)
        told = self.code * _BY_ORDINAL[np.minimum(ordinal, _SEGMENTS_MAX - 1)]
        keys: Words = np.add.reduceat(told, self.piece_start)
        keys[self.piece_length >= _SEGMENTS_MAX] = 0
        # What is read of a subscriber depends on whether a patient follows.
        before = (self.piece_kind == Piece.SUBSCRIBER) & self.with_patient[self.group_of]
        keys[before] ^= _BEFORE_PATIENT
        return keys


def _codes(atoms: Atoms, guide: Guide) -> Words:
    """Give the code of every segment: its id, and the text that tells it from its like."""
    first = atoms.first[:-1]
    names = _short(atoms, first)
    place = np.where(names == word_of("HL"), 3, 1)
    told = np.minimum(first + place, atoms.first[1:] - 1)
    qualifiers = _short(atoms, told)
    qualifiers[told == first] = 0
    levels = np.flatnonzero(place == 3)
    qualifiers[levels[~_is_even(atoms, first[levels], told[levels])]] = _UNKNOWN
    for name in _told_by_id(guide):
        qualifiers[names == name] = 0
    codes: Words = (names << _CODE_BITS) | qualifiers
    return codes


def _is_even(atoms: Atoms, first: Integers, told: Integers) -> Flags:
    """Mark levels (HL) whose third element is their third atom, and whole."""
    even = told == first + 3
    for atom in (first, first + 1, first + 2):
        even &= atoms.ended_by[np.minimum(atom, atoms.count - 1)] == ELEMENT
    ends: Flags = np.isin(atoms.ended_by[told], (ELEMENT, TERMINATOR))
    answer: Flags = even & ends
    return answer


def _short(atoms: Atoms, at: Integers) -> Words:
    words = atoms.word(at)
    words[atoms.length[at] > _CODE_MAX] = _UNKNOWN
    return words


@lru_cache(maxsize=8)
def _told_by_id(guide: Guide) -> tuple[np.uint64, ...]:
    """Give the ids of segments of which none is told from others by a code within."""
    told: dict[str, bool] = {}
    for loop in guide.root.loops():
        for child in loop.children:
            if isinstance(child, SegmentNode):
                told[child.id] = told.get(child.id, False) or bool(child.shape.qualifiers[2])
    return tuple(words_of([name for name, apart in told.items() if not apart]))


def _code_of(name: str, qualifier: str = "") -> int:
    return word_of(name) << int(_CODE_BITS) | word_of(qualifier)


def _kinds_of(codes: Words) -> Kinds:
    """Tell which segments begin pieces, and of what kind; -1 for those that begin none."""
    kinds = np.full(len(codes), -1, np.int8)
    names = codes >> _CODE_BITS
    kinds[names == word_of("HL")] = Piece.ENVELOPE
    for level, kind in _LEVELS.items():
        kinds[codes == _code_of("HL", level)] = kind
    kinds[names == word_of("CLM")] = Piece.CLAIM
    kinds[names == word_of("LX")] = Piece.LINE
    for name in _ENVELOPE:
        kinds[names == word_of(name)] = Piece.ENVELOPE
    kinds[names == 0] = Piece.ENVELOPE
    return kinds
