"""Applications to payers: opened with their checklist, filed, followed up, granted or refused."""

from datetime import date, datetime

from cleanclaim.app.access import access
from cleanclaim.app.enrolling import enroll_provider
from cleanclaim.app.reading.payer_enrollment import program_of, rules_of, terms_of
from cleanclaim.app.rebilling import ask_to_rebill
from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.credentialing.enrollment.applications import (
    GRANTING,
    ApplicationKind,
    ApplicationState,
    Item,
    find_checklist,
    find_missing,
    may_follow,
)
from cleanclaim.credentialing.enrollment.effective import Effective, Filing, judge_effective
from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Location, Payer, Provider
from cleanclaim.store.enrollments.models import (
    Application,
    ApplicationItem,
    ApplicationStep,
    Reassignment,
)
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization

_RELATED = ("provider", "payer", "location", "participation")


class ItemsMissingError(CleanclaimError):
    """An application cannot be filed while a required item is missing."""

    code = "application.items_missing"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} required items are missing; give them first")


class NotNextError(CleanclaimError):
    """An application does not go from its present state to that one."""

    code = "application.not_next"

    def __init__(self, state: str, following: str) -> None:
        super().__init__(f"an application that is {state} cannot become {following}")


class EffectiveUnknownError(CleanclaimError):
    """An approval needs an effective date: from the payer's letter, or from a rule on record."""

    code = "application.effective_unknown"

    def __init__(self) -> None:
        super().__init__("no rule of this payer gives the effective date; enter the letter's")


class DocumentMissingError(CleanclaimError):
    """What a payer decided is recorded with the paper that says so."""

    code = "application.document"

    def __init__(self) -> None:
        super().__init__("name the payer's letter or message that says so")


def access_application(application: int, *, organization: int) -> Application:
    """Fetch an application with its provider and payer."""
    return access(Application, application, organization=organization, related=_RELATED)


def open_application(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: int,
    payer: int,
    kind: ApplicationKind = ApplicationKind.INITIAL,
    product: str = "",
    location: int | None = None,
    first_service_on: date | None = None,
) -> Application:
    """Open an application with the checklist of its program; what is missing becomes a task."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Provider, provider, organization=organization)
        payer_row = access(Payer, payer, organization=organization)
        place = None if location is None else access(Location, location, organization=organization)
        program = program_of(payer_row) or Program.COMMERCIAL
        checklist = find_checklist(program, kind)
        application = Application.objects.create(
            organization_id=organization,
            provider=who,
            payer=payer_row,
            location=place,
            product=product.strip()[:40],
            kind=kind.value,
            form=checklist.form,
            state=ApplicationState.DRAFT.value,
            opened_on=work.today,
            first_service_on=first_service_on,
        )
        ApplicationItem.objects.bulk_create(
            ApplicationItem(
                organization_id=organization,
                application=application,
                key=item.key,
                title=item.title,
                required=item.required,
            )
            for item in checklist.items
        )
        _step(work, application, ApplicationState.DRAFT, work.today)
        _ask_for_missing(work, application)
    return application


def give_item(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    key: str,
    document: str = "",
    title: str = "",
) -> Application:
    """Note that an item of an application is at hand; with a ``title`` a new one is asked for."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_application(application, organization=organization)
        values: dict[str, object]
        if title.strip():
            values = {"title": title.strip()[:120], "given_on": None}
        else:
            values = {"given_on": work.today, "document": document.strip()[:120]}
        ApplicationItem.objects.update_or_create(
            organization_id=organization,
            application=row,
            key=key.strip()[:40],
            defaults=values,
            create_defaults={"title": key.strip()[:120], **values},
        )
        work.tell("application.item", ("application", row.pk), item=key[:40])
        _ask_for_missing(work, row)
    return row


def missing_items(application: Application) -> tuple[Item, ...]:
    """Give the required items that are not at hand."""
    rows = list(
        ApplicationItem.objects.of(application.organization_id).filter(application=application)
    )
    items = [Item(row.key, row.title, row.required) for row in rows]
    return find_missing(items, [row.key for row in rows if row.given_on is not None])


def file_application(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    filed_on: date,
    reference: str = "",
    contact: str = "",
    follow_up_on: date | None = None,
) -> Application:
    """Note that an application went to the payer; raises ItemsMissingError, NotNextError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_application(application, organization=organization)
        missing = missing_items(row)
        if missing:
            raise ItemsMissingError(len(missing))
        row.filed_on, row.reference = filed_on, reference.strip()[:60]
        row.contact, row.follow_up_on = contact.strip()[:120], follow_up_on
        _move(work, row, ApplicationState.FILED, filed_on)
        _ask_to_follow_up(work, row)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row


def note_answer(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    state: ApplicationState,
    on: date,
    document: str = "",
    note: str = "",
    follow_up_on: date | None = None,
) -> Application:
    """Note that a payer received, questioned or refused an application, or that we withdrew it.

    Raises NotNextError, and DocumentMissingError for an approval, which needs its own call.
    """
    if state is ApplicationState.APPROVED:
        raise DocumentMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_application(application, organization=organization)
        if state is ApplicationState.RECEIVED and row.received_on is None:
            row.received_on = on
        if state in {ApplicationState.REFUSED, ApplicationState.WITHDRAWN}:
            row.decided_on = on
        row.follow_up_on = follow_up_on
        _move(work, row, state, on, note=note, document=document)
        _ask_to_follow_up(work, row)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row


def follow_up(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    note: str,
    again_on: date | None = None,
) -> Application:
    """Note that the payer was asked about an application, and when to ask again."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_application(application, organization=organization)
        row.follow_up_on = again_on
        row.save(update_fields=["follow_up_on"])
        _step(work, row, ApplicationState(row.state), work.today, note=note)
        _ask_to_follow_up(work, row)
    return row


