"""SNIP type 4 of claims: coordination of benefits, where several payers are concerned."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    MEDICARE,
    day,
    judged_lines,
    lines,
    missing,
    name_in,
    other_payers,
    service_span,
    strangers,
    subscriber,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.checks.usual_people import unusual_people
from cleanclaim.x12.segments import Loop, Segment

# The order in which payers are responsible (SBR01); U, unknown, has no place in it.
TURNS = "PSTABCDEFGH"


@check(
    "X12.4.PAYER_TURN",
    guides=CLAIMS,
    at="2320/SBR",
    applies=unusual_claim,
    code="STC:A7:742",
    source="837, SBR01 (2000B, 2320)",
    message="two payers of the claim are said to be {turn} in turn",
    failing=but("837P", ("SBR*P*18*******CI~\nCAS", "SBR*S*18*******CI~\nCAS")),
    passing=but("837P", ("SBR*P*18*******CI~\nCAS", "SBR*U*18*******CI~\nCAS")),
)
def each_payer_has_its_turn(other: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """No two payers of a claim have the same responsibility; unknown may come twice."""
    turn = other.get(1)
    if turn == "U":
        return ()
    before = [scope.once(subscriber).get(1)]
    for each in scope.unit.children("2320"):
        if each is loop:
            break
        before.append(each.opener.get(1))
    return (Broken("SBR01", words={"turn": turn[:1]}),) if turn in before else ()


@check(
    "X12.4.PAYER_BEFORE",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:171",
    severity=Severity.WARN,
    source="837, 2320",
    message="the payer is not the first in turn, but no payer before it is named (2320)",
    failing=but("837P", ("SBR*P*18*G-77", "SBR*S*18*G-77")),
    passing=but("837P", ("SBR*P*18*G-77", "SBR*U*18*G-77")),
)
def payers_before_are_named(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A payer that comes second or later is told who comes before it."""
    who = scope.once(subscriber)
    turn = who.get(1)
    if turn in ("P", "U", ""):
        return ()
    others = {each.opener.get(1) for each in loop.children("2320")}
    earlier = TURNS[: max(TURNS.find(turn), 0)] + "U"
    return () if others & set(earlier) else (Broken("SBR01", who, "2000B"),)


