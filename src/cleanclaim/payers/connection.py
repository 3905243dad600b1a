"""What every way to a payer has in common: files go out against receipts, files come in."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

import msgspec


class OutboundFile(msgspec.Struct, frozen=True):
    """A file for the payer: a name unique to the sender, and the bytes as they are sent."""

    name: str
    content: bytes


class InboundFile(msgspec.Struct, frozen=True):
    """A file from the payer: the payer's name for it, and the bytes as they arrived."""

    name: str
    content: bytes


class Receipt(msgspec.Struct, frozen=True):
    """The proof that a file was handed over: its name, digest in hexadecimal, size and moment."""

    name: str
    sha256: str
    size_bytes: int
    received_at: datetime


class PayerConnection(Protocol):
    """A way to a payer or a clearinghouse; the moment is told, never taken from a clock."""

    def send(self, files: Iterable[OutboundFile], *, at: datetime) -> tuple[Receipt, ...]:
        """Hand the files over and give a receipt for each, in the same order."""
        ...

    def receive(self, on: date) -> tuple[InboundFile, ...]:
        """Fetch what the payer has ready by the end of the day and has not handed out before."""
        ...


def receipt_for(file: OutboundFile, at: datetime) -> Receipt:
    """Write the receipt of one file."""
    digest = sha256(file.content).hexdigest()
    return Receipt(file.name, digest, len(file.content), at)
