"""Vectors of the terms of the book, to find what a problem title means in other words."""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cleanclaim.coding.encoder import Encoder, Vectors
from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.terms import Origin, Term, read_term

_SIDE = re.compile(
    r",? ?\b(?:right|left|bilateral|unilateral|unspecified)\b(?: side)?", re.IGNORECASE
)
_CUT = re.compile(r",? ?\b(?:without [^,;]*|not [^,;]*|NOS|NEC|initial encounter)", re.IGNORECASE)
# External causes, drugs, and what pregnancies and births need are found by their words.
_LEFT_OUT = ("V", "W", "X", "Y", "T", "O", "P")
# Problem titles are short, and "other" ones are never called so.
_WORDS_MAX = 7
_OTHER = re.compile(r"\bother\b", re.IGNORECASE)
_BATCH = 4_096
_SECTION = re.compile(r"[\[\(][^\]\)]*[\]\)]")


class TermVectors:
    """Terms and their vectors (16-bit floats, a row each), searched whole."""

    def __init__(self, terms: Sequence[Term], vectors: npt.NDArray[np.float16]) -> None:
        self.terms, self._vectors = terms, vectors

    def nearest(self, vectors: Vectors, most: int) -> list[list[tuple[Term, float]]]:
        """Give the nearest terms of each vector with their cosines, the nearest first."""
        cosines = np.concatenate(
            [
                vectors @ self._vectors[start : start + _BATCH].astype(np.float32).T
                for start in range(0, len(self._vectors), _BATCH)
            ],
            axis=1,
        )
        found = []
        for row in cosines:
            best = np.argpartition(-row, most)[:most]
            ordered = best[np.argsort(-row[best], kind="stable")]
            found.append([(self.terms[place], float(row[place])) for place in ordered.tolist()])
        return found


def terms_with_vectors(book: Book, lexicon: Lexicon) -> list[Term]:
    """Give a term for each wording of titles and inclusion terms, sides left out."""
    own = ((x.code, x.words) for x in lexicon.terms if x.origin is Origin.OWN)
    told = [*own, *book.titles.items(), *book.own_terms()]
    found: dict[str, Term] = {}
    for code, words in told:
        plain = _plain(words)
        stem = book.resolved(code)
        fits = len(plain.split()) <= _WORDS_MAX and not _OTHER.search(plain)
        if stem and plain and fits and not stem.startswith(_LEFT_OUT):
            term = read_term(book.sides(stem).get("unspecified", stem), plain, Origin.TITLE)
            if term is not None:
                found.setdefault(plain.lower(), term)
    return list(found.values())


def _plain(words: str) -> str:
    bare = _SIDE.sub("", _CUT.sub("", _SECTION.sub("", words)))
    return " ".join(bare.split()).strip(" ,")


def build_vectors(terms: Sequence[Term], encoder: Encoder, path: Path) -> None:
    """Encode terms and write the vectors; takes minutes, once a release."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [
        encoder.encode(_texts(terms[start : start + _BATCH])).astype(np.float16)
        for start in range(0, len(terms), _BATCH)
    ]
    draft = path.with_suffix(".draft.npy")
    np.save(draft, np.concatenate(parts), allow_pickle=False)
    draft.replace(path)


def open_vectors(terms: Sequence[Term], path: Path) -> TermVectors | None:
    """Open vectors that were built; None where there are none of these terms."""
    try:
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return TermVectors(terms, vectors) if len(vectors) == len(terms) else None


def vectors_path(folder: Path, terms: Iterable[Term]) -> Path:
    """Name the file of the vectors of some terms by what they are."""
    digest = sha256("\n".join(_texts(terms)).encode()).hexdigest()[:16]
    return folder / f"vectors-{digest}.npy"


def _texts(terms: Iterable[Term]) -> list[str]:
    return [term.words for term in terms]
