"""Reports: the list, one with its figures, the entries behind a figure, and files to take away."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse

from cleanclaim.app.reading.explaining import explain_entry
from cleanclaim.app.reading.exports import export_journal, write_csv
from cleanclaim.app.reading.reports import REPORTS, Asked, list_figure, read_report
from cleanclaim.app.rights import Permission
from cleanclaim.ledger.aging import Since
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_choice
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("reports", name="reports", permission=Permission.LEDGER_READ)
def show_reports(request: SignedRequest) -> HttpResponse:
    """List the reports and what each of them tells."""
    return page(request, "pages/ledger/reports.html", {"reports": tuple(REPORTS.values())})


@route("reports/<slug:report>", name="report", permission=Permission.LEDGER_READ)
def show_report(request: SignedRequest, report: str) -> HttpResponse:
    """Show a report of a day, or give it as a file for a spreadsheet."""
    asked = _read_asked(request, report)
    view = read_report(request.signed.organization, report, asked)
    if "csv" in request.GET:
        answer = HttpResponse(write_csv(view), content_type="text/csv; charset=utf-8")
        told = f'attachment; filename="{report}-{asked.as_of}.csv"'
        answer.headers["Content-Disposition"] = told
        return answer
    context = {
        "view": view,
        "asked": asked,
        "query": urlencode({"as_of": asked.as_of, "since": asked.since.value}),
        "ages": not REPORTS[report].columns and report.startswith("aging"),
    }
    return page(request, "pages/ledger/report.html", context)


def _read_asked(request: SignedRequest, name: str) -> Asked:
    if name not in REPORTS:
        raise Http404
    try:
        as_of = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        as_of = request.signed.today
    since = Since(read_choice(request, "since", set(Since)) or Since.SERVICE)
    return Asked.on(as_of, since) if as_of.year > 1900 else Asked.on(request.signed.today, since)


@route("reports/<slug:report>/figure", name="report-figure", permission=Permission.LEDGER_READ)
def show_figure(request: SignedRequest, report: str) -> HttpResponse:
    """Show the entries that sum to one figure."""
    asked = _read_asked(request, report)
    row, column = request.GET.get("row", "")[:300], request.GET.get("column", "")[:40]
    parts = list_figure(request.signed.organization, report, asked, row, column)
    context = {
        "kind": REPORTS[report],
        "asked": asked,
        "column": column,
        "parts": parts,
        "cents": sum(cents for _, cents in parts),
    }
    return page(request, "pages/ledger/figure.html", context)


@route("ledger/entries/<int:entry>", name="ledger-entry", permission=Permission.LEDGER_READ)
def show_entry(request: SignedRequest, entry: int) -> HttpResponse:
    """Show why an entry is there: the segment of the file, the rule, the person."""
    found = explain_entry(request.signed.organization, entry)
    return page(request, "pages/ledger/entry.html", {"entry": found})


@route("ledger/journal", name="ledger-journal", permission=Permission.LEDGER_READ)
def take_journal(request: SignedRequest) -> HttpResponse:
    """Give the journal up to a day as text for the accountant."""
    asked = _read_asked(request, "trial-balance")
    lines = "\n".join(export_journal(request.signed.organization, asked.as_of)) + "\n"
    answer = HttpResponse(lines, content_type="text/plain; charset=utf-8")
    told = f'attachment; filename="journal-{asked.as_of}.beancount"'
    answer.headers["Content-Disposition"] = told
    return answer
