"""X12: read, check, write and acknowledge the texts that practices and payers exchange."""

from importlib import import_module
from typing import TYPE_CHECKING

from cleanclaim.x12.acknowledge import acknowledge, acknowledgements
from cleanclaim.x12.catalogue import GUIDES, trying
from cleanclaim.x12.claim_acknowledgement import (
    Batch,
    ClaimStatus,
    Named,
    claim_acknowledgement,
)
from cleanclaim.x12.events import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    LooseFindings,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.gathering import Report
from cleanclaim.x12.grammar import Guide, guide_from_text
from cleanclaim.x12.placement import Placed, Spot, placed
from cleanclaim.x12.reader import read
from cleanclaim.x12.report import check
from cleanclaim.x12.segments import Delimiters, Loop, Segment, loop, segment
from cleanclaim.x12.tokens import Source, copy, tokenize
from cleanclaim.x12.views import claims, remits, settlements, view, view_settlement
from cleanclaim.x12.writer import Envelope, UnwritableError, free_delimiters, write, write_file

if TYPE_CHECKING:
    from cleanclaim.x12.json_reading import from_json
    from cleanclaim.x12.json_stream import UnusableJsonError
    from cleanclaim.x12.json_writing import to_json
    from cleanclaim.x12.schema import json_schema

__all__ = [
    "GUIDES",
    "Batch",
    "ClaimStatus",
    "Delimiters",
    "Envelope",
    "Event",
    "GroupEnd",
    "GroupStart",
    "Guide",
    "InterchangeEnd",
    "InterchangeStart",
    "Loop",
    "LooseFindings",
    "Named",
    "Placed",
    "Report",
    "Segment",
    "Source",
    "Spot",
    "TransactionEnd",
    "TransactionStart",
    "Unit",
    "UnusableJsonError",
    "UnwritableError",
    "X12Finding",
    "acknowledge",
    "acknowledgements",
    "check",
    "claim_acknowledgement",
    "claims",
    "copy",
    "free_delimiters",
    "from_json",
    "guide_from_text",
    "json_schema",
    "loop",
    "placed",
    "read",
    "remits",
    "segment",
    "settlements",
    "to_json",
    "tokenize",
    "trying",
    "view",
    "view_settlement",
    "write",
    "write_file",
]

# Imported when first asked for: a check needs none of them and starts the faster for it.
_LATER = {
    "UnusableJsonError": "json_stream",
    "from_json": "json_reading",
    "json_schema": "schema",
    "to_json": "json_writing",
}


def __getattr__(name: str) -> object:
    """Give what is imported late."""
    if name not in _LATER:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
