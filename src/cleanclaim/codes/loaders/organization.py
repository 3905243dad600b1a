"""The user's own lists: payers, and how long and how often they take what, as csv with a header."""

from collections.abc import Iterable, Iterator, Sequence

from cleanclaim.codes.frequencies import Period
from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.formats import Draft, reads_rows
from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet
from cleanclaim.codes.tables.organization import PAYERS, SERVICE_LIMITS, TIMELY_FILING

_KEY = r"[A-Z0-9.-]{1,10}"


@reads_rows(
    {"payer": "payeridentifier", "days": "filingdays", "source": "source"},
    {"starts": "startson", "ends": "endson"},
)
def timely_filing(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read payer_identifier, filing_days, starts_on, ends_on, source."""
    fields = ("payer", "days", "starts", "ends", "source")
    rows = (tuple(row) for row in records(sheet, header, *fields, key=_KEY))
    yield Draft(TIMELY_FILING, TIMELY_FILING.title, (told.effective, None), rows)


@reads_rows({"payer": "payeridentifier", "name": "payername"}, {"kind": "payerkind"})
def payers(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read payer_identifier, payer_name, payer_kind."""
    rows = (tuple(row) for row in records(sheet, header, "payer", "name", "kind", key=_KEY))
    yield Draft(PAYERS, PAYERS.title, (told.effective, None), rows)


@reads_rows(
    {
        "payer": "payeridentifier",
        "codes": "codes",
        "count": "unitstaken",
        "period": "period",
        "source": "source",
    },
    {"also": "alsocounted", "months": "fullmonths", "starts": "startson", "ends": "endson"},
)
def service_limits(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read payer_identifier, codes, units_taken, period, source, and what a limit may tell more.

    That is also_counted, full_months, starts_on, ends_on.
    """
    fields = ("payer", "codes", "also", "count", "period", "months", "starts", "ends", "source")
    rows = _limits(records(sheet, header, *fields, key=_KEY))
    yield Draft(SERVICE_LIMITS, SERVICE_LIMITS.title, (told.effective, None), rows)


def _limits(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Pass rows on whose period is one; RefusedError for another, as nothing could count in it."""
    known = {period.value for period in Period}
    for row in rows:
        period, months = row[4].strip().lower(), row[5].strip()
        if period not in known or (period == Period.FULL_MONTHS) is not months.isdigit():
            msg = f"a limit of {row[0]} has no period: {', '.join(sorted(known))}"
            raise RefusedError(msg)
        yield (*row[:4], period, *row[5:])
