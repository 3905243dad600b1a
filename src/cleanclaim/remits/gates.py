"""The gates: what must hold of a remit before a cent of it moves.

Claim-level and line-level adjustments together explain a claim; a claim without lines is
balanced at claim level alone. Nothing is ever forced into balance: a remit that fails stays out
whole, for a person.
"""

from collections.abc import Collection, Iterator

from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import format_dollars
from cleanclaim.remits.model import Remit, RemitClaim, RemitLine

_SOURCE = "835 guide 005010X221A1, balancing"
_ASK = "ask the payer for a corrected remittance"
CARRIED = frozenset({"WO", "FB"})


def _finding(rule: str, place: str, message: str, hint: str = _ASK) -> Finding:
    return Finding(rule, Severity.BLOCK, place, message, hint, _SOURCE)


def _unequal(stated: int, computed: int) -> str:
    return f"{format_dollars(stated)} is stated, {format_dollars(computed)} follows"


def payment_balances(remit: Remit) -> Iterator[Finding]:
    """G1: the payment (BPR02) is the claims' payments (CLP04) less the provider's (PLB)."""
    claims = sum(claim.paid_cents for claim in remit.claims)
    provider = sum(adjustment.cents for adjustment in remit.provider_adjustments)
    stated = -remit.paid_cents if remit.credit_debit == "D" else remit.paid_cents
    if stated != claims - provider:
        message = f"the payment does not balance: {_unequal(stated, claims - provider)}"
        yield _finding("REMIT.G1", "BPR02", message)


def claim_balances(claim: RemitClaim) -> Iterator[Finding]:
    """G2: charge (CLP03) less every adjustment of claim and lines is the payment (CLP04)."""
    expected = claim.charge_cents - sum(a.cents for a in claim.every_adjustment)
    if expected != claim.paid_cents:
        message = f"the claim does not balance: {_unequal(claim.paid_cents, expected)}"
        yield _finding("REMIT.G2", f"claim {claim.ordinal}", message)


def line_balances(claim: RemitClaim, number: int, line: RemitLine) -> Iterator[Finding]:
    """G3: a line's charge (SVC02) less its adjustments is its payment (SVC03)."""
    expected = line.charge_cents - sum(a.cents for a in line.adjustments)
    if expected != line.paid_cents:
        message = f"the line does not balance: {_unequal(line.paid_cents, expected)}"
        yield _finding("REMIT.G3", f"claim {claim.ordinal}, line {number}", message)


def lines_sum_to_claim(claim: RemitClaim) -> Iterator[Finding]:
    """G4: the lines' charges (SVC02) sum to the claim's (CLP03), where there are lines."""
    total = sum(line.charge_cents for line in claim.lines)
    if claim.lines and total != claim.charge_cents:
        message = f"the lines do not add up: {_unequal(claim.charge_cents, total)}"
        yield _finding("REMIT.G4", f"claim {claim.ordinal}", message)


def carried_references_close(remit: Remit) -> Iterator[Finding]:
    """G5: a balance carried forward or taken back (PLB WO, FB) nets to zero or ages as open.

    Within one remit it rarely does; what stays open is told, not refused, and the ledger keeps
    it by reference until its other half comes.
    """
    open_cents: dict[tuple[str, str], int] = {}
    for adjustment in remit.provider_adjustments:
        if adjustment.reason in CARRIED:
            key = (adjustment.reason, adjustment.reference)
            open_cents[key] = open_cents.get(key, 0) + adjustment.cents
    for (reason, reference), cents in open_cents.items():
        if not reference:
            message = f"{reason} of {format_dollars(cents)} has no reference to follow"
            yield Finding("REMIT.G5", Severity.WARN, "PLB", message, _ASK, _SOURCE)
        elif cents:
            message = f"{reason} of {format_dollars(cents)} stays open under its reference"
            yield Finding("REMIT.G5", Severity.INFO, "PLB", message, "", _SOURCE)


def transmission_is_whole(remit: Remit) -> Iterator[Finding]:
    """G6: the count at the end (SE01) is there and is that of the segments that arrived."""
    if remit.segments_declared is None:
        yield _finding("REMIT.G6", "SE01", "the end of the transaction or its count is missing")
    elif remit.segments_declared != remit.segments_counted:
        message = (
            f"{remit.segments_declared} segments are declared, {remit.segments_counted} arrived"
        )
        yield _finding("REMIT.G6", "SE01", message)


def payee_is_ours(
    remit: Remit, payee_npis: Collection[str], payee_tins: Collection[str]
) -> Iterator[Finding]:
    """G7: the payee's NPI is one of ours, or its TIN is where no NPI is given."""
    if remit.payee_npi:
        ours = remit.payee_npi in payee_npis
    else:
        ours = bool(remit.payee_tin) and remit.payee_tin.replace("-", "") in payee_tins
    if not ours:
        hint = "give it to whom it belongs; do not post it"
        yield _finding("REMIT.G7", "1000B", "the payee is not of this practice", hint)


def patient_share_agrees(claim: RemitClaim) -> Iterator[Finding]:
    """Tell where the patient's share (CLP05) is not the sum of the PR adjustments."""
    total = sum(a.cents for a in claim.every_adjustment if a.group == "PR")
    if not claim.is_reversal and claim.patient_responsibility_cents != total:
        stated = claim.patient_responsibility_cents
        message = f"the patient's share differs: {_unequal(stated, total)}"
        place = f"claim {claim.ordinal}"
        yield Finding("REMIT.PATIENT_SHARE", Severity.WARN, place, message, "", _SOURCE)


def check(
    remit: Remit, payee_npis: Collection[str], payee_tins: Collection[str]
) -> tuple[Finding, ...]:
    """Give everything that speaks against posting the remit, those of reading it first.

    The remit may be posted if none of them blocks. The bank's side (G8) and whether it was
    posted before are for whoever holds those records.
    """
    found = list(remit.findings)
    found.extend(transmission_is_whole(remit))
    found.extend(payee_is_ours(remit, payee_npis, payee_tins))
    found.extend(payment_balances(remit))
    for claim in remit.claims:
        found.extend(claim_balances(claim))
        for number, line in enumerate(claim.lines, 1):
            found.extend(line_balances(claim, number, line))
        found.extend(lines_sum_to_claim(claim))
        found.extend(patient_share_agrees(claim))
    found.extend(carried_references_close(remit))
    return tuple(found)
