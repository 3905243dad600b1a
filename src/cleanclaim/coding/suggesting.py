"""Suggesting the codes of a note, each with the words that support it."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
import numpy as np

from cleanclaim.codes.icd10cm import dotted
from cleanclaim.codes.status import CodeStatus
from cleanclaim.coding.combining import Joined, joined, says_less
from cleanclaim.coding.encoder import installed_encoder
from cleanclaim.coding.encounters import Episode, choose_episode
from cleanclaim.coding.instructions import instructions_for
from cleanclaim.coding.knowledge import Knowledge
from cleanclaim.coding.lexicon.matching import find_mentions
from cleanclaim.coding.lexicon.meaning import mean_mentions
from cleanclaim.coding.notes.reading import Note, read_note
from cleanclaim.coding.querying import queries_for
from cleanclaim.coding.ranking.candidates import Candidate, find_candidates
from cleanclaim.coding.ranking.features import features_of
from cleanclaim.coding.values import Query, Span, SuggestedCode, Suggestions

SYSTEM = "ICD-10-CM"
# Without a trained ranker scores are no probabilities; this is where wording and place suffice.
UNTRAINED_THRESHOLD = 0.3
_EVIDENCE_MAX, _ABSTAINED_MAX = 5, 15
# Beside problems with titles, what is only told needs more; how an injury came about less.
_UNTITLED_THRESHOLD, _EXTERNAL_SHARE = 0.55, 0.3
_EXTERNAL = ("V", "W", "X", "Y")
_INJURIES = ("S", "T")
# In a note with an assessment place and wording come first; the trees, which know no such notes,
# can halve a rank. Chosen on development notes.
_ASSESSED_THRESHOLD, _TREES_SHARE = 0.25, 0.5
UNCALIBRATED_VISIT = "not calibrated for notes with an assessment: the number only orders codes"
UNCALIBRATED = "uncalibrated: no trained ranker is at hand"


class Ranked(msgspec.Struct, frozen=True):
    """A candidate with what it is ranked by (0 to 1)."""

    candidate: Candidate
    rank: float

    @property
    def code(self) -> str:
        """Give its code without the seventh character."""
        return self.candidate.code


def suggest(
    note: str, *, on: date, knowledge: Knowledge, threshold: float | None = None
) -> Suggestions:
    """Suggest the ICD-10-CM codes of a note for a day of service.

    What is denied, doubted, supposed or somebody else's is not suggested, nor what is no
    billable code on the day. Codes below ``threshold`` (0 to 1) are held back as abstained.
    """
    read = read_note(note)
    ranked = rank_candidates(read, knowledge)
    least = _threshold(read, knowledge) if threshold is None else threshold
    taken, held = _divide(read, ranked, least)
    finished = _Finishing(read, knowledge, on, [each.code for each in taken])
    codes = finished.finish(taken)
    abstained = finished.finish(held[:_ABSTAINED_MAX])
    chosen = {each.code for each in codes}
    return Suggestions(
        codes=tuple(codes),
        queries=tuple(_distinct(finished.queries(taken))),
        abstained=tuple(each for each in abstained if each.code not in chosen),
    )


def rank_candidates(note: Note, knowledge: Knowledge) -> list[Ranked]:
    """Rank the codes that a note may support, the best first."""
    mentions = find_mentions(note, knowledge.lexicon)
    if knowledge.vectors is not None:
        encoder = installed_encoder()
        mentions += mean_mentions(note, mentions, encoder, knowledge.vectors)
    found = find_candidates(note, mentions, knowledge.book)
    if knowledge.ranker is None or not found:
        return [Ranked(each, each.score) for each in found]
    rows = features_of(note, found, knowledge.book, knowledge.lexicon)
    ranks = knowledge.ranker.probabilities_of(rows)
    if note.is_assessed:
        scores = np.array([each.score for each in found])
        ranks = scores * (1 - _TREES_SHARE + _TREES_SHARE * ranks)
    ranked = [Ranked(each, float(rank)) for each, rank in zip(found, ranks, strict=True)]
    return sorted(ranked, key=lambda each: (-each.rank, -each.candidate.score, each.code))


def _threshold(note: Note, knowledge: Knowledge) -> float:
    if knowledge.ranker and note.is_assessed:
        return _ASSESSED_THRESHOLD
    return knowledge.ranker.threshold if knowledge.ranker else UNTRAINED_THRESHOLD


def _divide(
    note: Note, ranked: Sequence[Ranked], least: float
) -> tuple[list[Ranked], list[Ranked]]:
    """Divide candidates into those that are suggested and those that are held back.

    Of several codes for the very same words the first is suggested, of two sides both; an
    external cause only beside an injury; an unspecified code not behind a fuller one.
    """
    titled = any(_is_titled(note, each) and each.rank >= least for each in ranked)
    sure = [each for each in ranked if each.rank >= _needed(note, each, least, titled=titled)]
    injured = any(each.code.startswith(_INJURIES) for each in sure)
    taken: list[Ranked] = []
    places: dict[tuple[int, frozenset[int]], str] = {}
    for each in sure:
        mention = each.candidate.best.mention
        beside = places.setdefault((mention.sentence, mention.places), each.code)
        first = beside == each.code or beside[:-1] == each.code[:-1]
        if first and (injured or not each.code.startswith(_EXTERNAL)):
            taken.append(each)
    found = [each.code for each in taken]
    taken = [each for each in taken if not says_less(each.code, found)]
    chosen = {each.code for each in taken}
    return taken, [each for each in ranked if each.code not in chosen]


def _is_titled(note: Note, ranked: Ranked) -> bool:
    """Tell whether a problem of the assessment is called so."""
    support = ranked.candidate.support
    return any(note.sentences[each.mention.sentence].sentence.is_title for each in support)


def _needed(note: Note, ranked: Ranked, least: float, *, titled: bool) -> float:
    """Give the rank from which on a candidate is suggested."""
    if ranked.code.startswith(_EXTERNAL):
        return least * _EXTERNAL_SHARE
    if titled and not _is_titled(note, ranked):
        return max(least, _UNTITLED_THRESHOLD)
    return least


class _Finishing:
    """Makes suggestions of candidates: whole codes, labels, evidence, reasons and notes."""

    def __init__(self, note: Note, knowledge: Knowledge, on: date, codes: list[str]) -> None:
        self.note, self.knowledge, self.on = note, knowledge, on
        self.codes = codes
        self.joined = {each.instead_of: each for each in joined(codes)}

    def finish(self, ranked: Iterable[Ranked]) -> list[SuggestedCode]:
        """Finish candidates; those that are no billable code on the day are left out."""
        found = (self._finished(each) for each in ranked)
        return [each for each in found if each is not None]

    def queries(self, ranked: Iterable[Ranked]) -> Iterable[Query]:
        """Ask what the documentation of suggested codes leaves open."""
        for each in ranked:
            episode = choose_episode(self.note.text, self.knowledge.book, each.code)
            yield from queries_for(
                self.knowledge.book, each.code, self._evidence(each.candidate), episode
            )

    def _finished(self, ranked: Ranked) -> SuggestedCode | None:
        become = self._become(ranked.code)
        stem = become.code if become else ranked.code
        episode = choose_episode(self.note.text, self.knowledge.book, stem)
        code = self._whole(stem, episode)
        told = self._told_of_day(code) if code else None
        evidence = self._evidence(ranked.candidate)
        if told is None or not evidence:
            return None
        others = [each for each in self.codes if each != ranked.code]
        notes = instructions_for(self.knowledge.book, stem, others)
        trained = self.knowledge.ranker is not None
        return SuggestedCode(
            system=SYSTEM,
            code=dotted(code),
            label=self._label(stem, episode),
            probability=round(ranked.rank, 3) if trained else None,
            evidence=evidence,
            reason=self._reason(ranked.candidate, become, episode),
            notes=(*told, *notes, *self._uncalibrated()),
        )

    def _uncalibrated(self) -> tuple[str, ...]:
        """Say where the number of a code is not a chance that was measured."""
        if self.knowledge.ranker is None:
            return (UNCALIBRATED,)
        return (UNCALIBRATED_VISIT,) if self.note.is_assessed else ()

    def _become(self, code: str) -> Joined | None:
        found = self.joined.get(code)
        while found is not None and found.code in self.joined:
            found = self.joined[found.code]
        return found

    def _whole(self, stem: str, episode: Episode | None) -> str:
        """Add the seventh character; "" where one is asked for and none can be chosen."""
        if episode is None:
            return stem
        book = self.knowledge.book
        return book.extended(stem, episode.character) if episode.character else ""

    def _told_of_day(self, code: str) -> tuple[str, ...] | None:
        """Give what is to be said of a code's day; None where it is no billable code then."""
        status, release = self.knowledge.status(code, self.on)
        if status is CodeStatus.VALID:
            return ()
        if status is CodeStatus.UNKNOWN and self.knowledge.exists(code):
            return (f"Not checked for the day of service: {release} does not cover it",)
        return None

    def _evidence(self, candidate: Candidate) -> tuple[Span, ...]:
        support = sorted(candidate.support, key=lambda each: -each.weight)
        places = dict.fromkeys((each.mention.start, each.mention.end) for each in support)
        text = self.note.text
        return tuple(
            Span(start, end, text[start:end]) for start, end in list(places)[:_EVIDENCE_MAX]
        )

    def _label(self, stem: str, episode: Episode | None) -> str:
        title = self.knowledge.book.titles.get(stem, "")
        if episode is None:
            return title
        meaning = self.knowledge.book.sevenths(stem).get(episode.character, "")
        return f"{title}, {meaning}".removesuffix(", ")

    def _reason(self, candidate: Candidate, become: Joined | None, episode: Episode | None) -> str:
        mention = candidate.best.mention
        sentence = self.note.sentences[mention.sentence].sentence
        where = "a problem of the assessment" if sentence.is_title else f"in: {sentence.part.value}"
        told = f'{mention.term.origin.value} "{mention.term.words}", {where}'
        if become is not None:
            told += f"; with {dotted(become.because_of)}: {become.reason}"
        if episode is not None and not episode.is_told:
            told += "; the note does not tell the episode of care"
        return told


def _distinct(queries: Iterable[Query]) -> Iterable[Query]:
    """Keep one query of each concept and axis."""
    found: dict[tuple[str, str], Query] = {}
    for each in queries:
        found.setdefault((each.concept.lower(), each.axis), each)
    return found.values()
