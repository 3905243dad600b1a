"""SNIP type 6: claims for ambulances say what was transported, from where and to where."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    Service,
    lines,
    place_of_service,
    services_by_kind,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_PROFESSIONAL = ("837P",)
_AMBULANCE_PLACES = ("41", "42")
# The patient died before the ambulance came, so that nobody was brought anywhere (QL).
_NOBODY_CARRIED = "QL"

# The sample as a claim of an ambulance for a ride and its miles.
_RIDE = ("SV1*HC:99213:25*100*", "SV1*HC:A0429:RH*100*")
_MILES = ("SV1*HC:36415*50*", "SV1*HC:A0425:RH*50*")
_BY_LAND = ("150***11:B:1", "150***41:B:1")
_CERTIFIED = ("HI*ABK:E119*", "CR1****A*DH*5~\nHI*ABK:E119*")
_FROM = "NM1*PW*2~\nN3*2 LAKE ROAD~\nN4*SPRINGFIELD*IL*62701~\n"
_TO = "NM1*45*2~\nN3*5 HILL ROAD~\nN4*SPRINGFIELD*IL*62701~\n"
_RIDDEN = (_RIDE, _MILES, _BY_LAND, _CERTIFIED, ("LX*1~", f"{_FROM}{_TO}LX*1~"))
_WHOLE = but("837P", *_RIDDEN)


@check(
    "X12.6.AMBULANCE_REASON",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:337",
    source="837P, CR1 (2300, 2400)",
    message="an ambulance is charged but why and how far it went is missing (CR1)",
    failing=but("837P", _RIDE, _MILES, _BY_LAND, ("LX*1~", f"{_FROM}{_TO}LX*1~")),
    passing=_WHOLE,
)
def ride_has_a_reason(claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A ride says why the patient was carried and how far."""
    rides = scope.once(services_by_kind).get("ambulance")
    if not rides or loop.find("CR1") or all(each.line.find("CR1") for each in rides):
        return ()
    return (Broken("CR1", claim),)


@check(
    "X12.6.AMBULANCE_PICK_UP",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:266",
    source="837P, 2310E and 2420G",
    message="an ambulance is charged but where it picked up is missing (2310E)",
    failing=but("837P", *_RIDDEN[:4], ("LX*1~", f"{_TO}LX*1~")),
    passing=_WHOLE,
)
def ride_has_a_start(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A ride says where the patient was picked up."""
    return _without_end(scope, loop, "2310E", "2420G")


@check(
    "X12.6.AMBULANCE_DROP_OFF",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:740",
    source="837P, 2310F and 2420H",
    message="an ambulance is charged but where it dropped off is missing (2310F)",
    failing=but("837P", *_RIDDEN[:4], ("LX*1~", f"{_FROM}LX*1~")),
    passing=but(
        "837P",
        ("SV1*HC:99213:25*100*", "SV1*HC:A0429:QL*100*"),
        *_RIDDEN[1:4],
        ("LX*1~", f"{_FROM}LX*1~"),
    ),
)
def ride_has_an_end(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A ride says where the patient was brought, unless nobody was carried."""
    rides = scope.once(services_by_kind).get("ambulance")
    if not rides or any(_NOBODY_CARRIED in each.modifiers for each in rides):
        return ()
    return _without_end(scope, loop, "2310F", "2420H")


@check(
    "X12.6.AMBULANCE_PLACE",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A8:249",
    severity=Severity.WARN,
    source="CMS, place of service codes 41 and 42",
    message="an ambulance is charged but the place of service is none (41, 42)",
    failing=but("837P", _RIDE, _MILES, _CERTIFIED, ("LX*1~", f"{_FROM}{_TO}LX*1~")),
    passing=_WHOLE,
)
def ride_is_in_an_ambulance(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The place of a ride is the ambulance."""
    rides = scope.once(services_by_kind).get("ambulance")
    if not rides or scope.once(place_of_service) in _AMBULANCE_PLACES:
        return ()
    elsewhere = [each for each in rides if each.segment.get(5) not in _AMBULANCE_PLACES]
    return (Broken("CLM05-01"),) if elsewhere else ()


@check(
    "X12.6.MILEAGE_ALONE",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A8:454",
    severity=Severity.WARN,
    source="CMS, Medicare Claims Processing Manual, chapter 15",
    message="an ambulance's miles are charged without a ride",
    failing=but("837P", _MILES, _BY_LAND, _CERTIFIED),
    passing=_WHOLE,
)
def miles_belong_to_a_ride(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Miles are charged beside the ride."""
    kinds = scope.once(services_by_kind)
    if "mileage" not in kinds or "ambulance" in kinds:
        return ()
    return _at(kinds["mileage"][0])


@check(
    "X12.6.CERTIFIED_RIDE",
    guides=_PROFESSIONAL,
    at=("2300/CRC*07", "2400/CRC*07"),
    code="STC:A8:337",
    severity=Severity.WARN,
    source="837P, CRC*07 and CR1",
    message="conditions of an ambulance ride (CRC*07) stand without the ride's facts (CR1)",
    failing=but("837P", ("HI*ABK:E119*", "CRC*07*Y*01~\nHI*ABK:E119*")),
    passing=but(
        "837P",
        *_RIDDEN[:3],
        ("HI*ABK:E119*", "CR1****A*DH*5~\nCRC*07*Y*01~\nHI*ABK:E119*"),
        _RIDDEN[4],
    ),
)
def conditions_are_of_a_ride(_condition: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Conditions of a ride stand beside why and how far it went."""
    if loop.find("CR1") or scope.unit.find("CR1"):
        return ()
    told = any(line.find("CR1") for line in scope.once(lines)) if loop is scope.unit else False
    return () if told else (Broken("CRC01"),)


@check(
    "X12.6.PATIENTS_CARRIED",
    guides=_PROFESSIONAL,
    at="2400/QTY*PT",
    code="STC:A7:732",
    severity=Severity.WARN,
    source="837P, QTY*PT (2400)",
    message="the number of patients carried (QTY*PT) is told where it is more than one",
    failing=but("837P", *_RIDDEN, ("REF*6R*L-1~", "QTY*PT*1~\nREF*6R*L-1~")),
    passing=but("837P", *_RIDDEN, ("REF*6R*L-1~", "QTY*PT*2~\nREF*6R*L-1~")),
)
def patients_are_several(quantity: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """How many patients were carried is told where there were several."""
    return (Broken("QTY02"),) if quantity.get(2) in ("0", "1") else ()


def _without_end(scope: Scope, claim: Loop, claim_end: str, line_end: str) -> tuple[Broken, ...]:
    """Find fault where neither the claim nor each ride names one end of the way."""
    rides = scope.once(services_by_kind).get("ambulance")
    if not rides or any(child.id == claim_end for child in claim.loops):
        return ()
    if all(each.line.child(line_end) for each in rides):
        return ()
    return _at(rides[0])


def _at(service: Service) -> tuple[Broken, ...]:
    place = f"{service.segment.id}01-02"
    return (Broken(place, service.segment, service.line.id),)
