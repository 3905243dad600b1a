"""The terms that lead to codes: titles, inclusion terms, lines of the index, our own words."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib.resources import files

import msgspec

from cleanclaim.codes.icd10cm import undotted
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM_INDEXES
from cleanclaim.coding.lexicon.abbreviations import expanded
from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.words import words_in


class Origin(StrEnum):
    """Where a term comes from."""

    TITLE = "title"
    INCLUSION = "inclusion term"
    INDEX = "index"
    OWN = "common wording"
    LEARNED = "coders' wording"
    MEANING = "nearest meaning"


class Term(msgspec.Struct, frozen=True):
    """Words that lead to a code (without its seventh character).

    All ``required`` plain words must be near each other; ``optional`` ones add to the match.
    ``side`` is the side that the words name; ``share`` how often coders accepted the code for
    these words (0 to 1), ``prior`` how often for any; 1 and -1 where nobody was asked.
    """

    code: str
    required: tuple[str, ...]
    optional: frozenset[str]
    side: str
    origin: Origin
    words: str
    share: float = 1.0
    prior: float = -1.0


_OPTIONAL = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
# What a title says of other codes beside it, not of the condition itself.
_DEFAULTS = re.compile(
    r",? ?\bwithout [^,;]*|, not (?!elsewhere)[^,;]*|,? ?\b(?:NOS|NEC|so stated|"
    r"unspecified|specified)\b|"
    r",? ?not elsewhere classified|,? ?\binitial encounter\b|,? ?\buncomplicated\b",
    re.IGNORECASE,
)
_SIDES = {"right": "right", "left": "left", "bilater": "bilateral", "unilater": ""}
_DROPPED = frozenset({"due", "part", "site", "condit", "caus"})
_REQUIRED_MAX = 9
# The drug table names drugs, not what is wrong; the index of external causes is asked apart.
_INDEXES = ("main", "neoplasm", "external")
_COLUMN = re.compile(
    r"malignant primary|malignant secondary|ca in situ|benign|uncertain|unspecified", re.I
)
_COLUMN_WORDS = {
    "malignant primary": "malignant neoplasm",
    "malignant secondary": "metastasis",
    "ca in situ": "carcinoma in situ",
    "benign": "benign neoplasm",
    "uncertain": "neoplasm uncertain behavior",
    "unspecified": "neoplasm",
}


def read_term(code: str, words: str, origin: Origin) -> Term | None:
    """Read the words of a term; None where too little or too much is left of them."""
    optional = " ".join(part for found in _OPTIONAL.findall(words) for part in found)
    bare = _DEFAULTS.sub("", _OPTIONAL.sub(" ", words))
    plain = dict.fromkeys(_plain(bare))
    side = next((_SIDES[each] for each in plain if each in _SIDES), "")
    required = tuple(each for each in plain if each not in _SIDES and each not in _DROPPED)
    if not required or len(required) > _REQUIRED_MAX or all(len(x) < 2 for x in required):
        return None
    extra = frozenset(_plain(optional)) | (frozenset(plain) & _DROPPED)
    return Term(code, required, extra - set(required), side, origin, words)


def _plain(text: str) -> Iterator[str]:
    for word in words_in(text):
        yield from expanded(text[word.start : word.end], word.plain)


def terms_of_book(book: Book) -> Iterator[Term]:
    """Give the titles and inclusion terms; headers lead to the code that they usually mean."""
    told = [(code, title, Origin.TITLE) for code, title in book.titles.items()]
    told += [(code, words, Origin.INCLUSION) for code, words in book.own_terms()]
    for code, words, origin in told:
        if resolved := book.resolved(code):
            term = read_term(resolved, words, origin)
            if term is not None:
                yield term


def terms_of_indexes(library: Library, book: Book) -> Iterator[Term]:
    """Give the lines of the loaded indexes, as far as their codes are in the book."""
    for name in _INDEXES:
        table = library.newest(ICD10CM_INDEXES[name])
        if table is not None:
            columns = (table.texts(each) for each in ("code", "term", "column"))
            yield from terms_of_lines(zip(*columns, strict=True), book)


def terms_of_lines(lines: Iterable[tuple[str, str, str]], book: Book) -> Iterator[Term]:
    """Give the terms of lines (code, path of terms, head of the column) of an index."""
    for code, path, column in lines:
        resolved = book.resolved(undotted(code).rstrip("-"))
        words = path
        if column:
            head = _COLUMN.search(column)
            words = (
                f"{path.partition(',')[2] or path} {_COLUMN_WORDS[head[0].lower()]}" if head else ""
            )
        term = read_term(resolved, words, Origin.INDEX) if resolved and words else None
        if term is not None:
            yield term


def own_terms(book: Book) -> Iterator[Term]:
    """Give our own list of what people and notes say: lines "CODE: words; words"."""
    text = files("cleanclaim.coding.lexicon").joinpath("phrases.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        code, _, phrases = line.partition(":")
        plain = undotted(code)
        # Books write codes without the X that only fills the gap before a seventh character.
        plain = plain if plain in book.titles else plain.rstrip("X")
        if line.startswith("#") or plain not in book.titles:
            continue
        for words in phrases.split(";"):
            term = read_term(plain, words.strip(), Origin.OWN)
            if term is not None:
                yield term
