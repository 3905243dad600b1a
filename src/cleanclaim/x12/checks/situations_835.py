"""SNIP type 4 of remittances: what a claim's status, dates and adjustments ask of each other."""

from collections.abc import Iterable

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import cents
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.screening import Screen
from cleanclaim.x12.checks.usual_remits import SERVED, unusual_remit
from cleanclaim.x12.segments import Loop, Segment

# CLP02: a payer that hands the claim on to another one, one that undoes an earlier decision.
_FORWARDED = {"19", "20", "21", "23"}
_REVERSAL = "22"
_PREDETERMINATION = "25"
_DENIED = "4"
# CARC whose own words ask for a remark beside them.
_NEED_REMARKS = frozenset({"16", "96", "226", "227", "252", "A1"})
_REMARK_PLACES = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}
_PAID = {"1", "2", "3"}  # CLP02: by the first, second or third payer
_ENDS = {"150", "151", "233"}  # DTM01: of a line's period, the end of a claim's
_ZEROS = {"0", "."}  # with which an amount of zero begins
# The last claim of the sample and where its segments begin.
_CLAIM = "CLP*C-2*4*25*0**12*P-2"
_NAME = "NM1*QC*1*POND*MIA~"


def _odd_claim(_guide: str, _segment_id: str) -> Screen:
    """Look at the status and the signs of a claim: most are paid as first, second or third."""

    def look(header: Segment) -> bool:
        elements = header.elements
        return len(elements) < 4 or elements[1] not in _PAID or "-" in elements[2] + elements[3]

    return Screen(look)


def _odd_adjustment(_guide: str, _segment_id: str) -> Screen:
    """Look for amounts that may be zero, reasons that ask for more, and several of them."""

    def look(adjustment: Segment) -> bool:
        elements = adjustment.elements
        if len(elements) != 3:
            return True
        return elements[1] in _NEED_REMARKS or elements[2][:1] in _ZEROS

    return Screen(look)


def _odd_day(_guide: str, _segment_id: str) -> Screen:
    """Look for the ends of periods: most days stand alone."""
    return Screen(lambda day: day.get(1) in _ENDS, frozenset({1}))


