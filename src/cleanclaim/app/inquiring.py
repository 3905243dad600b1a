"""Asking payers about claims that are due (276), and keeping what they answer (277)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Max

from cleanclaim import x12
from cleanclaim.app.connecting import (
    NotConnectedError,
    keep_file,
    mark,
    next_control_number,
    opened_connection,
)
from cleanclaim.app.pacing import Pace, usual_pace
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.values import billing_provider, latest_claim, payer_value
from cleanclaim.app.verifying import envelope, sniff_kind
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.from_277 import Standing, StatusReply, read_replies
from cleanclaim.claims.to_276 import GUIDE, StatusQuestion, build_questions
from cleanclaim.payers.connection import OutboundFile
from cleanclaim.store.claims.models import ClaimFile, ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.followup.models import StatusAnswer, StatusInquiry
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tasks.models import Task

ON_ITS_WAY = ("submitted", "accepted")


class StatusSweep(msgspec.Struct, frozen=True):
    """What a sweep did: claims overdue, asked about now, and payers whose days nobody knows."""

    overdue: int = 0
    asked: int = 0
    answered: int = 0
    unknown_paces: int = 0

    def __add__(self, other: "StatusSweep") -> "StatusSweep":
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return StatusSweep(*(one + two for one, two in pairs))


def sweep_statuses(*, organization: int, actor: Actor, at: datetime) -> StatusSweep:
    """Ask every payer about the claims that it should have decided by its usual days.

    A claim is asked about once a day at most and again after the pace's days, so a sweep may run
    as often as one likes. An overdue claim has a task until it is decided.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        waiting = ClaimRecord.objects.of(organization).filter(
            state__in=ON_ITS_WAY, submitted_at__isnull=False
        )
        claims = list(waiting.select_related("payer", "patient").order_by("pk"))
        by_payer: dict[int, list[ClaimRecord]] = {}
        for claim in claims:
            by_payer.setdefault(claim.payer_id, []).append(claim)
        _end_alarms(work, {claim.pk for claim in claims})
        done = StatusSweep()
        for own in by_payer.values():
            done += _sweep_payer(work, own[0].payer, own)
        work.tell("statuses.swept", ("organization", organization), **msgspec.structs.asdict(done))
    return done


def _sweep_payer(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord]) -> StatusSweep:
    pace = usual_pace(payer, work.today)
    if pace.days is None:
        _ask_for_pace(work, payer, claims)
        return StatusSweep(unknown_paces=1)
    close_tasks(work, f"pace:{payer.pk}", outcome="recorded")
    late = [claim for claim in claims if _due(claim, pace.days) < work.today]
    for claim in late:
        _sound_alarm(work, claim, pace)
    _note_silence(work, late)
    asked = _to_ask(work, late, pace)
    answered = ask_about(work, payer, asked) if asked else 0
    return StatusSweep(len(late), len(asked), answered)


def _due(claim: ClaimRecord, days: int) -> date:
    """Give the day by which the payer usually has decided."""
    assert claim.submitted_at is not None  # noqa: S101 - only claims that were sent are asked
    return claim.submitted_at.date() + timedelta(days)


def _to_ask(work: UnitOfWork, late: Sequence[ClaimRecord], pace: Pace) -> list[ClaimRecord]:
    """Give the late claims that were not asked about within the pace's days."""
    rows = StatusInquiry.objects.of(work.organization).filter(claim__in=late)
    last = dict(rows.values_list("claim").annotate(on=Max("asked_on")))
    since = work.today - timedelta(pace.again_days)
    return [claim for claim in late if claim.pk not in last or last[claim.pk] <= since]


def _sound_alarm(work: UnitOfWork, claim: ClaimRecord, pace: Pace) -> None:
    assert pace.days is not None  # noqa: S101 - without days nothing is late
    due = _due(claim, pace.days)
    known = f"n = {pace.learned_from}" if pace.learned_from else pace.source
    open_task(
        work,
        f"overdue:{claim.pk}",
        kind="overdue",
        title=f"No decision after {(work.today - due).days + pace.days} days"[:120],
        next_step=f"This payer usually decides within {pace.days} days ({known}): ask it"[:200],
        claim=claim,
        value_cents=claim.total_charge_cents,
        due_on=claim.filing_due_on,
    )


