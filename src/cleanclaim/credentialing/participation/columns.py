"""The gate over many claims at once: each combination is asked once a stretch of days."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.credentialing.gate import Decision, GateResult, gate
from cleanclaim.credentialing.participation.deriving import derive_stretches
from cleanclaim.credentialing.participation.grants import Combination, GrantIndex
from cleanclaim.kernel.spans import Span

Integers = npt.NDArray[np.int64]
_NO_DAY = 0
# Days of one combination lie together: combination x this + the day's ordinal.
_STRIDE = date.max.toordinal() + 1
# A claim with several answers shows the one that says most against it.
_GRAVITY = (
    Decision.NEVER,
    Decision.UNKNOWN,
    Decision.HOLD,
    Decision.SUBSTITUTE,
    Decision.OUT_OF_NETWORK,
    Decision.PASS,
)
_RANK = {decision: rank for rank, decision in enumerate(_GRAVITY)}


class Place(msgspec.Struct, frozen=True):
    """How the practice's records name what a claim only implies: payer, product and location."""

    payer: str
    product: str = ""
    location: str = ""


Placing = Callable[[Claim], Place]


def place_by_claim(claim: Claim) -> Place:
    """Take a claim's own word: the payer's id, and the facility's NPI where one is named."""
    facility = claim.facility.npi if claim.facility else ""
    return Place(claim.payer.identifier, "", facility)


def judge_batch(
    batch: ClaimBatch, index: GrantIndex, placing: Placing = place_by_claim
) -> list[GateResult]:
    """Give the gate's answer for each claim that is judged, in order; the gravest of its lines.

    Same as ``gate`` asked for every line's rendering provider and every day of it.
    """
    asked = _Asked()
    for place, claim in enumerate(batch.rows[: batch.judged]):
        asked.take(place, claim, placing(claim))
    return asked.answer(batch.judged, index)


class _Asked:
    """The questions of a batch as columns: claim, combination, first and last day."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self.rows: list[tuple[int, int, int, int]] = []

    def take(self, place: int, claim: Claim, where: Place) -> None:
        """Add the questions of one claim."""
        seen = set()
        for rendering, taxonomy, first, last in _renderings(claim):
            if (rendering, taxonomy, first, last) in seen:
                continue
            seen.add((rendering, taxonomy, first, last))
            billing = claim.billing.npi
            key = (rendering, billing, where.payer, where.product, where.location, taxonomy)
            code = self.numbers.setdefault(key, len(self.numbers))
            self.rows.append((place, code, first, last))

    def answer(self, count: int, index: GrantIndex) -> list[GateResult]:
        """Ask each combination once a stretch of days, and give each claim its gravest answer."""
        if not self.rows:
            return []
        claims, codes, firsts, lasts = np.array(self.rows, np.int64).T
        results, starts = self._stretches(index, codes, firsts, lasts)
        low = np.searchsorted(starts, codes * _STRIDE + firsts, "right") - 1
        high = np.searchsorted(starts, codes * _STRIDE + lasts, "right") - 1
        # A line of several days may reach over several stretches.
        lengths = high - low + 1
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places, owners = np.repeat(low, lengths) + steps, np.repeat(claims, lengths)
        ranks = np.array([_RANK[each.decision] for each in results], np.int64)[places]
        order = np.lexsort((ranks, owners))
        chosen = places[order[np.searchsorted(owners[order], np.arange(count))]]
        return [results[place] for place in chosen.tolist()]

    def _stretches(
        self, index: GrantIndex, codes: Integers, firsts: Integers, lasts: Integers
    ) -> tuple[list[GateResult], Integers]:
        """Give every answer in the order of combination and day, and where each begins."""
        known = firsts != _NO_DAY
        least = np.full(len(self.numbers), _STRIDE, np.int64)
        most = np.full(len(self.numbers), _NO_DAY, np.int64)
        np.minimum.at(least, codes[known], firsts[known])
        np.maximum.at(most, codes[known], lasts[known])
        results: list[GateResult] = []
        starts: list[int] = []
        for code, key in enumerate(self.numbers):
            asked = Combination(*key)
            # The place of no day, which sorts before every day.
            results.append(gate(asked, None, index))
            starts.append(code * _STRIDE)
            if most[code] == _NO_DAY:
                continue
            window = Span(date.fromordinal(int(least[code])), date.fromordinal(int(most[code])))
            for each in derive_stretches(asked, window, index):
                results.append(each.result)
                starts.append(code * _STRIDE + each.span.starts_on.toordinal())
        return results, np.array(starts, np.int64)


def _renderings(claim: Claim) -> Iterator[tuple[str, str, int, int]]:
    """Give who rendered what is billed, as what, from which to which day (ordinals, 0: none)."""
    usual = claim.rendering or claim.billing
    if not claim.lines:
        yield usual.npi, usual.taxonomy, *_ordinals(claim.service_starts_on, claim.service_ends_on)
    for line in claim.lines:
        who = line.rendering or usual
        yield who.npi, who.taxonomy, *_ordinals(*claim.dates_of(line))


def _ordinals(starts_on: date | None, ends_on: date | None) -> tuple[int, int]:
    """Give two days as numbers; one that ends before it starts is its first day alone."""
    if starts_on is None:
        return _NO_DAY, _NO_DAY
    first = starts_on.toordinal()
    return first, first if ends_on is None else max(first, ends_on.toordinal())
