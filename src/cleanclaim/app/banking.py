"""The bank's side: statements taken in, lines matched to remittances, deposits entered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import Sum

from cleanclaim.app.access import access, access_remit
from cleanclaim.app.booking import account_key, balance, book
from cleanclaim.app.posting import POSTED, post_alone
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Link, LinkKind
from cleanclaim.ledger.entries import Occasion, deposit
from cleanclaim.remits.bank_files import StatementLine, identify_lines
from cleanclaim.remits.reassociation import Association, ExpectedPayment, associate
from cleanclaim.store.bank.models import BankLine, BankMatch
from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.remits.models import RemitRecord

OPEN, MATCHED, SET_ASIDE = "open", "matched", "set aside"


class BankMismatchError(CleanclaimError):
    """The bank's line and the remittance's money in clearing are not the same amount."""

    code = "bank.mismatch"

    def __init__(self) -> None:
        super().__init__("the line's amount is not what the remittance still has to bring")


class LineSettledError(CleanclaimError):
    """The line was matched or set aside before."""

    code = "bank.settled"

    def __init__(self, status: str) -> None:
        super().__init__(f"this line is {status} already")


class LineReasonMissingError(CleanclaimError):
    """A line is set aside only with the reason."""

    code = "bank.reason_missing"

    def __init__(self) -> None:
        super().__init__("say why the line is no payer's payment")


class Imported(msgspec.Struct, frozen=True):
    """How many lines were new, and how many of all that are open found their remittance."""

    lines: int
    new: int
    matched: int


def import_statement(
    *, organization: int, actor: Actor, at: datetime, lines: Sequence[StatementLine]
) -> Imported:
    """Take a statement in and match what is open; lines that are known add nothing."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        rows = [
            (
                organization,
                identity,
                line.account,
                line.posted_on,
                line.cents,
                line.reference,
                line.text,
                OPEN,
                "",
                at,
            )
            for identity, line in zip(identify_lines(lines), lines, strict=True)
        ]
        new = insert_rows(BankLine, _COLUMNS, rows, returning=("id",), skip_existing=True)
        matched = _match_open(work)
        told = Imported(len(lines), len(new), matched)
        work.tell("bank.imported", ("organization", organization), **msgspec.structs.asdict(told))
    return told


_COLUMNS = (
    *("organization_id", "identity", "account", "posted_on", "cents"),
    *("reference", "text", "status", "reason", "imported_at"),
)


def match_bank_lines(*, organization: int, actor: Actor, at: datetime) -> int:
    """Match the open lines to the remittances posted since; give how many found theirs."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        return _match_open(work)


def _match_open(work: UnitOfWork) -> int:
    open_lines = {row.pk: row for row in BankLine.objects.of(work.organization).filter(status=OPEN)}
    values = {
        pk: StatementLine(row.account, row.posted_on, row.cents, row.reference, row.text)
        for pk, row in open_lines.items()
    }
    found = associate(values, expected_payments(work.organization))
    return sum(_settle_line(work, open_lines[pk], answer) for pk, answer in found.items())


def _settle_line(work: UnitOfWork, line: BankLine, answer: Association) -> bool:
    """Match a line or keep why it has no remittance; tell whether it was matched."""
    if answer.payment is None or answer.how is None:
        reason = answer.reason.value if answer.reason else ""
        BankLine.objects.of(work.organization).filter(pk=line.pk).update(reason=reason)
        return False
    record = access_remit(answer.payment, organization=work.organization)
    _confirm(work, line, record, answer.how.value)
    return True


def expected_payments(organization: int) -> list[ExpectedPayment]:
    """Give the posted remittances with money in clearing that no bank line has confirmed."""
    banked = BankMatch.objects.of(organization).values("remit")
    rows = RemitRecord.objects.of(organization).filter(status=POSTED).exclude(pk__in=banked)
    clearing = _clearing(organization)
    return [
        ExpectedPayment(row.pk, row.trace_number, cents, row.paid_on)
        for row in rows.defer("content", "findings").order_by("paid_on", "pk")
        if (cents := clearing.get(account_key(_clearing_of(row)), 0))
    ]


def _clearing(organization: int) -> Mapping[str, int]:
    """Sum what is in clearing by account."""
    rows = Posting.objects.of(organization).filter(account__kind=AccountKind.CASH_CLEARING.value)
    sums = rows.values_list("account__key").annotate(cents=Sum("cents"))
    return {key: int(cents) for key, cents in sums if cents}


def _clearing_of(record: RemitRecord) -> AccountKey:
    payer = str(record.payer_id or "")
    return AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference=record.identity)


def _confirm(work: UnitOfWork, line: BankLine, record: RemitRecord, how: str) -> None:
    """Enter the deposit of a remittance that a line confirms, and keep the match."""
    clearing = _clearing_of(record)
    cents = balance(clearing, organization=work.organization)
    if cents != line.cents:
        raise BankMismatchError
    links = (Link(LinkKind.REMIT, record.identity), Link(LinkKind.RECEIPT, line.identity))
    occasion = Occasion((work.organization, "bank line", line.identity), line.posted_on, links)
    transfer = deposit(
        occasion,
        cents,
        payer=clearing.payer,
        remit=record.identity,
        reference=line.account,
    )
    book([transfer], organization=work.organization, at=work.at)
    BankMatch.objects.create(
        organization_id=work.organization,
        line=line,
        remit=record,
        how=how,
        actor_name=work.actor.name,
        matched_at=work.at,
    )
    rows = BankLine.objects.of(work.organization).filter(pk=line.pk)
    rows.update(status=MATCHED, reason="")
    work.tell("bank.matched", ("remit", record.pk), cents=cents, line=line.pk, how=how)


def confirm_line(*, organization: int, actor: Actor, at: datetime, line: int, remit: int) -> None:
    """Match a line to the remittance that a person found.

    Raises LineSettledError, BankMismatchError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        row = _open_line(work, line)
        record = access_remit(remit, organization=organization)
        if BankMatch.objects.of(organization).filter(remit=record).exists():
            raise BankMismatchError
        _confirm(work, row, record, "person")


def set_line_aside(
    *, organization: int, actor: Actor, at: datetime, line: int, reason: str
) -> None:
    """Take a line off the list that is no payer's payment, with the reason.

    Raises LineSettledError, LineReasonMissingError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _open_line(work, line)
        if not reason.strip():
            raise LineReasonMissingError
        rows = BankLine.objects.of(organization).filter(pk=row.pk)
        rows.update(status=SET_ASIDE, reason=reason.strip()[:200])
        work.tell("bank.set_aside", ("bank_line", line), cents=row.cents)


def _open_line(work: UnitOfWork, line: int) -> BankLine:
    BankLine.objects.of(work.organization).select_for_update().filter(pk=line).first()
    row = access(BankLine, line, organization=work.organization)
    if row.status != OPEN:
        raise LineSettledError(row.status)
    return row
