"""Where services are given decides what they are paid."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address, Provider
from cleanclaim.codes.store.library import Library
from cleanclaim.edits.examples import CLEAN, CLEAN_BY_KIND
from cleanclaim.pricing.localities import localities_of
from cleanclaim.pricing.tables import MedicareTables
from pricing.libraries import small_library

change = msgspec.structs.replace
CALIFORNIA, ELSEWHERE = "94110", "00000"


def at(zip_code: str) -> Address:
    return Address("1 Main Street", "Somewhere", "CA", f"{zip_code}0000")


def billed_from(zip_code: str, **fields: object) -> Claim:
    claim = change(CLEAN, billing=change(CLEAN.billing, address=at(zip_code)), facility=None)
    return change(claim, **fields)


CLAIMS = {
    "who bills": (billed_from(CALIFORNIA), "01112-05"),
    "a facility": (
        billed_from(ELSEWHERE, facility=Provider("Clinic", address=at(CALIFORNIA))),
        "01112-05",
    ),
    "the patient's home": (
        billed_from(
            ELSEWHERE,
            place_of_service="12",
            patient=change(CLEAN.patient, address=at(CALIFORNIA)),
        ),
        "01112-05",
    ),
    "nowhere that is known": (billed_from(ELSEWHERE), ""),
    "no day": (
        billed_from(
            CALIFORNIA, lines=tuple(change(x, starts_on=None, ends_on=None) for x in CLEAN.lines)
        ),
        "",
    ),
}


@pytest.mark.parametrize("where", CLAIMS)
def test_a_claim_has_the_locality_of_its_place(where: str, tmp_path: Path) -> None:
    claim, locality = CLAIMS[where]
    small_library(tmp_path)
    tables = MedicareTables(Library(tmp_path))
    assert localities_of(ClaimBatch.of([claim], date(2026, 5, 6)), tables) == [locality]


def test_other_claims_and_other_years_have_none(tmp_path: Path) -> None:
    small_library(tmp_path)
    tables = MedicareTables(Library(tmp_path))
    kinds = ClaimBatch.of(CLEAN_BY_KIND.values())
    assert localities_of(kinds, tables).count("") >= 2
    assert localities_of(
        ClaimBatch.of([billed_from(CALIFORNIA)]), MedicareTables(Library(Path()))
    ) == [""]
