"""Words as notes and books share them: small, stemmed, one word for what has several."""

import re
from functools import cache
from importlib.resources import files

import msgspec
import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
# Words that tell no two codes apart.
EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "in",
        "into",
        "is",
        "it",
        "its",
        "my",
        "of",
        "on",
        "or",
        "our",
        "patient",
        "s",
        "she",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "were",
        "which",
        "who",
        "with",
        "your",
    ]
)
_PLURALS_KEPT = 3


class Word(msgspec.Struct, frozen=True):
    """A word of a text: its first character, the one after its last, and its plain form."""

    start: int
    end: int
    plain: str


def words_in(text: str) -> list[Word]:
    """Give the words of a text that carry meaning, with their places."""
    return [
        Word(match.start(), match.end(), plain)
        for match in _WORD.finditer(text)
        if (plain := plain_word(match[0].lower()))
    ]


def plain_words(text: str) -> tuple[str, ...]:
    """Give the plain forms of the words of a text, in their order."""
    found = (plain_word(match[0].lower()) for match in _WORD.finditer(text))
    return tuple(each for each in found if each)


@cache
def plain_word(word: str) -> str:
    """Give the plain form of a small word; "" for one without meaning."""
    whole = _POSSESSIVE.sub("", word)
    if whole in EMPTY:
        return ""
    alike = equivalents()
    if whole in alike:
        return alike[whole]
    stem = stemmed(whole)
    return alike.get(stem, stem)


@cache
def stemmed(word: str) -> str:
    """Take off endings, as Porter's English stemmer does; short words and numbers stay."""
    if len(word) <= _PLURALS_KEPT or word[0].isdigit():
        return word
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english")


@cache
def equivalents() -> dict[str, str]:
    """Read which words mean the same: each is written as the first of its line."""
    text = files("cleanclaim.coding.lexicon").joinpath("words.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        alike = [] if line.startswith("#") else line.split()
        for word in alike:
            found[word] = found[stemmed(word)] = stemmed(alike[0])
    return found
