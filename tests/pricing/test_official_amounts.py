"""The physician fee schedule gives the amounts that the government publishes, to the cent."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cleanclaim.pricing.batch import price_columns
from cleanclaim.pricing.columns import ServiceColumns
from cleanclaim.pricing.physician import price_service
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables, UnknownPlaceError
from pricing.schedules import lines_of, official, scaled

pytestmark = pytest.mark.corpus
ON = date(2025, 10, 1)
NORTH, SOUTH = "01112", "01182"
# A service, its locality, and the cents that are published for it.
Amounts = list[tuple[Service, str, int]]


def payments(path: Path) -> Iterator[tuple[Service, str, int]]:
    """Read a file of payment amounts: outside and in a facility."""
    for line in lines_of(path):
        if not line[0].startswith("TRL"):
            yield (
                service(line[3], line[4], facility=False),
                f"{line[1]}-{line[2]}",
                scaled(line[5], 2),
            )
            yield (
                service(line[3], line[4], facility=True),
                f"{line[1]}-{line[2]}",
                scaled(line[6], 2),
            )


def limits(tables: MedicareTables, path: Path) -> Iterator[tuple[Service, str, int]]:
    """Read the amounts after the outpatient limit; C is priced by the contractor."""
    for line in lines_of(path):
        if len(line) == 7 and line[2] == "A":
            place = f"{carrier(tables, line[3], line[4])}-{line[4]}"
            yield service(line[0], line[1], facility=True), place, scaled(line[5], 2)
            yield service(line[0], line[1], facility=False), place, scaled(line[6], 2)


def carrier(tables: MedicareTables, carrier: str, locality: str) -> str:
    """Correct the carrier: the file puts all of California under that of its north."""
    try:
        tables.state_of(f"{carrier}-{locality}", ON)
    except UnknownPlaceError:
        assert carrier == NORTH
        return SOUTH
    return carrier


def service(code: str, modifier: str, *, facility: bool) -> Service:
    modifiers = (modifier,) if modifier else ()
    return Service(code=code, on=ON, modifiers=modifiers, facility=facility)


def assert_reproduced(tables: MedicareTables, amounts: Amounts) -> None:
    """Compare every amount, priced singly and as a batch."""
    places = sorted({place for _, place, _ in amounts})
    services = [each for each, _, _ in amounts]
    settings = [places.index(place) for _, place, _ in amounts]
    columns = ServiceColumns.of(services, settings=settings)
    batch = price_columns(columns, tables.schedule(ON, places))
    wrong = []
    for row, (each, place, cents) in enumerate(amounts):
        if not cents == batch.cents[row] == price_service(each, *tables.physician(ON, place)).cents:
            wrong.append((each.code, each.modifiers, place, cents))
    assert wrong == []


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        (("fee_schedules_2025_2026", "PFREV4.txt"), 3_052),
        (("pfs_payment_amount_2025c_sample", "PFREV25C.txt"), 218),
    ],
)
def test_every_published_amount_is_reproduced(
    official_tables: MedicareTables, parts: tuple[str, str], count: int
) -> None:
    amounts = list(payments(official(*parts)))
    assert len(amounts) == count
    assert_reproduced(official_tables, amounts)


def test_every_published_outpatient_limit_is_reproduced(official_tables: MedicareTables) -> None:
    path = official("rvu25d_2025oct", "OPPSCAP_Oct.csv")
    amounts = list(limits(official_tables, path))
    assert len(amounts) == 2 * 6_670
    assert_reproduced(official_tables, amounts)


def test_an_amount_that_is_a_cent_off_is_seen(official_tables: MedicareTables) -> None:
    amounts = list(payments(official("pfs_payment_amount_2025c_sample", "PFREV25C.txt")))
    each, place, cents = amounts[0]
    with pytest.raises(AssertionError):
        assert_reproduced(official_tables, [(each, place, cents + 1)])


def test_every_row_has_a_price_or_a_reason(official_tables: MedicareTables) -> None:
    rows, setting = official_tables.physician(ON, "10112-00")
    assert len(rows) == 19_090
    for code, modifier in rows:
        price = price_service(service(code, modifier, facility=False), rows, setting)
        values = rows[code, modifier]
        priced = price.outcome is Outcome.PRICED
        assert (price.cents or 0) > 0 if priced else price.reason, (code, modifier)
        assert priced is (values.status in "ART" and bool(values.total(facility=False)))
