"""Every family of edits has a desk that mends its findings, and fields that a claim has."""

import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import EDITS, find_mending, lacking_by_family, unchecked
from cleanclaim.edits.examples import AS_OF, CLEAN, REFERENCE, STAY, TEETH
from cleanclaim.edits.menders import FAMILIES, Field, Mender, NoMenderError, mending_of

PROVIDERS = {"identifiers", "clia"}


@pytest.mark.parametrize("family", sorted({each.family for each in EDITS.values()}))
def test_somebody_mends_each_family(family: str) -> None:
    assert mending_of(family).mender in Mender


def test_a_family_without_a_mender_is_noticed() -> None:
    with pytest.raises(NoMenderError):
        mending_of("a family that nobody mends")


def test_what_is_about_providers_goes_to_credentialing() -> None:
    found = {name for name, each in FAMILIES.items() if each.mender is Mender.CREDENTIALING}
    assert found == PROVIDERS


def test_the_field_that_a_rule_names_comes_first() -> None:
    assert find_mending("MODIFIER.FORM").fields[0] is Field.MODIFIERS
    assert find_mending("LINE.UNITS").fields[0] is Field.UNITS
    assert find_mending("PROCEDURE.FORM").fields[0] is Field.CODE
    assert set(find_mending("LINE.UNITS").fields) == set(FAMILIES["lines"].fields)


@pytest.mark.parametrize(
    ("rule", "mender"),
    [
        ("CRED.NOT_YET_EFFECTIVE", Mender.CREDENTIALING),
        ("COVERAGE.INACTIVE", Mender.FRONT_DESK),
        ("USER.KNEE-SIDE", Mender.BILLER),
        ("X12.999", Mender.BILLER),
        ("DX.UNKNOWN-TO-US", Mender.BILLER),
    ],
)
def test_what_no_edit_found_has_a_desk_too(rule: str, mender: Mender) -> None:
    assert find_mending(rule).mender is mender


def test_what_was_not_checked_is_told_by_family_as_the_registry_tells_it() -> None:
    batch = ClaimBatch.of([CLEAN, STAY, TEETH], AS_OF)
    for reference in (Reference(), REFERENCE):
        told = lacking_by_family(batch, reference)
        assert [tuple(each) for each in told] == unchecked(batch, reference)
    (first, *_) = lacking_by_family(batch, Reference())
    assert "an ICD-10-CM release" in first["diagnoses"]
