"""One defect in one clean file, what must be found, and how a file is put together."""

import msgspec

from x12.mutations.annotated import Base

# What an interchange, its group and its transaction say before the content starts.
BEFORE = 3


class Envelope(msgspec.Struct, frozen=True):
    """The segments around a transaction, each without its terminator."""

    isa: str
    gs: str
    st: str
    se: str
    ge: str
    iea: str


class Mutation(msgspec.Struct, frozen=True):
    """A file with one defect.

    ``rules`` holds each rule that may name it (a whole family where it ends with a dot), at
    one of ``segments`` (from 1 in the file) with one of ``codes`` (all that go on from there
    where one ends with a colon), and with ``element`` where that is given. ``also`` are other
    rules that the same defect breaks. It need not block where ``blocks`` is false.
    """

    name: str
    base: str
    type: int
    text: str
    rules: tuple[str, ...]
    segments: tuple[int, ...]
    codes: tuple[str, ...]
    element: str = ""
    also: tuple[str, ...] = ()
    blocks: bool = True


def envelope(base: Base, count: int) -> Envelope:
    """Give a sound envelope for a transaction with so many segments between ST and SE."""
    third = "" if base.transaction == "835" else f"*{base.version}"
    return Envelope(
        "ISA*00*          *00*          *ZZ*MAPLEBILLING   *ZZ*NORTHPAYER     "
        "*260512*1200*^*00501*000000101*0*T*:",
        f"GS*{base.functional}*MAPLEBILLING*NORTHPAYER*20260512*1200*101*X*{base.version}",
        f"ST*{base.transaction}*0001{third}",
        f"SE*{count + 2}*0001",
        "GE*1*101",
        "IEA*1*000000101",
    )


def text_of(base: Base, body: list[str], around: Envelope | None = None) -> str:
    """Put a file together; the envelope counts the body unless one is given."""
    wrap = around or envelope(base, len(body))
    segments = [wrap.isa, wrap.gs, wrap.st, *body, wrap.se, wrap.ge, wrap.iea]
    return "".join(f"{each}~\n" for each in segments if each)


def position(index: int) -> int:
    """Turn an index of the body (-1 is the ST) into a position in the file."""
    return BEFORE + 1 + index
