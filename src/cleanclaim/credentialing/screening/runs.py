"""A run of the screening: what each person's outcome was, who decided, and what a hit stops."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.screening.entries import ExclusionList
from cleanclaim.credentialing.screening.matching import Level, Match, Screener
from cleanclaim.credentialing.screening.subjects import Subject


class Standing(StrEnum):
    """Where a subject stands after a run and the decisions of people.

    ``no_match`` says only that this file names nobody like the subject; ``not_screened`` that
    there was no name to look up. Only people's decisions lead to the last two.
    """

    NOT_SCREENED = "not_screened"
    NO_MATCH = "no_match"
    TO_DECIDE = "to_decide"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


class Outcome(msgspec.Struct, frozen=True):
    """What a run found for one subject."""

    reference: str
    standing: Standing
    matches: tuple[Match, ...] = ()

    @property
    def stops_until_decided(self) -> bool:
        """Tell whether an entry has the subject's own NPI: nothing leaves until somebody looked."""
        return any(match.level is Level.CONFIRMED_PENDING for match in self.matches)


class Run(msgspec.Struct, frozen=True):
    """One screening of many against one file, kept whole as evidence."""

    list: str
    list_sha256: str
    list_rows: int
    list_entries: int
    screened_on: date
    outcomes: tuple[Outcome, ...]


def _outcome(subject: Subject, matches: tuple[Match, ...]) -> Outcome:
    if matches:
        return Outcome(subject.reference, Standing.TO_DECIDE, matches)
    comparable = subject.is_comparable
    return Outcome(subject.reference, Standing.NO_MATCH if comparable else Standing.NOT_SCREENED)


def screen(exclusions: ExclusionList, subjects: Sequence[Subject], screened_on: date) -> Run:
    """Look up every subject on a list; nobody is cleared or condemned by it."""
    screener = Screener(exclusions.entries, subjects)
    return Run(
        list=exclusions.layout,
        list_sha256=exclusions.sha256,
        list_rows=exclusions.rows,
        list_entries=len(exclusions.entries),
        screened_on=screened_on,
        outcomes=tuple(_outcome(subject, found) for subject, found in screener.matches()),
    )


class Verdict(StrEnum):
    """What a person found out about a match."""

    SAME = "same"
    OTHER = "other"


class Judgement(msgspec.Struct, frozen=True):
    """A person's decision on one entry for one subject, with the evidence looked at.

    It holds for the row as it read: a row that is published anew with other content is decided
    anew. The latest of several counts.
    """

    reference: str
    entry_id: str
    verdict: Verdict
    decided_on: date
    decided_by: str
    reason: str
    evidence_sha256: str = ""


def _latest(reference: str, judgements: Iterable[Judgement]) -> Mapping[str, Verdict]:
    """Give the last verdict on each entry; one without a person or a reason is none."""
    return {
        each.entry_id: each.verdict
        for each in judgements
        if each.reference == reference and each.decided_by and each.reason
    }


def settle(outcome: Outcome, judgements: Iterable[Judgement]) -> Outcome:
    """Give an outcome after people's decisions, in their order.

    One entry confirmed is enough; cleared is who was told apart from every entry, by a person
    who gave a reason.
    """
    latest = _latest(outcome.reference, judgements)
    verdicts = [latest.get(match.entry_id) for match in outcome.matches]
    if Verdict.SAME in verdicts:
        return msgspec.structs.replace(outcome, standing=Standing.CONFIRMED)
    if verdicts and all(verdict is Verdict.OTHER for verdict in verdicts):
        return msgspec.structs.replace(outcome, standing=Standing.CLEARED)
    return outcome


class FederalStop(msgspec.Struct, frozen=True):
    """From which day on a confirmed subject's services are no federal payer's to pay.

    ``starts_on`` None is an entry without a date: then no day can be called safe.
    """

    reference: str
    starts_on: date | None

    def forbids(self, served_on: date) -> bool:
        """Tell whether a service of that day may not be billed to a federal payer."""
        return self.starts_on is None or served_on >= self.starts_on


def find_stop(outcome: Outcome, judgements: Iterable[Judgement]) -> FederalStop | None:
    """Give the stop of a subject that a person confirmed, from the earliest exclusion on."""
    held = list(judgements)
    if settle(outcome, held).standing is not Standing.CONFIRMED:
        return None
    latest = _latest(outcome.reference, held)
    days = [
        match.excluded_on for match in outcome.matches if latest.get(match.entry_id) is Verdict.SAME
    ]
    known = [day for day in days if day is not None]
    return FederalStop(outcome.reference, min(known) if len(known) == len(days) else None)


class Payment(msgspec.Struct, frozen=True):
    """What a payer paid for a service in which the subject took part."""

    claim: str
    payer: str
    reference: str
    served_on: date
    paid_cents: int


def list_paid_since(
    stop: FederalStop, payments: Iterable[Payment], federal_payers: Collection[str]
) -> tuple[Payment, ...]:
    """List what federal payers paid in spite of the stop: each may be owed back."""
    found = [
        payment
        for payment in payments
        if payment.reference == stop.reference
        and payment.payer in federal_payers
        and payment.paid_cents
        and stop.forbids(payment.served_on)
    ]
    return tuple(sorted(found, key=lambda each: (each.served_on, each.claim)))


class ListChange(msgspec.Struct, frozen=True):
    """What one version of a list has that another has not, as ids of entries.

    ``vanished`` may be reinstated people: the published file simply drops them, and a person
    has to see the reinstatement before a stop ends.
    """

    added: frozenset[str]
    vanished: frozenset[str]


def compare_lists(before: ExclusionList, after: ExclusionList) -> ListChange:
    """Compare two versions of a list by their whole rows."""
    old = {entry.id for entry in before.entries}
    new = {entry.id for entry in after.entries}
    return ListChange(frozenset(new - old), frozenset(old - new))


def count_standings(run: Run) -> Mapping[str, int]:
    """Count the outcomes of a run by standing."""
    counts = dict.fromkeys((str(each) for each in Standing), 0)
    for outcome in run.outcomes:
        counts[outcome.standing] += 1
    return counts
