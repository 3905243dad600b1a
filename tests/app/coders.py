"""Coders at work: visits to code, a suggester that reads phrases, and decisions by hand."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from app.desk import SERVICE_ON, Desk, at
from cleanclaim.app.coding import decide, read_typed
from cleanclaim.app.coding_finish import finish_coding
from cleanclaim.app.documenting import document_encounter
from cleanclaim.app.enrolling import set_fee
from cleanclaim.app.suggesting import prepare_suggestions
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.coding.sheet import Action, Decided
from cleanclaim.coding.values import Query, Span, SuggestedCode, Suggestions
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership, Role, User
from cleanclaim.store.tenancy import within

NOTE = (
    "Follow-up of high blood pressure; home readings average 138/84.\n"
    "Type 2 diabetes with high blood sugars for a month.\n"
    "Pain in the knee when climbing stairs.\n"
    "Assessment: hypertension, at goal; type 2 diabetes with hyperglycemia. Plan: raise metformin."
)
PHRASES: Mapping[str, tuple[str, str, str]] = {
    "high blood pressure": ("icd10cm", "I10", "Essential (primary) hypertension"),
    "Type 2 diabetes with high blood sugars": (
        "icd10cm",
        "E11.65",
        "Type 2 diabetes mellitus with hyperglycemia",
    ),
    "right knee pain": ("icd10cm", "M25.561", "Pain in right knee"),
}
FEES = {"99212": 9_800, "99213": 15_800, "99214": 22_900, "36415": 1_800, "20610": 18_700}
_numbers = count(1)


class Phrases:
    """A suggester that knows a few phrases, and asks which knee where no side is named."""

    name = "phrases of the tests"

    def __init__(self, phrases: Mapping[str, tuple[str, str, str]] = PHRASES) -> None:
        self._phrases = phrases

    def suggest(self, note: str, *, on: date, organization: int) -> Suggestions:  # noqa: ARG002 - the protocol
        codes = []
        for phrase, (system, code, label) in self._phrases.items():
            start = note.find(phrase)
            if start >= 0:
                span = Span(start, start + len(phrase), phrase)
                codes.append(SuggestedCode(system, code, label, 0.9, (span,), "a whole term"))
        return Suggestions(tuple(codes), self._queries(note), ())

    @staticmethod
    def _queries(note: str) -> tuple[Query, ...]:
        start = note.find("the knee")
        if start < 0:
            return ()
        sides = ("right", "left", "both", "other", "unable to determine")
        span = Span(start, start + len("the knee"), "the knee")
        return (Query("knee pain", "side", "Which knee is meant?", sides, (span,)),)

    def level(
        self,
        note: str,
        *,
        setting: str,  # noqa: ARG002
        patient: str | None,  # noqa: ARG002
        minutes: int | None,  # noqa: ARG002
        on: date,  # noqa: ARG002
    ) -> dict[str, Any]:
        start = note.find("metformin")
        found = {"kind": "risk.prescription_drug", "start": start, "end": start + 9}
        return {
            "level": "99214" if start >= 0 else "unknown",
            "basis": "mdm",
            "problems": "moderate",
            "data": "minimal",
            "risk": "moderate" if start >= 0 else "minimal",
            "elements": [{**found, "text": "metformin"}] if start >= 0 else [],
            "missing": ["no time is stated"],
        }


def make_coder(organization: int, role: Role = Role.CODER) -> Actor:
    """Make a member who codes."""
    number = next(_numbers)
    user = User.objects.create_user(
        f"coder-{organization}-{number}@example.com", f"Coder {number}", "a long pass phrase"
    )
    with within(organization):
        Membership.objects.create(organization_id=organization, user=user, role=role.value)
    return Actor("person", user.name, user.pk)


def set_fees(desk: Desk, fees: Mapping[str, int] = FEES) -> None:
    """Set what the practice charges."""
    for code, cents in fees.items():
        set_fee(**desk.who, at=at(), code=code, charge_cents=cents, since=date(2026, 1, 1))


def visit(desk: Desk, note: str = NOTE, on: date = SERVICE_ON, *, ready: bool = True) -> Encounter:
    """Document a visit of a new patient, its coverage verified, its note read."""
    patient = desk.patient()
    coverage = desk.coverage(patient)
    verify_coverage(**desk.who, at=at(on), coverage=coverage.pk, service_on=on)
    found = document_encounter(
        **desk.who,
        at=at(on),
        patient=patient.pk,
        provider=desk.provider,
        location=desk.location,
        service_on=on,
        note=note,
    )
    if ready:
        prepare_suggestions(**desk.who, at=at(on), encounter=found.pk, suggester=Phrases())
    return found


def enter(desk: Desk, actor: Actor, encounter: Encounter, *codes: str) -> None:
    """Enter codes by hand."""
    for text in codes:
        typed = read_typed(text)
        decided = Decided(Action.ENTER, typed.system, typed.code, "", typed.entry)
        take(desk, actor, encounter, decided)


def take(desk: Desk, actor: Actor, encounter: Encounter, decided: Decided) -> None:
    """Take a decision."""
    decide(
        organization=desk.organization,
        actor=actor,
        at=at(),
        encounter=encounter.pk,
        decided=decided,
    )


def finish(desk: Desk, actor: Actor, encounter: Encounter) -> None:
    """Make one's coding final."""
    finish_coding(organization=desk.organization, actor=actor, at=at(), encounter=encounter.pk)


def code(desk: Desk, actor: Actor, encounter: Encounter, *codes: str) -> None:
    """Code a visit by hand and make it final."""
    enter(desk, actor, encounter, *codes)
    finish(desk, actor, encounter)
