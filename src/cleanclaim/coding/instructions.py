"""The instructions of the tabular list that go with a suggested code, in our own short form."""

import re
from collections.abc import Iterator

from cleanclaim.codes.code_ranges import ranges_in
from cleanclaim.codes.icd10cm import dotted
from cleanclaim.coding.lexicon.book import Book

_KINDS = {
    "excludes1": "Excludes1 at {at}",
    "code_first": "Code first, at {at}",
    "use_additional": "Use additional code, at {at}",
    "code_also": "Code also, at {at}",
}
_MANIFESTATION = re.compile(r"in (?:other )?diseases classified elsewhere", re.IGNORECASE)
_UNSPECIFIED = re.compile(r"\bunspecified\b", re.IGNORECASE)
_NOTES_MAX = 8


def instructions_for(book: Book, code: str, others: list[str]) -> tuple[str, ...]:
    """Tell what the list asks of a code, and which of the other codes a note keeps apart."""
    return tuple(dict.fromkeys(_told(book, code, others)))[:_NOTES_MAX]


def _told(book: Book, code: str, others: list[str]) -> Iterator[str]:
    notes = book.notes(code)
    for at, kind, words in notes:
        if kind == "excludes1":
            for other in others:
                if _names(words, other) and not _names(words, code):
                    yield f"Excludes1 at {dotted(at)}: not together with {dotted(other)}"
    title = book.titles.get(code, "")
    if _MANIFESTATION.search(title):
        yield "A manifestation: the underlying condition is coded first"
    for at, kind, words in notes:
        if kind in _KINDS and kind != "excludes1":
            yield f"{_KINDS[kind].format(at=dotted(at))}: {words}"
    if _UNSPECIFIED.search(title):
        yield "The documentation supports no more specific code than this one"


def _names(words: str, code: str) -> bool:
    return any(code in each for each in ranges_in(words))
