"""What is on record of a payer's enrollment: its program, its own dated rules, what it demands."""

from datetime import date, datetime, timedelta

from cleanclaim.app.access import access
from cleanclaim.app.reading.payer_enrollment import BASIS
from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.work import unit_of_work
from cleanclaim.credentialing.enrollment.terms import Basis, Program, Term
from cleanclaim.credentialing.participation.grants import DemandKind
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.enrollments.models import PayerDemand, PayerProgram, PayerRule
from cleanclaim.store.events.chain import Actor


class SourceMissingError(CleanclaimError):
    """A rule of a payer is recorded with who says so."""

    code = "enrollment.source"

    def __init__(self) -> None:
        super().__init__("say who says so: a manual with its page, a letter, a contract")


def _named(source: str) -> str:
    if not source.strip():
        raise SourceMissingError
    return source.strip()[:200]


def set_program(
    *, organization: int, actor: Actor, at: datetime, payer: int, program: Program, source: str
) -> PayerProgram:
    """Record which program's rules bind a payer; raises SourceMissingError."""
    told = _named(source)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row, _ = PayerProgram.objects.update_or_create(
            organization_id=organization,
            payer=access(Payer, payer, organization=organization),
            defaults={"program": program.value, "source": told},
        )
        work.tell("payer.program", ("payer", payer), program=program.value)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row


def record_rule(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    rule: Term | Basis,
    starts_on: date,
    source: str,
    value: int | None = None,
) -> PayerRule:
    """Record a payer's own number, or how it sets effective dates, from a day on.

    What was recorded before for the same ends the day before. Raises SourceMissingError.
    """
    told = _named(source)
    term = BASIS if isinstance(rule, Basis) else rule.value
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        rows = PayerRule.objects.of(organization).filter(payer=who, term=term, ends_on=None)
        rows.filter(starts_on__lt=starts_on).update(ends_on=starts_on - timedelta(1))
        row, _ = PayerRule.objects.update_or_create(
            organization_id=organization,
            payer=who,
            term=term,
            starts_on=starts_on,
            defaults={
                "value": value,
                "basis": rule.value if isinstance(rule, Basis) else "",
                "source": told,
            },
        )
        work.tell("payer.rule", ("payer", payer), term=term)
    return row


def record_demand(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    kind: DemandKind,
    starts_on: date,
    source: str,
    ends_on: date | None = None,
) -> PayerDemand:
    """Record what a payer asks for beside the enrollment, in a span; raises SourceMissingError."""
    told = _named(source)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row, _ = PayerDemand.objects.update_or_create(
            organization_id=organization,
            payer=access(Payer, payer, organization=organization),
            kind=kind.value,
            starts_on=starts_on,
            defaults={"ends_on": ends_on, "source": told},
        )
        work.tell("payer.demand", ("payer", payer), demand=kind.value)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row