@check(
    "X12.4.CLP02_REVERSAL",
    guides=("835",),
    screening=_odd_claim,
    at="2100/CLP",
    code="IK5:5",
    source="835, reversal and correction (CLP02 22)",
    message="{element} of a reversal is not negative: it takes back what was told before",
    failing=but("835", (_CLAIM, "CLP*C-2*22*25*0**12*P-2")),
    passing=but(
        "835",
        (f"{_CLAIM}~\nCAS*CO*29*25", "CLP*C-2*22*-25*0**12*P-2~\nCAS*CO*29*-25"),
    ),
)
def reversal_takes_back(header: Segment, _claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A reversal repeats the amounts of the claim with their signs turned."""
    if header.get(2) != _REVERSAL:
        return ()
    return tuple(Broken(f"CLP{n:02d}") for n in (3, 4) if (cents(header, n) or 0) > 0)


@check(
    "X12.4.CLP02_NEGATIVE",
    guides=("835",),
    screening=_odd_claim,
    at="2100/CLP",
    code="IK5:5",
    severity=Severity.WARN,
    source="835, reversal and correction (CLP02 22)",
    message="{element} is negative though the claim is no reversal (CLP02 22)",
    failing=but("835", (f"{_CLAIM}~\nCAS*CO*29*25", "CLP*C-2*4*-25*0**12*P-2~\nCAS*CO*29*-25")),
    passing=but(
        "835",
        (f"{_CLAIM}~\nCAS*CO*29*25", "CLP*C-2*22*-25*0**12*P-2~\nCAS*CO*29*-25"),
    ),
)
def only_reversals_are_negative(header: Segment, _claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Charge and payment of a claim are below zero only where an earlier decision is undone."""
    if header.get(3)[:1] != "-" and header.get(4)[:1] != "-":
        return ()
    if header.get(2) == _REVERSAL:
        return ()
    return tuple(Broken(f"CLP{n:02d}") for n in (3, 4) if (cents(header, n) or 0) < 0)


@check(
    "X12.4.CLP02_DENIED",
    guides=("835",),
    screening=_odd_claim,
    at="2100/CLP",
    code="IK5:5",
    severity=Severity.WARN,
    source="835, CLP02 4",
    message="the claim is denied (CLP02 4) and yet is paid",
    failing=but(
        "835", (_CLAIM, "CLP*C-2*4*25*5**12*P-2"), ("29*25", "29*20"), ("BPR*I*125", "BPR*I*130")
    ),
    passing=but(
        "835", (_CLAIM, "CLP*C-2*1*25*5**12*P-2"), ("29*25", "29*20"), ("BPR*I*125", "BPR*I*130")
    ),
)
def denied_claim_is_not_paid(header: Segment, _claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A denied claim is paid nothing."""
    if header.get(2) != _DENIED or (cents(header, 4) or 0) <= 0:
        return ()
    return (Broken("CLP04"),)


@check(
    "X12.4.CLP02_PREDETERMINATION",
    guides=("835",),
    screening=_odd_claim,
    at="2100/CLP",
    code="IK5:5",
    source="835, CLP02 25",
    message="a predetermination (CLP02 25) pays nothing, but this one does",
    failing=but(
        "835", (_CLAIM, "CLP*C-2*25*25*5**12*P-2"), ("29*25", "29*20"), ("BPR*I*125", "BPR*I*130")
    ),
    passing=but("835", (_CLAIM, "CLP*C-2*25*25*0**12*P-2"), ("CAS*CO*29*25", "CAS*OA*101*25")),
)
def predetermination_is_not_paid(
    header: Segment, _claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A predetermination tells a price; no money moves."""
    if header.get(2) != _PREDETERMINATION or not cents(header, 4):
        return ()
    return (Broken("CLP04"),)


@check(
    "X12.4.NM1_TT",
    guides=("835",),
    screening=_odd_claim,
    at="2100/CLP",
    code="IK3:I6",
    source="835, NM1 crossover carrier (2100)",
    message="the claim was forwarded (CLP02) but the payer it went to is not named (NM1*TT)",
    failing=but("835", ("CLP*C-1*1*", "CLP*C-1*19*")),
    passing=but(
        "835",
        ("CLP*C-1*1*", "CLP*C-1*19*"),
        ("MI*M0001~", "MI*M0001~\nNM1*TT*2*SOUTH PAYER*****PI*SP001~"),
    ),
)
def forwarded_claim_names_the_next_payer(
    header: Segment, claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Who forwards a claim tells to whom."""
    if header.get(2) not in _FORWARDED or claim.find("NM1", "TT") is not None:
        return ()
    return (Broken("NM1"),)


@check(
    "X12.4.MIA_MOA",
    guides=("835",),
    at="2100/MOA",
    code="IK3:I9",
    source="835, MIA and MOA (2100)",
    message="the claim tells of an inpatient (MIA) and of an outpatient (MOA) decision",
    failing=but("835", (_NAME, f"{_NAME}\nMIA*0~\nMOA***MA01~")),
    passing=but("835", (_NAME, f"{_NAME}\nMOA***MA01~")),
)
def inpatient_or_outpatient(_outpatient: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A claim is of an inpatient or it is not."""
    return () if claim.find("MIA") is None else (Broken("MOA"),)


@check(
    "X12.4.CAS_ZERO",
    guides=("835",),
    screening=_odd_adjustment,
    at="CAS",
    code="IK4:I13",
    severity=Severity.WARN,
    source="835, claim adjustment (CAS)",
    message="{element} adjusts nothing: an adjustment of zero is not told",
    failing=but("835", ("CAS*CO*45*4*1*253*6", "CAS*CO*45*10**253*0")),
    passing=but("835", ("CAS*CO*45*4*1*253*6", "CAS*CO*45*10")),
)
def adjustments_adjust(adjustment: Segment, _loop: Loop, _scope: Scope) -> Iterable[Broken]:
    """Each amount of an adjustment is other than zero."""
    found = []
    for n, text in enumerate(adjustment.elements[2::3]):
        if text[:1] in _ZEROS and text and not text.strip("0."):
            found.append(Broken(f"CAS{3 + 3 * n:02d}"))
    return found


@check(
    "X12.4.CAS_TWICE",
    guides=("835",),
    screening=_odd_adjustment,
    at="CAS",
    code="IK4:I13",
    severity=Severity.WARN,
    source="835, claim adjustment (CAS)",
    message="{element} repeats a reason of the same segment: its amounts belong in one",
    failing=but("835", ("CAS*CO*45*4*1*253*6", "CAS*CO*45*4*1*45*6")),
)
def a_reason_comes_once(adjustment: Segment, _loop: Loop, _scope: Scope) -> Iterable[Broken]:
    """A reason stands once in a CAS with all that it adjusted."""
    if len(adjustment.elements) < 5:
        return ()
    reasons = [reason for reason in adjustment.elements[1::3] if reason]
    if len(reasons) == len(set(reasons)):
        return ()
    return [Broken(f"CAS{2 + 3 * n:02d}") for n, text in enumerate(reasons) if text in reasons[:n]]


@check(
    "X12.4.CAS_REMARK",
    guides=("835",),
    screening=_odd_adjustment,
    at=("2100/CAS", "2110/CAS"),
    code="IK3:I6",
    severity=Severity.WARN,
    source="X12 code source 139, reasons that ask for a remark",
    message="the reason in {element} asks for a remark (LQ*HE, MIA or MOA), but there is none",
    failing=but("835", ("CAS*CO*29*25", "CAS*CO*16*25")),
    passing=but("835", ("CAS*CO*29*25", "CAS*CO*16*25"), (_NAME, f"{_NAME}\nMOA***N382~")),
)
def reasons_that_ask_get_a_remark(
    adjustment: Segment, loop: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Where a reason says no more than "see the remark", a remark stands by."""
    reasons = adjustment.elements[1::3]
    if _NEED_REMARKS.isdisjoint(reasons):
        return ()
    if loop.find("LQ") is not None or any(map(_remarks, scope.unit.segments)):
        return ()
    place = next(n for n, reason in enumerate(reasons) if reason in _NEED_REMARKS)
    return (Broken(f"CAS{2 + 3 * place:02d}"),)


def _remarks(segment: Segment) -> bool:
    return any(segment.get(place) for place in _REMARK_PLACES.get(segment.id, ()))


@check(
    "X12.4.DTM_SERVICE",
    guides=("835",),
    at="2100/CLP",
    code="IK3:I6",
    severity=Severity.WARN,
    source="835, DTM statement dates (2100) and service dates (2110)",
    message="neither the claim (DTM*232) nor each of its lines (DTM) tells when the service was",
    failing=but("835", ("DTM*232*20260105~\n", "")),
    passing=but("835", ("DTM*472*20260102~\n", ""), ("MI*M0001~", "MI*M0001~\nDTM*232*20260102~")),
    applies=unusual_remit,
)
def dates_of_service_are_told(header: Segment, claim: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The claim says when it was, or every line does; a predetermination has no day yet."""
    if header.get(2) == _PREDETERMINATION or _dated(claim):
        return ()
    lines = claim.children("2110")
    return () if lines and all(map(_dated, lines)) else (Broken("DTM"),)


def _dated(loop: Loop) -> bool:
    """Tell whether a claim or line says when the service was."""
    for each in loop.segments:  # noqa: SIM110 - a generator would double the time
        if each.id == "DTM" and each.get(1) in SERVED:
            return True
    return False


@check(
    "X12.4.DTM_RANGE",
    guides=("835",),
    screening=_odd_day,
    at="2110/DTM",
    code="IK3:I6",
    source="835, DTM service date (2110)",
    message="a period of service needs its first (150) and its last day (151), and no 472",
    failing=but("835", ("DTM*472*20260102", "DTM*150*20260102")),
    passing=but("835", ("DTM*472*20260102", "DTM*150*20260102~\nDTM*151*20260103")),
)
def periods_have_both_ends(day: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """150 and 151 come together, 472 comes alone."""
    qualifier = day.get(1)
    other = {"150": "151", "151": "150"}.get(qualifier)
    if other is None:
        return ()
    if line.find("DTM", other) is None or line.find("DTM", "472") is not None:
        return (Broken("DTM01"),)
    return ()


@check(
    "X12.4.DTM_ORDER",
    guides=("835",),
    screening=_odd_day,
    at=("2100/DTM", "2110/DTM"),
    code="IK4:I13",
    source="835, DTM (2100, 2110)",
    message="the last day (DTM*{last}) is before the first (DTM*{first})",
    failing=but("835", ("DTM*232*20260105~", "DTM*232*20260105~\nDTM*233*20260104~")),
    passing=but("835", ("DTM*232*20260105~", "DTM*232*20260105~\nDTM*233*20260105~")),
)
def periods_end_after_they_begin(day: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A period ends on the day it begins or later."""
    qualifier = day.get(1)
    first = {"233": "232", "151": "150"}.get(qualifier)
    start = loop.find("DTM", first) if first else None
    if start is None or day.get(2) >= start.get(2):
        return ()
    return (Broken("DTM02", words={"first": first or "", "last": qualifier}),)


@check(
    "X12.4.SVC06_SAME",
    guides=("835",),
    at="2110/SVC",
    code="IK4:I13",
    severity=Severity.WARN,
    source="835, SVC06 (2110)",
    message="SVC06 repeats SVC01: it tells the submitted procedure only where it was another one",
    failing=but("835", ("SVC*HC:36415*50*40**1", "SVC*HC:36415*50*40**1*HC:36415")),
    passing=but("835", ("SVC*HC:36415*50*40**1", "SVC*HC:36415*50*40**1*HC:36416")),
    applies=unusual_remit,
)
def submitted_procedure_differs(line: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The procedure that was billed is told only where another one was judged."""
    if len(line.elements) < 6 or not line.elements[5] or line.get(7):
        return ()
    return (Broken("SVC06"),) if line.elements[5] == line.elements[0] else ()
