"""Verifying a coverage: the 270 goes out, and what the 271 says is active, inactive or unknown."""

from datetime import date, datetime

import msgspec

from cleanclaim import x12
from cleanclaim.app.access import access
from cleanclaim.app.connecting import (
    NotConnectedError,
    keep_file,
    mark,
    next_control_number,
    opened_connection,
)
from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.values import billing_provider, patient_value, payer_value, subscriber_of
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.from_277 import GUIDE as STATUS_REPLIES
from cleanclaim.eligibility.from_271 import answers
from cleanclaim.eligibility.model import Benefits, CoverageReason, CoverageStatus, Inquiry
from cleanclaim.eligibility.to_270 import GUIDE, build_inquiry
from cleanclaim.payers.connection import OutboundFile
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Coverage, Verification


def verify_coverage(
    *, organization: int, actor: Actor, at: datetime, coverage: int, service_on: date
) -> Verification:
    """Ask the payer about a coverage on a day of service and record the answer.

    Whatever goes wrong on the way is an answer of "unknown" with its reason; the coverage as
    recorded is never changed by it. Claims of the day that were held for it are looked at again.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(Coverage, coverage, organization=organization, related=("payer", "patient"))
        benefits = _ask(work, record, service_on)
        verification = Verification.objects.create(
            organization_id=organization,
            coverage=record,
            service_on=service_on,
            status=benefits.status.value,
            reason=_reason(benefits),
            benefits=msgspec.to_builtins(benefits),
            asked_at=at,
        )
        work.tell(
            "coverage.verified",
            ("coverage", record.pk),
            patient=record.patient_id,
            status=benefits.status.value,
            service_on=service_on.isoformat(),
        )
        reexamine_held(
            organization=organization, actor=actor, at=at, coverage=record, service_on=service_on
        )
    return verification


def _reason(benefits: Benefits) -> str:
    told = [rejection.message for rejection in benefits.rejections]
    return ("; ".join(told) or benefits.reason.value.replace("_", " "))[:200]


def _unknown(reason: CoverageReason) -> Benefits:
    return Benefits(CoverageStatus.UNKNOWN, reason)


def _ask(work: UnitOfWork, coverage: Coverage, service_on: date) -> Benefits:
    organization = Organization.objects.get(pk=work.organization)
    try:
        number = next_control_number(coverage.payer)
    except NotConnectedError:
        return _unknown(CoverageReason.NO_ANSWER)
    trace = f"V{number:08d}"
    try:
        question = _write(coverage, organization, service_on, (trace, number), work.at)
    except x12.UnwritableError:
        return _unknown(CoverageReason.UNREADABLE)
    content = _exchange(work, coverage, question, f"{trace}.270")
    if content is None:
        return _unknown(CoverageReason.NO_ANSWER)
    found = [a for a in answers(content, {trace: service_on}) if a.trace_number == trace]
    return found[0] if found else _unknown(CoverageReason.NO_ANSWER)


def _write(
    coverage: Coverage,
    organization: Organization,
    service_on: date,
    numbers: tuple[str, int],
    at: datetime,
) -> bytes:
    trace, control_number = numbers
    dependent = coverage.relationship != "18"
    inquiry = Inquiry(
        payer=payer_value(coverage.payer),
        provider=billing_provider(organization),
        subscriber=subscriber_of(coverage),
        service_on=service_on,
        trace_number=trace,
        trace_company=f"1{organization.tax_id}",
        patient=patient_value(coverage.patient) if dependent else None,
    )
    body = build_inquiry(inquiry, reference=trace, created_at=at)
    return x12.write(
        envelope(organization, coverage.payer.identifier, control_number, at), GUIDE, [body]
    ).encode("latin-1")


def envelope(
    organization: Organization, receiver: str, control_number: int, at: datetime
) -> x12.Envelope:
    """Give the envelope of a file of the organization to a payer."""
    return x12.Envelope(
        sender=organization.tax_id,
        receiver=receiver[:15],
        control_number=control_number,
        created_at=at,
        sender_qualifier="30",
    )


def _exchange(work: UnitOfWork, coverage: Coverage, question: bytes, name: str) -> bytes | None:
    asked, _ = keep_file(
        work, coverage.payer, direction="out", kind="270", name=name, content=question
    )
    with opened_connection(coverage.payer) as connection:
        connection.send([OutboundFile(name, question)], at=work.at)
        received = connection.receive(work.today)
    mark(work, asked, "sent")
    answer = None
    for file in received:
        kind = sniff_kind(file.content)
        kept, new = keep_file(
            work, coverage.payer, direction="in", kind=kind, name=file.name, content=file.content
        )
        if kind == "271":
            answer = file.content
            if new:
                mark(work, kept, "processed")
    return answer


_KINDS = {"837": "837P", "277": "277CA"}


def sniff_kind(content: bytes) -> str:
    """Tell by its first transaction what a file is; "other" for what has none."""
    for event in x12.read(content):
        if isinstance(event, x12.TransactionStart):
            code = event.header.get(1)
            if event.guide == STATUS_REPLIES:
                return code
            return _KINDS.get(code, code)[:8]
    return "TA1" if b"TA1" in content[:400] else "other"
