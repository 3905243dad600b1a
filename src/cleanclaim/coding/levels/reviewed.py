"""The data of a visit: tests, notes of others, who told the story, readings of one's own, talks."""

import re
from collections.abc import Iterator, Sequence

from cleanclaim.coding.levels.context import Context, context_of, is_undone
from cleanclaim.coding.levels.diagnostics import MEASURED, READ, TESTS, UNNAMED
from cleanclaim.coding.levels.passages import Section, Sentence
from cleanclaim.coding.levels.terms import Found, Hit
from cleanclaim.coding.levels.values import Fact, Rank, Weighed

_WORDS = {
    Rank.UNKNOWN: "none",
    Rank.STRAIGHTFORWARD: "minimal",
    Rank.LOW: "limited",
    Rank.MODERATE: "moderate",
    Rank.HIGH: "extensive",
}
_KIN = (
    "mother|father|mom|dad|parents?|spouse|wife|husband|partner|daughter|son|sister|brother|"
    "grandmother|grandfather|grandparent|aunt|uncle|caregiver|guardian|foster parent|family|"
    "friend|roommate|neighbor|witness(?:es)?|bystanders?|ems|paramedics?|(?:nursing |facility |"
    "group home |snf )?staff|aide|teacher|police|daughter-in-law|son-in-law|health aide"
)
_TELLING = (
    "reports?|reported|states?|stated|says|said|provides?|provided|describes?|described|notes|"
    "noted|gives|gave|supplies|supplied|supplements?|supplemented|relates?|related|confirms?|"
    "confirmed|endorses|denies|recounts|adds|tells|told"
)
_HISTORIAN = re.compile(
    rf"\b(?:(?:history|hpi|information|story|collateral(?: history)?|account)\b[^.;\n]{{0,60}}?"
    rf"\b(?:from|by|per|via|through)\s+(?:(?:the|his|her|their|patient's|both|pt's|a|an)\s+)*"
    rf"(?:{_KIN})|(?:per|according to)\s+(?:the\s+|his\s+|her\s+|patient's\s+)?(?:{_KIN})"
    rf"|(?:{_KIN})\s+(?:who\s+|also\s+)?(?:{_TELLING})\b|(?:{_KIN})\s+(?:is|was|as|serves? as)\s+"
    rf"(?:the\s+)?(?:independent\s+)?historian|independent historian)",
    re.IGNORECASE,
)
_FAMILY_PAST = re.compile(r"family history|reports? (?:no )?family", re.IGNORECASE)
_SELF = r"(?:personally|independently|myself)"
_READ_WORD = r"(?:interpret(?:ed|ation)?|read|view(?:ed)?|visuali[sz]ed?|review(?:ed)?|over-?read)"
_PICTURE = (
    r"(?:images?|imaging|films?|tracings?|strips?|slides?|ecg|ekg|x-?rays?|radiographs?|cxr|cts?|"
    r"mri|ultrasound|scans?|echo|studies|study|mammogram|eeg)"
)
_READING = re.compile(
    rf"\b(?:{_SELF}\s+{_READ_WORD}|{_READ_WORD}\s+(?:independently|personally|by me|by myself)|"
    rf"independent interpretation|my (?:own |independent |personal )?(?:interpretation|read\b|"
    rf"reading|review of (?:the )?(?:actual )?{_PICTURE})|"
    rf"I (?:have )?(?:interpreted|read|visuali[sz]ed|viewed|over-?read) (?:the |his |her |this )?"
    rf"(?:\w+ )?{_PICTURE}|I reviewed (?:the )?(?:actual )?(?:\w+ ){{0,3}}"
    rf"(?:images|tracings?|films|strips?))",
    re.IGNORECASE,
)
# Of tests that are only measured there is nothing to interpret.
_PERSON = (
    r"(?:dr\.?|doctor|surgeon|surgery|surgical|\w+ologist|\w+ology|\w+iatrist|\w+iatry|hospitalist|"
    r"intensivist|icu|attending|consultant|specialist|on-?call|pcp|primary care|pharmacist|"
    r"social worker|social services|case manager|care manager|teacher|school|attorney|lawyer|"
    r"parole officer|ed physician|emergency physician|ed provider|ems medical|referring|"
    r"anesthesia|orthopedics?|orthopa?edics?|ortho|ob-?gyn|ob|obstetrics|obstetrician|neurosurgery|"
    r"neurosurgeon|home health|hospice nurse|poison control|poison center|public health|"
    r"dietitian|therapist|infectious disease|id|renal|cardiac|transplant|vascular|trauma team|"
    r"trauma|medicine team|admitting|palliative care|palliative|physician|\w+iatrician|"
    r"transfer center|"
    r"group home|case management|cps|child protective|adult protective|neonat\w+|podiatrist|"
    r"dentist|pain management|pain specialist|ent|psych|psychologist|rehab|facility|team)"
)
_TALK = re.compile(
    r"\b(?:(?:case |management |findings |plan |care |results? |images? |options )?"
    r"(?:was |were )?(?:discussed|discussion|reviewed by phone|conferred|spoke|spoken|consulted|"
    r"called|conversation|phone call|telephoned|coordinated|talked|conference)\b"
    r"[^.;\n]{0,70}?\bwith|spoke to|consulted by phone|called)\s+(?P<whom>[^.;\n]{2,90})",
    re.IGNORECASE,
)
_NOT_OUTSIDE = re.compile(
    r"^(?:the |his |her |their )?(?:patient|pt|family|mother|father|parents?|wife|husband|spouse|"
    r"son|daughter|mom|dad|him|her|them)\b(?!\s*(?:and|,|'s))",
    re.IGNORECASE,
)
_CLERK = re.compile(
    r"\b(?:tech\w*|schedul\w+|receptionist|front desk|office staff|clerk)\b", re.IGNORECASE
)
_SOURCE = (
    r"(?:outside|external|ed|er|emergency(?: department| room)?|hospital|inpatient|discharge|"
    r"(?:\w+ology|\w+ologist|\w+ologist's|surgery|surgical|surgeon|surgeon's|pcp|pcp's|"
    r"primary care|"
    r"urgent care|nursing home|nursing facility|snf|facility|specialist|specialist's|consultant|"
    r"referring (?:physician|provider)?|operative|op|ems|paramedic|school|transfer|prior hospital|"
    r"physical therapy|pt|home health|psychiatry|psychiatrist|orthopedics?|orthopedic|ortho|"
    r"wound care|ob|obstetric|previous (?:physician|provider)|rehab|rehabilitation|hospice|"
    r"pediatrician|pediatrician's|old|dialysis|therapist|therapist's|counselor|oncologist's|"
    r"other (?:facility|hospital)))"
)
_PAPER = r"(?:notes?|records?|reports?|summary|summaries|letters?|documentation|chart|run sheet)"
_NOTES = re.compile(
    rf"\b{_SOURCE}(?:[\s'-]+(?:\w+[\s'-]+){{0,2}}?)(?:{_PAPER})\b|\b(?:notes?|records?|letter|"
    rf"summary)\s+(?:from|by|of)\s+(?:the |an? |her |his |outside )*(?P<by>(?:dr\.? )?[\w-]+)",
    re.IGNORECASE,
)
_REVIEWED = re.compile(r"\breview|\bread\b|\bper\b|\bobtained\b|\bexamined\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"\b(?:request(?:ed|ing)?|will (?:obtain|request|review)|not (?:available|reviewed|obtained)|"
    r"unable to (?:obtain|review)|awaiting|pending)\b",
    re.IGNORECASE,
)
_HERE = re.compile(r"\b(?:in[- ](?:the )?(?:office|clinic|house)|point of care|here today)\b", re.I)
_ALWAYS_COUNTS = frozenset({Context.PRESENT, Context.DENIED, Context.UNCERTAIN, Context.COMORBID})


def weigh_data(sentences: Sequence[Sentence], note: str, *, own_rooms: bool) -> Weighed:
    """Find the data worked with and rank them by the three categories of the table.

    ``own_rooms`` is an office: what is read there is usually billed there, so a test that the
    note says was done in the office and is read by somebody counts for nothing here.
    """
    told = [s for s in sentences if s.section is not Section.BACKGROUND]
    readings, read_names = _find_readings(told, note, own_rooms=own_rooms)
    tests = _one_each(_find_tests(told, note, read_names, own_rooms=own_rooms))
    notes = _one_each(_find_notes(told, note))
    historians = _find_historians(told, note)[:1]
    talks = _find_talks(told, note)
    pieces = len(tests) + len(notes)
    categories = (pieces + len(historians) >= 3, bool(readings), bool(talks))
    rank = _rank(pieces, historian=bool(historians), categories=sum(categories))
    facts = (*tests, *notes, *historians, *readings, *talks)
    unnamed = any(fact.key == "unnamed" for fact in tests)
    missing = ("which tests the laboratory results were",) if unnamed else ()
    return Weighed(rank, _WORDS[rank], facts, missing)


def _rank(pieces: int, *, historian: bool, categories: int) -> Rank:
    if categories > 1:
        return Rank.HIGH
    if categories == 1:
        return Rank.MODERATE
    if pieces > 1 or historian:
        return Rank.LOW
    return Rank.STRAIGHTFORWARD if pieces else Rank.UNKNOWN


def _one_each(facts: Iterator[Fact]) -> list[Fact]:
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.key, fact)
    if len(first) > 1:
        first.pop("unnamed", None)
    return list(first.values())


