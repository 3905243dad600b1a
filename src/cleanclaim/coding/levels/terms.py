"""Terms of several words found in a note, whatever its spacing, hyphens and plurals."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

Payload = TypeVar("Payload")
_WORD = re.compile(r"(?P<gap>[^A-Za-z0-9]*)(?P<word>[A-Za-z0-9]+(?:\.\d+)?)")
_PARTING = re.compile(r"[,:()\[\]]|\s[-–—]+\s|[–—]")
_SHORTEST_PLURAL = 4
# A term of the lists that counts only as it is written, as "^PE" for the embolism.
_EXACT = "^"


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word of the note: where it stands, and how it reads in small letters without a plural.

    ``parted`` tells that a comma, a colon, a bracket or a dash stands before it.
    """

    start: int
    end: int
    text: str
    word: str
    parted: bool


def singular(word: str) -> str:
    """Take the plural off an English word, roughly and for both sides alike."""
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-1]


def read_tokens(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """Give the words between two characters of a text."""
    return tuple(
        Token(
            m.start("word"),
            m.end("word"),
            m["word"],
            singular(m["word"].lower().replace(".", "")),
            _PARTING.search(m["gap"]) is not None,
        )
        for m in _WORD.finditer(text, start, len(text) if end is None else end)
    )


class Found(msgspec.Struct, frozen=True):
    """The first and the last word of a term found, by position in their sentence."""

    first: int
    last: int


class Hit(Found, Generic[Payload], frozen=True):
    """A term found, and what the list says of it."""

    payload: Payload


class Terms(Generic[Payload]):
    """A list of terms, each with what it means; the longest term at a place counts."""

    def __init__(self, rows: Iterable[tuple[str, Payload]]) -> None:
        """Read the terms; later ones do not replace earlier ones."""
        self._by_word: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], Payload]]] = {}
        for term, payload in rows:
            tokens = read_tokens(term)
            words = tuple(token.word for token in tokens)
            exact = tuple(t.text for t in tokens) if term.startswith(_EXACT) else ()
            self._by_word.setdefault(words[0], []).append((words, exact, payload))
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, tokens: Sequence[Token]) -> Iterator[Hit[Payload]]:
        """Give the terms among some words, first to last, none within another."""
        place = 0
        while place < len(tokens):
            hit = self._at(tokens, place)
            if hit is not None:
                yield hit
            place = place + 1 if hit is None else hit.last + 1

    def _at(self, tokens: Sequence[Token], place: int) -> Hit[Payload] | None:
        for words, exact, payload in self._by_word.get(tokens[place].word, ()):
            last = place + len(words) - 1
            part = tokens[place : last + 1]
            if tuple(token.word for token in part) != words:
                continue
            if not exact or exact == tuple(token.text for token in part):
                return Hit(place, last, payload)
        return None


def read_rows(lists: Mapping[Payload, str]) -> Iterator[tuple[str, tuple[Payload, str]]]:
    """Read lists of a line a concept, synonyms between bars; the first names the concept."""
    for meaning, text in lists.items():
        for line in text.strip().splitlines():
            terms = [term.strip() for term in line.split("|") if term.strip()]
            for term in terms:
                yield term, (meaning, terms[0].lstrip(_EXACT))
