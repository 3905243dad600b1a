"""Denials as screens show them: grouped by cause, ranked in a list, and one with its appeals."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Count, F, Min, QuerySet, Sum

from cleanclaim.app.denial_terms import allows_write_off, policies_on
from cleanclaim.app.denying import OPEN_STAGES, access_case
from cleanclaim.app.reading.denial_odds import History
from cleanclaim.app.reading.sheets import SHEET_ROWS, Sheet
from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.next_step import Option, Situation, options, rank_value
from cleanclaim.denials.odds import Odds
from cleanclaim.store.denials.models import (
    Appeal,
    AppealEvidence,
    CaseNote,
    DenialCase,
    WriteOffRequest,
)

# What a list may be grouped and filtered by, and the column behind it.
GROUPINGS: Mapping[str, str] = {
    "cause": "cause",
    "payer": "payer_id",
    "reason": "reason",
    "code": "code",
    "team": "team",
}
SHOWN = ("work", "waiting", "settled")


class Chosen(msgspec.Struct, frozen=True):
    """Which cases a list shows: by what they share ("" is any) and by what is to be done."""

    show: str = "work"
    shared: Mapping[str, str] = {}

    @property
    def query(self) -> str:
        """Write the choice as a query; it holds codes and ids only."""
        pairs = [("show", self.show), *self.shared.items()]
        return "&".join(f"{name}={value}" for name, value in pairs if value)


class Group(msgspec.Struct, frozen=True):
    """Denials that share something: how many, what was refused, and the nearest last day."""

    key: str
    title: str
    denials: int
    cents: int
    due_on: date | None


class CaseRow(msgspec.Struct, frozen=True):
    """One case in a list; ``draft`` is the letter that waits to be sent."""

    id: int
    claim: int
    control_number: str
    patient: int
    patient_name: str
    payer: str
    cause: str
    team: str
    reasons: tuple[str, ...]
    label: str
    code: str
    cents: int
    due_on: date | None
    due_name: str
    due_confidence: str
    stage: str
    status: str
    plan: str
    lead: Option
    is_known: bool
    draft: int | None


class AppealView(msgspec.Struct, frozen=True):
    """One letter and the index of its evidence."""

    id: int
    kind: str
    level: int
    level_name: str
    state: str
    cents: int
    drafted_at: datetime
    sent_on: date | None
    channel: str
    proof: str
    outcome: str
    outcome_on: date | None
    won_cents: int
    evidence: tuple[tuple[str, str, str], ...]


class NoteView(msgspec.Struct, frozen=True):
    """One note of a case."""

    text: str
    author: str
    at: datetime


class RequestView(msgspec.Struct, frozen=True):
    """One request to give an amount up."""

    id: int
    cents: int
    reason: str
    state: str
    asked_name: str
    asked_at: datetime
    decided_name: str


class CaseView(msgspec.Struct, frozen=True):
    """Everything that the page of a case shows."""

    row: CaseRow
    options: tuple[Option, ...]
    rule: str
    rule_source: str
    rule_confidence: str
    due_source: str
    level: int
    received_on: date
    denied_on: date
    is_appealable: bool
    appeals: tuple[AppealView, ...]
    notes: tuple[NoteView, ...]
    requests: tuple[RequestView, ...]


def _chosen_rows(organization: int, chosen: Chosen) -> QuerySet[DenialCase]:
    rows: QuerySet[DenialCase] = DenialCase.objects.of(organization)
    match chosen.show:
        case "waiting":
            rows = rows.filter(stage="appealed", denial__status="open")
        case "settled":
            rows = rows.exclude(denial__status="open")
        case _:
            rows = rows.filter(stage__in=OPEN_STAGES, denial__status="open")
    shared = {GROUPINGS[name]: value for name, value in chosen.shared.items() if value}
    return rows.filter(**shared)


def group_cases(organization: int, chosen: Chosen, by: str) -> tuple[Group, ...]:
    """Give the groups among the chosen cases, the dearest first."""
    column = GROUPINGS[by]
    title = {"payer": "payer__name"}.get(by, column)
    rows = (
        _chosen_rows(organization, chosen)
        .values(key=F(column), title=F(title))
        .annotate(denials=Count("pk"), cents=Sum("denial__cents"), due=Min("due_on"))
        .order_by("-cents", "key")
    )
    return tuple(
        Group(str(r["key"]), str(r["title"]), r["denials"], int(r["cents"]), r["due"]) for r in rows
    )


def list_cases(
    organization: int, on: date, chosen: Chosen, after: int | None = None
) -> Sheet[CaseRow]:
    """Give cases by dollars × odds × days left, the most pressing money first.

    ``after`` counts the rows of the pages before. Without odds the whole amount counts.
    """
    history = History(organization)
    rows = _chosen_rows(organization, chosen)
    ranked = sorted(
        (-_pressing(_situation(case, history, on)), case.due_on or date.max, case.pk)
        for case in rows.select_related("denial").only(*_RANKING)
    )
    start = after or 0
    cut = [pk for _, _, pk in ranked[start : start + SHEET_ROWS]]
    end = start + len(cut)
    found = _rows(organization, cut, history, on)
    return Sheet(tuple(found[pk] for pk in cut), end if end < len(ranked) else None)


_RANKING = (
    "payer_id",
    "cause",
    "work",
    "is_appealable",
    "due_on",
    "denial__cents",
)


def _pressing(situation: Situation) -> int:
    """Give what a case is worth working now, by the way that leads."""
    return rank_value(situation, options(situation)[0].odds)


def _rows(organization: int, cases: list[int], history: History, on: date) -> dict[int, CaseRow]:
    rows = DenialCase.objects.of(organization).filter(pk__in=cases)
    related = rows.select_related("denial", "claim__patient", "payer")
    drafts = Appeal.objects.of(organization).filter(case__in=cases, state="drafted")
    letters = dict(drafts.filter(kind="appeal").values_list("case_id", "pk"))
    return {
        case.pk: _row(case, letters.get(case.pk), options(_situation(case, history, on)))
        for case in related
    }


def _situation(
    case: DenialCase, history: History, on: date, *, may_write_off: bool = False
) -> Situation:
    return Situation(
        DenialClass(case.work),
        case.denial.cents,
        case.due_on,
        on,
        history.odds(case.payer_id, case.cause),
        case.is_appealable,
        may_write_off,
    )


def _row(case: DenialCase, draft: int | None, ways: tuple[Option, ...]) -> CaseRow:
    patient = case.claim.patient
    return CaseRow(
        id=case.pk,
        claim=case.claim_id,
        control_number=case.claim.control_number,
        patient=case.claim.patient_id,
        patient_name=f"{patient.last_name}, {patient.first_name}",
        payer=case.payer.name,
        cause=case.cause,
        team=case.team,
        reasons=tuple(str(reason) for reason in case.denial.reasons if reason != "-"),
        label=case.label,
        code=f"{case.code} {case.modifiers}".strip(),
        cents=case.denial.cents,
        due_on=case.due_on,
        due_name=case.due_name,
        due_confidence=case.due_confidence,
        stage=case.stage,
        status=case.denial.status,
        plan=case.plan,
        lead=ways[0],
        is_known=bool(case.rule) or case.cause != Cause.UNKNOWN,
        draft=draft,
    )


def read_case(organization: int, case: int, on: date) -> CaseView:
    """Give one case as its page shows it."""
    found = access_case(case, organization=organization)
    policies = policies_on(organization, on)
    may = allows_write_off(policies, found.cause, found.denial.cents)
    ways = options(_situation(found, History(organization), on, may_write_off=may))
    appeals = _appeals(organization, found)
    draft = next(
        (each.id for each in appeals if each.state == "drafted" and each.kind == "appeal"), None
    )
    return CaseView(
        row=_row(found, draft, ways),
        options=ways,
        rule=found.rule,
        rule_source=found.rule_source,
        rule_confidence=found.rule_confidence,
        due_source=found.due_source,
        level=found.appeal_level,
        received_on=found.received_on,
        denied_on=found.denial.denied_on,
        is_appealable=found.is_appealable,
        appeals=appeals,
        notes=tuple(
            NoteView(note.text, note.author, note.at)
            for note in CaseNote.objects.of(organization).filter(case=found).order_by("-pk")
        ),
        requests=_requests(organization, found),
    )


def _appeals(organization: int, case: DenialCase) -> tuple[AppealView, ...]:
    rows = list(Appeal.objects.of(organization).filter(case=case).order_by("-pk"))
    evidence: dict[int, list[tuple[str, str, str]]] = {}
    kept = AppealEvidence.objects.of(organization).filter(appeal__in=[row.pk for row in rows])
    for each in kept.order_by("appeal_id", "number"):
        told = (each.kind, each.title, each.reference)
        evidence.setdefault(each.appeal_id, []).append(told)
    return tuple(_appeal(row, evidence.get(row.pk, ())) for row in rows)


def _appeal(row: Any, evidence: Iterable[tuple[str, str, str]]) -> AppealView:  # noqa: ANN401
    same = (name for name in AppealView.__struct_fields__ if name not in {"id", "evidence"})
    fields = {name: getattr(row, name) for name in same}
    return AppealView(id=row.pk, evidence=tuple(evidence), **fields)


def _requests(organization: int, case: DenialCase) -> tuple[RequestView, ...]:
    rows = WriteOffRequest.objects.of(organization).filter(case=case).order_by("-pk")
    same = [name for name in RequestView.__struct_fields__ if name != "id"]
    return tuple(
        RequestView(id=row.pk, **{name: getattr(row, name) for name in same}) for row in rows
    )


def odds_words(odds: Odds) -> str:
    """Write odds with their number and interval: "7 of 9 won (45-94 %)"; "unknown" without."""
    interval = odds.interval
    if interval is None:
        return "unknown"
    low, high = (round(100 * end) for end in interval)
    return f"{odds.won} of {odds.decided} won ({low}-{high} %)"
