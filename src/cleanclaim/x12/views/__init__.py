"""Typed views: what a transaction says as plain named values instead of positions."""

from cleanclaim.x12.events import Unit
from cleanclaim.x12.views.claim_stream import claims
from cleanclaim.x12.views.claim_values import Claim
from cleanclaim.x12.views.claim_view import view_claim
from cleanclaim.x12.views.remit_stream import remits, settlements
from cleanclaim.x12.views.remit_values import Remit, Settlement
from cleanclaim.x12.views.remit_view import view_remit, view_settlement

__all__ = [
    "Claim",
    "Remit",
    "Settlement",
    "claims",
    "remits",
    "settlements",
    "view",
    "view_settlement",
]


def view(unit: Unit) -> Claim | Remit | None:
    if unit.short.startswith("837"):
        return view_claim(unit)
    return view_remit(unit)
