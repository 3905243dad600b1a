"""What two blind codings of one visit do not share, and how far codings agree at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from cleanclaim.coding.auditing.distribution import FAMILIES, family_of
from cleanclaim.coding.auditing.intervals import Proportion, proportion
from cleanclaim.coding.sheet import DIAGNOSES, CodedLine, Sheet

PAIRED = frozenset({"level", "instead"})


class Direction(StrEnum):
    """Which way a difference goes; both ways are faults of one weight."""

    OVER = "over"
    UNDER = "under"
    LEVEL = "level"


class Difference(msgspec.Struct, frozen=True):
    """One difference of a coding from another; ``cents`` None where a charge is not known.

    ``kind``: missing, extra, modifiers, units, order; level, where two visit codes of one kind
    stand for each other, and instead, where two diagnoses of one category do.
    """

    kind: str
    system: str
    code: str
    coded: str
    recoded: str
    direction: Direction
    cents: int | None


class Compared(msgspec.Struct, frozen=True):
    """One visit coded twice: codes that agree of all that either names, and the differences."""

    agreeing: int
    codes: int
    differences: tuple[Difference, ...]
    charge_cents: int | None
    other_cents: int | None


class Agreement(msgspec.Struct, frozen=True):
    """How far codings agree: by code, by visit and by visits whose charge is the same.

    ``over_cents`` and ``under_cents`` are sums of what was charged too much and too little;
    ``unpriced`` visits have a charge that is not known and count in no dollars.
    """

    codes: Proportion
    visits: Proportion
    dollars: Proportion
    over: int
    under: int
    over_cents: int
    under_cents: int
    unpriced: int


def compare(coded: Sheet, recoded: Sheet, fees: Mapping[str, int]) -> Compared:
    """Hold a coding against another; ``fees`` are cents a unit by code."""
    differences = (
        *_diagnosis_differences(coded, recoded),
        *_service_differences(coded, recoded, fees),
    )
    every, shared = coded.codes | recoded.codes, coded.codes & recoded.codes
    changed = {d.code for d in differences if d.kind in {"modifiers", "units"}}
    # Two codes that stand for each other are one thing that was coded in two ways.
    paired = sum(d.kind in PAIRED for d in differences)
    return Compared(
        len(shared - changed),
        len(every) - paired,
        differences,
        _charge(coded, fees),
        _charge(recoded, fees),
    )


def _diagnosis_differences(coded: Sheet, recoded: Sheet) -> Iterator[Difference]:
    extra = [code for code in coded.diagnoses if code not in recoded.diagnoses]
    missing = [code for code in recoded.diagnoses if code not in coded.diagnoses]
    pairs = _pairs(extra, missing, lambda code: code[:3])
    for code, other in pairs.items():
        yield Difference("instead", DIAGNOSES, code, code, other, Direction.LEVEL, 0)
    for code in extra:
        if code not in pairs:
            yield Difference("extra", DIAGNOSES, code, code, "", Direction.OVER, 0)
    for code in missing:
        if code not in pairs.values():
            yield Difference("missing", DIAGNOSES, code, "", code, Direction.UNDER, 0)
    same = set(coded.diagnoses) == set(recoded.diagnoses)
    if same and coded.diagnoses[:1] != recoded.diagnoses[:1]:
        first, other = coded.diagnoses[0], recoded.diagnoses[0]
        yield Difference("order", DIAGNOSES, first, first, other, Direction.LEVEL, 0)


def _service_differences(
    coded: Sheet, recoded: Sheet, fees: Mapping[str, int]
) -> Iterator[Difference]:
    mine = {line.code: line for line in coded.services}
    theirs = {line.code: line for line in recoded.services}
    extra, missing = sorted(mine.keys() - theirs.keys()), sorted(theirs.keys() - mine.keys())
    pairs = _pairs(extra, missing, family_of)
    for code, other in pairs.items():
        yield _level_difference(mine[code], theirs[other], fees)
    for code in extra:
        if code not in pairs:
            cents = _cents(mine[code], fees)
            yield Difference("extra", mine[code].system, code, code, "", Direction.OVER, cents)
    for code in missing:
        if code not in pairs.values():
            cents = _cents(theirs[code], fees)
            lost = None if cents is None else -cents
            yield Difference("missing", theirs[code].system, code, "", code, Direction.UNDER, lost)
    for code in sorted(mine.keys() & theirs.keys()):
        yield from _entry_differences(mine[code], theirs[code], fees)


def _pairs(
    extra: Sequence[str], missing: Sequence[str], kind: Callable[[str], str]
) -> dict[str, str]:
    """Pair codes of one kind, where each coding has just one that the other has not."""
    pairs: dict[str, str] = {}
    for code in extra:
        mine = [each for each in extra if kind(each) == kind(code)]
        theirs = [each for each in missing if kind(each) == kind(code)]
        if kind(code) and len(mine) == len(theirs) == 1:
            pairs[code] = theirs[0]
    return pairs


def _level_difference(mine: CodedLine, theirs: CodedLine, fees: Mapping[str, int]) -> Difference:
    levels = FAMILIES[family_of(mine.code)]
    is_over = levels.index(mine.code) > levels.index(theirs.code)
    before, after = _cents(mine, fees), _cents(theirs, fees)
    cents = None if before is None or after is None else before - after
    way = Direction.OVER if is_over else Direction.UNDER
    return Difference("level", mine.system, mine.code, mine.code, theirs.code, way, cents)


def _entry_differences(
    mine: CodedLine, theirs: CodedLine, fees: Mapping[str, int]
) -> Iterator[Difference]:
    ours, other = mine.entry, theirs.entry
    if set(ours.modifiers) != set(other.modifiers):
        told = " ".join(ours.modifiers), " ".join(other.modifiers)
        yield Difference("modifiers", mine.system, mine.code, *told, Direction.LEVEL, 0)
    if ours.units != other.units:
        before, after = _cents(mine, fees), _cents(theirs, fees)
        cents = None if before is None or after is None else before - after
        way = Direction.OVER if ours.units > other.units else Direction.UNDER
        told = f"{ours.units.normalize():f}", f"{other.units.normalize():f}"
        yield Difference("units", mine.system, mine.code, *told, way, cents)


def _cents(line: CodedLine, fees: Mapping[str, int]) -> int | None:
    """Give the charge of a line; None without a fee, or where units make part of a cent."""
    fee = fees.get(line.code)
    cents = None if fee is None else fee * line.entry.units
    return int(cents) if cents is not None and cents == int(cents) else None


def _charge(sheet: Sheet, fees: Mapping[str, int]) -> int | None:
    cents = [_cents(line, fees) for line in sheet.services]
    known = [each for each in cents if each is not None]
    return sum(known) if len(known) == len(cents) else None


def agree(compared: Sequence[Compared], confidence: float = 0.95) -> Agreement:
    """Sum what was compared into agreement by code, visit and dollar, each with its interval."""
    differences = [d for each in compared for d in each.differences]
    priced = [
        (each.charge_cents, each.other_cents)
        for each in compared
        if each.charge_cents is not None and each.other_cents is not None
    ]
    gaps = [mine - theirs for mine, theirs in priced]
    return Agreement(
        codes=proportion(
            sum(each.agreeing for each in compared),
            sum(each.codes for each in compared),
            confidence,
        ),
        visits=proportion(
            sum(not each.differences for each in compared), len(compared), confidence
        ),
        dollars=proportion(sum(gap == 0 for gap in gaps), len(gaps), confidence),
        over=sum(d.direction is Direction.OVER for d in differences),
        under=sum(d.direction is Direction.UNDER for d in differences),
        over_cents=sum(gap for gap in gaps if gap > 0),
        under_cents=-sum(gap for gap in gaps if gap < 0),
        unpriced=len(compared) - len(priced),
    )
