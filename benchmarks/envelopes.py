"""Interchanges for synthetic files: transactions of claims, with every count set."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from cleanclaim.kernel.money import format_decimal

CREATED_ON = date(2026, 10, 5)
_CREATED = "20261005"
_Parts = Iterable[str]


def segment(*elements: str) -> str:
    """Write one segment, without the separators of empty elements at the end."""
    return "*".join(elements).rstrip("*") + "~"


def dollars(cents: int) -> str:
    """Write an amount."""
    return format_decimal(cents)


def written(day: date) -> str:
    """Write a day."""
    return day.strftime("%Y%m%d")


def interchange(
    guide: str,
    functional: str,
    transaction: str,
    bodies: Iterable[Callable[[], Iterator[str]]],
) -> Iterator[str]:
    """Wrap bodies, each a function that gives its segments, in ST, GS and ISA."""
    yield segment(
        *("ISA", "00", " " * 10, "00", " " * 10, "ZZ", "SENDER".ljust(15), "ZZ"),
        *("RECEIVER".ljust(15), _CREATED[2:], "1200", "^", "00501", "000000001", "0", "T", ":"),
    )
    yield segment("GS", functional, "SENDER", "RECEIVER", _CREATED, "1200", "1", "X", guide)
    count = 0
    for count, body in enumerate(bodies, 1):
        yield from _transaction(transaction, f"{count:04d}", guide, body())
    yield segment("GE", str(count), "1")
    yield segment("IEA", "1", "000000001")


def _transaction(transaction: str, control: str, guide: str, body: _Parts) -> Iterator[str]:
    """Count the segments while they go by: a part may hold several."""
    version = "" if transaction == "835" else guide
    yield segment("ST", transaction, control, version)
    count = 2
    for part in body:
        count += part.count("~")
        yield part
    yield segment("SE", str(count), control)


def shares(total: int, transactions: int) -> list[range]:
    """Split the numbers of claims evenly over the transactions that they need."""
    needed = max(1, min(transactions, total))
    edges = [total * place // needed for place in range(needed + 1)]
    return [range(start, end) for start, end in pairwise(edges)]
