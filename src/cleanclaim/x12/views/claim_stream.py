"""Claims as a stream straight from the text: no guide, no findings, flat memory, any size.

Text is split at what opens a loop: levels at HL, claims at CLM, another payer at an SBR inside a
claim, lines at LX, parties at NM1, and inside a line drugs at LIN, payers at SVD, forms at LQ.
"""

import re
from collections.abc import Iterator

from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.claim_reading import (
    NO_BILLER,
    NOBODY,
    ClaimParts,
    Group,
    read_batch,
    read_biller,
    read_claim,
    read_dependent,
    read_insured,
)
from cleanclaim.x12.views.claim_values import Claim, ClaimBatch
from cleanclaim.x12.views.elements import dialect_of
from cleanclaim.x12.views.transactions import Head, transactions

# HL03.
_SUBSCRIBER, _DEPENDENT = "22", "23"
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
        end, mark = head.delimiters.terminator, head.delimiters.element
        self._guide = head.guide
        self._dialect = dialect_of(head.delimiters)
        self._end = end
        self._level, self._claim, self._line = end + "HL", end + "CLM", end + "LX"
        self._policy, self._party = end + "SBR", end + "NM1"
        self._inner = tuple(end + name for name in ("NM1", "SVD", "LIN", "LQ" + mark))
        self._before_inner = re.compile(f"{re.escape(end)}(?=NM1|SVD|LIN|LQ{re.escape(mark)})")
        self._text = ""
        self._is_above = True  # until the first HL
        self._goes_on = False  # the level at hand was read in part
        self._batch = ClaimBatch(head.guide, "")
        self._biller = NO_BILLER
        self._insured = self._patient = NOBODY

    def take(self, text: str) -> Iterator[Claim]:
        """Take in whole segments; read the levels that they complete."""
        *whole, self._text = (self._text + text).split(self._level)
        for level in whole:
            yield from self._read(level)
        if len(self._text) > _LEVEL_LENGTH_MAX:
            yield from self._read_in_part()

    def finish(self) -> Iterator[Claim]:
        """Read the last level."""
        text, self._text = self._text.removesuffix(self._end), ""
        yield from self._read(text)

    def _read_in_part(self) -> Iterator[Claim]:
        """Read all claims of a long level but the last; text that is no claim so long is noise."""
        end = self._text.rfind(self._claim)
        if end > 0:
            begun, self._text = self._text[:end], self._text[end:]
            yield from self._read(begun)
            self._goes_on = True
        elif len(self._text) > _CLAIM_LENGTH_MAX:
            self._text = ""

    def _read(self, text: str) -> Iterator[Claim]:
        """Read a level (HL) with the claims below it, or the head of the transaction."""
        level, *texts = text.split(self._claim)
        if not self._goes_on:
            self._open(self._group(level))
        self._goes_on = False
        for claim in texts:
            yield self._read_claim(claim)

    def _open(self, group: Group) -> None:
        dialect = self._dialect
        if self._is_above:
            self._is_above = False
            self._batch = read_batch(self._guide, group, dialect)
            return
        level = dialect.padded(group.own[0])[3]
        if level == _DEPENDENT:
            self._patient = read_dependent(self._insured, group, dialect)
        elif level == _SUBSCRIBER:
            self._insured = self._patient = read_insured(group, dialect)
        else:
            self._biller = read_biller(group, dialect)
            self._insured = self._patient = NOBODY

    def _group(self, text: str) -> Group:
        """Split a loop into its own segments and the loops of parties inside it."""
        own, *inner = text.split(self._party)
        return Group(own.split(self._end), inner)

    def _read_claim(self, text: str) -> Claim:
        own, _, lines = text.partition(self._line)
        own, *policies = own.split(self._policy)
        parts = ClaimParts(
            self._group(own),
            [self._group(policy) for policy in policies],
            self._lines(lines) if lines else (),
        )
        return read_claim(self._batch, self._biller, self._patient, parts, self._dialect)

    def _lines(self, text: str) -> list[Group]:
        """Split the lines of a claim; most have no loops inside."""
        lines, end = text.split(self._line), self._end
        for mark in self._inner:
            if mark in text:
                split = self._before_inner.split
                return [Group(own.split(end), inner) for own, *inner in map(split, lines)]
        return [Group(line.split(end)) for line in lines]
