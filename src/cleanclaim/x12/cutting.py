"""Cut the claims of a file into stretches of some thousand, each of which can be read alone."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from mmap import mmap

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.stretches import Cut, CutTransaction, Stretch
from cleanclaim.x12.tokens import read_delimiters

Offsets = npt.NDArray[np.int64]
_WINDOW = 1 << 22
_MARGIN = 64  # white space after a terminator that is longer than this is not looked through
_ISA_MAX = 250
_BLANKS = b" \t\r\n\x00\x0b\x0c\x1a"
_ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE")
_CLAIM, _LEVEL, _NAMELESS = "CLM", "HL", ""
# Levels of an 837 (HL03): who bills, whose insurance it is, the patient.
_BILLER, _SUBSCRIBER, _PATIENT = b"20", b"22", b"23"


def cut_claims(text: mmap, claims_max: int) -> list[CutTransaction]:
    """Find the transactions of claims (837), cut where they hold more claims than that.

    Those larger ones are cut before a biller's or a subscriber's level (HL), so that a stretch
    may hold somewhat more. What cannot be told apart at sight is left out: transactions with
    parts of an envelope in them, larger ones whose levels are not numbered in order, and all
    behind an ISA that cannot be read.
    """
    found: list[CutTransaction] = []
    start, position = _first_isa(text), 1
    while start >= 0:
        delimiters = read_delimiters(text[start : start + _ISA_MAX].decode("latin-1"))
        if delimiters is None:
            break
        interchange = _Interchange(text, Cut(start, start, position), delimiters, claims_max)
        found += interchange.transactions()
        start, position = interchange.next_isa, interchange.next_position
    return found


def _first_isa(text: mmap) -> int:
    """Give the place of the ISA that the file starts with, -1 where it starts otherwise."""
    start = text.find(b"ISA")
    before = text[: max(start, 0)].removeprefix(b"\xef\xbb\xbf")
    return -1 if before.strip(_BLANKS) else start


class _Window(msgspec.Struct):
    """The segments of some megabytes that matter here: where they start, and which they are.

    ``ordinals`` count the segments of the interchange from its ISA, which is 0.
    """

    offsets: Offsets
    ordinals: Offsets
    names: npt.NDArray[np.uint8]

    def of(self, *names: str) -> tuple[Offsets, Offsets]:
        """Give offsets and ordinals of the segments of these names."""
        chosen = np.isin(self.names, [_NUMBERS[name] for name in names])
        return self.offsets[chosen], self.ordinals[chosen]


_NAMES = (*_ENVELOPE, _CLAIM, _LEVEL, _NAMELESS)
_NUMBERS = {name: number for number, name in enumerate(_NAMES, 1)}


class _Open(msgspec.Struct):
    """A transaction that was begun: its ST, and where claims and levels stand in it."""

    start: Cut
    claims: list[Offsets]
    levels: list[Offsets]
    level_ordinals: list[Offsets]


class _Interchange:
    """One ISA's stretch of the file."""

    def __init__(self, text: mmap, isa: Cut, marks: Delimiters, claims_max: int) -> None:
        self._text = text
        self._position = isa.position
        self._claims_max = claims_max
        self._terminator = marks.terminator.encode("latin-1")
        self._mark = marks.element.encode("latin-1")
        self._isa = self._segment(isa.offset, 0)
        self._group: Cut | None = None
        self._open: _Open | None = None
        self.next_isa, self.next_position = -1, 0

    def transactions(self) -> Iterator[CutTransaction]:
        """Give the transactions of claims that can be cut out."""
        for window in self._windows():
            yield from self._take(window)
            if self.next_isa >= 0:
                return

    def _segment(self, offset: int, ordinal: int) -> Cut:
        """Give the segment that starts at an offset; without terminator it reaches nowhere."""
        # A terminator among the first characters of an ISA does not end it.
        end = self._text.find(self._terminator, offset + (4 if ordinal == 0 else 0)) + 1
        return Cut(offset, max(end, offset), self._position + ordinal, 1)

    # Scanning

    def _windows(self) -> Iterator[_Window]:
        """Look through the interchange a window at a time."""
        ordinal = 1
        for at in range(self._isa.offset + 4, len(self._text), _WINDOW):
            end = min(at + _WINDOW, len(self._text))
            bytes_ = np.frombuffer(self._text[at : end + _MARGIN], np.uint8)
            ends = np.flatnonzero(bytes_[: end - at] == self._terminator[0])
            starts, looked_through = _past_blanks(bytes_, ends + 1)
            if not looked_through:
                return
            names = self._named(bytes_, starts)
            chosen = np.flatnonzero(names)
            yield _Window(starts[chosen] + at, chosen + ordinal, names[chosen])
            ordinal += len(ends)

    def _named(self, bytes_: npt.NDArray[np.uint8], starts: Offsets) -> npt.NDArray[np.uint8]:
        """Number the names of the segments that start there; 0 for those that do not matter."""
        padded = np.concatenate([bytes_, np.zeros(4, np.uint8)])
        columns = [padded[starts + place] for place in range(4)]
        names = np.zeros(len(starts), np.uint8)
        separators = (self._mark[0], self._terminator[0])
        for name, number in _NUMBERS.items():
            marks = np.ones(len(starts), np.bool_)
            for place, character in enumerate(name.encode()):
                marks &= columns[place] == character
            if name != "ISA":
                marks &= np.isin(columns[len(name)], separators)
            names[marks] = number
        return names

    # What was seen

    def _take(self, window: _Window) -> Iterator[CutTransaction]:
        """Follow the envelope through a window, noting claims and levels as they go by."""
        offsets, ordinals = window.of(*_ENVELOPE, _NAMELESS)
        claims, _ = window.of(_CLAIM)
        levels, level_ordinals = window.of(_LEVEL)
        numbers = window.names[np.isin(window.offsets, offsets)]
        before = 0
        for offset, ordinal, number in zip(
            offsets.tolist(), ordinals.tolist(), numbers.tolist(), strict=True
        ):
            self._note(claims, levels, level_ordinals, (before, offset))
            before = offset
            name = _NAMES[number - 1]
            if name == "ISA":
                self.next_isa, self.next_position = offset, self._position + ordinal
                return
            if name == "SE" and (made := self._closed(self._segment(offset, ordinal))):
                yield made
            self._step(name, offset, ordinal)
        self._note(claims, levels, level_ordinals, (before, len(self._text)))

    def _note(
        self, claims: Offsets, levels: Offsets, ordinals: Offsets, span: tuple[int, int]
    ) -> None:
        """Keep the claims and levels of the open transaction in a span of bytes."""
        if self._open is None:
            return
        first, last = np.searchsorted(claims, span)
        if first < last:
            self._open.claims.append(claims[first:last])
        first, last = np.searchsorted(levels, span)
        if first < last:
            self._open.levels.append(levels[first:last])
            self._open.level_ordinals.append(ordinals[first:last])

    def _step(self, name: str, offset: int, ordinal: int) -> None:
        """Open and close what a segment of the envelope does; any of them ends a transaction."""
        self._open = None
        if name == "GS":
            self._group = self._segment(offset, ordinal)
        elif name in ("GE", "IEA"):
            self._group = None
        elif name == "ST":
            start = self._segment(offset, ordinal)
            holds_claims = self._text[offset + 3 : offset + 6] == b"837"
            self._open = _Open(start, [], [], []) if holds_claims else None

    def _closed(self, trailer: Cut) -> CutTransaction | None:
        """Give the open transaction, which its SE has closed; None if it is not to be cut."""
        opened, group = self._open, self._group
        if opened is None or group is None or trailer.end == trailer.offset:
            return None
        start = opened.start
        segments = trailer.position - start.position + 1
        body = Cut(start.offset, trailer.end, start.position, segments)
        claims = sum(map(len, opened.claims))
        made = CutTransaction((self._isa, group), body, start.end, trailer.offset, claims)
        if claims <= self._claims_max:
            return made
        parts = self._parts(made, opened, trailer)
        return msgspec.structs.replace(made, parts=parts) if parts else None

    # Large transactions

    def _parts(self, whole: CutTransaction, opened: _Open, trailer: Cut) -> tuple[Stretch, ...]:
        """Cut a transaction before levels; () where they are not numbered in order."""
        levels = np.concatenate(opened.levels or [np.zeros(0, np.int64)])
        kinds = self._kinds(levels.tolist())
        if not kinds:
            return ()
        positions = np.concatenate(opened.level_ordinals) + self._position
        before = np.searchsorted(np.concatenate(opened.claims), levels)
        counts = np.append(before, whole.claims)
        layout = _Layout(whole, levels.tolist(), positions.tolist(), kinds, trailer)
        places = _places(kinds, counts, self._claims_max)
        return tuple(
            layout.stretch(first, last, claims=claims)
            for first, last, claims in _spans(places, counts)
        )

    def _kinds(self, offsets: Sequence[int]) -> list[bytes]:
        """Give what each level is; [] where one is not numbered or nested as it should be."""
        mark = re.escape(self._mark)
        pattern = re.compile(rb"HL%b(\d+)%b\d*%b(20|22|23)\b" % (mark, mark, mark))
        kinds: list[bytes] = []
        for number, offset in enumerate(offsets, 1):
            level = pattern.match(self._text, offset)
            before = kinds[-1] if kinds else b""
            if level is None or int(level[1]) != number or before not in _MAY_FOLLOW[level[2]]:
                return []
            kinds.append(level[2])
        return kinds


