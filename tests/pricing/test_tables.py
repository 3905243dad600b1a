"""Prices from the tables in force on a day."""

from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES_QUALIFYING
from cleanclaim.pricing.batch import price_columns
from cleanclaim.pricing.billed import BilledClaim, BilledLine
from cleanclaim.pricing.columns import ServiceColumns
from cleanclaim.pricing.contract_text import read_contract
from cleanclaim.pricing.contracts import price_claim
from cleanclaim.pricing.physician import price_service, price_services
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables, TableMissingError, UnknownPlaceError
from pricing.libraries import add, relative_values, small_library

ON = date(2026, 3, 2)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path)


@pytest.fixture
def tables(library: Library) -> MedicareTables:
    return MedicareTables(library, locality="10112-00")


def price(tables: MedicareTables, code: str, on: date = ON, locality: str = "") -> int | None:
    rows, setting = tables.physician(on, locality)
    return price_service(Service(code=code, on=on), rows, setting).cents


def test_the_tables_of_the_day_and_place_are_asked(tables: MedicareTables) -> None:
    # (1.00 + 0.869 + 0.0575) of 33.4009 and of 32.3465; (1.088 + 1.419 + 0.0445) of 33.4009.
    assert price(tables, "99213") == 6_435
    assert price(tables, "99213", date(2025, 3, 2)) == 6_232
    assert price(tables, "99213", locality="01112-05") == 8_522


def test_a_qualifying_clinician_has_the_factor_of_the_year_or_the_own_file(
    library: Library,
) -> None:
    qualifying = MedicareTables(library, locality="10112-00", qualifying=True)
    assert price(qualifying, "99213") == 6_467
    add(library, RELATIVE_VALUES_QUALIFYING, relative_values("40.0000"))
    own = MedicareTables(Library(library.folder), locality="10112-00", qualifying=True)
    assert price(own, "99213") == 7_706


def test_a_missing_table_is_named(tables: MedicareTables, tmp_path: Path) -> None:
    with pytest.raises(TableMissingError, match=r"pfs_values .* is not loaded for 2024-03-02"):
        tables.physician(date(2024, 3, 2))
    empty = MedicareTables(Library(tmp_path / "none"), locality="10112-00")
    assert len(empty.missing_for_anesthesia(ON)) == 2
    told = empty.prices([Service(code="99213", on=ON)], year=None, locality="")
    assert told[0].outcome is Outcome.NEEDS_FACT
    assert "pfs_values" in told[0].reason


def test_a_place_that_does_not_exist_is_refused(tables: MedicareTables) -> None:
    assert tables.locality_of_zip("94110-1234", ON) == "01112-05"
    assert tables.state_of("01112-05", ON) == "CA"
    with pytest.raises(UnknownPlaceError, match="ZIP code 00000"):
        tables.locality_of_zip("00000", ON)
    with pytest.raises(UnknownPlaceError, match="no locality 10112-99"):
        tables.physician(ON, "10112-99")


def test_anesthesia_comes_from_its_two_tables(tables: MedicareTables) -> None:
    rows, setting = tables.physician(ON)
    service = Service(code="00100", on=ON, modifiers=("AA",), minutes=60)
    assert price_service(service, rows, setting).cents == 9 * 1_931
    assert tables.missing_for_anesthesia(ON) == ()


def test_columns_of_a_table_price_as_its_rows(tables: MedicareTables) -> None:
    rows, setting = tables.physician(ON)
    assert len(rows) == len(list(rows)) == 8
    services = [
        Service(code=code, on=ON, modifiers=(modifier,) if modifier else (), facility=facility)
        for code, modifier in [*rows, ("99999", ""), ("11042", "55"), ("11042", "50")]
        for facility in (False, True)
    ]
    groups = [0] * len(services)
    schedule = tables.schedule(ON, ["10112-00"])
    batch = price_columns(ServiceColumns.of(services, groups), schedule)
    assert [batch.at(place) for place in range(len(services))] == [
        (price.cents, price.outcome) for price in price_services(services, rows, setting)
    ]


def test_a_contract_is_pinned_to_a_year_and_place(tables: MedicareTables) -> None:
    contract, problems = read_contract(
        '{"name": "Test", "terms": [{"name": "all", "starts_on": "2026-01-01", "pays": '
        '{"method": "percent_of_medicare", "percent": 110, "year": 2025, "locality": "01112-05"}}]}'
    )
    assert problems == ()
    assert contract is not None
    lines = tuple(BilledLine(Service(code="99213", on=on)) for on in (ON, date(2028, 2, 29), ON))
    told = price_claim(BilledClaim(on=ON, lines=lines), contract, tables)
    # (1.088 + 1.419 + 0.0445) of 32.3465 is 82.53 dollars.
    assert [each.cents for each in told.lines] == [9_078] * 3


def test_other_schedules_are_asked_by_code(tables: MedicareTables) -> None:
    fees, release = tables.laboratory("80053", ON)
    assert (fees["80053", ""].cents, release) == (1_056, "Laboratory fee schedule 2026")
    assert tables.drug("J0897", ON)[0]["J0897"].limit == 29_856
    assert tables.drug("J0001", ON)[0] == {}
    found, _ = tables.equipment("E0143", "AL", ON)
    assert [(each.modifiers, each.rural_cents) for each in found] == [(("NU",), 9_000)]
    assert tables.equipment("E0144", "AL", ON)[0] == []
    with pytest.raises(TableMissingError, match="pen"):
        tables.equipment("B4034", "AL", ON)
