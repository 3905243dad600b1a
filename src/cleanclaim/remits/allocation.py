"""A payer's decision turned into what it does to the receivable, cent by cent.

The allocations of a claim always sum to its charge (CLP03), and its payments to CLP04: no line
exists that is not in the file, and none of the file is lost. A denial, an unexplained reason and
an earlier payer's decision move nothing.

**Later payers.** What a secondary payer owes is what the primary left to the patient. Its OA-23
restates what the primary paid and took off; both were posted then, so it moves nothing here. A
later payer often repeats the primary's CO-45 as well: what goes beyond the open amount is
``beyond_open`` and moves nothing either.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from cleanclaim.claims.model import Adjustment
from cleanclaim.remits.adjustment_reasons import (
    PATIENT_KINDS,
    POLICY_REASONS,
    REASON_RULES,
    STANDING_KINDS,
    AllocationKind,
    ReasonRule,
    find_rule,
)
from cleanclaim.remits.model import Remit, RemitClaim, RemitLine
from cleanclaim.remits.provider_level import find_reason

_COST_SHARES = frozenset({"1", "2", "3", "66", "241"})
# Who takes from the open amount first: money that came, then what others owe.
_ORDER = (
    AllocationKind.PAYMENT,
    *sorted(PATIENT_KINDS),
    AllocationKind.SEQUESTRATION,
    AllocationKind.WITHHOLD,
    AllocationKind.CONTRACTUAL,
)
_REFERENCE_MIN = 6


class Allocation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of a decision, in signed cents.

    For a claim, positive cents lower the receivable and a reversal keeps its negative sign.
    ``line`` is our line number, None for the claim as a whole or a line that could not be told;
    ``remit_line`` the payer's line from 1, 0 for the claim. ``ordinal`` makes the id unique with
    ``kind``. For a provider-level adjustment, positive cents add to the payment (the file's sign
    turned round), ``reference`` is the payer's and ``claim`` our key where it names a claim.
    """

    kind: AllocationKind
    cents: int
    ordinal: int
    line: int | None = None
    remit_line: int = 0
    group: str = ""
    reason: str = ""
    reference: str = ""
    claim: str = ""


def _is_recognised(paid_cents: int, adjustments: Iterable[Adjustment]) -> bool:
    """Tell whether the payer accepted a service, though it may have paid nothing for it."""
    return paid_cents != 0 or any(
        adjustment.cents
        and (
            (adjustment.group == "PR" and adjustment.reason in _COST_SHARES)
            or (adjustment.group == "OA" and adjustment.reason == "23")
        )
        for adjustment in adjustments
    )


def _kind(
    adjustment: Adjustment,
    rule: ReasonRule | None,
    *,
    recognised: bool,
    patient_reasons: Collection[str],
) -> AllocationKind:
    """Decide what one adjustment does."""
    if adjustment.group == "PR":
        owed = rule is None or (rule.is_policy and rule.reason in patient_reasons)
        return AllocationKind.PATIENT_OTHER if owed or rule is None else rule.patient
    if rule is None:
        return AllocationKind.UNEXPLAINED
    return rule.recognised if recognised else rule.unpaid


class _Part(msgspec.Struct, frozen=True):
    """A claim as a whole, or one of its lines, to be allocated."""

    paid_cents: int
    adjustments: tuple[Adjustment, ...]
    recognised: bool
    remit_line: int = 0
    line: int | None = None


def _line_part(line: RemitLine, remit_line: int, number: int | None) -> _Part:
    recognised = _is_recognised(line.paid_cents, line.adjustments)
    return _Part(line.paid_cents, line.adjustments, recognised, remit_line, number)


def _parts(claim: RemitClaim, lines: Sequence[int | None]) -> list[_Part]:
    """Cut a claim into itself and its lines, so that the payments sum to the claim's."""
    paid_on_lines = sum(line.paid_cents for line in claim.lines)
    recognised = _is_recognised(claim.paid_cents, claim.every_adjustment)
    whole = _Part(claim.paid_cents - paid_on_lines, claim.adjustments, recognised)
    numbers = (*lines, *[None] * (len(claim.lines) - len(lines)))
    pairs = zip(claim.lines, numbers, strict=True)
    return [whole, *(_line_part(line, n, number) for n, (line, number) in enumerate(pairs, 1))]


