"""What reading an X12 text gives, in the order of the file."""

from collections.abc import Iterator

import msgspec

from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.frames import Finished
from cleanclaim.x12.grammar import Shape
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


class Unit:
    """One claim, remittance, question, answer or status, with the loops around it.

    ``ancestors`` come outermost first, each with its header loops but not with its other
    units; they and ``loop`` are built when first asked for. ``guide`` is the canonical release
    and ``short`` its short name ("837P"). ``control_number`` is ST02, ``transaction`` the ST,
    ``group`` the GS, ``interchange`` the ISA.
    """

    __slots__ = ("_finished", "group", "guide", "interchange", "short", "transaction")

    def __init__(
        self,
        guide: tuple[str, str],
        finished: Finished,
        envelope: tuple[Segment, Segment, Segment],
    ) -> None:
        self.guide, self.short = guide
        self._finished = finished
        self.interchange, self.group, self.transaction = envelope

    @property
    def control_number(self) -> str:
        """Give the control number of the transaction (ST02)."""
        return self.transaction.get(2)

    @property
    def loop(self) -> Loop:
        """Give the loop of the unit itself."""
        return self._finished.loop

    @property
    def ancestors(self) -> tuple[Loop, ...]:
        """Give the loops around it, outermost first."""
        return self._finished.ancestors

    @property
    def own_findings(self) -> tuple[X12Finding, ...]:
        """Give what was found in the unit itself."""
        return self._finished.own

    @property
    def inherited_findings(self) -> tuple[X12Finding, ...]:
        """Give what was found in the loops around it."""
        return self._finished.inherited

    @property
    def findings(self) -> tuple[X12Finding, ...]:
        """Give what was found in the loops around it and in itself."""
        return self.inherited_findings + self.own_findings

    def placed(self) -> Iterator[tuple[Segment, str, Shape]]:
        """Give its segments and those around it, each with its loop's id and its shape there."""
        return self._finished.placed()

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
