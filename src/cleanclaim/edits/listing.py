"""Short dated lists that edits read: rows of words, each with its source and its span of days."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from cleanclaim.kernel.spans import Span


class Listed(msgspec.Struct, frozen=True):
    """One row: its words, the authority it comes from, and the days on which it holds."""

    words: tuple[str, ...]
    source: str
    span: Span


@cache
def rows_of(name: str) -> tuple[Listed, ...]:
    """Read a list of this package.

    ``source`` and ``from`` (with ``until`` where it ended) hold for the rows below them; a
    ``#`` begins a remark. ValueError where a row stands before both: a list is ours, not input.
    """
    text = resources.files("cleanclaim.edits").joinpath("lists", f"{name}.txt").read_text("utf-8")
    return tuple(parse_rows(text))


def parse_rows(text: str) -> Iterator[Listed]:
    """Read the rows of a list as text."""
    source, span = "", None
    for line in text.splitlines():
        word, _, rest = line.partition("#")[0].strip().partition(" ")
        if word == "source":
            source = rest
        elif word == "from":
            first, _, last = rest.partition(" until ")
            span = Span(date.fromisoformat(first), date.fromisoformat(last) if last else None)
        elif word:
            if not source or span is None:
                msg = "a row has no source or no first day"
                raise ValueError(msg)
            yield Listed((word, *rest.split()), source, span)


def in_force(name: str, on: date | None) -> tuple[Listed, ...]:
    """Give the rows that hold on a day; without a day those without an end."""
    return tuple(
        row for row in rows_of(name) if (row.span.ends_on is None if on is None else on in row.span)
    )
