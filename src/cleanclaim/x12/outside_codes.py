"""SNIP type 5, as far as it needs no table: check digits of identifiers."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.segments import Segment

NPI = Rule(
    "X12.5.NPI",
    5,
    Severity.BLOCK,
    "IK4:7",
    "{element} is no NPI: ten digits of which the last checks the others",
    "Look the provider up in the national registry (NPPES).",
)
# Where a name calls its identifier an NPI (XX): the qualifier and the identifier.
_NPI_PLACES = {"NM1": (8, 9), "N1": (3, 4)}
NAMES = frozenset(_NPI_PLACES)


def judge_identifier(name: Segment, loop: str) -> X12Finding | None:
    """Judge the identifier of a name (NM1, N1) that is called an NPI."""
    qualifier, place = _NPI_PLACES[name.id]
    if name.get(qualifier) != "XX" or is_npi(name.get(place)):
        return None
    element = f"{name.id}{place:02d}"
    return found(NPI, name, loop, element, element=element)
