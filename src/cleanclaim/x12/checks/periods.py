"""SNIP type 4 of questions and answers: periods, birth dates and traces of any of them."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# Eligibility, claim status, authorization; claims have rules of their own.
ASKING = ("270", "271", "276", "277", "277CA", "278-request", "278-response")
# Who made up the identifier of a trace: an EIN, a DUNS, anybody.
_ORIGINATORS = ("1", "3", "9")


@check(
    "X12.4.DTP_PERIOD",
    guides=ASKING,
    at="DTP",
    code="IK4:I13",
    source="X12 data element 1251 as RD8",
    message="the period in DTP03 ends before it begins",
    failing=but("270", ("20260105-20260131", "20260131-20260105")),
    passing=but("270", ("20260105-20260131", "20260105-20260105")),
)
def periods_end_after_they_begin(day: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A period ends on the day it begins or later."""
    if day.get(2) != "RD8":
        return ()
    first, _, last = day.get(3).partition("-")
    return (Broken("DTP03"),) if last and last < first else ()


@check(
    "X12.4.DMG02",
    guides=("270", "271", "276", "278-request", "278-response"),
    at="DMG",
    code="IK4:7",
    source="BHT04 and DMG02",
    message="the birth is after the day on which the transaction was made (BHT04)",
    failing=but("270", ("DMG*D8*20150315", "DMG*D8*20260315")),
    passing=but("270", ("DMG*D8*20150315", "DMG*D8*20260105")),
)
def people_are_born_before_they_are_asked_about(
    person: Segment, _loop: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Nobody is asked about before birth."""
    born_on = person.get(2)
    if len(born_on) != 8 or not scope.made_on or born_on <= scope.made_on:
        return ()
    return (Broken("DMG02"),)


@check(
    "X12.4.TRN03_ORIGIN",
    guides=("270", "271", "278-request", "278-response"),
    at="TRN",
    code="IK4:7",
    severity=Severity.WARN,
    source="270, 271, 278: TRN03",
    message="TRN03 should begin with 1 (an EIN), 3 (a DUNS) or 9 (the sender's own choice)",
    failing=but("270", ("TRN*1*T-1*9MAPLE0001", "TRN*1*T-1*MAPLE00001")),
)
def traces_say_whose_identifier_they_bear(
    trace: Segment, _loop: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """The first character of the identifier tells who gave it."""
    origin = trace.get(3)
    return () if not origin or origin.startswith(_ORIGINATORS) else (Broken("TRN03"),)
