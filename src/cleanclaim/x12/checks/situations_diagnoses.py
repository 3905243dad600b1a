"""SNIP type 4 of claims: diagnoses and the lines that point to them."""

from collections.abc import Sequence
from functools import lru_cache

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import coded, codes, filing, service_span, services
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.situations_parties import PROPERTY_AND_CASUALTY
from cleanclaim.x12.checks.usual_claims import unusual_claim
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
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:477",
    source="837, SV107 or SV311",
    message="the line points to a diagnosis that the claim does not list ({element})",
    failing=but("837P", ("UN*1***1:2~", "UN*1***1:3~")),
    passing=but("837P", ("UN*1***1:2~", "UN*1***2:1~")),
)
def pointers_hit_diagnoses(_claim: Segment, _loop: Loop, scope: Scope) -> Sequence[Broken]:
    """A line points to diagnoses of its claim by their number in the list."""
    listed = len(scope.once(_listed))
    if not listed and scope.unit.find("HI"):  # some that cannot be read are reported elsewhere
        return ()
    found = []
    for service in scope.once(services):
        segment = service.segment
        place = _POINTERS[segment.id]
        for number in _amiss(segment.get(place), segment.delimiters.component, listed):
            element = f"{segment.id}{place:02d}-{number:02d}"
            found.append(Broken(element, segment, "2400"))
    return found


# Lines of a few forms make up nearly all claims.
@lru_cache(maxsize=1024)
def _amiss(pointers: str, mark: str, listed: int) -> tuple[int, ...]:
    """Give which pointers, counted from 1, point to none of so many diagnoses."""
    return tuple(
        number
        for number, pointer in enumerate(pointers.split(mark), 1)
        if pointer.isdecimal() and not 0 < int(pointer) <= listed
    )


@check(
    "X12.4.POINTER_TWICE",
    guides=("837P", "837D"),
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:477",
    severity=Severity.WARN,
    source="837, SV107 or SV311",
    message="the line points twice to the same diagnosis",
    failing=but("837P", ("UN*1***1:2~", "UN*1***1:1~")),
)
def pointers_differ(_claim: Segment, _loop: Loop, scope: Scope) -> Sequence[Broken]:
    """A line points to each diagnosis once."""
    found = []
    for service in scope.once(services):
        segment = service.segment
        place = _POINTERS[segment.id]
        if _repeats(segment.get(place), segment.delimiters.component):
            found.append(Broken(f"{segment.id}{place:02d}", segment, "2400"))
    return found


@lru_cache(maxsize=1024)
def _repeats(pointers: str, mark: str) -> bool:
    told = [each for each in pointers.split(mark) if each]
    return len(told) != len(set(told))


@check(
    "X12.4.DIAGNOSIS_TWICE",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A7:255",
    severity=Severity.WARN,
    source="837, HI (2300)",
    message="the claim lists a diagnosis twice",
    failing=but("837P", ("HI*ABK:E119*ABF:I10~", "HI*ABK:E119*ABF:E119~")),
)
def diagnoses_differ(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A claim lists each diagnosis once."""
    listed = scope.once(_listed)
    codes = [code for _, _, code in listed]
    if len(set(codes)) == len(codes):
        return ()
    again = next(at for at, code in enumerate(codes) if code in codes[:at])
    segment, place, _ = listed[again]
    return (Broken(f"HI{place:02d}-02", segment),)


def _listed(scope: Scope) -> list[tuple[Segment, int, str]]:
    """Give the diagnoses that lines may point to: segment, element and code of each."""
    return [(segment, place, segment.get(place, 2)) for segment, place in coded(scope, *_LISTED)]


@check(
    "X12.4.ICD_MIXED",
    guides=CLAIMS,
    at="2300/HI",
    applies=unusual_claim,
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
    applies=unusual_claim,
    code="STC:A7:255",
    source="45 CFR 162.1002(c)",
    message="the codes are of ICD-{said} where the days of service ask for the other edition",
    failing=but("837P", ("HI*ABK:E119*ABF:I10~", "HI*BK:25000*BF:4019~")),
    passing=but(
        "837P",
        ("HI*ABK:E119*ABF:I10~", "HI*BK:25000*BF:4019~"),
        ("472*D8*20260102", "472*D8*20150102"),
        ("20260102-20260103", "20150102-20150103"),
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
