"""The audit trail: events newest first, and whether the chain is whole."""

from pathlib import Path

from cleanclaim.app.reading.histories import Happening, tell
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.store.events.chain import ChainReport, verify_chain
from cleanclaim.store.events.models import Event
from cleanclaim.store.places import data_folder


def list_events(organization: int, family: str = "", after: int | None = None) -> Sheet[Happening]:
    """Give events, newest first; ``family`` is the part of the action before its dot."""
    known = Event.objects.of(organization)
    rows = known.filter(action__startswith=f"{family}.") if family else known
    cut, following = cut_sheet(rows, known, ("-sequence",), after)
    return Sheet(tuple(tell(event) for event in cut), following)


def verify(organization: int, anchors: Path | None = None) -> ChainReport:
    """Recompute the organization's chain against its anchors."""
    return verify_chain(organization, anchors or data_folder() / "anchors.jsonl")
