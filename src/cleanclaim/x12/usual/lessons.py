"""What clean claims taught: which pieces, forms of segments and codes hold nothing to find.

A claim that was read in full and without any finding teaches the order of its segments, and for
each segment at its place which elements it has and the codes in them. Another claim made of
nothing else goes the same way through the guide; what remains to be asked is its values.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from cleanclaim.x12.grammar import Shape
from cleanclaim.x12.segments import Segment
from cleanclaim.x12.usual.atoms import WORD, Atoms, Integers, Words, mixed, word_of
from cleanclaim.x12.usual.forms import Node, Place, ordinals_of

# What is kept; more different ones than this come from no practice.
_KEPT_MAX = 20_000
_EMPTY = np.zeros(0, np.uint64)


class Step(NamedTuple):
    """A segment of a clean claim: its loop, its shape there, and the checks that ask about it.

    ``asked`` has a bit for each proof that shows these checks to have nothing to say, None
    where one of them has no proof.
    """

    segment: Segment
    loop_id: str
    shape: Shape
    asked: int | None


class Sign(NamedTuple):
    """A form of a segment with certain codes, as clean claims have had it."""

    number: int
    form: int
    asked: int | None


class _Book:
    """Numbers by the keys that were learned, searched many at a time."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        self._keys: Words = _EMPTY
        self._numbers: Integers = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, key: int, number: int) -> bool:
        """Keep a number unless one is kept; tell whether it was new."""
        if key in self._known or len(self._known) >= _KEPT_MAX:
            return False
        self._known[key] = number
        return True

    def find(self, keys: Words) -> Integers:
        """Give the numbers of keys, -1 where none was learned."""
        if len(self._keys) != len(self._known):
            self._keys = np.array(sorted(self._known), np.uint64)
            self._numbers = np.array([self._known[key] for key in sorted(self._known)], np.int64)
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: Integers = np.where(self._keys[at] == keys, self._numbers[at], -1)
        return found


class Lessons:
    """All that was learned of one guide, under one set of separators."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.signs: list[Sign] = []
        self._by_shape: dict[tuple[str, int], Node] = {}
        self._pieces = _Book()
        self._piece_nodes: list[Integers] = []
        self._forms: dict[int, _Book] = {}
        self._sign_books: dict[int, _Book] = {}
        self._ordinals: list[dict[Place, int]] = []
        self._columns: dict[Place, Integers] = {}

    def node(self, loop_id: str, shape: Shape) -> Node:
        """Give the node of a shape in a loop."""
        node = self._by_shape.get((loop_id, id(shape)))
        if node is None:
            node = Node(len(self.nodes), loop_id, shape)
            self._by_shape[loop_id, id(shape)] = node
            self.nodes.append(node)
            self._forms[node.number] = _Book()
            self._sign_books[node.number] = _Book()
        return node

    def pieces(self, keys: Words) -> Integers:
        """Give the lessons about pieces, by their keys; -1 where there is none."""
        return self._pieces.find(keys)

    def nodes_of_pieces(self, lessons: Integers) -> Integers:
        """Give the nodes of all segments of the pieces of these lessons, one after the other."""
        return np.concatenate([*(self._piece_nodes[each] for each in lessons), _NO_NODES])

    def forms(self, node: Node, skeletons: Words) -> Integers:
        """Give the forms of segments at a node, -1 where none was learned."""
        return self._forms[node.number].find(skeletons)

    def signed(self, node: Node, keys: Words) -> Integers:
        """Give the signs of segments at a node by their keys, -1 where none was learned."""
        return self._sign_books[node.number].find(keys)

    def ordinals(self, place: Place) -> Integers:
        """Give for every form the atom of an element or component, -1 where it is absent."""
        column = self._columns.get(place)
        if column is None or len(column) != len(self._ordinals):
            told = [form.get(place, -1) for form in self._ordinals]
            column = self._columns[place] = np.array(told, np.int64)
        return column

    def learn(self, key: int, steps: Sequence[Step], skeletons: Iterable[int]) -> None:
        """Learn a piece with its segments; one with a type not told at sight teaches nothing."""
        nodes = [self.node(step.loop_id, step.shape) for step in steps]
        if not all(node.teachable for node in nodes):
            return
        if self._pieces.learn(key, len(self._piece_nodes)):
            self._piece_nodes.append(np.array([node.number for node in nodes], np.int64))
        for node, step, skeleton in zip(nodes, steps, skeletons, strict=True):
            self._learn_segment(node, step, skeleton)

    def _learn_segment(self, node: Node, step: Step, skeleton: int) -> None:
        if step.segment.delimiters.repetition and any(
            step.segment.delimiters.repetition in text for text in step.segment.elements
        ):
            return
        forms = self._forms[node.number]
        if forms.learn(skeleton, len(self._ordinals)):
            self._ordinals.append(dict(ordinals_of(step.segment)))
        form = int(forms.find(np.array([skeleton], np.uint64))[0])
        if form < 0:
            return
        codes = [_code(step.segment, place) for place in node.coded]
        if any(len(code) >= WORD for code in codes):
            return
        told = [np.array([form], np.uint64)]
        told += [np.array([word_of(code)], np.uint64) for code in codes]
        if self._sign_books[node.number].learn(int(mixed(told)[0]), len(self.signs)):
            self.signs.append(Sign(len(self.signs), form, step.asked))


_NO_NODES = np.zeros(0, np.int64)


def _code(segment: Segment, place: Place) -> str:
    return segment.get(*place)


def sign_keys(node: Node, atoms: Atoms, forms: Integers, at: dict[Place, Integers]) -> Words:
    """Give the keys by which signs of a node are learned; ``at`` are the atoms of its codes."""
    return mixed([forms.astype(np.uint64), *(atoms.word(at[place]) for place in node.coded)])
