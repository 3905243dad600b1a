"""After the payers: the next payer's claim, the patient's share and payments, deposits, closing."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from django.db import connection
from django.db.models import QuerySet, Sum

from cleanclaim.app.access import access_claim, access_patient, access_remit
from cleanclaim.app.booking import account_key, balance, balance_of_kind, book
from cleanclaim.app.claim_outcomes import settle_denials
from cleanclaim.app.claiming import keep_claim, owed_for
from cleanclaim.app.crediting import explain_credits
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.numbering import next_number
from cleanclaim.app.planning import credit_plan
from cleanclaim.app.values import billed_coverage, latest_claim
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.assemble import AdjudicatedLine, ClaimAdjudication, assemble_secondary
from cleanclaim.claims.model import Adjustment
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import RECEIVABLES, AccountKey, AccountKind, Transfer
from cleanclaim.ledger.entries import (
    Occasion,
    apply_unapplied,
    deposit,
    move_to_patient,
    receive_patient_payment,
)
from cleanclaim.remits.matching import CandidateLine, match_lines
from cleanclaim.remits.model import PREDETERMINATION, REVERSAL, RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Account, Posting
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.remits.models import RemitClaimRecord


class NotAPaymentError(CleanclaimError):
    """A payment must be a positive number of cents with a receipt number."""

    code = "payment.amount"

    def __init__(self) -> None:
        super().__init__("a payment is a positive amount with a receipt number")


class ReceiptConflictError(CleanclaimError):
    """The receipt number stands for another payment; nothing was booked."""

    code = "payment.receipt_conflict"

    def __init__(self) -> None:
        super().__init__("this receipt number was given for another payment; give a new one")


class NotDecidedError(CleanclaimError):
    """The next payer is asked only once the payer before has decided."""

    code = "claim.not_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"a claim that is {state} cannot go on to the next payer yet")


def bill_next_payer(
    *, organization: int, actor: Actor, at: datetime, claim: int, coverage: Coverage
) -> ClaimRecord:
    """Make the claim to the next payer from the one that a payer has decided.

    What the patient owes of that decision is asked of the next payer from now on. Raises
    NotDecidedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        first = access_claim(claim, organization=organization, lock=True)
        known = ClaimRecord.objects.of(organization).filter(follows=first, coverage=coverage)
        existing: ClaimRecord | None = known.first()
        if existing is not None:
            return existing
        told = _adjudication(last_decision(first), first)
        content = assemble_secondary(latest_claim(first), told, billed_coverage(coverage))
        number = f"S{next_number('secondary', organization=organization):07d}"
        content = msgspec.structs.replace(content, patient_control_number=number)
        record = keep_claim(
            work,
            content,
            first.encounter,
            coverage,
            reason="billed after the first payer",
            follows=first,
        )
        _move_share(work, record, told.remaining_patient_cents or 0)
    return record


def last_decision(claim: ClaimRecord) -> RemitClaimRecord:
    """Give the decision that stands on a claim."""
    rows = RemitClaimRecord.objects.of(claim.organization_id).filter(claim=claim)
    told = rows.exclude(status_code__in=[REVERSAL, PREDETERMINATION]).order_by("pk")
    decided: RemitClaimRecord | None = told.select_related("remit").last()
    if decided is None or claim.state not in {*_DECIDED, "closed"}:
        raise NotDecidedError(claim.state)
    return decided


def _move_share(work: UnitOfWork, record: ClaimRecord, share: int) -> None:
    """Let the next payer owe the share that went to the patient before its coverage was known."""
    owed, payer = owed_for(record), str(record.payer_id)
    there = balance(
        owed.account(AccountKind.AR_INSURANCE, payer=payer), organization=work.organization
    )
    cents = min(share - there, _patient_balance(record))
    if cents > 0:
        occasion = Occasion((work.organization, "next payer", record.pk), work.today)
        transfer = move_to_patient(occasion, -cents, owed=owed, payer=payer, reason="next payer")
        book([transfer], organization=work.organization, at=work.at)


