"""The problems that a note addresses, how they are going, and what they amount to together."""

from collections.abc import Iterable, Sequence

import msgspec

from cleanclaim.coding.levels.conditions import (
    CANCERS,
    CONDITIONS,
    COURSES,
    SYSTEMIC_SIGNS,
    Course,
    Nature,
)
from cleanclaim.coding.levels.context import Context, context_of
from cleanclaim.coding.levels.diagnostics import TESTS
from cleanclaim.coding.levels.passages import Section, Sentence
from cleanclaim.coding.levels.terms import Hit, Token
from cleanclaim.coding.levels.treatments import RAISED, find_drugs
from cleanclaim.coding.levels.values import Fact, Rank, Weighed

_WORDS = {
    Rank.UNKNOWN: "unknown",
    Rank.STRAIGHTFORWARD: "minimal",
    Rank.LOW: "low",
    Rank.MODERATE: "moderate",
    Rank.HIGH: "high",
}
_COUNTED = frozenset({Context.PRESENT, Context.UNCERTAIN})
# Illnesses whose mere suspicion settles nothing about a symptom.
_DOUBTED = frozenset({Nature.CHRONIC, Nature.GRAVE})
# What a numbered item says beside the problem that opens it is said about that problem.
_REMARKS = frozenset({Nature.CHRONIC, Nature.SYMPTOM, Nature.COMPLAINT, Nature.MINOR, Nature.GRAVE})
_HEADING_WORDS = 10
_OPEN = frozenset({Nature.SYMPTOM, Nature.COMPLAINT})
_PLANNING = frozenset(
    (
        "continue",
        "start",
        "follow",
        "return",
        "refer",
        "referral",
        "order",
        "check",
        "discharge",
        "rest",
        "recheck",
        "schedule",
        "see",
        "will",
        "plan",
        "patient",
        "pt",
        "discussed",
        "no",
        "reviewed",
        "counseled",
        "total",
        "time",
        "spent",
        "i",
        "we",
        "as",
        "the",
        "labs",
        "call",
        "admit",
        "transfer",
        "home",
        "disposition",
        "monitor",
        "obtain",
        "repeat",
        "increase",
        "rtc",
        "f",
        "send",
        "medication",
        "medications",
        "diet",
        "pt",
        "exercise",
        "education",
    )
)
_JOINING = frozenset(("and", "or", "both", "with", "plus"))


class Mention(msgspec.Struct, frozen=True):
    """A condition named in a note: which, how it is meant, and how it is going."""

    nature: Nature
    concept: str
    context: Context
    sentence: int
    hit: Hit[tuple[Nature, str]]
    courses: frozenset[Course] = frozenset()


class Problem(msgspec.Struct, frozen=True):
    """A problem that counts: its kind, its rank, and where it is named.

    ``alone`` tells that it opens an item of the assessment, so nothing beside it explains it;
    ``doubted`` that it is only suspected, and explains no symptom.
    """

    kind: str
    rank: Rank
    nature: Nature
    start: int
    end: int
    alone: bool = False
    doubted: bool = False


def weigh_problems(sentences: Sequence[Sentence], *, emergency: Fact | None) -> Weighed:
    """Find the problems addressed and rank them by the table of decision making.

    Where the note has an assessment, problems are those assessed; a chronic illness that only
    stands in the background does not count. ``emergency`` is the decision for an emergency
    operation, if there was one: what makes it necessary is a threat.
    """
    mentions = read_mentions(sentences)
    assessed = any(s.section is Section.ASSESSMENT for s in sentences)
    counted = [m for m in mentions if _is_addressed(m, sentences, assessed=assessed)]
    problems = _explained([_problem(m, sentences) for m in _one_each(counted, mentions)])
    problems += _ruled_out(mentions, sentences)
    if emergency is not None:
        kind, rank = _SIMPLE[Nature.THREAT]
        problems.append(Problem(kind, rank, Nature.THREAT, emergency.start, emergency.end))
    problems += _unlisted(sentences, items_only=bool(problems))
    return _weighed(problems)


