"""Finding in the English text what the Spanish one was annotated with.

Words that occur in the same places of many notes translate each other (Dice's coefficient),
and words of medicine look alike in both languages.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from cleanclaim.coding.training.corpus import CodedNote, Evidence
from cleanclaim.coding.values import Span

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[^.\n]+[.\n]?")
_EMPTY = frozenset(
    [
        "de",
        "la",
        "el",
        "en",
        "los",
        "las",
        "del",
        "con",
        "por",
        "un",
        "una",
        "y",
        "a",
        "se",
        "al",
        "lo",
        "su",
        "que",
        "o",
    ]
)
# How far, in parts of the text, the translation of a place may lie from it.
_DRIFT = 0.1
_WORTH = 0.3
_REMEMBERED_MAX = 400_000
_ENOUGH = 0.4


class Aligner:
    """What words of two languages have to do with each other, learned from whole notes."""

    def __init__(self, notes: Iterable[CodedNote]) -> None:
        self._both: Counter[tuple[str, str]] = Counter()
        self._spanish: Counter[str] = Counter()
        self._english: Counter[str] = Counter()
        for note in notes:
            wanted = {w for each in note.evidence for w in _content(each.words)}
            for spanish, english in _places(note):
                self._english.update(english)
                told = spanish & wanted
                self._spanish.update(told)
                self._both.update((s, e) for s in told for e in english)

    def find(self, note: CodedNote, evidence: Evidence) -> Span | None:
        """Find the stretch of the English text that says what the evidence does."""
        words = list(dict.fromkeys(_content(evidence.words)))
        low, high = (
            (evidence.place - _DRIFT) * len(note.english),
            (evidence.place + _DRIFT) * len(note.english),
        )
        tokens = [m for m in _WORD.finditer(note.english) if low - 40 <= m.start() <= high + 40]
        worth = [max((self._alike(w, t[0].lower()) for w in words), default=0.0) for t in tokens]
        best = _best_stretch(worth, 2 * len(words) + 3)
        if best is None or sum(worth[best[0] : best[1]]) < _ENOUGH * len(words):
            return None
        start, end = tokens[best[0]].start(), tokens[best[1] - 1].end()
        return Span(start, end, note.english[start:end])

    def _alike(self, spanish: str, english: str) -> float:
        together = self._both[spanish, english]
        total = self._spanish[spanish] + self._english[english]
        dice = 2 * together / total if together > 1 else 0.0
        return max(dice, _cognate(spanish, english))


@lru_cache(_REMEMBERED_MAX)
def _cognate(one: str, other: str) -> float:
    """Give how many pairs of letters two words share; short words share by chance."""
    if min(len(one), len(other)) < 4:
        return float(one == other)
    first, second = _pairs(one), _pairs(other)
    share = 2 * len(first & second) / (len(first) + len(second))
    return share if share >= 0.5 else 0.0


@lru_cache(_REMEMBERED_MAX)
def _pairs(word: str) -> frozenset[str]:
    plain = word.translate(str.maketrans("áéíóúüñ", "aeiouun")).replace("ph", "f").replace("y", "i")
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _content(text: str) -> Iterator[str]:
    return (w for m in _WORD.finditer(text.lower()) if (w := m[0]) not in _EMPTY)


def _places(note: CodedNote) -> Iterator[tuple[set[str], set[str]]]:
    """Give sentences of the Spanish text with what stands around their place in the English."""
    scale = len(note.english) / max(len(note.spanish), 1)
    for match in _SENTENCE.finditer(note.spanish):
        start, end = int(match.start() * scale) - 60, int(match.end() * scale) + 60
        english = note.english[max(0, start) : end].lower()
        yield set(_content(match[0])), {m[0] for m in _WORD.finditer(english)}


def _best_stretch(worth: list[float], longest: int) -> tuple[int, int] | None:
    """Find where the sum of worths over the threshold is highest, within a length."""
    best, found = 0.0, None
    for start in range(len(worth)):
        total = 0.0
        for end in range(start + 1, min(start + longest, len(worth)) + 1):
            total += worth[end - 1] - _WORTH
            if total > best:
                best, found = total, (start, end)
    return found


class Aligned(msgspec.Struct, frozen=True):
    """A note with the English evidence that was found for its codes."""

    note: CodedNote
    spans: tuple[tuple[str, Span], ...]


def align(notes: Iterable[CodedNote], aligner: Aligner) -> list[Aligned]:
    """Find the English evidence of notes."""
    return [
        Aligned(
            note,
            tuple(
                (each.code, span)
                for each in note.evidence
                if (span := aligner.find(note, each)) is not None
            ),
        )
        for note in notes
    ]
