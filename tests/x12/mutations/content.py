r"""Types 1 to 7 by hand: tables of what to write instead, where it must be found and how told.

A line reads ``type OLD => NEW | PLACE | CODES | RULE`` where ``~`` ends a segment and OLD is the
first such text of the base file. PLACE is the start of the segment that is at fault (``/`` between
several that are equally so), as it stands after the edit; CODES are the acknowledgement codes
that tell it truly, where one that ends with ``:`` stands for all that go on from there. RULE, any
rule of the type where left out, may be followed by ``also`` with rules that break along, and by
``warns`` where the finding need not block.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from x12.mutations.annotated import Base
from x12.mutations.mutation import BEFORE, Mutation, text_of

CONTENT = Path(__file__).parent / "content"
_LINE = re.compile(r"([1-7]) (\S.*?) => (.*?) ?\| (\S.*?) \| (\S[^|]*?)(?: \| (\S.*))?")


def content(base: Base) -> Iterator[Mutation]:
    """Give the mutations of a base that its table lists; none where it has no table."""
    path = CONTENT / f"{base.name}.txt"
    for number, line in enumerate(path.read_text("ascii").splitlines(), 1):
        if not line.startswith("#"):
            match = _LINE.fullmatch(line)
            assert match, f"{path.name}, line {number}: {line}"
            yield _mutation(base, *match.groups())


def _mutation(
    base: Base, kind: str, old: str, new: str, place: str, codes: str, rule: str | None
) -> Mutation:
    whole = "~".join(base.body()) + "~"
    assert old in whole, f"{base.name} has no {old}"
    changed = whole.replace(old, new.encode().decode("unicode_escape"), 1)
    body = changed.rstrip("~").split("~")
    words = (rule or "").split()
    named, _, also = " ".join(word for word in words if word != "warns").partition("also")
    return Mutation(
        f"{base.name}: {old[:40]} => {new[:40]}",
        base.name,
        int(kind),
        text_of(base, body),
        tuple(named.split()) or (f"X12.{kind}.",),
        tuple(_position(body, start) for start in place.split(" / ")),
        tuple(codes.split()),
        also=tuple(also.split()),
        blocks="warns" not in words,
    )


def _position(body: list[str], start: str) -> int:
    """Give the position of the first segment that starts so, also by what follows it."""
    text = "~".join(body) + "~"
    at = ("~" + text).find("~" + start)
    assert at >= 0, f"no segment starts with {start}"
    return BEFORE + 1 + text[:at].count("~")