def approve_application(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    on: date,
    document: str,
    stated_on: date | None = None,
    disaster: bool = False,
) -> Application:
    """Record a payer's approval: who may be billed from when, and what is worth billing again.

    The effective date is the letter's (``stated_on``) or what the payer's dated rule gives;
    held claims leave by themselves, denials inside the new span become a task. Raises
    DocumentMissingError, EffectiveUnknownError, NotNextError.
    """
    if not document.strip():
        raise DocumentMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_application(application, organization=organization)
        row.decided_on = on
        if ApplicationKind(row.kind) in GRANTING:
            effective = _effective(row, on, stated_on, disaster=disaster)
            if effective.effective_on is None:
                raise EffectiveUnknownError
            row.effective_on, row.billable_on = effective.effective_on, effective.billable_on
            row.effective_source = effective.source[:200]
        _move(work, row, ApplicationState.APPROVED, on, document=document)
        close_tasks(work, f"application-answer:{row.pk}", outcome="approved")
        if row.effective_on is not None:
            _grant(work, row, row.effective_on, document.strip())
    return row


def _effective(row: Application, on: date, stated_on: date | None, *, disaster: bool) -> Effective:
    filing = Filing(
        program_of(row.payer) or Program.COMMERCIAL,
        filed_on=row.filed_on or row.opened_on,
        first_service_on=row.first_service_on,
        received_on=row.received_on,
        approved_on=on,
        stated_on=stated_on,
        disaster=disaster,
        payer=str(row.payer_id),
    )
    return judge_effective(filing, rules=rules_of(row.payer), terms=terms_of(row.payer))


def _grant(work: UnitOfWork, row: Application, effective_on: date, document: str) -> None:
    """Record the participation that an approval grants, and what follows from it."""
    if row.kind == ApplicationKind.REASSIGNMENT:
        _reassign(work, row, effective_on, document)
        reexamine_held(**work.acting)
        return
    billable = row.billable_on or effective_on
    row.participation = enroll_provider(
        **work.acting,
        provider=row.provider,
        payer=row.payer,
        span=Span(effective_on),
        source=document,
        location=row.location,
        product=row.product,
        retroactive_days=(effective_on - billable).days,
    )
    row.save(update_fields=["participation"])
    ask_to_rebill(work, row, billable)


def _reassign(work: UnitOfWork, row: Application, starts_on: date, document: str) -> None:
    practice = Organization.objects.get(pk=work.organization)
    Reassignment.objects.create(
        organization_id=work.organization,
        provider=row.provider,
        payer=row.payer,
        billing=practice.npi,
        starts_on=starts_on,
        document=document[:120],
    )


def _move(
    work: UnitOfWork,
    row: Application,
    state: ApplicationState,
    on: date,
    *,
    note: str = "",
    document: str = "",
) -> None:
    """Bring an application into a state with everything that was set on it."""
    if not may_follow(ApplicationState(row.state), state):
        raise NotNextError(row.state, state.value)
    row.state = state.value
    row.save()
    _step(work, row, state, on, note=note, document=document)


def _step(
    work: UnitOfWork,
    row: Application,
    state: ApplicationState,
    on: date,
    *,
    note: str = "",
    document: str = "",
) -> None:
    ApplicationStep.objects.create(
        organization_id=work.organization,
        application=row,
        state=state.value,
        on=on,
        by=work.actor.name[:120],
        note=note.strip()[:200],
        document=document.strip()[:120],
    )
    work.tell(
        "application.step",
        ("application", row.pk),
        state=state.value,
        provider=row.provider_id,
        payer=row.payer_id,
    )


def _ask_for_missing(work: UnitOfWork, row: Application) -> None:
    key = f"application-items:{row.pk}"
    missing = missing_items(row)
    if not missing:
        close_tasks(work, key, outcome="every item is at hand")
        return
    open_task(
        work,
        key,
        kind="enrollment",
        title=f"{len(missing)} items are missing for an application",
        next_step=f"Get first: {missing[0].title}"[:200],
    )


def _ask_to_follow_up(work: UnitOfWork, row: Application) -> None:
    """Keep the task of asking the payer (or of answering its question) while one is pending."""
    key = f"application-answer:{row.pk}"
    if row.state in {ApplicationState.REFUSED, ApplicationState.WITHDRAWN}:
        close_tasks(work, key, outcome=row.state)
        return
    questioned = row.state == ApplicationState.QUESTIONED
    title = "A payer asks for more on an application" if questioned else "Ask about an application"
    close_tasks(work, key, outcome="dealt with")
    open_task(
        work,
        key,
        kind="enrollment",
        title=title,
        next_step="Answer what was asked" if questioned else "Ask the payer where it stands",
        due_on=row.follow_up_on,
    )
