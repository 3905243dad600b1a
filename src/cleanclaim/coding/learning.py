"""Learning from coders: a log of accepted and rejected codes becomes terms with a weight.

The log is the record: replaying it from its beginning gives the same table, whatever was
learned in between. Each organization has its own log; nothing is shared between them.
"""

from collections.abc import Iterable, Iterator

import msgspec

from cleanclaim.codes.icd10cm import undotted
from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.terms import Origin, Term, read_term

# One rejection does not unlearn what many accepted: counts begin at these.
_ACCEPTED_BEFORE, _BOTH_BEFORE = 0.5, 1.0
_LEAST_SHARE = 0.1
_WORDS_MAX = 8


class Decision(msgspec.Struct, frozen=True):
    """What a coder decided about a code: the words of the note that were its evidence."""

    words: str
    code: str
    accepted: bool


class Phrase(msgspec.Struct, frozen=True):
    """A wording and a code, with how often coders accepted and rejected it."""

    words: str
    code: str
    accepted: int
    rejected: int

    @property
    def share(self) -> float:
        """Give the part that was accepted (0 to 1), held towards a half while there is little."""
        return _share(self.accepted, self.rejected)


def _share(accepted: int, rejected: int) -> float:
    return (accepted + _ACCEPTED_BEFORE) / (accepted + rejected + _BOTH_BEFORE)


class Learned(msgspec.Struct, frozen=True):
    """What a log taught: a phrase each wording and code, in a fixed order."""

    phrases: tuple[Phrase, ...] = ()

    def terms(self) -> Iterator[Term]:
        """Give the terms of phrases that coders accept often enough."""
        priors = self._priors()
        for each in self.phrases:
            term = read_term(each.code, each.words, Origin.LEARNED)
            if term is not None and each.accepted and each.share >= _LEAST_SHARE:
                yield msgspec.structs.replace(term, share=each.share, prior=priors[each.code])

    def _priors(self) -> dict[str, float]:
        """Give how often each code was accepted, whatever the wording."""
        counts: dict[str, list[int]] = {}
        for each in self.phrases:
            both = counts.setdefault(each.code, [0, 0])
            both[0] += each.accepted
            both[1] += each.rejected
        return {code: _share(*both) for code, both in counts.items()}


def learn(log: Iterable[Decision], book: Book) -> Learned:
    """Count a log by wording and code; the order of its entries does not matter.

    Codes are kept without the seventh character that an encounter adds. Wordings of more
    than eight words are sentences, and teach nothing.
    """
    counts: dict[tuple[tuple[str, ...], str], list[int]] = {}
    wordings: dict[tuple[str, ...], str] = {}
    for decision in log:
        code = stem_of(decision.code, book)
        term = read_term(code, decision.words, Origin.LEARNED)
        if term is None or len(term.required) > _WORDS_MAX:
            continue
        key = tuple(sorted((*term.required, term.side)))
        known = wordings.get(key)
        wordings[key] = min(known, decision.words) if known else decision.words
        counts.setdefault((key, code), [0, 0])[not decision.accepted] += 1
    found = (Phrase(wordings[key], code, *both) for (key, code), both in counts.items())
    return Learned(tuple(sorted(found, key=lambda each: (each.code, each.words))))


def stem_of(code: str, book: Book) -> str:
    """Give a code as the book has it: without dot, seventh character and filling X."""
    plain = undotted(code)
    if plain in book.titles or len(plain) != 7:
        return plain
    stem = plain[:6].rstrip("X")
    return stem if stem in book.titles else plain
