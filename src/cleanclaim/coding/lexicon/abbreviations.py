"""Abbreviations of notes, and the words they stand for."""

from functools import cache
from importlib.resources import files

from cleanclaim.coding.lexicon.words import plain_words


def expanded(written: str, plain: str) -> tuple[str, ...]:
    """Give the plain words that a word of a note stands for: itself, unless it is short for some.

    Abbreviations of two letters count only in capitals: "PE" is short, "pe" hardly ever.
    """
    if len(written) == 2 and not written.isupper():
        return (plain,)
    return abbreviations().get(written.lower(), (plain,))


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """Read the abbreviations."""
    folder = files("cleanclaim.coding.lexicon")
    text = folder.joinpath("abbreviations.txt").read_text(encoding="utf-8")
    lines = (line.split("=") for line in text.splitlines() if "=" in line and line[0] != "#")
    return {short.strip(): plain_words(words) for short, words in lines}
