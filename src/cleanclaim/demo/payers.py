"""The five payers of the synthetic practice, each with plans, prices and policies of its own."""

from collections.abc import Mapping, Sequence

import msgspec

from cleanclaim.app.enrolling import PayerTerms
from cleanclaim.claims.parties import Address
from cleanclaim.payers.sandbox.profile import (
    Contract,
    FaultRule,
    Member,
    PayerProfile,
    Plan,
    Policy,
    Review,
)

_TERMS = "terms of a synthetic payer"


class DemoPayer(msgspec.Struct, frozen=True):
    """A payer's terms, its plans, and how much of the practice's fee it allows (percent)."""

    terms: PayerTerms
    plans: dict[str, Plan]
    allowed_percent: int
    policy: Policy
    share: int
    sequestration_percent: int = 0
    delay_days: int = 9


def _plans(**plans: tuple[int, int, int]) -> dict[str, Plan]:
    """Name plans by deductible and copay in dollars and coinsurance in percent."""
    return {
        name: Plan(name.replace("_", " ").title(), d * 100, c * 100, p, 400_000)
        for name, (d, c, p) in plans.items()
    }


# Medical necessity most of all, so that there is a cause with many denials to work.
_REVIEW = (("CO", "197"), *(4 * (("CO", "50"),)), ("CO", "16"), ("PR", "204"))
_SIDES: dict[str, tuple[str, ...]] = {"20610": ("LT", "RT", "50")}

PAYERS: Mapping[str, DemoPayer] = {
    "prairie": DemoPayer(
        PayerTerms("Blue Prairie Health", "BPH01", "BL", 180, 180, _TERMS),
        _plans(silver=(500, 25, 20), gold=(150, 20, 10)),
        72,
        Policy(
            modifiers_required=_SIDES,
            enrollment_required=False,
            timely_days=180,
            review=Review(5, _REVIEW),
        ),
        30,
    ),
    "heartland": DemoPayer(
        PayerTerms("Heartland Choice HMO", "HCH02", "HM", 90, 60, _TERMS),
        _plans(hmo=(0, 30, 0)),
        64,
        Policy(
            authorization_required=("97110",),
            modifiers_required=_SIDES,
            timely_days=90,
            review=Review(6, _REVIEW),
        ),
        20,
    ),
    "summit": DemoPayer(
        PayerTerms("Summit Mutual", "SUM03", "CI", 365, 180, _TERMS),
        _plans(ppo=(750, 0, 20), supplement=(0, 0, 0)),
        80,
        Policy(modifiers_required=_SIDES, timely_days=365, review=Review(3, _REVIEW)),
        20,
        delay_days=14,
    ),
    "medicare": DemoPayer(
        PayerTerms("Medicare Part B (synthetic)", "MCRSYN", "MB", None, 120, "42 CFR 405.942"),
        _plans(part_b=(283, 0, 20)),
        58,
        Policy(modifiers_required=_SIDES, timely_days=365, review=Review(2, (("CO", "50"),))),
        20,
        sequestration_percent=2,
        delay_days=14,
    ),
    "medicaid": DemoPayer(
        PayerTerms("Plains Medicaid (synthetic)", "PLMD05", "MC", 180, 90, _TERMS),
        _plans(standard=(0, 0, 0)),
        45,
        Policy(modifiers_required=_SIDES, timely_days=180, review=Review(5, _REVIEW)),
        10,
        delay_days=21,
    ),
}


# The 835 has a shorter list of filing indicators than the 837: PPO and indemnity stand in.
_REMIT_INDICATORS = {"BL": "12", "CI": "15"}


def make_profile(
    payer: DemoPayer,
    *,
    number: int,
    fees: Mapping[str, int],
    members: Sequence[Member],
    faults: Sequence[FaultRule],
    seed: int,
) -> PayerProfile:
    """Make the simulator's profile: it allows a part of each fee, by code."""
    prices = {code: cents * payer.allowed_percent // 100 for code, cents in fees.items()}
    policy, indicator = payer.policy, payer.terms.filing_indicator
    if policy.review is not None:
        review = msgspec.structs.replace(policy.review, seed=seed)
        policy = msgspec.structs.replace(policy, review=review)
    return PayerProfile(
        name=payer.terms.name.upper().replace("(", "").replace(")", ""),
        identifier=payer.terms.identifier,
        tax_id=f"99000000{number}",
        address=Address(f"{number} PAYER PLAZA", "SPRINGFIELD", "IL", "627040000"),
        contact_name="PROVIDER SERVICES",
        contact_phone="8005550100",
        plans=payer.plans,
        contract=Contract(prices, sequestration_percent=payer.sequestration_percent),
        policy=policy,
        members=tuple(members),
        claim_filing=_REMIT_INDICATORS.get(indicator, indicator),
        delay_days=payer.delay_days,
        delay_spread_days=4,
        recoup_after_days=20,
        recoup_notice_days=14,
        faults=tuple(faults),
    )