def _adjudication(row: RemitClaimRecord, claim: ClaimRecord) -> ClaimAdjudication:
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    ours = latest_claim(claim)
    candidates = [
        CandidateLine(x.number, x.procedure, x.charge_cents, x.starts_on, x.control_number)
        for x in ours.lines
    ]
    numbers = match_lines(decision.lines, candidates)
    lines = tuple(
        AdjudicatedLine(
            number,
            line.paid_cents,
            line.adjustments,
            line.units_paid,
            msgspec.structs.replace(line.procedure, description=""),
        )
        for number, line in zip(numbers, decision.lines, strict=True)
        if number is not None
    )
    return ClaimAdjudication(
        paid_cents=decision.paid_cents,
        adjudicated_on=row.remit.paid_on,
        lines=lines,
        adjustments=decision.adjustments,
        payer_claim_number=decision.payer_claim_number,
        remaining_patient_cents=_patient_share(decision),
        remarks=decision.remarks,
    )


def _patient_share(decision: RemitClaim) -> int:
    every: Iterable[Adjustment] = decision.every_adjustment
    return sum(row.cents for row in every if row.group == "PR")


def take_patient_payment(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    cents: int,
    receipt: str,
) -> int:
    """Take a patient's money for the oldest open claims; give the cents that stay unapplied.

    The same receipt again books nothing new. Raises NotAPaymentError, and ReceiptConflictError
    for the receipt of another payment.
    """
    receipt = receipt.strip()
    if cents <= 0 or not receipt:
        raise NotAPaymentError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        access_patient(patient, organization=organization)
        _lock_receipts(work)
        _lock_patient(work, patient)
        if _is_known(receipt, patient, cents, organization):
            return 0
        left = cents
        transfers: list[Transfer] = []
        for claim in _open_claims(work, patient):
            share = min(left, _patient_balance(claim))
            if share > 0:
                transfers.append(_payment(work, patient, receipt, share, claim))
                left -= share
        if left:
            transfers.append(_payment(work, patient, receipt, left, None))
        book(transfers, organization=organization, at=at)
        work.tell("payment.taken", ("patient", patient), patient=patient, cents=cents)
        credit_plan(work, patient, cents - left)
        close_settled(work, patient)
        explain_credits(work, transfers)
    return left


def _lock_patient(work: UnitOfWork, patient: int) -> None:
    """Let two desks take one patient's money one after the other."""
    Patient.objects.of(work.organization).select_for_update().get(pk=patient)


def _lock_receipts(work: UnitOfWork) -> None:
    """Let two desks that give the same receipt number see each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('cleanclaim.receipts'), %s)",
            [work.organization],
        )


def _is_known(receipt: str, patient: int, cents: int, organization: int) -> bool:
    """Tell whether this very payment is booked; ReceiptConflictError if another one is."""
    key = account_key(AccountKey(AccountKind.CASH_CLEARING, reference=receipt))
    account = Account.objects.of(organization).filter(key=key).first()
    if account is None:
        return False
    # Step by step: nested in one query, the planner reads the whole ledger for each receipt.
    taken = Posting.objects.of(organization).filter(account=account, cents__gt=0)
    entries = list(taken.values_list("entry", flat=True))
    rows = Posting.objects.of(organization).filter(entry__in=entries, cents__lt=0)
    known = list(rows.values_list("account__patient_id", "cents"))
    if not known:
        return False
    if {who for who, _ in known} != {patient} or -sum(paid for _, paid in known) != cents:
        raise ReceiptConflictError
    return True


def _open_claims(work: UnitOfWork, patient: int) -> list[ClaimRecord]:
    roots = ClaimRecord.objects.of(work.organization).filter(patient_id=patient, root=None)
    return list(roots.order_by("service_on", "pk"))


def _patient_balance(claim: ClaimRecord) -> int:
    key = owed_for(claim).account(AccountKind.AR_PATIENT)
    return balance(key, organization=claim.organization_id)


def _payment(
    work: UnitOfWork, patient: int, receipt: str, cents: int, claim: ClaimRecord | None
) -> Transfer:
    key = claim.ledger_claim if claim else ""
    occasion = Occasion((work.organization, "receipt", receipt, key), work.today)
    return receive_patient_payment(
        occasion, cents, patient=str(patient), receipt=receipt, claim=key
    )


def apply_patient_credit(*, organization: int, actor: Actor, at: datetime, patient: int) -> int:
    """Use a patient's unapplied money for what the patient owes by now; give the cents used."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _lock_patient(work, patient)
        held = -balance_of_kind(
            AccountKind.UNAPPLIED, organization=organization, patient_id=patient
        )
        transfers: list[Transfer] = []
        used = 0
        for claim in _open_claims(work, patient):
            share = min(held - used, _patient_balance(claim))
            if share > 0:
                number = next_number("credit", organization=organization)
                occasion = Occasion((organization, "credit", number), work.today)
                transfers.append(apply_unapplied(occasion, share, owed=owed_for(claim)))
                used += share
        if used:
            book(transfers, organization=organization, at=at)
            work.tell("credit.applied", ("patient", patient), patient=patient, cents=used)
            credit_plan(work, patient, used)
            close_settled(work, patient)
            explain_credits(work, transfers)
    return used


