"""An inverted index over the codes of a system, as arrays on disk beside the releases."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.codes.search.words import words_of
from cleanclaim.codes.store.columns import Array, Pool

# BM25's usual constants: how fast repetition saturates, how much long titles are held back.
_SATURATION, _LENGTH = 1.2, 0.75
# How much words of a text count: the title, index terms that lead to the code, inclusion terms.
TITLE, INDEX, INCLUSION = 3.0, 1.5, 1.5
# Short codes are the common ones: what a character less is worth.
_BREVITY, _LONGEST = 0.02, 8
_PREFIX_SHARE, _PREFIX_TERMS_MAX = 0.6, 400
_ARRAYS = ("terms", "starts", "documents", "weights", "rarity", "mean", "codes")
Scores = npt.NDArray[np.float64]


class Document(msgspec.Struct, frozen=True):
    """A code with its texts and how much the words of each count."""

    code: str
    texts: tuple[tuple[str, float], ...]


def build(documents: Iterable[Document]) -> dict[str, Array]:
    """Make the arrays of an index; documents are sorted by code."""
    ordered = sorted(documents, key=lambda document: document.code)
    pool = Pool()
    counted = [_counted(document, pool) for document in ordered]
    lengths = [_length(document) for document in ordered]
    mean = max(sum(lengths) / max(len(lengths), 1), 1.0)
    rows = [
        (term, number, _saturated(count, lengths[number] / mean) * _brief(ordered[number].code))
        for number, counts in enumerate(counted)
        for term, count in counts.items()
    ]
    codes = [document.code for document in ordered]
    return {**_arrays(rows, list(pool.ids), codes), "mean": np.array([mean])}


def _counted(document: Document, pool: Pool) -> dict[int, float]:
    """Count the words of a document, the title's once, each further text's a little less."""
    found: dict[int, float] = {}
    for text, weight in document.texts:
        for word in set(words_of(text)):
            term = pool.of(word)
            had = found.get(term, 0.0)
            found[term] = max(had, weight) + min(had, weight) * 0.2
    return found


def _length(document: Document) -> int:
    """Count the words of the longest title: further texts do not hold a code back."""
    titles = (text for text, weight in document.texts if weight >= TITLE)
    return max((len(words_of(text)) for text in titles), default=0)


def _brief(code: str) -> float:
    return 1 + _BREVITY * max(_LONGEST - len(code), 0)


def _saturated(count: float, length: float) -> float:
    held = _SATURATION * (1 - _LENGTH + _LENGTH * length)
    return count * (_SATURATION + 1) / (count + held)


def _arrays(
    rows: list[tuple[int, int, float]], terms: list[str], codes: list[str]
) -> dict[str, Array]:
    """Sort postings by term in the order of the alphabet and weigh them by rarity."""
    order = np.argsort(np.array([each.encode() for each in terms] or [b""]))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    which = np.array([row[0] for row in rows], np.int64)
    numbers = np.array([row[1] for row in rows], np.int32)
    weights = np.array([row[2] for row in rows], np.float32)
    ranks = rank[which]
    by_term = np.lexsort((numbers, ranks))
    counts = np.bincount(ranks, minlength=len(order))
    rarity = np.log1p(len(codes) / np.maximum(counts, 1)).astype(np.float32)
    return {
        "terms": np.array([terms[n].encode() for n in order] or [b""]),
        "starts": np.concatenate(([0], np.cumsum(counts))),
        "documents": numbers[by_term],
        "weights": weights[by_term] * rarity[ranks[by_term]],
        "rarity": rarity,
        "codes": np.array([code.encode() for code in codes] or [b""]),
    }


class Index:
    """An index that is open: words in, a score a code out."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._terms = arrays["terms"]
        self._starts = arrays["starts"]
        self._documents = arrays["documents"]
        self._weights = arrays["weights"]
        self._rarity = arrays["rarity"]
        self._mean = float(arrays["mean"][0])
        self.codes = arrays["codes"]

    def scores(self, words: list[str]) -> Scores:
        """Score every code: about 1 where its title is the words and no more, 0 without any.

        It is the sum over the words, held back by each word that is missing.
        """
        total = np.zeros(len(self.codes))
        hits = np.zeros(len(self.codes))
        for word in words:
            found = self._word(word)
            total += found
            hits += found > 0
        return total * (hits / max(len(words), 1)) ** 2 / self._ideal(words)

    def _ideal(self, words: list[str]) -> float:
        """Score a title of just these words, so that scores of systems can be compared."""
        once = _saturated(TITLE, len(words) / self._mean)
        return sum(once * self._rarity_of(word) for word in words) or 1.0

    def _rarity_of(self, word: str) -> float:
        place = int(np.searchsorted(self._terms, word.encode()))
        known = place < len(self._terms) and bytes(self._terms[place]) == word.encode()
        return float(self._rarity[place]) if known else float(np.log1p(len(self.codes)))

    def _word(self, word: str) -> Scores:
        """Score by one word; beginnings of words count less than whole ones."""
        encoded = word.encode()
        first = int(np.searchsorted(self._terms, encoded))
        whole = first < len(self._terms) and bytes(self._terms[first]) == encoded
        found = self._postings(first, first + 1) if whole else np.zeros(len(self.codes))
        if len(word) < 3:
            return found
        last = int(np.searchsorted(self._terms, encoded + b"\xff"))
        last = min(last, first + _PREFIX_TERMS_MAX)
        if last > first + whole:
            begun = self._postings(first + whole, last)
            found = np.maximum(found, begun * _PREFIX_SHARE)
        return found

    def _postings(self, first: int, last: int) -> Scores:
        start, end = int(self._starts[first]), int(self._starts[last])
        documents, weights = self._documents[start:end], self._weights[start:end]
        return np.bincount(documents, weights, minlength=len(self.codes)).astype(np.float64)

    def beginning(self, code: str) -> npt.NDArray[np.intp]:
        """Give the codes that begin with a code."""
        encoded = code.encode()
        first = int(np.searchsorted(self.codes, encoded))
        last = int(np.searchsorted(self.codes, encoded + b"\xff"))
        return np.arange(first, last)


def write(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write an index; it can be made anew at any time, so that losing it costs nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    for name, array in arrays.items():
        np.save(draft / f"{name}.npy", array, allow_pickle=False)
    try:
        draft.rename(folder)
    except OSError:
        # Another process wrote the same one.
        shutil.rmtree(draft, ignore_errors=True)


def opened(folder: Path) -> Index | None:
    """Open an index that was written; None where there is none or it is damaged."""
    try:
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
    except (OSError, ValueError, EOFError):
        return None
    return Index(arrays)
