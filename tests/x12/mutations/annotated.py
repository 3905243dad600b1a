"""Read the base files: a clean transaction, one segment a line, with what its guide says of it.

After ``|`` stand facts, written from knowledge of the guides and never from our guide tables, so
that the two can be held against each other. Indentation is the depth of the loop.

Of the segment: ``[2300]`` it opens this loop, ``[2300!]`` which its surroundings require;
``R`` its loop requires it; ``xN`` at most N of it (of the loop, where it opens one); ``swap`` it
may not change places with the segment that follows; ``eN`` the standard knows N elements.
Of an element ("03" or "05-2"): ``!`` required, ``=`` of a list of codes, ``q`` a code that
decides where the segment belongs, ``d`` a date, ``p`` a period of two dates, ``h`` a time, ``#``
a number, ``u`` not used, ``s`` required by another element that is given, ``<N`` and ``>N`` the
longest and shortest, ``cN`` a composite of N components.
"""

import re
from functools import cache
from pathlib import Path

import msgspec

BASES = Path(__file__).parent / "bases"
_FACT = re.compile(r"(\d\d)(?:-(\d\d?))?([!=qdph#us]*)(?:<(\d+))?(?:>(\d+))?(?:c(\d+))?")
_LOOP = re.compile(r"\[(\w+)(!?)\]")


class Fact(msgspec.Struct, frozen=True):
    """What is known of one element (from 1) or component (from 1, 0 is the whole element)."""

    place: int
    component: int
    flags: str
    longest: int = 0
    shortest: int = 0
    components: int = 0

    def name(self, segment_id: str) -> str:
        """Give the name that a finding has for the place, like "CLM05-02"."""
        text = f"{segment_id}{self.place:02d}"
        return f"{text}-{self.component:02d}" if self.component else text


class Line(msgspec.Struct, frozen=True):
    """One segment with its facts; ``opens`` is the loop that starts here, "" for none."""

    text: str
    depth: int
    opens: str = ""
    needed: bool = False  # the loop by its surroundings, or the segment by its loop
    most: int = 0
    swap: bool = False
    extent: int = 0
    facts: tuple[Fact, ...] = ()

    @property
    def id(self) -> str:
        """Give the segment id."""
        return self.text.partition("*")[0]


class Base(msgspec.Struct, frozen=True):
    """A clean transaction: the name of its file, its guide, and its segments after ST."""

    name: str
    version: str
    transaction: str
    functional: str
    lines: tuple[Line, ...]

    def body(self) -> list[str]:
        """Give the segments between ST and SE."""
        return [line.text for line in self.lines]

    def opener(self, index: int) -> int:
        """Give the index of the segment that opens the loop of this one, -1 for the ST.

        For a segment that opens a loop itself that is the opener of the loop around.
        """
        line = self.lines[index]
        depth = line.depth - 1 if line.opens else line.depth
        for before in range(index - 1, -1, -1):
            other = self.lines[before]
            if other.opens and other.depth <= depth:
                return before
        return -1

    def extent(self, index: int) -> range:
        """Give the indexes of the loop that this segment opens."""
        depth = self.lines[index].depth
        for after in range(index + 1, len(self.lines)):
            other = self.lines[after]
            if other.depth < depth or (other.depth == depth and other.opens):
                return range(index, after)
        return range(index, len(self.lines))

    def siblings(self, index: int) -> int:
        """Count the loops of the same name around the same opener, this one included."""
        name, outer = self.lines[index].opens, self.opener(index)
        return sum(
            each.opens == name and self.opener(other) == outer
            for other, each in enumerate(self.lines)
        )


@cache
def base(name: str) -> Base:
    """Read the base file of this name."""
    version = transaction = functional = ""
    lines = []
    for text in (BASES / f"{name}.txt").read_text("ascii").splitlines():
        if text.startswith("guide "):
            _, version, transaction, functional = text.split()
        elif text and not text.startswith("#"):
            lines.append(_line(text))
    return Base(name, version, transaction, functional, tuple(lines))


def names() -> list[str]:
    """Give the names of all base files."""
    return sorted(path.stem for path in BASES.glob("*.txt"))


def _line(written: str) -> Line:
    text, _, words = written.partition("|")
    depth = (len(text) - len(text.lstrip())) // 2
    opened = _LOOP.search(words)
    given = words.split()
    needed = bool(opened[2]) if opened else "R" in given
    numbers = {word[0]: int(word[1:]) for word in given if word[0] in "xe"}
    facts = tuple(_fact(word) for word in given if word[0].isdigit())
    return Line(
        text.strip(),
        depth,
        opened[1] if opened else "",
        needed,
        numbers.get("x", 0),
        "swap" in given,
        numbers.get("e", 0),
        facts,
    )


def _fact(word: str) -> Fact:
    match = _FACT.fullmatch(word)
    assert match, f"no fact: {word}"
    place, component, flags, longest, shortest, components = match.groups()
    return Fact(
        int(place),
        int(component or 0),
        flags,
        int(longest or 0),
        int(shortest or 0),
        int(components or 0),
    )
