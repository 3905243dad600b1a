"""Documentation queries that lead nobody: one concept of the note, one axis that it lacks.

The wording follows the practice brief of ACDIS and AHIMA, "Guidelines for Achieving a Compliant
Query Practice": clinical indicators from the record, no diagnosis that it lacks, choices with
"other" and "unable to determine", nothing about payment.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from cleanclaim.coding.encounters import Episode
from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.values import Query, Span

OTHER, UNABLE = "Other (please specify)", "Unable to determine"
_SIDES = ("right", "left", "bilateral")
_EPISODES = ("active treatment", "routine healing or recovery", "a late effect (sequela)")


def queries_for(
    book: Book, code: str, evidence: tuple[Span, ...], episode: Episode | None
) -> Iterator[Query]:
    """Ask about the axes that the documentation of a code leaves open.

    ``code`` is without its seventh character. The concept is called as the note calls it.
    """
    if not evidence:
        return
    group = book.sides(code)
    if group.get("unspecified") == code and "right" in group and "left" in group:
        yield _query("laterality", _SIDES, evidence)
    for axis, choices in _open_axes(code):
        yield _query(axis, choices, evidence)
    if episode is not None and episode.character and not episode.is_told:
        yield _query("episode of care", _EPISODES, evidence)


def _query(axis: str, choices: tuple[str, ...], evidence: tuple[Span, ...]) -> Query:
    concept = " ".join(evidence[0].text.split())
    return Query(
        concept=concept,
        axis=axis,
        question=f'The note documents "{concept}". Please document the {axis}, if it is known.',
        options=(*choices, OTHER, UNABLE),
        indicators=evidence,
    )


def _open_axes(code: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for codes, axis, choices in _questions():
        if code in codes:
            yield axis, choices


@cache
def _questions() -> tuple[tuple[frozenset[str], str, tuple[str, ...]], ...]:
    text = files("cleanclaim.coding").joinpath("questions.txt").read_text(encoding="utf-8")
    rows = (line.split("|") for line in text.splitlines() if "|" in line and line[0] != "#")
    return tuple(
        (
            frozenset(codes.split()),
            axis.strip(),
            tuple(each.strip() for each in choices.split(";")),
        )
        for codes, axis, choices in rows
    )
