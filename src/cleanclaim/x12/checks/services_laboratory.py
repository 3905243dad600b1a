"""SNIP type 6: laboratory tests, the certificate of their laboratory and purchased services."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    filing,
    needs_certificate,
    place_of_service,
    services,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_PROFESSIONAL = ("837P",)
_OWN_LABORATORY = ("11", "81")
_REFERRED = "90"
_MEDICARE = (("*G-77******CI", "*******MB"), ("MI*M0001", "MI*1EG4TE5MK73"))
_TESTED = ("SV1*HC:36415*50*", "SV1*HC:80053*50*")


@check(
    "X12.6.LABORATORY",
    guides=_PROFESSIONAL,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A6:544",
    severity=Severity.WARN,
    source="837P, REF*X4; 42 CFR 493",
    message="a laboratory test is charged to Medicare but the CLIA number is missing (REF*X4)",
    failing=but("837P", *_MEDICARE, _TESTED),
    passing=but("837P", *_MEDICARE, _TESTED, ("REF*G1", "REF*X4*14D2345678~\nREF*G1")),
)
def test_has_a_certified_laboratory(claim: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A test that Medicare is to pay was done by a certified laboratory."""
    if scope.once(filing) != "MB" or scope.once(place_of_service) not in _OWN_LABORATORY:
        return ()
    if loop.find("REF", "X4"):
        return ()
    uncertified = any(
        needs_certificate(each.procedure) and not each.line.find("REF", "X4", "F4")
        for each in scope.once(services)
    )
    return (Broken("REF", claim),) if uncertified else ()


@check(
    "X12.6.REFERRED_TEST",
    guides=_PROFESSIONAL,
    at="2400/SV1",
    applies=unusual_claim,
    code="STC:A6:630",
    severity=Severity.WARN,
    source="837P, REF*F4 (2400); CPT, modifier 90",
    message="a test was done by another laboratory (90) whose CLIA number is missing (REF*F4)",
    failing=but("837P", ("SV1*HC:36415*50*", "SV1*HC:80053:90*50*")),
    passing=but(
        "837P",
        ("SV1*HC:36415*50*", "SV1*HC:80053:90*50*"),
        ("20260102-20260103~", "20260102-20260103~\nREF*F4*14D2345678~"),
    ),
)
def referred_test_names_its_laboratory(
    service: Segment, line: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """A test that was sent to another laboratory names that by its number."""
    if service.get(1, 2)[:1] != "8" or _REFERRED not in service.components(1)[2:6]:
        return ()
    return () if line.find("REF", "F4") or scope.unit.find("REF", "F4") else (Broken("REF"),)


@check(
    "X12.6.PURCHASED",
    guides=_PROFESSIONAL,
    at="2400/PS1",
    code="STC:A6:469",
    severity=Severity.WARN,
    source="837P, PS1 and 2420B",
    message="a service was bought (PS1) but from whom is missing (2420B)",
    failing=but("837P", ("REF*6R*L-1~", "REF*6R*L-1~\nPS1*1234567893*20~")),
    passing=but(
        "837P",
        ("REF*6R*L-1~", "REF*6R*L-1~\nPS1*1234567893*20~\nNM1*QB*2******XX*1234567893~"),
    ),
)
def seller_is_named(_purchase: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A service that was bought names who sold it."""
    return () if any(child.id == "2420B" for child in line.loops) else (Broken("PS101"),)
