"""SNIP type 4 of dental claims: days, appliances and teeth that depend on each other."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import cents
from cleanclaim.x12.checks.claim_lookups import lines
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_DENTAL = ("837D",)
_PREDETERMINATION = "PB"


@check(
    "X12.4.DENTAL_DATE",
    guides=_DENTAL,
    at="2300/CLM",
    code="STC:A6:187",
    source="837D, DTP*472 (2300, 2400) and CLM19",
    message="no day of service is told, for the claim or for one of its lines (DTP*472)",
    hint="Say so in CLM19 (PB) where the services are yet to be done.",
    failing=but("837D", ("DTP*472*D8*20260210~\n", "")),
    passing=but(
        "837D",
        ("DTP*472*D8*20260210~\n", ""),
        ("B:1*Y*A*Y*Y~\nDN2", "B:1*Y*A*Y*Y**********PB~\nDN2"),
    ),
)
def dental_services_have_a_day(claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Services that were done have a day, on the claim or on each line."""
    if claim.get(19) == _PREDETERMINATION or loop.find("DTP", "472"):
        return ()
    undated = any(line.find("DTP", "472") is None for line in scope.once(lines))
    return (Broken("DTP"),) if undated else ()


@check(
    "X12.4.PREDETERMINATION_DATE",
    guides=_DENTAL,
    at=("2300/DTP*472", "2400/DTP*472"),
    code="STC:A8:187",
    severity=Severity.WARN,
    source="837D, DTP*472 and CLM19",
    message="services that are yet to be done (CLM19) have a day of service",
    failing=but("837D", ("11:B:1*Y*A*Y*Y~\nDTP*472", "11:B:1*Y*A*Y*Y**********PB~\nDTP*472")),
)
def services_to_come_have_no_day(date: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A predetermination asks about services that were not done."""
    if date.get(1) != "472":
        return ()
    claim = scope.unit.find("CLM")
    asked = claim is not None and claim.get(19) == _PREDETERMINATION
    return (Broken("DTP01"),) if asked else ()


@check(
    "X12.4.PRIOR_PLACEMENT",
    guides=_DENTAL,
    at="2400/SV3+5",
    code="STC:A6:201",
    source="837D, SV305 and DTP*441",
    message="an appliance is replaced (SV305) but not said when the old one was placed (DTP*441)",
    failing=but("837D", ("1000***I*1", "1000***R*1")),
    passing=but(
        "837D", ("1000***I*1", "1000***R*1"), ("TOO*JP*30~", "TOO*JP*30~\nDTP*441*D8*20150101~")
    ),
)
def replaced_appliance_has_a_day(service: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A crown or prosthesis that replaces one says when that was placed."""
    return (Broken("SV305"),) if service.get(5) == "R" and not line.find("DTP", "441") else ()


@check(
    "X12.4.ORTHODONTIC_MONTHS",
    guides=_DENTAL,
    at="2300/DN1",
    code="STC:A7:243",
    source="837D, DN101 and DN102",
    message="more months of treatment remain (DN102) than there are in all (DN101)",
    failing=but("837D", ("DN1*24*18", "DN1*24*25")),
    passing=but("837D", ("DN1*24*18", "DN1*24*24")),
)
def remaining_months_are_some_of_all(
    months: Segment, _loop: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The months that remain of a treatment are some of its months."""
    whole, rest = cents(months, 1), cents(months, 2)
    if not whole or rest is None or rest <= whole:
        return ()
    return (Broken("DN102"),)


@check(
    "X12.4.TOOTH_STATUS",
    guides=_DENTAL,
    at="2300/CLM",
    code="STC:A7:760",
    severity=Severity.WARN,
    source="837D, DN2",
    message="a tooth's status is told twice",
    failing=but("837D", ("DN2*17*M****JP~", "DN2*17*M****JP~\nDN2*17*E****JP~")),
    passing=but("837D", ("DN2*17*M****JP~", "DN2*17*M****JP~\nDN2*16*E****JP~")),
)
def teeth_have_one_status(_claim: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A tooth is missing or to be extracted, not both."""
    seen: set[str] = set()
    for tooth in loop.find_all("DN2"):
        if tooth.get(1) in seen:
            return (Broken("DN201", tooth),)
        seen.add(tooth.get(1))
    return ()


@check(
    "X12.4.DENTAL_UNITS",
    guides=_DENTAL,
    at="2400/SV3+6",
    code="STC:A7:476",
    source="837D, SV306",
    message="the line has no procedures (SV306)",
    failing=but("837D", ("1000***I*1*", "1000***I*0*")),
    passing=but("837D", ("1000***I*1*", "1000***I*2*")),
)
def procedures_are_some(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A line is for at least one procedure."""
    count = service.get(6)
    return (Broken("SV306"),) if count and (count[0] == "-" or not count.strip("0.")) else ()
