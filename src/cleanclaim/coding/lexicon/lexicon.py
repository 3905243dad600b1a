"""All terms at hand, found by the rarest of their words."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from cleanclaim.coding.lexicon.terms import Origin, Term


class Lexicon:
    """Terms by their rarest word, how much each word tells, and what coders said of codes."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = _distinct(terms)
        counts = Counter(word for term in self.terms for word in term.required)
        total = len(self.terms) or 1
        self._tells = {word: float(np.log1p(total / n)) for word, n in counts.items()}
        self._rare = float(np.log1p(total))
        self.priors = {term.code: term.prior for term in self.terms if term.prior >= 0}
        self.anchored: dict[str, list[int]] = {}
        for number, term in enumerate(self.terms):
            rarest = min(term.required, key=lambda word: (counts[word], word))
            self.anchored.setdefault(rarest, []).append(number)

    def tells(self, word: str) -> float:
        """Give how much a word tells: the natural logarithm of how rare it is among terms."""
        return self._tells.get(word, self._rare)

    def knows(self, word: str) -> bool:
        """Tell whether a term has the word."""
        return word in self._tells


def _distinct(terms: Iterable[Term]) -> list[Term]:
    """Keep one term of each code and words, and what coders said of it; the first stays."""
    found: dict[tuple[str, frozenset[str], str, bool], Term] = {}
    for term in terms:
        learned = term.origin is Origin.LEARNED
        found.setdefault((term.code, frozenset(term.required), term.side, learned), term)
    return list(found.values())
