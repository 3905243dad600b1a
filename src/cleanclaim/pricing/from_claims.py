"""Prices of a batch of claims: what Medicare should allow for each line and claim."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.place_of_service import is_facility
from cleanclaim.pricing.batch import price_columns
from cleanclaim.pricing.columns import (
    NONE,
    OUTCOMES,
    Codes,
    Flags,
    Integers,
    ServiceColumns,
)
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.tables import MedicareTables, TableMissingError, UnknownPlaceError

_THOUSAND = 1_000
# Units of a line that are minutes, as those of anesthesia (SV103).
_MINUTES = "MJ"
_NEEDS_FACT = OUTCOMES.index(Outcome.NEEDS_FACT)


class ClaimPrices(msgspec.Struct, frozen=True, eq=False):
    """The prices of a batch.

    ``line_cents`` and ``claim_cents`` are -1 where there is none; ``line_outcome`` are places
    in ``OUTCOMES``. Lines that are known to be paid nothing count 0 in their claim. ``missing``
    are the tables and places for want of which lines have no price.
    """

    line_cents: Integers
    line_outcome: Integers
    claim_cents: Integers
    missing: tuple[str, ...]


def price_claims(
    batch: ClaimBatch, tables: MedicareTables, localities: Sequence[str]
) -> ClaimPrices:
    """Price professional claims, each in its locality ("10112-00", "" where it is not known).

    The lines of a claim and day are priced together, as of one provider.
    """
    count = len(batch.line_claim)
    cents = np.full(count, NONE, np.int64)
    outcome = np.full(count, _NEEDS_FACT, np.int64)
    draft = _Draft(batch, localities)
    for era, rows in draft.eras(tables):
        services, places = draft.services(rows)
        priced = price_columns(services, tables.schedule(era, places))
        cents[rows], outcome[rows] = priced.cents, priced.outcome
    return ClaimPrices(cents, outcome, _by_claim(batch, cents, outcome), tuple(draft.missing))


class _Draft:
    """The lines of a batch that can be asked for, and what keeps others from it."""

    def __init__(self, batch: ClaimBatch, localities: Sequence[str]) -> None:
        self.batch = batch
        self.missing: dict[str, None] = {}
        self.places = sorted(set(localities))
        number = {place: n for n, place in enumerate(self.places)}
        self.place = np.array([number[each] for each in localities], np.int64)[batch.line_claim]
        dated = ~np.isnat(batch.line_starts_on)
        # A part of a unit has no price of its own in any schedule.
        whole = batch.line_thousandths % _THOUSAND == 0
        self.priceable: Flags = dated & whole
        self.priceable &= batch.line_thousandths >= 0
        self.priceable &= batch.charge_cents >= 0

    def eras(self, tables: MedicareTables) -> Iterator[tuple[date, Integers]]:
        """Give lines by what schedule holds: a day of it, and the lines."""
        days, which = np.unique(self.batch.line_starts_on, return_inverse=True)
        eras: dict[tuple[object, ...], list[int]] = {}
        for number, day in enumerate(days.tolist()):
            if day is not None:
                eras.setdefault(self._era(tables, day), []).append(number)
        eras.pop((), None)
        for numbers in eras.values():
            day = days[numbers[0]].item()
            placed = self._known_places(tables, day)[self.place]
            rows = np.flatnonzero(self.priceable & placed & np.isin(which, numbers))
            if len(rows):
                yield day, rows

    def _era(self, tables: MedicareTables, day: date) -> tuple[object, ...]:
        try:
            return tables.era(day)
        except TableMissingError as error:
            self.missing[str(error)] = None
            return ()

    def _known_places(self, tables: MedicareTables, day: date) -> Flags:
        """Mark the localities that the tables of a day hold."""
        known = np.zeros(len(self.places), np.bool_)
        for number, place in enumerate(self.places):
            try:
                known[number] = bool(place) and bool(tables.state_of(place, day))
            except (TableMissingError, UnknownPlaceError) as error:
                self.missing[str(error)] = None
        return known

    def services(self, rows: Integers) -> tuple[ServiceColumns, list[str]]:
        """Give lines as services, and the localities that their settings count."""
        batch = self.batch
        numbers, setting = np.unique(self.place[rows], return_inverse=True)
        units = batch.line_thousandths[rows] // _THOUSAND
        in_minutes = batch.line_unit_basis[rows] == _MINUTES
        none = np.full(len(rows), NONE, np.int64)
        columns = ServiceColumns(
            group=batch.line_claim[rows],
            code=_fitting(batch.line_code[rows].astype("U"), 5),
            modifiers=_fitting(batch.line_modifiers[rows], 2),
            on=batch.line_starts_on[rows],
            units=np.where(in_minutes, 1, units),
            facility=self._facilities(rows),
            charge_cents=batch.charge_cents[rows],
            minutes=np.where(in_minutes, units, none),
            participating=np.ones(len(rows), np.bool_),
            practitioner=np.zeros(len(rows), np.int64),
            setting=setting.astype(np.int64),
        )
        return columns, [self.places[number] for number in numbers.tolist()]

    def _facilities(self, rows: Integers) -> Flags:
        """Tell of each line whether its place is paid at the facility's rate."""
        places, days = self.batch.line_place[rows], self.batch.line_starts_on[rows]
        codes, which = np.unique(places, return_inverse=True)
        dates, when = np.unique(days, return_inverse=True)
        pairs, each = np.unique(which * len(dates) + when, return_inverse=True)
        answers = [
            is_facility(str(codes[pair // len(dates)]), dates[pair % len(dates)].item())
            for pair in pairs.tolist()
        ]
        return np.array(answers, np.bool_)[each]


def _fitting(texts: npt.NDArray[np.str_], width: int) -> Codes:
    """Give codes as bytes, none where one would not fit: cut short it would be another one."""
    characters = np.ascontiguousarray(texts).view(np.uint32).reshape(*texts.shape, -1)
    fits = (characters < 128).all(axis=-1) & (np.char.str_len(texts) <= width)
    return np.where(fits, texts, "").astype(f"S{width}")


_PAYS_NOTHING = np.array([outcome.pays_nothing for outcome in OUTCOMES], np.bool_)


def _by_claim(batch: ClaimBatch, cents: Integers, outcome: Integers) -> Integers:
    """Add up lines by claim; a claim with a line that is not known has no price."""
    expected = np.where(_PAYS_NOTHING[outcome], 0, cents)
    unknown = batch.sum_by_claim((expected == NONE).astype(np.int64))
    empty = batch.sum_by_claim(np.ones(len(cents), np.int64)) == 0
    sums = batch.sum_by_claim(np.where(expected == NONE, 0, expected))
    return np.where((unknown > 0) | empty, NONE, sums)
