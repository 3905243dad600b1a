"""A note taken apart: sections, numbered items and sentences, each at its characters."""

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from cleanclaim.coding.levels.terms import Token, read_tokens


class Section(StrEnum):
    """What a part of a note is for."""

    NARRATIVE = "narrative"
    SUBJECTIVE = "subjective"
    OBJECTIVE = "objective"
    ASSESSMENT = "assessment"
    BACKGROUND = "background"  # past, family and social history, allergies, lists kept over time


class Sentence(msgspec.Struct, frozen=True):
    """A sentence: its characters, its section, the numbered item it belongs to, its words.

    ``opens`` tells that it begins an item, or the section where nothing is numbered.
    """

    start: int
    end: int
    section: Section
    item: int
    opens: bool
    tokens: tuple[Token, ...]


_HEADINGS: dict[Section, str] = {
    Section.SUBJECTIVE: "s|subjective|cc|chief complaint|hpi|history of present illness|interval "
    "history|reason for (?:visit|consult(?:ation)?|admission)|interim history|subj|history",
    Section.OBJECTIVE: "o|objective|exam|physical exam(?:ination)?|pe|vitals?|vital signs|labs?|"
    "laboratory(?: data)?|results?|imaging|data|data reviewed|studies|diagnostics|obj|"
    "vitals reviewed|results reviewed",
    Section.ASSESSMENT: "a|p|a/p|a ?& ?p|ap|assessment|plan|assessment ?(?:and|&|/) ?plan|"
    "impression|impression ?(?:and|&|/) ?plan|dx|diagnos[ie]s|(?:final|clinical|discharge|ed|"
    "primary|working) (?:diagnos[ie]s|impression|dx)|mdm|medical decision making|"
    "recommendations?|disposition|plan of care|treatment plan",
    Section.BACKGROUND: "pmh|pmhx|past medical history|past history|psh|past surgical history|"
    "surgical history|medical history|fh|fhx|family history|sh|shx|social history|allerg(?:y|ies)|"
    "medications?|current medications|home medications|meds|home meds|ros|review of systems|"
    "problem list|immunizations?|health maintenance",
    Section.NARRATIVE: "instructions|patient instructions|follow[ -]?up|ed course|"
    "hospital course|ed|h&p|consult(?:ation)?|procedures?|progress|"
    "time|attestation|addendum|counsel(?:l)?ing|discharge day|hospital day \\d+",
}
_NAMES = "|".join(names for names in _HEADINGS.values())
# A heading before a colon opens a section where a sentence could begin.
_INLINE = re.compile(rf"(?:^|(?<=[.;:!?)\n]))[ \t]*((?:{_NAMES}))[ \t]*:", re.IGNORECASE | re.M)
_ALONE = re.compile(rf"^[ \t]*((?:{_NAMES}))[ \t]*$", re.IGNORECASE | re.MULTILINE)
_OWN_ASSESSMENT = re.compile(r"a\b|a/p|ap\b|assessment", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:^|(?<=[\n.:;]))[ \t]*#?\d{1,2}[.)][ \t]*(?=[A-Za-z])", re.MULTILINE)
# A bullet or a paragraph begins an item, unless it begins with a label of its own ("Plan:").
_LOOSE = re.compile(
    r"(?:^[ \t]*[#*•–-][ \t]*|(?<=\n)[ \t]*\n\s*)(?=[A-Za-z])(?![A-Z][\w ]{2,40}:)", re.MULTILINE
)
_ABBREVIATED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|approx|e\.g|i\.e|No)\.$")
_STOP = re.compile(r"[.!?](?=\s|$)|\n+|;")


def read_sentences(note: str) -> tuple[Sentence, ...]:
    """Take a note apart into sentences in the order of the text."""
    return tuple(
        sentence
        for start, end, section in _sections(note)
        for sentence in _in_section(note, start, end, section)
    )


def _sections(note: str) -> Iterator[tuple[int, int, Section]]:
    heads = sorted(
        {(m.start(1), m.end(), m.group(1)) for p in (_INLINE, _ALONE) for m in p.finditer(note)}
    )
    last = max((h[0] for h in heads if _OWN_ASSESSMENT.match(h[2])), default=0)
    start, section = 0, Section.NARRATIVE
    for head_start, head_end, name in heads:
        if head_start < start:
            continue
        if name.lower() == "impression" and section is Section.OBJECTIVE and head_start < last:
            continue  # that of a picture, for the note's own comes later
        yield start, head_start, section
        start, section = head_end, _meaning(name)
    yield start, len(note), section


def _meaning(name: str) -> Section:
    return next(
        section
        for section, names in _HEADINGS.items()
        if re.fullmatch(names, name, re.IGNORECASE) is not None
    )


def _in_section(note: str, start: int, end: int, section: Section) -> Iterator[Sentence]:
    found = list(_NUMBERED.finditer(note, start, end)) or list(_LOOSE.finditer(note, start, end))
    items, marks = [m.end() for m in found], {m.start() for m in found}
    item, opens = 0, True
    for first, last in _spans(note, start, end, marks):
        begun = [place for place in items if first <= place <= last]
        if begun:
            item, opens = item + 1, True
        tokens = read_tokens(note, begun[-1] if begun else first, last)
        if tokens:
            yield Sentence(tokens[0].start, last, section, item, opens, tokens)
            opens = False


def _spans(note: str, start: int, end: int, marks: set[int]) -> Iterator[tuple[int, int]]:
    """Give the stretches between full stops; the number before an item is no full stop."""
    first = start
    stops = [m.end() for m in _STOP.finditer(note, start, end) if _closes(note, m)]
    for place in sorted({*stops, *(mark for mark in marks if mark > start), end}):
        if place > first:
            yield first, place
            first = place


def _closes(note: str, stop: re.Match[str]) -> bool:
    if stop.group() != ".":
        return True
    before = note[max(0, stop.start() - 12) : stop.end()]
    numbered = re.search(r"(?:^|[\n.:;]\s*)#?\d{1,2}\.$", before) is not None
    return not numbered and _ABBREVIATED.search(before) is None
