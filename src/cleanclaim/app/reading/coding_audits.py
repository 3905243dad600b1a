"""Audits of coding as screens need them: agreement, both ways of error, levels beside peers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.coding import sheet_of
from cleanclaim.app.coding_audit import items_of
from cleanclaim.app.coding_preview import fees_on
from cleanclaim.coding.auditing.agreement import Agreement, agree, compare
from cleanclaim.coding.auditing.distribution import LevelShare, spread
from cleanclaim.coding.auditing.intervals import Proportion, proportion
from cleanclaim.store.coding.models import (
    AuditItem,
    CoderCredential,
    CodingAudit,
    CodingDifference,
    ContinuingEducation,
    DocumentationQuery,
    Lesson,
)
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.encounters.models import Charge

YEAR = timedelta(days=365)


class AuditView(msgspec.Struct, frozen=True):
    """An audit with its codings, its agreement so far, and its differences."""

    audit: CodingAudit
    items: Sequence[AuditItem]
    compared: int
    agreement: Agreement
    differences: Sequence[CodingDifference]
    lessons: dict[int, Lesson]


class QueryFigures(msgspec.Struct, frozen=True):
    """How queries fare: answered of those asked, agreed of those answered, amended of those."""

    answered: Proportion
    agreed: Proportion
    amended: Proportion


class CredentialView(msgspec.Struct, frozen=True):
    """A credential with the hours earned for it; ``standing`` is ended, ending or good."""

    row: CoderCredential
    earned_tenths: int
    standing: str


class ProviderSpread(msgspec.Struct, frozen=True):
    """A provider's levels beside those of the others of the same specialty in the practice."""

    provider: str
    specialty: str
    peers: int
    shares: tuple[LevelShare, ...]


def list_audits(organization: int) -> list[CodingAudit]:
    """Give the audits, the latest first."""
    rows = CodingAudit.objects.of(organization).select_related("coder", "opened_by")
    return list(rows.order_by("-pk"))


def read_audit(organization: int, audit: int) -> AuditView:
    """Give an audit, computed anew from the logs of both codings of each visit."""
    row = access(CodingAudit, audit, organization=organization, related=("coder", "opened_by"))
    items = items_of(row)
    done = [item for item in items if item.compared_at is not None]
    compared = [_compare(item) for item in done]
    differences = list(
        CodingDifference.objects.of(organization)
        .filter(audit=row)
        .select_related("session__encounter", "session__coder")
        .order_by("pk")
    )
    lessons = Lesson.objects.of(organization).filter(difference__in=differences)
    return AuditView(
        row,
        items,
        len(done),
        agree(compared, row.confidence / 10_000),
        differences,
        {lesson.difference_id: lesson for lesson in lessons},
    )


def _compare(item: AuditItem) -> Any:  # noqa: ANN401 - what ``compare`` gives
    mine, theirs = sheet_of(item.session), sheet_of(item.recode)
    on = item.session.encounter.service_on
    codes = sorted(mine.codes | theirs.codes)
    return compare(mine, theirs, fees_on(item.organization_id, codes, on))


def disputed(organization: int) -> list[CodingDifference]:
    """Give differences of two codings that are to be billed, not ruled on yet."""
    rows = CodingDifference.objects.of(organization).filter(audit=None, ruled_at=None)
    return list(rows.select_related("session__encounter").order_by("session", "pk"))


def query_figures(organization: int) -> QueryFigures:
    """Count queries: withdrawn ones were not asked."""
    rows = DocumentationQuery.objects.of(organization).exclude(state="withdrawn")
    asked, answered = rows.count(), rows.filter(answered_at__isnull=False).count()
    agreed = rows.filter(agreed=True)
    amended = agreed.filter(addendum__isnull=False).count()
    return QueryFigures(
        proportion(answered, asked),
        proportion(agreed.count(), answered),
        proportion(amended, agreed.count()),
    )


def list_lessons(organization: int, coder: int) -> list[Lesson]:
    """Give a coder's lessons, the open ones first."""
    rows = Lesson.objects.of(organization).filter(coder_id=coder)
    return sorted(rows.select_related("difference"), key=lambda x: (x.state == "passed", -x.pk))


def list_credentials(organization: int, on: date) -> list[CredentialView]:
    """Give every coder's credentials with the hours earned, those that end first before others."""
    rows = CoderCredential.objects.of(organization).select_related("coder").order_by("expires_on")
    hours: dict[int, int] = {}
    for key, tenths in ContinuingEducation.objects.of(organization).values_list(
        "credential", "hours_tenths"
    ):
        hours[key] = hours.get(key, 0) + tenths
    return [CredentialView(row, hours.get(row.pk, 0), _standing(row, on)) for row in rows]


def _standing(row: CoderCredential, on: date) -> str:
    if row.expires_on < on:
        return "ended"
    return "ending" if row.expires_on <= on + timedelta(days=90) else "good"


def spreads(organization: int, on: date) -> list[ProviderSpread]:
    """Give each provider's visit levels of a year beside the peers of the same specialty."""
    rows = Charge.objects.of(organization).filter(
        encounter__service_on__gt=on - YEAR, encounter__service_on__lte=on
    )
    codes: dict[int, list[str]] = {}
    for provider, code in rows.values_list("encounter__provider", "code"):
        codes.setdefault(provider, []).append(code)
    providers = list(Provider.objects.of(organization).order_by("last_name", "pk"))
    found = []
    for each in providers:
        peers = [p for p in providers if p.taxonomy == each.taxonomy and p.pk != each.pk]
        theirs = [code for peer in peers for code in codes.get(peer.pk, [])]
        shares = spread(codes.get(each.pk, []), theirs)
        if shares:
            found.append(ProviderSpread(str(each), each.taxonomy, len(peers), shares))
    return found
