"""Suggestions that are kept: the last set that was made of a visit's very texts."""

from cleanclaim.app.noting import Paper
from cleanclaim.store.coding.models import SuggestionSet
from cleanclaim.store.encounters.models import Encounter


def latest_set(visit: Encounter, kind: str, paper: Paper) -> SuggestionSet | None:
    """Give the last set that was made of these very texts."""
    rows = SuggestionSet.objects.of(visit.organization_id).filter(
        encounter=visit, kind=kind, sha256=paper.sha256
    )
    return rows.order_by("-pk").first()
