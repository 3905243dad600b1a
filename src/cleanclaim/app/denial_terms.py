"""What a practice knows of refusals and payers: combinations, terms, citations, policies."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.work import unit_of_work
from cleanclaim.denials.causes import Cause
from cleanclaim.denials.combinations import SHIPPED, Combination, Combinations, Confidence
from cleanclaim.denials.terms import FIRST_LEVEL, MEDICARE_INDICATORS, MEDICARE_TERMS, AppealTerm
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.denials.models import (
    AppealTermRecord,
    CombinationRecord,
    PolicyCitation,
    WriteOffPolicy,
)
from cleanclaim.store.events.chain import Actor

# A payer's record holds one term without dates of its own: it counts for every denial.
_ALWAYS = Span(date(1970, 1, 1))


class UnsourcedError(CleanclaimError):
    """A term, a policy or a citation says where it comes from, or nobody can check it."""

    code = "denial.unsourced"

    def __init__(self) -> None:
        super().__init__("name the source: a document, a page, a section")


def combinations_of(organization: int) -> Combinations:
    """Give the rows that an organization judges by: its own before those that are shipped."""
    rows = CombinationRecord.objects.of(organization).order_by("-pk")
    own = [msgspec.convert(content, Combination) for (content,) in rows.values_list("content")]
    return Combinations((*own, *SHIPPED.rows)) if own else SHIPPED


def decide_combination(
    *, organization: int, actor: Actor, at: datetime, combination: Combination
) -> CombinationRecord:
    """Record what a combination means from a day on; the later decision counts."""
    own = msgspec.structs.replace(
        combination, own=True, confidence=Confidence.OWN, source="decided by the practice"
    )
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = CombinationRecord.objects.create(
            organization_id=organization,
            content=msgspec.to_builtins(own),
            decided_by=actor.name,
            decided_at=at,
        )
        work.tell(
            "combination.decided",
            ("combination", row.pk),
            combination=own.name,
            cause=own.cause.value,
            verdict=own.verdict.value,
        )
    return row


def terms_of(payer: Payer) -> tuple[AppealTerm, ...]:
    """Give the levels of appeal of a payer: the practice's records, else what is generally told.

    A recorded level stands in place of the same level from elsewhere.
    """
    recorded = tuple(_recorded(row) for row in _records(payer))
    known = {term.level for term in recorded}
    general: list[AppealTerm] = []
    if payer.appeal_days is not None:
        source = payer.terms_source or "terms of the payer as recorded"
        term = AppealTerm(
            FIRST_LEVEL, "first appeal", payer.appeal_days, _ALWAYS, source, Confidence.OWN
        )
        general.append(term)
    if payer.filing_indicator in MEDICARE_INDICATORS:
        told = {term.level for term in general}
        general += [term for term in MEDICARE_TERMS if term.level not in told]
    return (*recorded, *(term for term in general if term.level not in known))


def _records(payer: Payer) -> list[AppealTermRecord]:
    return list(AppealTermRecord.objects.of(payer.organization_id).filter(payer=payer))


def _recorded(row: AppealTermRecord) -> AppealTerm:
    return AppealTerm(
        row.level,
        row.name,
        row.days,
        Span(row.starts_on, row.ends_on),
        row.source,
        Confidence(row.confidence),
        row.least_cents,
    )


def record_term(
    *, organization: int, actor: Actor, at: datetime, payer: int, term: AppealTerm
) -> AppealTermRecord:
    """Record how long a payer takes appeals of a level; UnsourcedError without a source."""
    if not term.source.strip():
        raise UnsourcedError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = AppealTermRecord.objects.create(
            organization_id=organization,
            payer=access(Payer, payer, organization=organization),
            level=term.level,
            name=term.name[:60],
            days=term.days,
            least_cents=term.least_cents,
            starts_on=term.span.starts_on,
            ends_on=term.span.ends_on,
            source=term.source[:200],
            confidence=term.confidence.value,
        )
        work.tell(
            "appeal_term.recorded",
            ("appeal_term", row.pk),
            payer=payer,
            level=term.level,
            days=term.days,
        )
    return row


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A policy to be cited: where it stands, what it says, for which denials and days of service.

    ``reason`` is a CARC; without one the citation is for all denials of ``cause``.
    """

    title: str
    citation: str
    text: str = ""
    cause: Cause | None = None
    reason: str = ""
    span: Span


def record_citation(
    *, organization: int, actor: Actor, at: datetime, payer: int | None, citation: Citation
) -> PolicyCitation:
    """Record a policy for appeal letters; UnsourcedError where nobody could look it up."""
    if not citation.citation.strip():
        raise UnsourcedError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = PolicyCitation.objects.create(
            organization_id=organization,
            payer=None if payer is None else access(Payer, payer, organization=organization),
            cause=citation.cause.value if citation.cause else "",
            reason=citation.reason[:5],
            title=citation.title[:160],
            citation=citation.citation[:200],
            text=citation.text,
            starts_on=citation.span.starts_on,
            ends_on=citation.span.ends_on,
        )
        work.tell("citation.recorded", ("citation", row.pk), payer=payer, reason=row.reason)
    return row


def record_write_off_policy(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    most_cents: int,
    cause: Cause | None,
    span: Span,
    source: str,
) -> WriteOffPolicy:
    """Record up to how much of a cause's denials may be given up; each still needs a person."""
    if not source.strip():
        raise UnsourcedError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = WriteOffPolicy.objects.create(
            organization_id=organization,
            cause=cause.value if cause else "",
            most_cents=most_cents,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            source=source[:200],
        )
        work.tell("write_off_policy.recorded", ("write_off_policy", row.pk), cents=most_cents)
    return row


def policies_on(organization: int, day: date) -> tuple[WriteOffPolicy, ...]:
    """Give the write-off policies in force on a day."""
    rows = WriteOffPolicy.objects.of(organization).filter(starts_on__lte=day)
    return tuple(row for row in rows if row.ends_on is None or row.ends_on >= day)


def allows_write_off(policies: tuple[WriteOffPolicy, ...], cause: str, cents: int) -> bool:
    """Tell whether a policy covers giving up so many cents of a cause."""
    return any(row.cause in {"", cause} and cents <= row.most_cents for row in policies)
