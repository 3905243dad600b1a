"""Finding what a problem title means where no term has its words: by the nearest vectors."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from cleanclaim.coding.encoder import Encoder
from cleanclaim.coding.lexicon.matching import Mention, side_in
from cleanclaim.coding.lexicon.terms import Origin, Term
from cleanclaim.coding.lexicon.vectors import TermVectors
from cleanclaim.coding.notes.context import BARRED, cues_of
from cleanclaim.coding.notes.cues import Cue
from cleanclaim.coding.notes.reading import Note, ReadSentence

_CLAUSE = re.compile(
    r"[,;:()]|(?<!\w)(?:due to|secondary to|consistent with|likely|possible|possibly|probable|"
    r"suspected|in the setting of|and|with|versus|vs\.?)(?!\w)",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b(?:right|left|bilateral|both)\b(?:[- ]sided?)?", re.IGNORECASE)
# Cosines below the first say nothing, from the second on as much as equal words.
_FAR, _NEAR = 0.5, 0.9
_TERMS_MAX = 4
_CLAUSES_MAX = 12
# A clause whose own words lead to a term needs no guess.
_COVERED = 0.75
_TOLD = 9.0


class _Clause(msgspec.Struct, frozen=True):
    """A part of a problem title: the number of its sentence, its place and its cues."""

    sentence: int
    start: int
    end: int
    words: str
    cues: frozenset[Cue]


def mean_mentions(
    note: Note, found: Sequence[Mention], encoder: Encoder, vectors: TermVectors
) -> list[Mention]:
    """Give mentions of the terms nearest to problem titles that no term covers."""
    clauses = list(_open_clauses(note, found))[:_CLAUSES_MAX]
    if not clauses:
        return []
    encoded = encoder.encode([_SIDE.sub("", each.words).strip() for each in clauses])
    nearest = vectors.nearest(encoded, _TERMS_MAX)
    return [
        _mention(note, clause, term, cosine)
        for clause, terms in zip(clauses, nearest, strict=True)
        for term, cosine in terms
        if cosine > _FAR
    ]


def _open_clauses(note: Note, found: Sequence[Mention]) -> Iterator[_Clause]:
    covered = {
        place for each in found if each.cover >= _COVERED for place in [(each.sentence, each.start)]
    }
    full = {sentence for sentence, _ in covered}
    for number, sentence in enumerate(note.sentences):
        if sentence.sentence.is_title and number not in full:
            yield from _clauses(number, sentence)


def _clauses(number: int, sentence: ReadSentence) -> Iterator[_Clause]:
    offset, at = sentence.sentence.start, 0
    ends = [*((match.start(), match.end()) for match in _CLAUSE.finditer(sentence.text))]
    for end, behind in [*ends, (len(sentence.text), len(sentence.text))]:
        words = sentence.text[at:end]
        bare = words.strip(" .\t\r")
        start = offset + at + (words.find(bare) if bare else 0)
        cues = cues_of(sentence, start, start + len(bare))
        if len(bare) > 3 and not cues & BARRED:
            yield _Clause(number, start, start + len(bare), bare, cues)
        at = behind


def _mention(note: Note, clause: _Clause, term: Term, cosine: float) -> Mention:
    words = note.sentences[clause.sentence].words
    places = [n for n, word in enumerate(words) if clause.start <= word.start < clause.end]
    return Mention(
        term=msgspec.structs.replace(term, origin=Origin.MEANING),
        sentence=clause.sentence,
        start=clause.start,
        end=clause.end,
        places=frozenset(places),
        told=_TOLD,
        share=min((cosine - _FAR) / (_NEAR - _FAR), 1.0),
        cover=1.0,
        side=side_in([words[place] for place in places]),
        cues=clause.cues,
    )