@check(
    "X12.4.LATER_PAYER_PAID",
    guides=CLAIMS,
    at="2320/AMT*D",
    applies=unusual_claim,
    code="STC:A8:742",
    severity=Severity.WARN,
    source="837, AMT*D (2320) and SBR01",
    message="a payer that comes later in turn has already decided",
    failing=but(
        "837P",
        ("SBR*S********CI~", "SBR*P********CI~"),
        ("SBR*P*18*******CI~\nCAS", "SBR*S*18*******CI~\nCAS"),
    ),
)
def payers_decide_in_turn(amount: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A payer that has decided stands before the one the claim goes to."""
    if amount.get(1) != "D":
        return ()
    turns = [other.opener.get(1), scope.once(subscriber).get(1)]
    there, here = (TURNS.find(turn) if turn else -1 for turn in turns)
    return (Broken("SBR01", other.opener),) if there > here >= 0 else ()


@check(
    "X12.4.MEDICARE_SECONDARY",
    guides=("837P", "837D"),
    at="2000B/SBR+9",
    code="STC:A6:578",
    source="837P, SBR05 (2000B)",
    message="Medicare is not the first payer and the reason for that is not given (SBR05)",
    failing=but("837P", ("SBR*P*18*G-77******CI", "SBR*S*18*******MB")),
    passing=but("837P", ("SBR*P*18*G-77******CI", "SBR*U*18*******CI")),
    applies=unusual_people,
)
def reason_for_medicare_secondary(who: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Where Medicare comes second or later, SBR05 says why."""
    if who.get(9) not in MEDICARE or who.get(5) or who.get(1) in ("P", "U"):
        return ()
    return (Broken("SBR05"),)


@check(
    "X12.4.LINE_PAYER",
    guides=CLAIMS,
    at="2430/SVD",
    applies=unusual_claim,
    code="STC:A7:479",
    source="837, SVD01 (2430) and NM109 (2330B)",
    message="the line was decided by a payer that is not among the other payers of the claim",
    failing=but("837P", ("SVD*SP001*", "SVD*SP002*")),
)
def line_was_decided_by_another_payer(
    decision: Segment, _loop: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Who decided on a line is one of the other payers of the claim."""
    return () if decision.get(1) in scope.once(other_payers) else (Broken("SVD01"),)


@check(
    "X12.4.OTHER_PAYER_TWICE",
    guides=CLAIMS,
    at="2330B/NM1",
    applies=unusual_claim,
    code="STC:A7:479",
    severity=Severity.WARN,
    source="837, NM109 (2330B)",
    message="two other payers have one identifier, so that a line cannot tell which decided",
    failing=but(
        "837P",
        (
            "NM1*PR*2*SOUTH PAYER*****PI*SP001~\n",
            "NM1*PR*2*SOUTH PAYER*****PI*SP001~\nSBR*T*18*******CI~\nOI***Y***Y~\n"
            "NM1*IL*1*POND*OTTO****MI*X7~\nNM1*PR*2*SOUTH PAYER*****PI*SP001~\n",
        ),
    ),
)
def other_payers_differ(name: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Each other payer of a claim has its own identifier."""
    first = scope.once(other_payers).get(name.get(9))
    if first is None or name_in(first, "2330B") is name:
        return ()
    return (Broken("NM109"),)


@check(
    "X12.4.PAYMENT_DATE",
    guides=CLAIMS,
    at="2320/AMT*D",
    applies=unusual_claim,
    code="STC:A6:516",
    source="837, DTP*573 (2330B or 2430)",
    message="the payer has decided, but when is told neither for the claim nor for its lines",
    failing=but(
        "837P",
        ("SVD*SP001*50*HC:99212**1~\nCAS*CO*45*20**253*10~\nDTP*573*D8*20260110~\n", ""),
        ("AMT*D*40", "AMT*D*70"),
    ),
    passing=but(
        "837P",
        ("SVD*SP001*50*HC:99212**1~\nCAS*CO*45*20**253*10~\nDTP*573*D8*20260110~\n", ""),
        ("AMT*D*40", "AMT*D*70"),
        ("PI*SP001~", "PI*SP001~\nDTP*573*D8*20260105~"),
    ),
)
def day_of_decision_is_told(amount: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Where another payer has decided, the day is told with the payer or with each line."""
    payer = other.child("2330B")
    if amount.get(1) != "D" or payer is None or payer.find("DTP", "573"):
        return ()
    judged = judged_lines(scope, payer.opener.get(9))
    if any(each.find("DTP", "573") for each in judged) or scope.once(strangers):
        return ()
    return missing(payer, "DTP")


@check(
    "X12.4.PAYMENT_DATE_TWICE",
    guides=CLAIMS,
    at="2330B/DTP",
    applies=unusual_claim,
    code="STC:A8:516",
    severity=Severity.WARN,
    source="837, DTP*573 (2330B)",
    message="the day of the payer's decision is told for the claim as well as for its lines",
    failing=but("837P", ("PI*SP001~", "PI*SP001~\nDTP*573*D8*20260110~")),
)
def day_of_decision_is_told_once(_date: Segment, payer: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The day of a decision stands with the payer only where the lines do not tell it."""
    return (Broken("DTP01"),) if judged_lines(scope, payer.opener.get(9)) else ()


@check(
    "X12.4.PAYMENT_DATE_EARLY",
    guides=CLAIMS,
    at=("2330B/DTP", "2430/DTP"),
    applies=unusual_claim,
    code="STC:A7:516",
    source="837, DTP*573 and DTP*472 or 434",
    message="another payer is said to have decided before the first service",
    failing=but("837P", ("DTP*573*D8*20260110", "DTP*573*D8*20260103")),
    passing=but("837P", ("DTP*573*D8*20260110", "DTP*573*D8*20260104")),
)
def decision_follows_the_service(date: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A payer does not decide before anything was done."""
    first, _ = scope.once(service_span)
    decided_on = day(date.get(3))
    return (Broken("DTP03"),) if decided_on and decided_on < first else ()


@check(
    "X12.4.PAYMENT_AMOUNT",
    guides=CLAIMS,
    at="2320/SBR",
    applies=unusual_claim,
    code="STC:A6:183",
    source="837, AMT*D (2320)",
    message="the payer has decided, but what it paid in all (AMT*D) is not told",
    hint="Send AMT*D with 0 where it paid nothing.",
    failing=but("837P", ("AMT*D*40~\n", "")),
    passing=but(
        "837P",
        ("CAS*PR*3*10~\nAMT*D*40~\n", ""),
        ("SVD*SP001*50*HC:99212**1~\nCAS*CO*45*20**253*10~\nDTP*573*D8*20260110~\n", ""),
    ),
)
def paid_amount_is_told(who: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A payer that adjusted the claim or decided on its lines tells what it paid in all."""
    if other.find("AMT", "D", "A8"):
        return ()
    payer = name_in(other, "2330B").get(9)
    first = scope.once(other_payers).get(payer) is other
    if other.find("CAS") or (first and judged_lines(scope, payer)):
        return (Broken("AMT", who),)
    return ()


@check(
    "X12.4.UNDECIDED",
    guides=CLAIMS,
    at="2320/AMT*A8",
    applies=unusual_claim,
    code="STC:A8:596",
    source="837, AMT*A8 (2320)",
    message="the claim never went to this payer (AMT*A8), yet a payment or adjustment is given",
    failing=but("837P", ("AMT*D*40~", "AMT*D*40~\nAMT*A8*80~")),
    passing=but(
        "837P",
        ("CAS*PR*3*10~\nAMT*D*40~", "AMT*A8*80~"),
        ("SVD*SP001*50*HC:99212**1~\nCAS*CO*45*20**253*10~\nDTP*573*D8*20260110~\n", ""),
    ),
)
def bypassed_payer_decided_nothing(
    amount: Segment, other: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A payer that was passed over (A8) has neither paid nor adjusted."""
    if amount.get(1) != "A8" or not (other.find("CAS") or other.find("AMT", "D")):
        return ()
    return (Broken("AMT01"),)


@check(
    "X12.4.LIABILITY_TWICE",
    guides=CLAIMS,
    at="2430/AMT*EAF",
    applies=unusual_claim,
    code="STC:A8:639",
    severity=Severity.WARN,
    source="837, AMT*EAF (2320 and 2430)",
    message="what the patient still owes is told for the claim as well as for its lines",
    failing=but(
        "837P",
        ("AMT*D*40~", "AMT*D*40~\nAMT*EAF*20~"),
        ("DTP*573*D8*20260110~", "DTP*573*D8*20260110~\nAMT*EAF*20~"),
    ),
    passing=but("837P", ("AMT*D*40~", "AMT*D*40~\nAMT*EAF*20~")),
)
def liability_is_told_once(_amount: Segment, judged: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What the patient owes after a payer stands on the claim or on its lines, not on both."""
    other = scope.once(other_payers).get(judged.opener.get(1))
    return (Broken("AMT01"),) if other and other.find("AMT", "EAF") else ()


@check(
    "X12.4.BUNDLED_LINE",
    guides=CLAIMS,
    at="2430/SVD+6",
    applies=unusual_claim,
    code="STC:A7:526",
    source="837, SVD06 (2430)",
    message="the line is said to be bundled into a line that the claim does not have",
    failing=but("837P", ("SVD*SP001*50*HC:99212**1~", "SVD*SP001*50*HC:99212**1*2~")),
    passing=but("837P", ("SVD*SP001*50*HC:99212**1~", "SVD*SP001*50*HC:99212**1*1~")),
)
def bundled_line_exists(decision: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A line is bundled into a line of the same claim."""
    into = decision.get(6)
    if not into:
        return ()
    numbers = {line.opener.get(1) for line in scope.once(lines)}
    return () if into in numbers or into.lstrip("0") in numbers else (Broken("SVD06"),)


@check(
    "X12.4.INPATIENT_AND_OUTPATIENT",
    guides=("837I",),
    at="2320/MOA",
    code="STC:A8:732",
    severity=Severity.WARN,
    source="837I, MIA and MOA (2320)",
    message="a payer decided on the claim as inpatient (MIA) and as outpatient (MOA)",
    failing=but("837I", ("OI***Y***Y~", "OI***Y***Y~\nMIA*0~\nMOA**0~")),
    passing=but("837I", ("OI***Y***Y~", "OI***Y***Y~\nMOA**0~")),
)
def decision_is_of_one_kind(_outcome: Segment, other: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A payer decides on a claim as inpatient or as outpatient."""
    return (Broken(),) if other.find("MIA") else ()
