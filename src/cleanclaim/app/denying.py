"""Working denials: a case is opened for each, planned, noted, and its clock is set right."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from django.db.models import F

from cleanclaim.app.access import access
from cleanclaim.app.denial_terms import terms_of
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.model import Procedure
from cleanclaim.denials.causes import Cause
from cleanclaim.denials.classify import Denial as DenialValue
from cleanclaim.denials.next_step import OWNERS, Action
from cleanclaim.denials.terms import Due, due_at
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.remits.model import RemitLine
from cleanclaim.store.claims.models import ClaimVersion
from cleanclaim.store.denials.models import CaseNote, DenialCase
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import Denial

OPEN_STAGES = ("open", "planned", "drafted")
_CASE = ("denial", "claim", "claim__patient", "payer")


class SettledCaseError(CleanclaimError):
    """The denial is no open work any more."""

    code = "denial.settled"

    def __init__(self, status: str) -> None:
        super().__init__(f"the denial is {status.replace('_', ' ')}; there is nothing to work")


class NothingToUndoError(CleanclaimError):
    """Nothing was done with the case that could lawfully be undone."""

    code = "denial.nothing_to_undo"

    def __init__(self) -> None:
        super().__init__("there is nothing here that can be undone; what was sent stays sent")


class EmptyNoteError(CleanclaimError):
    """A note says something."""

    code = "denial.empty_note"

    def __init__(self) -> None:
        super().__init__("write a word into the note")


def access_case(case: int, *, organization: int, lock: bool = False) -> DenialCase:
    """Fetch a case with its denial, claim and payer; ``lock`` keeps others off it."""
    if lock:
        DenialCase.objects.of(organization).select_for_update().filter(pk=case).first()
    return access(DenialCase, case, organization=organization, related=_CASE)


def open_case_for_work(work: UnitOfWork, case: int) -> DenialCase:
    """Fetch a case for work; SettledCaseError where its denial is none any more."""
    found = access_case(case, organization=work.organization, lock=True)
    if found.denial.status != "open":
        raise SettledCaseError(found.denial.status)
    return found


class Opened(msgspec.Struct, frozen=True):
    """A new denial that is kept, what was told of it, and the line that leads (None: the claim)."""

    denial: Denial
    told: DenialValue
    line: RemitLine | None


def open_cases(work: UnitOfWork, opened: Sequence[Opened], due: Due, received_on: date) -> None:
    """Open the case of each new denial of one payer: cause, owner, plan, the clock from receipt.

    An unknown combination has no plan but to be reviewed by a person.
    """
    billed = _billed(work.organization, {each.denial.claim_id for each in opened})
    cases = [
        DenialCase(
            organization_id=work.organization,
            denial=each.denial,
            claim=each.denial.claim,
            payer=each.denial.claim.payer,
            received_on=received_on,
            opened_at=work.at,
            **_told_fields(each.told),
            **_line_facts(billed[each.denial.claim_id], each.line),
            **_due_fields(due),
        )
        for each in opened
    ]
    for case in DenialCase.objects.bulk_create(cases):
        _tell(work, "denial.opened", case, cause=case.cause, cents=case.denial.cents)


def _told_fields(told: DenialValue) -> dict[str, object]:
    """Give what the rows of reasons say of a refusal."""
    return {
        "group": told.group,
        "reason": told.reason,
        "remarks": list(told.remarks),
        "label": told.label[:80],
        "cause": told.cause.value,
        "team": OWNERS[told.cause].value,
        "rule": told.rule.name[:20] if told.is_known else "",
        "rule_source": told.rule.source[:200],
        "rule_confidence": told.rule.confidence.value,
        "is_appealable": told.rule.is_appealable,
        "work": told.work.value,
        "plan": "",
        "stage": "open",
    }


class _BilledLine(msgspec.Struct, frozen=True):
    procedure: Procedure


class _Billed(msgspec.Struct, frozen=True):
    """As much of a claim's content as a case tells of it."""

    place_of_service: str = ""
    lines: tuple[_BilledLine, ...] = ()


def _billed(organization: int, claims: Iterable[int]) -> dict[int, _Billed]:
    rows = ClaimVersion.objects.of(organization).filter(
        claim__any_of=list(claims), number=F("claim__version_number")
    )
    told = rows.values_list("claim_id", "content")
    return {claim: msgspec.convert(content, _Billed, strict=False) for claim, content in told}


