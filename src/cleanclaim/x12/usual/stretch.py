"""A run of segments seen through what was learned: what is usual in it, and columns out of it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.grammar import Guide
from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.usual.atoms import Atoms, Flags, Integers, Words, word_of
from cleanclaim.x12.usual.forms import Node, Place, is_formatted, is_like
from cleanclaim.x12.usual.layout import Layout, Piece
from cleanclaim.x12.usual.lessons import Lessons, sign_keys

_LEARNED_KINDS = (Piece.SUBSCRIBER, Piece.PATIENT, Piece.CLAIM, Piece.LINE)
_FORMATS = ("D8", "RD8")


class Extents(NamedTuple):
    """The first segments, and those behind the last, of something for each claim."""

    claim: tuple[Integers, Integers]
    subscriber: tuple[Integers, Integers]
    patient: tuple[Integers, Integers]


class Stretch:
    """The segments of a run with their nodes, forms and signs, -1 where these are not known.

    ``usual`` marks groups (see Layout) in which all of them are known and all values are of
    their types. ``head`` is the CLM of every claim of the run, ``claim_group`` its group.
    """

    def __init__(
        self, bodies: Sequence[str], marks: Delimiters, guide: Guide, lessons: Lessons
    ) -> None:
        self.bodies = bodies
        self.marks = marks
        self.lessons = lessons
        self.atoms = Atoms(bodies, marks)
        self.layout = Layout(self.atoms, guide)
        self.piece_group = self.layout.group_of
        self.group_of = self.piece_group[self.layout.piece_of]
        self._learnable = np.isin(self.layout.piece_kind, _LEARNED_KINDS)
        self._learnable &= self.layout.sound[self.piece_group]
        self.match()
        self._number_claims()

    # What was learned

    def match(self) -> None:
        """See the run through what the lessons know by now."""
        self._rows: dict[tuple[str, str, tuple[str, ...]], Integers] = {}
        self._ordinals: dict[Place, Integers] = {}
        keys = self.layout.piece_key
        self.lesson: Integers = np.full(len(keys), -1, np.int64)
        different, which = np.unique(keys[self._learnable], return_inverse=True)
        self.lesson[self._learnable] = self.lessons.pieces(different)[which]
        self.node = self._nodes()
        self._order = np.argsort(self.node, kind="stable")
        self._bounds = np.searchsorted(
            self.node[self._order], np.arange(len(self.lessons.nodes) + 1)
        )
        # One more than segments, for the row -1 that stands for none.
        self.form: Integers = np.full(len(self.atoms) + 1, -1, np.int64)
        self.sign: Integers = np.full(len(self.atoms), -1, np.int64)
        self._keys: Words = np.zeros(len(self.atoms), np.uint64)
        fine = np.ones(len(self.atoms), np.bool_)
        for node in self.lessons.nodes:
            rows = self.rows_of(node)
            if len(rows):
                self._sign(node, rows)
                fine[rows] = self._is_fine(node, rows)
        self._judge(fine)

    def _nodes(self) -> npt.NDArray[np.int16]:
        nodes: npt.NDArray[np.int16] = np.full(len(self.atoms), -1, np.int16)
        known = self.lesson >= 0
        of_segment = known[self.layout.piece_of]
        lengths, starts = self.layout.piece_length, self.layout.piece_start
        different, which = np.unique(self.lesson[known], return_inverse=True)
        if not len(different):
            return nodes
        table = self.lessons.nodes_of_pieces(different)
        sizes = [
            len(self.lessons.nodes_of_pieces(different[n : n + 1])) for n in range(len(different))
        ]
        offsets = np.cumsum([0, *sizes])[:-1][which]
        ordinal = np.arange(len(self.atoms)) - np.repeat(starts, lengths)
        nodes[of_segment] = table[np.repeat(offsets, lengths[known]) + ordinal[of_segment]]
        return nodes

    def _sign(self, node: Node, rows: Integers) -> None:
        self.form[rows] = self.lessons.forms(node, self.atoms.skeleton[rows])
        at = {place: self.at(rows, place) for place in node.coded}
        self._keys[rows] = sign_keys(node, self.atoms, self.form[rows], at)
        signs = self.lessons.signed(node, self._keys[rows])
        self.sign[rows] = np.where(self.form[rows] >= 0, signs, -1)

    def _is_fine(self, node: Node, rows: Integers) -> Flags:
        """Mark segments whose values are of their types."""
        fine = np.ones(len(rows), np.bool_)
        for slot in node.slots:
            fine &= is_like(self.atoms, self.at(rows, slot.place), slot.kind)
        for place, naming in node.formatted.items():
            told, names = self.at(rows, place), self.atoms.word(self.at(rows, naming))
            right = (self.atoms.length[told] == 0) & (names == 0)
            for name in _FORMATS:
                named = names == word_of(name)
                right[named] = is_formatted(self.atoms, told[named], name)
            fine &= right
        return fine

    def _judge(self, fine: Flags) -> None:
        """Tell which groups are usual, and what must be proved of each."""
        asked = np.array([-1 if s.asked is None else s.asked for s in self.lessons.signs] + [-1])
        of_segment = asked[self.sign]
        starts = self.layout.piece_start[self.layout.group_start]
        self.asked: Integers = np.bitwise_or.reduceat(of_segment, starts)
        told = (self.sign >= 0) & fine & (of_segment >= 0)
        self.usual: Flags = self.layout.sound & np.logical_and.reduceat(told, starts)

    def lessons_wanted(self) -> Iterator[tuple[int, int, int]]:
        """Give what is not known: a number for it, the first group with it and how often it is."""
        pieces = self._learnable & (self.lesson < 0)
        yield from _firsts(self.layout.piece_key[pieces], self.piece_group[pieces])
        signs = (self.node >= 0) & (self.sign < 0)
        skeletons = self.atoms.skeleton[signs] ^ self._keys[signs]
        yield from _firsts(skeletons ^ self.node[signs].astype(np.uint64), self.group_of[signs])

    # Columns

    def rows_of(self, node: Node) -> Integers:
        """Give the segments at a node, in order."""
        rows: Integers = self._order[self._bounds[node.number] : self._bounds[node.number + 1]]
        return rows

    def rows(self, loops: str, name: str, *codes: str) -> Integers:
        """Give the segments of an id in loops, in order; of some codes (in element 1) only."""
        key = (loops, name, codes)
        if key not in self._rows:
            self._rows[key] = self._gathered(loops, name, codes)
        return self._rows[key]

    def _gathered(self, loops: str, name: str, codes: tuple[str, ...]) -> Integers:
        held = [
            self.rows_of(node)
            for node in self.lessons.nodes
            if node.loop_id in loops.split(",") and node.shape.id == name
        ]
        rows: Integers = np.sort(np.concatenate([*held, np.zeros(0, np.int64)]))
        rows = rows[self.form[rows] >= 0]
        if codes:
            told = self.atoms.word(self.at(rows, (1, 1)))
            rows = rows[np.isin(told, [word_of(code) for code in codes])]
        return rows

    def at(self, rows: Integers, place: Place) -> Integers:
        """Give the atoms of an element or component, that of none for a segment of -1.

        Of segments whose form is not known all are absent.
        """
        if place not in self._ordinals:
            self._ordinals[place] = np.append(self.lessons.ordinals(place), -1)
        ordinal = self._ordinals[place][self._form_of(rows)]
        return np.where(ordinal >= 0, self.atoms.first[rows] + ordinal, self.atoms.absent())

    def _form_of(self, rows: Integers) -> Integers:
        """Give the forms of segments, -1 for a segment of -1: its last row is of no segment."""
        return self.form[rows]

    def has(self, rows: Integers, place: Place) -> Flags:
        """Mark segments that have an element or component, were it empty."""
        answer: Flags = self.at(rows, place) != self.atoms.absent()
        return answer

    # Claims and lines

    def bodies_of(self, group: int) -> Sequence[str]:
        """Give the texts of the segments of a group."""
        starts = self.layout.piece_start[self.layout.group_start]
        end = starts[group + 1] if group + 1 < len(starts) else len(self.bodies)
        return self.bodies[int(starts[group]) : int(end)]

    def _number_claims(self) -> None:
        layout = self.layout
        kind, start = layout.piece_kind, layout.piece_start
        claims = np.flatnonzero(kind == Piece.CLAIM)
        self.head: Integers = start[claims]
        self.claim_group: Integers = self.piece_group[claims]
        of_piece = np.cumsum(kind == Piece.CLAIM) - 1
        self._claim_of_piece: Integers = np.where(kind >= Piece.CLAIM, of_piece, -1)
        lines = np.flatnonzero(kind == Piece.LINE)
        self.line_head: Integers = start[lines]
        self.line_claim: Integers = self._claim_of_piece[lines]
        self._line_of_piece: Integers = np.where(
            kind == Piece.LINE, np.cumsum(kind == Piece.LINE) - 1, -1
        )
        self._subscriber = self._above(claims, Piece.SUBSCRIBER)
        self._patient = self._above(claims, Piece.PATIENT)
        self.with_patient: Flags = layout.with_patient[self.claim_group]
        self._claim_pieces = claims

    @cached_property
    def extents(self) -> Extents:
        """Give the segments of each claim, of its subscriber and of its patient, if told apart."""
        layout = self.layout
        apart = np.flatnonzero(layout.piece_kind != Piece.LINE)
        bounds = np.append(layout.piece_start, len(self.bodies))
        behind = np.append(apart, len(layout.piece_kind))
        behind = behind[np.searchsorted(apart, self._claim_pieces, "right")]
        patient = np.where(self.with_patient, self._patient, self._subscriber)
        return Extents(
            (self.head, bounds[behind]),
            (bounds[self._subscriber], bounds[self._subscriber + 1]),
            (bounds[patient], bounds[patient + 1]),
        )

    def _above(self, claims: Integers, kind: Piece) -> Integers:
        """Give the last piece of a kind before each claim, whatever group it is in."""
        places = np.where(
            self.layout.piece_kind == kind, np.arange(len(self.layout.piece_kind)), -1
        )
        above: Integers = np.maximum.accumulate(places)[claims]
        return above

    def claim_of(self, rows: Integers) -> Integers:
        """Give the claim of segments of claims and lines, -1 for others."""
        return self._claim_of_piece[self.layout.piece_of[rows]]

    def line_of(self, rows: Integers) -> Integers:
        """Give the line of segments of lines, -1 for others."""
        return self._line_of_piece[self.layout.piece_of[rows]]

    def first_of_claims(self, rows: Integers) -> Integers:
        """Give for each claim the first of these segments of the claim, -1 where there is none."""
        return self._first(len(self.head), self.claim_of(rows), rows)

    def first_of_lines(self, rows: Integers) -> Integers:
        """Give for each line the first of these segments of the line, -1 where there is none."""
        return self._first(len(self.line_head), self.line_of(rows), rows)

    def of_subscribers(self, rows: Integers) -> Integers:
        """Give for each claim the first of these segments that stands at its subscriber, or -1."""
        return self._of_pieces(rows)[self._subscriber]

    def of_patients(self, rows: Integers) -> Integers:
        """Give for each claim the first of these segments that stands at its patient, or -1."""
        first = self._of_pieces(rows)[np.maximum(self._patient, 0)]
        return np.where(self.with_patient, first, -1)

    def _of_pieces(self, rows: Integers) -> Integers:
        return self._first(len(self.layout.piece_start), self.layout.piece_of[rows], rows)

    @staticmethod
    def _first(count: int, owners: Integers, rows: Integers) -> Integers:
        first = np.full(count + 1, -1, np.int64)  # the last one is for those without owner
        first[owners[::-1]] = rows[::-1]
        return first[:-1]


def _firsts(keys: Words, groups: Integers) -> Iterator[tuple[int, int, int]]:
    """Give each different key, the first group with it and how often it came."""
    different, first, count = np.unique(keys, return_index=True, return_counts=True)
    found = different.tolist(), groups[first].tolist(), count.tolist()
    yield from zip(*found, strict=True)
