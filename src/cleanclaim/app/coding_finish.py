"""Finishing a coding: charges drop when a visit is final; two codings are held together first."""

from collections.abc import Sequence
from datetime import datetime

from cleanclaim.app.access import access
from cleanclaim.app.claiming import assemble_claim
from cleanclaim.app.coding import (
    AUDIT,
    FINAL,
    FIRST,
    SECOND,
    CodingRefusedError,
    sessions_of,
    sheet_of,
)
from cleanclaim.app.coding import my_session as find_mine
from cleanclaim.app.coding_preview import coverage_on, fees_on
from cleanclaim.app.documenting import CodedService, record_charges
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.coding.auditing.agreement import Compared, Difference, Direction, compare
from cleanclaim.coding.auditing.settling import settle
from cleanclaim.coding.sheet import Sheet
from cleanclaim.store.coding.models import (
    AuditItem,
    CodingDifference,
    CodingSession,
    DocumentationQuery,
)
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor

RULINGS = ("session", "other", "both")


def finish_coding(
    *, organization: int, actor: Actor, at: datetime, encounter: int
) -> CodingSession:
    """Make one's own coding of a visit final.

    Charges drop, and the claim with them, when nobody else's coding is awaited and nothing is in
    dispute. Raises CodingRefusedError where the sheet is no claim yet, or a query is open.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = _locked(work, encounter)
        session = find_mine(organization, encounter, actor.user or 0)
        if session is None or session.state == FINAL:
            msg = "you have no open coding of this visit"
            raise CodingRefusedError(msg)
        _refuse_unready(visit, session)
        session.state, session.finished_at = FINAL, at
        session.save(update_fields=["state", "finished_at"])
        work.tell("coding.finished", ("coding", session.pk), patient=visit.patient_id)
        if session.turn.startswith(AUDIT):
            _compare_audited(work, session)
        else:
            _settle_visit(work, visit)
    return session


def _locked(work: UnitOfWork, encounter: int) -> Encounter:
    access(Encounter, encounter, organization=work.organization)
    Encounter.objects.of(work.organization).select_for_update().get(pk=encounter)
    related = ("patient", "provider", "location")
    return access(Encounter, encounter, organization=work.organization, related=related)


def _refuse_unready(visit: Encounter, session: CodingSession) -> None:
    sheet = sheet_of(session)
    if not sheet.diagnoses or not sheet.services:
        msg = "a visit needs a diagnosis and a service before it is final"
        raise CodingRefusedError(msg)
    asked = DocumentationQuery.objects.of(visit.organization_id).filter(
        encounter=visit, state="asked"
    )
    if asked.exists() and not session.turn.startswith(AUDIT):
        msg = "a query to the author is open: await its answer or withdraw it"
        raise CodingRefusedError(msg)


def _settle_visit(work: UnitOfWork, visit: Encounter) -> None:
    """Drop the charges where the coding is one; open what two codings do not share."""
    rows = {row.turn: row for row in sessions_of(work.organization, visit.pk)}
    first, second = rows.get(FIRST), rows.get(SECOND)
    if first is None or first.state != FINAL:
        return
    if second is None:
        drop_charges(work, visit, sheet_of(first))
        return
    if second.state != FINAL:
        return
    compared = keep_differences(work, visit, first, second)
    if not compared.differences:
        drop_charges(work, visit, sheet_of(first))
        return
    open_task(
        work,
        f"adjudicate:{visit.pk}",
        kind="coding",
        title="Two blind codings of a visit differ",
        next_step="Rule on each difference; the charges drop when none is left",
        patient=visit.patient,
        value_cents=max(compared.charge_cents or 0, compared.other_cents or 0),
    )


def keep_differences(
    work: UnitOfWork,
    visit: Encounter,
    session: CodingSession,
    other: CodingSession,
    item: AuditItem | None = None,
) -> Compared:
    """Hold two codings of a visit together and keep what they do not share."""
    mine, theirs = sheet_of(session), sheet_of(other)
    fees = fees_on(work.organization, sorted(mine.codes | theirs.codes), visit.service_on)
    compared = compare(mine, theirs, fees)
    for each in compared.differences:
        CodingDifference.objects.get_or_create(
            organization_id=work.organization,
            session=session,
            other=other,
            kind=each.kind,
            system=each.system,
            code=each.code,
            defaults={
                "audit": item.audit if item else None,
                "coded": each.coded,
                "recoded": each.recoded,
                "direction": each.direction.value,
                "cents": each.cents,
            },
        )
    work.tell(
        "codings.compared",
        ("coding", session.pk),
        patient=visit.patient_id,
        differences=len(compared.differences),
    )
    return compared


def _compare_audited(work: UnitOfWork, recode: CodingSession) -> None:
    item = (
        AuditItem.objects.of(work.organization)
        .select_related("session__encounter", "audit")
        .get(recode=recode)
    )
    keep_differences(work, item.session.encounter, item.session, recode, item)
    item.compared_at = work.at
    item.save(update_fields=["compared_at"])


def rule_difference(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    difference: int,
    ruling: str,
    reason: str,
) -> CodingDifference:
    """Rule on a difference: which coding is right (session, other, both), and why.

    Between two codings that are to be billed nobody rules on their own. When the last one is
    ruled on, the charges drop as ruled. Raises CodingRefusedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        related = ("session__encounter", "other")
        row = access(CodingDifference, difference, organization=organization, related=related)
        if ruling not in RULINGS or not reason.strip():
            msg = "say which coding is right, and why"
            raise CodingRefusedError(msg)
        own = {row.session.coder_id, row.other.coder_id}
        if row.audit_id is None and actor.user in own:
            msg = "a third person rules on what two codings do not share"
            raise CodingRefusedError(msg)
        if row.audit_id is None and row.ruled_at is not None:
            msg = "this difference is ruled on"
            raise CodingRefusedError(msg)
        row.ruling, row.reason, row.ruled_at = ruling, reason.strip()[:200], at
        row.save(update_fields=["ruling", "reason", "ruled_at"])
        work.tell("coding.ruled", ("coding_difference", row.pk), ruling=ruling, code=row.code)
        if row.audit_id is None:
            _drop_if_ruled(work, row)
    return row


