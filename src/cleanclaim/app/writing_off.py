"""Giving a denied amount up: asked for with a reason, approved by a person who may, reversible."""

from datetime import datetime

from cleanclaim.app.access import access
from cleanclaim.app.booking import balance, book
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.collecting import close_settled
from cleanclaim.app.denying import access_case, open_case_for_work, restate_task
from cleanclaim.app.lifecycle import advance_if_allowed
from cleanclaim.app.rights import Permission, permits
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKind, Transfer, reverse
from cleanclaim.ledger.entries import Occasion, write_off
from cleanclaim.store.denials.models import DenialCase, WriteOffRequest
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Entry
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.remits.models import Denial

_RELATED = ("case", "case__denial", "case__claim", "case__claim__patient", "case__payer")


class NoReasonError(CleanclaimError):
    """Nothing is given up without a reason."""

    code = "write_off.reason"

    def __init__(self) -> None:
        super().__init__("say why the amount is given up")


class NotApproverError(CleanclaimError):
    """Only a person with the right may approve, and another than who asked where there is one."""

    code = "write_off.approver"

    def __init__(self) -> None:
        super().__init__("a person with the right to approve write-offs must do this")


class RequestStateError(CleanclaimError):
    """The request was decided already."""

    code = "write_off.state"

    def __init__(self, state: str) -> None:
        super().__init__(f"the request is {state}")


class NothingOwedError(CleanclaimError):
    """The payer owes less on the claim than is to be given up."""

    code = "write_off.nothing_owed"

    def __init__(self) -> None:
        super().__init__("the payer does not owe that much on the claim any more")


def ask_write_off(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    case: int,
    reason: str,
    cents: int | None = None,
) -> WriteOffRequest:
    """Ask to give up what was denied, or a part; nothing is booked until another approves.

    Raises NoReasonError, NothingOwedError, SettledCaseError.
    """
    if not reason.strip():
        raise NoReasonError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = open_case_for_work(work, case)
        wanted = found.denial.cents if cents is None else cents
        if not 0 < wanted <= _owed(work, found):
            raise NothingOwedError
        known: WriteOffRequest | None = (
            WriteOffRequest.objects.of(organization).filter(case=found, state="asked").first()
        )
        if known is not None:
            return known
        request = WriteOffRequest.objects.create(
            organization_id=organization,
            case=found,
            cents=wanted,
            reason=reason.strip()[:120],
            state="asked",
            asked_by=actor.user,
            asked_name=actor.name,
            asked_at=at,
        )
        open_task(
            work,
            f"write-off:{request.pk}",
            kind="approval",
            title="A write-off waits for approval",
            next_step="Open the denial, then approve or refuse",
            claim=found.claim,
            value_cents=wanted,
        )
        _tell(work, "write_off.asked", request, cents=wanted)
    return request


def _owed(work: UnitOfWork, case: DenialCase) -> int:
    """Give what the payer owes on the claim, in cents."""
    account = owed_for(case.claim).account(AccountKind.AR_INSURANCE, payer=str(case.payer_id))
    return balance(account, organization=work.organization)


def _tell(work: UnitOfWork, action: str, request: WriteOffRequest, **detail: object) -> None:
    claim = request.case.claim
    work.tell(
        action,
        ("denial", request.case_id),
        patient=claim.patient_id,
        claim=claim.pk,
        request=request.pk,
        **detail,
    )


def access_request(request: int, *, organization: int) -> WriteOffRequest:
    """Fetch a request to write off, with its case."""
    return access(WriteOffRequest, request, organization=organization, related=_RELATED)


def _request(work: UnitOfWork, request: int, wanted: str) -> WriteOffRequest:
    rows = WriteOffRequest.objects.of(work.organization)
    rows.select_for_update().filter(pk=request).first()
    found = access_request(request, organization=work.organization)
    if found.state != wanted:
        raise RequestStateError(found.state)
    return found