_MAY_FOLLOW = {
    _BILLER: (b"", _BILLER, _SUBSCRIBER, _PATIENT),
    _SUBSCRIBER: (_BILLER, _SUBSCRIBER, _PATIENT),
    _PATIENT: (_SUBSCRIBER, _PATIENT),
}


def _past_blanks(bytes_: npt.NDArray[np.uint8], starts: Offsets) -> tuple[Offsets, bool]:
    """Move starts behind white space; tell whether each came to an end of it."""
    blank = np.zeros(256, np.bool_)
    blank[list(_BLANKS)] = True
    padded = np.concatenate([bytes_, np.full(_MARGIN, ord("X"), np.uint8)])
    for _ in range(_MARGIN):
        marks = blank[padded[starts]]
        if not marks.any():
            return starts, True
        starts = starts + marks
    return starts, False


def _places(kinds: list[bytes], counts: Offsets, claims_max: int) -> list[int]:
    """Choose the levels before which to cut, so that a stretch has about so many claims.

    ``counts`` are of the claims before each level, and of all of them.
    """
    # A biller's level is not parted from the first one below it.
    may = [
        place
        for place, (before, kind) in enumerate(pairwise(kinds), 1)
        if kind == _BILLER or (kind == _SUBSCRIBER and before != _BILLER)
    ]
    before_it = counts[may]
    chosen: list[int] = []
    start, following = 0, 0
    while following < len(may) and start + claims_max < counts[-1]:
        fitting = int(np.searchsorted(before_it, start + claims_max, "right"))
        chosen.append(max(fitting - 1, following))
        start, following = int(before_it[chosen[-1]]), chosen[-1] + 1
    return [may[place] for place in chosen]


