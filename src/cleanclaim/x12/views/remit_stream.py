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
    for found, _ in _stream(source):
        yield from found


def settlements(source: Source) -> Iterator[Settlement]:
    """Give every payment of the source with the adjustments that belong to none of its claims."""
    for _, settlement in _stream(source):
        if settlement is not None:
            yield settlement


def _stream(source: Source) -> Iterator[tuple[list[Remit], Settlement | None]]:
    """Give the remits that each block completes, and the payment where the block ends one."""
    transaction = None
    for text, head in transactions(source, "835"):
        if head is not None:
            if transaction is not None:
                yield transaction.finish()
            transaction = _Transaction(head)
        if transaction is not None:
            yield transaction.take(text), None
    if transaction is not None:
        yield transaction.finish()


class _Transaction:
    """The text of the loop at hand, and what was read of the payment and the claim group."""

    def __init__(self, head: Head) -> None:
        end, mark = head.delimiters.terminator, re.escape(head.delimiters.element)
        self._guide = head.guide
        self._delimiters = head.delimiters
        self._dialect = dialect_of(head.delimiters)
        self._claim, self._service = end + "CLP", end + "SVC"
        self._bound = re.compile(f"{re.escape(end)}(LX|PLB)(?={mark})")
        self._bounds = tuple(end + each + head.delimiters.element for each in ("LX", "PLB"))
        self._text = ""
        self._opener = "ST"
        self._payment: Payment | None = None
        self._group = ProviderSummary()
        self._adjustments: tuple[ProviderAdjustment, ...] = ()

    def take(self, text: str) -> list[Remit]:
        """Take in whole segments; read the claims that they complete."""
        text = self._text + text
        bounds: list[str] = []
        # Few blocks have one, and to look for each costs less than to look for either.
        if self._bounds[0] in text or self._bounds[1] in text:
            text, *bounds = self._bound.split(text)
        found = self._go_on(text)
        for opener, part in zip(bounds[::2], bounds[1::2], strict=True):
            found += self._close()
            self._opener = opener
            found += self._go_on(part)
        if len(self._text) > _CLAIM_LENGTH_MAX:
            self._text = ""
        return found

    def _go_on(self, text: str) -> list[Remit]:
        """Read the loops that the text completes; keep the last, which may go on."""
        *whole, self._text = text.split(self._claim)
        if not whole:
            return []
        found = self._read(whole[0])
        self._opener = "CLP"
        return found + self._read_claims(whole[1:])

    def finish(self) -> tuple[list[Remit], Settlement]:
        """Read what the text left open; give the payment as a whole."""
        found = self._close()
        return found, Settlement(self._known_payment(), self._adjustments)

    def _close(self) -> list[Remit]:
        text, self._text = without_trailer(self._text, self._delimiters), ""
        found = self._read(text)
        self._opener = ""
        return found

    def _read(self, text: str) -> list[Remit]:
        """Read the loop at hand, by what opened it."""
        match self._opener:
            case "CLP":
                return self._read_claims([text])
            case "ST":
                self._payment = read_payment(self._guide, text, self._dialect)
            case "LX":
                self._group = read_summary(text, self._dialect)
            case "PLB":
                self._adjustments += read_provider_adjustments(text, self._dialect)
            case _:
                pass
        return []

    def _read_claims(self, texts: list[str]) -> list[Remit]:
        payment, group, dialect = self._known_payment(), self._group, self._dialect
        loops = [text.split(self._service) for text in texts]
        return [read_remit(payment, group, own, services, dialect) for own, *services in loops]

    def _known_payment(self) -> Payment:
        return self._payment or read_payment(self._guide, "", self._dialect)
