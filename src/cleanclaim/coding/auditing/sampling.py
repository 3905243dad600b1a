"""Drawing a sample of codings: at random by a seed that can be told, or the riskiest first."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    """A finished coding that may be drawn, with what makes it risky.

    ``entered`` and ``rejected`` count decisions against the suggestions; ``charge_cents`` is what
    is at stake; ``is_top_level`` that a visit was coded at the highest level of its kind.
    """

    session: int
    charge_cents: int
    entered: int = 0
    rejected: int = 0
    is_top_level: bool = False
    was_denied: bool = False


class Drawn(msgspec.Struct, frozen=True):
    """A coding of the sample and why it is in it."""

    session: int
    why: str


def draw_random(candidates: Iterable[Candidate], size: int, seed: str) -> tuple[Drawn, ...]:
    """Draw without looking: by the digest of seed and number, so that anyone can draw again."""

    def lot(candidate: Candidate) -> str:
        return sha256(f"{seed}:{candidate.session}".encode()).hexdigest()

    chosen = sorted(candidates, key=lot)[:size]
    return tuple(Drawn(each.session, "drawn at random") for each in chosen)


def draw_by_risk(candidates: Sequence[Candidate], size: int) -> tuple[Drawn, ...]:
    """Give the riskiest; of two equal ones the dearer, then the earlier."""
    ordered = sorted(candidates, key=lambda c: (-_risk(c), -c.charge_cents, c.session))
    return tuple(Drawn(each.session, _why(each)) for each in ordered[:size])


def _risk(candidate: Candidate) -> int:
    return (
        2 * candidate.was_denied
        + 2 * candidate.is_top_level
        + min(candidate.entered + candidate.rejected, 5)
    )


def _why(candidate: Candidate) -> str:
    reasons = [
        ("denied by the payer", candidate.was_denied),
        ("highest level of its kind", candidate.is_top_level),
        (f"{candidate.entered} codes entered by hand", candidate.entered > 0),
        (f"{candidate.rejected} suggestions rejected", candidate.rejected > 0),
    ]
    return ", ".join(text for text, holds in reasons if holds) or "dearest of the rest"
