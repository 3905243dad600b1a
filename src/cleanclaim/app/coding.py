"""Coding a visit: whose turn it is, one decision after another, and the sheet that they make."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import Q

from cleanclaim.app.access import access
from cleanclaim.app.entering import read_modifiers, read_procedure, read_units
from cleanclaim.app.noting import read_paper
from cleanclaim.app.suggested import latest_set
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.codes.icd10cm import bundled, undotted
from cleanclaim.codes.status import CodeStatus
from cleanclaim.coding.sheet import DIAGNOSES, Action, Decided, Entry, Sheet, replay
from cleanclaim.coding.values import SuggestedCode, Suggestions
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.coding.models import CodingDecision, CodingSession
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor

FIRST, SECOND, AUDIT = "first", "second", "audit:"
WANTED, OPEN, FINAL = "wanted", "open", "final"
_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{0,4})?")
_SERVICE = re.compile(
    r"([0-9A-Z]{5})(?:[- ]+([0-9A-Z]{2}(?:[, -]+[0-9A-Z]{2}){0,3}))?(?: *\* *(\S+))?"
)


class CodingRefusedError(CleanclaimError):
    """A decision that cannot be taken; the message says why and what to do."""

    code = "coding.refused"


class Typed(msgspec.Struct, frozen=True):
    """A code as a coder types it: "E11.65", "99213-25", "97110-GP *2"."""

    system: str
    code: str
    entry: Entry = Entry()


def read_typed(text: str, services: Collection[str] = ()) -> Typed:
    """Read a typed code; CodingRefusedError where it is none.

    Without its dot a diagnosis can look like a service (G0439 and G04.39): it is one of
    ``services`` (what the practice has fees for) first, then a diagnosis.
    """
    plain = " ".join(text.upper().split())
    service = _SERVICE.fullmatch(plain)
    is_service = service is not None and any(c.isdecimal() for c in service[1][1:])
    if service and is_service and (service[1] in services or not _is_diagnosis(plain)):
        return _typed_service(*service.groups())
    if _DIAGNOSIS.fullmatch(plain):
        return Typed(DIAGNOSES, undotted(plain))
    msg = "type a code: a diagnosis (E11.65), or a service with modifiers and units (97110-GP *2)"
    raise CodingRefusedError(msg)


def _is_diagnosis(plain: str) -> bool:
    """Tell a diagnosis: by its dot, or as a code of the set."""
    if not _DIAGNOSIS.fullmatch(plain):
        return False
    status = bundled().status_in_release(undotted(plain))
    return "." in plain or status in {CodeStatus.VALID, CodeStatus.HEADER}


def _typed_service(code: str, modifiers: str | None, units: str | None) -> Typed:
    place = "the service"
    entry = Entry(
        read_modifiers((modifiers or "").replace("-", " "), place),
        read_units(units, place) if units else Decimal(1),
    )
    return Typed("hcpcs" if code[0].isalpha() else "cpt", read_procedure(code, place), entry)


def sessions_of(organization: int, encounter: int) -> list[CodingSession]:
    """Give the codings of a visit, the first one first."""
    rows = CodingSession.objects.of(organization).filter(encounter_id=encounter)
    return list(rows.select_related("coder").order_by("pk"))


def my_session(organization: int, encounter: int, user: int) -> CodingSession | None:
    """Give one's own coding of a visit, an open one before a final one."""
    mine = [row for row in sessions_of(organization, encounter) if row.coder_id == user]
    return next((row for row in mine if row.state == OPEN), mine[-1] if mine else None)


def log_of(session: CodingSession) -> list[Decided]:
    """Read a coding's log in its order."""
    rows = CodingDecision.objects.of(session.organization_id).filter(session=session)
    return [
        Decided(
            Action(row.action),
            row.system,
            row.code,
            row.replaced,
            msgspec.convert(row.content, Entry, strict=False),
        )
        for row in rows.order_by("number")
    ]


def sheet_of(session: CodingSession) -> Sheet:
    """Give what a coding says, replayed from its log."""
    return replay(log_of(session))


