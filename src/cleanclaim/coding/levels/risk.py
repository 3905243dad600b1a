"""The risk of what was decided: drugs, operations, hospital care, limits of care, circumstances."""

import re
from collections.abc import Iterator, Sequence

from cleanclaim.coding.levels.context import (
    Context,
    context_of,
    is_supposed,
    is_under_condition,
    is_undone,
)
from cleanclaim.coding.levels.diagnostics import ADVANCED, TESTS
from cleanclaim.coding.levels.passages import Section, Sentence
from cleanclaim.coding.levels.terms import Found, Terms
from cleanclaim.coding.levels.treatments import (
    CONTROLLED,
    LOW_RISK,
    MAJOR,
    MINOR,
    PARENTERAL,
    PRESCRIPTION,
    TOXIC,
    find_drugs,
)
from cleanclaim.coding.levels.values import Fact, Rank, Setting, Weighed

_WORDS = {
    Rank.STRAIGHTFORWARD: "minimal",
    Rank.LOW: "low",
    Rank.MODERATE: "moderate",
    Rank.HIGH: "high",
}
_RANKS: dict[str, Rank] = {
    "risk.low_treatment": Rank.LOW,
    "risk.minor_surgery": Rank.LOW,
    "risk.prescription_drug": Rank.MODERATE,
    "risk.minor_surgery_risk_factors": Rank.MODERATE,
    "risk.major_surgery": Rank.MODERATE,
    "risk.social_determinant": Rank.MODERATE,
    "risk.toxicity_monitoring": Rank.HIGH,
    "risk.major_surgery_risk_factors": Rank.HIGH,
    "risk.emergency_surgery": Rank.HIGH,
    "risk.hospitalization": Rank.HIGH,
    "risk.limits_of_care": Rank.HIGH,
    "risk.parenteral_controlled": Rank.HIGH,
}
EMERGENCY = "risk.emergency_surgery"
_ALREADY_IN = frozenset(
    {
        Setting.HOSPITAL_SUBSEQUENT,
        Setting.HOSPITAL_DISCHARGE,
        Setting.CONSULT_INPATIENT,
    }
)
_I = re.IGNORECASE
_URGENT = re.compile(r"\b(?:emergen\w+|stat|immediate(?:ly)?|urgent(?:ly)?|life[- ]saving)\b", _I)
_DECIDED = re.compile(
    r"\b(?:proceed|schedul\w+|decision (?:for|to|made|regarding|against)|decided|elect(?:s|"
    r"ed) (?:to|for)|"
    r"agree[sd]?|consent\w*|will (?:undergo|perform|need|take|have|go)|plan(?:ned|s)? (?:for|to|"
    r"elective|surg\w+)|"
    r"recommend\w*|take(?:n)? to (?:the )?or|to (?:the )?or\b|wish(?:es)? (?:for|to)|opt(?:s|"
    r"ed) for|"
    r"performed|indicated|booked|going to|shared decision|perform(?:ing)?|tolerated|done|"
    r"plan\s*[:-]|offered|preparing|set up|list(?:ed)? for|candidate for|emergen\w+|urgent\w*|"
    r"today)\b",
    _I,
)
_OPTIONS_ONLY = re.compile(r"\boptions?\b|\bcounsel+ed\b|\brefer\w*\b", _I)
_RISKS = re.compile(
    r"\brisk factors?\b|\b(?:high|higher|increased|elevated|significant)[- ](?:\w+ ){0,2}risk\b|"
    r"\brisk (?:is |was )?(?:increased|elevated|higher|high)\b|\b(?:on|holding|hold|takes?|taking) "
    r"(?:\w+ )?(?:anticoagula\w+|warfarin|apixaban|rivaroxaban|clopidogrel)\b|\bcomorbid\w*\b|"
    r"\bincreas\w+ (?:\w+ ){0,3}risk\b|\b(?:bleeding|cardiac|anesthe\w+|perioperative|"
    r"surgical) risk\b",
    _I,
)
_NO_RISKS = re.compile(
    r"\b(?:no|without|low|average|standard|minimal)\b (?:\w+ ){0,5}risk|\brisk factors?: none", _I
)
_HOSPITAL = re.compile(
    r"\badmitted for (?:observation|further|monitoring|continued|inpatient|management|iv)\b|"
    r"\badmit(?:ted|ting)?\b(?! (?:that|to (?:drinking|using|smoking|taking)|he|she|with|for|"
    r"on\b|last|in\b|"
    r"\d+ days))|\badmit (?:for|to|with)\b|\badmission (?:to|for|recommended|advised|"
    r"was considered|"
    r"considered|offered|decision|planned|arranged)|\b(?:icu|hospital|inpatient|observation|direct|"
    r"telemetry|psychiatric|medical floor) admission\b|\bhospitali[sz](?:e|ation)\b|"
    r"\bconsidered (?:hospital )?admission\b|\bplace(?:d)? (?:in|under|into) observation\b|"
    r"\bobservation (?:status|stay|unit|level)\b|\btransfer(?:red|"
    r"ring)?\b (?:\w+ ){0,4}to (?:the |a |an )?"
    r"(?:\w+ ){0,2}(?:hospital|icu|ed|emergency|higher|tertiary|trauma|stroke|burn|inpatient)\b|"
    r"\b(?:sent|send|sending) (?:\w+ ){0,4}to (?:the |a )?(?:\w+ )?hospital\b|\bicu (?:transfer|"
    r"care)\b|"
    r"\b911\b (?:\w+ ){0,6}hospital|\btransfer to (?:the )?(?:icu|hospital|higher)|"
    r"\bdecision (?:regarding|for|to) (?:hospital|admi)\w*|\bescalat\w+ (?:of |to )?(?:\w+ )?"
    r"(?:hospital|care|level|icu)|\breadmi\w+|\bstep(?:ped)?[- ]up to\b|\bupgrad\w+ to (?:icu|"
    r"step)",
    _I,
)
_ESCALATION = re.compile(
    r"\b(?:transfer(?:red|ring)?|move[ds]?|upgrad\w+|escalat\w+|"
    r"step(?:ped)?[- ]up)\b (?:\w+ ){0,5}?"
    r"(?:icu|intensive care|higher level|step-?down|ccu|micu|sicu)\b|\bescalat\w+ (?:of |to )?"
    r"(?:\w+ )?(?:hospital|care|level)\b|\bicu (?:transfer|admission)\b|\bintubat(?:e|ed|ion)\b",
    _I,
)
_ADMITTED_WITH = re.compile(
    r"\badmitted (?:with|for|on|in)\b|\badmission for\b|"
    r"\bicu\b(?! (?:attending|team|physician|doctor|fellow|consult))",
    _I,
)
_NOT_DECIDED = re.compile(
    r"(?:\b(?:no|not|without|avoid|prevent|never|recent|prior|previous|last|denies|since|after|"
    r"following|during|on|until|before|history of|if|should|does not|did not|risk of|reduce)\s+"
    r"(?:\w+\s+){0,3})$",
    _I,
)
_PAST_STAY = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:not (?:needed|required|indicated|necessary)|last (?:week|month|year)|"
    r"(?:weeks?|months?|years?|days?) ago|follow)",
    _I,
)
_LIMITS = re.compile(
    r"\b(?:dnr|dni|do[- ]not[- ]resuscitate|comfort (?:care|measures)(?: only)?|hospice|"
    r"withdraw(?:al)? (?:of )?(?:care|support|life)|de-?escalat\w+ (?:of )?(?:care|treatment)|"
    r"transition(?:ed)? to comfort|not to resuscitate|palliative (?:only|extubation))\b",
    _I,
)
_LIMITS_DECIDED = re.compile(
    r"\b(?:decid\w+|decision|elect\w*|agree[sd]?|discuss\w*|transition\w*|chang\w+|made|"
    r"poor prognosis|"
    r"wish\w*|chose|chosen|goals of care|family meeting|order|enroll\w*|refer\w*|initiat\w*|"
    r"opt\w*|de-?escalat\w+|withdraw\w*|code status changed|request\w*)\b",
    _I,
)
_SOCIAL = re.compile(
    r"\b(?:homeless\w*|unhoused|unstable housing|housing (?:instability|insecurity)|"
    r"food insecur\w+|living in (?:a |his |her )?(?:shelter|car)|"
    r"(?:can(?:not|'t| not)|unable to|could not|difficulty|trouble|not able to) (?:\w+ )?"
    r"(?:afford\w*|pay(?:ing)?)|(?:lack|lacks|lacking) (?:of )?(?:\w+ )?(?:transportation|"
    r"housing|refrigeration|"
    r"insurance|money|food|access)|no (?:reliable )?transportation|transportation barriers?|"
    r"lost (?:his |her |their )?insurance|uninsured|financial (?:hardship|barriers?|strain|"
    r"constraints?)|"
    r"cost[- ]related|skipping (?:doses|insulin|medication)\w* (?:due to|because of) cost|"
    r"social determinants?|low health literacy|limited (?:health )?literacy|domestic violence)\b",
    _I,
)
_LIMITING = re.compile(
    r"\b(?:limit\w*|unable|cannot|can't|could not|not able|barrier\w*|because|due to|prevent\w*|"
    r"complicat\w*|affect\w*|impact\w*|interfer\w*|skipp\w+|ration\w*|miss\w*|without|impair\w*|"
    r"therefore|so\b|difficulty|trouble|afford\w*|changed to|switch\w*|hinder\w*|no reliable)\b",
    _I,
)
_MONITORED = re.compile(
    r"\btoxicity\b|\b(?:monitor\w*|surveillance)\b[^.;\n]{0,60}\b(?:cytopenia|neutropenia|"
    r"nephrotox\w+|"
    r"hepatotox\w+|adverse|counts?|qtc?)\b|\b(?:cytopenia|nephrotox\w+|hepatotox\w+|qtc)\b"
    r"[^.;\n]{0,60}\bmonitor\w*|\bintensive(?:ly)? (?:\w+ )?monitor\w*",
    _I,
)
_MONITOR = re.compile(
    r"\b(?:monitor\w*|every \d|q ?\d|weekly|monthly|quarterly|serial|trough|surveillance)\b", _I
)
_NOT_TOXIC = re.compile(r"\bno (?:\w+ )?toxicity monitoring|not (?:\w+ )?toxicity", _I)