def _require_approver(work: UnitOfWork, asked_by: int | None) -> str:
    """Give the approver's key; NotApproverError for who has no right, or approves their own.

    Who is the only one with the right may approve their own request: there is nobody else.
    """
    members = Membership.objects.filter(organization_id=work.organization, is_active=True)
    may = {
        user
        for user, role in members.values_list("user_id", "role")
        if permits(Role(role), Permission.WRITE_OFFS_APPROVE)
    }
    who = work.actor.user
    if work.actor.kind != "person" or who not in may or (who == asked_by and len(may) > 1):
        raise NotApproverError
    return str(who)


def _entry(request: WriteOffRequest, approver: str) -> Transfer:
    """Make the ledger's entry; the same request always makes the same one."""
    decided_at = request.decided_at
    if decided_at is None:
        raise RequestStateError(request.state)
    return write_off(
        Occasion((request.organization_id, "write off", request.pk), decided_at.date()),
        request.cents,
        owed=owed_for(request.case.claim),
        reason=f"denial {request.case.cause}",
        approver=approver,
        payer=str(request.case.payer_id),
    )


def approve_write_off(
    *, organization: int, actor: Actor, at: datetime, request: int
) -> WriteOffRequest:
    """Give the amount up in the books, by the approver's name and for the reason asked.

    Raises NotApproverError, RequestStateError, NothingOwedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _request(work, request, "asked")
        approver = _require_approver(work, found.asked_by)
        case = open_case_for_work(work, found.case_id)
        if found.cents > _owed(work, case):
            raise NothingOwedError
        found.state, found.decided_name, found.decided_at = "approved", actor.name, at
        entry = _entry(found, approver)
        book([entry], organization=organization, at=at)
        found.transfer = entry.id
        found.save()
        _settle(work, found)
        _tell(work, "write_off.approved", found, cents=found.cents)
    return found


def _settle(work: UnitOfWork, request: WriteOffRequest) -> None:
    """Let case and claim end where the whole denied amount was given up."""
    case, claim = request.case, request.case.claim
    close_tasks(work, f"write-off:{request.pk}", outcome="approved")
    left = case.denial.cents - request.cents
    if left > 0:
        Denial.objects.of(work.organization).filter(pk=case.denial_id).update(cents=left)
        return
    DenialCase.objects.of(work.organization).filter(pk=case.pk).update(stage="done")
    Denial.objects.of(work.organization).filter(pk=case.denial_id).update(status="written_off")
    close_tasks(work, f"denied:{claim.ledger_claim}", outcome="written off")
    close_settled(work, claim.patient_id)


def refuse_write_off(
    *, organization: int, actor: Actor, at: datetime, request: int
) -> WriteOffRequest:
    """Say no: the denial stays open. Raises NotApproverError, RequestStateError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _request(work, request, "asked")
        _require_approver(work, None)
        found.state, found.decided_name, found.decided_at = "refused", actor.name, at
        found.save()
        close_tasks(work, f"write-off:{found.pk}", outcome="refused")
        _tell(work, "write_off.refused", found)
    return found


def reverse_write_off(
    *, organization: int, actor: Actor, at: datetime, request: int
) -> WriteOffRequest:
    """Take a write-off back by a new entry: the payer owes the amount again, the denial is open.

    Raises NotApproverError, RequestStateError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = _request(work, request, "approved")
        _require_approver(work, None)
        entry = _entry(found, _approver_of(found))
        back = reverse(entry, reason="write-off taken back", on=work.today)
        book([back], organization=organization, at=at)
        found.state = "reversed"
        found.save(update_fields=["state"])
        _reopen(work, found)
        _tell(work, "write_off.reversed", found, cents=found.cents)
    return found


def _approver_of(request: WriteOffRequest) -> str:
    entry = Entry.objects.of(request.organization_id).get(transfer_id=request.transfer)
    return str(entry.links["approver"])


def _reopen(work: UnitOfWork, request: WriteOffRequest) -> None:
    case = access_case(request.case_id, organization=work.organization)
    if case.denial.status == "written_off":
        case.stage, case.denial.status = "open", "open"
        case.save(update_fields=["stage"])
    else:
        case.denial.cents += request.cents
    case.denial.save(update_fields=["status", "cents"])
    advance_if_allowed(work, case.claim, ClaimEvent.REOPENED)
    advance_if_allowed(work, case.claim, ClaimEvent.DENIED)
    restate_task(work, case, "A write-off was taken back", "Decide again what to do")
