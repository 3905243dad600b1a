"""What surrounds a term: denied, past, of another person, only possible, or never done."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from cleanclaim.coding.levels.passages import Sentence
from cleanclaim.coding.levels.terms import Found, Terms, Token


class Context(StrEnum):
    """Why a term does not count as said of this patient today; PRESENT is that it does."""

    PRESENT = "present"
    DENIED = "denied"
    RESOLVED = "resolved"
    PAST = "past"
    OTHER_PERSON = "other person"
    UNCERTAIN = "uncertain"
    HYPOTHETICAL = "hypothetical"
    COMORBID = "comorbid"


_SCOPE_WORDS = 14
_SCOPE_AFTER = 5


class _Cue(msgspec.Struct, frozen=True):
    """What a word before a term makes of it, and whether it reaches over a comma."""

    meaning: Context
    far: bool


def _near(meaning: Context, *terms: str) -> list[tuple[str, _Cue]]:
    return [(term, _Cue(meaning, far=False)) for term in terms]


def _far(meaning: Context, *terms: str) -> list[tuple[str, _Cue]]:
    return [(term, _Cue(meaning, far=True)) for term in terms]


_BEFORE: Terms[_Cue] = Terms(
    [
        *_far(
            Context.DENIED,
            *("no", "denies", "denied", "denying", "negative for", "no evidence of", "no sign of"),
            *("ruled out", "rules out", "low suspicion for", "no concern for", "neither"),
        ),
        *_near(
            Context.DENIED,
            *("not", "without", "never", "free of", "absence of", "rather than", "nor"),
            *("unlikely to be", "excluded", "not suspicious for", "resolved", "isn't"),
            *("allergic to", "allergy to", "intolerant of", "intolerant to", "worried about"),
            *("worry about", "fear of", "afraid of", "anxious about", "concerned about"),
        ),
        # What is said of an illness just named says nothing of the next one.
        *_near(
            Context.PRESENT,
            *("not at goal", "not controlled", "not well controlled", "not improving", "no change"),
            *("not responding", "not tolerating", "not improved", "no side effect", "no new"),
            *("no longer", "no complaint", "not only", "no red flag", "not stable", "no flare"),
            *("no exacerbation", "without complication", "not in remission", "no adverse effect"),
        ),
        *_far(
            Context.PAST,
            *("history of", "h/o", "hx of", "hx", "pmh of", "history significant for"),
        ),
        *_near(
            Context.PAST,
            *("s/p", "status post", "prior", "previous", "previously", "past", "remote"),
            *("childhood", "last year", "former", "recovered from", "years ago"),
        ),
        *_far(Context.OTHER_PERSON, "family history of", "family hx of", "fhx", "fh of"),
        *_far(
            Context.UNCERTAIN,
            *("concern for", "concerning for", "rule out", "r/o", "evaluate for", "differential"),
            *("suspicious for", "to exclude", "worrisome for", "differential includes"),
        ),
        *_near(
            Context.UNCERTAIN,
            *("possible", "possibly", "suspected", "suspect", "versus", "vs", "questionable"),
            *("could be", "may be"),
        ),
        *_far(
            Context.HYPOTHETICAL,
            *("return for", "in case", "watch for", "precautions for", "signs of"),
            *("warning signs of", "call for"),
        ),
        *_near(
            Context.HYPOTHETICAL,
            *("risk of", "risk for", "risk factor", "should", "screen for", "screening for"),
            *(
                "to prevent",
                "prevention of",
                "education on",
                "screened for",
                "vaccine for",
                "tested for",
                "prophylaxis for",
                "would",
                "might",
            ),
            *("handout on", "monitor for"),
        ),
        *_far(
            Context.COMORBID,
            *("patient with", "pt with", "y/o with", "year old with", "yo with", "y/o m with"),
            *("y/o f with", "year old male with", "year old female with", "year old man with"),
            *("year old woman with", "comorbidities include", "background of"),
        ),
        *_near(Context.COMORBID, "known", "in the setting of", "given", "comorbid"),
    ]
)


def _listed(meaning: Context, *terms: str) -> list[tuple[str, Context]]:
    return [(term, meaning) for term in terms]


_AFTER: Terms[Context] = Terms(
    [
        *_listed(
            Context.DENIED,
            *("ruled out", "was negative", "is negative", "excluded", "unlikely", "absent"),
            *("not suspected", "not present", "not seen", "denied"),
        ),
        *_listed(Context.RESOLVED, "resolved", "has resolved", "is resolved", "now resolved"),
        *_listed(Context.PAST, "last year", "years ago", "year ago", "in childhood", "as a child"),
        *_listed(Context.OTHER_PERSON, "in mother", "in father", "in his family", "in her family"),
        *_listed(
            Context.HYPOTHETICAL,
            *("precautions", "screening", "screen", "prophylaxis", "prevention", "education"),
            *("vaccine", "vaccination", "immunization", "booster", "shot", "free", "risk"),
        ),
        *_listed(Context.UNCERTAIN, "not excluded", "to be excluded", "vs", "versus"),
    ]
)
_BREAKS = frozenset(
    (
        "but",
        "however",
        "although",
        "except",
        "though",
        "presents",
        "presenting",
        "reports",
        "now",
        "noted",
        "complains",
        "shows",
        "showed",
        "confirmed",
        "because",
        "has",
        "here",
        "today",
        "found",
        "developed",
        "who",
        "dx",
        "diagnosed",
    )
)
# A condition, or a list of what might go wrong, rules all that follows in its sentence.
_RULING: Terms[str] = Terms(
    (term, "")
    for term in (
        *("if", "unless", "risks of the", "risk include", "risk including", "risk of surgery"),
        *("risk of anesthesia", "risk of the procedure", "complication include", "risk such as"),
        *("complication including", "complication such as", "including but not limited to"),
        *("side effect include", "side effect including", "side effect such as", "potential risk"),
    )
)
_PEOPLE = frozenset(
    (
        "mother",
        "father",
        "sister",
        "brother",
        "aunt",
        "uncle",
        "grandmother",
        "grandfather",
        "sibling",
        "parent",
        "cousin",
        "mom",
        "dad",
        "roommate",
        "coworker",
        "classmate",
        "wife",
        "husband",
        "son",
        "daughter",
        "family",
        "relative",
        "household",
        "partner",
    )
)
# What ties an illness to a person just named; telling about the patient does not.
_TIES = frozenset(("has", "had", "with", "died", "diagnosed", "suffered", "of", "is", "was", "ha"))


def context_of(sentence: Sentence, hit: Found) -> Context:
    """Tell how a term is meant in its sentence; the nearest word that says so counts."""
    tokens = sentence.tokens
    if _others(tokens, hit.first):
        return Context.OTHER_PERSON
    after = _nearest_after(tokens, hit.last)
    if after is not Context.PRESENT:
        return after
    return _nearest_before(tokens, hit.first)


def _others(tokens: Sequence[Token], first: int) -> bool:
    """Tell whether somebody else was named as the one who has it."""
    for place in range(first):
        if tokens[place].word in _PEOPLE and place + 1 < first:
            tied = {token.word for token in tokens[place + 1 : place + 3]}
            if tied & _TIES or tokens[place + 1].word in {"history", "hx"}:
                return True
    return False


def _nearest_before(tokens: Sequence[Token], first: int) -> Context:
    if any(True for _ in _RULING.find(tokens[:first])):
        return Context.HYPOTHETICAL
    begin = max(0, first - _SCOPE_WORDS)
    breaks = [p for p in range(begin, first) if tokens[p].text.lower() in _BREAKS]
    begin = breaks[-1] + 1 if breaks else begin
    for hit in reversed(list(_BEFORE.find(tokens[begin:first]))):
        between = tokens[begin + hit.last + 1 : first + 1]
        if hit.payload.far or not any(token.parted for token in between):
            return hit.payload.meaning
    return Context.PRESENT


def _nearest_after(tokens: Sequence[Token], last: int) -> Context:
    rest = tokens[last + 1 : last + 1 + _SCOPE_AFTER]
    breaks = [p for p, token in enumerate(rest) if token.text.lower() in _BREAKS - {"has"}]
    found = list(_AFTER.find(rest[: breaks[0]] if breaks else rest))
    if not found or found[0].first > 2 or _says_of_next(rest, found[0]):
        return Context.PRESENT
    return found[0].payload


def _says_of_next(rest: Sequence[Token], cue: Found) -> bool:
    """Tell whether "pneumonia, resolved fever" speaks of the fever."""
    following = rest[cue.last + 1 : cue.last + 2]
    return rest[cue.first].parted and bool(following) and not following[0].parted


# Words that may stand between "no" and what was not ordered.
_PASSED = frozenset(
    (
        *("need", "needed", "indication", "indicated", "for", "to", "any", "further", "additional"),
        "more",
        "new",
        "repeat",
        "routine",
        "urgent",
        "the",
        "a",
        "an",
        "ordering",
        "order",
        "or",
        "ordered",
        "obtain",
        "get",
        "do",
        "require",
        "required",
        "off",
        "on",
        "and",
        "other",
        "it",
        "lab",
        "labs",
        "imaging",
        "test",
        "tests",
        "testing",
        "at",
        "this",
        "time",
        "start",
        "having",
    )
)
_REFUSED = frozenset(
    (
        "no",
        "not",
        "without",
        "declines",
        "declined",
        "deferred",
        "defer",
        "refuses",
        "refused",
        "hold",
        "avoid",
        "never",
        "consider",
        "considered",
        "if",
        "would",
        "discussed",
        "against",
        "unless",
        "future",
        "may",
        "might",
        "defers",
        "considering",
        "nor",
    )
)
_NOT_DONE: Terms[str] = Terms(
    (term, "")
    for term in (
        *("not indicated", "not needed", "not necessary", "not warranted", "deferred", "declined"),
        *("not done", "not ordered", "not obtained", "not performed", "not started", "if no"),
        *("was considered but", "considered but", "not required", "unnecessary", "if worse"),
        *("if symptom", "if not improved", "if not improving", "if persist", "not prescribed"),
        *(
            "due in",
            "due at",
            "due next",
            "overdue",
            "not available",
            "pending insurance",
            "if no improvement",
            "if it",
            "if the",
        ),
    )
)


def is_undone(sentence: Sentence, hit: Found, passed: frozenset[int] = frozenset()) -> bool:
    """Tell whether a test or treatment is named as not done, refused or only thought of.

    ``passed`` are the places of other terms of its kind: "no CBC, CMP or CT" denies all three.
    """
    tokens = sentence.tokens
    rest = tokens[hit.last + 1 : hit.last + 6]
    if any(found.first <= 2 for found in _NOT_DONE.find(rest)):
        return True
    place = hit.first - 1
    while place >= 0:
        word = tokens[place].text.lower()
        if word in _REFUSED:
            return True
        if word not in _PASSED and place not in passed:
            return False
        place -= 1
    return False


def is_supposed(sentence: Sentence, place: int) -> bool:
    """Tell whether what stands at a character is said under a condition, or as a risk."""
    before = [token for token in sentence.tokens if token.end <= place]
    return any(True for _ in _RULING.find(before))


def is_under_condition(sentence: Sentence, hit: Found) -> bool:
    """Tell whether "if" stands before a term in its sentence."""
    return any(token.text.lower() in {"if", "unless"} for token in sentence.tokens[: hit.first])
