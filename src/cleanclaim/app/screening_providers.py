"""Screening everybody the practice bills for, and what a person decides on each match."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.exclusions import (
    every_match,
    find_federal_stop,
    judgements_of,
    list_paid_in_spite,
)
from cleanclaim.app.provider_files import FileError, lock_provider, read_element
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.verifying_providers import reexamine_provider
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.credentialing.files.elements import (
    ElementKind,
    FileElement,
    Identity,
    Licence,
    OtherName,
    PracticeLocation,
)
from cleanclaim.credentialing.screening.reading import read_list
from cleanclaim.credentialing.screening.runs import (
    Outcome,
    Run,
    Standing,
    Verdict,
    count_standings,
    screen,
)
from cleanclaim.credentialing.screening.subjects import PersonName, Subject
from cleanclaim.kernel.findings import Finding
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import (
    ElementVersion,
    ScreeningJudgement,
    ScreeningOutcome,
    ScreeningRun,
)

MONITOR = "monitor"


class Screened(msgspec.Struct, frozen=True):
    """What came of a list: the kept run, or None and why the list was refused."""

    run: ScreeningRun | None
    findings: tuple[Finding, ...] = ()


def screen_providers(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    content: bytes,
    rows_min: int | None = None,
) -> Screened:
    """Look every provider up on a published list; the run is kept whole, with each outcome.

    A list that may be cut off is refused and keeps nothing. Nobody is cleared or condemned:
    whoever is alike becomes a task, and an entry with a provider's own NPI holds the claims.
    """
    reading = read_list(content, rows_min)
    if reading.list is None:
        return Screened(None, reading.findings)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        run = screen(reading.list, read_subjects(organization), work.today)
        kept = _keep(work, run)
        for outcome in run.outcomes:
            if outcome.standing is Standing.TO_DECIDE:
                _ask(work, outcome)
        close_tasks(work, f"{MONITOR}:{work.today:%Y-%m}:{run.list}", outcome="screened")
    return Screened(kept)


def _keep(work: UnitOfWork, run: Run) -> ScreeningRun:
    counts = dict(count_standings(run))
    kept = ScreeningRun.objects.create(
        organization_id=work.organization,
        list=run.list,
        list_sha256=run.list_sha256,
        list_rows=run.list_rows,
        list_entries=run.list_entries,
        screened_on=run.screened_on,
        counts=counts,
        actor=work.actor.name[:120],
        recorded_at=work.at,
    )
    ScreeningOutcome.objects.bulk_create(
        ScreeningOutcome(
            organization_id=work.organization,
            run=kept,
            provider_id=int(outcome.reference),
            standing=outcome.standing.value,
            matches=msgspec.to_builtins(outcome.matches),
        )
        for outcome in run.outcomes
    )
    record = ("screening_run", kept.pk)
    work.tell("providers.screened", record, list=run.list, rows=run.list_rows, **counts)
    return kept


def _ask(work: UnitOfWork, outcome: Outcome) -> None:
    """Open a task for what a person has not decided, and hold claims where the NPI is equal."""
    provider = int(outcome.reference)
    decided = {each.entry_id for each in judgements_of(work.organization, provider)}
    left = [match for match in outcome.matches if match.entry_id not in decided]
    if not left:
        return
    open_task(
        work,
        f"screen:{provider}",
        kind="credentialing",
        title=f"{len(left)} entries of a list of excluded people may be a provider of ours",
        next_step="Compare birth date and number on the publisher's site, then decide on each",
        due_on=work.today,
    )
    if outcome.stops_until_decided:
        reexamine_provider(work, provider)


def read_subjects(organization: int) -> list[Subject]:
    """Give every provider with all names, states and the birth date that their file has."""
    files: dict[int, list[FileElement]] = {}
    kinds = [ElementKind.IDENTITY, ElementKind.OTHER_NAME, ElementKind.LICENCE]
    rows = ElementVersion.objects.of(organization).filter(
        kind__in=[*(kind.value for kind in kinds), ElementKind.LOCATION.value]
    )
    # Withdrawn and earlier versions count too: a former name is a name.
    for row in rows.order_by("pk"):
        files.setdefault(row.provider_id, []).append(read_element(row.content))
    return [
        _subject(provider, files.get(provider.pk, ()))
        for provider in Provider.objects.of(organization).order_by("pk")
    ]


def _subject(provider: Provider, elements: Iterable[FileElement]) -> Subject:
    held = list(elements)
    names = [PersonName(provider.last_name, provider.first_name)]
    births: list[date] = []
    for each in held:
        if isinstance(each, Identity | OtherName):
            names.append(PersonName(each.surname, each.given))
        if isinstance(each, Identity) and each.birth_on is not None:
            births.append(each.birth_on)
    states = {each.state for each in held if isinstance(each, Licence | PracticeLocation)}
    codes = {each.postal_code for each in held if isinstance(each, PracticeLocation)}
    return Subject(
        reference=str(provider.pk),
        npi=provider.npi,
        names=tuple(dict.fromkeys(names)),
        birth_on=births[-1] if births else None,
        states=tuple(sorted(states)),
        postal_codes=tuple(sorted(codes)),
    )


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person found out about one entry for one provider."""

    entry: str
    verdict: Verdict
    reason: str
    evidence_sha256: str = ""


def judge_match(
    *, organization: int, actor: Actor, at: datetime, provider: int, decision: Decision
) -> ScreeningJudgement:
    """Record a person's decision on a match; only people decide. Raises FileError.

    "The same person" stops claims to federal programs from the exclusion's day, asks again about
    those that are on their way, and opens the task of what was paid since.
    """
    if actor.kind != "person" or not decision.reason.strip():
        msg = "a match is decided by a person, who says why"
        raise FileError(msg)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        matches = every_match(organization, provider)
        if decision.entry not in matches:
            msg = "no run has found this entry for the provider"
            raise FileError(msg)
        row = ScreeningJudgement.objects.create(
            organization_id=organization,
            provider_id=provider,
            entry=decision.entry,
            verdict=decision.verdict.value,
            excluded_on=matches[decision.entry].excluded_on,
            decided_on=work.today,
            decided_by=actor.name[:120],
            reason=decision.reason.strip()[:400],
            evidence_sha256=decision.evidence_sha256,
            recorded_at=at,
        )
        work.tell(
            "match.decided",
            ("screening_judgement", row.pk),
            provider=provider,
            verdict=row.verdict,
        )
        if set(matches) <= {each.entry_id for each in judgements_of(organization, provider)}:
            close_tasks(work, f"screen:{provider}", outcome="decided")
        _follow_stop(work, provider)
        reexamine_provider(work, provider)
    return row


def _follow_stop(work: UnitOfWork, provider: int) -> None:
    """Open the task of money that federal payers paid since the exclusion, with its clock."""
    key = f"excluded:{provider}"
    if find_federal_stop(work.organization, provider) is None:
        close_tasks(work, key, outcome="not the same person")
        return
    paid = list_paid_in_spite(work.organization, provider)
    term = find_term(LegalTerm.OVERPAYMENT_RETURN_DAYS, as_of=work.today)
    open_task(
        work,
        key,
        kind="credentialing",
        title=f"A provider is excluded: {len(paid)} payments of federal programs since",
        next_step="Stop the services, tell counsel, and report and return what was paid since",
        value_cents=sum(each.paid_cents for each in paid),
        due_on=work.today + timedelta(term.value) if term is not None else None,
    )