def weigh_risk(sentences: Sequence[Sentence], note: str, setting: Setting) -> Weighed:
    """Find what was decided and rank it; a decision counts, a mention does not."""
    told = [s for s in sentences if s.section is not Section.BACKGROUND]
    facts = (
        *_find_operations(told, note),
        *_find_hospital(told, note, setting),
        *_find_by(_LIMITS, "risk.limits_of_care", told, note, _LIMITS_DECIDED),
        *_find_by(_SOCIAL, "risk.social_determinant", told, note, _LIMITING),
        *_find_toxicity(told, note),
        *_find_drugs(told, sentences),
    )
    rank = max((_RANKS[fact.kind] for fact in facts), default=Rank.STRAIGHTFORWARD)
    return Weighed(rank, _WORDS[rank], facts)


def _planned(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Give the sentences in which a treatment named is a treatment given."""
    assessed = any(s.section is Section.ASSESSMENT for s in sentences)
    yield from (
        s
        for s in sentences
        if s.section is Section.ASSESSMENT
        or (s.section is Section.NARRATIVE)
        or (not assessed and s.section is not Section.BACKGROUND)
    )


def _find_drugs(told: Sequence[Sentence], every: Sequence[Sentence]) -> Iterator[Fact]:
    for sentence in _planned(every):
        for hit in find_drugs(sentence):
            if context_of(sentence, hit) not in {Context.PRESENT, Context.COMORBID}:
                continue
            start, end = sentence.tokens[hit.first].start, sentence.tokens[hit.last].end
            kind = "prescription_drug" if hit.payload == PRESCRIPTION else "low_treatment"
            yield Fact(f"risk.{kind}", start, end)
        yield from _find_low(sentence)
    for sentence in told:
        yield from _find_controlled(sentence)


def _find_low(sentence: Sentence) -> Iterator[Fact]:
    tests = (test for test in TESTS.find(sentence.tokens) if ADVANCED.match(test.payload[1]))
    found: list[Found] = [*LOW_RISK.find(sentence.tokens), *tests]
    for hit in found:
        meant = context_of(sentence, hit)
        if meant is not Context.HYPOTHETICAL and not is_undone(sentence, hit):
            start, end = sentence.tokens[hit.first].start, sentence.tokens[hit.last].end
            yield Fact("risk.low_treatment", start, end)


def _find_controlled(sentence: Sentence) -> Iterator[Fact]:
    for hit in CONTROLLED.find(sentence.tokens):
        near = sentence.tokens[max(0, hit.first - 3) : hit.last + 5]
        if any(t.text.lower() in PARENTERAL for t in near) and not is_undone(sentence, hit):
            start, end = sentence.tokens[hit.first].start, sentence.tokens[hit.last].end
            yield Fact("risk.parenteral_controlled", start, end)


def _find_toxicity(told: Sequence[Sentence], note: str) -> Iterator[Fact]:
    """Give the watch kept for harm by a drug; watching its effect is none."""
    for place, sentence in enumerate(told):
        drugs = [h for h in TOXIC.find(sentence.tokens) if not is_undone(sentence, h)]
        if not drugs:
            continue
        end = told[place + 1].end if place + 1 < len(told) else sentence.end
        within = note[sentence.start : end]
        tested = any(True for _ in TESTS.find(sentence.tokens))
        watched = _MONITORED.search(within) or (tested and _MONITOR.search(within))
        if watched and _NOT_TOXIC.search(within) is None:
            first, last = sentence.tokens[drugs[0].first], sentence.tokens[drugs[0].last]
            yield Fact("risk.toxicity_monitoring", first.start, last.end)


def _find_operations(told: Sequence[Sentence], note: str) -> Iterator[Fact]:
    for place, sentence in enumerate(told):
        whole = note[sentence.start : sentence.end]
        beside = note[told[max(0, place - 1)].start : told[min(len(told) - 1, place + 1)].end]
        risky = _RISKS.search(beside) is not None and _NO_RISKS.search(beside) is None
        for terms, size in ((MAJOR, "major"), (MINOR, "minor")):
            for start, end in _decided(sentence, whole, terms):
                urgent = size == "major" and _URGENT.search(whole) is not None
                kind = f"risk.{size}_surgery{'_risk_factors' if risky else ''}"
                yield Fact(EMERGENCY if urgent else kind, start, end)


def _decided(sentence: Sentence, whole: str, terms: Terms[str]) -> Iterator[tuple[int, int]]:
    options = _OPTIONS_ONLY.search(whole) is not None and "shared decision" not in whole.lower()
    if _DECIDED.search(whole) is None or options:
        return
    for hit in terms.find(sentence.tokens):
        meant = context_of(sentence, hit)
        # Who was told the risks of an operation may well have decided for it.
        told = meant is Context.HYPOTHETICAL and not is_under_condition(sentence, hit)
        if (told or meant in {Context.PRESENT, Context.COMORBID}) and not is_undone(sentence, hit):
            yield sentence.tokens[hit.first].start, sentence.tokens[hit.last].end


def _find_hospital(told: Sequence[Sentence], note: str, setting: Setting) -> Iterator[Fact]:
    patterns = [_ESCALATION] if setting in _ALREADY_IN else [_HOSPITAL]
    if setting is Setting.HOSPITAL_INITIAL or setting is Setting.HOSPITAL_SAME_DAY:
        patterns.append(_ADMITTED_WITH)
    for sentence in told:
        for pattern in patterns:
            for found in pattern.finditer(note, sentence.start, sentence.end):
                before = note[max(sentence.start, found.start() - 40) : found.start()]
                after = note[found.end() : min(sentence.end, found.end() + 40)]
                decided = _NOT_DECIDED.search(before) is None and _PAST_STAY.match(after) is None
                if decided and not is_supposed(sentence, found.start()):
                    yield Fact("risk.hospitalization", found.start(), found.end())


def _find_by(
    pattern: re.Pattern[str],
    kind: str,
    told: Sequence[Sentence],
    note: str,
    beside: re.Pattern[str],
) -> Iterator[Fact]:
    """Give what a pattern finds in sentences that also say what was made of it."""
    for sentence in told:
        for found in pattern.finditer(note, sentence.start, sentence.end):
            before = note[max(sentence.start, found.start() - 25) : found.start()]
            denied = re.search(
                r"\b(?:no|not|denies|without|declin\w+|neither)\s+(?:\w+\s+){0,2}$", before, _I
            )
            if denied is None and beside.search(note, sentence.start, sentence.end) is not None:
                yield Fact(kind, found.start(), found.end())
