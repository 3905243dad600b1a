"""Codes of outside lists in a stretch: which groups hold none that a list does not simply hold."""

from functools import cache

import numpy as np

from cleanclaim.codes.code_list import code_list
from cleanclaim.x12.checks.code_sets import SCREENING
from cleanclaim.x12.checks.screening import Condition, Row
from cleanclaim.x12.usual.atoms import Flags, Integers, Words, word_of
from cleanclaim.x12.usual.forms import Node, Place
from cleanclaim.x12.usual.remembered import Remembered
from cleanclaim.x12.usual.stretch import Stretch


def with_listed_codes(stretch: Stretch, guide: str) -> Flags:
    """Mark the groups of whose codes of outside lists nothing is to be said on any day."""
    wrong = np.zeros(len(stretch.usual), np.bool_)
    for node in stretch.lessons.nodes:
        asked = [
            (row, name)
            for row, name in SCREENING.rows.get(node.shape.id, ())
            if row.concerns(guide) and row.loop in ("", node.loop_id)
        ]
        rows = stretch.rows_of(node) if asked else _NO_ROWS
        rows = rows[stretch.form[rows] >= 0]
        if len(rows):
            look = _Look(stretch, node, rows)
            for row, name in asked:
                wrong[stretch.group_of[rows[look.suspected(row, name)]]] = True
    return ~wrong


class _Look:
    """The segments at a node, their texts found once for all rows of lists."""

    def __init__(self, stretch: Stretch, node: Node, rows: Integers) -> None:
        self._stretch = stretch
        self._rows = rows
        self._turns = len(node.shape.elements)
        self._words: dict[Place, Words] = {}

    def suspected(self, row: Row, name: str) -> Flags:
        """Mark segments in which a spot of the row has a code that the list does not just hold."""
        stretch, rows = self._stretch, self._rows
        marks = np.zeros(len(rows), np.bool_)
        turns = range(1, self._turns + 1) if not row.spots[0].element else (0,)
        for turn in turns:
            asked = self._meets(row.conditions, turn)
            if asked.any():
                for spot in row.spots:
                    at = stretch.at(rows[asked], (spot.element or turn, spot.component))
                    held = _list(name).holding(stretch.atoms, at)
                    marks[asked] |= ~held & (stretch.atoms.length[at] > 0)
        return marks

    def _meets(self, conditions: tuple[Condition, ...], turn: int) -> Flags:
        """Mark segments that meet all conditions of a row; "" stands for an absent text."""
        marks = np.ones(len(self._rows), np.bool_)
        for (element, component), texts, wanted in conditions:
            told = self._told((element or turn, component))
            met = np.zeros(len(told), np.bool_)
            for text in texts:
                met |= told == word_of(text)
            marks &= met == wanted
        return marks

    def _told(self, place: Place) -> Words:
        if place not in self._words:
            self._words[place] = self._stretch.atoms.word(self._stretch.at(self._rows, place))
        return self._words[place]


_NO_ROWS = np.zeros(0, np.int64)


@cache
def _list(name: str) -> Remembered:
    return Remembered(code_list(name).holds)
