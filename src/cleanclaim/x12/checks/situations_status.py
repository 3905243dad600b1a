"""SNIP types 3 and 4 of claim status: how a claim is asked for, and what a status can say."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import cents, total
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_QUESTIONS = ("2200D/TRN", "2200E/TRN")
_STATUSES = ("2200D/STC", "2200E/STC", "2220D/STC", "2220E/STC")
# STC01-1 of an acknowledgement: taken on, or turned back.
_ACCEPTED = {"A1", "A2"}
_REJECTED = {"A3", "A6", "A7", "A8"}
_DENIED = "F2"
_CLAIM_OF_OTTO = "REF*EJ*C-2~\nAMT*T3*80~\nDTP*472*D8*20260104~\n"
_ANSWER = "STC*P1:20*20260119**80*0"


@check(
    "X12.4.276_DATES",
    guides=("276",),
    at=_QUESTIONS,
    code="IK3:I6",
    source="276, DTP*472 (2200D, 2200E) and REF*1K",
    message="neither the days of service nor the payer's claim number (REF*1K) are told",
    failing=but("276", (f"REF*1K*P-2~\n{_CLAIM_OF_OTTO}", "REF*EJ*C-2~\nAMT*T3*80~\n")),
    passing=but("276", (f"REF*1K*P-2~\n{_CLAIM_OF_OTTO}", _CLAIM_OF_OTTO)),
)
def a_claim_can_be_found(_trace: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim is found by its days, its lines' days or the number that the payer gave it."""
    if claim.find("DTP", "472") is not None or claim.find("REF", "1K") is not None:
        return ()
    lines = claim.loops
    if lines and all(line.find("DTP", "472") is not None for line in lines):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.276_BIRTH",
    guides=("276",),
    at="2200D/TRN",
    code="IK3:I6",
    source="276, DMG (2000D)",
    message="the subscriber is the patient, but the birth date (DMG) is missing",
    failing=but("276", ("HL*4*3*22*0~\nDMG*D8*19800229*F~", "HL*4*3*22*0~")),
)
def patients_tell_their_birth(_trace: Segment, _claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A subscriber whose own claim is asked for is told with the day of birth."""
    subscriber = scope.above("2000D")
    if subscriber is None or subscriber.find("DMG") is not None:
        return ()
    return (Broken("DMG", subscriber.find("HL"), "2000D"),)


@check(
    "X12.3.276_AMT02",
    guides=("276",),
    at=("2200D/AMT", "2200E/AMT"),
    code="IK5:5",
    severity=Severity.WARN,
    source="276, AMT*T3 and SVC02",
    message="the lines charge more than the claim (AMT*T3)",
    failing=but("276", ("SVC*HC:99213:25*100", "SVC*HC:99213:25*160")),
    passing=but("276", ("SVC*HC:99213:25*100", "SVC*HC:99213:25*150")),
)
def lines_asked_for_fit_the_claim(
    amount: Segment, claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Not all lines need to be asked for, but they cannot charge more than their claim."""
    return (Broken("AMT02"),) if _lines_exceed(claim, cents(amount, 2)) else ()


@check(
    "X12.3.277_STC04",
    guides=("277", "277CA"),
    at=("2200D/STC", "2200E/STC"),
    code="IK5:5",
    severity=Severity.WARN,
    source="277, STC04 and SVC02",
    message="the lines charge more than the claim (STC04)",
    failing=but("277", ("SVC*HC:99213:25*100", "SVC*HC:99213:25*160")),
    passing=but("277", ("SVC*HC:99213:25*100", "SVC*HC:99213:25*150")),
)
def lines_answered_fit_the_claim(status: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The lines that are told of cannot charge more than their claim."""
    if not claim.loops or not status.get(4):
        return ()
    return (Broken("STC04"),) if _lines_exceed(claim, cents(status, 4)) else ()


def _lines_exceed(claim: Loop, charge: int | None) -> bool:
    lines = [each for line in claim.loops for each in line.segments[:1] if each.id == "SVC"]
    return charge is not None and total(cents(each, 2) for each in lines) > charge


@check(
    "X12.4.STC02",
    guides=("277", "277CA"),
    at=_STATUSES,
    code="IK4:7",
    severity=Severity.WARN,
    source="277, STC02 and BHT04",
    message="the status is of a day (STC02) after the answer was made (BHT04)",
    failing=but("277", (_ANSWER, "STC*P1:20*20260219**80*0")),
    passing=but("277", (_ANSWER, "STC*P1:20*20260120**80*0")),
)
def a_status_is_not_of_tomorrow(status: Segment, _claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What is told had already come about."""
    on = status.get(2)
    return (Broken("STC02"),) if on and scope.made_on and on > scope.made_on else ()


@check(
    "X12.4.277_CHECK",
    guides=("277",),
    at=("2200D/STC", "2200E/STC"),
    code="IK4:I9",
    severity=Severity.WARN,
    source="277, STC08 and STC09",
    message="{element} is missing: a payment is told by its day (STC08) and number (STC09)",
    failing=but("277", ("*20260118**20260119*CHECK1", "*20260118**20260119")),
)
def payments_have_a_day_and_a_number(
    status: Segment, _claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A check or transfer is told by both its day and its number."""
    if len(status.elements) < 8 or bool(status.get(8)) == bool(status.get(9)):
        return ()
    return (Broken("STC08" if status.get(9) else "STC09"),)


@check(
    "X12.4.277_DENIED",
    guides=("277",),
    at=("2200D/STC", "2200E/STC"),
    code="IK4:I13",
    severity=Severity.WARN,
    source="277, STC01 F2 and STC05",
    message="the claim is denied (F2), and yet a payment is told (STC05)",
    failing=but("277", (_ANSWER, "STC*F2:20*20260119**80*10")),
    passing=but("277", (_ANSWER, "STC*F2:20*20260119**80*0")),
)
def the_denied_are_not_paid(status: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim whose only status is a denial was paid nothing."""
    if status.get(1, 1) != _DENIED or (cents(status, 5) or 0) <= 0:
        return ()
    return (Broken("STC05"),) if len(claim.find_all("STC")) == 1 else ()


@check(
    "X12.4.277CA_VERDICT",
    guides=("277CA",),
    at=("2200D/STC", "2220D/STC"),
    code="IK4:I13",
    source="277CA, STC01 and STC03",
    message="STC03 and the category in STC01 contradict: one takes the claim, one turns it back",
    failing=but("277CA", ("STC*A7:562:85*20260106*U*80", "STC*A7:562:85*20260106*WQ*80")),
    passing=but("277CA", ("STC*A7:562:85*20260106*U*80", "STC*A3:562:85*20260106*U*80")),
)
def verdict_and_category_agree(status: Segment, _claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """WQ takes a claim, U turns it back; so do the categories."""
    verdict, category = status.get(3), status.get(1, 1)
    contrary = {"WQ": _REJECTED, "U": _ACCEPTED}.get(verdict, set())
    return (Broken("STC03"),) if category in contrary else ()


@check(
    "X12.3.277CA_AMT",
    guides=("277CA",),
    at="2200B/STC",
    code="IK5:5",
    severity=Severity.WARN,
    source="277CA, STC04, AMT*YU and AMT*YY (2200B)",
    message="what was accepted (YU) and rejected (YY) is not what was charged (STC04)",
    failing=but("277CA", ("AMT*YY*80", "AMT*YY*90")),
    passing=but("277CA", ("QTY*AA*1~\nAMT*YU*150~\nAMT*YY*80~\n", "QTY*AA*1~\n")),
)
def accepted_and_rejected_make_the_charge(
    status: Segment, batch: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The charges of a batch are those accepted and those rejected, where both are told."""
    amounts = batch.find_all("AMT", "YU", "YY")
    if len(amounts) != 2 or not status.get(4):
        return ()
    summed = total(cents(each, 2) for each in amounts)
    return () if summed == cents(status, 4) else (Broken("STC04"),)
