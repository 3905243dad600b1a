"""Follow-up: what waits at payers, what must be filed by when, what was asked and answered."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
from django.db.models import Max

from cleanclaim.app.filing import AT_RISK
from cleanclaim.app.inquiring import ON_ITS_WAY
from cleanclaim.app.pacing import Pace, usual_pace
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.followup.models import (
    ContractRecord,
    FilingWindow,
    PromptPayTerm,
    StatusAnswer,
    StatusInquiry,
)

ROWS_MAX = 200


class FilingRow(msgspec.Struct, frozen=True):
    """A claim that no payer has yet: its last day, days left, and dollars a day left.

    ``days_left`` is below zero once the limit has passed, None where no limit is known.
    """

    id: int
    control_number: str
    patient_name: str
    payer: str
    state: str
    service_on: date
    due_on: date | None
    days_left: int | None
    cents: int

    @property
    def known(self) -> bool:
        """Tell whether a limit is known."""
        return self.due_on is not None

    @property
    def urgency(self) -> int:
        """Give the cents at stake a day that is left; a passed limit counts as today."""
        if self.days_left is None:
            return 0
        return self.cents // (max(0, self.days_left) + 1)


def list_filing(organization: int, today: date) -> tuple[FilingRow, ...]:
    """Give the claims that payers do not have yet, the most dollars a day left first.

    Those of which no limit is known come last and say so.
    """
    claims = ClaimRecord.objects.of(organization).filter(state__in=AT_RISK)
    rows = [_filing_row(row, today) for row in claims.select_related("patient", "payer")]
    rows.sort(key=lambda row: (not row.known, -row.urgency, row.due_on or today, row.id))
    return tuple(rows[:ROWS_MAX])


def _filing_row(row: ClaimRecord, today: date) -> FilingRow:
    due = row.filing_due_on
    return FilingRow(
        id=row.pk,
        control_number=row.control_number,
        patient_name=f"{row.patient.last_name}, {row.patient.first_name}",
        payer=row.payer.name,
        state=row.state,
        service_on=row.service_on,
        due_on=due,
        days_left=None if due is None else (due - today).days,
        cents=row.total_charge_cents,
    )


class WaitingRow(msgspec.Struct, frozen=True):
    """A claim that a payer has and has not decided, with the last word on it."""

    id: int
    control_number: str
    patient_name: str
    payer: str
    state: str
    sent_on: date
    days: int
    usual_days: int | None
    learned_from: int
    standing: str
    asked_on: date | None
    cents: int

    @property
    def late(self) -> bool:
        """Tell whether the payer should have decided by its usual days."""
        return self.usual_days is not None and self.days > self.usual_days


def list_waiting(organization: int, today: date) -> tuple[WaitingRow, ...]:
    """Give the claims that payers have not decided, the longest overdue first."""
    claims = ClaimRecord.objects.of(organization).filter(
        state__in=ON_ITS_WAY, submitted_at__isnull=False
    )
    found = list(claims.select_related("patient", "payer").order_by("submitted_at", "pk"))
    paces = {row.payer_id: row.payer for row in found}
    known = {pk: usual_pace(payer, today) for pk, payer in paces.items()}
    words = _last_words(organization, [row.pk for row in found])
    rows = [_waiting_row(row, known[row.payer_id], words.get(row.pk), today) for row in found]
    rows.sort(key=lambda row: (not row.late, -(row.days - (row.usual_days or row.days)), row.id))
    return tuple(rows[:ROWS_MAX])


def _last_words(organization: int, claims: list[int]) -> dict[int, tuple[str, date]]:
    """Give, by claim, the standing of the last question and its day."""
    rows = StatusInquiry.objects.of(organization).filter(claim__in=claims)
    last = rows.values_list("claim").annotate(last=Max("pk"))
    asked = StatusInquiry.objects.of(organization).filter(pk__in=[pk for _, pk in last])
    return {row.claim_id: (row.standing or "no_answer", row.asked_on) for row in asked}


def _waiting_row(
    row: ClaimRecord, pace: Pace, word: tuple[str, date] | None, today: date
) -> WaitingRow:
    sent_on = row.submitted_at.date() if row.submitted_at else today
    return WaitingRow(
        id=row.pk,
        control_number=row.control_number,
        patient_name=f"{row.patient.last_name}, {row.patient.first_name}",
        payer=row.payer.name,
        state=row.state,
        sent_on=sent_on,
        days=(today - sent_on).days,
        usual_days=pace.days,
        learned_from=pace.learned_from,
        standing=word[0] if word else "",
        asked_on=word[1] if word else None,
        cents=row.total_charge_cents,
    )


class AnswerView(msgspec.Struct, frozen=True):
    """One thing that a payer said of a claim."""

    category: str
    code: str
    entity: str
    standing: str
    said_at: datetime
    paid_cents: int | None


def list_answers(organization: int, claim: int) -> tuple[AnswerView, ...]:
    """Give everything that payers answered about a claim, the latest first."""
    rows = StatusAnswer.objects.of(organization).filter(claim=claim).order_by("-pk")
    return tuple(
        AnswerView(row.category, row.code, row.entity, row.standing, row.said_at, row.paid_cents)
        for row in rows
    )


class PaceRow(msgspec.Struct, frozen=True):
    """A payer with its usual days and how we know them."""

    id: int
    name: str
    pace: Pace


def list_paces(organization: int, today: date) -> tuple[PaceRow, ...]:
    """Give each payer with its usual days."""
    payers = Payer.objects.of(organization).order_by("name", "pk")
    return tuple(PaceRow(payer.pk, payer.name, usual_pace(payer, today)) for payer in payers)


class TermRow(msgspec.Struct, frozen=True):
    """One thing recorded of a payer: what, in words, who says so, and its days."""

    payer: str
    kind: str
    told: str
    source: str
    starts_on: date
    ends_on: date | None


def list_terms(organization: int) -> tuple[TermRow, ...]:
    """Give the windows, contracts and prompt-pay terms of every payer, by payer and kind."""
    rows = [*_windows(organization), *_contracts(organization), *_prompt_pay(organization)]
    rows.sort(key=lambda row: (row.payer, row.kind, -row.starts_on.toordinal()))
    return tuple(rows)


def _windows(organization: int) -> Iterator[TermRow]:
    for row in FilingWindow.objects.of(organization).select_related("payer"):
        told = f"{row.kind} claims: {row.days} days from the {row.counted_from}"
        yield TermRow(row.payer.name, "filing", told, row.source, row.starts_on, row.ends_on)


def _contracts(organization: int) -> Iterator[TermRow]:
    for row in ContractRecord.objects.of(organization).select_related("payer"):
        told = f"{row.document}: {len(row.content['terms'])} terms"
        yield TermRow(row.payer.name, "contract", told, row.source, row.starts_on, row.ends_on)


def _prompt_pay(organization: int) -> Iterator[TermRow]:
    for row in PromptPayTerm.objects.of(organization).select_related("payer"):
        rate = f"{row.thousandths_percent / 1000:g} % a year after {row.days} days"
        told = f"{rate} ({row.confidence})"
        yield TermRow(row.payer.name, "prompt pay", told, row.source, row.starts_on, row.ends_on)