def _line_facts(claim: _Billed, line: RemitLine | None) -> dict[str, str]:
    """Give code, modifiers and place of what was refused, as we billed it.

    A refusal of the claim as a whole is of its only line, where it has only one.
    """
    facts = {"place": claim.place_of_service[:2], "code": "", "modifiers": ""}
    if line is not None:
        procedure = line.submitted_procedure or line.procedure
    elif len(claim.lines) == 1:
        procedure = claim.lines[0].procedure
    else:
        return facts
    modifiers = " ".join(procedure.modifiers)
    return {**facts, "code": procedure.code[:11], "modifiers": modifiers[:20]}


def _due_fields(due: Due) -> dict[str, object]:
    return {
        "appeal_level": due.level,
        "due_on": due.on,
        "due_name": due.name[:60],
        "due_source": due.source[:200],
        "due_confidence": due.confidence.value,
    }


def _tell(work: UnitOfWork, action: str, case: DenialCase, **detail: object) -> None:
    patient, claim = case.claim.patient_id, case.claim_id
    work.tell(action, ("denial", case.pk), patient=patient, claim=claim, **detail)


def set_clock(work: UnitOfWork, case: DenialCase, level: int, received_on: date) -> None:
    """Let the clock of a level run from a day of receipt; task and lists follow."""
    due = due_at(level, received_on, terms_of(case.payer))
    case.received_on = received_on
    for name, value in _due_fields(due).items():
        setattr(case, name, value)
    case.save()
    Denial.objects.of(work.organization).filter(pk=case.denial_id).update(appeal_due_on=due.on)
    case.denial.appeal_due_on = due.on


def accept_plan(
    *, organization: int, actor: Actor, at: datetime, case: int, plan: Action | None = None
) -> DenialCase:
    """Take a way to work the denial, the suggested one where none is named."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        found.plan = (plan or Action(found.work)).value
        found.stage = "planned" if found.stage == "open" else found.stage
        found.save(update_fields=["plan", "stage"])
        _tell(work, "denial.planned", found, plan=found.plan)
    return found


def undo_plan(*, organization: int, actor: Actor, at: datetime, case: int) -> DenialCase:
    """Take the plan back; NothingToUndoError where a letter was made or nothing is planned."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        if found.stage != "planned":
            raise NothingToUndoError
        found.plan, found.stage = "", "open"
        found.save(update_fields=["plan", "stage"])
        _tell(work, "denial.plan_undone", found)
    return found


def note_case(*, organization: int, actor: Actor, at: datetime, case: int, text: str) -> CaseNote:
    """Write a note; it stays as it is."""
    if not text.strip():
        raise EmptyNoteError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access_case(case, organization=organization)
        note = CaseNote.objects.create(
            organization_id=organization,
            case=found,
            text=text.strip()[:500],
            author=actor.name,
            at=at,
        )
        _tell(work, "denial.noted", found)
    return note


def correct_receipt(
    *, organization: int, actor: Actor, at: datetime, case: int, received_on: date
) -> DenialCase:
    """Say on which day the decision really came, by which the clock runs anew."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        set_clock(work, found, found.appeal_level, received_on)
        _tell(work, "denial.receipt_corrected", found, received_on=received_on.isoformat())
    return found


def change_cause(
    *, organization: int, actor: Actor, at: datetime, case: int, cause: Cause, work_as: Action
) -> DenialCase:
    """Say what really caused the denial; it goes to the team of that cause."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        before = found.cause
        found.cause, found.team, found.work = cause.value, OWNERS[cause].value, work_as.value
        found.save(update_fields=["cause", "team", "work"])
        Denial.objects.of(organization).filter(pk=found.denial_id).update(cause=cause.value)
        _tell(work, "denial.cause_changed", found, before=before, cause=cause.value)
    return found


def restate_task(work: UnitOfWork, case: DenialCase, title: str, next_step: str) -> None:
    """Open (or restate) the one task of a denial: a letter was answered, a payment is awaited."""
    open_task(
        work,
        f"denied:{case.claim.ledger_claim}",
        kind="denial",
        title=title[:120],
        next_step=next_step[:200],
        claim=case.claim,
        value_cents=case.denial.cents,
        due_on=case.due_on,
    )
