"""SNIP type 4 of authorizations: what a request needs, and how its decision holds together."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_REQUEST, _RESPONSE = "278-request", "278-response"
_BOTH = (_REQUEST, _RESPONSE)
# HCR01: certified in total, in part, as modified; not certified.
_CERTIFIED = {"A1", "A6"}
_REFUSED = "A3"
_ADMISSION = "AR"  # UM01
# UM02: an appeal, a cancelled, extended, renewed or revised review follow an earlier one.
_FOLLOWING = {"3", "4", "R", "S"}
_SERVICES = ("SV1", "SV2", "SV3")
_ADMITTED = "DTP*435*D8*20260112~\nDTP*096*D8*20260115~\n"


@check(
    "X12.4.278_NUMBER",
    guides=(_RESPONSE,),
    at=("2000E/HCR", "2000F/HCR"),
    code="IK4:I9",
    source="278, HCR02",
    message="the services are certified (HCR01) without a number (HCR02)",
    failing=but(_RESPONSE, ("HCR*A1*AUTH1", "HCR*A1"), ("HCR*A6*AUTH1", "HCR*A6")),
    passing=but(_RESPONSE, ("HCR*A1*AUTH1", "HCR*A1")),
)
def certifications_have_a_number(
    decision: Segment, _loop: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """What is certified bears a number: its own, or one of its event or services."""
    if decision.get(1) not in _CERTIFIED or decision.get(2):
        return ()
    numbered = any(each.id == "HCR" and each.get(2) for each in scope.unit.walk())
    return () if numbered else (Broken("HCR02"),)


@check(
    "X12.4.278_REASON",
    guides=(_RESPONSE,),
    at=("2000E/HCR", "2000F/HCR"),
    code="IK4:I9",
    severity=Severity.WARN,
    source="278, HCR03",
    message="the services are not certified (HCR01 A3), but no reason is told (HCR03)",
    failing=but(_RESPONSE, ("HCR*A3**0V", "HCR*A3")),
)
def refusals_have_a_reason(decision: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Who is refused learns why."""
    if decision.get(1) != _REFUSED or decision.get(3):
        return ()
    return (Broken("HCR03"),)


@check(
    "X12.4.278_REJECTED",
    guides=(_RESPONSE,),
    at=("2000E/AAA",),
    code="IK3:I9",
    severity=Severity.WARN,
    source="278, AAA and HCR (2000E)",
    message="the request is rejected (AAA), and yet certified (HCR)",
    failing=but(_RESPONSE, ("HCR*A4*PEND2*0U", "HCR*A1*PEND2")),
)
def the_rejected_are_not_certified(
    _rejection: Segment, event: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A request that could not be taken on is not certified in the same breath."""
    decision = event.find("HCR")
    return (Broken("AAA"),) if decision is not None and decision.get(1) in _CERTIFIED else ()


@check(
    "X12.4.278_DECISION",
    guides=(_RESPONSE,),
    at="2000E/HL",
    code="IK3:I6",
    severity=Severity.WARN,
    source="278, HCR and AAA (2000E, 2000F)",
    message="the answer decides nothing: neither a decision (HCR) nor a rejection (AAA)",
    failing=but(_RESPONSE, ("AAA*N**33*C~\n", ""), ("HCR*A4*PEND2*0U~\nREF*NT*N-2~\n", "")),
)
def an_answer_decides(_level: Segment, event: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An answer about an event decides or rejects it or one of its services."""
    return () if any(each.id in ("HCR", "AAA") for each in event.walk()) else (Broken("HCR"),)


@check(
    "X12.4.278_ADMISSION",
    guides=(_REQUEST,),
    at="2000E/UM",
    code="IK3:I6",
    severity=Severity.WARN,
    source="278, UM01 AR and DTP*435",
    message="the review is of an admission (UM01 AR), but its day (DTP*435) is missing",
    failing=but(_REQUEST, ("DTP*435*D8*20260112~\n", "")),
)
def admissions_have_a_day(review: Segment, event: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An admission that is to be reviewed has a day, planned or past."""
    if review.get(1) != _ADMISSION or event.find("DTP", "435") is not None:
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.278_STAY",
    guides=_BOTH,
    at="2000E/DTP",
    code="IK4:I13",
    source="278, DTP*435 and DTP*096",
    message="the discharge (DTP*096) is before the admission (DTP*435)",
    failing=but(_REQUEST, (_ADMITTED, _ADMITTED.replace("20260115", "20260111"))),
    passing=but(_REQUEST, (_ADMITTED, _ADMITTED.replace("20260115", "20260112"))),
)
def stays_end_after_they_begin(day: Segment, event: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A patient leaves on the day of admission or later."""
    if day.get(1) != "096":
        return ()
    admitted = event.find("DTP", "435")
    if admitted is None or day.get(3)[-8:] >= admitted.get(3)[:8]:
        return ()
    return (Broken("DTP03"),)


@check(
    "X12.4.278_FORMER",
    guides=(_REQUEST,),
    at=("2000E/UM", "2000F/UM"),
    code="IK3:I6",
    severity=Severity.WARN,
    source="278, UM02 and REF*BB, REF*NT",
    message="the request follows an earlier one (UM02) whose number (REF*BB, REF*NT) is missing",
    failing=but(_REQUEST, ("UM*HS*I*1*", "UM*HS*S*1*")),
    passing=but(_REQUEST, ("UM*HS*I*1*11:B**U~", "UM*HS*S*1*11:B**U~\nREF*BB*AUTH0~")),
)
def followers_name_the_former(review: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A cancelled, extended, renewed or revised request names the one it follows."""
    if review.get(2) not in _FOLLOWING:
        return ()
    former = loop.find("REF", "BB", "NT") or scope.unit.find("REF", "BB", "NT")
    return () if former is not None else (Broken("REF"),)


@check(
    "X12.4.278_ACCIDENT",
    guides=(_REQUEST,),
    at="2000E/UM",
    code="IK3:I6",
    severity=Severity.WARN,
    source="278, UM05 and DTP*439",
    message="an accident is told (UM05), but its day (DTP*439) is missing",
    failing=but(_REQUEST, ("UM*HS*I*1*11:B**U", "UM*HS*I*1*11:B*AP*U")),
    passing=but(_REQUEST, ("UM*HS*I*1*11:B**U~", "UM*HS*I*1*11:B*AP*U~\nDTP*439*D8*20260101~")),
)
def accidents_have_a_day(review: Segment, event: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An accident happened on a day; employment (EM) alone is none."""
    causes = review.components(5)[:3]
    if not {"AA", "AP"}.intersection(causes) or event.find("DTP", "439") is not None:
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.278_SERVICE",
    guides=_BOTH,
    at=("2000F/SV1", "2000F/SV2", "2000F/SV3"),
    code="IK3:I9",
    source="278, SV1, SV2 and SV3 (2000F)",
    message="a service is professional (SV1), institutional (SV2) or dental (SV3): here it is two",
    failing=but(_REQUEST, ("SV2*0120**900*DA*3~", "SV1*HC:99223~\nSV2*0120**900*DA*3~")),
)
def a_service_is_of_one_kind(service: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Each service is told by one of the three; the second one is too many."""
    first = next(each for each in loop.segments if each.id in _SERVICES)
    return () if first is service else (Broken(service.id),)
