"""Correcting a claim: before it counted as a new version, after it as a replacement (7)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cleanclaim.app.access import access_claim
from cleanclaim.app.booking import balance, book
from cleanclaim.app.claiming import keep_claim, new_version, owed_for
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.numbering import next_number
from cleanclaim.app.settling import Balances, lower_charge
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.values import latest_claim
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.assemble import amend
from cleanclaim.claims.model import Claim, Diagnosis, ServiceLine
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.ledger.entries import Occasion, record_charge
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import Denial

_DECIDED = {"accepted", "paid", "partly_paid", "denied", "closed"}
_UNSENT = {"draft", "held", "ready", "rejected"}
# What a correction calls as a claim does.
_FIELDS = (
    "lines",
    "diagnoses",
    "prior_authorization",
    "referral_number",
    "clia_number",
    "place_of_service",
)


class Correction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changes on a claim; None leaves it as it is.

    A ``member_id`` is the insured's with the payer that is billed.
    """

    reason: str
    lines: tuple[ServiceLine, ...] | None = None
    diagnoses: tuple[Diagnosis, ...] | None = None
    prior_authorization: str | None = None
    referral_number: str | None = None
    clia_number: str | None = None
    place_of_service: str | None = None
    member_id: str | None = None


class NotCorrectableError(CleanclaimError):
    """The claim is on its way, or another one stands in its place."""

    code = "claim.not_correctable"

    def __init__(self, state: str) -> None:
        super().__init__(f"a claim that is {state} cannot be corrected now")


class PayerNumberMissingError(CleanclaimError):
    """A replacement must name the payer's number of the claim that it replaces."""

    code = "claim.payer_number_missing"

    def __init__(self) -> None:
        super().__init__("the payer's claim number is not known yet; it is in its acknowledgement")


def correct_claim(
    *, organization: int, actor: Actor, at: datetime, claim: int, correction: Correction
) -> ClaimRecord:
    """Correct a claim and give the record to release: itself, or the one that replaces it.

    Raises NotCorrectableError or PayerNumberMissingError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        if record.state in _UNSENT:
            _amend_version(work, record, correction)
            return record
        if record.state not in _DECIDED:
            raise NotCorrectableError(record.state)
        return _replace(work, record, correction)


def _amend_version(work: UnitOfWork, record: ClaimRecord, correction: Correction) -> None:
    before = record.total_charge_cents
    content = corrected(latest_claim(record), correction)
    total = sum(line.charge_cents for line in content.lines)
    content = msgspec.structs.replace(content, total_charge_cents=total)
    new_version(work, record, content, reason=correction.reason, coverage=record.coverage)
    parts = ("amend", record.pk, record.version_number)
    _book_difference(work, record, total - before, parts)
    close_tasks(work, f"rejected:{record.pk}", outcome="corrected")


def _replace(work: UnitOfWork, record: ClaimRecord, correction: Correction) -> ClaimRecord:
    if not record.payer_claim_number:
        raise PayerNumberMissingError
    number = f"R{next_number('replacement', organization=work.organization):07d}"
    content = amend(
        msgspec.structs.replace(
            corrected(latest_claim(record), correction), patient_control_number=number
        ),
        payer_claim_number=record.payer_claim_number,
    )
    replacement = keep_claim(
        work,
        content,
        record.encounter,
        record.coverage,
        reason=correction.reason,
        replaces=record,
    )
    advance(work, record, ClaimEvent.REPLACED, by=replacement.pk)
    difference = replacement.total_charge_cents - record.total_charge_cents
    _book_difference(work, replacement, difference, ("replace", replacement.pk))
    Denial.objects.of(work.organization).filter(claim=record, status="open").update(
        status="corrected"
    )
    close_tasks(work, f"denied:{record.ledger_claim}", outcome="corrected and sent again")
    return replacement


def corrected(claim: Claim, correction: Correction) -> Claim:
    """Give the claim with what the correction changes."""
    fields = {name: value for name in _FIELDS if (value := getattr(correction, name)) is not None}
    if correction.member_id is not None:
        fields["subscriber"] = msgspec.structs.replace(
            claim.subscriber, member_id=correction.member_id
        )
    return msgspec.structs.replace(claim, **fields)


def _book_difference(
    work: UnitOfWork, record: ClaimRecord, cents: int, parts: Sequence[str | int]
) -> None:
    """Enter what the correction adds to the charges, or takes off as far as nobody has paid it.

    What is added is billed when the claim leaves; what could not be taken off yet is, once the
    payer reverses its earlier decision (``posting``).
    """
    owed, payer = owed_for(record), str(record.payer_id)
    occasion = Occasion((work.organization, *parts), work.today)
    if cents > 0:
        transfers = [record_charge(occasion, cents, owed=owed)]
        book(transfers, organization=work.organization, at=work.at)
    elif cents < 0:
        accounts = (
            owed.account(AccountKind.AR_UNBILLED),
            owed.account(AccountKind.AR_INSURANCE, payer=payer),
        )
        books = Balances({key: balance(key, organization=work.organization) for key in accounts})
        lower_charge(occasion, -cents, owed=owed, payer=payer, books=books)
        book(books.transfers, organization=work.organization, at=work.at)
