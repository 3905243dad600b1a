"""SNIP types 3 and 4 of enrolments: members counted, families in order, coverage with its dates."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import cents
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_ENROLMENT = ("834",)
# What a total of the header counts: all members, subscribers, dependants.
_COUNTED = {"TO": ("subscribers", "dependants"), "ET": ("subscribers",), "DT": ("dependants",)}


@check(
    "X12.3.834_QTY",
    guides=_ENROLMENT,
    at="end/QTY",
    code="IK5:5",
    source="834, QTY (header); X12 interpretation 1128",
    message="the header says {said} of QTY01 {kind} but the transaction holds {counted}",
    hint="TO counts all INS, ET those of subscribers (INS01 Y), DT those of dependants (N).",
    failing=but("834", ("QTY*DT*2", "QTY*DT*3")),
    passing=but("834", ("QTY*DT*2", "QTY*DT*2.0"), ("QTY*ET*2~\n", "")),
)
def members_are_as_many_as_said(total: Segment, _header: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A control total of the header is the number of members of its kind."""
    said = cents(total, 2)  # in hundredths: a quantity may be written 2.00
    kinds = _COUNTED.get(total.get(1), ())
    counted = sum(scope.tally.get(kind, 0) for kind in kinds)
    if said is None or not kinds or said == counted * 100:
        return ()
    words = {"said": f"{said / 100:g}", "kind": total.get(1), "counted": str(counted)}
    return (Broken("QTY02", words=words),)


