"""The demo's two tables: what the half year came to, and the stories to look up."""

from collections.abc import Iterator, Mapping

from rich.table import Table

from cleanclaim.demo.figures import Figures
from cleanclaim.demo.half_year import HalfYear
from cleanclaim.demo.plan import STORY_NAMES, Story
from cleanclaim.kernel.money import format_dollars

# What happened, and the page of the web app on which to look.
STORIES: Mapping[Story, tuple[str, str]] = {
    Story.PENDING_PROVIDER: (
        "held until the new doctor's enrollment came, then paid",
        "the patient's account, claim history",
    ),
    Story.LAPSED_COVERAGE: (
        "held since the coverage had lapsed; billed to the new card",
        "the patient's account, coverages and claim history",
    ),
    Story.DENIED_CORRECTED: (
        "denied for a missing modifier, corrected, paid",
        "Denials, then the claim and the one that replaces it",
    ),
    Story.TWO_PAYERS: (
        "Medicare paid, then the supplement paid what Medicare left",
        "the patient's account, both claims",
    ),
    Story.RECOUPED: (
        "paid, then the payer took a part back out of a later payment",
        "Remittances, the ones of this patient's claim",
    ),
    Story.TWO_PAYMENTS: (
        "the patient paid their share in two parts",
        "the patient's account, ledger",
    ),
    Story.REJECTED: (
        "the payer did not know the member number; mended and sent again",
        "the patient's account, claim history",
    ),
    Story.IN_SUSPENSE: (
        "the payer paid a claim of older software: the money waits in suspense",
        "Today, the task about money in suspense",
    ),
    Story.HELD_BY_EDITS: (
        "a visit and a procedure of one day, too many units: edits ask for a coder",
        "Held, then the claim: mend its findings one by one",
    ),
}


def figure_table(figures: Figures) -> Table:
    """Make the table of the figures, money in dollars."""
    table = Table(title="Half a year of a synthetic practice", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in _rows(figures):
        table.add_row(name, value)
    return table


def _rows(figures: Figures) -> Iterator[tuple[str, str]]:
    for field in figures.__struct_fields__:
        value = getattr(figures, field)
        if isinstance(value, int):
            name = field.removesuffix("_cents").replace("_", " ")
            yield name, format_dollars(value) if field.endswith("_cents") else f"{value:,}"
    ledger, audit = figures.ledger, figures.audit
    yield "ledger debits", format_dollars(ledger.debits_cents)
    yield "ledger credits", format_dollars(ledger.credits_cents)
    yield "ledger balanced", "yes" if ledger.balanced else "NO"
    yield "audit events", f"{audit.events:,}"
    yield "audit chain verified", "yes" if audit.verified else "NO"


def story_table(life: HalfYear) -> Table:
    """Make the table of the stories that are in the web app."""
    table = Table(title="Stories to look up", title_justify="left")
    for heading in ("patient", "what happened", "where to look"):
        table.add_column(heading)
    for story in Story:
        patient = life.stories.patient(story)
        happened, where = STORIES[story]
        table.add_row(STORY_NAMES[story], happened, f"{where} (/patients/{patient})")
    return table
