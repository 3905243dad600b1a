"""What an organization knows of its payers: identifiers and how long they take claims."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Ends, Number, Starts, Whole, Words
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind, Licence

Payer = Annotated[str, Code(10)]


class PayerEntry(msgspec.Struct, frozen=True):
    """A payer by its identifier."""

    payer: Payer
    name: Words
    kind: Words


class TimelyFiling(msgspec.Struct, frozen=True):
    """How many days after the service a payer takes a claim, and where that is written."""

    payer: Payer
    days: Whole
    starts_on: Starts
    ends_on: Ends
    source: Words


class ServiceLimit(msgspec.Struct, frozen=True):
    """How many units of some codes a payer takes of one patient in a period.

    ``codes`` are written with blanks between them: codes, beginnings (J*), ranges; ``also`` those
    that count too. ``period`` is one of ``codes.frequencies``; ``months`` are for full months.
    """

    payer: Payer
    codes: Words
    also: Words
    count: Whole
    period: Words
    months: Annotated[int | None, Number()]
    starts_on: Starts
    ends_on: Ends
    source: Words


PAYERS = Kind(
    "payers",
    PayerEntry,
    title="Payers",
    key=("payer",),
    bounds=Bounds(1, 20_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.OWN,
    edits=("payers",),
)
TIMELY_FILING = Kind(
    "timely_filing",
    TimelyFiling,
    title="Timely filing",
    key=("payer",),
    bounds=Bounds(1, 20_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.OWN,
    starts="starts_on",
    ends="ends_on",
    edits=("timely",),
)
SERVICE_LIMITS = Kind(
    "service_limits",
    ServiceLimit,
    title="How often payers take a service",
    key=("payer",),
    bounds=Bounds(1, 100_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.OWN,
    starts="starts_on",
    ends="ends_on",
    edits=("frequency_limits",),
)
