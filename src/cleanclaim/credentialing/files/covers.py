"""Malpractice cover: what a policy answers for, and acts that a lapsed one leaves open."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from cleanclaim.credentialing.files.elements import Cover, CoverBasis


class OpenActs(msgspec.Struct, frozen=True):
    """Days of service for which nobody would answer a claim that is made on the day asked."""

    number: int
    starts_on: date
    ends_on: date


def answers_for(cover: Cover, acted_on: date, claimed_on: date) -> bool:
    """Tell whether a policy answers for an act of one day and a claim of another.

    Occurrence: the act falls in its days. Claims-made: the claim falls in its days or its tail,
    and the act is not before the retroactive day (the first day of the policy if none is named)
    nor after its last day.
    """
    if claimed_on < acted_on:
        return False
    if cover.basis is CoverBasis.OCCURRENCE:
        return cover.starts_on <= acted_on <= cover.ends_on
    since = cover.retroactive_on or cover.starts_on
    reported = cover.starts_on <= claimed_on <= _reports_until(cover)
    return reported and since <= acted_on <= cover.ends_on


def _reports_until(cover: Cover) -> date:
    if cover.tail_open:
        return date.max
    return max(cover.tail_until or cover.ends_on, cover.ends_on)


def find_open_acts(covers: Sequence[tuple[int, Cover]], on: date) -> tuple[OpenActs, ...]:
    """Find the days of ended claims-made policies that no tail and no later policy answers for.

    ``covers`` are pairs of number and policy; the answer names the policy whose acts are open.
    """
    found = []
    for number, cover in covers:
        if cover.basis is CoverBasis.OCCURRENCE or cover.ends_on >= on:
            continue
        since = cover.retroactive_on or cover.starts_on
        for starts_on, ends_on in _open_days(since, cover.ends_on, (c for _, c in covers), on):
            found.append(OpenActs(number, starts_on, ends_on))
    return tuple(found)


def _open_days(
    starts_on: date, ends_on: date, covers: Iterable[Cover], on: date
) -> list[tuple[date, date]]:
    """Take from the days those that some policy answers for if the claim came on the day."""
    open_days = [(starts_on, ends_on)]
    for cover in covers:
        answered = _answered(cover, on)
        if answered is not None:
            open_days = [part for pair in open_days for part in _without(pair, answered)]
    return open_days


def _answered(cover: Cover, on: date) -> tuple[date, date] | None:
    """Give the acts a policy answers for where the claim comes on the day."""
    if cover.basis is CoverBasis.OCCURRENCE:
        return cover.starts_on, cover.ends_on
    if cover.starts_on <= on <= _reports_until(cover):
        return cover.retroactive_on or cover.starts_on, cover.ends_on
    return None


def _without(pair: tuple[date, date], cut: tuple[date, date]) -> list[tuple[date, date]]:
    (first, last), (from_on, to_on) = pair, cut
    if to_on < first or from_on > last:
        return [pair]
    parts = []
    if first < from_on:
        parts.append((first, from_on - timedelta(1)))
    if to_on < last:
        parts.append((to_on + timedelta(1), last))
    return parts
