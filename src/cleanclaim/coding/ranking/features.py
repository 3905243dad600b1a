"""The features by which candidates are ranked, a row each."""

import numpy as np
import numpy.typing as npt

from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.terms import Origin
from cleanclaim.coding.notes.cues import Cue
from cleanclaim.coding.notes.reading import Note
from cleanclaim.coding.notes.sections import Part
from cleanclaim.coding.ranking.candidates import Candidate

Matrix = npt.NDArray[np.float64]
_CHAPTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES = (
    "score",
    "mentions",
    "sentences",
    "told",
    "share",
    "cover",
    "words",
    "characters",
    "optional",
    "is_own",
    "is_title",
    "is_inclusion",
    "is_index",
    "is_learned",
    "past",
    "negated",
    "uncertain",
    "hypothetical",
    "family",
    "assessed",
    "problem_title",
    "first_place",
    "rivals",
    "better_rivals",
    "siblings",
    "best_sibling",
    "chapter",
    "unspecified",
    "sided",
    "candidates",
    "gap_to_best",
    "learned_share",
    "prior",
)


def features_of(note: Note, candidates: list[Candidate], book: Book, lexicon: Lexicon) -> Matrix:
    """Give the features of the candidates of a note, in the order of ``NAMES``."""
    by_place: dict[tuple[int, frozenset[int]], list[Candidate]] = {}
    by_category: dict[str, list[Candidate]] = {}
    for each in candidates:
        by_category.setdefault(each.code[:3], []).append(each)
        for support in each.support:
            place = (support.mention.sentence, support.mention.places)
            by_place.setdefault(place, []).append(each)
    top = max((each.score for each in candidates), default=0.0)
    rows = [
        [
            *_of_support(note, each),
            *_of_rivals(each, by_place, by_category),
            *_of_code(each, book),
            len(candidates),
            top - each.score,
            _learned_share(each),
            lexicon.priors.get(each.code, -1.0),
        ]
        for each in candidates
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(NAMES))


def _of_support(note: Note, candidate: Candidate) -> list[float]:
    mentions = [each.mention for each in candidate.support]
    best = candidate.best.mention
    origins = {each.term.origin for each in mentions}
    sentences = [note.sentences[each.sentence].sentence for each in mentions]
    cues = [sum(cue in each.cues for each in mentions) / len(mentions) for cue in _CUES]
    return [
        candidate.score,
        len(mentions),
        len({each.sentence for each in mentions}),
        max(each.told for each in mentions),
        max(each.share for each in mentions),
        max(each.cover for each in mentions),
        max(len(each.term.required) for each in mentions),
        best.end - best.start,
        len(best.term.optional),
        *(origin in origins for origin in _ORIGINS),
        *cues,
        any(each.part is Part.ASSESSMENT for each in sentences),
        any(each.is_title for each in sentences),
        min(each.start for each in mentions) / max(len(note.text), 1),
    ]


_CUES = (Cue.HISTORY, Cue.NEGATED, Cue.UNCERTAIN, Cue.HYPOTHETICAL, Cue.FAMILY)
_ORIGINS = (Origin.OWN, Origin.TITLE, Origin.INCLUSION, Origin.INDEX, Origin.LEARNED)


def _learned_share(candidate: Candidate) -> float:
    terms = (each.mention.term for each in candidate.support)
    return max((x.share for x in terms if x.origin is Origin.LEARNED), default=-1.0)


def _of_rivals(
    candidate: Candidate,
    by_place: dict[tuple[int, frozenset[int]], list[Candidate]],
    by_category: dict[str, list[Candidate]],
) -> list[float]:
    best = candidate.best.mention
    rivals = by_place[best.sentence, best.places]
    siblings = by_category[candidate.code[:3]]
    return [
        len(rivals) - 1,
        sum(each.score > candidate.score for each in rivals),
        len(siblings) - 1,
        max((each.score for each in siblings if each is not candidate), default=0.0),
    ]


def _of_code(candidate: Candidate, book: Book) -> list[float]:
    title = book.titles.get(candidate.code, "").lower()
    return [
        float(_CHAPTERS.index(candidate.code[0])),
        "unspecified" in title,
        bool(book.sides(candidate.code)),
    ]
