"""Types 1 and 2 inside a transaction: spoil every fact of a base file, one at a time."""

from collections.abc import Iterator

import msgspec

from x12.mutations.annotated import Base, Fact, Line
from x12.mutations.mutation import Mutation, position, text_of

_NO_DATE = "20260230"
_NO_TIME = "2560"
_NO_CODES = {1: "Z", 2: "ZQ", 3: "ZZQ", 4: "ZZZQ"}


class _Spoilt(msgspec.Struct, frozen=True):
    """An element spoilt: its new text and what must be said of it."""

    kind: str
    text: str
    rule: str
    code: str
    also: tuple[str, ...] = ()
    whole: bool = False  # the finding names the segment, not the element


def structural(base: Base) -> Iterator[Mutation]:
    """Give all mutations of a base that follow from its facts."""
    for index, line in enumerate(base.lines):
        yield from _missing(base, index, line)
        yield from _repeated(base, index, line)
        yield from _swapped(base, index, line)
        yield from _extended(base, index, line)
        for fact in line.facts:
            yield from _spoilt_elements(base, index, line, fact)
    yield from _strangers(base)


def _missing(base: Base, index: int, line: Line) -> Iterator[Mutation]:
    if not line.needed or (line.opens and base.siblings(index) > 1):
        return
    if line.id == "HL":  # its absence breaks the count of levels as well
        return
    gone = base.extent(index) if line.opens else range(index, index + 1)
    rest = base.body()[: gone.start] + base.body()[gone.stop :]
    rule, code = ("LOOP_MISSING", "IK3:I7") if line.opens else ("SEGMENT_MISSING", "IK3:3")
    yield Mutation(
        f"{base.name}: without {line.text[:12]} ({index})",
        base.name,
        2,
        text_of(base, rest),
        (f"X12.2.{rule}",),
        (position(base.opener(index)),),
        (code,),
        line.id,
        ("X12.4.", "X12.7."),  # a situation may ask for what is gone
    )


def _repeated(base: Base, index: int, line: Line) -> Iterator[Mutation]:
    if not line.most or line.id == "HL" or (line.opens and base.siblings(index) > 1):
        return
    span = base.extent(index) if line.opens else range(index, index + 1)
    body = base.body()
    copies = body[span.start : span.stop] * line.most
    rule, code = ("LOOP_REPEATS", "IK3:4") if line.opens else ("SEGMENT_REPEATS", "IK3:5")
    yield Mutation(
        f"{base.name}: {line.most + 1} times {line.text[:12]} ({index})",
        base.name,
        2,
        text_of(base, body[: span.stop] + copies + body[span.stop :]),
        (f"X12.2.{rule}",),
        (position(index + line.most * len(span)),),
        (code,),
        also=("X12.3.", "X12.4."),  # content said twice may contradict itself or not add up
    )


def _swapped(base: Base, index: int, line: Line) -> Iterator[Mutation]:
    if not line.swap:
        return
    body = base.body()
    body[index : index + 2] = [body[index + 1], body[index]]
    yield Mutation(
        f"{base.name}: {line.text[:12]} ({index}) after its successor",
        base.name,
        1,
        text_of(base, body),
        ("X12.1.SEGMENT_ORDER",),
        (position(index + 1),),
        ("IK3:7",),
    )


def _extended(base: Base, index: int, line: Line) -> Iterator[Mutation]:
    """Give more elements than the standard knows, and empty ones at the end."""
    if not line.extent:
        return
    elements = line.text.split("*")[1:]
    longer = elements + [""] * (line.extent - len(elements)) + ["9"]
    yield _changed(base, index, longer, "ELEMENTS", _Spoilt("", "", "1.ELEMENTS", "IK3:_"), "")
    yield _changed(base, index, [*elements, ""], "TRAILING", _TRAILING, "")


_TRAILING = _Spoilt("trailing", "", "1.TRAILING_SEPARATOR", "IK3:8", whole=True)


def _spoilt_elements(base: Base, index: int, line: Line, fact: Fact) -> Iterator[Mutation]:
    elements = line.text.split("*")[1:]
    elements += [""] * (fact.place - len(elements))
    whole = elements[fact.place - 1]
    parts = whole.split(":")
    parts += [""] * (fact.component - len(parts))
    old = parts[fact.component - 1] if fact.component else whole
    for way in _ways(old, fact):
        spoilt = way
        new = spoilt.text
        if fact.component:
            new = ":".join([*parts[: fact.component - 1], new, *parts[fact.component :]])
        new = new.rstrip(":")
        if line.id == "HL":  # the count of levels, and what names a level above, go by HL01
            spoilt = msgspec.structs.replace(
                spoilt, also=("X12.1.HL01", "X12.1.HL02", "X12.2.HL04")
            )
        changed = [*elements[: fact.place - 1], new, *elements[fact.place :]]
        while changed and not changed[-1]:
            changed.pop()
        name = fact.name(line.id) if new else fact.name(line.id)[:-3] if fact.component else ""
        yield _changed(base, index, changed, spoilt.kind, spoilt, name or fact.name(line.id))


