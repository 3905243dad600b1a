"""Documentation queries and unsigned notes as screens need them."""

from cleanclaim.store.coding.models import DocumentationQuery, NoteDraft

ROWS_MAX = 200
_ORDER = ("asked", "answered", "closed", "withdrawn")


def list_queries(organization: int) -> list[DocumentationQuery]:
    """Give queries, those that wait before those that are done."""
    rows = DocumentationQuery.objects.of(organization).select_related("encounter")
    latest = list(rows.order_by("-pk")[:ROWS_MAX])
    return sorted(latest, key=lambda row: _ORDER.index(row.state))


def list_drafts(organization: int) -> list[NoteDraft]:
    """Give notes that nobody has signed yet, the oldest first."""
    rows = NoteDraft.objects.of(organization).filter(note=None).select_related("encounter")
    return list(rows.order_by("pk")[:ROWS_MAX])
