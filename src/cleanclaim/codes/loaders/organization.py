"""The user's own lists: payers and their limits for filing, as csv with a header."""

from collections.abc import Iterable

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.formats import Draft, reads_rows
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables.organization import PAYERS, TIMELY_FILING

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
