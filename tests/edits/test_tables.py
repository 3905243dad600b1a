"""Edits over the reference store: what is not in force on a claim's days is said, per claim."""

import pickle
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables.ncci import MUE_PRACTITIONER, UnitLimit
from cleanclaim.edits import EDITS, edit, scrub, unchecked
from cleanclaim.edits.examples import AS_OF, CLEAN, SERVICE_ON, changed, with_line
from cleanclaim.kernel.findings import Severity

LAST_YEAR = with_line(starts_on=date(2025, 5, 4), ends_on=date(2025, 5, 4))
LIMITS = Held(
    MUE_PRACTITIONER, (UnitLimit("99213", 1, 2, ""),), date(2026, 4, 1), date(2026, 6, 30), "2026q2"
)
REFERENCE = Reference(library=HeldLibrary([LIMITS]))
RULE = "TEST.LIMIT"


@pytest.fixture
def limited() -> Iterator[None]:
    @edit(
        RULE,
        family="limits",
        severity=Severity.WARN,
        source="test",
        message="{units}",
        failing=CLEAN,
        tables=(MUE_PRACTITIONER,),
    )
    def every_line_with_a_limit(batch: ClaimBatch, reference: Reference) -> Found:
        found = Found()
        for table, which in reference.library.divide(MUE_PRACTITIONER, batch.line_starts_on):
            if table is not None:
                marks = batch.flags([False]) & (batch.line_number < 0)
                rows = table.find_packed(batch.line_key[which])
                marks[which] = rows >= 0
                found += batch.lines(marks, units=1).by(table.release.name)
        return found

    yield
    del EDITS[RULE]


def own(found: tuple[msgspec.Struct, ...]) -> list[msgspec.Struct]:
    return [finding for finding in found if getattr(finding, "rule", "") == RULE]


@pytest.mark.usefixtures("limited")
def test_a_claim_of_other_days_is_not_checked_and_others_are() -> None:
    batch = ClaimBatch.of([CLEAN, LAST_YEAR], AS_OF)
    now, then = scrub(batch, REFERENCE, tell_unchecked=False)
    assert [(f.place, f.release) for f in now if f.rule == RULE] == [
        ("line 1", "mue_practitioner 2026q2")
    ]
    assert own(then) == []
    assert ["limits" in families for families in unchecked(batch, REFERENCE)] == [False, True]


@pytest.mark.usefixtures("limited")
def test_what_was_not_checked_names_the_table() -> None:
    (found,) = scrub(ClaimBatch.of([LAST_YEAR], AS_OF), REFERENCE)
    (told,) = (f for f in found if f.rule == RULE)
    assert told.severity is Severity.INFO
    assert 'not checked: needs the table "NCCI unit limits, practitioners"' in told.message


@pytest.mark.usefixtures("limited")
def test_earlier_claims_are_seen_and_not_judged_again() -> None:
    earlier = changed(patient_control_number="EX-0")
    batch = ClaimBatch.of([CLEAN], AS_OF, history=[earlier])
    (found,) = scrub(batch, REFERENCE)
    assert len(own(found)) == 1
    assert len(batch.claim_patient) == 2
    assert batch.claim_patient[0] == batch.claim_patient[1]
    assert batch.to_claims() == (CLEAN,)


def test_a_library_in_memory_travels() -> None:
    library = pickle.loads(pickle.dumps(REFERENCE)).library  # noqa: S301 - written here
    table = library.in_force(MUE_PRACTITIONER, SERVICE_ON)
    assert table is not None
    assert table.row("99213") == UnitLimit("99213", 1, 2, "")
    assert pickle.loads(pickle.dumps(table)).row("99213") is not None  # noqa: S301
    assert library.in_force(MUE_PRACTITIONER, date(2025, 1, 1)) is None
