"""SNIP type 6: spinal manipulation, mammography, lenses, screening and shared care."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import filing, may_charge, services, services_by_kind
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_MANIPULATED = ("SV1*HC:36415*50*", "SV1*HC:98940:AT*50*")
_SPINE = ("HI*ABK:E119*", "CR2********A~\nHI*ABK:E119*")
_MEDICARE = ("*G-77******CI", "*******MB")


@check(
    "X12.6.MANIPULATION",
    guides=("837P",),
    at="2300/CR2",
    code="STC:A8:336",
    severity=Severity.WARN,
    source="837P, CR2 (2300)",
    message="the condition of a spine is told (CR2) but no manipulation is charged",
    failing=but("837P", _SPINE),
    passing=but("837P", _SPINE, _MANIPULATED),
)
def condition_has_its_manipulation(
    _condition: Segment, _claim: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """The condition of a spine is told where it is manipulated."""
    return () if may_charge(scope, "manipulation") else (Broken("CR208"),)


@check(
    "X12.6.ACUTE_PHASE",
    guides=("837P",),
    at="2300/CR2",
    code="STC:A6:715",
    source="837P, DTP*453 and CR208",
    message="Medicare asks when an acute condition of the spine showed itself (DTP*453)",
    failing=but("837P", _MEDICARE, ("MI*M0001", "MI*1EG4TE5MK73"), _SPINE, _MANIPULATED),
    passing=but("837P", _SPINE, _MANIPULATED),
)
def acute_condition_has_a_day(condition: Segment, claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """An acute condition that Medicare is to treat has a day on which it showed itself."""
    if condition.get(8) not in ("A", "M") or scope.once(filing) != "MB":
        return ()
    told = claim.find("DTP", "453")
    told_by_line = any(each.line.find("DTP", "453") for each in scope.once(services))
    return () if told or told_by_line else (Broken("CR208"),)


@check(
    "X12.6.MAMMOGRAPHY",
    guides=("837P",),
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:142",
    severity=Severity.WARN,
    source="837P, REF*EW (2300, 2400)",
    message="mammography is charged but the facility's certificate is missing (REF*EW)",
    failing=but("837P", ("SV1*HC:36415*50*", "SV1*HC:77067*50*")),
    passing=but("837P", ("SV1*HC:36415*50*", "SV1*HC:77067:26*50*")),
)
def mammography_is_certified(claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Who takes mammograms is certified; who only reads them (26) need not be."""
    taken = scope.once(services_by_kind).get("mammography")
    if not taken or loop.find("REF", "EW"):
        return ()
    open_lines = [
        each for each in taken if "26" not in each.modifiers and not each.line.find("REF", "EW")
    ]
    return (Broken("REF", claim),) if open_lines else ()


@check(
    "X12.6.LENSES",
    guides=("837P",),
    at="2300/CRC*E1,E2,E3",
    code="STC:A8:732",
    severity=Severity.WARN,
    source="837P, CRC*E1, E2 and E3",
    message="the condition of lenses or frames is told but none are charged",
    failing=but("837P", ("HI*ABK:E119*", "CRC*E1*Y*L1~\nHI*ABK:E119*")),
    passing=but(
        "837P",
        ("HI*ABK:E119*", "CRC*E1*Y*L1~\nHI*ABK:E119*"),
        ("SV1*HC:36415*50*", "SV1*HC:V2100*50*"),
    ),
)
def condition_has_its_lenses(_condition: Segment, _claim: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The condition of lenses and frames is told where some are charged."""
    return () if may_charge(scope, "vision") else (Broken("CRC01"),)


@check(
    "X12.6.SCREENING",
    guides=("837P", "837I"),
    at="2300/CRC*ZZ",
    code="STC:A7:564",
    source="837, CRC*ZZ, CRC02 and CRC03",
    message="a screening's answer (CRC02) and its condition (NU, no referral) disagree",
    failing=but("837P", ("HI*ABK:E119*", "CRC*ZZ*N*AV~\nHI*ABK:E119*")),
    passing=but("837P", ("HI*ABK:E119*", "CRC*ZZ*N*NU~\nHI*ABK:E119*")),
)
def screening_agrees_with_itself(
    condition: Segment, _claim: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A screening without referral has the condition NU, one with a referral another."""
    if not condition.get(3):
        return ()
    agrees = (condition.get(2) == "N") == (condition.get(3) == "NU")
    return () if agrees else (Broken("CRC03"),)


@check(
    "X12.6.SHARED_CARE",
    guides=("837P",),
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:388",
    severity=Severity.WARN,
    source="837P, DTP*090 and 091; CPT, modifier 55",
    message="care after surgery alone is charged (55) but when it changed hands is missing",
    failing=but("837P", ("SV1*HC:36415*50*", "SV1*HC:66984:55*50*")),
    passing=but(
        "837P",
        ("SV1*HC:36415*50*", "SV1*HC:66984:55*50*"),
        ("Y*Y~\nREF*G1", "Y*Y~\nDTP*090*D8*20260102~\nREF*G1"),
    ),
)
def shared_care_changed_hands(claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Where one operates and another cares for the patient, the day of the change is told."""
    if not scope.once(_shares_care) or loop.find("DTP", "090", "091"):
        return ()
    return (Broken("DTP", claim),)


def _shares_care(scope: Scope) -> bool:
    """Tell whether a surgical procedure has modifier 55, for the care after it alone."""
    return any(
        "55" in each.modifiers
        for each in scope.once(services)
        if each.segment.id == "SV1" and "10004" <= each.procedure <= "69990"
    )
