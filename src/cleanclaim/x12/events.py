"""What reading an X12 text gives, in the order of the file."""

import msgspec

from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.segments import Delimiters, Loop, Segment


class InterchangeStart(msgspec.Struct, frozen=True, gc=False):
    """An ISA and the delimiters it announced."""

    header: Segment
    delimiters: Delimiters


class GroupStart(msgspec.Struct, frozen=True, gc=False):
    """A GS."""

    header: Segment


class TransactionStart(msgspec.Struct, frozen=True, gc=False):
    """An ST: the guide it follows, canonical where we have it, and its control number (ST02)."""

    guide: str
    control_number: str
    header: Segment


class Unit(msgspec.Struct, frozen=True):
    """One claim, remittance, question, answer or status, with the loops around it.

    ``ancestors`` come outermost first, each with its header loops but not with its other
    units. ``control_number`` is ST02, ``interchange`` the ISA, ``group`` the GS.
    """

    guide: str
    loop: Loop
    ancestors: tuple[Loop, ...]
    own_findings: tuple[X12Finding, ...]
    inherited_findings: tuple[X12Finding, ...]
    control_number: str
    interchange: Segment
    group: Segment
    transaction: Segment

    @property
    def findings(self) -> tuple[X12Finding, ...]:
        """Give what was found in the loops around it and in itself."""
        return self.inherited_findings + self.own_findings

    def ancestor(self, loop_id: str) -> Loop | None:
        """Give the loop with this id around the unit."""
        return next((loop for loop in self.ancestors if loop.id == loop_id), None)


class TransactionEnd(msgspec.Struct, frozen=True):
    """The end of a transaction; ``findings`` are those that belong to none of its units.

    ``trailer`` holds what stands after the units (PLB, AK9) and the SE; it is empty of an SE
    where the file has none. ``header`` is the ST loop without units.
    """

    trailer: Loop
    header: Loop
    findings: tuple[X12Finding, ...]
    unit_count: int


class GroupEnd(msgspec.Struct, frozen=True):
    """A GE, None where the group was cut short."""

    trailer: Segment | None
    findings: tuple[X12Finding, ...]


class InterchangeEnd(msgspec.Struct, frozen=True):
    """An IEA, None where the interchange was cut short."""

    trailer: Segment | None
    findings: tuple[X12Finding, ...]


class LooseFindings(msgspec.Struct, frozen=True):
    """What was found outside of any interchange."""

    findings: tuple[X12Finding, ...]


Event = (
    InterchangeStart
    | GroupStart
    | TransactionStart
    | Unit
    | TransactionEnd
    | GroupEnd
    | InterchangeEnd
    | LooseFindings
)
