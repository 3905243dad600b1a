"""SNIP type 5: identifiers and codes of lists outside of X12, asked for the day of service."""

from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import EVERY, Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# Where a name calls its identifier an NPI (XX): the qualifier and the identifier.
_NPI_PLACES = {"NM1": (8, 9), "N1": (3, 4)}


@check(
    "X12.5.NPI",
    guides=EVERY,
    at=("NM1", "N1"),
    code="IK4:7",
    source="45 CFR 162.406, check digit by ISO 7812",
    message="{element} is no NPI: ten digits of which the last checks the others",
    hint="Look the provider up in the national registry (NPPES).",
    failing=but("837P", ("XX*1245319599", "XX*1245319590")),
)
def npi_has_its_check_digit(name: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """An identifier that is called an NPI is one."""
    qualifier, place = _NPI_PLACES[name.id]
    if name.get(qualifier) != "XX" or is_npi(name.get(place)):
        return ()
    return (Broken(f"{name.id}{place:02d}"),)
