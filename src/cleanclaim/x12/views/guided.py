"""The loops that a guide told apart, as what the readings take: loop texts, segments, parties."""

from collections.abc import Iterable, Iterator, Sequence

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.views.elements import Dialect, Found, by_id, dialect_of
from cleanclaim.x12.views.parties import Party, read_party, read_payment_party

NO_LOOP = Loop("", [], [])


def dialect_of_unit(unit: Unit) -> Dialect:
    """Give the dialect of the interchange that the unit came in."""
    return dialect_of(unit.interchange.delimiters)


def around(unit: Unit, *loop_ids: str) -> Loop:
    """Give the unit's own loop or the one around it with one of these ids, an empty one if none."""
    for loop in (unit.loop, *reversed(unit.ancestors)):
        if loop.id in loop_ids:
            return loop
    return NO_LOOP


def loop_text(segments: Iterable[Segment], dialect: Dialect) -> str:
    """Join segments to a loop text: without the id of the first."""
    joined = dialect.terminator.join(segment.text() for segment in segments)
    return joined[joined.find(dialect.element) :] if dialect.element in joined else ""


def segment_texts(segments: Iterable[Segment]) -> list[str]:
    """Give each segment as text."""
    return [segment.text() for segment in segments]


def found_in(loop: Loop) -> Found:
    """Sort a loop's own segments by id."""
    return by_id([[each.id, *each.elements] for each in loop.segments])


def parties_in(loops: Iterable[Loop], dialect: Dialect) -> tuple[Party, ...]:
    """Read the loops that an NM1 or N1 opens."""
    return tuple(party for loop in loops if (party := party_in(loop, dialect)) is not None)


def party_in(loop: Loop | None, dialect: Dialect) -> Party | None:
    """Read one loop of a party with all that stands in it, None where it is none."""
    if loop is None or not loop.segments:
        return None
    text = loop_text(loop.walk(), dialect)
    opener = loop.segments[0].id
    if opener == "NM1":
        return read_party(text, dialect)
    return read_payment_party(text, dialect) if opener == "N1" else None


def children(loop: Loop, prefixes: Sequence[str]) -> Iterator[Loop]:
    """Give the loops directly inside whose id begins with one of these."""
    return (child for child in loop.loops if child.id.startswith(tuple(prefixes)))