def read_mentions(sentences: Sequence[Sentence]) -> list[Mention]:
    """Find every condition named, with its context and what is said of its course."""
    found: list[Mention] = []
    for number, sentence in enumerate(sentences):
        hits = list(CONDITIONS.find(sentence.tokens))
        courses = _courses(sentence, hits)
        for place, hit in enumerate(hits):
            context = context_of(sentence, hit)
            told = frozenset(courses.get(place, ()))
            nature, concept = hit.payload
            found.append(Mention(nature, concept, context, number, hit, told))
        if not hits:
            _carry(found, sentences, number)
    return found


def _carry(found: list[Mention], sentences: Sequence[Sentence], number: int) -> None:
    """Let a sentence without a condition speak of the last one of its item."""
    told = frozenset(_courses(sentences[number], []).get(-1, ()))
    if not found or not told:
        return
    here = sentences[number]
    places = [p for p, m in enumerate(found) if _same_item(sentences[m.sentence], here)]
    # Within an item the illness that opens it is meant, in a plain story the last one named.
    place = (places[0] if here.item else places[-1]) if places else -1
    if place >= 0 and (here.item or found[place].sentence >= number - 2):
        known = found[place]
        found[place] = msgspec.structs.replace(known, courses=known.courses | told)


def _same_item(one: Sentence, other: Sentence) -> bool:
    return one.section is other.section and one.item == other.item


def _courses(
    sentence: Sentence, hits: Sequence[Hit[tuple[Nature, str]]]
) -> dict[int, list[Course]]:
    """Give the courses told in a sentence by the place of the condition; -1 is none of them."""
    told: dict[int, list[Course]] = {}
    within = {place for hit in hits for place in range(hit.first, hit.last + 1)}
    for cue in COURSES.find(sentence.tokens):
        meant = context_of(sentence, cue)
        if cue.first in within or meant not in _COUNTED | {Context.COMORBID}:
            continue
        for place in _spoken_of(cue, hits, sentence.tokens):
            told.setdefault(place, []).append(cue.payload[0])
    if any(True for _ in RAISED.find(sentence.tokens)) and find_drugs(sentence):
        told.setdefault(len(hits) - 1, []).append(Course.WORSE)
    return told


def _spoken_of(
    cue: Hit[tuple[Course, str]],
    hits: Sequence[Hit[tuple[Nature, str]]],
    tokens: Sequence[Token],
) -> list[int]:
    """Tell which conditions a word about the course means: the next, the last, or a whole list."""
    following = [p for p, hit in enumerate(hits) if hit.first > cue.last]
    if following:
        between = tokens[cue.last + 1 : hits[following[0]].first]
        if (
            len(between) <= 2
            and not any(t.parted for t in between)
            and not _said_of_last(cue, hits, tokens)
        ):
            return [following[0]]
    before = [p for p, hit in enumerate(hits) if hit.last < cue.first]
    if not before:
        return following[:1] or [-1]
    places = [before[-1]]
    while places[0] > 0 and _joined(hits[places[0] - 1], hits[places[0]], tokens):
        places.insert(0, places[0] - 1)
    return places


def _said_of_last(
    cue: Hit[tuple[Course, str]],
    hits: Sequence[Hit[tuple[Nature, str]]],
    tokens: Sequence[Token],
) -> bool:
    """Tell whether "hypertension at goal, diabetes" means the illness before it."""
    before = [hit for hit in hits if hit.last < cue.first]
    if not before:
        return False
    between = tokens[before[-1].last + 1 : cue.first]
    return len(between) <= 1 and not tokens[cue.first].parted


def _joined(
    first: Hit[tuple[Nature, str]], second: Hit[tuple[Nature, str]], tokens: Sequence[Token]
) -> bool:
    between = tokens[first.last + 1 : second.first]
    return all(token.text.lower() in _JOINING for token in between)