def _spans(places: list[int], counts: Offsets) -> Iterator[tuple[int | None, int | None, int]]:
    """Give each stretch by its first level and the one behind it, and count its claims."""
    edges = [None, *places, None]
    for first, last in pairwise(edges):
        start = 0 if first is None else counts[first]
        yield first, last, int(counts[-1 if last is None else last] - start)


class _Layout(msgspec.Struct):
    """Where the levels of a transaction stand, to make stretches of it."""

    whole: CutTransaction
    levels: list[int]
    positions: list[int]
    kinds: list[bytes]
    trailer: Cut

    def stretch(self, first: int | None, last: int | None, claims: int) -> Stretch:
        """Give the stretch from one level, or the ST, to before another, or behind the SE."""
        body = self.whole.body
        start = body if first is None else self._at(first)
        end = (body.end, body.position + body.segments) if last is None else self._place(last)
        own = Cut(start.offset, end[0], start.position, end[1] - start.position, start.levels)
        head = self.whole.envelope if first is None else self._head(first)
        return Stretch(head, own, () if last is None else (self.trailer,), claims)

    def _head(self, first: int) -> tuple[Cut, ...]:
        """Give what stands around a level: the envelope, the header and the biller."""
        start = self.whole.body
        offset, position = self._place(0)
        header = Cut(start.offset, offset, start.position, position - start.position)
        head = (*self.whole.envelope, header)
        if self.kinds[first] == _BILLER:
            return head
        biller = max(place for place in range(first) if self.kinds[place] == _BILLER)
        at, behind = self._at(biller), self._place(biller + 1)
        cut = Cut(at.offset, behind[0], at.position, behind[1] - at.position, at.levels)
        return (*head, cut)

    def _at(self, level: int) -> Cut:
        offset, position = self._place(level)
        return Cut(offset, offset, position, 0, level)

    def _place(self, level: int) -> tuple[int, int]:
        return self.levels[level], self.positions[level]
