"""Words as the encoder compares them: small, singular, without what carries no meaning."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "by",
        "for",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "without",
        "due",
        "other",
        "not",
    ]
)
# "without" and "not" tell codes apart, but hardly anybody types them to find one.
_SHORT = 3


def words_of(text: str) -> list[str]:
    """Give the words of a text that carry meaning, each in its plain form."""
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY]


@cache
def stem(word: str) -> str:
    """Take off the endings of plurals."""
    if len(word) <= _SHORT or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")


@cache
def synonyms() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Read the synonyms: what people say, and what the books say."""
    text = files("cleanclaim.codes.search").joinpath("synonyms.txt").read_text(encoding="utf-8")
    pairs = (line.split("=") for line in text.splitlines() if "=" in line)
    return tuple((tuple(words_of(said)), tuple(words_of(meant))) for said, meant in pairs)


def variants(words: list[str]) -> Iterator[list[str]]:
    """Give a query as it is, and with each of its synonyms put in."""
    yield words
    for said, meant in synonyms():
        length = len(said)
        for place in range(len(words) - length + 1):
            if tuple(words[place : place + length]) == said:
                yield [*words[:place], *meant, *words[place + length :]]