def _drop_if_ruled(work: UnitOfWork, row: CodingDifference) -> None:
    rows = CodingDifference.objects.of(work.organization).filter(
        session=row.session, other=row.other
    )
    if rows.filter(ruled_at=None).exists():
        return
    visit = _locked(work, row.session.encounter_id)
    granted = [_value(each) for each in rows.filter(ruling="other").order_by("pk")]
    drop_charges(work, visit, settle(sheet_of(row.session), sheet_of(row.other), granted))
    close_tasks(work, f"adjudicate:{visit.pk}", outcome="ruled")


def _value(row: CodingDifference) -> Difference:
    return Difference(
        row.kind,
        row.system,
        row.code,
        row.coded,
        row.recoded,
        Direction(row.direction),
        row.cents,
    )


def drop_charges(work: UnitOfWork, visit: Encounter, sheet: Sheet) -> None:
    """Record the charges of a final sheet and make its claim; without a fee nothing is final."""
    told = work.acting
    charges, missing = record_charges(**told, encounter=visit.pk, services=_services(sheet))
    if missing:
        msg = f"{missing[0].place}: {missing[0].message}; {missing[0].hint}"
        raise CodingRefusedError(msg)
    coverage = coverage_on(visit)
    if coverage is None:
        open_task(
            work,
            f"uncovered:{visit.pk}",
            kind="coverage",
            title="A coded visit has no coverage on its day",
            next_step="Record the coverage, or bill the patient",
            patient=visit.patient,
            value_cents=sum(charge.charge_cents for charge in charges),
        )
        return
    claim = assemble_claim(**told, encounter=visit.pk, coverage=coverage)
    release_claim(**told, claim=claim.pk)


def _services(sheet: Sheet) -> Sequence[CodedService]:
    return [
        CodedService(
            line.code,
            sheet.pointed(line),
            line.entry.modifiers,
            line.entry.units,
        )
        for line in sheet.services
    ]
