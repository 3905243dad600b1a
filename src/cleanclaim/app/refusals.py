"""What a payer refused of a claim: line by line, with the line that leads."""

from datetime import date

import msgspec

from cleanclaim.claims.model import Adjustment
from cleanclaim.denials.classify import Denial as DenialValue
from cleanclaim.denials.classify import classify
from cleanclaim.denials.combinations import Combinations
from cleanclaim.remits.model import RemitClaim, RemitLine


class Refusal(msgspec.Struct, frozen=True):
    """What was refused in all, and the line that leads, None where the claim as a whole was."""

    denial: DenialValue
    line: RemitLine | None


def find_refusal(decision: RemitClaim, on: date, rows: Combinations) -> Refusal | None:
    """Classify line by line, for a paid line may stand beside a denied one; None: no refusal."""
    parts: list[tuple[tuple[Adjustment, ...], tuple[str, ...], int, RemitLine | None]] = [
        (line.adjustments, line.remarks, line.paid_cents, line) for line in decision.lines
    ]
    if decision.adjustments or not parts:
        parts.append((decision.every_adjustment, decision.remarks, decision.paid_cents, None))
    status = decision.status if len(parts) == 1 else "1"
    found = [
        Refusal(denial, line)
        for adjustments, remarks, paid, line in parts
        if (denial := classify(adjustments, remarks, paid, status, on=on, rows=rows))
    ]
    if not found:
        return None
    lead = max(found, key=lambda each: each.denial.cents)
    total = sum(each.denial.cents for each in found)
    partial = decision.paid_cents > 0
    denial = msgspec.structs.replace(lead.denial, cents=total, partial=partial)
    return Refusal(denial, lead.line)
