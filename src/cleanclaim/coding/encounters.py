"""The seventh character: which encounter a note documents, or that it does not say."""

import re

import msgspec

from cleanclaim.coding.lexicon.book import Book

_SEQUELA = re.compile(r"\bsequela[e]?\b|\blate effects?\b", re.IGNORECASE)
_SUBSEQUENT = re.compile(
    r"\b(?:(?:presents?|here|returns?|seen|comes?)(?: today)? (?:for|"
    r"in) (?:an? )?(?:\w+ )?follow[- ]?up|"
    r"follow[- ]?up (?:of|visit)|healing|status post (?:orif|fixation)|"
    r"post[- ]?op(?:erative)? (?:visit|check|day|follow)|weeks? (?:out from|status post)|"
    r"cast (?:removal|removed|change)|here for (?:a )?re-?check|aftercare)\b",
    re.IGNORECASE,
)
# A note of a first visit says so by what was done or when it happened.
_INITIAL = re.compile(
    r"\b(?:yesterday|today|this morning|last night|(?:\d+|two|three|four|few|"
    r"couple of) (?:days?|hours?) ago|"
    r"over the weekend|new injury|acute|presents? (?:today )?(?:with|for|after)|"
    r"emergency|sustained|"
    r"initial (?:encounter|visit|evaluation))\b",
    re.IGNORECASE,
)


class Episode(msgspec.Struct, frozen=True):
    """A seventh character, and whether the note tells it (else it is the usual one)."""

    character: str
    is_told: bool


def choose_episode(text: str, book: Book, code: str) -> Episode | None:
    """Choose the seventh character of an injury; None where the code asks for none.

    A is active treatment, D healing, S a sequela (Official Guidelines I.C.19.a). Where other
    letters are asked for and no rule is at hand, no character is chosen.
    """
    sevenths = book.sevenths(code)
    if not sevenths:
        return None
    if _SEQUELA.search(text) and "S" in sevenths:
        return Episode("S", is_told=True)
    if _SUBSEQUENT.search(text) and "D" in sevenths:
        return Episode("D", is_told=True)
    if "A" in sevenths:
        return Episode("A", is_told=_INITIAL.search(text) is not None)
    return Episode("", is_told=False)
