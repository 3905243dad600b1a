"""What of a remittance a person must approve, by kind, stake and day."""

from datetime import date

import msgspec

from cleanclaim.kernel.spans import Span
from cleanclaim.remits.model import ProviderAdjustment, Remit, RemitClaim
from cleanclaim.remits.policy import ApprovalKind, PostingRule, approvals_needed, stakes
from cleanclaim.remits.provider_level import PROVIDER_REASONS, find_reason

ON = date(2026, 4, 24)
ALWAYS = Span(date(2020, 1, 1))
REMIT = Remit("Payer", "P1", "Us", "", "", "T1", "", 0, "C", "NON", ON, "digest")


def test_stakes_are_told_by_kind() -> None:
    remit = msgspec.structs.replace(
        REMIT,
        claims=(
            RemitClaim(1, "A", "22", -20_000, -14_000),
            RemitClaim(2, "B", "4", 5_000, 0),
            RemitClaim(3, "C", "1", 9_000, 7_000),
        ),
        provider_adjustments=(
            ProviderAdjustment("WO", "R1", 3_000),
            ProviderAdjustment("WO", "R2", -900),
            ProviderAdjustment("L6", "R3", -100),
        ),
    )
    assert stakes(remit) == {
        ApprovalKind.REVERSAL: 20_000,
        ApprovalKind.DENIAL: 5_000,
        ApprovalKind.RECOUPMENT: 3_000,
    }
    debit = msgspec.structs.replace(REMIT, credit_debit="D", paid_cents=100)
    assert stakes(debit) == {ApprovalKind.WITHDRAWAL: 100}
    assert stakes(REMIT) == {}


def test_a_rule_counts_above_its_amount_and_for_its_kind_only() -> None:
    found = {ApprovalKind.RECOUPMENT: 5_000}
    assert approvals_needed(found, [PostingRule(ApprovalKind.RECOUPMENT, ALWAYS, 4_999)]) == (
        ApprovalKind.RECOUPMENT,
    )
    assert approvals_needed(found, [PostingRule(ApprovalKind.RECOUPMENT, ALWAYS, 5_000)]) == ()
    assert approvals_needed(found, [PostingRule(ApprovalKind.DENIAL, ALWAYS)]) == ()


def test_each_provider_level_reason_has_one_row_and_an_unknown_one_has_none() -> None:
    names = [row.reason for row in PROVIDER_REASONS]
    assert len(names) == len(set(names)) > 20
    assert find_reason("ZZ", ON) is None
    assert find_reason("WO", date(2013, 12, 31)) is None
