"""SNIP type 4 of claims: numbers that point to something, and how much is counted."""

import re

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import first_of_its_number, glance, lines
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_REPLACING = ("7", "8")
# How an attachment is sent where it is sent at all, and so has a number to find it by (PWK02).
_SENT = frozenset({"BM", "EL", "EM", "FT", "FX"})
CLIA = re.compile(r"\d{2}D\d{7}", re.ASCII)


@check(
    "X12.4.ORIGINAL_CLAIM",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:464",
    source="837, REF*F8 (2300) and CLM05-3",
    message="the claim replaces or voids one (CLM05-3) but the payer's number is missing (REF*F8)",
    hint="The number is CLP07 of the remittance for the earlier claim.",
    failing=but("837P", ("150***11:B:1", "150***11:B:7")),
    passing=but("837P", ("150***11:B:1", "150***11:B:7"), ("REF*G1", "REF*F8*77120~\nREF*G1")),
)
def replaced_claim_is_named(claim: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim that replaces or voids another names it by the payer's number."""
    if claim.get(5, 3) not in _REPLACING or loop.find("REF", "F8"):
        return ()
    return (Broken("CLM05-03"),)


@check(
    "X12.4.NO_ORIGINAL_CLAIM",
    guides=CLAIMS,
    at="2300/REF*F8",
    code="STC:A8:464",
    severity=Severity.WARN,
    source="837, REF*F8 (2300) and CLM05-3",
    message="an earlier claim is named (REF*F8) but this one is said to be the first (CLM05-3)",
    failing=but("837P", ("REF*G1", "REF*F8*77120~\nREF*G1")),
    passing=but("837P", ("150***11:B:1", "150***11:B:8"), ("REF*G1", "REF*F8*77120~\nREF*G1")),
)
def first_claim_replaces_nothing(number: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An original claim has no earlier one."""
    if number.get(1) != "F8":
        return ()
    claim = loop.find("CLM")
    return (Broken("REF01"),) if claim is not None and claim.get(5, 3) == "1" else ()


@check(
    "X12.4.EXCEPTION_CODE",
    guides=CLAIMS,
    at="2300/REF*4N",
    code="STC:A7:642",
    source="837, REF*4N (2300)",
    message="the reason why no authorization was asked (REF*4N) is none of 1 to 7",
    failing=but("837P", ("REF*G1", "REF*4N*8~\nREF*G1")),
    passing=but("837P", ("REF*G1", "REF*4N*7~\nREF*G1")),
)
def exception_has_a_reason(number: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A service without its authorization has one of seven reasons."""
    if number.get(1) != "4N" or number.get(2) in tuple("1234567"):
        return ()
    return (Broken("REF02"),)


@check(
    "X12.4.CROSSOVER",
    guides=("837P",),
    at="2300/REF*F5",
    code="STC:A7:593",
    source="837P, REF*F5 (2300)",
    message="the crossover indicator (REF*F5) is neither Y nor N",
    failing=but("837P", ("REF*G1", "REF*F5*X~\nREF*G1")),
    passing=but("837P", ("REF*G1", "REF*F5*N~\nREF*G1")),
)
def crossover_is_yes_or_no(number: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Whether a Medicare claim crosses over by section 4081 is yes or no."""
    return (Broken("REF02"),) if number.get(1) == "F5" and number.get(2) not in ("Y", "N") else ()


@check(
    "X12.4.CLIA_NUMBER",
    guides=("837P",),
    at=("2300/REF*X4,F4", "2400/REF*X4,F4"),
    code="STC:A7:544",
    source="837P, REF*X4 and REF*F4; CMS, form of CLIA numbers",
    message="a CLIA number is two digits, the letter D and seven digits",
    failing=but("837P", ("REF*G1", "REF*X4*14X2345678~\nREF*G1")),
    passing=but("837P", ("REF*G1", "REF*X4*14D2345678~\nREF*G1")),
)
def clia_number_has_its_form(number: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The number of a laboratory's certificate has its D in the third place."""
    kind = number.get(1)
    if kind not in ("X4", "F4") or CLIA.fullmatch(number.get(2)):
        return ()
    return (Broken("REF02", code="STC:A7:630" if kind == "F4" else ""),)


@check(
    "X12.4.ATTACHMENT_NUMBER",
    guides=CLAIMS,
    at=("2300/PWK+2", "2400/PWK+2"),
    code="STC:A6:489",
    source="837, PWK06",
    message="an attachment is sent (PWK02) but its number is missing (PWK06)",
    failing=but("837P", ("REF*G1", "PWK*OZ*FX~\nREF*G1")),
    passing=but("837P", ("REF*G1", "PWK*OZ*AA~\nREF*G1")),
)
def attachment_has_a_number(paper: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An attachment that is sent has a number by which the payer finds it."""
    return (Broken("PWK06"),) if paper.get(2) in _SENT and not paper.get(6) else ()


@check(
    "X12.4.PROPERTY_CLAIM",
    guides=CLAIMS,
    at="2010BA/REF*Y4",
    code="STC:A8:629",
    severity=Severity.WARN,
    source="837, REF*Y4 (2010BA, 2010CA)",
    message="the property and casualty number stands at the subscriber, who is not the patient",
    hint="Send it in loop 2010CA.",
    failing=but(
        "837P", ("NM1*IL*1*POND*OTTO****MI*M0002~", "NM1*IL*1*POND*OTTO****MI*M0002~\nREF*Y4*7~")
    ),
    passing=but("837P", ("DMG*D8*19800229*F~", "DMG*D8*19800229*F~\nREF*Y4*7~")),
)
def accident_number_stands_at_the_patient(
    number: Segment, _loop: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """The number of an accident stands at the patient."""
    if number.get(1) != "Y4":
        return ()
    level = scope.above("2000B")
    who = level.find("SBR") if level else None
    return (Broken("REF01"),) if who is not None and who.get(2) != "18" else ()


@check(
    "X12.4.LINE_NUMBERS",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:247",
    source="837, LX01 (2400)",
    message="the lines of a claim are counted 1, 2, 3 and so on; here {counted} comes out of turn",
    failing=but("837P", ("LX*2~", "LX*3~")),
    passing=but("837P", ("LX*2~", "LX*02~")),
)
def lines_are_counted(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The lines of a claim are counted from one."""
    for number, line in enumerate(scope.once(lines), 1):
        counter = line.opener
        if counter.id != "LX":
            return ()  # it is missing, which is told elsewhere
        said = counter.get(1)
        if said != str(number) and said.lstrip("0") != str(number):
            return (Broken("LX01", counter, "2400", words={"counted": str(number)}),)
    return ()


@check(
    "X12.4.LINE_CONTROL",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:584",
    source="837, REF*6R (2400)",
    message="the control number of a line comes again in the claim (REF*6R)",
    failing=but("837P", ("RD8*20260102-20260103~", "RD8*20260102-20260103~\nREF*6R*L-1~")),
    passing=but("837P", ("RD8*20260102-20260103~", "RD8*20260102-20260103~\nREF*6R*L-2~")),
)
def line_control_numbers_differ(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Each line of a claim has its own control number, by which a remittance names it."""
    numbers = scope.once(glance).controls
    texts = [number.get(2) for number in numbers]
    if len(set(texts)) == len(texts):
        return ()
    return tuple(
        Broken("REF02", number, "2400")
        for place, number in enumerate(numbers)
        if texts[place] in texts[:place]
    )


@check(
    "X12.4.CLAIM_AGAIN",
    guides=CLAIMS,
    at="2300/CLM",
    code="STC:A7:746",
    severity=Severity.WARN,
    source="837, CLM01",
    message="a claim with this patient control number stands before in the transaction",
    failing=but("837P", ("CLM*C-2*", "CLM*C-1*")),
    applies=unusual_claim,
)
def claims_differ(claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Claims of a transaction differ in the number by which the provider knows them."""
    return () if first_of_its_number(scope, claim.get(1)) else (Broken("CLM01"),)


@check(
    "X12.4.UNITS",
    guides=("837P",),
    at="2400/SV1",
    applies=unusual_claim,
    code="STC:A7:476",
    source="837P, SV104",
    message="the line has {units} units",
    failing=but("837P", ("SV1*HC:36415*50*UN*1*", "SV1*HC:36415*50*UN*0*")),
    passing=but("837P", ("SV1*HC:36415*50*UN*1*", "SV1*HC:36415*50*UN*0.5*")),
)
def units_are_some(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A line is for some units, if not for a whole one."""
    units = service.get(4)
    if units == "1" or not units or (units[0] != "-" and units.strip("0.")):
        return ()
    return (Broken("SV104", words={"units": "less than no" if units[0] == "-" else "no"}),)