def _is_addressed(mention: Mention, sentences: Sequence[Sentence], *, assessed: bool) -> bool:
    section = sentences[mention.sentence].section
    if section is Section.BACKGROUND or (assessed and section is not Section.ASSESSMENT):
        return False
    if mention.nature in _REMARKS and not _heads(mention, sentences):
        return False
    if mention.context is Context.RESOLVED:
        return mention.nature in _OPEN  # it was there, and its cause is still looked for
    if mention.context in _COUNTED:
        return assessed or mention.nature is not Nature.CHRONIC or _is_managed(mention, sentences)
    return mention.context is Context.COMORBID and (
        mention.nature is not Nature.CHRONIC or bool(mention.courses)
    )


def _heads(mention: Mention, sentences: Sequence[Sentence]) -> bool:
    """Tell whether a mention opens its item, or stands where no other opens it."""
    here = sentences[mention.sentence]
    if here.item == 0 or here.opens:
        return True
    opening = next(s for s in sentences if s.opens and _same_item(s, here))
    named = any(True for _ in CONDITIONS.find(opening.tokens))
    return not named and len(opening.tokens) > _HEADING_WORDS


def _is_managed(mention: Mention, sentences: Sequence[Sentence]) -> bool:
    """Tell whether a chronic illness in a plain story is spoken of, or treated, today."""
    return bool(mention.courses) or bool(find_drugs(sentences[mention.sentence]))


def _one_each(counted: Iterable[Mention], mentions: Iterable[Mention]) -> list[Mention]:
    """Make one of several mentions of a concept, with all that the note says of its course."""
    first: dict[str, Mention] = {}
    for mention in counted:
        known = first.get(mention.concept)
        courses = mention.courses | (known.courses if known else frozenset())
        first[mention.concept] = msgspec.structs.replace(known or mention, courses=courses)
    elsewhere: dict[str, frozenset[Course]] = {}
    for mention in mentions:
        if mention.context in _COUNTED | {Context.COMORBID}:
            told = elsewhere.get(mention.concept, frozenset())
            elsewhere[mention.concept] = told | mention.courses
    # What the assessment says goes before what the story says.
    return [
        m if m.courses else msgspec.structs.replace(m, courses=elsewhere.get(m.concept, m.courses))
        for m in first.values()
    ]


_SIMPLE: dict[Nature, tuple[str, Rank]] = {
    Nature.MINOR: ("problem.self_limited", Rank.STRAIGHTFORWARD),
    Nature.ACUTE: ("problem.acute_uncomplicated", Rank.LOW),
    Nature.FEBRILE: ("problem.acute_uncomplicated", Rank.LOW),
    Nature.INJURY: ("problem.acute_uncomplicated", Rank.LOW),
    Nature.COMPLAINT: ("problem.acute_uncomplicated", Rank.LOW),
    Nature.SYSTEMIC: ("problem.acute_systemic", Rank.MODERATE),
    Nature.COMPLICATED_INJURY: ("problem.complicated_injury", Rank.MODERATE),
    Nature.GRAVE: ("problem.uncertain_prognosis", Rank.MODERATE),
    Nature.SYMPTOM: ("problem.uncertain_prognosis", Rank.MODERATE),
    Nature.THREAT: ("problem.threat", Rank.HIGH),
}


def _problem(mention: Mention, sentences: Sequence[Sentence]) -> Problem:
    sentence = sentences[mention.sentence]
    tokens, alone = sentence.tokens, sentence.item > 0 and sentence.opens
    if mention.nature is Nature.CHRONIC:
        kind, rank = _by_course(mention.courses)
    else:
        kind, rank = _SIMPLE[mention.nature]
    doubted = mention.context is Context.UNCERTAIN and mention.nature in _DOUBTED
    if doubted and any(word in mention.concept for word in CANCERS):
        kind, rank = _SIMPLE[Nature.GRAVE]
    if mention.nature is Nature.THREAT and _is_lesser(mention):
        kind, rank = _SIMPLE[Nature.SYSTEMIC]
    if mention.nature is Nature.FEBRILE and any(_has_signs(s) for s in sentences):
        kind, rank = _SIMPLE[Nature.SYSTEMIC]
    start, end = tokens[mention.hit.first].start, tokens[mention.hit.last].end
    return Problem(kind, rank, mention.nature, start, end, alone=alone, doubted=doubted)


