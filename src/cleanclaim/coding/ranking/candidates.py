"""Candidates: the codes that mentions lead to, each with the mentions that support it."""

from collections.abc import Iterable, Mapping

import msgspec

from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.matching import Mention
from cleanclaim.coding.lexicon.terms import Origin
from cleanclaim.coding.notes.context import BARRED
from cleanclaim.coding.notes.cues import Cue
from cleanclaim.coding.notes.reading import Note
from cleanclaim.coding.notes.sections import Part

# How much a mention counts by where it stands: a visit is coded by what it assesses.
_ASSESSED = {
    Part.ASSESSMENT: 0.45,
    Part.PROCEDURE: 0.3,
    Part.PLAN: 0.25,
    Part.CHIEF: 0.3,
    Part.HISTORY: 0.2,
    Part.RESULTS: 0.15,
    Part.PAST: 0.15,
    Part.TEXT: 0.25,
}
_UNASSESSED = {
    Part.TEXT: 0.6,
    Part.CHIEF: 0.6,
    Part.HISTORY: 0.55,
    Part.PAST: 0.4,
    Part.PROCEDURE: 0.5,
    Part.PLAN: 0.5,
    Part.RESULTS: 0.4,
}
_ELSEWHERE, _TITLE = 0.08, 0.95
_ORIGINS = {
    Origin.OWN: 1.0,
    Origin.LEARNED: 1.0,
    Origin.TITLE: 0.9,
    Origin.INDEX: 0.9,
    Origin.INCLUSION: 0.8,
    Origin.MEANING: 0.8,
}
# Words tell enough from here on; beneath, a mention is of something general.
_TOLD_ENOUGH = 9.0
_PAST_SHARE = 0.6
_NEVER = frozenset({Cue.NEGATED, Cue.UNCERTAIN, Cue.FAMILY})


class Support(msgspec.Struct, frozen=True):
    """A mention for a code, and how much it counts (0 to 1)."""

    mention: Mention
    weight: float


class Candidate(msgspec.Struct, frozen=True):
    """A code without its seventh character, its support, and the untrained score (0 to 1)."""

    code: str
    support: tuple[Support, ...]
    score: float

    @property
    def best(self) -> Support:
        """Give the support that counts most; of equals the first in the note."""
        return max(self.support, key=lambda each: each.weight)


def find_candidates(
    note: Note, mentions: Iterable[Mention], book: Book, *, barred: frozenset[Cue] = BARRED
) -> list[Candidate]:
    """Gather mentions by code, the best first; what a barred cue holds for supports nothing."""
    asserted = [each for each in mentions if not each.cues & barred or _is_of_cue(each)]
    told = _sides_told(asserted, book)
    by_code: dict[str, list[Support]] = {}
    for each in asserted:
        for code in _sided(each, told, book):
            by_code.setdefault(code, []).append(Support(each, _weight(note, each)))
    found = [_candidate(code, support) for code, support in by_code.items()]
    return sorted(found, key=lambda each: (-each.score, each.code))


def _is_of_cue(mention: Mention) -> bool:
    """Tell whether a cue is the very matter: codes of screening, counselling, family history."""
    term = mention.term
    return term.origin is Origin.OWN and term.code.startswith("Z") and not mention.cues & _NEVER


def _candidate(code: str, support: list[Support]) -> Candidate:
    """Score a code by the best of its mentions, a little more for each other."""
    once = {(each.mention.sentence, each.mention.places): each for each in support}
    weights = sorted((each.weight for each in once.values()), reverse=True)
    missing = 1.0 - weights[0]
    for each in weights[1:4]:
        missing *= 1.0 - 0.3 * each
    return Candidate(code, tuple(once.values()), 1.0 - missing)


def _weight(note: Note, mention: Mention) -> float:
    """Weigh a mention by its place, its words and where its term comes from."""
    sentence = note.sentences[mention.sentence].sentence
    parts = _ASSESSED if note.is_assessed else _UNASSESSED
    where = parts.get(sentence.part, _ELSEWHERE)
    if sentence.is_title:
        where = _TITLE * (0.4 + 0.6 * mention.cover)
    telling = min(1.0, 0.35 + 0.65 * mention.told / _TOLD_ENOUGH)
    past = Cue.HISTORY in mention.cues and not mention.term.code.startswith("Z")
    return (
        where
        * telling
        * mention.share
        * mention.term.share
        * (_ORIGINS[mention.term.origin] * (_PAST_SHARE if past else 1.0))
    )


def _sides_told(mentions: Iterable[Mention], book: Book) -> Mapping[int, str]:
    """Give the side of each group of sided codes that mentions tell, where they tell only one."""
    told: dict[int, set[str]] = {}
    for each in mentions:
        group = book.sides(each.term.code)
        if group and each.side:
            told.setdefault(id(group), set()).add(each.side)
    return {
        group: next(iter(sides)) if len(sides) == 1 else "bilateral"
        for group, sides in told.items()
        if len(sides) == 1 or sides >= {"right", "left"}
    }


def _sided(mention: Mention, told: Mapping[int, str], book: Book) -> tuple[str, ...]:
    """Give the codes of a mention for its side, or for what the note tells elsewhere."""
    group = book.sides(mention.term.code)
    side = mention.side or told.get(id(group), "")
    if not group:
        supported = not mention.term.side or mention.term.side == mention.side
        return (mention.term.code,) if supported else ()
    if side in group:
        return (group[side],)
    if side == "bilateral" and "right" in group and "left" in group:
        return (group["right"], group["left"])
    return (group["unspecified"],) if "unspecified" in group else ()
