"""Rosters: made from what payers granted, kept as they were sent, answered row by row."""

from datetime import datetime
from hashlib import sha256

from django.db.models import Max

from cleanclaim.app.access import access
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import unit_of_work
from cleanclaim.credentialing.rosters.answers import Reconciled, read_answers, reconcile
from cleanclaim.credentialing.rosters.templates import (
    TEMPLATES,
    Action,
    RosterProblem,
    RosterRow,
    next_roster,
    read_roster,
    write_roster,
)
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Participation, Payer
from cleanclaim.store.enrollments.models import Application, Roster, RosterAnswer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization


class NoTemplateError(CleanclaimError):
    """There is no roster template of that name."""

    code = "roster.template"

    def __init__(self) -> None:
        super().__init__(f"the templates are {', '.join(TEMPLATES)}")


class UnusableAnswerError(CleanclaimError):
    """An answer cannot be read or speaks of other rows; ``problems`` say which."""

    code = "roster.answer"

    def __init__(self, problems: tuple[RosterProblem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(f"row {first.row}: {first.what}; {first.to_do}")


def export_roster(
    *, organization: int, actor: Actor, at: datetime, payer: int, template: str
) -> Roster:
    """Make a payer's roster with what changed since its last one, and keep it as it is sent.

    Raises NoTemplateError.
    """
    if template not in TEMPLATES:
        raise NoTemplateError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        last = Roster.objects.of(organization).filter(payer=who).order_by("pk").last()
        rows = next_roster(rows_of(last) if last else (), _present_rows(who))
        content = write_roster(rows, TEMPLATES[template])
        roster = Roster.objects.create(
            organization_id=organization,
            payer=who,
            template=template,
            content=content,
            sha256=sha256(content).hexdigest(),
            rows=len(rows),
            exported_at=at,
        )
        work.tell("roster.exported", ("roster", roster.pk), payer=payer, rows=len(rows))
    return roster


def rows_of(roster: Roster) -> tuple[RosterRow, ...]:
    """Read a kept roster back."""
    rows, problems = read_roster(bytes(roster.content), TEMPLATES[roster.template])
    if problems:
        raise UnusableAnswerError(problems)
    return rows


def _present_rows(payer: Payer) -> list[RosterRow]:
    practice = Organization.objects.get(pk=payer.organization_id)
    granted = Participation.objects.of(payer.organization_id).filter(payer=payer, in_network=True)
    decided = dict(
        Application.objects.of(payer.organization_id)
        .filter(payer=payer, participation__isnull=False)
        .values_list("participation")
        .annotate(day=Max("decided_on"))
    )
    rows = granted.select_related("provider", "location")
    return [
        RosterRow(
            Action.ADD,
            row.provider.npi,
            row.provider.last_name,
            row.provider.first_name,
            practice.npi,
            practice.tax_id,
            taxonomy=row.taxonomy or row.provider.taxonomy,
            product=row.product,
            location=row.location.name if row.location else "",
            effective_on=row.starts_on,
            ends_on=row.ends_on,
            decided_on=decided.get(row.pk),
        )
        for row in rows.order_by("provider__npi", "product", "location", "starts_on")
    ]


def take_answer(
    *, organization: int, actor: Actor, at: datetime, roster: int, content: bytes
) -> Reconciled:
    """Keep what a payer said of each row; a rejected one becomes a task.

    Nothing is kept where a row is wrong. Rows without an answer are given back as such. Raises
    UnusableAnswerError.
    """
    answers, problems = read_answers(content)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(Roster, roster, organization=organization, related=("payer",))
        told, wrong = reconcile(rows_of(row), answers)
        if problems or wrong:
            raise UnusableAnswerError((*problems, *wrong))
        RosterAnswer.objects.bulk_create(
            (
                RosterAnswer(
                    organization_id=organization,
                    roster=row,
                    number=each.number,
                    provider_npi=each.provider_npi,
                    outcome=each.outcome.value,
                    reason=each.reason[:200],
                    answered_on=work.today,
                )
                for each in told.answers
            ),
            ignore_conflicts=True,
        )
        for each in told.rejected:
            open_task(
                work,
                f"roster:{row.pk}:{each.number}",
                kind="enrollment",
                title=f"A payer rejected row {each.number} of a roster"[:120],
                next_step=(each.reason or "Ask the payer what is wrong with the row")[:200],
            )
        work.tell(
            "roster.answered",
            ("roster", row.pk),
            rejected=len(told.rejected),
            unanswered=len(told.unanswered),
        )
    return told
