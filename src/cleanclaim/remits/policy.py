"""What in a remittance a person must approve before it is posted, as dated configuration."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span
from cleanclaim.remits.model import Remit

DENIED = "4"
LATER_PAYERS = frozenset({"2", "3", "20", "21"})
_TAKEN_BACK = frozenset({"WO", "FB", "WU", "B3", "AP", "J1"})


class ApprovalKind(StrEnum):
    """What a policy may want a person to look at first."""

    REVERSAL = "reversal"  # the payer takes a decision back (CLP02 = 22)
    RECOUPMENT = "recoupment"  # the payment is lowered for earlier ones (PLB)
    DENIAL = "denial"  # nothing was paid and the claim is denied (CLP02 = 4)
    LATER_PAYER_FIRST = "later_payer_first"  # a second payer decides before the first
    WITHDRAWAL = "withdrawal"  # the payer takes money from the account (BPR03 = D)
    TYPED = "typed"  # entered by hand, from paper or a portal


class PostingRule(msgspec.Struct, frozen=True):
    """A kind that needs approval in ``span`` where more than ``above_cents`` is at stake."""

    kind: ApprovalKind
    span: Span
    above_cents: int = 0
    source: str = ""


def stakes(remit: Remit) -> Mapping[ApprovalKind, int]:
    """Give the cents at stake by kind, as far as the remittance itself tells.

    Which payer should have decided first only the books know (LATER_PAYER_FIRST).
    """
    reversed_cents = [abs(claim.charge_cents) for claim in remit.claims if claim.is_reversal]
    denied = [claim.charge_cents for claim in remit.claims if claim.status == DENIED]
    taken = [
        change.cents
        for change in remit.provider_adjustments
        if change.reason in _TAKEN_BACK and change.cents > 0
    ]
    found = {
        ApprovalKind.REVERSAL: reversed_cents,
        ApprovalKind.DENIAL: denied,
        ApprovalKind.RECOUPMENT: taken,
        ApprovalKind.WITHDRAWAL: [remit.paid_cents] if remit.credit_debit == "D" else [],
    }
    return {kind: sum(cents) for kind, cents in found.items() if cents}


def approvals_needed(
    found: Mapping[ApprovalKind, int], rules: Iterable[PostingRule]
) -> tuple[ApprovalKind, ...]:
    """Give the kinds that the rules in force want approved, in the order of the enumeration."""
    wanted = {
        rule.kind for rule in rules if rule.kind in found and found[rule.kind] > rule.above_cents
    }
    return tuple(kind for kind in ApprovalKind if kind in wanted)
