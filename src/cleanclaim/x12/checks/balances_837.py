"""SNIP type 3 of claims: the charges of the lines and what other payers paid add up."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.money import format_dollars
from cleanclaim.x12.checks.amounts import adjusted_cents, cents, total, unequal
from cleanclaim.x12.checks.claim_lookups import glance, judged_lines, name_in, strangers
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

# Where a service line says its charge: SV102, SV203, SV302.
_CHARGES = {"SV1": 2, "SV2": 3, "SV3": 2}
# The sample's line as another payer decided on it, and that payer with the day of its decision.
_DECIDED_LINE = "SVD*SP001*50*HC:99212**1~\nCAS*CO*45*20**253*10~\nDTP*573*D8*20260110~\n"
_DATED = "PI*SP001~\nDTP*573*D8*20260110~"


@check(
    "X12.3.CLM02",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:400",
    source="837, CLM02 (2300)",
    message="the claim charges {said} but its lines charge {summed}",
    failing=but("837P", ("CLM*C-1*150*", "CLM*C-1*151*")),
)
def lines_sum_to_claim(claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The charge of a claim is the sum of the charges of its lines."""
    seen = scope.once(glance)
    charges = [cents(each.segment, _CHARGES[each.segment.id]) for each in seen.services]
    if not charges or None in charges or len(charges) != len(seen.lines):
        return ()
    return unequal("CLM02", cents(claim, 2), total(charges))