def _changed(
    base: Base, index: int, elements: list[str], kind: str, spoilt: _Spoilt, element: str
) -> Mutation:
    line = base.lines[index]
    body = base.body()
    body[index] = "*".join([line.id, *elements])
    trailing = spoilt is _TRAILING
    return Mutation(
        f"{base.name}: {element or line.text[:12]} ({index}) {kind}",
        base.name,
        int(spoilt.rule[0]),
        text_of(base, body),
        (f"X12.{spoilt.rule}",),
        (position(index),),
        ("IK4:3",) if spoilt.code == "IK3:_" else (spoilt.code,),
        element or line.id,
        ("X12.4.", "X12.7.", *spoilt.also),  # a situation may be judged by what is spoilt
        blocks=not trailing,
    )


def _ways(old: str, fact: Fact) -> Iterator[_Spoilt]:
    """Give the ways in which one fact can be broken."""
    flags = fact.flags
    sums = ("X12.3.",) if "#" in flags else ()  # without an amount its sum cannot be right
    if "!" in flags:
        yield _Spoilt("absent", "", "2.ELEMENT_MISSING", "IK4:1", ("X12.1.SYNTAX", *sums))
    if "=" in flags:
        yield _Spoilt("of no code", _no_code(old, fact), "2.CODE", "IK4:7", ("X12.1.DATE",))
    if "d" in flags:
        yield _Spoilt("no date", _NO_DATE, "1.DATE", "IK4:8")
    if "p" in flags:
        yield _Spoilt("no period", old[:9] + _NO_DATE, "1.DATE", "IK4:8")
    if "h" in flags:
        yield _Spoilt("no time", _NO_TIME, "1.TIME", "IK4:9")
    if "#" in flags:
        yield _Spoilt("no number", old[:-1] + "O", "1.CHARACTER", "IK4:6", sums)
    if "u" in flags:
        yield _Spoilt("not used", "1", "2.ELEMENT_UNUSED", "IK4:I10", ("X12.1.SYNTAX",))
    if "s" in flags:
        yield _Spoilt("without its partner", "", "1.SYNTAX", "IK4:2", sums)
    yield from _sizes(old, fact)


def _sizes(old: str, fact: Fact) -> Iterator[_Spoilt]:
    """Give texts that are too long or too short, and composites of too many components."""
    also = ("X12.5.",)  # what is cut short or drawn out is no identifier either
    if fact.longest and "#" in fact.flags:
        yield _Spoilt("too long", _padded(old, fact.longest + 1), "1.LONG", "IK4:5")
    elif fact.longest:
        filled = old + "A" * (fact.longest + 1 - len(old))
        yield _Spoilt("too long", filled, "1.LONG", "IK4:5", also)
    if fact.shortest:
        yield _Spoilt("too short", (old or "A")[: fact.shortest - 1], "1.SHORT", "IK4:4", also)
    if fact.components:
        parts = old.split(":")
        more = ":".join([*parts, *[""] * (fact.components - len(parts)), "9"])
        yield _Spoilt("of too many parts", more, "1.COMPONENTS", "IK4:13")


def _padded(number: str, digits: int) -> str:
    """Write the same number with so many digits, so that no sum changes."""
    sign = "-" if number.startswith("-") else ""
    missing = digits - sum(map(str.isdigit, number))
    return sign + "0" * missing + number.removeprefix("-")


def _no_code(old: str, fact: Fact) -> str:
    """Give a text of the same length that no list of codes holds."""
    return _NO_CODES[min(max(len(old), 1), 4)]


def _strangers(base: Base) -> Iterator[Mutation]:
    """Put a segment that no guide knows after every fifth segment, and after the last."""
    body = base.body()
    for index in sorted({*range(1, len(body), 5), len(body)}):
        yield Mutation(
            f"{base.name}: a stranger ({index})",
            base.name,
            1,
            text_of(base, [*body[:index], "ZZX*1", *body[index:]]),
            ("X12.1.SEGMENT_UNKNOWN",),
            (position(index),),
            ("IK3:1",),
        )
