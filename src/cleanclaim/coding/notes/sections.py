"""The sections of a note by their headings: SOAP, headed, or one text without any."""

import re
from enum import StrEnum

import msgspec


class Part(StrEnum):
    """What a section of a note is about."""

    TEXT = "text"  # no heading: a letter, a case report
    CHIEF = "chief complaint"
    HISTORY = "history of present illness"
    PAST = "past history"
    FAMILY = "family history"
    SOCIAL = "social history"
    REVIEW = "review of systems"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    EXAM = "examination"
    RESULTS = "results"
    PROCEDURE = "procedure"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    INSTRUCTIONS = "instructions"


class Section(msgspec.Struct, frozen=True):
    """A section: what it is about, where its words begin (behind the heading) and end."""

    part: Part
    start: int
    end: int


# Headings as notes write them, small letters.
_HEADINGS = {
    Part.CHIEF: "chief complaint|cc|reason for visit|reason for consult(?:ation)?|presenting "
    "complaint|complaint|presenting problem",
    Part.HISTORY: "history of (?:the )?present illness|hpi|subjective|s|interval history|history|"
    "interim history|history of presenting (?:illness|complaint)|clinical history",
    Part.PAST: "past (?:medical |surgical |medical and surgical )?history|pmhx?|psh|"
    "medical history|surgical history|past medical/surgical history|pmh/psh|problem list|"
    "active problems|"
    "obstetric(?:al)? history|gynecologic(?:al)? history|psychiatric history",
    Part.FAMILY: "family (?:medical )?history|fhx?|fam hx|family hx|family",
    Part.SOCIAL: "social history|shx?|social hx|social|habits|occupational history",
    Part.REVIEW: "review of systems|ros|systems review|review of symptoms",
    Part.MEDICATIONS: "(?:current |home |discharge |outpatient )?medications?|meds|current meds|"
    "prescriptions",
    Part.ALLERGIES: "allerg(?:ies|y)|drug allergies|allergies and intolerances",
    Part.EXAM: "(?:physical )?exam(?:ination)?|pe|objective|o|physical|vitals(?: reviewed)?|"
    "vital signs|physical findings|mental status exam(?:ination)?",
    Part.RESULTS: "results?|labs?|laboratory(?: data| results)?|imaging|diagnostics?|studies|data|"
    "radiology|diagnostic (?:results|studies|tests|data)|test results|pathology|ekg|ecg|x-?rays?",
    Part.PROCEDURE: "procedures?|procedure note|operation|operative (?:note|findings)|"
    "procedures? performed|description of procedure",
    Part.ASSESSMENT: "assessment|assessments|impression|diagnos[ei]s|a|a/p|a&p|a and p|assessment "
    "(?:and|&) plan|assessment/plan|assessment / plan|impression (?:and|&) plan|impression/plan|"
    "final diagnos[ei]s|discharge diagnos[ei]s|p(?:re|ost)operative diagnos[ei]s|"
    "clinical impression|problems?|assessed problems|summary and assessment|"
    "medical decision making",
    Part.PLAN: "plan|p|plans|treatment|treatment plan|recommendations?|plan of care|"
    "orders|disposition",
    Part.INSTRUCTIONS: "instructions?|patient instructions|follow[- ]?up|discharge instructions|"
    "return precautions|patient education",
}
_BY_NAME = [
    (part, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for part, pattern in _HEADINGS.items()
]
_NAME = r"[A-Za-z][A-Za-z/&\- ]{0,48}?"
# A heading stands alone on its line, or before a colon with its words behind it.
_ALONE = re.compile(rf"^[ \t#*•\-]*({_NAME})[ \t]*[:*#]*[ \t\r]*$", re.MULTILINE)
_BEFORE_COLON = re.compile(rf"^[ \t#*•\-]*({_NAME})[ \t]*\**:", re.MULTILINE)
# Single letters head the parts of SOAP notes only before a colon.
_LETTERS_MAX = 1


def find_sections(text: str) -> tuple[Section, ...]:
    """Divide a note; what stands before the first heading is a section without one."""
    heads = sorted({**_heads(text, _BEFORE_COLON), **_heads(text, _ALONE)}.items())
    starts = [(0, 0, Part.TEXT), *((start, end, part) for start, (end, part) in heads)]
    ends = [*(start for start, _, _ in starts[1:]), len(text)]
    return tuple(
        Section(part, behind, end)
        for (_, behind, part), end in zip(starts, ends, strict=True)
        if text[behind:end].strip()
    )


def _heads(text: str, pattern: re.Pattern[str]) -> dict[int, tuple[int, Part]]:
    found = {}
    for match in pattern.finditer(text):
        name = match[1].strip()
        part = _part_of(name)
        alone = pattern is _ALONE
        if part is not None and not (alone and len(name) <= _LETTERS_MAX):
            found[match.start()] = (match.end(), part)
    return found


def _part_of(name: str) -> Part | None:
    plain = " ".join(name.split())
    return next((part for part, known in _BY_NAME if known.fullmatch(plain)), None)
