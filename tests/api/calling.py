"""A program that calls the API, and one record of each kind for it to ask after."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from app.desk import ACTOR, VISIT, Desk, at, era
from cleanclaim.app.rights import Permission
from cleanclaim.app.tokening import TokenTerms, create_token
from cleanclaim.store.encounters.models import Note
from cleanclaim.store.organizations.models import Role
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within

if TYPE_CHECKING:
    from cleanclaim.api.declaring import Operation

X12 = "application/edi-x12"
ROOT = "/api/v1"
PATIENT = {
    "last_name": "Quillon",
    "first_name": "Ada",
    "birth_on": "1990-01-01",
    "sex": "F",
    "address": {"line": "4 Hill Street", "city": "Riverbend"},
}


def make_token(
    organization: int, role: Role = Role.OWNER, permissions: frozenset[Permission] = frozenset()
) -> str:
    """Make a token and give its text."""
    terms = TokenTerms("a program", 30, role=role, permissions=permissions)
    return create_token(organization=organization, actor=ACTOR, at=at(), terms=terms)[1]


class Program:
    """Calls with one token, as the framework's own test client does."""

    def __init__(self, token: str) -> None:
        self.client: Any = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
        self.own = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401 - the client's response
        """Read; ``headers`` as WSGI names them."""
        return self.client.get(ROOT + path, **{**self.own, **headers})

    def post(
        self, path: str, body: object = b"", *, key: str | None = None, media: str = ""
    ) -> Any:  # noqa: ANN401 - the client's response
        """Post JSON, or bytes as X12, under a key; an empty one is left out."""
        raw = isinstance(body, bytes)
        named = str(uuid4()) if key is None else key
        return self.client.post(
            ROOT + path,
            data=body if raw else json.dumps(body),
            content_type=media or (X12 if raw else "application/json"),
            **self.own,
            **({"HTTP_IDEMPOTENCY_KEY": named} if named else {}),
        )

    def call(self, method: str, path: str, body: object = b"") -> Any:  # noqa: ANN401
        """Get or post."""
        return self.get(path) if method == "GET" else self.post(path, body)


def problem(answer: HttpResponse) -> Mapping[str, Any]:
    """Read the problem of a refusal, having proved that it is one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:200]
    told: Mapping[str, Any] = json.loads(answer.content)
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:cleanclaim:problem:{told['code']}"
    assert told["title"]
    return told


def records(desk: Desk) -> dict[str, int]:
    """Make one record of each kind that an operation names."""
    patient = desk.patient()
    claim = desk.submitted(patient, VISIT)
    denied = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    remit = desk.posted(era(denied, paid="0")).remit
    encounter = claim.encounter_id
    assert remit is not None
    with within(desk.organization):
        assert Denial.objects.of(desk.organization).exists()
        task = Task.objects.of(desk.organization).latest("pk").pk
        note = Note.objects.of(desk.organization).latest("pk").pk
    return {
        "patient": patient.pk,
        "claim": claim.pk,
        "remit": remit,
        "task": task,
        "coverage": desk.coverage(patient).pk,
        "encounter": int(encounter or 0),
        "payer": desk.payers[0].pk,
        "note": note,
    }


def bodies(ids: Mapping[str, int]) -> dict[str, object]:
    """Give a body that each operation understands, by the operation's name."""
    return {
        "register": PATIENT,
        "search-patients": {"words": "wav"},
        "cover-patient": {"payer": ids["payer"], "member_id": "M9", "starts_on": "2026-01-01"},
        "verify": {"service_on": "2026-04-10"},
        "correct": {"reason": "a better code", "diagnoses": ["I10"]},
        "submit": {"payer": ids["payer"]},
        "complete-task": {"outcome": "done"},
        "price-service": {"code": "99213", "on": "2026-04-10", "locality": "10112-00"},
        "scrub-one-claim": {},
    }


def operations() -> "Sequence[Operation]":
    """Give every declared operation."""
    from cleanclaim.api import urls
    from cleanclaim.api.declaring import OPERATIONS

    assert urls.urlpatterns
    return OPERATIONS
