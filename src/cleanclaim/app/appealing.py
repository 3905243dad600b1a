"""Appeals: a letter with its evidence is made, sent, answered, and the next level opened."""

import hashlib
from datetime import date, datetime

from cleanclaim.app.access import access
from cleanclaim.app.appeal_evidence import gather
from cleanclaim.app.appeal_letters import print_letters, write_letter
from cleanclaim.app.denial_terms import terms_of
from cleanclaim.app.denying import open_case_for_work, restate_task, set_clock
from cleanclaim.app.lifecycle import advance_if_allowed
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.denials.arguments import Attachment
from cleanclaim.denials.next_step import Action
from cleanclaim.denials.terms import due_at
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import format_dollars
from cleanclaim.store.denials.models import Appeal, AppealEvidence, DenialCase
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import Denial

CHANNELS = ("mail", "fax", "portal")
OUTCOMES = ("overturned", "partly", "upheld")
_RELATED = ("case", "case__denial", "case__claim", "case__claim__patient", "case__payer")


class NotAppealableError(CleanclaimError):
    """The refusal gives no right of appeal: the claim is to be mended and sent anew."""

    code = "appeal.no_right"

    def __init__(self) -> None:
        super().__init__("this refusal cannot be appealed; correct the claim and send it again")


class AppealLateError(CleanclaimError):
    """The last day of the level has passed; only a good cause can excuse it."""

    code = "appeal.late"

    def __init__(self) -> None:
        super().__init__("the last day to appeal has passed; name the good cause, or ask otherwise")


class AmountTooSmallError(CleanclaimError):
    """The level asks for more in dispute than was refused."""

    code = "appeal.amount"

    def __init__(self, least_cents: int) -> None:
        super().__init__(f"this level asks for at least {format_dollars(least_cents)} in dispute")


class AppealStateError(CleanclaimError):
    """The letter is past, or before, what is asked of it."""

    code = "appeal.state"

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"the letter is {state}; only one that is {wanted} can be treated so")


class OutcomeError(CleanclaimError):
    """An outcome is overturned, partly or upheld, and the amount won fits it."""

    code = "appeal.outcome"

    def __init__(self) -> None:
        super().__init__(
            "say overturned, partly or upheld; partly names an amount below what was refused"
        )


class ChannelError(CleanclaimError):
    """A letter goes by mail, fax or portal."""

    code = "appeal.channel"

    def __init__(self) -> None:
        super().__init__(f"a letter goes by {', '.join(CHANNELS)}")


def access_appeal(appeal: int, *, organization: int, lock: bool = False) -> Appeal:
    """Fetch a letter with its case; ``lock`` keeps others off it."""
    if lock:
        Appeal.objects.of(organization).select_for_update().filter(pk=appeal).first()
    return access(Appeal, appeal, organization=organization, related=_RELATED)


def draft_appeal(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    case: int,
    is_reopening: bool = False,
    good_cause: str = "",
) -> Appeal:
    """Make the letter of a case with its evidence, or give the one that waits to be sent.

    The evidence is kept as it is now. A request to reopen is made the same way and changes no
    deadline. Raises NotAppealableError, AppealLateError, AmountTooSmallError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        kind = "reopening" if is_reopening else "appeal"
        known: Appeal | None = (
            Appeal.objects.of(organization)
            .filter(case=found, kind=kind, state="drafted", level=found.appeal_level)
            .first()
        )
        if known is not None:
            return known
        if not is_reopening:
            _refuse_hopeless(work, found, good_cause)
        evidence = gather(found)
        appeal = _keep(work, found, kind, evidence, good_cause)
        if not is_reopening:
            found.plan, found.stage = Action.APPEAL.value, "drafted"
            found.save(update_fields=["plan", "stage"])
        _tell(work, "appeal.drafted", appeal, level=appeal.level, attachments=len(evidence))
    return appeal


def _refuse_hopeless(work: UnitOfWork, case: DenialCase, good_cause: str) -> None:
    if not case.is_appealable:
        raise NotAppealableError
    if case.stage == "appealed":
        raise AppealStateError(case.stage, "open")
    due = due_at(case.appeal_level, case.received_on, terms_of(case.payer))
    if due.on is not None and due.on < work.today and not good_cause.strip():
        raise AppealLateError
    if case.denial.cents < due.least_cents:
        raise AmountTooSmallError(due.least_cents)


def _keep(
    work: UnitOfWork,
    case: DenialCase,
    kind: str,
    evidence: tuple[Attachment, ...],
    good_cause: str,
) -> Appeal:
    letter = write_letter(
        case,
        evidence,
        on=work.today,
        is_reopening=kind == "reopening",
        good_cause=good_cause.strip(),
    )
    document = print_letters([letter], on=work.today)
    appeal = Appeal.objects.create(
        organization_id=work.organization,
        case=case,
        kind=kind,
        level=case.appeal_level,
        level_name=case.due_name,
        state="drafted",
        cents=case.denial.cents,
        content=letter,
        document=document,
        sha256=hashlib.sha256(document).hexdigest(),
        drafted_at=work.at,
        due_on=case.due_on,
    )
    AppealEvidence.objects.bulk_create(
        AppealEvidence(
            organization_id=work.organization,
            appeal=appeal,
            number=number,
            kind=each.kind.value,
            title=each.title[:160],
            reference=each.reference[:200],
            text=each.text,
        )
        for number, each in enumerate(evidence, 1)
    )
    return appeal


def _tell(work: UnitOfWork, action: str, appeal: Appeal, **detail: object) -> None:
    claim = appeal.case.claim
    work.tell(
        action,
        ("denial", appeal.case_id),
        patient=claim.patient_id,
        claim=claim.pk,
        appeal=appeal.pk,
        **detail,
    )


def withdraw_appeal(*, organization: int, actor: Actor, at: datetime, appeal: int) -> Appeal:
    """Take back a letter that was not sent; what was sent stays sent (AppealStateError)."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _appeal_in(work, appeal, "drafted")
        found.state = "withdrawn"
        found.save(update_fields=["state"])
        if found.kind == "appeal":
            DenialCase.objects.of(organization).filter(pk=found.case_id).update(stage="planned")
        _tell(work, "appeal.withdrawn", found)
    return found


