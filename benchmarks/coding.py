"""Suggested codes against coders' codes: ``make bench-coding``, where the sets of notes are.

The wordings are learned in memory and thrown away; nothing of a set is written anywhere. Two
ways of working are judged: the product's, which suggests nothing that a note denies or doubts
(visits of ACI-Bench), and every mention (case reports of CodiEsp, whose coders code so).
"""

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from benchmarks.coding_sets import index_lines, notes_folder, visit_notes
from cleanclaim.coding.knowledge import Knowledge, open_knowledge
from cleanclaim.coding.learning import stem_of
from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.terms import terms_of_lines
from cleanclaim.coding.ranking.features import features_of
from cleanclaim.coding.ranking.ranker import Ranker
from cleanclaim.coding.suggesting import suggest
from cleanclaim.coding.training.alignment import Aligned, Aligner, align
from cleanclaim.coding.training.corpus import read_corpus
from cleanclaim.coding.training.fitting import candidates_of, fit, read_all, samples_of
from cleanclaim.coding.training.wordings import learn_wordings
from cleanclaim.store.places import data_folder

ON = date(2026, 5, 4)
_SURE = 0.95
Matrix = npt.NDArray[np.float64]


class Judged(msgspec.Struct):
    """What a way of working found, note by note."""

    ranks: list[Matrix] = []
    right: list[Matrix] = []
    codes: list[int] = []
    seconds: list[float] = []
    suggested: int = 0
    suggested_right: int = 0

    def lines(self, what: str) -> Iterator[str]:
        """Write the figures."""
        total = sum(self.codes)
        f1 = 2 * self.suggested_right / max(self.suggested + total, 1)
        precision = self.suggested_right / max(self.suggested, 1)
        yield (
            f"{what}: MAP {self._mean_precision():.3f}, R@10 {self._recall(10):.3f}, "
            f"R@25 {self._recall(25):.3f}, F1 {f1:.3f} (P {precision:.3f}, "
            f"R {self.suggested_right / total:.3f}), recall at 95 % precision {self._sure():.3f}, "
            f"calibration error {self._calibration():.3f}, "
            f"p50 {self._milliseconds(50):.0f} ms, p95 {self._milliseconds(95):.0f} ms"
        )

    def _mean_precision(self) -> float:
        found = []
        for right, codes in zip(self.right, self.codes, strict=True):
            hits = np.cumsum(right)
            found.append(float((right * hits / np.arange(1, len(right) + 1)).sum()) / codes)
        return float(np.mean(found))

    def _recall(self, most: int) -> float:
        both = zip(self.right, self.codes, strict=True)
        return float(np.mean([right[:most].sum() / codes for right, codes in both]))

    def _sure(self) -> float:
        ranks, right = np.concatenate(self.ranks), np.concatenate(self.right)
        hits = np.cumsum(right[np.argsort(-ranks, kind="stable")])
        fits = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= _SURE)
        return float(hits[fits[-1]]) / sum(self.codes) if len(fits) else 0.0

    def _calibration(self) -> float:
        """Give the expected calibration error over ten equal bands of probability."""
        ranks, right = np.concatenate(self.ranks), np.concatenate(self.right)
        bands = np.minimum((ranks * 10).astype(int), 9)
        gaps = [
            (bands == band).mean() * abs(ranks[bands == band].mean() - right[bands == band].mean())
            for band in range(10)
            if (bands == band).any()
        ]
        return float(sum(gaps))

    def _milliseconds(self, percentile: int) -> float:
        return float(np.percentile(self.seconds, percentile)) * 1000


def judge_visits(knowledge: Knowledge, folder: Path) -> Judged:
    """Judge the product's way on visits: whole codes, exactly."""
    judged = Judged()
    for note in visit_notes(folder):
        begun = time.perf_counter()
        told = suggest(note.text, on=ON, knowledge=knowledge)
        judged.seconds.append(time.perf_counter() - begun)
        every = [*told.codes, *told.abstained]
        judged.right.append(np.array([x.code in note.codes for x in every], np.float64))
        judged.ranks.append(np.array([x.probability or 0.0 for x in every], np.float64))
        judged.codes.append(len(note.codes))
        judged.suggested += len(told.codes)
        judged.suggested_right += sum(each.code in note.codes for each in told.codes)
    return judged


