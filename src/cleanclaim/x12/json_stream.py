"""Read one large JSON object field by field, and one of its lists item by item, in flat memory."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from cleanclaim.kernel.errors import CleanclaimError

_BLOCK = 1 << 16
_BLANK = " \t\r\n"


class UnusableJsonError(CleanclaimError):
    """The text is not a JSON document of X12 as we write them; the words say where, in one line."""

    code = "x12.json"


def fields(file: BinaryIO, listed: str) -> Iterator[tuple[str, object]]:
    """Give the fields of the one object in the file; of the list ``listed`` an item at a time.

    Raises UnusableJsonError where the text is no JSON object.
    """
    stream = _Stream(file)
    try:
        stream.expect("{")
        if stream.is_next("}"):
            return
        while True:
            name = stream.value()
            stream.expect(":")
            if name == listed:
                yield from ((listed, item) for item in stream.items())
            else:
                yield str(name), stream.value()
            if not stream.is_next(","):
                break
        stream.expect("}")
        stream.expect("")
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise stream.unusable() from None


class _Stream:
    """The text that was read and not yet understood."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._text = ""
        self._place = 0
        self._ended = False
        self._lines = 0  # of the text that was let go

    def value(self) -> object:
        """Give the JSON value that comes next."""
        self._next()
        length = _BLOCK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._place)
            except json.JSONDecodeError:
                if self._ended:
                    raise
            else:
                # A number might go on in what is not read yet.
                if end < len(self._text) or self._ended:
                    self._place = end
                    return value
            # Twice as much each time, so that a long value is not tried too often.
            self._read(length)
            length *= 2

    def items(self) -> Iterator[object]:
        """Give the items of the list that comes next."""
        self.expect("[")
        if self.is_next("]"):
            return
        while True:
            yield self.value()
            if not self.is_next(","):
                break
        self.expect("]")

    def expect(self, mark: str) -> None:
        """Pass over the mark ("" is the end) or raise."""
        found = self._next()
        if found != mark:
            raise self.unusable()
        self._place += len(mark)

    def is_next(self, mark: str) -> bool:
        """Pass over the mark where it comes next; tell whether it did."""
        if self._next() != mark:
            return False
        self._place += 1
        return True

    def unusable(self) -> UnusableJsonError:
        """Say where the text stops being what it should."""
        line = self._lines + self._text.count("\n", 0, self._place) + 1
        return UnusableJsonError(f"line {line} is not the JSON of an X12 file")

    def _next(self) -> str:
        """Go to the next character that is not blank; give it, "" at the end."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _BLANK:
                self._place += 1
            if self._place < len(self._text) or self._ended:
                return self._text[self._place : self._place + 1]
            self._read(_BLOCK)

    def _read(self, length: int) -> None:
        """Read on; let go of what was understood."""
        block = self._file.read(length)
        self._ended = not block
        self._lines += self._text.count("\n", 0, self._place)
        self._text = self._text[self._place :] + self._decoder.decode(block, final=not block)
        self._place = 0
