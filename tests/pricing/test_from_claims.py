"""A batch of claims is priced line by line and claim by claim."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Procedure, ServiceLine
from cleanclaim.edits.examples import CLEAN
from cleanclaim.pricing.columns import OUTCOMES
from cleanclaim.pricing.from_claims import ClaimPrices, price_claims
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.tables import MedicareTables
from pricing.libraries import small_library

ON = date(2026, 3, 2)
HERE = "10112-00"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> MedicareTables:
    return MedicareTables(small_library(Path(tmp_path_factory.mktemp("library"))))


def line(code: str, *modifiers: str, on: date | None = ON, **given: object) -> ServiceLine:
    made = ServiceLine(
        number=1,
        procedure=Procedure(code, modifiers),
        charge_cents=100_000,
        units=Decimal(1),
        starts_on=on,
        ends_on=on,
    )
    return msgspec.structs.replace(made, **given)


def claim(*lines: ServiceLine, place_of_service: str = "11") -> Claim:
    return msgspec.structs.replace(CLEAN, lines=lines, place_of_service=place_of_service)


def priced(
    tables: MedicareTables, *claims: Claim, localities: list[str] | None = None
) -> ClaimPrices:
    return price_claims(ClaimBatch.of(claims), tables, localities or [HERE] * len(claims))


def test_lines_are_priced_in_their_place_and_year(tables: MedicareTables) -> None:
    told = priced(
        tables,
        claim(line("99213"), line("99213", place_of_service="21")),
        claim(line("99213", on=date(2025, 3, 2))),
        claim(line("99213"), place_of_service="22"),
        claim(line("99213")),
        localities=[HERE, HERE, HERE, "01112-05"],
    )
    assert told.line_cents.tolist() == [6_435, 4_983, 6_232, 4_983, 8_522]
    assert told.claim_cents.tolist() == [11_418, 6_232, 4_983, 8_522]
    assert told.missing == ()


def test_the_lines_of_a_claim_and_day_are_priced_together(tables: MedicareTables) -> None:
    both = priced(tables, claim(line("11042"), line("11042")))
    apart = priced(tables, claim(line("11042"), line("11042", on=date(2026, 3, 3))))
    others = priced(tables, claim(line("11042")), claim(line("11042")))
    assert both.claim_cents.tolist() == [12_869 + 6_435]
    assert apart.claim_cents.tolist() == [2 * 12_869]
    assert others.claim_cents.tolist() == [12_869] * 2


def test_minutes_are_anesthesia_s(tables: MedicareTables) -> None:
    asleep = line("00100", "AA", units=Decimal(60), unit_basis="MJ")
    assert priced(tables, claim(asleep)).claim_cents.tolist() == [17_379]


def test_a_price_is_no_more_than_the_charge(tables: MedicareTables) -> None:
    assert priced(tables, claim(line("99213", charge_cents=5_000))).claim_cents.tolist() == [5_000]


def test_what_is_paid_nothing_counts_nothing_and_what_is_unknown_leaves_no_price(
    tables: MedicareTables,
) -> None:
    told = priced(
        tables,
        claim(line("99213"), line("99080")),
        claim(line("99213"), line("80053")),
        claim(line("99213"), line("99213", units=Decimal("1.5"))),
        claim(line("99213"), line("99213", on=None)),
        claim(line("992131")),
        claim(),
    )
    assert told.claim_cents.tolist() == [6_435, -1, -1, -1, -1, -1]
    outcomes = [OUTCOMES[each] for each in told.line_outcome.tolist()]
    assert outcomes[1] is Outcome.BUNDLED
    assert outcomes[3] is Outcome.OTHER_SCHEDULE
    assert outcomes[5] is outcomes[7] is Outcome.NEEDS_FACT
    assert outcomes[8] is Outcome.NOT_LISTED


def test_missing_tables_and_places_are_named_and_stop_nothing_else(
    tables: MedicareTables,
) -> None:
    told = priced(
        tables,
        claim(line("99213", on=date(2024, 3, 2))),
        claim(line("99213")),
        claim(line("99213")),
        claim(line("99213")),
        localities=[HERE, HERE, "10112-77", ""],
    )
    assert told.claim_cents.tolist() == [-1, 6_435, -1, -1]
    assert len(told.missing) == 2
    assert any("pfs_values" in each for each in told.missing)
    assert any("10112-77" in each for each in told.missing)


def test_an_empty_batch_has_no_prices(tables: MedicareTables) -> None:
    told = priced(tables)
    assert len(told.line_cents) == len(told.claim_cents) == 0
