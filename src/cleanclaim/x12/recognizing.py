"""Tell whether the text of a segment has its shape, as quickly as it can be told."""

from collections.abc import Callable

from cleanclaim.x12.diagnosis import flaws_of
from cleanclaim.x12.grammar import Note, Shape
from cleanclaim.x12.patterns import compiled, left_to_ask
from cleanclaim.x12.segments import Delimiters, Segment

# A pattern pays for its compilation only where several segments of its shape come.
_USES_BEFORE_COMPILING = 6


class Recognizer:
    """Recognizes segments of one shape, by diagnosis at first and by a pattern later.

    Call ``matches`` with the text of a segment, white space and terminator left out.
    """

    __slots__ = ("_delimiters", "_uses", "matches", "shape")

    def __init__(self, shape: Shape, delimiters: Delimiters) -> None:
        self.shape = shape
        self._delimiters = delimiters
        self._uses = 0
        self.matches: Callable[[str], object] = self._diagnosed

    def _diagnosed(self, body: str) -> bool:
        self._uses += 1
        if self._uses >= _USES_BEFORE_COMPILING:
            self.matches = self._compiled()
        return self._is_flawless(body)

    def _is_flawless(self, body: str) -> bool:
        name, *elements = body.split(self._delimiters.element)
        segment = Segment(name, tuple(elements), delimiters=self._delimiters)
        return name == self.shape.id and next(flaws_of(segment, self.shape), None) is None

    def _compiled(self) -> Callable[[str], object]:
        matches = compiled(self.shape, self._delimiters).fullmatch
        notes = left_to_ask(self.shape)
        if not notes:
            return matches
        few = min(_asked_from(note) for note in notes)
        mark = self._delimiters.element

        def asked(body: str) -> object:
            return matches(body) and (body.count(mark) < few or self._is_flawless(body))

        return asked


def _asked_from(note: Note) -> int:
    """Give how many elements a segment must have for the note to be broken."""
    if note.letter == "R":
        return 0
    if note.letter == "E":
        return sorted(note.elements)[1]
    return note.elements[0] if note.letter in "CLF" else min(note.elements)
