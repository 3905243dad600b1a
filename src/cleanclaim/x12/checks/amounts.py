"""Amounts of segments in cents, and what two sums that differ are told as."""

from collections.abc import Iterable
from functools import lru_cache

from cleanclaim.kernel import money
from cleanclaim.kernel.money import format_dollars
from cleanclaim.x12.checks.registry import Broken
from cleanclaim.x12.segments import Segment

# The same amounts come again and again.
read_cents = lru_cache(8_192)(money.read_cents)


def cents(segment: Segment, place: int) -> int | None:
    """Read an amount; an absent one is zero, an unreadable one (reported elsewhere) None."""
    text = segment.get(place)
    return read_cents(text) if text else 0


def total(amounts: Iterable[int | None]) -> int:
    """Sum what could be read."""
    return sum(amount or 0 for amount in amounts)


def adjusted_cents(holders: Iterable[Segment]) -> int:
    """Sum the amounts of CAS segments, each of up to six triples (reason, amount, quantity)."""
    summed = 0
    for each in holders:
        for text in each.elements[2::3]:
            if text:
                summed += read_cents(text) or 0
    return summed


def unequal(
    element: str, said: int | None, summed: int, *, at: Segment | None = None
) -> tuple[Broken, ...]:
    """Give a flaw where two amounts differ; nothing where the one said could not be read."""
    if said is None or said == summed:
        return ()
    words = {"said": format_dollars(said), "summed": format_dollars(summed)}
    return (Broken(element, at, words=words),)
