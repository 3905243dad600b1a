"""Where a note speaks of a code: the sentences that share the words of the code's own title."""

import re
from collections.abc import Iterator, Mapping

import msgspec

_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]?")
_WORD = re.compile(r"[a-z]{4,}")
# Words of titles that say nothing of a condition.
_EMPTY = frozenset(
    {"with", "without", "other", "unspecified", "specified", "primary", "secondary", "essential"}
    | {"acute", "chronic", "type", "right", "left", "bilateral", "disease", "disorder"}
    | {"encounter", "examination", "initial", "subsequent"}
)
_LEAST_SHARE = 0.3


class Passage(msgspec.Struct, frozen=True):
    """A span of a text (from ``start`` up to ``end``, in characters) that supports a code."""

    code: str
    start: int
    end: int


def find_support(text: str, titles: Mapping[str, str]) -> tuple[Passage, ...]:
    """Give for each code the sentence that shares most of its title's words.

    A code without a sentence that shares enough of them gets none: nothing is claimed to be
    supported that is not. The codes keep their order.
    """
    sentences = list(_sentences(text))
    found = (_best(code, _words(title), sentences) for code, title in titles.items())
    return tuple(passage for passage in found if passage is not None)


def _sentences(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    for match in _SENTENCE.finditer(text):
        told = match.group()
        start = match.start() + len(told) - len(told.lstrip())
        end = match.start() + len(told.rstrip())
        if start < end:
            yield start, end, _words(told)


def _words(text: str) -> frozenset[str]:
    """Give the telling words, cut to their stem so that "diabetic" meets "diabetes"."""
    return frozenset(word[:6] for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def _best(
    code: str, wanted: frozenset[str], sentences: list[tuple[int, int, frozenset[str]]]
) -> Passage | None:
    if not wanted or not sentences:
        return None
    start, end, words = max(sentences, key=lambda each: len(each[2] & wanted))
    shared = len(words & wanted) / len(wanted)
    return Passage(code, start, end) if shared >= _LEAST_SHARE else None