def judge_reports(knowledge: Knowledge, notes: Sequence[Aligned]) -> Judged:
    """Judge every mention of case reports, by codes without seventh characters."""
    judged = Judged()
    threshold = knowledge.ranker.threshold if knowledge.ranker else 0.3
    for aligned, note in read_all(notes):
        begun = time.perf_counter()
        codes = {stem_of(code, knowledge.book) for code in aligned.note.codes}
        found = candidates_of(note, knowledge)
        ranks = _ranks(knowledge, features_of(note, found, knowledge.book, knowledge.lexicon))
        judged.seconds.append(time.perf_counter() - begun)
        order = np.argsort(-ranks, kind="stable")
        right = np.array([each.code in codes for each in found], np.float64)[order]
        judged.ranks.append(ranks[order])
        judged.right.append(right)
        judged.codes.append(len(codes))
        judged.suggested += int((ranks >= threshold).sum())
        judged.suggested_right += int(right[ranks[order] >= threshold].sum())
    return judged


def _ranks(knowledge: Knowledge, rows: Matrix) -> Matrix:
    scores: Matrix = rows[:, 0]
    return knowledge.ranker.probabilities_of(rows) if knowledge.ranker else scores


def _replaced(knowledge: Knowledge, **changes: object) -> Knowledge:
    return msgspec.structs.replace(knowledge, **changes)


def main() -> None:
    """Print the figures, each addition beside what was there before."""
    folder = notes_folder()
    if folder is None:
        sys.exit("no sets of notes at hand: name their folder by CLEANCLAIM_NOTES")
    plain = open_knowledge(folder=data_folder() / "coding", ranked=False)
    _visits(plain, folder)
    _reports(plain, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {peak:.0f} MB at most, training included")


def _visits(plain: Knowledge, folder: Path) -> None:
    bare = _replaced(plain, vectors=None)
    _show(judge_visits(bare, folder), "visits, words alone")
    if plain.vectors is not None:
        _show(judge_visits(plain, folder), "visits, + meaning")
    ranked = open_knowledge(folder=data_folder() / "coding")
    if ranked.ranker is not None:
        _show(judge_visits(ranked, folder), "visits, as shipped")


def _reports(plain: Knowledge, folder: Path) -> None:
    train, dev = (read_corpus(folder / "codiesp" / part) for part in ("train", "dev"))
    aligned = align(train, Aligner(train))
    judged = [Aligned(note, ()) for note in dev]
    index = Lexicon([*plain.lexicon.terms, *terms_of_lines(index_lines(folder), plain.book)])
    for what, knowledge in (
        ("tabular list", plain),
        ("+ index", _replaced(plain, lexicon=index)),
    ):
        _show(judge_reports(knowledge, judged), f"reports, {what}, no training")
        for learned in (False, True):
            ranker, knows = _trained(knowledge, aligned, learned=learned)
            name = "ranker" if not learned else "ranker and learned wordings"
            _show(
                judge_reports(_replaced(knows, ranker=ranker), judged), f"reports, {what}, {name}"
            )


def _trained(
    knowledge: Knowledge, aligned: list[Aligned], *, learned: bool
) -> tuple[Ranker, Knowledge]:
    read = read_all(aligned)
    ranker = fit(samples_of(read, knowledge, learned=learned), "CodiEsp")
    if not learned:
        return ranker, knowledge
    return ranker, knowledge.with_terms(learn_wordings(read, knowledge.book).terms())


def _show(judged: Judged, what: str) -> None:
    for line in judged.lines(what):
        print(line, flush=True)


if __name__ == "__main__":
    main()