def _by_course(courses: frozenset[Course]) -> tuple[str, Rank]:
    if Course.SEVERE in courses:
        return "problem.chronic_severe", Rank.HIGH
    if Course.WORSE in courses:
        return "problem.chronic_worse", Rank.MODERATE
    return "problem.chronic_stable", Rank.LOW


def _is_lesser(mention: Mention) -> bool:
    """Tell whether a threat is only suspected, or already giving way."""
    return mention.context is Context.UNCERTAIN or Course.IMPROVING in mention.courses


def _has_signs(sentence: Sentence) -> bool:
    said = (context_of(sentence, hit) for hit in SYSTEMIC_SIGNS.find(sentence.tokens))
    return any(context in {Context.PRESENT, Context.COMORBID} for context in said)


def _explained(problems: list[Problem]) -> list[Problem]:
    """Drop symptoms where a diagnosis stands beside them: they are part of it."""
    standing = [p for p in problems if p.nature not in _OPEN or p.alone]
    symptoms = [p for p in problems if p.nature in _OPEN and not p.alone]
    if any(not p.doubted for p in standing):
        return standing
    serious = [p for p in symptoms if p.nature is Nature.SYMPTOM]
    return [*standing, *(serious or ([] if standing else symptoms[:1]))]


def _ruled_out(mentions: Iterable[Mention], sentences: Sequence[Sentence]) -> list[Problem]:
    """Count what was serious enough to be looked for by a test and was not found."""
    found = []
    for mention in mentions:
        sentence = sentences[mention.sentence]
        if mention.nature not in {Nature.THREAT, Nature.GRAVE} or (
            mention.context not in {Context.DENIED, Context.UNCERTAIN}
        ):
            continue
        if any(True for _ in TESTS.find(sentence.tokens)):
            kind, rank = _SIMPLE[Nature.SYMPTOM]
            first, last = sentence.tokens[mention.hit.first], sentence.tokens[mention.hit.last]
            found.append(Problem(kind, rank, mention.nature, first.start, last.end))
    return found


def _unlisted(sentences: Sequence[Sentence], *, items_only: bool) -> list[Problem]:
    """Count what the assessment opens an item with and no list knows, by its own words."""
    found: dict[tuple[str, ...], Problem] = {}
    for sentence in sentences:
        numbered = sentence.item > 0 or not items_only
        if sentence.section is Section.ASSESSMENT and sentence.opens and numbered:
            named = tuple(token.word for token in sentence.tokens)
            for problem in _by_own_words(sentence):
                found.setdefault(named, problem)
    return list(found.values())


def _by_own_words(sentence: Sentence) -> list[Problem]:
    first = sentence.tokens[0]
    known = any(True for terms in (CONDITIONS, TESTS) for _ in terms.find(sentence.tokens))
    long = len(sentence.tokens) > _HEADING_WORDS
    treats = any(hit.first <= 1 for hit in find_drugs(sentence))
    if known or long or treats or first.text.lower() in _PLANNING:
        return []
    courses = frozenset(cue.payload[0] for cue in COURSES.find(sentence.tokens))
    chronic = bool(courses) or any(token.word == "chronic" for token in sentence.tokens)
    kind, rank = _by_course(courses) if chronic else ("problem.unlisted", Rank.LOW)
    return [Problem(kind, rank, Nature.ACUTE, first.start, sentence.tokens[-1].end)]


def _weighed(problems: Sequence[Problem]) -> Weighed:
    kinds = [problem.kind for problem in problems]
    rank = max((problem.rank for problem in problems), default=Rank.UNKNOWN)
    if kinds.count("problem.chronic_stable") > 1:
        rank = max(rank, Rank.MODERATE)
    if kinds.count("problem.self_limited") > 1:
        rank = max(rank, Rank.LOW)
    facts = tuple(Fact(p.kind, p.start, p.end) for p in problems)
    missing: tuple[str, ...] = () if problems else ("no problem that was addressed was found",)
    unlisted = kinds.count("problem.unlisted")
    if unlisted:
        missing += (f"kind of problem not recognized, read as low: {unlisted}",)
    return Weighed(rank, _WORDS[rank], facts, missing)
