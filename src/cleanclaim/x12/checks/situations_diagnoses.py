"""SNIP type 4 of claims: diagnoses and the lines that point to them."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import coded, codes, filing, service_span
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.situations_parties import PROPERTY_AND_CASUALTY
from cleanclaim.x12.segments import Loop, Segment

# Qualifiers of HI that list what a line may point to, first the principal diagnosis.
_LISTED = ("ABK", "ABF", "BK", "BF", "TQ")
_ICD_9 = frozenset({"BK", "BF", "BJ", "PR", "BN", "BR", "BQ"})
_ICD_10 = frozenset({"ABK", "ABF", "ABJ", "APR", "ABN", "BBR", "BBQ"})
_POINTERS = {"SV1": 7, "SV3": 11}
# The day from which covered entities use ICD-10 (45 CFR 162.1002(c)).
_ICD_10_FROM = "20151001"


@check(
    "X12.4.POINTER",
    guides=("837P", "837D"),
    at=("2400/SV1", "2400/SV3"),
    code="STC:A7:477",
    source="837, SV107 or SV311",
    message="the line points to a diagnosis that the claim does not list ({element})",
    failing=but("837P", ("UN*1***1:2~", "UN*1***1:3~")),
    passing=but("837P", ("UN*1***1:2~", "UN*1***2:1~")),
)
def pointers_hit_diagnoses(service: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A line points to diagnoses of its claim by their number in the list."""
    place = _POINTERS[service.id]
    pointers = service.components(place)
    if not pointers:
        return ()
    listed = scope.once(_diagnoses_listed)
    if listed < 0:
        return ()
    return tuple(
        Broken(f"{service.id}{place:02d}-{number:02d}")
        for number, pointer in enumerate(pointers, 1)
        if pointer.isdecimal() and not 0 < int(pointer) <= listed
    )


def _diagnoses_listed(scope: Scope) -> int:
    """Count the diagnoses; -1 where there are some that cannot be read (reported elsewhere)."""
    count = len(codes(scope, *_LISTED))
    return -1 if not count and scope.unit.find("HI") else count


@check(
    "X12.4.POINTER_TWICE",
    guides=("837P", "837D"),
    at=("2400/SV1", "2400/SV3"),
    code="STC:A7:477",
    severity=Severity.WARN,
    source="837, SV107 or SV311",
    message="the line points twice to the same diagnosis",
    failing=but("837P", ("UN*1***1:2~", "UN*1***1:1~")),
)
def pointers_differ(service: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A line points to each diagnosis once."""
    place = _POINTERS[service.id]
    pointers = [each for each in service.components(place) if each]
    if len(pointers) == len(set(pointers)):
        return ()
    return (Broken(f"{service.id}{place:02d}"),)


@check(
    "X12.4.DIAGNOSIS_TWICE",
    guides=CLAIMS,
    at="2300/CLM",
    code="STC:A7:255",
    severity=Severity.WARN,
    source="837, HI (2300)",
    message="the claim lists a diagnosis twice",
    failing=but("837P", ("HI*ABK:E119*ABF:I10~", "HI*ABK:E119*ABF:E119~")),
)
def diagnoses_differ(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A claim lists each diagnosis once."""
    seen: set[str] = set()
    for segment, place in scope.once(_diagnosis_places):
        code = segment.get(place, 2)
        if code in seen:
            return (Broken(f"HI{place:02d}-02", segment),)
        seen.add(code)
    return ()


def _diagnosis_places(scope: Scope) -> list[tuple[Segment, int]]:
    return list(coded(scope, *_LISTED))


@check(
    "X12.4.ICD_MIXED",
    guides=CLAIMS,
    at="2300/HI",
    code="STC:A8:255",
    source="837, HI01-1",
    message="the claim mixes codes of ICD-9 and ICD-10",
    failing=but("837P", ("HI*ABK:E119*ABF:I10~", "HI*ABK:E119*BF:4019~")),
)
def one_edition_of_icd(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A claim codes all of its diagnoses and procedures by one edition."""
    for place in range(1, len(holder.elements) + 1):
        if holder.get(place, 1) in _ICD_9 and scope.once(_uses_icd_10):
            return (Broken(f"HI{place:02d}-01"),)
    return ()


def _uses_icd_10(scope: Scope) -> bool:
    return bool(codes(scope, *_ICD_10))


@check(
    "X12.4.ICD_EDITION",
    guides=CLAIMS,
    at="2300/HI",
    code="STC:A7:255",
    source="45 CFR 162.1002(c)",
    message="the codes are of ICD-{said} where the days of service ask for the other edition",
    failing=but("837P", ("HI*ABK:E119*ABF:I10~", "HI*BK:25000*BF:4019~")),
    passing=but(
        "837P",
        ("G-77******CI", "G-77******WC"),
        ("HI*ABK:E119*ABF:I10~", "HI*BK:25000*BF:4019~"),
    ),
)
def edition_fits_the_day(holder: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Services before October 2015 have ICD-9 codes, later ones ICD-10.

    A claim around that day may have either; accident insurers are not bound by the rule.
    """
    first, last = scope.once(service_span)
    qualifier = holder.get(1, 1)
    if qualifier in _ICD_10:
        wrong = bool(last) and last < _ICD_10_FROM
    else:
        wrong = qualifier in _ICD_9 and first >= _ICD_10_FROM
    if not wrong or scope.once(filing) in PROPERTY_AND_CASUALTY:
        return ()
    return (Broken("HI01-01", words={"said": "10" if qualifier in _ICD_10 else "9"}),)
