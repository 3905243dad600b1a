"""SNIP type 4 of institutional claims: what the type of bill asks for and forbids."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    bill_type,
    codes,
    day,
    period,
    services,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_INSTITUTIONAL = ("837I",)
# Facilities by the first two digits of the type of bill: inpatient of hospitals, swing beds,
# skilled nursing and religious non-medical institutions; outpatient of hospitals.
_HOSPITAL_INPATIENT = frozenset({"11"})
_INPATIENT = frozenset({"11", "18", "21", "41"})
_OUTPATIENT = frozenset({"13", "83", "85"})
# Frequencies (CLM05-3) of bills for a whole stay or its last part, and for its earlier parts.
_FINAL = frozenset({"1", "4"})
_INTERIM = frozenset({"2", "3"})
_STILL_PATIENT = "30"
_UNSCHEDULED = frozenset({"1", "2", "5"})  # emergency, urgent, trauma (CL101)
_VISIT_REVENUES = ("045", "0516", "0762")
_TRANSPORT_REVENUE = "054"
_VACCINE_REVENUES = frozenset({"0636", "0771"})
_BED_REVENUES = tuple(f"0{tens}" for tens in range(11, 22))


@check(
    "X12.4.ADMISSION_DATE",
    guides=_INSTITUTIONAL,
    at="2300/CLM",
    code="STC:A6:189",
    source="837I, DTP*435",
    message="the bill is for an inpatient but the day of admission is missing (DTP*435)",
    failing=but("837I", ("DTP*435*DT*202601120845~\n", "")),
    passing=but("837I", ("DTP*435*DT*202601120845~", "DTP*435*D8*20260112~")),
)
def inpatient_has_an_admission(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A bill for an inpatient says when the patient was admitted."""
    if scope.once(bill_type)[0] not in _INPATIENT or loop.find("DTP", "435"):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.4.ADMISSION_LATE",
    guides=_INSTITUTIONAL,
    at="2300/DTP*435",
    code="STC:A8:189",
    source="837I, DTP*435 and DTP*434",
    message="the admission is after the end of the statement's period",
    failing=but("837I", ("DTP*435*DT*202601120845~", "DTP*435*DT*202601170845~")),
    passing=but("837I", ("DTP*435*DT*202601120845~", "DTP*435*DT*202601160845~")),
)
def admission_precedes_the_end(date: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A patient is admitted before the end of the period that is billed."""
    if date.get(1) != "435":
        return ()
    _, through = _statement(loop)
    return (Broken("DTP03"),) if through and day(date.get(3)) > through else ()


@check(
    "X12.4.DISCHARGE_HOUR",
    guides=_INSTITUTIONAL,
    at="2300/CLM",
    code="STC:A6:233",
    source="837I, DTP*096",
    message="the bill ends a hospital stay but the hour of discharge is missing (DTP*096)",
    failing=but("837I", ("DTP*096*TM*1130~\n", "")),
    passing=but(
        "837I", ("DTP*096*TM*1130~\n", ""), ("11:A:1", "11:A:2"), ("CL1*1*1*01", "CL1*1*1*30")
    ),
)
def final_bill_has_a_discharge(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The bill for a whole hospital stay, or its last part, says when the patient left."""
    facility, frequency = scope.once(bill_type)
    if facility not in _HOSPITAL_INPATIENT or frequency not in _FINAL:
        return ()
    return () if loop.find("DTP", "096") else (Broken("DTP"),)


@check(
    "X12.4.STILL_PATIENT",
    guides=_INSTITUTIONAL,
    at="2300/CL1",
    code="STC:A8:234",
    source="837I, CL103 and CLM05-3; NUBC, frequency of bills",
    message="the frequency of the bill and the patient's status (30, still there) disagree",
    failing=but("837I", ("CL1*1*1*01", "CL1*1*1*30")),
    passing=but("837I", ("11:A:1", "11:A:2"), ("CL1*1*1*01", "CL1*1*1*30")),
)
def status_fits_the_frequency(admission: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A patient is still there on the earlier bills of a hospital stay and gone on the last."""
    facility, frequency = scope.once(bill_type)
    if facility not in _HOSPITAL_INPATIENT or not admission.get(3):
        return ()
    wrong = _FINAL if admission.get(3) == _STILL_PATIENT else _INTERIM
    return (Broken("CL103"),) if frequency in wrong else ()


@check(
    "X12.4.NEWBORN_SOURCE",
    guides=_INSTITUTIONAL,
    at="2300/CL1",
    code="STC:A8:229",
    severity=Severity.WARN,
    source="NUBC, point of origin of newborns",
    message="a newborn's point of origin (CL102) is 5, born here, or 6, born elsewhere",
    failing=but("837I", ("CL1*1*1*01", "CL1*4*1*01")),
    passing=but("837I", ("CL1*1*1*01", "CL1*4*5*01")),
)
def newborn_was_born(admission: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A newborn comes from a birth in this hospital or outside of it."""
    if admission.get(1) != "4" or admission.get(2) in ("", "5", "6", "9"):
        return ()
    return (Broken("CL102"),)


@check(
    "X12.4.ATTENDING",
    guides=_INSTITUTIONAL,
    at="2300/CLM",
    code="STC:A6:125:71",
    source="837I, 2310A",
    message="the attending provider is missing (2310A)",
    failing=but("837I", ("NM1*71*1*BIRCH*ANNA****XX*1245319599~\nPRV*AT*PXC*207RC0000X~\n", "")),
    passing=but(
        "837I",
        ("NM1*71*1*BIRCH*ANNA****XX*1245319599~\nSBR", "SBR"),
        ("SV2*0450*HC:99283:25*", "SV2*0540*HC:A0428:RH*"),
        ("SV2*0320*HC:73110*", "SV2*0540*HC:A0425:RH*"),
        ("HI*APR:S52501A~\n", ""),
        ("SVD*SP001*150*HC:99283:25*0450*", "SVD*SP001*150*HC:A0428:RH*0540*"),
    ),
)
def attending_provider_is_named(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A bill names who attended the patient, unless it is for transport or vaccines alone."""
    if any(child.id == "2310A" for child in loop.loops):
        return ()
    revenues = scope.once(_revenues)
    transport = all(each.startswith(_TRANSPORT_REVENUE) for each in revenues)
    exempt = transport or _VACCINE_REVENUES.issuperset(revenues)
    return (Broken("CLM01"),) if revenues and not exempt else ()


@check(
    "X12.4.OPERATING",
    guides=_INSTITUTIONAL,
    at="2300/CLM",
    code="STC:A6:125:72",
    severity=Severity.WARN,
    source="837I, 2310B",
    message="a procedure is listed but not who operated (2310B)",
    failing=but("837I", ("NM1*72*1*ALDER*PAUL****XX*1245319599~\n", "")),
)
def operating_physician_is_named(_claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A bill that lists a surgical procedure names who operated."""
    if any(child.id == "2310B" for child in loop.loops) or not scope.once(_principal_procedures):
        return ()
    return (Broken("CLM01"),)


@check(
    "X12.4.ADMITTING_DIAGNOSIS",
    guides=_INSTITUTIONAL,
    at="2300/CLM",
    code="STC:A6:232",
    source="837I, HI with ABJ or BJ",
    message="the bill is for a hospital inpatient but has no admitting diagnosis",
    failing=but("837I", ("HI*ABJ:R079~\n", "")),
    passing=but("837I", ("11:A:1", "12:A:1"), ("HI*ABJ:R079~\n", "")),
)
def inpatient_has_a_reason(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A bill for a hospital inpatient says for what the patient was admitted."""
    if scope.once(bill_type)[0] not in _HOSPITAL_INPATIENT or codes(scope, "ABJ", "BJ"):
        return ()
    return (Broken("HI"),)


@check(
    "X12.4.VISIT_REASON",
    guides=_INSTITUTIONAL,
    at="2300/CL1",
    code="STC:A6:673",
    source="837I, HI with APR or PR; NUBC, form locator 70",
    message="an unscheduled outpatient visit has no reason for the visit (HI with APR)",
    failing=but("837I", ("CL1*3*1*01", "CL1*1*1*01"), ("HI*APR:S52501A~\n", "")),
    passing=but("837I", ("HI*APR:S52501A~\n", "")),
)
def visit_has_a_reason(admission: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """An emergency or urgent visit to a hospital's outpatients says why the patient came."""
    if admission.get(1) not in _UNSCHEDULED or scope.once(bill_type)[0] not in ("13", "85"):
        return ()
    visits = any(each.startswith(_VISIT_REVENUES) for each in scope.once(_revenues))
    return (Broken("HI"),) if visits and not codes(scope, "APR", "PR") else ()


@check(
    "X12.4.VISIT_REASON_INPATIENT",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A8:673",
    severity=Severity.WARN,
    source="837I, HI with APR or PR",
    message="the reason of an outpatient visit stands on a bill for a hospital inpatient",
    failing=but("837I", ("HI*ABJ:R079~", "HI*ABJ:R079~\nHI*APR:R079~")),
    passing=but("837I", ("HI*APR:S52501A~", "HI*APR:R079~")),
)
def inpatient_visits_nobody(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The reason for a visit is that of an outpatient."""
    if holder.get(1, 1) not in ("APR", "PR"):
        return ()
    inpatient = scope.once(bill_type)[0] in _HOSPITAL_INPATIENT
    return (Broken("HI01-01"),) if inpatient else ()


@check(
    "X12.4.DRG_OUTPATIENT",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A8:256",
    severity=Severity.WARN,
    source="837I, HI with DR",
    message="a diagnosis related group stands on a bill for an outpatient",
    failing=but("837I", ("HI*APR:S52501A~", "HI*APR:S52501A~\nHI*DR:282~")),
)
def outpatient_has_no_drg(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Diagnosis related groups are for inpatients."""
    if holder.get(1, 1) != "DR" or scope.once(bill_type)[0] not in _OUTPATIENT:
        return ()
    return (Broken("HI01-01"),)


@check(
    "X12.4.PRINCIPAL_PROCEDURE",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A6:465",
    source="837I, HI with BBQ and BBR",
    message="other procedures are listed but no principal one (HI with BBR)",
    failing=but("837I", ("HI*BBR:4A023N7:D8:20260113~\n", "")),
    passing=but("837I", ("HI*BBQ:B2111ZZ:D8:20260113~\n", "")),
)
def one_procedure_is_principal(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Where procedures are listed, one is the principal procedure."""
    if holder.get(1, 1) not in ("BBQ", "BQ") or scope.once(_principal_procedures):
        return ()
    return (Broken("HI01-01"),)


@check(
    "X12.4.PROCEDURE_DATE",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A7:486",
    source="837I, HI with BBR or BBQ; DTP*434",
    message="a procedure is dated after the statement's period",
    failing=but("837I", ("4A023N7:D8:20260113", "4A023N7:D8:20260117")),
    passing=but("837I", ("4A023N7:D8:20260113", "4A023N7:D8:20260111")),
)
def procedure_precedes_the_end(holder: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Procedures are done before the end of the period that is billed."""
    kind = holder.get(1, 1)
    if kind not in ("BBR", "BR", "BBQ", "BQ"):
        return ()
    _, through = _statement(loop)
    code = "" if kind in ("BBR", "BR") else "STC:A7:492"
    return tuple(
        Broken(f"HI{place:02d}-04", code=code)
        for place in range(1, len(holder.elements) + 1)
        if through and day(holder.get(place, 4)) > through
    )


@check(
    "X12.4.OCCURRENCE_SPAN",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A7:722",
    source="837I, HI with BI",
    message="an occurrence span ends before it begins",
    failing=but("837I", ("20251201-20251205", "20251205-20251201")),
    passing=but("837I", ("20251201-20251205", "20251205-20251205")),
)
def spans_run_forward(holder: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An occurrence span ends on the day it begins or later."""
    if holder.get(1, 1) != "BI":
        return ()
    spans = [holder.get(place, 4) for place in range(1, len(holder.elements) + 1)]
    return tuple(
        Broken(f"HI{place:02d}-04")
        for place, (first, _, last) in enumerate((each.partition("-") for each in spans), 1)
        if day(last) and day(last) < day(first)
    )


@check(
    "X12.4.CONDITION_TWICE",
    guides=_INSTITUTIONAL,
    at="2300/HI",
    code="STC:A7:460",
    severity=Severity.WARN,
    source="837I, HI with BG",
    message="a condition code is listed twice",
    failing=but("837I", ("HI*BG:C1~", "HI*BG:C1*BG:C1~")),
    passing=but("837I", ("HI*BG:C1~", "HI*BG:C1*BG:C2~")),
)
def conditions_differ(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A bill lists each condition once."""
    if holder.get(1, 1) != "BG":
        return ()
    listed = codes(scope, "BG")
    return tuple(
        Broken(f"HI{place:02d}-02")
        for place in range(2, len(holder.elements) + 1)
        if listed.count(holder.get(place, 2)) > 1
        and holder.get(place, 2) in [holder.get(before, 2) for before in range(1, place)]
    )


@check(
    "X12.4.LINE_PERIOD",
    guides=_INSTITUTIONAL,
    at="2400/DTP*472",
    code="STC:A8:187",
    source="837I, DTP*472 (2400) and DTP*434 (2300)",
    message="the line's day of service is outside of the statement's period",
    failing=but("837I", ("DTP*472*D8*20260120", "DTP*472*D8*20260121")),
    passing=but("837I", ("RD8*20260120-20260120", "RD8*20260120-20260121")),
)
def line_lies_in_the_period(date: Segment, _line: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A line is of a day in the period that the bill covers."""
    if date.get(1) != "472":
        return ()
    opening, closing = _statement(scope.unit)
    first, last = period(date)
    return (Broken("DTP03"),) if closing and first and (first < opening or last > closing) else ()


@check(
    "X12.4.LINE_DATE",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A6:187",
    source="837I, DTP*472 (2400)",
    message="the bill covers several days and an outpatient's line does not say which is its own",
    failing=but(
        "837I", ("RD8*20260120-20260120", "RD8*20260120-20260121"), ("DTP*472*D8*20260120~\n", "")
    ),
    passing=but("837I", ("DTP*472*D8*20260120~\n", "")),
)
def outpatient_line_has_a_day(_service: Segment, line: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A line of an outpatient's bill for several days says its own; a drug's need not."""
    if scope.once(bill_type)[0] not in _OUTPATIENT or line.find("DTP", "472"):
        return ()
    opening, closing = _statement(scope.unit)
    drug = any(child.id == "2410" for child in line.loops)
    return (Broken("DTP"),) if opening != closing and not drug else ()


@check(
    "X12.4.OUTPATIENT_BED",
    guides=_INSTITUTIONAL,
    at="2400/SV2",
    code="STC:A8:455",
    severity=Severity.WARN,
    source="NUBC, revenue codes for room and board",
    message="a bill for an outpatient charges a bed (revenue code {revenue})",
    failing=but("837I", ("SV2*0320*HC:73110*", "SV2*0120*HC:73110*")),
    passing=but("837I", ("SV2*0320*HC:73110*", "SV2*0762*HC:73110*")),
)
def outpatient_has_no_bed(service: Segment, _line: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Beds are charged to inpatients."""
    revenue = service.get(1)
    if not revenue.startswith(_BED_REVENUES) or scope.once(bill_type)[0] not in _OUTPATIENT:
        return ()
    return (Broken("SV201", words={"revenue": revenue}),)


def _statement(claim: Loop) -> tuple[str, str]:
    """Give the period that a bill covers (DTP*434), "" where it tells none."""
    date = claim.find("DTP", "434")
    return period(date) if date is not None else ("", "")


def _revenues(scope: Scope) -> list[str]:
    return [each.segment.get(1) for each in scope.once(services)]


def _principal_procedures(scope: Scope) -> list[str]:
    return codes(scope, "BBR", "BR", "CAH")