@check(
    "X12.4.834_SELF",
    guides=_ENROLMENT,
    at="2000/INS",
    code="IK4:7",
    source="834, INS01 and INS02",
    message="a dependant (INS01 N) cannot be the subscriber's own self (INS02 18)",
    failing=but("834", ("INS*N*01*024", "INS*N*18*024")),
    passing=but("834", ("INS*N*01*024", "INS*N*53*024")),
)
def dependant_is_somebody_else(member: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A dependant is related to the subscriber, not the subscriber.

    Members are counted here, once each, for the totals of the header.
    """
    kind = "subscribers" if member.get(1) == "Y" else "dependants"
    scope.tally[kind] = scope.tally.get(kind, 0) + 1
    if kind == "subscribers" or member.get(2) != "18":
        return ()
    return (Broken("INS02"),)


@check(
    "X12.4.834_SUBSCRIBER",
    guides=_ENROLMENT,
    at="2000/INS*Y",
    code="IK4:7",
    source="834, INS01 and INS02",
    message="a subscriber (INS01 Y) is told as somebody's relative, not as self (INS02 18)",
    severity=Severity.WARN,
    failing=but("834", ("INS*Y*18*001", "INS*Y*01*001")),
)
def subscriber_is_self(member: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A subscriber's relationship is self."""
    if member.get(1) != "Y" or member.get(2) == "18":
        return ()
    return (Broken("INS02"),)


@check(
    "X12.4.834_ORDER",
    guides=_ENROLMENT,
    at="2000/INS",
    code="IK3:7",
    source="834, INS (2000)",
    message="this subscriber comes after his own dependants",
    hint="Send the subscriber first, or in an earlier transaction.",
    severity=Severity.WARN,
    failing=but(
        "834",
        ("INS*Y*18*001", "INS*N*01*024*01*A~\nREF*0F*M0002~\nNM1*IL*1*POND*IRIS~\nINS*Y*18*001"),
        ("QTY*TO*4", "QTY*TO*5"),
        ("QTY*DT*2", "QTY*DT*3"),
    ),
    passing=but(
        "834",
        ("INS*Y*18*001", "INS*N*01*024*01*A~\nREF*0F*M0009~\nNM1*IL*1*POND*IRIS~\nINS*Y*18*001"),
        ("QTY*TO*4", "QTY*TO*5"),
        ("QTY*DT*2", "QTY*DT*3"),
    ),
)
def subscriber_comes_first(member: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A subscriber does not follow dependants of the same subscriber number (REF*0F).

    Only neighbours are compared, so that a file of any size needs no memory of its families.
    """
    number = loop.find("REF", "0F")
    family = hash(number.get(2) if number else "")
    tally = scope.tally
    if member.get(1) == "N":
        if tally.get("family") != family:
            tally["orphan"] = family
        return ()
    late = tally.pop("orphan", None) == family and tally.get("family") != family
    tally["family"] = family
    return (Broken(),) if late and number else ()


@check(
    "X12.4.834_MEMBER_DATE",
    guides=_ENROLMENT,
    at="2000/INS",
    code="IK3:I6",
    source="834, DTP (2000); X12 interpretation 1896",
    message="a member who is added (INS03 021) needs a member level date",
    failing=but("834", ("DTP*336*D8*20260101~\nDTP*356*D8*20260101~\n", "")),
    passing=but("834", ("DTP*336*D8*20260101~\n", "")),
)
def added_member_has_a_date(member: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Adding a member tells at least one of the dates of loop 2000."""
    if member.get(3) != "021" or loop.find("DTP"):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.834_AUDIT",
    guides=_ENROLMENT,
    at="2000/INS",
    code="IK4:7",
    source="834, INS03 and INS04; X12 interpretation 1931",
    message="INS04 XN belongs to an audit or compare (INS03 030) only",
    severity=Severity.WARN,
    failing=but("834", ("INS*Y*18*001*25", "INS*Y*18*001*XN")),
    passing=but("834", ("INS*Y*18*001*25", "INS*Y*18*030*XN")),
)
def notice_only_belongs_to_an_audit(
    member: Segment, _loop: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The reason "notification only" goes with an audit or compare."""
    if member.get(4) != "XN" or member.get(3) == "030":
        return ()
    return (Broken("INS04"),)


@check(
    "X12.4.834_COBRA",
    guides=_ENROLMENT,
    at="2000/INS+7",
    code="IK4:I13",
    source="834, INS05 and INS07; X12 interpretation 1931",
    message="a qualifying event (INS07) belongs to a member on COBRA (INS05 C) only",
    failing=but("834", ("*25*C**1*TE", "*25*A**1*TE")),
    passing=but("834", ("*25*C**1*TE", "*25*A***TE")),
)
def event_belongs_to_cobra(member: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The event that opened COBRA is told of members who are on it."""
    if not member.get(7) or member.get(5) == "C":
        return ()
    return (Broken("INS07"),)


@check(
    "X12.4.834_BENEFIT_BEGIN",
    guides=_ENROLMENT,
    at="2300/HD",
    code="IK3:I6",
    source="834, HD01 and DTP*348 (2300)",
    message="coverage that is added or reinstated (HD01) needs the day it begins (DTP 348)",
    failing=but("834", ("DEN*TEETH*FAM~\nDTP*348", "DEN*TEETH*FAM~\nDTP*303")),
    passing=but(
        "834",
        ("HD*021**DEN", "HD*030**DEN"),
        ("DEN*TEETH*FAM~\nDTP*348", "DEN*TEETH*FAM~\nDTP*303"),
    ),
)
def added_coverage_begins(coverage: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Coverage that is added or reinstated has a day on which it begins."""
    if coverage.get(1) not in ("021", "025") or loop.find("DTP", "348"):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.834_BENEFIT_END",
    guides=_ENROLMENT,
    at="2300/HD",
    code="IK3:I6",
    source="834, HD01 and DTP*349 (2300)",
    message="coverage that is ended (HD01 024) needs the day it ends (DTP 349)",
    failing=but("834", ("DTP*349*D8", "DTP*303*D8")),
    passing=but("834", ("HD*024**HMO", "HD*001**HMO"), ("DTP*349*D8", "DTP*303*D8")),
)
def ended_coverage_ends(coverage: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Coverage that is ended has a day on which it ends."""
    if coverage.get(1) != "024" or loop.find("DTP", "349"):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.834_BOUNDS",
    guides=_ENROLMENT,
    at=("2000/LS", "2000/LE"),
    code="IK3:3",
    source="X12.6, bounded loops; 834, LS and LE (2000)",
    message="LS and LE enclose the reporting categories: one of the three is missing",
    failing=but("834", ("LE*2700~\n", "")),
)
def reporting_categories_are_enclosed(
    bound: Segment, loop: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The loops of the reporting categories stand between an LS and an LE."""
    if bound.id == "LE":
        return () if loop.find("LS") else (Broken("LS"),)
    if not loop.find("LE"):
        return (Broken("LE"),)
    return () if loop.child("2700") else (Broken("LX"),)


@check(
    "X12.4.834_ORIGINAL",
    guides=_ENROLMENT,
    at="ST/BGN",
    code="IK4:I9",
    source="834, BGN01 and BGN06",
    message="a resubmission or copy (BGN01 15 or 22) names the transaction it repeats",
    severity=Severity.WARN,
    failing=but("834", ("BGN*00*E-1", "BGN*15*E-1")),
    passing=but("834", ("BGN*00*E-1*20260105*1200*CT*", "BGN*15*E-1*20260105*1200*CT*E-0")),
)
def repetition_names_its_original(
    beginning: Segment, _header: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A transaction sent again says which one it repeats."""
    if beginning.get(1) not in ("15", "22") or beginning.get(6):
        return ()
    return (Broken("BGN06"),)
