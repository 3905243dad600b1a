"""Remits as a stream straight from the text: no guide, no findings, flat memory, any size.

Text is split at what opens a loop: claim groups at LX, claims at CLP, lines at SVC; what belongs
to no claim begins with PLB.
"""

import re
from collections.abc import Iterator

from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.elements import dialect_of
from cleanclaim.x12.views.remit_reading import (
    read_payment,
    read_provider_adjustments,
    read_remit,
    read_summary,
)
from cleanclaim.x12.views.remit_values import (
    Payment,
    ProviderAdjustment,
    ProviderSummary,
    Remit,
    Settlement,
)
from cleanclaim.x12.views.transactions import Head, transactions, without_trailer

# Text of one claim cannot be longer; what is, is noise.
_CLAIM_LENGTH_MAX = 1 << 22


def remits(source: Source) -> Iterator[Remit]:
    """Give every claim payment of the source (``str``, bytes, Path or binary file) one at a time.

    Nothing is checked and nothing in the data raises: amounts and days that cannot be read are
    None, transactions that are no 835 are passed over. ``read`` and ``check`` judge.
    """
    for each in _stream(source):
        if isinstance(each, Remit):
            yield each


def settlements(source: Source) -> Iterator[Settlement]:
    """Give every payment of the source with the adjustments that belong to none of its claims."""
    for each in _stream(source):
        if isinstance(each, Settlement):
            yield each


def _stream(source: Source) -> Iterator[Remit | Settlement]:
    transaction = None
    for text, head in transactions(source, "835"):
        if head is not None:
            if transaction is not None:
                yield from transaction.finish()
            transaction = _Transaction(head)
        if transaction is not None:
            yield from transaction.take(text)
    if transaction is not None:
        yield from transaction.finish()


class _Transaction:
    """The text of the loop at hand, and what was read of the payment and the claim group."""

    def __init__(self, head: Head) -> None:
        end, mark = head.delimiters.terminator, re.escape(head.delimiters.element)
        self._guide = head.guide
        self._delimiters = head.delimiters
        self._dialect = dialect_of(head.delimiters)
        self._claim, self._service = end + "CLP", end + "SVC"
        self._bound = re.compile(f"{re.escape(end)}(LX|PLB)(?={mark})")
        self._text = ""
        self._opener = "ST"
        self._payment: Payment | None = None
        self._group = ProviderSummary()
        self._adjustments: tuple[ProviderAdjustment, ...] = ()

    def take(self, text: str) -> Iterator[Remit]:
        """Take in whole segments; read the claims that they complete."""
        text = self._text + text
        if self._bound.search(text):
            text, *bounds = self._bound.split(text)
        else:
            bounds = []
        yield from self._go_on(text)
        for opener, part in zip(bounds[::2], bounds[1::2], strict=True):
            yield from self._close()
            self._opener = opener
            yield from self._go_on(part)
        if len(self._text) > _CLAIM_LENGTH_MAX:
            self._text = ""

    def _go_on(self, text: str) -> Iterator[Remit]:
        """Read the loops that the text completes; keep the last, which may go on."""
        *whole, self._text = text.split(self._claim)
        for loop in whole:
            yield from self._read(loop)
            self._opener = "CLP"

    def finish(self) -> Iterator[Remit | Settlement]:
        """Read what the text left open; give the payment as a whole."""
        yield from self._close()
        if self._payment is None:
            self._payment = read_payment(self._guide, "", self._dialect)
        yield Settlement(self._payment, self._adjustments)

    def _close(self) -> Iterator[Remit]:
        text, self._text = without_trailer(self._text, self._delimiters), ""
        yield from self._read(text)

    def _read(self, text: str) -> Iterator[Remit]:
        """Read the loop at hand, by what opened it."""
        dialect = self._dialect
        match self._opener:
            case "CLP":
                own, *services = text.split(self._service)
                payment = self._payment or read_payment(self._guide, "", dialect)
                yield read_remit(payment, self._group, own, services, dialect)
            case "ST":
                self._payment = read_payment(self._guide, text, dialect)
            case "LX":
                self._group = read_summary(text, dialect)
            case "PLB":
                self._adjustments += read_provider_adjustments(text, dialect)
            case _:
                pass
        self._opener = ""
