"""SNIP type 4 of claims: days that must be told, and days that cannot be."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    created_on,
    day,
    glance,
    period,
    place_of_service,
    service_span,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_ACCIDENTS = frozenset({"AA", "OA"})
_INPATIENT_PLACES = frozenset({"21", "51", "61"})
# The status of a claim (STC) that a date, by its qualifier, is told under.
_STATUS_OF_DATE = {
    "472": "187",
    "434": "188",
    "314": "195",
    "439": "727",
    "431": "397",
    "453": "715",
    "484": "191",
}


@check(
    "X12.4.PERIOD",
    guides=CLAIMS,
    at="DTP+2=RD8",
    code="STC:A7:187",
    source="837, DTP03",
    message="the period ends before it begins",
    failing=but("837P", ("RD8*20260102-20260103", "RD8*20260103-20260102")),
    passing=but("837P", ("RD8*20260102-20260103", "RD8*20260102-20260102")),
)
def period_runs_forward(date: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A period ends on the day it begins or later."""
    first, last = period(date)
    if first <= last or not last:
        return ()
    return (Broken("DTP03", code=f"STC:A7:{_STATUS_OF_DATE.get(date.get(1), '187')}"),)


@check(
    "X12.4.SERVICE_FUTURE",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:187",
    source="837, DTP*472 or 434; BHT04",
    message="the service begins after the day on which the file was made",
    failing=but("837P", ("472*D8*20260102", "472*D8*20260106")),
    passing=but("837P", ("472*D8*20260102", "472*D8*20260105")),
)
def service_is_past(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A claim is made on the day of the service or later; a period may end after that."""
    made_on = scope.once(created_on)
    if not made_on or scope.once(service_span)[1] <= made_on:
        return ()
    told = [(date, loop.id) for date in loop.find_all("DTP", "434", "472")]
    told += [(date, "2400") for date in scope.once(glance).periods]
    return tuple(
        Broken("DTP03", date, place, f"STC:A7:{_STATUS_OF_DATE[date.get(1)]}")
        for date, place in told
        if day(date.get(3)) > made_on
    )


@check(
    "X12.4.ACCIDENT_DATE",
    guides=("837P", "837D"),
    at="2300/CLM+11",
    code="STC:A6:727",
    source="837, DTP*439 and CLM11",
    message="an accident is the cause (CLM11) but its day is not told (DTP*439)",
    failing=but("837P", ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**OA~\nREF*G1")),
    passing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**OA~\nDTP*439*D8*20260102~\nREF*G1"),
    ),
)
def day_of_accident_is_told(claim: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim after an accident, in a car or otherwise, tells its day."""
    if not claim.get(11) or loop.find("DTP", "439"):
        return ()
    return (Broken("CLM11"),) if _ACCIDENTS.intersection(claim.components(11)[:3]) else ()


@check(
    "X12.4.ACCIDENT_CAUSE",
    guides=("837P", "837D"),
    at="2300/DTP*439",
    code="STC:A8:633",
    severity=Severity.WARN,
    source="837, DTP*439 and CLM11",
    message="the day of an accident is told but no accident is named as the cause (CLM11)",
    failing=but(
        "837P", ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y~\nDTP*439*D8*20260102~\nREF*G1")
    ),
    passing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**EM~\nDTP*439*D8*20260102~\nREF*G1"),
    ),
)
def accident_is_the_cause(date: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Where the day of an accident is told, the claim names the accident as its cause."""
    if date.get(1) != "439":
        return ()
    claim = loop.find("CLM")
    return () if claim is None or claim.get(11) else (Broken("DTP01"),)


@check(
    "X12.4.ACCIDENT_STATE",
    guides=("837P", "837D"),
    at="2300/CLM+11",
    code="STC:A6:750",
    source="837, CLM11-4",
    message="the cause is a car accident but neither its state nor its country is told",
    failing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**AA~\nDTP*439*D8*20260102~\nREF*G1"),
    ),
    passing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**AA:::IL~\nDTP*439*D8*20260102~\nREF*G1"),
    ),
)
def state_of_car_accident_is_told(claim: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A car accident happened in a state or, abroad, in a country."""
    if not claim.get(11):
        return ()
    causes = claim.components(11)
    return () if "AA" not in causes[:3] or any(causes[3:5]) else (Broken("CLM11-04"),)


@check(
    "X12.4.ACCIDENT_LATE",
    guides=("837P", "837D"),
    at="2300/DTP*439",
    code="STC:A7:727",
    source="837, DTP*439 and DTP*472",
    message="the accident is after all of the services",
    failing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**OA~\nDTP*439*D8*20260104~\nREF*G1"),
    ),
    passing=but(
        "837P",
        ("11:B:1*Y*A*Y*Y~\nREF*G1", "11:B:1*Y*A*Y*Y**OA~\nDTP*439*D8*20260103~\nREF*G1"),
    ),
)
def accident_precedes_the_services(date: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Services after an accident do not all precede it."""
    return _after_services(date, scope) if date.get(1) == "439" else ()


@check(
    "X12.4.ONSET_LATE",
    guides=("837P",),
    at="2300/DTP*431,453,484",
    code="STC:A7:397",
    severity=Severity.WARN,
    source="837P, DTP*431, 453 and 484; DTP*472",
    message="the illness, pregnancy or its last acute phase begins after all of the services",
    failing=but("837P", ("Y*Y~\nREF*G1", "Y*Y~\nDTP*431*D8*20260104~\nREF*G1")),
    passing=but("837P", ("Y*Y~\nREF*G1", "Y*Y~\nDTP*431*D8*20260103~\nREF*G1")),
)
def onset_precedes_the_services(date: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """What is treated began before the last service."""
    return _after_services(date, scope) if date.get(1) in ("431", "453", "484") else ()


@check(
    "X12.4.ADMISSION",
    guides=("837P",),
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:189",
    severity=Severity.WARN,
    source="837P, DTP*435",
    message="the place of service is inpatient but the day of admission is not told (DTP*435)",
    failing=but("837P", ("150***11:B:1", "150***21:B:1")),
    passing=but(
        "837P", ("150***11:B:1", "150***21:B:1"), ("Y*Y~\nREF", "Y*Y~\nDTP*435*D8*20260102~\nREF")
    ),
)
def admission_is_told(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A visit to an inpatient tells when the patient was admitted."""
    if scope.once(place_of_service) not in _INPATIENT_PLACES or loop.find("DTP", "435"):
        return ()
    return (Broken("CLM05-01"),)


@check(
    "X12.4.DISCHARGE_EARLY",
    guides=("837P",),
    at="2300/DTP*096",
    code="STC:A7:190",
    source="837P, DTP*096 and DTP*435",
    message="the discharge is before the admission",
    failing=but(
        "837P",
        ("150***11:B:1", "150***21:B:1"),
        ("Y*Y~\nREF*G1", "Y*Y~\nDTP*435*D8*20260102~\nDTP*096*D8*20260101~\nREF*G1"),
    ),
    passing=but(
        "837P",
        ("150***11:B:1", "150***21:B:1"),
        ("Y*Y~\nREF*G1", "Y*Y~\nDTP*435*D8*20260102~\nDTP*096*D8*20260102~\nREF*G1"),
    ),
)
def discharge_follows_admission(date: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Nobody is discharged before being admitted."""
    return _before(date, "096", loop, "435")


@check(
    "X12.4.RETURN_TO_WORK",
    guides=("837P",),
    at="2300/DTP*296",
    code="STC:A7:196",
    severity=Severity.WARN,
    source="837P, DTP*296 and DTP*297",
    message="the return to work is before the last day worked",
    failing=but(
        "837P",
        ("Y*Y~\nREF*G1", "Y*Y~\nDTP*297*D8*20260102~\nDTP*296*D8*20260101~\nREF*G1"),
    ),
    passing=but("837P", ("Y*Y~\nREF*G1", "Y*Y~\nDTP*296*D8*20260101~\nREF*G1")),
)
def return_follows_the_absence(date: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A patient returns to work after the last day worked."""
    return _before(date, "296", loop, "297")


def _after_services(date: Segment, scope: Scope) -> tuple[Broken, ...]:
    _, last = scope.once(service_span)
    if not last or day(date.get(3)) <= last:
        return ()
    return (Broken("DTP03", code=f"STC:A7:{_STATUS_OF_DATE[date.get(1)]}"),)


def _before(end: Segment, ends: str, loop: Loop, begins: str) -> tuple[Broken, ...]:
    """Find fault with an end (DTP01) that lies before its beginning in the same loop."""
    if end.get(1) != ends:
        return ()
    beginning = loop.find("DTP", begins)
    ended_on = day(end.get(3))
    early = beginning is not None and ended_on and ended_on < day(beginning.get(3))
    return (Broken("DTP03"),) if early else ()
