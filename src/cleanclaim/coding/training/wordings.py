"""A log of decisions from a coded corpus: what its evidence reads, and where that misleads."""

from collections.abc import Iterable, Sequence

from cleanclaim.coding.learning import Decision, Learned, learn, stem_of
from cleanclaim.coding.lexicon.book import Book
from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.matching import find_mentions
from cleanclaim.coding.notes.context import BARRED
from cleanclaim.coding.notes.reading import Note
from cleanclaim.coding.training.alignment import Aligned


def learn_wordings(notes: Sequence[tuple[Aligned, Note]], book: Book) -> Learned:
    """Learn wordings as a practice would from its coders' work.

    Evidence is accepted; the same words in a note whose coders did not give the code count as
    rejected, unless the note denies or doubts them.
    """
    accepted = [
        Decision(span.text, code, accepted=True)
        for aligned, _ in notes
        for code, span in aligned.spans
    ]
    lexicon = Lexicon(learn(accepted, book).terms())
    return learn(_seen_again(notes, lexicon, book), book)


def _seen_again(
    notes: Iterable[tuple[Aligned, Note]], lexicon: Lexicon, book: Book
) -> Iterable[Decision]:
    """Give a decision for each wording and code of each note."""
    for aligned, read in notes:
        codes = {stem_of(code, book) for code in aligned.note.codes}
        seen = {
            (each.term.words, each.term.code)
            for each in find_mentions(read, lexicon)
            if each.term.code in codes or not each.cues & BARRED
        }
        yield from (Decision(words, code, accepted=code in codes) for words, code in sorted(seen))