def decide(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    encounter: int,
    decided: Decided,
) -> Sheet:
    """Take one decision in one's own coding of a visit, and give the sheet after it.

    The first decision takes the turn: the visit's first coding, or one that is wanted (a
    second or an audit's) by somebody who has not coded it. Raises CodingRefusedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization, related=("location",))
        session = take_turn(work, visit)
        before = sheet_of(session)
        _refuse_unfit(visit, before, decided)
        paper = read_paper(organization, encounter)
        shown = latest_set(visit, "codes", paper)
        number = CodingDecision.objects.of(organization).filter(session=session).count() + 1
        CodingDecision.objects.create(
            organization_id=organization,
            session=session,
            number=number,
            action=decided.action.value,
            system=decided.system,
            code=decided.code,
            replaced=decided.replaced,
            suggestion=_shown(shown.content if shown else None, decided),
            content=msgspec.to_builtins(decided.entry, str_keys=True),
            decided_at=at,
        )
        work.tell(
            "code.decided",
            ("coding", session.pk),
            patient=visit.patient_id,
            decision=decided.action.value,
            code=decided.code,
        )
        return sheet_of(session)


def take_turn(work: UnitOfWork, visit: Encounter) -> CodingSession:
    """Give one's open coding of a visit, or take the one that is free to be taken."""
    user = work.actor.user
    if user is None:
        msg = "codes are decided by a person"
        raise CodingRefusedError(msg)
    # Two who begin at one moment: the second waits here and sees the first's turn.
    Encounter.objects.of(work.organization).select_for_update().get(pk=visit.pk)
    rows = sessions_of(work.organization, visit.pk)
    mine = [row for row in rows if row.coder_id == user]
    ready = next((row for row in mine if row.state == OPEN), None)
    if ready is not None:
        return ready
    if mine:
        msg = "your coding of this visit is final"
        raise CodingRefusedError(msg)
    return _taken(work, visit, rows, user)


def _taken(
    work: UnitOfWork, visit: Encounter, rows: list[CodingSession], user: int
) -> CodingSession:
    paper = read_paper(work.organization, visit.pk)
    if not paper.text:
        msg = "no signed note of the visit is at hand: nothing can be coded from it"
        raise CodingRefusedError(msg)
    session = next((row for row in rows if row.state == WANTED), None)
    # The first turn goes before one that is wanted beside it.
    if not any(row.turn == FIRST for row in rows):
        if visit.status != "documented":
            msg = "the visit was coded elsewhere"
            raise CodingRefusedError(msg)
        session = CodingSession(organization_id=work.organization, encounter=visit, turn=FIRST)
    if session is None:
        msg = "somebody else codes this visit"
        raise CodingRefusedError(msg)
    session.coder_id, session.state = user, OPEN
    session.sha256, session.opened_at = paper.sha256, work.at
    session.save()
    work.tell("coding.begun", ("coding", session.pk), patient=visit.patient_id, turn=session.turn)
    return session


def want_second(*, organization: int, actor: Actor, at: datetime, encounter: int) -> CodingSession:
    """Have a visit coded by two people who do not see each other's codes; once is enough."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization)
        if visit.status != "documented":
            msg = "the visit is coded and billed already: audit it instead"
            raise CodingRefusedError(msg)
        session, created = CodingSession.objects.get_or_create(
            organization_id=organization,
            encounter=visit,
            turn=SECOND,
            defaults={"state": WANTED, "opened_at": at, "sha256": ""},
        )
        if created:
            work.tell(
                "coding.wanted", ("coding", session.pk), patient=visit.patient_id, turn=SECOND
            )
    return session


def _refuse_unfit(visit: Encounter, sheet: Sheet, decided: Decided) -> None:
    """Refuse what the sheet or the day of service does not allow."""
    adds = decided.action in {Action.ACCEPT, Action.REPLACE, Action.ENTER}
    if adds and decided.code in sheet.codes:
        msg = f"{decided.code} is on the sheet already"
        raise CodingRefusedError(msg)
    if adds and decided.system == DIAGNOSES:
        status = bundled().status(decided.code, visit.service_on)
        if status in {CodeStatus.HEADER, CodeStatus.INVALID}:
            msg = f"{decided.code} is not billable on the day of service"
            raise CodingRefusedError(msg)
    if not adds and decided.action is not Action.REJECT and decided.code not in sheet.codes:
        msg = f"{decided.code} is not on the sheet"
        raise CodingRefusedError(msg)


def _shown(content: Mapping[str, Any] | None, decided: Decided) -> dict[str, Any]:
    """Give the suggestion that a decision answers, as it was shown; {} where there was none."""
    asked = decided.replaced or decided.code
    for rank, each in enumerate(read_suggestions(content).codes, 1):
        if undotted(each.code) == asked:
            return {**msgspec.to_builtins(each), "rank": rank}
    return {}


def read_suggestions(content: object) -> Suggestions:
    """Read a kept set's content; nothing is no suggestions."""
    return msgspec.convert(content, Suggestions) if content else Suggestions((), (), ())


def find_suggestion(content: object, code: str) -> SuggestedCode | None:
    """Give the suggestion of a code in a kept set."""
    told = read_suggestions(content)
    every = (*told.codes, *told.abstained)
    return next((each for each in every if undotted(each.code) == code), None)


def free_turns(organization: int, user: int) -> Q:
    """Give the condition of wanted codings that a person may take: not of visits they coded."""
    mine = CodingSession.objects.of(organization).filter(coder_id=user).values("encounter_id")
    return Q(state=WANTED) & ~Q(encounter__in=mine)
