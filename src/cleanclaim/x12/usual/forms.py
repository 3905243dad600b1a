"""Segments of a guide as forms: which atoms hold which element, and what each must be like."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from cleanclaim.x12.checks.judging import conditioned
from cleanclaim.x12.grammar import Element, Kind, Shape
from cleanclaim.x12.segments import Segment
from cleanclaim.x12.usual.atoms import Atoms, Flags, Integers
from cleanclaim.x12.usual.values import UNREAD, numbers, one_day, period

# An element (from 1) and a component of it (from 1, 0 where the element has none).
Place = tuple[int, int]
_TEXTS = frozenset({"AN", "ID"})


class Slot(NamedTuple):
    """An element or component with a type: where it stands and what it must be like."""

    place: Place
    kind: Kind


class Node:
    """A segment at its place in a loop, with what must hold for its elements.

    ``coded`` are the places whose text is part of what is learned, ``slots`` those whose text
    is judged by its type, ``formatted`` the places of days and of the format before them.
    """

    def __init__(self, number: int, loop_id: str, shape: Shape) -> None:
        self.number = number
        self.loop_id = loop_id
        self.shape = shape
        self.formatted: dict[Place, Place] = {
            (note.elements[1], 0): (note.elements[0], 0)
            for note in shape.notes
            if note.letter == "F"
        }
        leaves = list(_leaves(shape))
        asked = conditioned(shape.id)
        self.coded = [place for place, leaf in leaves if leaf.codes or place[0] in asked]
        self.slots = [
            Slot(place, leaf.kind)
            for place, leaf in leaves
            if leaf.kind is not None and not leaf.codes and place not in self.formatted
        ]

    @cached_property
    def teachable(self) -> bool:
        """Tell whether all its types are told at sight."""
        kinds = {slot.kind.name for slot in self.slots}
        plain = kinds <= _TEXTS | {"N", "R", "DT"}
        plain = plain and set(self.formatted.values()) <= set(self.coded)
        notes = [note for each in self.shape.elements for note in each.notes]
        return plain and all(note.letter != "F" for note in notes)


def _leaves(shape: Shape) -> Iterator[tuple[Place, Element]]:
    for number, element in enumerate(shape.elements, 1):
        if element.usage == "N":
            continue
        if not element.parts:
            yield (number, 0), element
        for part, each in enumerate(element.parts, 1):
            if each.usage != "N":
                yield (number, part), each


def ordinals_of(segment: Segment) -> Mapping[Place, int]:
    """Give the atom, counted from the id, of every element and component of a segment.

    An element without components stands at 0 and at 1, as it may be asked for as either.
    """
    found: dict[Place, int] = {}
    ordinal = 0
    for number, text in enumerate(segment.elements, 1):
        parts = text.split(segment.delimiters.component)
        for part in range(1, len(parts) + 1):
            ordinal += 1
            found[number, part] = ordinal
        if len(parts) == 1:
            found[number, 0] = ordinal
    return found


def is_like(atoms: Atoms, at: Integers, kind: Kind) -> Flags:
    """Mark atoms that are of a type (AN, ID, N, R or DT), or absent."""
    length = atoms.length[at]
    empty: Flags = length == 0
    if kind.name in _TEXTS:
        return empty | ((length >= kind.shortest) & (length <= kind.longest))
    if kind.name == "DT":
        answer: Flags = empty | (one_day(atoms, at) != UNREAD)
        return answer
    told = numbers(atoms, at)
    digits = told.places
    fits = (digits >= kind.shortest) & (digits <= kind.longest)
    if kind.name == "R":
        # The point is counted with the digits around it, and one more is allowed for it.
        pointed = (digits >= 2) & (digits <= kind.longest + 1)
        fits = np.where(told.pointed, pointed, fits)
    else:
        fits &= ~told.pointed
    return empty | (told.read & fits)


def is_formatted(atoms: Atoms, at: Integers, name: str) -> Flags:
    """Mark atoms that are days in the format of this name; none where the name is no other."""
    if name == "D8":
        answer: Flags = one_day(atoms, at) != UNREAD
        return answer
    if name == "RD8":
        first, last = period(atoms, at)
        both: Flags = (first != UNREAD) & (last != UNREAD)
        return both
    return np.zeros(len(at), np.bool_)
