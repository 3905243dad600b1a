"""Every cent of a decision goes somewhere named; denials move nothing; reversals give back."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.model import Adjustment, Procedure
from cleanclaim.remits.adjustment_reasons import (
    POLICY_REASONS,
    REASON_RULES,
    STANDING_KINDS,
    AllocationKind,
    find_rule,
)
from cleanclaim.remits.allocation import (
    Allocation,
    allocate_claim,
    allocate_provider,
    tie_reference,
)
from cleanclaim.remits.model import ProviderAdjustment, Remit, RemitClaim, RemitLine

ON = date(2026, 3, 31)


def adjust(text: str) -> tuple[Adjustment, ...]:
    """Read "CO-45 20 PR-1 80" as adjustments in dollars."""
    words = text.split()
    codes = zip(words[::2], words[1::2], strict=True)
    pairs = [(*code.split("-"), amount) for code, amount in codes]
    return tuple(Adjustment(group, reason, int(amount) * 100) for group, reason, amount in pairs)


def decide(charge: int, *lines: str, status: str = "1", whole: str = "") -> RemitClaim:
    """Make a decision in dollars; each line is charge, then its adjustments."""
    made = []
    for line in lines:
        dollars, _, rest = line.partition(" ")
        adjustments = adjust(rest)
        cents = int(dollars) * 100
        taken = sum(a.cents for a in adjustments)
        made.append(RemitLine(Procedure("99213"), cents, cents - taken, adjustments=adjustments))
    claim_level = adjust(whole)
    paid = charge * 100 - sum(a.cents for line in made for a in line.adjustments)
    paid -= sum(a.cents for a in claim_level)
    return RemitClaim(
        1, "A", status, charge * 100, paid, adjustments=claim_level, lines=tuple(made)
    )


def dollars(allocations: tuple[Allocation, ...]) -> dict[str, int]:
    """Sum allocations by kind, in dollars."""
    totals: Counter[str] = Counter()
    for row in allocations:
        totals[row.kind.value] += row.cents // 100
    return dict(totals)


def test_a_paid_line_is_payment_contract_and_cost_share() -> None:
    claim = decide(200, "200 CO-45 90 CO-253 2 PR-1 5 PR-2 20 PR-3 3")
    assert dollars(allocate_claim(claim, (1,), on=ON)) == {
        "payment": 80,
        "contractual": 90,
        "sequestration": 2,
        "deductible": 5,
        "coinsurance": 20,
        "copay": 3,
    }


def test_a_deductible_of_everything_and_a_denial_of_everything_differ() -> None:
    deductible = allocate_claim(decide(100, "100 CO-45 40 PR-1 60"), (1,), on=ON)
    denial = allocate_claim(decide(100, "100 CO-197 100", status="4"), (1,), on=ON)
    assert dollars(deductible) == {"contractual": 40, "deductible": 60}
    assert dollars(denial) == {"denial": 100}
    assert {row.kind for row in denial} <= STANDING_KINDS


def test_a_write_down_of_everything_is_left_for_a_person() -> None:
    claim = decide(100, "100 CO-45 100")
    assert dollars(allocate_claim(claim, (1,), on=ON)) == {"unexplained": 100}


def test_a_reason_without_a_rule_stays_open_even_on_a_paid_line() -> None:
    claim = decide(100, "100 CO-999 10 PI-45 20")
    assert dollars(allocate_claim(claim, (1,), on=ON)) == {
        "payment": 70,
        "unexplained": 10,
        "contractual": 20,
    }


@pytest.mark.parametrize(
    ("adjustment", "kind"),
    [
        ("PR-204 100", "denial"),
        ("PR-27 100", "denial"),
        ("PR-999 100", "patient_other"),
        ("CO-24 100", "contractual"),
        ("CO-B7 100", "denial"),
    ],
)
def test_an_unpaid_line_by_its_reason(adjustment: str, kind: str) -> None:
    claim = decide(100, f"100 {adjustment}")
    assert dollars(allocate_claim(claim, (1,), on=ON)) == {kind: 100}


@pytest.mark.parametrize("reason", sorted(POLICY_REASONS))
def test_a_denial_is_the_patients_only_where_the_practice_has_decided_so(reason: str) -> None:
    claim = decide(100, f"100 PR-{reason} 100")
    assert dollars(allocate_claim(claim, (1,), on=ON)) == {"denial": 100}
    decided = allocate_claim(claim, (1,), on=ON, patient_reasons={reason})
    assert dollars(decided) == {"patient_other": 100}
    other = allocate_claim(claim, (1,), on=ON, patient_reasons=POLICY_REASONS - {reason})
    assert dollars(other) == {"denial": 100}


def test_a_reversal_calls_back_from_the_patient_whatever_the_policy_says_now() -> None:
    undone = decide(-100, "-100 PR-204 -100", status="22")
    assert dollars(allocate_claim(undone, (1,), on=ON)) == {"patient_other": -100}


def test_a_secondary_payer_moves_only_what_the_primary_left() -> None:
    """Charge 200: the primary paid 80 and took off 100, so 20 is the secondary's."""
    claim = decide(200, "200 OA-23 180 PR-3 5", status="2")
    assert dollars(allocate_claim(claim, (1,), on=ON, open_cents=2_000)) == {
        "payment": 15,
        "prior_payer": 180,
        "copay": 5,
    }


def test_a_secondary_payer_cannot_write_off_what_the_primary_wrote_off() -> None:
    claim = decide(200, "200 CO-45 100 OA-23 80", status="2")
    assert dollars(allocate_claim(claim, (1,), on=ON, open_cents=2_000)) == {
        "payment": 20,
        "prior_payer": 80,
        "beyond_open": 100,
    }


