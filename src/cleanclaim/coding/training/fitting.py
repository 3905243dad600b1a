"""Fitting the ranker: boosted trees over candidates, then a curve from score to probability."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.coding.knowledge import Knowledge
from cleanclaim.coding.learning import stem_of
from cleanclaim.coding.lexicon.matching import find_mentions
from cleanclaim.coding.notes.reading import Note, read_note
from cleanclaim.coding.ranking.candidates import Candidate, find_candidates
from cleanclaim.coding.ranking.features import NAMES, features_of
from cleanclaim.coding.ranking.ranker import Ranker, Tree
from cleanclaim.coding.training.alignment import Aligned
from cleanclaim.coding.training.wordings import learn_wordings

Matrix = npt.NDArray[np.float64]
FOLDS = 5
_ROUNDS = 160
_PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 24,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "num_threads": 1,
    "seed": 20260401,
    "deterministic": True,
    "force_row_wise": True,
}


class Sample(msgspec.Struct, frozen=True):
    """The candidates of a note: a row of features each, and whether coders gave the code."""

    rows: Matrix
    right: Matrix
    codes: int


def candidates_of(note: Note, knowledge: Knowledge) -> list[Candidate]:
    """Give every candidate, those too that the note denies: the features say so."""
    mentions = find_mentions(note, knowledge.lexicon)
    return find_candidates(note, mentions, knowledge.book, barred=frozenset())


def samples_of(
    notes: Sequence[tuple[Aligned, Note]], knowledge: Knowledge, *, learned: bool
) -> list[Sample]:
    """Make samples; with ``learned`` each fold sees only the wordings of the other folds."""
    found: list[Sample] = []
    for fold in range(FOLDS):
        held = notes[fold::FOLDS]
        knows = knowledge
        if learned:
            others = [each for place, each in enumerate(notes) if place % FOLDS != fold]
            knows = knowledge.with_terms(learn_wordings(others, knowledge.book).terms())
        found += [_sample(aligned, note, knows) for aligned, note in held]
    return found


def _sample(aligned: Aligned, note: Note, knowledge: Knowledge) -> Sample:
    found = candidates_of(note, knowledge)
    codes = {stem_of(code, knowledge.book) for code in aligned.note.codes}
    right = np.array([each.code in codes for each in found], np.float64)
    return Sample(features_of(note, found, knowledge.book, knowledge.lexicon), right, len(codes))


def read_all(notes: Sequence[Aligned]) -> list[tuple[Aligned, Note]]:
    """Read the English texts of notes."""
    return [(each, read_note(each.note.english)) for each in notes]


def fit(samples: Sequence[Sample], trained_on: str) -> Ranker:
    """Fit trees on all samples; the curve comes from folds that the trees did not see."""
    held = np.zeros(sum(len(each.right) for each in samples))
    numbers = np.concatenate([np.full(len(s.right), n % FOLDS) for n, s in enumerate(samples)])
    rows = np.concatenate([each.rows for each in samples])
    right = np.concatenate([each.right for each in samples])
    for fold in range(FOLDS):
        seen = numbers != fold
        trees = _trees(rows[seen], right[seen])
        held[~seen] = score(trees, rows[~seen])
    scores, probabilities = curve(held, right)
    total = sum(each.codes for each in samples)
    threshold = best_threshold(np.interp(held, scores, probabilities), right, total)
    return Ranker(
        NAMES, _trees(rows, right), tuple(scores), tuple(probabilities), threshold, trained_on
    )


def score(trees: Sequence[Tree], rows: Matrix) -> Matrix:
    """Sum the trees over rows."""
    plain = Ranker(NAMES, tuple(trees), (-60.0, 60.0), (-60.0, 60.0), 0.0, "")
    return plain.probabilities_of(rows)


def _trees(rows: Matrix, right: Matrix) -> tuple[Tree, ...]:
    import lightgbm  # only training needs it

    data = lightgbm.Dataset(rows, right)
    model = lightgbm.train(_PARAMETERS, data, num_boost_round=_ROUNDS)
    return tuple(_tree(each["tree_structure"]) for each in model.dump_model()["tree_info"])


def _tree(root: dict[str, object]) -> Tree:
    """Turn nested nodes into columns."""
    nodes: list[list[float]] = []
    leaves: list[float] = []

    def add(node: dict[str, object]) -> int:
        if "leaf_value" in node and "split_feature" not in node:
            leaves.append(round(float(node["leaf_value"]), 6))  # type: ignore[arg-type]
            return -len(leaves)
        number = len(nodes)
        nodes.append([node["split_feature"], node["threshold"], 0, 0])  # type: ignore[list-item]
        nodes[number][2] = add(node["left_child"])  # type: ignore[arg-type]
        nodes[number][3] = add(node["right_child"])  # type: ignore[arg-type]
        return number

    add(root)
    columns = list(zip(*nodes, strict=True)) or [(), (), (), ()]
    return Tree(
        tuple(int(x) for x in columns[0]),
        tuple(float(x) for x in columns[1]),
        tuple(int(x) for x in columns[2]),
        tuple(int(x) for x in columns[3]),
        tuple(leaves),
    )


def curve(scores: Matrix, right: Matrix) -> tuple[list[float], list[float]]:
    """Fit a rising curve from score to probability (pool adjacent violators)."""
    order = np.argsort(scores, kind="stable")
    blocks: list[list[float]] = []  # mean, weight, sum of scores
    for value, hit in zip(scores[order], right[order], strict=True):
        blocks.append([float(hit), 1.0, float(value)])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, weight, total = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * weight) / (last[1] + weight)
            last[1] += weight
            last[2] += total
    kept = list(_points(blocks))
    return [round(x, 4) for x, _ in kept], [round(y, 4) for _, y in kept]


def _points(blocks: Sequence[list[float]]) -> Iterator[tuple[float, float]]:
    """Give the middle of each block; neither end is certain."""
    for mean, weight, total in blocks:
        yield total / weight, min(max(mean, 0.001), 0.99)


def best_threshold(probabilities: Matrix, right: Matrix, codes: int) -> float:
    """Find the probability from which on F1 (over all codes that coders gave) is best."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + codes)
    return round(float(probabilities[order[int(np.argmax(f1))]]), 3)
