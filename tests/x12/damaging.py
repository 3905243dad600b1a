"""Damage to a text of claims, the same for the same seed: what people and programs do to files."""

import random
from collections.abc import Callable

_ENVELOPE = 8  # segments at the beginning that are left alone
_FOREIGN = (
    "NTE*ADD*HELLO",
    "REF*X4*12D3456789",
    "DTP*431*D8*20260101",
    "ZZZ*1",
    "K3*X",
    "PWK*OZ*BM***AC*1",
    "HL*7*1*22*0",
    "HL*7*1*21*0",
    "CLM*A*1***11:B:1*Y*A*Y*Y",
    "LX*9",
    "SE*1*1",
    "ST*837*9",
    "GE*1*1",
    "AMT*F5*10",
    "NM1*77*2*CLINIC*****XX*1234567893",
    "DTP*472*RD8*20260101-20260102",
    "NM1*DN*1*X*Y",
    "LIN**N4*00002047712",
    "PAT*******01*150*Y",
    "",
)


def damaged(text: str, seed: int, count: int) -> str:
    """Give the text with so many damages."""
    dice = random.Random(seed)  # noqa: S311 - damage, not secrecy
    segments = text.split("~")
    for _ in range(count):
        dice.choice(_DAMAGES)(segments, dice.randrange(_ENVELOPE, len(segments) - 3), dice)
    return "~".join(segments)


def _drop(segments: list[str], at: int, _dice: random.Random) -> None:
    del segments[at]


def _double(segments: list[str], at: int, _dice: random.Random) -> None:
    segments.insert(at, segments[at])


def _swap(segments: list[str], at: int, dice: random.Random) -> None:
    other = min(at + dice.randrange(6), len(segments) - 3)
    segments[at], segments[other] = segments[other], segments[at]


def _insert(segments: list[str], at: int, dice: random.Random) -> None:
    segments.insert(at, dice.choice(_FOREIGN))


def _in_element(change: Callable[[str, random.Random], str]) -> "_Damage":
    def damage(segments: list[str], at: int, dice: random.Random) -> None:
        elements = segments[at].split("*")
        place = dice.randrange(len(elements))
        elements[place] = change(elements[place], dice)
        segments[at] = "*".join(elements)

    return damage


def _other_number(text: str, dice: random.Random) -> str:
    changed = int(text) + dice.choice((1, -1, 10, 100_000)) if text.isdecimal() else 0
    return str(changed).zfill(len(text)) if text.isdecimal() else text


def _retyped(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice("0123456789ABXZ:^. -\n") + text[at + dice.randrange(2) :]


def _from_elsewhere(segments: list[str], at: int, dice: random.Random) -> None:
    """Put the value of another segment of the same id in its place."""
    name = segments[at].partition("*")[0]
    alike = [each for each in segments[_ENVELOPE:-3] if each.partition("*")[0] == name]
    mine, theirs = segments[at].split("*"), dice.choice(alike).split("*")
    place = dice.randrange(min(len(mine), len(theirs)))
    mine[place] = theirs[place]
    segments[at] = "*".join(mine)


def _around(segments: list[str], at: int, dice: random.Random) -> None:
    segments[at] = dice.choice(("\n{}", "{} ", "{}*", "{}:", " {}")).format(segments[at])


_Damage = Callable[[list[str], int, random.Random], None]
_DAMAGES: tuple[_Damage, ...] = (
    _drop,
    _double,
    _swap,
    _insert,
    _insert,
    _from_elsewhere,
    _from_elsewhere,
    _around,
    _in_element(lambda _text, _dice: ""),
    _in_element(lambda text, dice: text + dice.choice("0A:^ \x01é.-")),
    _in_element(_other_number),
    _in_element(_retyped),
)
