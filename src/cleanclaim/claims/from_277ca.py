"""What a 277CA says of each claim: taken in for adjudication, or refused and why."""

import msgspec

from cleanclaim import x12

# Claim status categories (code list 507) of a 277CA: A1 and A2 go on, the others do not.
_ACCEPTING = frozenset({"A1", "A2"})


class StatusCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """One composite of an STC: category, claim status code, and the entity it is about."""

    category: str
    code: str
    entity: str = ""


class ClaimStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to one claim: our control number (2200D TRN02), the payer's number, and why."""

    patient_control_number: str
    statuses: tuple[StatusCode, ...]
    payer_claim_number: str = ""

    @property
    def accepted(self) -> bool:
        """Tell whether every status lets the claim go on; no status at all does not."""
        return bool(self.statuses) and all(s.category in _ACCEPTING for s in self.statuses)


def read_claim_statuses(source: x12.Source) -> list[ClaimStatus]:
    """Read the claim level of every 277CA in a file; statuses of batches are not claims'."""
    return [
        _status(loop)
        for unit in x12.read(source)
        if isinstance(unit, x12.Unit) and unit.guide == "005010X214"
        for loop in [unit.loop]
        if loop.id == "2200D"
    ]


def _status(loop: x12.Loop) -> ClaimStatus:
    trace, number = loop.find("TRN", "2"), loop.find("REF", "1K")
    composites = [
        segment.components(element)
        for segment in loop.find_all("STC")
        for element in (1, 10, 11)
        if segment.get(element)
    ]
    return ClaimStatus(
        patient_control_number=trace.get(2) if trace else "",
        statuses=tuple(StatusCode(*(*parts, "", "")[:3]) for parts in composites),
        payer_claim_number=number.get(2) if number else "",
    )
