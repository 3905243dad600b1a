"""One record of each kind that coding keeps, for tests of who may open what."""

from collections.abc import Iterator
from typing import Any

from app.coders import NOTE, code, make_coder, set_fees, visit
from app.desk import SERVICE_ON, Desk, at
from cleanclaim.app.coding_audit import AuditOrder, open_audit
from cleanclaim.app.coding_finish import rule_difference
from cleanclaim.app.lessons import make_lesson
from cleanclaim.app.noting import receive_note
from cleanclaim.app.querying import ask_query, locate
from cleanclaim.coding.values import Query
from cleanclaim.store.coding.models import CodingDifference
from cleanclaim.store.organizations.models import Role
from cleanclaim.store.tenancy import within


def coding_records(desk: Desk) -> Iterator[tuple[str, int]]:
    """Code a visit and audit it; give the kind and key of a record of each kind."""
    set_fees(desk)
    encounter, auditor = visit(desk), make_coder(desk.organization, Role.AUDITOR)
    told: dict[str, Any] = {"organization": desk.organization, "actor": auditor, "at": at()}
    code(desk, make_coder(desk.organization), encounter, "I10", "99214")
    audit = open_audit(**told, order=AuditOrder("random", SERVICE_ON, SERVICE_ON, size=1))
    code(desk, auditor, encounter, "I10", "99213")
    with within(desk.organization):
        difference = CodingDifference.objects.of(desk.organization).earliest("pk")
    rule_difference(**told, difference=difference.pk, ruling="other", reason="one problem")
    span = locate(NOTE, "Pain in the knee")
    query = Query("pain", "cause", "What is the pain due to?", (), (span,))
    words: dict[str, Any] = {"text": "Not signed.", "author": "Rowan Ames", "signed_at": None}
    yield "encounter", encounter.pk
    yield "audit", audit.pk
    yield "difference", difference.pk
    yield "lesson", make_lesson(**told, difference=difference.pk).pk
    yield "query", ask_query(**told, encounter=encounter.pk, query=query).pk
    yield "draft", receive_note(**told, encounter=encounter.pk, **words).pk
