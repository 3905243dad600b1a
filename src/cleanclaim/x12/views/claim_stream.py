"""Claims as a stream straight from the text: no guide, no findings, flat memory, any size.

Text is split at what opens a loop: levels at HL, claims at CLM, another payer at an SBR inside a
claim, lines at LX, parties at NM1, and inside a line drugs at LIN, payers at SVD, forms at LQ.
"""

from collections.abc import Iterator
from typing import cast

from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.claim_reading import read_batch, read_claim
from cleanclaim.x12.views.claim_values import Claim, ClaimBatch
from cleanclaim.x12.views.elements import dialect_of
from cleanclaim.x12.views.line_reading import read_lines
from cleanclaim.x12.views.people import People, UnreadPeople
from cleanclaim.x12.views.transactions import Head, transactions, without_trailer

# A level with more text than this is read claim by claim, so that memory stays flat.
_LEVEL_LENGTH_MAX = 1 << 20
_CLAIM_LENGTH_MAX = 1 << 22


def claims(source: Source) -> Iterator[Claim]:
    """Give every claim of the source (``str``, bytes, Path or binary file) one at a time.

    Nothing is checked and nothing in the data raises: amounts and days that cannot be read are
    None, transactions that are no 837 are passed over. ``read`` and ``check`` judge.
    """
    transaction = None
    for text, head in transactions(source, "837"):
        if head is not None:
            if transaction is not None:
                yield from transaction.finish()
            transaction = _Transaction(head)
        if transaction is not None:
            yield from transaction.take(text)
    if transaction is not None:
        yield from transaction.finish()


class _Transaction:
    """The text of the level at hand, and what the levels around it were found to say."""

    def __init__(self, head: Head) -> None:
        end = head.delimiters.terminator
        self._guide = head.guide
        self._delimiters = head.delimiters
        self._dialect = dialect_of(head.delimiters)
        self._level, self._claim, self._line = end + "HL", end + "CLM", end + "LX"
        self._policy = end + "SBR"
        self._text = ""
        self._is_above = True  # until the first HL
        self._goes_on = False  # the level at hand was read in part
        self._batch = ClaimBatch(head.guide, "")
        self._levels = ("", "", "")
        self._people = People()

    def take(self, text: str) -> Iterator[Claim]:
        """Take in whole segments; read the claims of the levels that they complete."""
        *whole, self._text = (self._text + text).split(self._level)
        for level in whole:
            for claim in self._open(level):
                yield self._read_claim(claim)
        if len(self._text) > _LEVEL_LENGTH_MAX:
            for claim in self._begun():
                yield self._read_claim(claim)

    def finish(self) -> Iterator[Claim]:
        """Read the claims of the last level."""
        text, self._text = without_trailer(self._text, self._delimiters), ""
        for claim in self._open(text):
            yield self._read_claim(claim)

    def _begun(self) -> list[str]:
        """Take all claims of a long level but the last; text that is no claim so long is noise."""
        claims: list[str] = []
        end = self._text.rfind(self._claim)
        if end > 0:
            claims = self._open(self._text[:end])
            self._text, self._goes_on = self._text[end:], True
        elif len(self._text) > _CLAIM_LENGTH_MAX:
            self._text = ""
        return claims

    def _open(self, text: str) -> list[str]:
        """Read a level (HL), or what stands above all levels; give the texts of its claims."""
        level, *claims = text.split(self._claim)
        if not self._goes_on:
            self._enter(level)
        self._goes_on = False
        return claims

    def _enter(self, text: str) -> None:
        """Enter a level, or what stands above all levels."""
        if self._is_above:
            self._is_above = False
            self._batch = read_batch(self._guide, text, self._dialect)
            return
        biller, subscriber, _ = self._levels
        words = text.split(self._dialect.element, 4)
        kind = words[3][:2] if len(words) > 3 else ""
        if kind == "22":
            self._levels = (biller, text, "")
        elif kind == "23":
            self._levels = (biller, subscriber, text)
        else:
            self._levels = (text, "", "")
        self._people = cast("People", UnreadPeople(self._levels, self._dialect))

    def _read_claim(self, text: str) -> Claim:
        own, *texts = text.split(self._line)
        lines = read_lines(texts, self._dialect)
        own, *others = own.split(self._policy)
        return read_claim(self._batch, self._people, own, others, lines, self._dialect)