def _note_silence(work: UnitOfWork, late: Sequence[ClaimRecord]) -> None:
    """Ask a person to call where a question of an earlier day has no answer."""
    rows = StatusInquiry.objects.of(work.organization).filter(
        claim__in=late, answered_at=None, asked_on__lt=work.today
    )
    silent = set(rows.values_list("claim", flat=True))
    for claim in late:
        if claim.pk in silent:
            _ask_person(work, claim, "The payer does not answer", "Call the payer about the claim")


def _end_alarms(work: UnitOfWork, waiting: set[int]) -> None:
    """Close the alarms of claims that wait no more."""
    rows = Task.objects.of(work.organization).filter(
        kind="overdue", closed_at__isnull=True, claim__isnull=False
    )
    done = rows.exclude(claim__in=waiting)
    close_tasks(work, *done.values_list("key", flat=True), outcome="the payer has decided")


def _ask_for_pace(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord]) -> None:
    open_task(
        work,
        f"pace:{payer.pk}",
        kind="overdue",
        title=f"Nobody knows how long {payer.name} usually takes"[:120],
        next_step="Record the payer's usual days, so that late claims are noticed",
        value_cents=sum(claim.total_charge_cents for claim in claims),
    )


# The question


def ask_about(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord]) -> int:
    """Ask a payer about claims in one 276 and read what it answers at once; give the answers.

    A payer that cannot be reached is asked by nobody: the alarm stays with a person.
    """
    try:
        number = next_control_number(payer)
    except NotConnectedError:
        return 0
    content = _write(work, payer, claims, number)
    name = f"{number:09d}.276"
    asked, _ = keep_file(
        work,
        payer,
        direction="out",
        kind="276",
        name=name,
        content=content,
        control_number=number,
    )
    StatusInquiry.objects.bulk_create(
        StatusInquiry(
            organization_id=work.organization,
            claim=claim,
            file=asked,
            trace=_trace(number, place),
            asked_on=work.today,
        )
        for place, claim in enumerate(claims, 1)
    )
    for claim in claims:
        work.tell(
            "claim_status.asked",
            ("claim_status", claim.pk),
            patient=claim.patient_id,
            claim=claim.pk,
            file=asked.pk,
        )
    return _exchange(work, payer, asked)


def _trace(number: int, place: int) -> str:
    return f"Q{number:09d}-{place:05d}"


def _write(work: UnitOfWork, payer: Payer, claims: Sequence[ClaimRecord], number: int) -> bytes:
    practice = Organization.objects.get(pk=work.organization)
    questions = [_question(claim, _trace(number, place)) for place, claim in enumerate(claims, 1)]
    body = build_questions(
        payer_value(payer),
        billing_provider(practice),
        questions,
        reference=f"{number:09d}",
        created_at=work.at,
    )
    sealed = envelope(practice, payer.identifier, number, work.at)
    return x12.write(sealed, GUIDE, [body]).encode("latin-1")


def _question(record: ClaimRecord, trace: str) -> StatusQuestion:
    claim = latest_claim(record)
    return StatusQuestion(
        trace=trace,
        control_number=record.control_number,
        subscriber=claim.subscriber,
        charge_cents=record.total_charge_cents,
        starts_on=claim.service_starts_on or record.service_on,
        ends_on=claim.service_ends_on or record.service_on,
        patient=None if claim.relationship == "18" else claim.patient,
        payer_claim_number=record.payer_claim_number,
    )


def _exchange(work: UnitOfWork, payer: Payer, asked: ExchangedFile) -> int:
    """Hand the question over; what else the payer has for us is kept for its own readers."""
    with opened_connection(payer) as connection:
        connection.send([OutboundFile(asked.name, bytes(asked.content))], at=work.at)
        received = connection.receive(work.today)
    mark(work, asked, "sent")
    answered = 0
    for inbound in received:
        kind = sniff_kind(inbound.content)
        kept, new = keep_file(
            work, payer, direction="in", kind=kind, name=inbound.name, content=inbound.content
        )
        if kind == "277" and new:
            answered += _read(work, kept)
    return answered


# The answer


def read_status_replies(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile
) -> int:
    """Read a 277: what is said of each claim is kept with it; give how many claims it tells of."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        return _read(work, file)


def _read(work: UnitOfWork, file: ExchangedFile) -> int:
    replies = read_replies(bytes(file.content))
    traces = {reply.trace for reply in replies}
    rows = StatusInquiry.objects.of(work.organization).filter(
        trace__in=traces, claim__payer=file.payer
    )
    asked = {row.trace: row for row in rows.select_related("claim", "claim__patient")}
    strangers = 0
    for reply in replies:
        inquiry = asked.get(reply.trace)
        if inquiry is None or not _is_about(reply, inquiry.claim):
            strangers += 1
        else:
            _apply(work, file, inquiry, reply)
    if strangers or not replies:
        _wonder(work, file, strangers)
    mark(work, file, "processed")
    return len(replies) - strangers


def _is_about(reply: StatusReply, claim: ClaimRecord) -> bool:
    """Hold the numbers of the answer against the claim's: a wrong one is no answer."""
    ours = not reply.control_number or reply.control_number == claim.control_number
    known, told = claim.payer_claim_number, reply.payer_claim_number
    return ours and (not known or not told or known == told)


