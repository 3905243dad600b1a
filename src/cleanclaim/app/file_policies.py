"""By which policy files are decided, and how a file stands under it on a day."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from cleanclaim.app.exclusions import judgements_of, outcome_of
from cleanclaim.app.provider_files import FileError, read_entries
from cleanclaim.app.work import unit_of_work
from cleanclaim.credentialing.files.deciding import BY_ITEM, FileRules, Item, Standing, judge_items
from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.credentialing.files.entries import Entry
from cleanclaim.credentialing.screening.runs import Standing as ScreeningStanding
from cleanclaim.credentialing.screening.runs import settle
from cleanclaim.credentialing.verification.policies import (
    SHIPPED_TERMS,
    Body,
    Confidence,
    PolicyTerm,
    Term,
    find_term,
)
from cleanclaim.credentialing.verification.readiness import Element, Result, Verification
from cleanclaim.kernel.spans import Span
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import (
    ElementVerification,
    FileAttestation,
    FilePolicy,
    ScreeningOutcome,
)

PROVISIONAL_DAYS = "provisional_days"
# The item of the lists of excluded people, beside the sanctions that a person looked up.
LISTS = 0


class PolicyChoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the practice decides by, from a day on.

    ``limits`` are days of its own by element; ``own_terms`` numbers of its own by term, and
    "provisional_days" for decisions that hold for a while.
    """

    body: Body
    source: str
    starts_on: date
    limits: Mapping[Element, int] = {}
    own_terms: Mapping[str, int] = {}


def choose_policy(
    *, organization: int, actor: Actor, at: datetime, choice: PolicyChoice
) -> FilePolicy:
    """Record by which policy files are decided from a day on. Raises FileError."""
    numbers = (*choice.limits.values(), *choice.own_terms.values())
    known = {*(each.value for each in Term), PROVISIONAL_DAYS}
    if not choice.source.strip() or any(n <= 0 for n in numbers) or set(choice.own_terms) - known:
        msg = "a policy names its source, and numbers of days or months above zero"
        raise FileError(msg)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = FilePolicy.objects.create(
            organization_id=organization,
            body=choice.body.value,
            limits={each.value: days for each, days in choice.limits.items()},
            own_terms=dict(choice.own_terms),
            source=choice.source.strip()[:200],
            starts_on=choice.starts_on,
            recorded_at=at,
        )
        work.tell("file_policy.chosen", ("file_policy", row.pk), body=row.body)
    return row


def find_policy(organization: int, on: date) -> FilePolicy | None:
    """Give the policy of a day; the one recorded last of those that began last."""
    rows = FilePolicy.objects.of(organization).filter(starts_on__lte=on)
    return rows.order_by("-starts_on", "-pk").first()


def rules_of(policy: FilePolicy) -> FileRules:
    """Give a policy as the values that files are judged by."""
    body = Body(policy.body)
    own = tuple(
        PolicyTerm(body, Term(name), days, Span(policy.starts_on), policy.source, Confidence.OWN)
        for name, days in policy.own_terms.items()
        if name != PROVISIONAL_DAYS
    )
    limits = {Element(name): days for name, days in policy.limits.items()}
    return FileRules(body, (*SHIPPED_TERMS, *own), limits)


def policy_number(policy: FilePolicy, term: Term, on: date) -> int | None:
    """Give a number of the policy, None where neither the body nor the practice has told it."""
    rules = rules_of(policy)
    found = find_term(rules.terms, rules.body, term, on)
    return None if found is None else found.value


def judge_provider(organization: int, provider: int, decided_on: date) -> Standing | None:
    """Say how a provider's file stands on a committee's day, None where no policy was chosen."""
    policy = find_policy(organization, decided_on)
    if policy is None:
        return None
    return judge_items(rules_of(policy), read_items(organization, provider), decided_on)


_ELEMENT_KINDS = {
    ElementKind.LICENCE: Element.LICENCE,
    ElementKind.DEA: Element.DEA,
    ElementKind.EDUCATION: Element.EDUCATION,
    ElementKind.BOARD: Element.BOARD,
}


def read_items(organization: int, provider: int) -> dict[Element, list[Item]]:
    """Give what is to be looked up of a file, each with what sources have said of it."""
    rows = list(
        ElementVerification.objects.of(organization).filter(provider_id=provider).order_by("pk")
    )
    items: dict[Element, list[Item]] = {}
    for each in read_entries(organization, provider):
        element = _ELEMENT_KINDS.get(each.kind)
        if element is not None:
            items.setdefault(element, []).append(_item(each, element, rows))
    for element in set(Element) - BY_ITEM - {Element.ATTESTATION}:
        found = [_value(row) for row in rows if row.element == element.value]
        if found:
            items[element] = [Item(None, tuple(found))]
    items[Element.SANCTIONS] = [
        *items.get(Element.SANCTIONS, [Item(None, ())]),
        Item(LISTS, _screened(organization, provider)),
    ]
    attested = _attested(organization, provider)
    if attested:
        items[Element.ATTESTATION] = [Item(None, attested)]
    return items


def _item(entry: Entry, element: Element, rows: list[ElementVerification]) -> Item:
    """Give what was said of the element as it reads now; earlier versions are verified anew."""
    found = [
        _value(row)
        for row in rows
        if (row.number, row.version) == (entry.number, entry.version)
        and row.element == element.value
    ]
    return Item(entry.number, tuple(_with_end(each, entry) for each in found))


def _with_end(found: Verification, entry: Entry) -> Verification:
    """End what was verified on the element's own last day, where that is sooner."""
    own = getattr(entry.element, "ends_on", None)
    ends = [day for day in (own, found.valid_until) if day is not None]
    return msgspec.structs.replace(found, valid_until=min(ends, default=None))


def _value(row: ElementVerification) -> Verification:
    return Verification(
        element=Element(row.element),
        source=row.source,
        method=row.method,
        verified_on=row.verified_on,
        evidence_sha256=row.evidence_sha256,
        verifier=row.verifier,
        result=Result(row.result),
        valid_until=row.valid_until,
    )


def _attested(organization: int, provider: int) -> tuple[Verification, ...]:
    rows = FileAttestation.objects.of(organization).filter(provider_id=provider).order_by("pk")
    return tuple(
        Verification(
            element=Element.ATTESTATION,
            source="the provider",
            method=row.way,
            verified_on=row.attested_on,
            evidence_sha256=row.file_sha256,
            verifier="the provider",
            result=Result.VERIFIED,
        )
        for row in rows
    )


_RESULTS = {
    ScreeningStanding.NO_MATCH: Result.VERIFIED,
    ScreeningStanding.CLEARED: Result.VERIFIED,
    ScreeningStanding.CONFIRMED: Result.ADVERSE,
    ScreeningStanding.TO_DECIDE: Result.UNAVAILABLE,
    ScreeningStanding.NOT_SCREENED: Result.UNAVAILABLE,
}


def _screened(organization: int, provider: int) -> tuple[Verification, ...]:
    """Give the screenings as verifications: what a person has not decided is no answer yet."""
    rows = ScreeningOutcome.objects.of(organization).filter(provider_id=provider)
    judged = judgements_of(organization, provider)
    return tuple(
        Verification(
            element=Element.SANCTIONS,
            source=row.run.list,
            method="screening",
            verified_on=row.run.screened_on,
            evidence_sha256=row.run.list_sha256,
            verifier=row.run.actor,
            result=_RESULTS[settle(outcome_of(row), judged).standing],
        )
        for row in rows.select_related("run").order_by("run__screened_on", "pk")
    )
