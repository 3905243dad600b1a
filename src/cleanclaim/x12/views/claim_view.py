"""A claim as the guide tells its loops: the same value that the stream gives."""

from itertools import chain

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.claim_lines import ServiceLine
from cleanclaim.x12.views.claim_reading import read_batch, read_claim
from cleanclaim.x12.views.claim_values import Claim
from cleanclaim.x12.views.elements import Dialect
from cleanclaim.x12.views.guided import (
    NO_LOOP,
    around,
    children,
    dialect_of_unit,
    loop_text,
    segment_texts,
)
from cleanclaim.x12.views.line_reading import read_line
from cleanclaim.x12.views.people import read_people


def view_claim(unit: Unit) -> Claim:
    """Read the claim of a unit of an 837."""
    dialect, loop = dialect_of_unit(unit), unit.loop
    batch = read_batch(unit.group.get(8), _level(around(unit, "ST"), dialect), dialect)
    biller, insured, dependent = (
        _level(unit.ancestor(level) or NO_LOOP, dialect) for level in ("2000A", "2000B", "2000C")
    )
    people = read_people((biller, insured, dependent), dialect)
    own = chain(loop.segments, *(child.walk() for child in children(loop, ("231",))))
    others = [loop_text(other.walk(), dialect) for other in loop.children("2320")]
    lines = tuple(_line(line, dialect) for line in loop.children("2400"))
    return read_claim(batch, people, loop_text(own, dialect), others, lines, dialect)


def _level(loop: Loop, dialect: Dialect) -> str:
    """Give a level with its parties, but not what is units or levels inside it."""
    parties = (child.walk() for child in children(loop, ("1000", "201")))
    return loop_text(chain(loop.segments, *parties), dialect)


def _line(loop: Loop, dialect: Dialect) -> ServiceLine:
    own = segment_texts(loop.segments)
    opened = bool(own) and own[0].startswith("LX")  # a damaged file may lack what opens a loop
    own = [own[0].removeprefix("LX"), *own[1:]] if opened else ["", *own]
    inner = [segment_texts(child.walk()) for child in loop.loops]
    return read_line(own, inner, dialect)