def _find_tests(
    sentences: Sequence[Sentence], note: str, read_names: set[str], *, own_rooms: bool
) -> Iterator[Fact]:
    """Give the tests ordered or reviewed; those read by oneself count as the reading instead."""
    for sentence in sentences:
        hits = list(TESTS.find(sentence.tokens))
        passed = frozenset(p for hit in hits for p in range(hit.first, hit.last + 1))
        here = own_rooms and _HERE.search(note, sentence.start, sentence.end) is not None
        for hit in hits:
            kind, name = hit.payload
            billed_here = here and kind == READ
            done = _is_done(sentence, hit, passed, note)
            if done and name not in read_names and not billed_here:
                yield _fact("data.test", sentence, hit, name)
        if not hits:
            for unnamed in UNNAMED.find(sentence.tokens):
                if _is_done(sentence, unnamed, frozenset(), note):
                    yield _fact("data.test", sentence, unnamed, "unnamed")


def _is_done(sentence: Sentence, hit: Found, passed: frozenset[int], note: str) -> bool:
    """Tell whether a test was ordered or its result reviewed; a former one only if reviewed."""
    before = sentence.tokens[hit.first - 1] if hit.first else None
    dose = before is not None and before.text.replace(".", "").isdigit()
    dose = dose and sentence.tokens[hit.first].text == "Mg"
    if dose or is_undone(sentence, hit, passed):
        return False
    context = context_of(sentence, hit)
    if context is Context.PAST:
        return _REVIEWED.search(note, sentence.start, sentence.end) is not None
    return context in _ALWAYS_COUNTS