@check(
    "X12.3.SV102",
    guides=CLAIMS,
    at=("2400/SV1", "2400/SV2", "2400/SV3"),
    applies=unusual_claim,
    code="STC:A7:672",
    source="837, SVD02 and CAS (2430)",
    message="the line charges {said} but the payer's payment and adjustments make {summed}",
    failing=but("837P", ("SVD*SP001*50*", "SVD*SP001*51*")),
)
def payers_account_for_the_line(service: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """What each payer paid and adjusted on a line is the line's charge.

    A payer may split a line over several 2430; a line it bundled into another (SVD06) has its
    money elsewhere and is not judged.
    """
    if not any(each.id == "2430" for each in line.loops):
        return ()
    by_payer: dict[str, list[Loop]] = {}
    for judged in line.children("2430"):
        if judged.opener.id == "SVD":
            by_payer.setdefault(judged.opener.get(1), []).append(judged)
    charge = cents(service, _CHARGES[service.id])
    return tuple(broken for loops in by_payer.values() for broken in _line_differs(charge, loops))


def _line_differs(charge: int | None, loops: list[Loop]) -> tuple[Broken, ...]:
    decisions = [each.opener for each in loops]
    paid = [cents(each, 2) for each in decisions]
    if None in paid or any(each.get(6) for each in decisions):
        return ()
    summed = total(paid) + sum(adjusted_cents(each.find_all("CAS")) for each in loops)
    return tuple(
        Broken(broken.element, broken.at, "2430", words=broken.words)
        for broken in unequal("SVD02", charge, summed, at=decisions[0])
    )


@check(
    "X12.3.2320_AMT_D",
    guides=CLAIMS,
    at="2320/AMT*D",
    applies=unusual_claim,
    code="STC:A7:672",
    source="837, AMT*D (2320)",
    message="the payer is said to have paid {said} but paid {summed} on the lines",
    failing=but("837P", ("AMT*D*40", "AMT*D*45")),
)
def payer_paid_what_the_lines_say(amount: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """AMT*D is the sum of SVD02 of that payer, less what it adjusted on the claim as a whole.

    Nothing can be said where the payer did not judge the lines.
    """
    payer = name_in(other, "2330B").get(9)
    if amount.get(1) != "D" or not payer:
        return ()
    paid = [cents(each.opener, 2) for each in judged_lines(scope, payer)]
    if not paid or None in paid:
        return ()
    return unequal("AMT02", cents(amount, 2), total(paid) - adjusted_cents(other.find_all("CAS")))


@check(
    "X12.3.2320_CAS",
    guides=CLAIMS,
    at="2320/AMT*D",
    applies=unusual_claim,
    code="STC:A7:672",
    source="837, CLM02; AMT*D and CAS (2320)",
    message="the claim charges {said} but the payer's payment and adjustments make {summed}",
    failing=but("837P", ("AMT*D*40~", "AMT*D*60~"), (_DECIDED_LINE, ""), ("PI*SP001~", _DATED)),
    passing=but("837P", ("AMT*D*40~", "AMT*D*70~"), (_DECIDED_LINE, ""), ("PI*SP001~", _DATED)),
)
def payer_accounts_for_the_claim(amount: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What a payer that did not go into lines paid and adjusted is the charge of the claim."""
    adjustments = other.find_all("CAS")
    payer = name_in(other, "2330B").get(9)
    if amount.get(1) != "D" or not adjustments:
        return ()
    if scope.once(strangers) or judged_lines(scope, payer):
        return ()
    claim, paid = scope.unit.find("CLM"), cents(amount, 2)
    if claim is None or paid is None:
        return ()
    return unequal("AMT02", cents(claim, 2), paid + adjusted_cents(adjustments), at=amount)


@check(
    "X12.3.2320_AMT_A8",
    guides=CLAIMS,
    at="2320/AMT*A8",
    applies=unusual_claim,
    code="STC:A7:596",
    source="837, AMT*A8 (2320)",
    message="the claim charges {summed} but what was passed by the payer (AMT*A8) is {said}",
    failing=but("837P", ("CAS*PR*3*10~\nAMT*D*40~", "AMT*A8*70~"), (_DECIDED_LINE, "")),
    passing=but("837P", ("CAS*PR*3*10~\nAMT*D*40~", "AMT*A8*80~"), (_DECIDED_LINE, "")),
)
def bypassed_amount_is_the_charge(
    amount: Segment, _other: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Where a payer was passed over (A8), all that the claim charges was."""
    claim = scope.unit.find("CLM")
    charge = cents(claim, 2) if claim and amount.get(1) == "A8" else None
    return unequal("AMT02", cents(amount, 2), charge) if charge is not None else ()


@check(
    "X12.3.CHARGE_SIGN",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:693",
    source="837, CLM02",
    message="the charge of the claim is below zero",
    failing=but(
        "837P",
        ("CLM*C-1*150*", "CLM*C-1*-150*"),
        ("99213:25*100*", "99213:25*-100*"),
        ("36415*50*", "36415*-50*"),
    ),
    passing=but(
        "837P",
        ("CLM*C-1*150*", "CLM*C-1*0*"),
        ("99213:25*100*", "99213:25*0*"),
        ("36415*50*", "36415*0*"),
    ),
)
def charge_is_not_negative(claim: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim charges something or nothing."""
    return (Broken("CLM02"),) if claim.get(2)[:1] == "-" and cents(claim, 2) else ()


@check(
    "X12.3.TAX",
    guides=CLAIMS,
    at="2400/AMT",
    code="STC:A7:583",
    source="837, AMT*T and F4 (837I: GT and N8) and the charge of the line (2400)",
    message="taxes and postage are {summed}, more than the line's charge of {said}",
    failing=but("837P", ("REF*6R*L-1~", "REF*6R*L-1~\nAMT*T*60~\nAMT*F4*60~")),
    passing=but("837P", ("REF*6R*L-1~", "REF*6R*L-1~\nAMT*T*60~\nAMT*F4*40~")),
)
def charge_contains_the_tax(amount: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The charge of a line contains its taxes and postage."""
    parts = line.find_all("AMT", "T", "F4", "GT", "N8")
    if not parts or parts[0] is not amount:
        return ()
    return _more_than(total(cents(each, 2) for each in parts), charge_of(line), "AMT02")


@check(
    "X12.3.NON_COVERED",
    guides=("837I",),
    at="2400/SV2+7",
    code="STC:A7:596",
    source="837I, SV207 and SV203",
    message="the non-covered charge {summed} is more than the line's charge of {said}",
    failing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0250**1200*UN*30**1201~")),
    passing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0250**1200*UN*30**1200~")),
)
def non_covered_is_charged(service: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """What is not covered of a line is a part of its charge."""
    if not service.get(7):
        return ()
    return _more_than(cents(service, 7), charge_of(line), "SV207")


@check(
    "X12.3.PATIENT_PAID",
    guides=CLAIMS,
    at="2300/AMT*F5,F3",
    code="STC:A7:178",
    severity=Severity.WARN,
    source="837, AMT*F5 (837I: F3) and CLM02",
    message="the patient's share {summed} is more than the claim's charge of {said}",
    failing=but("837P", ("REF*G1", "AMT*F5*151~\nREF*G1")),
    passing=but("837P", ("REF*G1", "AMT*F5*150~\nREF*G1")),
)
def patient_paid_no_more(amount: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """What a patient paid, or is to pay, is no more than the charge."""
    header = claim.find("CLM")
    if amount.get(1) not in ("F5", "F3") or header is None:
        return ()
    return _more_than(cents(amount, 2), cents(header, 2), "AMT02")


@check(
    "X12.3.LIABILITY",
    guides=CLAIMS,
    at=("2320/AMT*EAF", "2430/AMT*EAF"),
    applies=unusual_claim,
    code="STC:A7:639",
    severity=Severity.WARN,
    source="837, AMT*EAF (2320, 2430) and CLM02",
    message="the patient is said to owe {summed}, more than the claim's charge of {said}",
    failing=but("837P", ("AMT*D*40~", "AMT*D*40~\nAMT*EAF*81~")),
    passing=but("837P", ("AMT*D*40~", "AMT*D*40~\nAMT*EAF*30~")),
)
def patient_owes_no_more(amount: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What a patient owes after a payer's decision is no more than the charge of the claim."""
    claim = scope.unit.find("CLM")
    if amount.get(1) != "EAF" or claim is None:
        return ()
    return _more_than(cents(amount, 2), cents(claim, 2), "AMT02")


def _more_than(part: int | None, whole: int | None, element: str) -> tuple[Broken, ...]:
    """Find fault with a part that is more than its whole, where both could be read."""
    if part is None or whole is None or part <= whole:
        return ()
    words = {"said": format_dollars(whole), "summed": format_dollars(part)}
    return (Broken(element, words=words),)


def charge_of(line: Loop) -> int | None:
    """Give the charge of a service line in cents, None where it says none that can be read."""
    for service in line.segments:
        place = _CHARGES.get(service.id)
        if place is not None:
            return cents(service, place)
    return None
