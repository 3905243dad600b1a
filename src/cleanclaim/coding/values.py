"""What a suggester answers: codes with their evidence, and questions to who wrote the note."""

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A piece of a note: its first character, the one after its last, and what it reads."""

    start: int
    end: int
    text: str


class SuggestedCode(msgspec.Struct, frozen=True):
    """A code that the note supports, with the places that do.

    ``probability`` is calibrated, or None where no trained ranker is at hand. ``notes`` are the
    instructions of the tabular list that hold for the code and what the wording leaves open.
    """

    system: str
    code: str
    label: str
    probability: float | None
    evidence: tuple[Span, ...]
    reason: str
    notes: tuple[str, ...] = ()


class Query(msgspec.Struct, frozen=True):
    """A question about one documented concept that lacks one axis (side, type, stage…).

    ``concept`` is what the note calls it; ``options`` always offer another answer and none.
    """

    concept: str
    axis: str
    question: str
    options: tuple[str, ...]
    indicators: tuple[Span, ...]


class Suggestions(msgspec.Struct, frozen=True):
    """The answer for a note; ``abstained`` are codes below the threshold, the surest first."""

    codes: tuple[SuggestedCode, ...]
    queries: tuple[Query, ...]
    abstained: tuple[SuggestedCode, ...]