def allocate_claim(
    claim: RemitClaim,
    lines: Sequence[int | None] = (),
    *,
    on: date,
    open_cents: int | None = None,
    rules: Collection[ReasonRule] = REASON_RULES,
    patient_reasons: Collection[str] = (),
) -> tuple[Allocation, ...]:
    """Say what a decision does to the claim it was matched to.

    ``lines`` are our line numbers by the remit's lines (from matching), ``on`` the day whose
    reason rules count (the payment's), ``open_cents`` what this payer still owes on the claim,
    None where that is not known. A reversal is never capped: it gives back what was taken. A
    predetermination decides nothing and has no allocations. ``patient_reasons`` are those of
    the denials that the practice lets its patients owe.
    """
    if claim.is_predetermination:
        return ()
    if claim.is_reversal:
        # Whatever counted then, what went to the patient comes back, and no more.
        patient_reasons = POLICY_REASONS
    found: list[Allocation] = []
    for part in _parts(claim, lines):
        if part.paid_cents:
            payment = AllocationKind.PAYMENT
            found.append(
                Allocation(payment, part.paid_cents, len(found) + 1, part.line, part.remit_line)
            )
        for adjustment in part.adjustments:
            rule = find_rule(adjustment.reason, on, rules)
            found.append(
                Allocation(
                    _kind(
                        adjustment,
                        rule,
                        recognised=part.recognised,
                        patient_reasons=patient_reasons,
                    ),
                    adjustment.cents,
                    len(found) + 1,
                    part.line,
                    part.remit_line,
                    adjustment.group,
                    adjustment.reason,
                )
            )
    found = [allocation for allocation in found if allocation.cents]
    if open_cents is None or claim.is_reversal:
        return tuple(found)
    return _cap(found, open_cents)


def _cap(found: Iterable[Allocation], open_cents: int) -> tuple[Allocation, ...]:
    """Let no more than the open amount be used; the rest is an overpayment or beyond open."""
    standing = [row for row in found if row.kind in STANDING_KINDS]
    moving = [row for row in found if row.kind not in STANDING_KINDS]
    # What gives back comes first, then by kind: a payment is the surest fact there is.
    moving.sort(key=lambda row: (row.cents > 0, _ORDER.index(row.kind), row.ordinal))
    left = open_cents
    kept: list[Allocation] = []
    for row in moving:
        used = row.cents if row.cents < 0 else min(row.cents, max(left, 0))
        left -= used
        kept.extend(_split(row, used))
    return tuple(sorted((*standing, *kept), key=lambda row: (row.ordinal, row.kind)))


def _split(row: Allocation, used: int) -> list[Allocation]:
    """Part an allocation into what is used and what goes beyond."""
    beyond = AllocationKind.BEYOND_OPEN
    if row.kind is AllocationKind.PAYMENT:
        beyond = AllocationKind.OVERPAYMENT
    parts = ((row.kind, used), (beyond, row.cents - used))
    return [msgspec.structs.replace(row, kind=kind, cents=cents) for kind, cents in parts if cents]


def allocate_provider(
    remit: Remit, claim_numbers: Mapping[str, str] | None = None
) -> tuple[Allocation, ...]:
    """Say what the provider-level adjustments (PLB) add to or take from the payment.

    ``claim_numbers`` maps our control numbers and the payer's claim numbers to our claim keys; a
    reference that contains exactly one claim's number is tied to it. The claims' payments plus
    these cents are the payment (BPR02).
    """
    numbers = claim_numbers or {}
    return tuple(
        Allocation(
            _provider_kind(adjustment.reason, remit.paid_on),
            -adjustment.cents,
            ordinal,
            reason=adjustment.reason,
            reference=adjustment.reference,
            claim=tie_reference(adjustment.reference, numbers),
        )
        for ordinal, adjustment in enumerate(remit.provider_adjustments, 1)
        if adjustment.cents
    )


def _provider_kind(reason: str, on: date | None) -> AllocationKind:
    row = find_reason(reason, on or date.max)
    return AllocationKind.PROVIDER_OTHER if row is None else row.kind


def tie_reference(reference: str, claim_numbers: Mapping[str, str]) -> str:
    """Find the one claim whose number a PLB reference is or contains; "" if none or several."""
    if reference in claim_numbers:
        return claim_numbers[reference]
    found = {
        key
        for number, key in claim_numbers.items()
        if len(number) >= _REFERENCE_MIN and number in reference
    }
    return found.pop() if len(found) == 1 else ""
