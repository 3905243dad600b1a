"""Codes of outside lists in a stretch: which groups hold none that a list does not simply hold."""

from functools import cache

import numpy as np

from cleanclaim.codes.code_list import code_list
from cleanclaim.x12.checks.code_sets import SCREENING
from cleanclaim.x12.checks.screening import Condition, Row
from cleanclaim.x12.usual.atoms import Flags, Integers, word_of
from cleanclaim.x12.usual.forms import Node, Place
from cleanclaim.x12.usual.remembered import Remembered
from cleanclaim.x12.usual.stretch import Stretch


def with_listed_codes(stretch: Stretch, guide: str) -> Flags:
    """Mark the groups of whose codes of outside lists nothing is to be said on any day."""
    wrong = np.zeros(len(stretch.usual), np.bool_)
    for node in stretch.lessons.nodes:
        rows = stretch.rows_of(node)
        rows = rows[stretch.form[rows] >= 0]
        if len(rows):
            for row, name in SCREENING.rows.get(node.shape.id, ()):
                if row.concerns(guide) and row.loop in ("", node.loop_id):
                    suspected = _suspected(stretch, node, rows, row, name)
                    wrong[stretch.group_of[rows[suspected]]] = True
    return ~wrong


def _suspected(stretch: Stretch, node: Node, rows: Integers, row: Row, name: str) -> Flags:
    """Mark segments in which a spot of the row has a code that the list does not simply hold."""
    marks = np.zeros(len(rows), np.bool_)
    turns = range(1, len(node.shape.elements) + 1) if not row.spots[0].element else (0,)
    for turn in turns:
        asked = _meets(stretch, rows, row.conditions, turn)
        if asked.any():
            for spot in row.spots:
                at = stretch.at(rows[asked], (spot.element or turn, spot.component))
                held = _list(name).holding(stretch.atoms, at)
                marks[asked] |= ~held & (stretch.atoms.length[at] > 0)
    return marks


def _meets(stretch: Stretch, rows: Integers, conditions: tuple[Condition, ...], turn: int) -> Flags:
    """Mark segments that meet all conditions of a row; "" stands for an absent text."""
    marks = np.ones(len(rows), np.bool_)
    for (element, component), texts, wanted in conditions:
        place: Place = (element or turn, component)
        told = stretch.atoms.word(stretch.at(rows, place))
        marks &= np.isin(told, [word_of(text) for text in texts]) == wanted
    return marks


@cache
def _list(name: str) -> Remembered:
    return Remembered(code_list(name).holds)
