"""Voiding a claim: unsent it simply ends, at the payer a void (8) takes it back."""

from datetime import datetime

import msgspec

from cleanclaim.app.access import access_claim
from cleanclaim.app.booking import balance, book
from cleanclaim.app.claiming import keep_claim, owed_for
from cleanclaim.app.correcting import PayerNumberMissingError
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.numbering import next_number
from cleanclaim.app.settling import Balances, lower_charge
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.values import latest_claim
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.assemble import amend
from cleanclaim.claims.model import Frequency
from cleanclaim.claims.workflow import FINAL_STATES, ClaimEvent
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.ledger.entries import Occasion
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import Denial

_UNSENT = {"draft", "held", "ready", "rejected"}
_AT_THE_PAYER = {"accepted", "paid", "partly_paid", "denied", "closed"}


class NotVoidableError(CleanclaimError):
    """The claim cannot be voided now; the message says what must happen first."""

    code = "claim.not_voidable"


class VoidReasonMissingError(CleanclaimError):
    """Somebody voids a claim without saying why."""

    code = "claim.void_reason"

    def __init__(self) -> None:
        super().__init__("say why the claim is voided; the reason stays on record")


def void_claim(
    *, organization: int, actor: Actor, at: datetime, claim: int, reason: str
) -> ClaimRecord:
    """Void a claim and give the record to release: the void, or the ended claim itself.

    What nobody has paid is taken off the charges at once; the rest once the payer takes its
    payment back. Raises VoidReasonMissingError, NotVoidableError or PayerNumberMissingError.
    """
    if not reason.strip():
        raise VoidReasonMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        _refuse(record)
        if record.state in _UNSENT and record.frequency != Frequency.VOID:
            return _end(work, record, reason.strip())
        if not record.payer_claim_number:
            raise PayerNumberMissingError
        return _take_back(work, record, reason.strip())


def _refuse(record: ClaimRecord) -> None:
    """Refuse a claim that is on its way, ended, a void itself, or that a later payer relies on."""
    if record.frequency == Frequency.VOID:
        msg = "a void cannot be voided; send the claim anew as a first one"
        raise NotVoidableError(msg)
    if record.state not in _UNSENT | _AT_THE_PAYER:
        raise NotVoidableError(_why_not(record.state))
    if record.state in _UNSENT and record.replaces_id is not None:
        msg = "a replacement that has not left is corrected, not voided"
        raise NotVoidableError(msg)
    later = ClaimRecord.objects.of(record.organization_id).filter(follows=record)
    if later.exclude(state__in=FINAL_STATES).exists():
        msg = "the next payer's claim rests on it; void that one first"
        raise NotVoidableError(msg)


def _why_not(state: str) -> str:
    if state == "submitted":
        return "the claim is on its way; wait for the payer's acknowledgement, which has its number"
    return f"a claim that is {state} cannot be voided"


def _end(work: UnitOfWork, record: ClaimRecord, reason: str) -> ClaimRecord:
    """End a claim that never counted with a payer."""
    advance(work, record, ClaimEvent.VOIDED, reason=reason[:200])
    if record.follows_id is not None:
        _ask_who_owes(work, record)
    else:
        _lower(work, record, ("void", record.pk))
    close_tasks(work, f"held:{record.pk}", f"rejected:{record.pk}", outcome="voided")
    return record


def _take_back(work: UnitOfWork, record: ClaimRecord, reason: str) -> ClaimRecord:
    number = f"V{next_number('void', organization=work.organization):07d}"
    content = amend(
        msgspec.structs.replace(latest_claim(record), patient_control_number=number),
        payer_claim_number=record.payer_claim_number,
        frequency=Frequency.VOID,
    )
    void = keep_claim(
        work,
        content,
        record.encounter,
        record.coverage,
        reason=reason[:200],
        replaces=record,
    )
    advance(work, record, ClaimEvent.VOIDED, by=void.pk, reason=reason[:200])
    if record.follows_id is not None:
        _ask_who_owes(work, record)
    else:
        _lower(work, void, ("void", void.pk))
    Denial.objects.of(work.organization).filter(claim=record, status="open").update(status="voided")
    close_tasks(work, f"denied:{record.ledger_claim}", outcome="voided")
    return void


def _lower(work: UnitOfWork, record: ClaimRecord, parts: tuple[str | int, ...]) -> None:
    """Take the charges off, as far as nobody has paid them or been left with them."""
    owed, payer = owed_for(record), str(record.payer_id)
    keys = (
        owed.account(AccountKind.AR_UNBILLED),
        owed.account(AccountKind.AR_INSURANCE, payer=payer),
    )
    books = Balances({key: _balance(work, key) for key in keys})
    occasion = Occasion((work.organization, *parts), work.today)
    lower_charge(occasion, sum(books[key] for key in keys), owed=owed, payer=payer, books=books)
    book(books.transfers, organization=work.organization, at=work.at)


def _balance(work: UnitOfWork, key: AccountKey) -> int:
    return max(0, balance(key, organization=work.organization))


def _ask_who_owes(work: UnitOfWork, record: ClaimRecord) -> None:
    """Let a person decide whose the share is that the later payer is no longer asked for."""
    key = owed_for(record).account(AccountKind.AR_INSURANCE, payer=str(record.payer_id))
    cents = _balance(work, key)
    if cents:
        open_task(
            work,
            f"share:{record.pk}",
            kind="coverage",
            title="A later payer's claim was voided: who owes its share?",
            next_step="Bill another coverage, or let the patient owe it where the policy says so",
            claim=record,
            value_cents=cents,
        )