def close_settled(work: UnitOfWork, patient: int) -> list[ClaimRecord]:
    """Close the decided claims of a patient on which nobody owes anything any more."""
    decided = ClaimRecord.objects.of(work.organization).filter(state__in=_DECIDED)
    return _close(work, decided.filter(patient_id=patient))


def close_accounts(*, organization: int, actor: Actor, at: datetime) -> int:
    """Close every decided claim on which nothing is owed; give how many were closed."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        decided = ClaimRecord.objects.of(organization).filter(state__in=_DECIDED)
        return len(_close(work, decided))


_DECIDED = ("paid", "partly_paid", "denied")


def _close(work: UnitOfWork, decided: QuerySet[ClaimRecord]) -> list[ClaimRecord]:
    claims = list(decided.select_related("root").order_by("pk"))
    owed = _owed_in_all(work, {int(claim.ledger_claim) for claim in claims})
    settled = [claim for claim in claims if not owed.get(int(claim.ledger_claim))]
    for claim in settled:
        advance(work, claim, ClaimEvent.CLOSED)
        settle_denials(work, claim, "closed")
    return settled


def _owed_in_all(work: UnitOfWork, roots: set[int]) -> dict[int, int]:
    """Sum what anybody owes by first claim, in cents."""
    kinds = [kind.value for kind in RECEIVABLES]
    rows = Posting.objects.of(work.organization).filter(
        account__claim_id__in=roots, account__kind__in=kinds
    )
    sums = rows.values_list("account__claim_id").annotate(cents=Sum("cents"))
    return {claim: int(cents) for claim, cents in sums}


def record_deposit(
    *, organization: int, actor: Actor, at: datetime, remit: int, deposited_on: date
) -> int:
    """Clear a remittance's money once the bank has it; give the cents that were still clearing."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_remit(remit, organization=organization)
        payer = str(record.payer_id or "")
        key = AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference=record.identity)
        cents = balance(key, organization=organization)
        if cents:
            occasion = Occasion((organization, "deposit", record.identity), deposited_on)
            transfer = deposit(occasion, cents, payer=payer, remit=record.identity)
            book([transfer], organization=organization, at=at)
            work.tell("deposit.recorded", ("remit", record.pk), cents=cents)
    return cents


def deposit_receipt(
    *, organization: int, actor: Actor, at: datetime, receipt: str, deposited_on: date
) -> int:
    """Clear a patient's payment once the bank has it; give the cents that were clearing."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        key = AccountKey(AccountKind.CASH_CLEARING, reference=receipt)
        cents = balance(key, organization=organization)
        if cents:
            occasion = Occasion((organization, "deposit", receipt), deposited_on)
            book(
                [deposit(occasion, cents, payer="", remit=receipt)],
                organization=organization,
                at=at,
            )
            work.tell("deposit.recorded", ("organization", organization), cents=cents)
    return cents
