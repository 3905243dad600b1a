"""Sentences and lines of a note, with their places."""

import re
from collections.abc import Iterator

import msgspec

from cleanclaim.coding.notes.sections import Part, Section

_BULLET = re.compile(r"[ \t]*(?:[•*·▪‣–\-]+|\(?\d{1,2}[.)]|#\d{0,2}|[a-z][.)](?=\s))[ \t]*")
# A period ends a sentence before a space and a capital, digit or bullet, not behind these.
_END = re.compile(r"[.!?](?=\s+[A-Z0-9•\-(\"“]|\s*$)")
_SHORTENED = re.compile(
    r"\b(?:dr|mr|mrs|ms|vs|st|no|approx|e\.g|i\.e|etc|pt|fig|jr|sr|[A-Z])$", re.I
)
# Labels within a plan say what kind of thing follows, and name no problem.
_KIND = re.compile(
    r"(?:medical (?:reasoning|treatment|decision making)|(?:additional|further) (?:testing|workup)|"
    r"(?:patient )?(?:education|agreements?)(?: and counsel\w*)?|counsel\w*|"
    r"(?:specialist )?referrals?|"
    r"follow[- ]?up|treatment|testing|orders?|plan|instructions|medications?)\s*:\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Z][A-Za-z /&\-]{1,40}:\s")
# Behind it an item of a plan goes from the problem to what is done about it.
_DIVIDER = re.compile(r"\s[-–—]+\s|:\s")
_TITLE_MAX = 90
_TITLE_WORDS_MAX = 13
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|should|can|continue|continued|start|started|"
    r"recommend|ordered|order|refer|advised|discussed|reports?|states?|denies|endorses|return|"
    r"follow|schedule|increase|decrease|repeat|take|given|prescribed|she|he|they|we|i|you)\b",
    re.IGNORECASE,
)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence: its place, its section, and whether it is the title of an assessed problem."""

    start: int
    end: int
    part: Part
    is_title: bool


def find_sentences(text: str, section: Section) -> Iterator[Sentence]:
    """Give the sentences of a section; each line ends one, as notes write lists."""
    at = section.start
    for line in text[section.start : section.end].split("\n"):
        bullet = _BULLET.match(line)
        begin = at + (bullet.end() if bullet else 0)
        kind = _KIND.match(text, begin, at + len(line))
        begin = kind.end() if kind else begin
        pieces = list(_divide(text, begin, at + len(line)))
        for number, (start, end) in enumerate(pieces):
            words = _head(text[start:end]) if bullet else text[start:end]
            title = not number and not kind and _is_title(words, section.part)
            yield Sentence(start, end, section.part, title)
        at += len(line) + 1


def _divide(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the ends of sentences of a line."""
    begin = start
    for match in _END.finditer(text, start, end):
        if _SHORTENED.search(text[begin : match.start()]):
            continue
        if text[begin : match.end()].strip():
            yield begin, match.end()
        begin = match.end()
    if text[begin:end].strip():
        yield begin, end


def _head(words: str) -> str:
    """Give what an item of a list is about: "Gout - start allopurinol" is about gout."""
    return _DIVIDER.split(words, maxsplit=1)[0]


def _is_title(words: str, part: Part) -> bool:
    """Tell whether a line of an assessment names a problem rather than telling about it."""
    if part is not Part.ASSESSMENT and part is not Part.PLAN:
        return False
    plain = words.strip()
    short = len(plain) <= _TITLE_MAX and len(plain.split()) <= _TITLE_WORDS_MAX
    return short and not _VERB.search(plain) and not _LABEL.match(plain)
