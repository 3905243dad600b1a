"""Adjudication balances, never pays too much, and denies for the reason its policy gives."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.model import (
    Adjustment,
    Claim,
    Diagnosis,
    Frequency,
    LineAdjudication,
    OtherCoverage,
    Procedure,
    Responsibility,
    ServiceLine,
)
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Subscriber
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.payers.sandbox import (
    Accumulators,
    Adjudication,
    Contract,
    Mismatch,
    Plan,
    Policy,
    Review,
    Standing,
    adjudicate,
)
from cleanclaim.payers.sandbox.adjudication import lower, reverse
from cleanclaim.payers.sandbox.coordination import spread
from cleanclaim.payers.sandbox.profile import service_key

DAY = date(2026, 3, 2)
RECEIVED = date(2026, 3, 10)
BILLING = Provider(npi=npi_from_stem("123450001"), organization="HILLTOP CLINIC")
RENDERING = Provider(npi=npi_from_stem("123450002"), person=PersonName("DOYLE", "MARA"))
NAME = PersonName("ROWAN", "IVY")
STANDING = Standing("C1", Span(date(2026, 1, 1), date(2026, 12, 31)))
PLAN = Plan("GOLD", 5000, 2000, 20, 100_000)
FREE = Plan("FREE")
CONTRACT = Contract(percent_of_charge=70)
NO_POLICY = Policy()
NEW_YEAR = Accumulators()


def line(charge: int = 10_000, code: str = "99213", **changes: object) -> ServiceLine:
    plain = ServiceLine(1, Procedure(code), charge, Decimal(1), DAY, DAY, (1,))
    return msgspec.structs.replace(plain, **changes)


def claim(*lines: ServiceLine, **changes: object) -> Claim:
    lines = lines or (line(),)
    plain = Claim(
        patient_control_number="P1",
        total_charge_cents=sum(each.charge_cents for each in lines),
        place_of_service="11",
        frequency=Frequency.ORIGINAL,
        billing=BILLING,
        rendering=RENDERING,
        payer=Payer("NORTHLIGHT", "NL01"),
        subscriber=Subscriber(NAME, "W1"),
        patient=Patient(NAME),
        diagnoses=(Diagnosis("J069", "ABK"), Diagnosis("I10")),
        lines=lines,
    )
    return msgspec.structs.replace(plain, **changes)


def decide(
    asked: Claim,
    *,
    plan: Plan = FREE,
    policy: Policy = NO_POLICY,
    contract: Contract = CONTRACT,
    before: Accumulators = NEW_YEAR,
    standing: Standing = STANDING,
    on: date = RECEIVED,
    crosses_over: bool = False,
) -> Adjudication:
    return adjudicate(
        asked, plan, policy, contract, before, on, standing=standing, crosses_over=crosses_over
    )


def reasons(decision: Adjudication) -> set[tuple[str, str]]:
    return {(a.group, a.reason) for each in decision.lines for a in each.adjustments}


def test_copay_deductible_and_coinsurance_come_in_this_order() -> None:
    decision = decide(claim(line(20_000)), plan=PLAN)
    # 14000 allowed - 2000 copay - 5000 deductible = 7000, of which 20 % is 1400.
    assert decision.paid_cents == 5600
    assert decision.lines[0].adjustments == (
        Adjustment("CO", "45", 6000),
        Adjustment("PR", "1", 5000),
        Adjustment("PR", "2", 1400),
        Adjustment("PR", "3", 2000),
    )
    assert decision.accumulators == Accumulators(5000, 8400)
    assert decision.status == "1"


def test_the_copay_is_taken_once_a_claim_and_the_rest_of_it_from_the_next_line() -> None:
    plan = Plan("COPAY", copay_cents=2000)
    decision = decide(claim(line(1000), line(10_000, number=2)), plan=plan)
    assert [each.copay_cents for each in decision.lines] == [700, 1300]


def test_the_out_of_pocket_limit_stops_the_patients_share() -> None:
    decision = decide(claim(line(20_000)), plan=PLAN, before=Accumulators(0, 98_000))
    assert decision.patient_cents == 2000
    assert decision.paid_cents == 12_000
    again = decide(claim(line(20_000)), plan=PLAN, before=decision.accumulators)
    assert (again.patient_cents, again.paid_cents) == (0, 14_000)


def test_listed_prices_go_by_modifier_first_then_code_times_units_up_to_the_charge() -> None:
    contract = Contract({"99213": 9000, "99213-26": 4000})
    plain = line(30_000, units=Decimal(2))
    modified = line(30_000, procedure=Procedure("99213", ("26",)))
    low = line(5000)
    allowed = [
        decide(claim(each), contract=contract).allowed_cents for each in (plain, modified, low)
    ]
    assert allowed == [18_000, 4000, 5000]


def test_a_code_without_price_is_not_covered_unless_a_percentage_prices_it() -> None:
    listed_only = Contract({"99214": 9000})
    assert reasons(decide(claim(), contract=listed_only)) == {("PR", "204")}
    assert reasons(decide(claim(), contract=CONTRACT)) == {("CO", "45")}


def test_sequestration_is_kept_from_the_payment_and_not_from_the_patient() -> None:
    contract = Contract({"99213": 10_000}, sequestration_percent=2)
    decision = decide(claim(), plan=Plan("B", coinsurance_percent=20), contract=contract)
    assert decision.lines[0].adjustments == (
        Adjustment("CO", "253", 160),
        Adjustment("PR", "2", 2000),
    )
    assert decision.paid_cents == 7840


POLICIES = [
    pytest.param(
        ("CO", "197"), Policy(authorization_required=("99213",)), claim(),
        claim(prior_authorization="A7"), id="authorization",
    ),
    pytest.param(
        ("CO", "11"), Policy(mismatches=(Mismatch(("99213",), ("J0",)),)), claim(),
        claim(line(diagnosis_pointers=(2,))), id="diagnosis",
    ),
    pytest.param(
        ("CO", "11"), Policy(mismatches=(Mismatch(("99213",), ("J0",)),)), claim(),
        claim(line(diagnosis_pointers=(1, 2))), id="one diagnosis supports",
    ),
    pytest.param(
        ("CO", "B7"),
        Policy(enrollment_required=True, enrolled_from={RENDERING.npi: DAY}),
        claim(line(starts_on=DAY - timedelta(1))), claim(), id="enrollment",
    ),
    pytest.param(
        ("CO", "B7"),
        Policy(enrollment_required=True, enrolled_from={RENDERING.npi: DAY}),
        claim(rendering=None), claim(line(rendering=RENDERING), rendering=None),
        id="line's own provider",
    ),
    pytest.param(
        ("CO", "29"), Policy(timely_days=8),
        claim(line(starts_on=DAY - timedelta(1), ends_on=DAY - timedelta(1))), claim(),
        id="timely filing",
    ),
    pytest.param(
        ("CO", "4"), Policy(modifiers_required={"99213": ("25", "57")}), claim(),
        claim(line(procedure=Procedure("99213", ("57",)))), id="modifier",
    ),
    pytest.param(
        ("CO", "27"), Policy(), claim(line(starts_on=date(2027, 1, 1))),
        claim(line(starts_on=date(2026, 12, 31))), id="after coverage",
    ),
    pytest.param(
        ("PR", "26"), Policy(), claim(line(starts_on=date(2025, 12, 31))),
        claim(line(starts_on=date(2026, 1, 1))), id="before coverage",
    ),
    pytest.param(
        ("CO", "50"), Policy(review=Review(100, (("CO", "50"),))), claim(), None, id="review",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "policy", "against", "within"), POLICIES)
def test_each_policy_denies_what_is_against_it_and_nothing_else(
    reason: tuple[str, str], policy: Policy, against: Claim, within: Claim | None
) -> None:
    denied = decide(against, policy=policy)
    assert reasons(denied) == {reason}
    assert (denied.paid_cents, denied.status) == (0, "4")
    assert reasons(decide(against, standing=Standing("C1", Span(date(1900, 1, 1))))) == {
        ("CO", "45")
    }
    if within is not None:
        assert reasons(decide(within, policy=policy)) == {("CO", "45")}


def test_a_service_paid_before_is_a_duplicate_until_a_modifier_tells_them_apart() -> None:
    asked = claim()
    standing = Standing("C2", STANDING.coverage, frozenset({service_key(asked, 0)}))
    assert reasons(decide(asked, standing=standing)) == {("CO", "18")}
    apart = claim(line(procedure=Procedure("99213", ("76",))))
    assert reasons(decide(apart, standing=standing)) == {("CO", "45")}
    lenient = Policy(denies_duplicates=False)
    assert reasons(decide(asked, policy=lenient, standing=standing)) == {("CO", "45")}


def test_one_denied_line_leaves_the_others_paid() -> None:
    policy = Policy(authorization_required=("70551",))
    decision = decide(claim(line(), line(90_000, "70551", number=2)), policy=policy)
    assert [each.paid_cents for each in decision.lines] == [7000, 0]
    assert (decision.status, decision.lines[1].remarks) == ("1", ("M62",))


def secondary(prior_paid: int, prior_patient: int, charge: int = 20_000) -> Claim:
    contractual = charge - prior_paid - prior_patient
    answered = LineAdjudication(
        "PRIME",
        prior_paid,
        Procedure("99213"),
        Decimal(1),
        (Adjustment("CO", "45", contractual), Adjustment("PR", "1", prior_patient)),
        RECEIVED,
    )
    prime = Payer("PRIME HEALTH", "PRIME")
    other = OtherCoverage(Responsibility.PRIMARY, "18", Subscriber(NAME, "Z1"), prime)
    return claim(
        line(charge, adjudications=(answered,)),
        responsibility=Responsibility.SECONDARY,
        other_coverages=(other,),
    )


@pytest.mark.parametrize(
    ("prior_paid", "prior_patient", "paid", "contractual"),
    [(9000, 3000, 3000, 0), (12_000, 3000, 2000, 1000), (15_000, 2000, 0, 2000), (0, 0, 0, 0)],
)
def test_a_later_payer_pays_the_least_of_what_is_left(
    prior_paid: int, prior_patient: int, paid: int, contractual: int
) -> None:
    decision = decide(secondary(prior_paid, prior_patient), plan=PLAN)
    amounts = {(a.group, a.reason): a.cents for a in decision.lines[0].adjustments}
    assert decision.paid_cents == paid
    assert amounts.get(("CO", "45"), 0) == contractual
    assert amounts[("OA", "23")] == 20_000 - prior_patient
    assert (decision.status, decision.accumulators) == ("2", Accumulators())


def test_a_claim_level_answer_of_the_earlier_payer_is_spread_by_charge() -> None:
    asked = secondary(0, 0)
    other = msgspec.structs.replace(
        asked.other_coverages[0], paid_cents=9000, adjustments=(Adjustment("PR", "2", 3001),)
    )
    lines = (line(10_000), line(20_000, number=2))
    spread_out = msgspec.structs.replace(asked, lines=lines, other_coverages=(other,))
    assert [each.paid_cents for each in decide(spread_out).lines] == [1000, 2001]


def test_a_later_payer_that_is_told_nothing_denies() -> None:
    silent = msgspec.structs.replace(secondary(9000, 3000), lines=(line(),))
    assert reasons(decide(silent)) == {("CO", "22")}
    nobody = msgspec.structs.replace(secondary(9000, 3000), other_coverages=())
    assert reasons(decide(nobody)) == {("CO", "22")}


def test_a_claim_goes_over_to_the_next_payer_only_where_there_is_one() -> None:
    following = OtherCoverage(
        Responsibility.SECONDARY, "18", Subscriber(NAME, "Z1"), Payer("NEXT", "NX")
    )
    both = claim(other_coverages=(following,))
    assert decide(both, crosses_over=True).status == "19"
    assert decide(both).status == "1"
    assert decide(claim(), crosses_over=True).status == "1"


cents = st.integers(0, 10**7)
percents = st.integers(0, 100)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    limit = draw(st.none() | cents)
    return Plan("ANY", draw(cents), draw(cents), draw(percents), limit)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    prices = draw(st.dictionaries(st.sampled_from(["99213", "99214"]), cents))
    return Contract(prices, draw(st.none() | percents), draw(percents))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    charges = draw(st.lists(cents, min_size=1, max_size=4))
    codes = st.sampled_from(["99213", "99214", "70551"])
    lines = [line(charge, draw(codes), number=n) for n, charge in enumerate(charges, 1)]
    if draw(st.booleans()):
        return claim(*lines)
    base = secondary(0, 0)
    adjustments = (Adjustment("PR", "1", draw(cents)),)
    paid = draw(st.none() | cents)
    other = msgspec.structs.replace(
        base.other_coverages[0], paid_cents=paid, adjustments=adjustments
    )
    return msgspec.structs.replace(base, lines=tuple(lines), other_coverages=(other,))


accumulators = st.builds(Accumulators, cents, cents)


@given(claims(), plans(), contracts(), accumulators)
def test_every_line_balances_and_nothing_is_paid_above_allowed_or_charge(
    asked: Claim, plan: Plan, contract: Contract, before: Accumulators
) -> None:
    decision = decide(asked, plan=plan, contract=contract, before=before)
    for each in decision.lines:
        assert each.charge_cents - sum(a.cents for a in each.adjustments) == each.paid_cents
        assert 0 <= each.paid_cents <= each.allowed_cents <= each.charge_cents or (
            each.denied and each.paid_cents == 0
        )
        assert all(a.cents > 0 for a in each.adjustments)
    assert decision.accumulators.deductible_cents >= before.deductible_cents
    assert decision.accumulators.out_of_pocket_cents >= before.out_of_pocket_cents
    if plan.out_of_pocket_max_cents is not None:
        limit = max(plan.out_of_pocket_max_cents, before.out_of_pocket_cents)
        assert decision.accumulators.out_of_pocket_cents <= limit
    share = decision.cost_share
    gained = decision.accumulators.out_of_pocket_cents - before.out_of_pocket_cents
    assert share.out_of_pocket_cents == gained


@given(claims(), plans(), contracts(), percents)
def test_a_reversal_undoes_a_decision_and_a_lowered_one_still_balances(
    asked: Claim, plan: Plan, contract: Contract, percent: int
) -> None:
    decision = decide(asked, plan=plan, contract=contract)
    undone = reverse(decision)
    assert undone.status == "22"
    assert decision.paid_cents + undone.paid_cents == 0
    assert decision.charge_cents + undone.charge_cents == 0
    assert decision.patient_cents + undone.patient_cents == 0
    lowered = lower(decision, percent)
    assert 0 <= lowered.paid_cents <= decision.paid_cents
    assert lowered.patient_cents == decision.patient_cents


@given(cents, st.lists(cents, min_size=1, max_size=6))
def test_spreading_loses_no_cent(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert (sum(parts), len(parts)) == (amount, len(weights))
    assert min(parts) >= 0


@pytest.mark.parametrize("asked", [claim(line(-500)), secondary(0, 300, -500)])
def test_a_charge_below_zero_is_not_paid(asked: Claim) -> None:
    assert decide(asked, plan=PLAN).paid_cents == 0


def test_a_line_that_does_not_balance_cannot_exist() -> None:
    paid = decide(claim()).lines[0]
    with pytest.raises(ValueError, match="payment"):
        msgspec.structs.replace(paid, paid_cents=paid.paid_cents + 1)
