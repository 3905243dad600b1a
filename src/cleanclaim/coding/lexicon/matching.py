"""Finding terms in the sentences of a note: all their words, near each other."""

from collections.abc import Iterable, Iterator

import msgspec

from cleanclaim.coding.lexicon.lexicon import Lexicon
from cleanclaim.coding.lexicon.terms import Origin, Term
from cleanclaim.coding.lexicon.words import Word
from cleanclaim.coding.notes.context import cues_of
from cleanclaim.coding.notes.cues import Cue
from cleanclaim.coding.notes.reading import Note, ReadSentence

# How many other words may stand between the words of a term.
_GAPS_MAX = 4
_SIDES = {"right": "right", "left": "left", "bilater": "bilateral"}
_NEAR = 4


class Mention(msgspec.Struct, frozen=True):
    """A term found in a note.

    ``start`` and ``end`` are characters of the note, ``places`` the numbers of its words in
    the sentence. ``told`` is how much its words tell, ``share`` how much of the stretch that
    it spans they are, ``cover`` how much of the whole sentence they tell.
    """

    term: Term
    sentence: int
    start: int
    end: int
    places: frozenset[int]
    told: float
    share: float
    cover: float
    side: str
    cues: frozenset[Cue]


def find_mentions(note: Note, lexicon: Lexicon) -> list[Mention]:
    """Find the terms that a note uses, the longest at each place."""
    found = []
    for number, sentence in enumerate(note.sentences):
        found += _longest(list(_in_sentence(number, sentence, lexicon)))
    return found


def _in_sentence(number: int, sentence: ReadSentence, lexicon: Lexicon) -> Iterator[Mention]:
    words = sentence.words
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word.plain, []).append(place)
    whole = sum(lexicon.tells(word) for word in places if lexicon.knows(word)) or 1.0
    for plain, at in places.items():
        for index in lexicon.anchored.get(plain, ()):
            term = lexicon.terms[index]
            if all(each in places for each in term.required):
                for anchor in at:
                    mention = _mention(number, sentence, term, places, anchor, lexicon, whole)
                    if mention is not None:
                        yield mention


def _mention(  # noqa: PLR0917 - one place calls it, in the innermost loop
    number: int,
    sentence: ReadSentence,
    term: Term,
    places: dict[str, list[int]],
    anchor: int,
    lexicon: Lexicon,
    whole: float,
) -> Mention | None:
    chosen = [min(places[word], key=lambda place: abs(place - anchor)) for word in term.required]
    first, last = min(chosen), max(chosen)
    words = sentence.words
    stretch = len({words[place].start for place in range(first, last + 1)})
    used = len({words[place].start for place in chosen})
    if stretch - used > min(_GAPS_MAX, used):
        return None
    start, end = words[first].start, words[last].end
    told = sum(lexicon.tells(word) for word in term.required)
    side = _side_near(words, first, last)
    if term.side and side and side not in {term.side, "bilateral"}:
        return None
    return Mention(
        term=term,
        sentence=number,
        start=start,
        end=end,
        places=frozenset(chosen),
        told=told,
        share=used / stretch,
        cover=min(told / whole, 1.0),
        side=side,
        cues=cues_of(sentence, start, end),
    )


def _side_near(words: tuple[Word, ...], first: int, last: int) -> str:
    """Give the side that stands in a mention or near it."""
    reach = range(max(0, first - _NEAR), min(len(words), last + 1 + _NEAR))
    told = [
        (_distance(place, first, last), _SIDES[words[place].plain])
        for place in reach
        if words[place].plain in _SIDES
    ]
    sides = {side for _, side in told}
    if sides == {"right", "left"} and len(told) == 2 and told[0][0] == told[1][0] == 0:
        return "bilateral"
    return min(told)[1] if told else ""


def side_in(words: Iterable[Word]) -> str:
    """Give the side that words name, if it is one."""
    sides = {_SIDES[word.plain] for word in words if word.plain in _SIDES}
    if sides >= {"right", "left"}:
        return "bilateral"
    return next(iter(sides)) if len(sides) == 1 else ""


def _distance(place: int, first: int, last: int) -> int:
    return max(first - place, place - last, 0)


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Drop mentions whose words are part of a longer one at the same place."""
    groups: dict[frozenset[int], list[Mention]] = {}
    for each in mentions:
        groups.setdefault(each.places, []).append(each)
    kept = [
        places
        for places in groups
        if not any(places < other and _comparable(groups[other]) for other in groups)
    ]
    return [each for places in kept for each in groups[places]]


def _comparable(mentions: list[Mention]) -> bool:
    """Tell whether a longer match may displace a shorter one: its words are together."""
    return any(each.share > 0.6 or each.term.origin is Origin.LEARNED for each in mentions)
