"""Participation spans, derived from what is on record and never typed over it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from cleanclaim.credentialing.gate import GateResult, gate
from cleanclaim.credentialing.participation.grants import Combination, GrantIndex
from cleanclaim.kernel.spans import Span

_DAY = timedelta(1)


class Stretch(msgspec.Struct, frozen=True):
    """Days on end on which the gate gives one and the same answer to a combination."""

    span: Span
    result: GateResult


def change_days(spans: Iterable[Span], inside: Span) -> list[date]:
    """Give a window's days on which an answer may change: its first, starts, days after ends."""
    last = inside.ends_on or date.max
    days = {inside.starts_on}
    for span in spans:
        if inside.starts_on < span.starts_on <= last:
            days.add(span.starts_on)
        if span.ends_on is not None and inside.starts_on <= span.ends_on < last:
            days.add(span.ends_on + _DAY)
    return sorted(days)


def derive_stretches(asked: Combination, inside: Span, index: GrantIndex) -> tuple[Stretch, ...]:
    """Give the answers to a combination for every day of a window, days of one answer together.

    Between two changes of what is on record no answer changes: it is asked once for each.
    """
    starts = change_days(index.spans_about(asked), inside)
    found: list[Stretch] = []
    for start, end in zip(starts, _ends(starts, inside), strict=True):
        result = gate(asked, start, index)
        if found and found[-1].result == result:
            found[-1] = Stretch(Span(found[-1].span.starts_on, end), result)
        else:
            found.append(Stretch(Span(start, end), result))
    return tuple(found)


def _ends(starts: Sequence[date], inside: Span) -> list[date | None]:
    return [*(each - _DAY for each in starts[1:]), inside.ends_on]


def participations(asked: Combination, inside: Span, index: GrantIndex) -> tuple[Stretch, ...]:
    """Give the stretches of a window in which a claim of the combination may leave."""
    return tuple(each for each in derive_stretches(asked, inside, index) if each.result.leaves)
