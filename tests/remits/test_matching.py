"""Claims and lines are found by what agrees, and never by a guess."""

from datetime import date

import msgspec
import pytest

from cleanclaim.claims.model import Procedure
from cleanclaim.remits.matching import (
    CandidateClaim,
    CandidateLine,
    Matched,
    MatchStep,
    Unmatched,
    UnmatchedReason,
    compare_claim,
    match_claim,
    match_lines,
)
from cleanclaim.remits.model import RemitClaim, RemitLine

ON = date(2026, 3, 2)


def code(text: str) -> Procedure:
    first, *modifiers = text.split("-")
    return Procedure(first, tuple(modifiers))


def paid(text: str, cents: int = 10_000, **changes: object) -> RemitLine:
    line = RemitLine(code(text), cents, cents, starts_on=ON)
    return msgspec.structs.replace(line, **changes)


def ours(number: int, text: str, cents: int = 10_000, control: str = "") -> CandidateLine:
    return CandidateLine(number, code(text), cents, ON, control)


CLAIM = RemitClaim(
    ordinal=1,
    patient_control_number="ACCT-00123",
    status="1",
    charge_cents=10_000,
    paid_cents=10_000,
    payer_claim_number="P9",
    member_id="M77",
    lines=(paid("99213-25"),),
)
OURS = CandidateClaim(
    key="k1",
    patient_control_number="ACCT-00123",
    charge_cents=10_000,
    member_id="M77",
    starts_on=ON,
    lines=(ours(1, "99213-25"),),
)


def replaced(claim: RemitClaim, **changes: object) -> RemitClaim:
    return msgspec.structs.replace(claim, **changes)


def candidate(**changes: object) -> CandidateClaim:
    return msgspec.structs.replace(OURS, **changes)


@pytest.mark.parametrize(
    ("claim", "candidates", "how"),
    [
        (CLAIM, [OURS, candidate(key="k2", patient_control_number="X")], "control_number"),
        (
            replaced(CLAIM, patient_control_number="?"),
            [candidate(payer_claim_numbers=("P9",))],
            "payer_claim_number",
        ),
        (
            replaced(CLAIM, patient_control_number="acct123", lines=(paid("99213"),)),
            [candidate(patient_control_number="ACCT-123")],
            "mangled_control_number",
        ),
        (
            replaced(CLAIM, patient_control_number="ACCT00123"),
            [candidate(patient_control_number="ACCT-00123-77")],
            "mangled_control_number",
        ),
        (replaced(CLAIM, patient_control_number="0"), [OURS], "member_and_service"),
        (
            replaced(CLAIM, status="22", charge_cents=-10_000, member_id="", lines=()),
            [OURS],
            "control_number",
        ),
    ],
)
def test_each_step_finds_the_claim(
    claim: RemitClaim, candidates: list[CandidateClaim], how: str
) -> None:
    found = match_claim(claim, candidates)
    assert isinstance(found, Matched)
    assert (found.key, found.how) == ("k1", MatchStep(how))


def test_two_equal_candidates_stay_unmatched() -> None:
    found = match_claim(CLAIM, [OURS, candidate(key="k2")])
    assert found == Unmatched(UnmatchedReason.SEVERAL_CANDIDATES, ("k1", "k2"))


def test_the_payers_number_decides_between_an_original_and_its_correction() -> None:
    corrected = candidate(key="k2", payer_claim_numbers=("P9",))
    found = match_claim(CLAIM, [OURS, corrected])
    assert isinstance(found, Matched)
    assert found.key == "k2"


def test_a_control_number_alone_is_not_enough() -> None:
    stranger = replaced(
        CLAIM, charge_cents=55_500, member_id="Z", lines=(paid("70450"),), payer_claim_number="Q"
    )
    found = match_claim(stranger, [OURS])
    assert found == Unmatched(UnmatchedReason.CONTRADICTED, ("k1",))


def test_nothing_alike_is_no_candidate() -> None:
    stranger = replaced(CLAIM, patient_control_number="", payer_claim_number="", member_id="")
    assert match_claim(stranger, [OURS]) == Unmatched(UnmatchedReason.NO_CANDIDATE)


@pytest.mark.parametrize(
    ("theirs", "candidates", "numbers"),
    [
        ([paid("99213")], [ours(1, "99213-25")], (1,)),
        ([paid("99213-25")], [ours(1, "99213"), ours(2, "99213-25")], (2,)),
        ([paid("99213")], [ours(1, "99213-25"), ours(2, "99213-57")], (None,)),
        ([paid("99213"), paid("99213")], [ours(1, "99213"), ours(2, "99213")], (None, None)),
        (
            [paid("99213"), paid("99213", 5_000)],
            [ours(1, "99213"), ours(2, "99213", 5_000)],
            (1, 2),
        ),
        ([paid("99213-59")], [ours(1, "99213")], (None,)),
        ([paid("99213", -10_000)], [ours(1, "99213")], (1,)),
        ([paid("99213", starts_on=date(2026, 3, 3))], [ours(1, "99213")], (None,)),
        ([paid("99212", submitted_procedure=code("99214"))], [ours(4, "99214")], (4,)),
        (
            [paid("97110", 4_000, control_number="L2"), paid("97110", 6_000, control_number="L2")],
            [ours(1, "97110", control="L1"), ours(2, "97110", control="L2")],
            (2, 2),
        ),
        (
            [paid("97110", control_number="L2"), paid("97110")],
            [ours(1, "97110", control="L1"), ours(2, "97110", control="L2")],
            (2, 1),
        ),
    ],
)
def test_lines_are_told_apart_or_left(
    theirs: list[RemitLine], candidates: list[CandidateLine], numbers: tuple[int | None, ...]
) -> None:
    assert match_lines(theirs, candidates) == numbers


def test_a_line_that_the_payer_split_is_told_by_the_sum_of_its_parts() -> None:
    mine = [ours(1, "97110-GP", 20_000), ours(2, "97140-GP", 5_000)]
    parts = [paid("97110", 12_000), paid("97110", 8_000), paid("97140", 5_000)]
    assert match_lines(parts, mine) == (1, 1, 2)


def test_parts_that_do_not_sum_or_could_be_of_two_lines_stay_untold() -> None:
    parts = [paid("97110", 12_000), paid("97110", 7_999)]
    assert match_lines(parts, [ours(1, "97110", 20_000)]) == (None, None)
    twice = [ours(1, "97110-GP", 20_000), ours(2, "97110-GO", 20_000)]
    parts = [paid("97110", 12_000), paid("97110", 8_000)]
    assert match_lines(parts, twice) == (None, None)


def test_lines_that_the_payer_merged_stay_untold() -> None:
    mine = [ours(1, "97110", 10_000), ours(2, "97110", 10_000)]
    assert match_lines([paid("97110", 20_000)], mine) == (None,)


def test_what_agrees_and_what_differs_is_told_by_name() -> None:
    candidate = CandidateClaim("k", "OTHER", CLAIM.charge_cents, "", ON)
    told = compare_claim(CLAIM, candidate)
    assert "charge" in told.agrees
    assert "control number" in told.differs
    assert len(told.agrees) + len(told.differs) == 6
