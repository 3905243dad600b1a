"""Reports and the journal as files: columns that a spreadsheet sums to the screen's totals."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from cleanclaim.app.reading.reports import ReportView, booked_transfers
from cleanclaim.ledger.journal import write_journal
from cleanclaim.store.organizations.models import Organization

# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(text: str) -> str:
    """Write a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def decimal_dollars(cents: int) -> str:
    """Write cents as a plain number of dollars: 1234.50, -3.00."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def write_csv(view: ReportView) -> str:
    """Write a report's rows without a line of totals, so that a column sums to its total."""
    text = io.StringIO()
    writer = csv.writer(text)
    head = [view.row, *view.columns]
    writer.writerow([*head, "total"] if view.summed else head)
    for row in view.rows:
        cents = [*row.cents, sum(row.cents)] if view.summed else row.cents
        writer.writerow([plain_cell(row.label), *map(decimal_dollars, cents)])
    return text.getvalue()


def export_journal(organization: int, until: date) -> Iterator[str]:
    """Write the practice's journal up to a business day, line by line."""
    title = Organization.objects.get(pk=organization).name
    return write_journal(booked_transfers(organization, until), until=until, title=title)