def _apply(
    work: UnitOfWork, file: ExchangedFile, inquiry: StatusInquiry, reply: StatusReply
) -> None:
    claim = inquiry.claim
    StatusAnswer.objects.bulk_create(_answers(work, file, inquiry, reply), ignore_conflicts=True)
    ClaimFile.objects.get_or_create(
        organization_id=work.organization,
        claim=claim,
        file=file,
        defaults={"version_number": claim.version_number},
    )
    inquiry.standing, inquiry.answered_at = reply.standing.value, work.at
    inquiry.save(update_fields=["standing", "answered_at"])
    if reply.payer_claim_number and not claim.payer_claim_number:
        claim.payer_claim_number = reply.payer_claim_number[:50]
        claim.save(update_fields=["payer_claim_number"])
    work.tell(
        "claim_status.answered",
        ("claim_status", claim.pk),
        patient=claim.patient_id,
        claim=claim.pk,
        standing=reply.standing.value,
        categories=[each.category for each in reply.said],
    )
    _follow(work, claim, reply.standing)


def _answers(
    work: UnitOfWork, file: ExchangedFile, inquiry: StatusInquiry, reply: StatusReply
) -> Iterable[StatusAnswer]:
    for ordinal, said in enumerate(reply.said, 1):
        yield StatusAnswer(
            organization_id=work.organization,
            inquiry=inquiry,
            claim=inquiry.claim,
            file=file,
            ordinal=ordinal,
            category=said.category[:3],
            code=said.code[:4],
            entity=said.entity[:3],
            standing=said.standing.value,
            effective_on=said.effective_on,
            paid_cents=said.paid_cents,
            check_number=said.check_number[:50],
            said_at=work.at,
        )


# What a person is asked to do; what only waits needs nobody.
_STEPS = {
    Standing.WANTS_INFORMATION: "Send what the payer waits for; its status code says what",
    Standing.PAID: "The payer says it has paid: find the payment, or ask for its remittance",
    Standing.DENIED: "The payer says it has denied: ask for the remittance, which says why",
    Standing.DECIDED: "The payer says it has decided: ask for the remittance",
    Standing.SENT_ON: "The payer handed the claim on: ask to whom, and follow it there",
    Standing.REFUSED: "The payer refused the claim: mend what its status names and send it again",
    Standing.NOT_FOUND: "The payer knows no such claim: send it again, with the proof of filing",
    Standing.CANNOT_ANSWER: "The payer could not answer: ask it by telephone",
    Standing.UNKNOWN: "The answer says nothing that we know: read its codes, ask the payer",
}
_QUIET = {Standing.RECEIVED, Standing.PENDING}


def _follow(work: UnitOfWork, claim: ClaimRecord, standing: Standing) -> None:
    """Ask a person to do what the answer calls for; an answer that only waits ends the ask."""
    key = f"status:{claim.pk}"
    if standing in _QUIET:
        close_tasks(work, key, outcome="the payer is working on it")
        return
    if claim.state not in ON_ITS_WAY:
        return
    close_tasks(work, key, outcome="another answer came")
    told = standing.value.replace("_", " ")
    _ask_person(work, claim, f"The payer answers: {told}", _STEPS[standing])


def _ask_person(work: UnitOfWork, claim: ClaimRecord, title: str, step: str) -> None:
    open_task(
        work,
        f"status:{claim.pk}",
        kind="overdue",
        title=title,
        next_step=step,
        claim=claim,
        value_cents=claim.total_charge_cents,
        due_on=claim.filing_due_on,
    )


def _wonder(work: UnitOfWork, file: ExchangedFile, strangers: int) -> None:
    title = "An answer about a claim's status names a claim that we did not ask about"
    open_task(
        work,
        f"unknown-status:{file.pk}",
        kind="exchange",
        title=title if strangers else "An answer about status names no claim",
        next_step="Ask the payer or clearinghouse whose claim this is; nothing was recorded",
    )
