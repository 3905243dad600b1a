"""SNIP type 6: anesthesia is charged in minutes, and what belongs to it stands with it."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import kind_of, may_charge
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

# Anesthesia without time of its own: burns by area, daily management, delivery by unlisted or
# neuraxial means that payers count in their own ways, support of organs, unlisted.
_UNTIMED = frozenset({"01953", "01967", "01968", "01969", "01990", "01996", "01999"})
_ANESTHETIC = ("SV1*HC:99213:25*100*UN*1*", "SV1*HC:00142:QK*100*MJ*61*")


@check(
    "X12.6.ANESTHESIA_MINUTES",
    guides=("837P",),
    at="2400/SV1",
    applies=unusual_claim,
    code="STC:A7:251",
    source="837P, SV103 (2400)",
    message="anesthesia is charged in units where minutes are asked for (SV103 MJ)",
    failing=but("837P", ("SV1*HC:99213:25*100*UN*1*", "SV1*HC:00142:QK*100*UN*61*")),
    passing=but("837P", ("SV1*HC:99213:25*100*UN*1*", "SV1*HC:01996*100*UN*1*")),
)
def anesthesia_is_timed(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Anesthesia is charged by its minutes."""
    procedure = service.get(1, 2)
    if procedure[:1] != "0" or kind_of(procedure) != "anesthesia":
        return ()
    return (Broken("SV103"),) if service.get(3) == "UN" and procedure not in _UNTIMED else ()


@check(
    "X12.6.MINUTES",
    guides=("837P",),
    at="2400/SV1",
    applies=unusual_claim,
    code="STC:A7:659",
    severity=Severity.WARN,
    source="837P, SV103 (2400)",
    message="minutes are charged (SV103 MJ) for a procedure that is no anesthesia",
    failing=but("837P", ("SV1*HC:36415*50*UN*1*", "SV1*HC:36415*50*MJ*15*")),
    passing=but("837P", _ANESTHETIC),
)
def minutes_are_of_anesthesia(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Minutes are the measure of anesthesia."""
    if service.get(3) != "MJ":
        return ()
    procedure = service.get(1, 2)
    return (Broken("SV103"),) if procedure and kind_of(procedure) != "anesthesia" else ()


@check(
    "X12.6.OBSTETRIC_UNITS",
    guides=("837P",),
    at="2400/QTY*FL",
    code="STC:A8:712",
    severity=Severity.WARN,
    source="837P, QTY*FL (2400)",
    message="additional units of obstetric anesthesia stand at a line that is no anesthesia",
    failing=but("837P", ("REF*6R*L-1~", "QTY*FL*2~\nREF*6R*L-1~")),
    passing=but("837P", _ANESTHETIC, ("REF*6R*L-1~", "QTY*FL*2~\nREF*6R*L-1~")),
)
def obstetric_units_are_of_anesthesia(
    _quantity: Segment, line: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Additional units of obstetric anesthesia stand at its line."""
    service = line.find("SV1")
    if service is None:
        return ()
    return () if kind_of(service.get(1, 2)) == "anesthesia" else (Broken("QTY01"),)


@check(
    "X12.6.ANESTHESIA_SURGERY",
    guides=("837P",),
    at="2300/HI",
    code="STC:A8:262",
    severity=Severity.WARN,
    source="837P, HI with BP",
    message="the surgery behind an anesthesia is named (HI with BP) but no anesthesia is charged",
    failing=but("837P", ("*ABF:I10~", "*ABF:I10~\nHI*BP:33405~")),
    passing=but("837P", _ANESTHETIC, ("*ABF:I10~", "*ABF:I10~\nHI*BP:33405~")),
)
def surgery_has_its_anesthesia(holder: Segment, _claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The surgery behind an anesthesia is named on the claim that charges it."""
    if holder.get(1, 1) != "BP" or may_charge(scope, "anesthesia"):
        return ()
    return (Broken("HI01-01"),)