def _appeal_in(work: UnitOfWork, appeal: int, wanted: str) -> Appeal:
    found = access_appeal(appeal, organization=work.organization, lock=True)
    if found.state != wanted:
        raise AppealStateError(found.state, wanted)
    return found


def send_appeal(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    appeal: int,
    channel: str,
    sent_on: date | None = None,
    proof: str = "",
) -> Appeal:
    """Record that a letter went out: how, when, and the number that proves it.

    The claim waits with the payer again. Raises AppealStateError, ChannelError.
    """
    if channel not in CHANNELS:
        raise ChannelError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _appeal_in(work, appeal, "drafted")
        found.state, found.channel = "sent", channel
        found.sent_on, found.proof = sent_on or work.today, proof.strip()[:80]
        found.save(update_fields=["state", "channel", "sent_on", "proof"])
        _tell(work, "appeal.sent", found, channel=channel, level=found.level)
        if found.kind == "appeal":
            _wait(work, found)
    return found


def _wait(work: UnitOfWork, appeal: Appeal) -> None:
    case = appeal.case
    case.stage = "appealed"
    case.save(update_fields=["stage"])
    advance_if_allowed(work, case.claim, ClaimEvent.APPEALED, appeal=appeal.pk)
    close_tasks(work, f"denied:{case.claim.ledger_claim}", outcome="appealed")


def record_outcome(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    appeal: int,
    outcome: str,
    won_cents: int = 0,
    decided_on: date | None = None,
) -> Appeal:
    """Record what the payer answered, by the day on which the answer came.

    What was not won goes on to the next level with its own clock; what was won waits for its
    payment, which the remittance books. Raises AppealStateError, OutcomeError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _appeal_in(work, appeal, "sent")
        found.won_cents = _won(found, outcome, won_cents)
        found.state, found.outcome = "decided", outcome
        found.outcome_on = decided_on or work.today
        found.save(update_fields=["state", "outcome", "outcome_on", "won_cents"])
        _tell(work, "appeal.decided", found, outcome=outcome, cents=found.won_cents)
        if found.kind == "appeal":
            _follow(work, found)
    return found


def _won(appeal: Appeal, outcome: str, cents: int) -> int:
    match outcome:
        case "overturned":
            return appeal.cents
        case "partly" if 0 < cents < appeal.cents:
            return cents
        case "upheld" if cents == 0:
            return 0
        case _:
            raise OutcomeError


def _follow(work: UnitOfWork, appeal: Appeal) -> None:
    """Let case, claim and task follow from an answer."""
    case = appeal.case
    if case.denial.status != "open":  # a remittance was faster than the letter
        DenialCase.objects.of(work.organization).filter(pk=case.pk).update(stage="done")
        return
    if appeal.outcome == "overturned":
        case.stage = "done"
        case.save(update_fields=["stage"])
        Denial.objects.of(work.organization).filter(pk=case.denial_id).update(status="won")
        restate_task(work, case, "Appeal won: the payment is to come", "Watch for its remittance")
        return
    case.stage, case.plan = "open", ""
    left = appeal.cents - appeal.won_cents
    Denial.objects.of(work.organization).filter(pk=case.denial_id).update(cents=left)
    case.denial.cents = left
    set_clock(work, case, appeal.level + 1, appeal.outcome_on or work.today)
    advance_if_allowed(work, case.claim, ClaimEvent.DENIED, appeal=appeal.pk)
    restate_task(work, case, "Appeal upheld: decide on the next level", "Read the answer")
