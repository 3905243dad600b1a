"""The trained ranker: trees over features of candidates, and a calibrated probability."""

from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


class Tree(msgspec.Struct, frozen=True):
    """A tree as columns: a row goes left where its feature is at most the threshold.

    Children are numbers of nodes; a negative number is the leaf -1-n.
    """

    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaves: tuple[float, ...]


class Ranker(msgspec.Struct, frozen=True):
    """Trees whose sum is a score, and the points of the curve from score to probability.

    ``features`` names the columns, so that a file of another version is refused.
    ``threshold`` is the default below which codes are held back.
    """

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    scores: tuple[float, ...]
    probabilities: tuple[float, ...]
    threshold: float
    trained_on: str

    def probabilities_of(self, rows: Matrix) -> Matrix:
        """Give the probability of each row of features."""
        total = np.zeros(len(rows))
        for tree in self.trees:
            total += _walk(tree, rows)
        found: Matrix = np.interp(total, self.scores, self.probabilities)
        return found


def _walk(tree: Tree, rows: Matrix) -> Matrix:
    leaves = np.array(tree.leaves)
    if not tree.features:
        return np.full(len(rows), leaves[0])
    features, thresholds = np.array(tree.features), np.array(tree.thresholds)
    left, right = np.array(tree.left), np.array(tree.right)
    at = np.zeros(len(rows), np.int64)
    inner = at >= 0
    while inner.any():
        nodes = at[inner]
        goes_left = rows[inner, features[nodes]] <= thresholds[nodes]
        at[inner] = np.where(goes_left, left[nodes], right[nodes])
        inner = at >= 0
    found: Matrix = leaves[-1 - at]
    return found


@cache
def shipped_ranker() -> Ranker | None:
    """Read the ranker that comes with the program; None where there is none."""
    path = files("cleanclaim.coding.ranking").joinpath("ranker.json")
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=Ranker)
