"""What earlier payers did with a claim, and who comes next, as the later payer reads it."""

import msgspec

from cleanclaim.claims.model import Adjustment, Claim, OtherCoverage, Responsibility, ServiceLine

# The turns in their order; a coverage of unknown turn counts as later than all.
_TURNS = list(Responsibility)


class PriorPayment(msgspec.Struct, frozen=True):
    """What earlier payers paid for a line and left to the patient, in cents."""

    paid_cents: int
    left_cents: int


def prior_payments(claim: Claim) -> tuple[PriorPayment, ...] | None:
    """Give, line by line, what earlier payers did; None where nobody says.

    Line adjudications (2430) are preferred; a claim-level payment (2320) is spread by charge.
    """
    earlier = _earlier(claim)
    if not earlier:
        return None
    identifiers = [coverage.payer.identifier for coverage in earlier]
    if all(any(a.payer_identifier in identifiers for a in line.adjudications)
           for line in claim.lines):  # fmt: skip
        return tuple(_line_payment(line, identifiers) for line in claim.lines)
    if all(coverage.paid_cents is None for coverage in earlier):
        return None
    paid = sum(coverage.paid_cents or 0 for coverage in earlier)
    left = _patient_cents(earlier[-1].adjustments)
    charges = [line.charge_cents for line in claim.lines]
    pairs = zip(spread(paid, charges), spread(left, charges), strict=True)
    return tuple(PriorPayment(*pair) for pair in pairs)


def next_coverage(claim: Claim) -> OtherCoverage | None:
    """Give the coverage whose turn is next after this payer's."""
    turn = _turn(claim.responsibility)
    later = [c for c in claim.other_coverages if _turn(c.responsibility) > turn]
    return min(later, key=lambda coverage: _turn(coverage.responsibility), default=None)


def spread(cents: int, weights: list[int]) -> list[int]:
    """Spread an amount by weights so that the parts sum to it exactly."""
    total = sum(weights)
    if total <= 0:
        return [cents, *[0] * (len(weights) - 1)] if weights else []
    shares, seen, given = [], 0, 0
    for weight in weights:
        seen += weight
        reached = cents * seen // total
        shares.append(reached - given)
        given = reached
    return shares


def _earlier(claim: Claim) -> list[OtherCoverage]:
    turn = _turn(claim.responsibility)
    earlier = [c for c in claim.other_coverages if _turn(c.responsibility) < turn]
    return sorted(earlier, key=lambda coverage: _turn(coverage.responsibility))


def _turn(responsibility: Responsibility) -> int:
    return _TURNS.index(responsibility)


def _line_payment(line: ServiceLine, identifiers: list[str]) -> PriorPayment:
    """Add up the payments; what is left to the patient is the last payer's word."""
    known = [a for a in line.adjudications if a.payer_identifier in identifiers]
    last = max(known, key=lambda a: identifiers.index(a.payer_identifier))
    paid = sum(adjudication.paid_cents for adjudication in known)
    return PriorPayment(max(0, paid), _patient_cents(last.adjustments))


def _patient_cents(adjustments: tuple[Adjustment, ...]) -> int:
    return max(0, sum(a.cents for a in adjustments if a.group == "PR"))
