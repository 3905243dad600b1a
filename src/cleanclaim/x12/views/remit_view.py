"""A remit as the guide tells its loops: the same value that the stream gives."""

from itertools import chain

from cleanclaim.x12.events import TransactionEnd, Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.elements import Dialect, dialect_of
from cleanclaim.x12.views.guided import around, children, dialect_of_unit, loop_text
from cleanclaim.x12.views.remit_reading import (
    read_payment,
    read_provider_adjustments,
    read_remit,
    read_summary,
)
from cleanclaim.x12.views.remit_values import Remit, Settlement


def view_remit(unit: Unit) -> Remit:
    """Read the claim payment of a unit of an 835."""
    dialect, loop = dialect_of_unit(unit), unit.loop
    payment = read_payment(unit.group.get(8), _head(around(unit, "ST"), dialect), dialect)
    summary = read_summary(loop_text(around(unit, "2000").segments, dialect), dialect)
    services = [loop_text(line.walk(), dialect) for line in loop.children("2110")]
    return read_remit(payment, summary, loop_text(loop.segments, dialect), services, dialect)


def view_settlement(end: TransactionEnd, guide: str) -> Settlement:
    """Read the end of an 835: its payment, and the adjustments that belong to no claim.

    ``guide`` is as the group stated it (GS08).
    """
    header, trailer = end.header, end.trailer
    dialect = dialect_of(header.segments[0].delimiters)
    adjustments = (
        read_provider_adjustments(loop_text((each,), dialect), dialect)
        for each in trailer.find_all("PLB")
    )
    payment = read_payment(guide, _head(header, dialect), dialect)
    return Settlement(payment, tuple(chain.from_iterable(adjustments)))


def _head(loop: Loop, dialect: Dialect) -> str:
    parties = (child.walk() for child in children(loop, ("1000",)))
    return loop_text(chain(loop.segments, *parties), dialect)
