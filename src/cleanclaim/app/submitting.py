"""Submitting: ready claims become one 837P a payer, kept, then handed over."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from cleanclaim import x12
from cleanclaim.app.booking import balance, book
from cleanclaim.app.claiming import keep_findings, owed_for
from cleanclaim.app.connecting import keep_file, mark, next_control_number, opened_connection
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.app.verifying import envelope, sniff_kind
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.claims.workflow import ClaimEvent, ClaimState
from cleanclaim.ledger.accounts import AccountKind, Transfer
from cleanclaim.ledger.entries import Occasion, bill_payer
from cleanclaim.payers.connection import OutboundFile
from cleanclaim.store.claims.models import ClaimFile, ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile, FileStep
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within


def submit_claims(
    *, organization: int, actor: Actor, at: datetime, payer: Payer
) -> ExchangedFile | None:
    """Write every ready claim to a payer into one file; None where none is ready.

    A claim that the X12 writer refuses is held with the findings; the others leave.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        ready = ClaimRecord.objects.of(organization).filter(payer=payer, state=ClaimState.READY)
        claims = list(ready.select_for_update().order_by("pk"))
        sendable = [claim for claim in claims if _is_writable(work, claim)]
        return _send(work, payer, sendable) if sendable else None


def _send(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord]) -> ExchangedFile:
    number = next_control_number(payer)
    content = _write(work, payer, claims, number)
    file, _ = keep_file(
        work,
        payer,
        direction="out",
        kind="837P",
        name=f"{number:09d}.837",
        content=content.encode("latin-1"),
        control_number=number,
    )
    ClaimFile.objects.bulk_create(
        ClaimFile(
            organization_id=work.organization,
            claim=claim,
            file=file,
            version_number=claim.version_number,
        )
        for claim in claims
    )
    for claim in claims:
        advance(work, claim, ClaimEvent.SUBMITTED, file=file.pk, cents=claim.total_charge_cents)
    book(_bill(work, claims, file), organization=work.organization, at=work.at)
    pks = [claim.pk for claim in claims]
    ClaimRecord.objects.of(work.organization).filter(pk__in=pks).update(submitted_at=work.at)
    return file


def _bill(
    work: UnitOfWork, claims: Sequence[ClaimRecord], file: ExchangedFile
) -> Iterator[Transfer]:
    """Ask the payer for what is not billed yet.

    That is the charge of a first claim, and what a correction has added to it; a later payer's
    claim asks for money that is billed already.
    """
    asked: set[str] = set()
    for claim in claims:
        owed = owed_for(claim)
        unbilled = balance(owed.account(AccountKind.AR_UNBILLED), organization=work.organization)
        if unbilled and owed.claim not in asked:
            asked.add(owed.claim)
            occasion = Occasion((work.organization, "bill", claim.pk, file.pk), work.today)
            yield bill_payer(occasion, unbilled, owed=owed, payer=str(claim.payer_id))


def _write(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord], number: int) -> str:
    practice = Organization.objects.get(pk=work.organization)
    body = transaction(
        [latest_claim(claim) for claim in claims],
        submitter=Submitter(
            practice.name, practice.tax_id, practice.contact_name, practice.contact_phone
        ),
        receiver=Receiver(payer.name, payer.identifier),
        reference=f"{number:09d}",
        created_at=work.at,
    )
    return x12.write(envelope(practice, payer.identifier, number, work.at), GUIDE, [body])


def _is_writable(work: UnitOfWork, claim: ClaimRecord) -> bool:
    try:
        _write(work, claim.payer, [claim], 1)
    except x12.UnwritableError as error:
        findings = tuple(finding.as_finding() for finding in error.findings)
        keep_findings(work, claim, findings, origin="write")
        # The release holds it by these findings until there is another version.
        release_claim(organization=work.organization, actor=work.actor, at=work.at, claim=claim.pk)
        return False
    return True


def exchange(*, organization: int, actor: Actor, at: datetime, payer: Payer) -> None:
    """Hand over what waits for a payer and keep everything it has for us, unread."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        waiting = list(_without_step(organization, "out", "sent").filter(payer=payer))
        with opened_connection(payer) as connection:
            connection.send([OutboundFile(f.name, bytes(f.content)) for f in waiting], at=at)
            received = connection.receive(work.today)
        for file in waiting:
            mark(work, file, "sent")
        for inbound in received:
            keep_file(
                work,
                payer,
                direction="in",
                kind=sniff_kind(inbound.content),
                name=inbound.name,
                content=inbound.content,
            )


def unprocessed(*, organization: int, payer: Payer | None = None) -> list[ExchangedFile]:
    """Give the received files with which nothing was done yet, oldest first."""
    with within(organization):
        files = _without_step(organization, "in", "processed", "parked")
        return list(files if payer is None else files.filter(payer=payer))


def _without_step(organization: int, direction: str, *steps: str) -> QuerySet[ExchangedFile]:
    """Give the files with which none of the steps was done, oldest first."""
    taken = FileStep.objects.of(organization).filter(file=OuterRef("pk"), step__in=steps)
    files: QuerySet[ExchangedFile] = ExchangedFile.objects.of(organization)
    return files.filter(~Exists(taken), direction=direction).order_by("pk")