def test_what_is_paid_beyond_the_open_amount_is_an_overpayment() -> None:
    claim = decide(100, "100 CO-45 20")
    assert dollars(allocate_claim(claim, (1,), on=ON, open_cents=5_000)) == {
        "payment": 50,
        "overpayment": 30,
        "beyond_open": 20,
    }


def test_a_reversal_is_the_exact_opposite_and_knows_no_cap() -> None:
    first = decide(100, "100 CO-45 20 PR-2 10")
    undone = decide(-100, "-100 CO-45 -20 PR-2 -10", status="22")
    plus, minus = dollars(allocate_claim(first, on=ON)), allocate_claim(undone, on=ON)
    assert dollars(minus) == {kind: -value for kind, value in plus.items()}
    assert allocate_claim(undone, on=ON, open_cents=0) == minus


def test_a_predetermination_moves_nothing() -> None:
    claim = decide(100, "100 OA-101 80 PR-2 20", status="25")
    assert allocate_claim(claim, (1,), on=ON) == ()


def test_claim_and_line_adjustments_together_leave_the_payment_of_the_claim() -> None:
    claim = decide(100, "100 CO-45 20", whole="PR-1 30")
    found = allocate_claim(claim, (7,), on=ON)
    assert dollars(found) == {"payment": 50, "contractual": 20, "deductible": 30}
    assert [(row.kind.value, row.line, row.cents) for row in found if row.kind == "payment"] == [
        ("payment", None, -3_000),
        ("payment", 7, 8_000),
    ]


def test_the_rule_in_force_on_the_day_counts() -> None:
    assert find_rule("45", date(2000, 1, 1)) is None
    claim = decide(100, "100 CO-45 20")
    assert "unexplained" in dollars(allocate_claim(claim, on=date(2000, 1, 1)))


def test_each_reason_has_one_rule() -> None:
    assert len({rule.reason for rule in REASON_RULES}) == len(REASON_RULES)
    rules = [find_rule(reason, ON) for reason in ("45", "197", "1", "999")]
    refuses = [rule is not None and rule.recognised is AllocationKind.DENIAL for rule in rules]
    assert refuses == [False, True, False, False]


def test_provider_adjustments_add_to_the_payment_with_the_sign_turned() -> None:
    remit = Remit("", "", "", "", "", "", "", 0, "C", "ACH", ON, "")
    pairs = [
        ("WO", "P900123 M1", 4_000),
        ("L6", "P900123", -150),
        ("FB", "T1", -900),
        ("ZZ", "", 5),
    ]
    adjustments = tuple(ProviderAdjustment(*pair) for pair in pairs)
    remit = Remit(
        "", "", "", "", "", "", "", 0, "C", "ACH", ON, "", provider_adjustments=adjustments
    )
    found = allocate_provider(remit, {"P900123": "k1", "P9": "k2"})
    assert [(row.kind, row.cents, row.claim) for row in found] == [
        (AllocationKind.RECOUPMENT, -4_000, "k1"),
        (AllocationKind.INTEREST, 150, "k1"),
        (AllocationKind.FORWARDING_BALANCE, 900, ""),
        (AllocationKind.PROVIDER_OTHER, -5, ""),
    ]


def test_a_reference_that_fits_two_claims_is_tied_to_none() -> None:
    assert tie_reference("ABCDEF GHIJKL", {"ABCDEF": "k1", "GHIJKL": "k2"}) == ""
    assert tie_reference("ABCDEF GHIJKL", {"ABCDEF": "k1", "ZZZZZZ": "k2"}) == "k1"


reasons = st.sampled_from(["1", "2", "3", "23", "45", "97", "253", "104", "999", "204", "27"])
groups = st.sampled_from(["CO", "PR", "OA", "PI"])
adjustments = st.builds(Adjustment, groups, reasons, st.integers(-5_000, 5_000))


@st.composite
def claims(draw: st.DrawFn) -> RemitClaim:
    """Make claims that pass the gates: charge less adjustments is the payment."""
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        charge = draw(st.integers(0, 20_000))
        taken = tuple(draw(st.lists(adjustments, max_size=4)))
        paid = charge - sum(a.cents for a in taken)
        lines.append(RemitLine(Procedure("99213"), charge, paid, adjustments=taken))
    whole = tuple(draw(st.lists(adjustments, max_size=2)))
    charge = sum(line.charge_cents for line in lines) or draw(st.integers(0, 20_000))
    if lines:
        charge = sum(line.charge_cents for line in lines)
    taken_cents = sum(a.cents for line in lines for a in line.adjustments)
    paid = charge - taken_cents - sum(a.cents for a in whole)
    status = draw(st.sampled_from(["1", "2", "4", "22"]))
    return RemitClaim(1, "A", status, charge, paid, adjustments=whole, lines=tuple(lines))


@given(claims(), st.none() | st.integers(0, 30_000))
def test_allocations_sum_to_the_charge_and_use_no_more_than_is_open(
    claim: RemitClaim, open_cents: int | None
) -> None:
    found = allocate_claim(claim, on=ON, open_cents=open_cents)
    assert sum(row.cents for row in found) == claim.charge_cents
    money = {AllocationKind.PAYMENT, AllocationKind.OVERPAYMENT}
    assert sum(row.cents for row in found if row.kind in money) == claim.paid_cents
    assert len({(row.kind, row.ordinal) for row in found}) == len(found)
    if open_cents is not None and not claim.is_reversal:
        still = STANDING_KINDS | {AllocationKind.OVERPAYMENT}
        assert sum(row.cents for row in found if row.kind not in still) <= open_cents
