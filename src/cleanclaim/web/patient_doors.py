"""The patient's door, which the link on a statement opens."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from cleanclaim.app.inviting import PATIENT, Visitor, find_visitor
from cleanclaim.web.link_doors import LinkDoor

DOOR = LinkDoor("cleanclaim_portal", "/portal", "/portal/closed", "visitor", find_visitor)


class PatientRequest(HttpRequest):
    """A request of a patient: who they are, and the practice's moment."""

    visitor: Visitor
    at: datetime


def acting_patient(request: PatientRequest) -> dict[str, Any]:
    """Give what every use case is told: for whom, by whom, when."""
    return {"organization": request.visitor.organization, "actor": PATIENT, "at": request.at}
