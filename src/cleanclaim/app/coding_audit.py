"""Auditing codings: a sample drawn, coded again blindly, and what comes of the differences."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db.models import Sum

from cleanclaim.app.access import access
from cleanclaim.app.coding import AUDIT, FINAL, FIRST, WANTED, CodingRefusedError, sheet_of
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.coding.auditing.distribution import TOP_LEVELS
from cleanclaim.coding.auditing.intervals import sample_size
from cleanclaim.coding.auditing.sampling import Candidate, Drawn, draw_by_risk, draw_random
from cleanclaim.store.coding.models import (
    AuditItem,
    CodingAudit,
    CodingDecision,
    CodingSession,
)
from cleanclaim.store.encounters.models import Charge
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import Denial

WHOLE = 10_000  # proportions are kept in ten-thousandths


class AuditOrder(msgspec.Struct, frozen=True):
    """What to audit: random or risk, whose codings of which days, and how sure it shall be.

    ``margin`` is half the width of the interval wanted, ``expected`` the agreement expected,
    both as shares, as is ``confidence``. ``size`` is taken as it is where it is given.
    """

    kind: str
    starts_on: date
    ends_on: date
    coder: int | None = None
    confidence: float = 0.95
    margin: float = 0.05
    expected: float = 0.95
    size: int | None = None


def open_audit(*, organization: int, actor: Actor, at: datetime, order: AuditOrder) -> CodingAudit:
    """Draw a sample of final first codings and want each coded again by somebody else.

    Raises CodingRefusedError where nothing was coded, or a proportion is none.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _refuse_unfit(order)
        if actor.user is None:
            msg = "an audit is opened by a person"
            raise CodingRefusedError(msg)
        candidates = _candidates(work, order)
        if not candidates:
            msg = "no coding became final in these days"
            raise CodingRefusedError(msg)
        size = _size(order, len(candidates))
        seed = f"{organization}:{at.isoformat()}"
        audit = _keep(work, order, (len(candidates), size), seed, actor.user)
        drawn = (
            draw_by_risk(candidates, size)
            if order.kind == "risk"
            else draw_random(candidates, size, seed)
        )
        for each in drawn:
            _want(work, audit, each)
        work.tell("audit.opened", ("coding_audit", audit.pk), kind=order.kind, size=size)
    return audit


def _refuse_unfit(order: AuditOrder) -> None:
    shares = (order.confidence, order.margin, order.expected)
    if order.kind not in {"random", "risk"} or not all(0 < share < 1 for share in shares):
        msg = "an audit is random or by risk; confidence, margin and agreement are between 0 and 1"
        raise CodingRefusedError(msg)


def _size(order: AuditOrder, population: int) -> int:
    if order.size is not None:
        return max(1, min(order.size, population))
    return sample_size(
        population,
        confidence=order.confidence,
        margin=order.margin,
        expected=order.expected,
    )


def _candidates(work: UnitOfWork, order: AuditOrder) -> list[Candidate]:
    rows = CodingSession.objects.of(work.organization).filter(
        turn=FIRST,
        state=FINAL,
        finished_at__date__gte=order.starts_on,
        finished_at__date__lte=order.ends_on,
    )
    if order.coder is not None:
        rows = rows.filter(coder_id=order.coder)
    sessions = list(rows.order_by("pk"))
    visits = [session.encounter_id for session in sessions]
    charges = Charge.objects.of(work.organization).filter(encounter__in=visits)
    cents = dict(charges.values_list("encounter").annotate(sum=Sum("charge_cents")).order_by())
    denied = set(
        Denial.objects.of(work.organization)
        .filter(claim__encounter__in=visits)
        .values_list("claim__encounter", flat=True)
    )
    return [_candidate(session, cents, denied) for session in sessions]


def _candidate(session: CodingSession, cents: dict[int, int], denied: set[int]) -> Candidate:
    log = CodingDecision.objects.of(session.organization_id).filter(session=session)
    actions = list(log.values_list("action", flat=True))
    codes = sheet_of(session).codes
    return Candidate(
        session.pk,
        int(cents.get(session.encounter_id, 0)),
        entered=actions.count("enter"),
        rejected=actions.count("reject") + actions.count("replace"),
        is_top_level=bool(codes & TOP_LEVELS),
        was_denied=session.encounter_id in denied,
    )


def _keep(
    work: UnitOfWork, order: AuditOrder, sizes: tuple[int, int], seed: str, user: int
) -> CodingAudit:
    population, size = sizes
    return CodingAudit.objects.create(
        organization_id=work.organization,
        kind=order.kind,
        coder_id=order.coder,
        population=population,
        size=size,
        confidence=round(order.confidence * WHOLE),
        margin=round(order.margin * WHOLE),
        expected=round(order.expected * WHOLE),
        seed=seed,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        opened_by_id=user,
        opened_at=work.at,
    )


def _want(work: UnitOfWork, audit: CodingAudit, drawn: Drawn) -> None:
    session = access(CodingSession, drawn.session, organization=work.organization)
    recode = CodingSession.objects.create(
        organization_id=work.organization,
        encounter_id=session.encounter_id,
        turn=f"{AUDIT}{audit.pk}",
        state=WANTED,
        sha256="",
        opened_at=work.at,
    )
    AuditItem.objects.create(
        organization_id=work.organization,
        audit=audit,
        session=session,
        recode=recode,
        why=drawn.why[:120],
    )


def items_of(audit: CodingAudit) -> Sequence[AuditItem]:
    """Give the codings of a sample in the order in which they were drawn."""
    rows = AuditItem.objects.of(audit.organization_id).filter(audit=audit)
    return list(
        rows.select_related("session__encounter", "session__coder", "recode__coder").order_by("pk")
    )
