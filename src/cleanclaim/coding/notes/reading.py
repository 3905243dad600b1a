"""A note that was read: its sections, its sentences and their words."""

import msgspec

from cleanclaim.coding.lexicon.abbreviations import expanded
from cleanclaim.coding.lexicon.words import Word, words_in
from cleanclaim.coding.notes.sections import Part, Section, find_sections
from cleanclaim.coding.notes.sentences import Sentence, find_sentences

# A note is a visit's; what is longer is a file by mistake, and would hold the machine.
CHARACTERS_MAX = 200_000


class ReadSentence(msgspec.Struct, frozen=True):
    """A sentence with its words; their places count in the whole note."""

    sentence: Sentence
    text: str
    words: tuple[Word, ...]
    lead: str = ""  # the line above that a list hangs on, as in "Denies:"


class Note(msgspec.Struct, frozen=True):
    """A note that was read."""

    text: str
    sections: tuple[Section, ...]
    sentences: tuple[ReadSentence, ...]

    @property
    def is_assessed(self) -> bool:
        """Tell whether it has an assessment, which is what a visit is coded by."""
        return any(each.part is Part.ASSESSMENT for each in self.sections)


def read_note(text: str) -> Note:
    """Read a note; what is behind 200,000 characters is not looked at."""
    kept = text[:CHARACTERS_MAX]
    sections = find_sections(kept)
    sentences = (each for section in sections for each in find_sentences(kept, section))
    read: list[ReadSentence] = []
    lead = ""
    for each in sentences:
        words = kept[each.start : each.end]
        lead = lead if _hangs(kept, each) else ""
        read.append(ReadSentence(each, words, _words(words, each.start), lead))
        lead = words if words.rstrip().endswith(":") else lead
    return Note(kept, sections, tuple(read))


def _hangs(text: str, sentence: Sentence) -> bool:
    """Tell whether a line is an item of a list: a bullet stands before it on its line."""
    begin = text.rfind("\n", 0, sentence.start) + 1
    return bool(text[begin : sentence.start].strip())


def _words(text: str, start: int) -> tuple[Word, ...]:
    found = words_in(text)
    return tuple(
        Word(word.start + start, word.end + start, plain)
        for word in found
        for plain in expanded(text[word.start : word.end], word.plain)
    )
