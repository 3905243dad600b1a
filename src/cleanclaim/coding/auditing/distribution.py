"""How a coder's or provider's visit levels spread, beside those of peers of the same specialty."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from cleanclaim.coding.auditing.intervals import Proportion, proportion

# The code numbers of each kind of visit from the lowest level to the highest (2021/2023 sets).
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "office, new": ("99202", "99203", "99204", "99205"),
    "office, established": ("99211", "99212", "99213", "99214", "99215"),
    "emergency": ("99281", "99282", "99283", "99284", "99285"),
    "hospital, initial": ("99221", "99222", "99223"),
    "hospital, subsequent": ("99231", "99232", "99233"),
}
TOP_LEVELS = frozenset(codes[-1] for codes in FAMILIES.values())


def family_of(code: str) -> str:
    """Give the kind of visit that a code is a level of; "" for every other code."""
    return next((family for family, codes in FAMILIES.items() if code in codes), "")


class LevelShare(msgspec.Struct, frozen=True):
    """A level's share of one's own visits of a kind and of the peers', each with its interval.

    ``stands_out`` is over or under where the intervals do not meet, "" where they do.
    """

    family: str
    code: str
    own: Proportion
    peers: Proportion
    stands_out: str


def spread(own: Sequence[str], peers: Sequence[str]) -> tuple[LevelShare, ...]:
    """Compare the levels of one with those of peers (without one's own); other codes are left."""
    mine, theirs = Counter(own), Counter(peers)
    found: list[LevelShare] = []
    for family, codes in FAMILIES.items():
        total, others = sum(mine[c] for c in codes), sum(theirs[c] for c in codes)
        if not total:
            continue
        for code in codes:
            share = proportion(mine[code], total)
            other = proportion(theirs[code], others)
            found.append(LevelShare(family, code, share, other, _standing(share, other)))
    return tuple(found)


def _standing(own: Proportion, peers: Proportion) -> str:
    if own.low is None or own.high is None or peers.low is None or peers.high is None:
        return ""
    if own.low > peers.high:
        return "over"
    return "under" if own.high < peers.low else ""
