"""What a mention asserts: is it denied, doubted, supposed, past, or somebody else's."""

import re
from collections.abc import Iterator
from functools import lru_cache

from cleanclaim.coding.notes.cues import (
    ANSWERED,
    BEFORE,
    BEHIND,
    ENDS,
    FALSE_CUES,
    KIN,
    SPEAKING_KIN,
    Cue,
)
from cleanclaim.coding.notes.reading import ReadSentence
from cleanclaim.coding.notes.sections import Part

_REMEMBERED_MAX = 4_096
# What the guidelines and reason keep from being coded; a history is only told.
BARRED = frozenset({Cue.NEGATED, Cue.UNCERTAIN, Cue.HYPOTHETICAL, Cue.FAMILY})
# How far behind a mention its cue may begin; farther ones are about something else.
_BEHIND_MAX = 60
_QUESTION = re.compile(r"\?\s*$")
_RULE_OUT_ENDS = re.compile(r"(?<!\w)(?:but|however|although|though|except)(?!\w)", re.IGNORECASE)
_OF_PARTS = {Part.FAMILY: Cue.FAMILY, Part.PAST: Cue.HISTORY, Part.INSTRUCTIONS: Cue.HYPOTHETICAL}


class Reach:
    """The cues of one sentence, and the stretch of it that each holds for."""

    def __init__(self, text: str, lead: str) -> None:
        blind = SPEAKING_KIN.sub(_blank, FALSE_CUES.sub(_blank, text))
        self._ends = [match.span() for match in ENDS.finditer(blind)]
        self._holds = [
            *self._before(blind),
            *self._behind(blind),
            *self._kin(blind, text),
            *_of_lead(lead, len(text)),
        ]
        if _QUESTION.search(text):
            self._holds.append((Cue.UNCERTAIN, 0, len(text)))

    def cues(self, start: int, end: int) -> frozenset[Cue]:
        """Give the cues that hold for a stretch of the sentence or a part of it."""
        return frozenset(cue for cue, first, last in self._holds if first < end and start < last)

    def _before(self, text: str) -> Iterator[tuple[Cue, int, int]]:
        for cue, pattern in BEFORE.items():
            for match in pattern.finditer(text):
                end = self._end_after(match.end(), text)
                yield cue, match.end(), end

    def _end_after(self, at: int, text: str) -> int:
        return next((start for start, _ in self._ends if start >= at), len(text))

    def _behind(self, text: str) -> Iterator[tuple[Cue, int, int]]:
        for cue, pattern in (*BEHIND.items(), *ANSWERED.items()):
            for match in pattern.finditer(text):
                begin = max((end for _, end in self._ends if end <= match.start()), default=0)
                yield cue, max(begin, match.start() - _BEHIND_MAX), match.start()

    def _kin(self, blind: str, text: str) -> Iterator[tuple[Cue, int, int]]:
        """Hold a clause with kin to be about them, from its begin to its end."""
        for match in KIN.finditer(blind):
            begin = max((end for _, end in self._ends if end <= match.start()), default=0)
            yield Cue.FAMILY, begin, self._end_after(match.end(), text)


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def _of_lead(lead: str, length: int) -> Iterator[tuple[Cue, int, int]]:
    """Carry the cues of the line that a list hangs on to its items."""
    for cue, pattern in BEFORE.items():
        if lead and pattern.search(FALSE_CUES.sub(_blank, lead)):
            yield cue, 0, length
    if lead and KIN.search(SPEAKING_KIN.sub(_blank, lead)):
        yield Cue.FAMILY, 0, length


@lru_cache(_REMEMBERED_MAX)
def _reach(text: str, lead: str) -> Reach:
    return Reach(text, lead)


def cues_of(sentence: ReadSentence, start: int, end: int) -> frozenset[Cue]:
    """Give what a mention asserts, by its sentence and its section; places are the note's."""
    offset = sentence.sentence.start
    found = _reach(sentence.text, sentence.lead).cues(start - offset, end - offset)
    of_part = _OF_PARTS.get(sentence.sentence.part)
    return found | {of_part} if of_part else found