def _fact(kind: str, sentence: Sentence, hit: Found, key: str) -> Fact:
    return Fact(kind, sentence.tokens[hit.first].start, sentence.tokens[hit.last].end, key)


def _find_readings(
    sentences: Sequence[Sentence], note: str, *, own_rooms: bool
) -> tuple[list[Fact], set[str]]:
    facts, names = [], set()
    for sentence in sentences:
        for found in _READING.finditer(note, sentence.start, sentence.end):
            hits = [h for h in TESTS.find(sentence.tokens) if h.payload[0] == READ]
            pictured = re.search(_PICTURE, found.group(), re.IGNORECASE) is not None
            only_measured = not hits and any(
                h.payload[0] == MEASURED for h in TESTS.find(sentence.tokens)
            )
            if _is_of_paper(note, sentence, found):
                continue
            if only_measured or not (hits or pictured or "interpret" in found.group().lower()):
                continue
            name = _nearest(sentence, hits, found.start())
            names |= {name} if name else set()
            if own_rooms and _HERE.search(note, sentence.start, sentence.end):
                continue
            facts.append(Fact("data.interpretation", found.start(), found.end(), name))
    return facts, names


def _is_of_paper(note: str, sentence: Sentence, found: re.Match[str]) -> bool:
    """Tell whether a report was read, not a picture, or nothing was."""
    after = note[found.end() : min(sentence.end, found.end() + 40)]
    before = note[max(sentence.start, found.start() - 12) : found.start()]
    of_paper = re.match(r"\W*(?:\w+\W+){0,4}reports?\b", after, re.IGNORECASE) is not None
    return (of_paper and "interpret" not in found.group().lower()) or (
        re.search(r"\b(?:not|no|without)\s*$", before, re.IGNORECASE) is not None
    )


def _nearest(sentence: Sentence, hits: Sequence[Hit[tuple[str, str]]], place: int) -> str:
    if not hits:
        return ""
    closest = min(hits, key=lambda hit: abs(sentence.tokens[hit.first].start - place))
    return closest.payload[1]


def _find_notes(sentences: Sequence[Sentence], note: str) -> Iterator[Fact]:
    for sentence in sentences:
        whole = note[sentence.start : sentence.end]
        if _REVIEWED.search(whole) is None or _UNSEEN.search(whole) is not None:
            continue
        for found in _NOTES.finditer(note, sentence.start, sentence.end):
            before = note[max(sentence.start, found.start() - 12) : found.start()]
            if re.search(r"\b(?:no|not|without|any)\s*$", before, re.IGNORECASE):
                continue
            source = re.split(r"[\s'-]", found.group())[0] if not found["by"] else found["by"]
            yield Fact("data.external_note", found.start(), found.end(), source.lower())


def _find_historians(sentences: Sequence[Sentence], note: str) -> list[Fact]:
    return [
        Fact("data.historian", found.start(), found.end())
        for sentence in sentences
        for found in _HISTORIAN.finditer(note, sentence.start, sentence.end)
        if _FAMILY_PAST.search(note, max(sentence.start, found.start() - 20), found.end()) is None
    ]


def _find_talks(sentences: Sequence[Sentence], note: str) -> list[Fact]:
    return [
        Fact("data.discussion", found.start(), found.end())
        for sentence in sentences
        for found in _TALK.finditer(note, sentence.start, sentence.end)
        if _is_outside(found["whom"]) and not _is_only_meant(note, sentence, found.start())
    ]


def _is_outside(whom: str) -> bool:
    """Tell whether one of those spoken with is of another practice, and not the patient alone."""
    if _NOT_OUTSIDE.match(whom) is not None or _CLERK.search(whom[:40]) is not None:
        return False
    return re.search(rf"\b{_PERSON}(?!\w)", whom[:60], re.IGNORECASE) is not None


def _is_only_meant(note: str, sentence: Sentence, place: int) -> bool:
    before = note[max(sentence.start, place - 30) : place]
    return (
        re.search(r"\b(?:will|to|not|if|would|plan to|should|need to)\s*(?:be\s*)?$", before)
        is not None
    )
