"""SNIP type 6: revenue codes that ask for a procedure, a payment group or a kind of bill."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import bill_type
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_INSTITUTIONAL = ("837I",)
# Payment groups of skilled nursing, home health and inpatient rehabilitation (HIPPS codes).
_GROUPED = frozenset({"0022", "0023", "0024"})
_GROUP_QUALIFIER = "HP"
_HOSPICE_DAYS = frozenset({"0651", "0652", "0655", "0656"})
_HOSPICES = ("81", "82")
_AMBULANCE = "054"
_OUTPATIENT = frozenset({"13", "83", "85"})


@check(
    "X12.6.PAYMENT_GROUP",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A6:513",
    source="NUBC, revenue codes 0022 to 0024; 837I, SV202-1",
    message="revenue code {revenue} asks for the code of a payment group (SV202 with HP)",
    failing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0022**1200*UN*30~")),
    passing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0022*HP:KAGD1*1200*UN*30~")),
)
def group_line_has_its_group(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A line of a payment group has the group's code."""
    revenue = service.get(1)
    if revenue not in _GROUPED or service.get(2, 1) == _GROUP_QUALIFIER:
        return ()
    return (Broken("SV202", words={"revenue": revenue}),)


@check(
    "X12.6.PAYMENT_GROUP_REVENUE",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A8:455",
    source="NUBC, revenue codes 0022 to 0024; 837I, SV202-1",
    message="the code of a payment group (HP) stands at revenue code {revenue}, which has none",
    failing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0250*HP:KAGD1*1200*UN*30~")),
    passing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0023*HP:KAGD1*1200*UN*30~")),
    severity=Severity.WARN,
)
def group_has_its_line(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The code of a payment group stands at one of three revenue codes."""
    revenue = service.get(1)
    if service.get(2, 1) != _GROUP_QUALIFIER or revenue in _GROUPED:
        return ()
    return (Broken("SV201", words={"revenue": revenue}),)


@check(
    "X12.6.DETAILED_DRUG",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A6:507",
    source="NUBC, revenue code 0636",
    message="revenue code 0636 is for drugs whose procedure code is told, and it is not (SV202)",
    failing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0636**1200*UN*30~")),
    passing=but("837I", ("SV2*0250**1200*UN*30~", "SV2*0636*HC:J1885*1200*UN*30~")),
)
def detailed_drug_has_a_code(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Drugs that need detailed coding have a code."""
    return (Broken("SV202"),) if service.get(1) == "0636" and not service.get(2, 2) else ()


@check(
    "X12.6.RIDE_PROCEDURE",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A6:507",
    severity=Severity.WARN,
    source="837I, SV202; NUBC, revenue code 054x",
    message="an outpatient's ambulance is charged without its procedure code (SV202)",
    failing=but("837I", ("SV2*0320*HC:73110*", "SV2*0540**"), ("*HC:73110*0320", "**0540")),
    passing=but(
        "837I", ("SV2*0320*HC:73110*", "SV2*0540*HC:A0429:RH*"), ("*HC:73110*0320", "**0540")
    ),
)
def ride_has_a_procedure(service: Segment, _line: Loop, scope: Scope) -> tuple[Broken, ...]:
    """An ambulance for an outpatient is charged by its procedure."""
    if not service.get(1).startswith(_AMBULANCE) or service.get(2, 2):
        return ()
    return (Broken("SV202"),) if scope.once(bill_type)[0] in _OUTPATIENT else ()


@check(
    "X12.6.HOSPICE_BILL",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A8:228",
    severity=Severity.WARN,
    source="NUBC, revenue codes 0651 to 0656 and types of bill 081x and 082x",
    message="days of hospice care (revenue code {revenue}) stand on a bill of no hospice",
    failing=but("837I", ("SV2*0320*HC:73110*", "SV2*0651*HC:Q5001*")),
    passing=but(
        "837I", ("300***13:A:1", "300***81:A:1"), ("SV2*0320*HC:73110*", "SV2*0651*HC:Q5001*")
    ),
)
def hospice_days_are_of_a_hospice(
    service: Segment, _line: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Days of hospice care are billed as a hospice."""
    revenue = service.get(1)
    if revenue not in _HOSPICE_DAYS or scope.once(bill_type)[0] in _HOSPICES:
        return ()
    return (Broken("SV201", words={"revenue": revenue}),)
