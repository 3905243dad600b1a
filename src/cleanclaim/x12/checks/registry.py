"""The registry of checks above SNIP type 2: each is a small function at a place of a guide."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar, cast

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import CLEAN, Example
from cleanclaim.x12.checks.screening import Screen
from cleanclaim.x12.findings import Rule
from cleanclaim.x12.frames import NO_ELEMENTS, Record, Whole
from cleanclaim.x12.segments import Loop, Segment

Answer = TypeVar("Answer")


class Broken(msgspec.Struct, frozen=True):
    """What a check found: where, if not at the segment it was asked about, and its words.

    ``element`` is like "CLM05-01", empty for the whole segment. ``code`` stands for the
    rule's own acknowledgement code where the place decides it (the entity of an NPI, say), and
    ``severity`` for its severity (a code may be unknown, or only newer than our list).
    """

    element: str = ""
    at: Segment | None = None
    loop: str = ""
    code: str = ""
    words: dict[str, str] = {}
    severity: Severity | None = None


_UNASKED = object()
# Questions about loops around units with the loop last asked about and the answer.
Memory = dict[Callable[[Loop], Any], tuple[Loop, Any]]


class Scope:
    """What a check may look at besides its segment and its loop.

    ``guide`` is the short name ("837P"); ``unit`` the claim, remittance, member or answer that
    is judged and ``ancestors`` the loops around it, outermost first, made of what ``holder`` and
    ``around`` have recorded; ``tally`` is kept for the whole transaction, so that sums over its
    units can be asked at its end.
    """

    def __init__(
        self,
        guide: str,
        holder: Record | Whole,
        around: tuple[Record | Whole, ...],
        tally: dict[str, int],
        memory: Memory,
    ) -> None:
        self.guide = guide
        self.holder = holder
        self.around = around
        self.tally = tally
        self._memory = memory
        self._answers: dict[Callable[[Scope], Any], Any] = {}

    @property
    def unit(self) -> Loop:
        """Give the tree of what is judged."""
        return self.holder.loop

    @property
    def ancestors(self) -> tuple[Loop, ...]:
        """Give the trees around it, outermost first."""
        return tuple(each.loop for each in self.around)

    def once(self, ask: "Callable[[Scope], Answer]") -> Answer:
        """Answer a question about the unit once, however many checks ask it."""
        answer = self._answers.get(ask, _UNASKED)
        if answer is _UNASKED:
            answer = self._answers[ask] = ask(self)
        return cast("Answer", answer)

    def about(self, loop_id: str, ask: "Callable[[Loop], Answer]", absent: Answer) -> Answer:
        """Answer a question about a loop around the unit once, for all the units within."""
        for each in self.around:
            if each.loop_id == loop_id:
                loop = each.loop
                known = self._memory.get(ask)
                if known is None or known[0] is not loop:
                    known = self._memory[ask] = (loop, ask(loop))
                answer: Answer = known[1]
                return answer
        return absent

    def above(self, loop_id: str) -> Loop | None:
        """Give the loop with this id around the unit."""
        held = self.holding(loop_id)
        return None if held is None else held.loop

    def holding(self, loop_id: str) -> Record | Whole | None:
        """Give what holds the loop with this id around the unit, its tree perhaps not yet built."""
        for each in self.around:
            if each.loop_id == loop_id:
                return each
        return None

    def told(self, level: str, place: str) -> list[str]:
        """Give the elements of the first segment at a place of a level around the unit.

        The id is the first of them; behind those that there are stand empty ones.
        """
        held = self.holding(level)
        return held.first(place) if isinstance(held, Record) else [*NO_ELEMENTS]

    @cached_property
    def made_on(self) -> str:
        """Give the day on which the transaction was made as YYYYMMDD, "" where it is not told.

        BHT04, and BPR16 of remittances and payments.
        """
        if not self.around:
            return ""
        header = self.around[0].loop
        payment, beginning = header.find("BPR"), header.find("BHT")
        if payment is not None:
            return payment.get(16)
        return beginning.get(4) if beginning is not None else ""

    @cached_property
    def service_on(self) -> str:
        """Give the first day of service of the unit as YYYYMMDD, "" where none is told.

        Claims tell it on the lines (DTP*472) or on the claim (DTP*434), remittances by DTM*472,
        150 or 232.
        """
        days = [day for segment in self.unit.walk() if (day := _service_day(segment))]
        return min(days, default="")


_SERVICE = {"DTP": {"472", "434"}, "DTM": {"472", "150", "232"}}


def _service_day(segment: Segment) -> str:
    if segment.get(1) not in _SERVICE.get(segment.id, ()):
        return ""
    return segment.get(3 if segment.id == "DTP" else 2)[:8]


# Short names of guides: the claims, and all of them.
CLAIMS = ("837P", "837I", "837D")
EVERY = ("*",)

Judge = Callable[[Segment, Loop, Scope], Iterable[Broken]]
# Gives, for a guide and a segment id, a quick look that is false where nothing can be broken.
Screening = Callable[[str, str], Screen]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check and everything that is told about it.

    ``at`` names the places where it is asked: "2300/CLM" is a CLM of loop 2300, "N4" every N4,
    "end/BPR" a segment of the transaction's header or trailer, asked when the transaction ends.
    "2300/DTP*439,454" is one whose first element is one of the codes, "2300/CLM+11" one whose
    eleventh element is given, "DTP+2=RD8" one whose second is the text: name them so, for then
    nothing else costs time.
    ``guides`` are short names, or "*" for all; ``source`` is where the rule comes from.
    ``applies`` tells of a unit whether the check is asked at all: of a payer's own checks
    whether the unit is of this payer, of others whether a pass over the unit proved them idle.
    Checks that share a ``screening`` are asked only about segments that do not pass its look.
    """

    rule: Rule
    guides: tuple[str, ...]
    at: tuple[str, ...]
    source: str
    judge: Judge
    failing: Example
    passing: Example
    screening: Screening | None = None
    applies: Callable[[Scope], bool] | None = None

    def concerns(self, guide: str) -> bool:
        """Tell whether the check is asked in this guide."""
        return self.guides == EVERY or guide in self.guides

    @property
    def documentation(self) -> str:
        """Say what the check requires."""
        return self.judge.__doc__ or ""


CHECKS: dict[str, Check] = {}


class DuplicateCheckError(CleanclaimError):
    """Two checks cannot have one rule id."""

    code = "x12.check.duplicate"


def check(  # noqa: PLR0913 - keyword arguments that read as the check's card
    rule: str,
    *,
    guides: tuple[str, ...],
    at: str | tuple[str, ...],
    code: str,
    source: str,
    message: str,
    failing: Example,
    passing: Example | None = None,
    hint: str = "",
    severity: Severity = Severity.BLOCK,
    screening: Screening | None = None,
    applies: Callable[[Scope], bool] | None = None,
) -> Callable[[Judge], Judge]:
    """Register the function below as the check of this rule id ("X12.4.NAME": type 4).

    ``passing`` is the clean sample of the failing example's guide unless a nearer miss is given.
    """

    def register(judge: Judge) -> Judge:
        if rule in CHECKS:
            raise DuplicateCheckError(rule)
        CHECKS[rule] = Check(
            rule=Rule(rule, int(rule.split(".")[1]), severity, code, message, hint),
            guides=guides,
            at=(at,) if isinstance(at, str) else at,
            source=source,
            judge=judge,
            failing=failing,
            passing=passing or CLEAN[failing.guide],
            screening=screening,
            applies=applies,
        )
        return judge

    return register
