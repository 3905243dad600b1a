"""SNIP type 3 of remittances: line, claim and payment add up."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import adjusted_cents, cents, total, unequal
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_remits import note_paid, unusual_remit
from cleanclaim.x12.segments import Loop, Segment

# The amounts of a PLB follow their reasons: PLB04, 06, 08, 10, 12, 14.
_PLB_PLACES = range(4, 15, 2)


@check(
    "X12.3.SVC03",
    guides=("835",),
    at="2110/SVC",
    code="IK5:5",
    source="835, SVC03 (2110)",
    message="the line is paid {said} but charge less adjustments make {summed}",
    failing=but("835", ("SVC*HC:99213:25*100*70", "SVC*HC:99213:25*100*71")),
    applies=unusual_remit,
)
def line_balances(service: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """What is paid on a line is its charge less its adjustments."""
    charge = cents(service, 2)
    if charge is None:
        return ()
    return unequal("SVC03", cents(service, 3), charge - adjusted_cents(_adjustments(line)))


@check(
    "X12.3.CLP04",
    guides=("835",),
    at="2100/CLP",
    code="IK5:5",
    source="835, CLP04 (2100)",
    message="the claim is paid {said} but charge less adjustments make {summed}",
    failing=but("835", ("CLP*C-2*4*25*0", "CLP*C-2*4*25*1")),
    applies=unusual_remit,
)
def claim_balances(header: Segment, claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What is paid on a claim is its charge less all adjustments, the lines' too."""
    charge, said = cents(header, 3), cents(header, 4)
    note_paid(scope, said or 0)
    if charge is None:
        return ()
    return unequal("CLP04", said, charge - _adjusted(claim))


@check(
    "X12.3.BPR02",
    guides=("835",),
    at="end/BPR",
    code="IK5:5",
    source="835, BPR02",
    message="the payment is {said} but claims less provider adjustments make {summed}",
    failing=but("835", ("BPR*I*125", "BPR*I*126")),
)
def payment_balances(payment: Segment, _header: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The payment is the sum of what claims were paid, less the provider adjustments (PLB)."""
    withheld = [cents(each, place) for each in scope.unit.find_all("PLB") for place in _PLB_PLACES]
    summed = scope.tally.get("paid", 0) - total(withheld)
    return unequal("BPR02", cents(payment, 2), summed)


@check(
    "X12.3.CLP03",
    guides=("835",),
    at="2100/CLP",
    code="IK5:5",
    severity=Severity.WARN,
    source="835, CLP03 (2100) and SVC02 (2110)",
    message="the claim was charged {said} but its lines were charged {summed}",
    failing=but("835", ("CLP*C-1*1*150*", "CLP*C-1*1*160*")),
    applies=unusual_remit,
)
def charges_of_lines_make_the_claim(
    header: Segment, claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The charge of a claim is that of its lines, where the payer judged lines."""
    services = [each for line in claim.loops for each in line.segments[:1] if each.id == "SVC"]
    charges = [cents(each, 2) for each in services]
    if not charges or None in charges:
        return ()
    return unequal("CLP03", cents(header, 3), total(charges))


@check(
    "X12.3.CLP05",
    guides=("835",),
    at="2100/CLP",
    code="IK5:5",
    severity=Severity.WARN,
    source="835, CLP05 (2100) and CAS*PR",
    message="the patient is said to owe {said} but the adjustments (PR) make {summed}",
    failing=but("835", ("150*110*20*12", "150*110*25*12")),
    applies=unusual_remit,
)
def patient_owes_what_adjustments_say(
    header: Segment, claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """What the patient owes is the sum of the adjustments of group PR.

    A reversal (22) and a predetermination (25) ask nothing of the patient.
    """
    if header.get(2) in ("22", "25"):
        return ()
    return unequal("CLP05", cents(header, 5), _adjusted(claim, "PR"))


def _adjusted(claim: Loop, group: str = "") -> int:
    """Sum what a claim and its lines were adjusted by, by one group or by all."""
    summed = adjusted_cents(_adjustments(claim, group))
    for line in claim.loops:
        summed += adjusted_cents(_adjustments(line, group))
    return summed


def _adjustments(loop: Loop, group: str = "") -> list[Segment]:
    return [
        each for each in loop.segments if each.id == "CAS" and (not group or each.get(1) == group)
    ]
