"""Coders' credentials (CPC, CCS, CRC, …): their days, and the hours that keep them."""

from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.coding import CodingRefusedError
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import unit_of_work
from cleanclaim.store.coding.models import CoderCredential, ContinuingEducation
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership

WARN_BEFORE = timedelta(days=90)


class CredentialCard(msgspec.Struct, frozen=True):
    """A credential as its certificate shows it; hours in tenths, None where nobody knows."""

    name: str
    starts_on: date
    expires_on: date
    source: str
    specialty: str = ""
    ce_hours_tenths: int | None = None


def record_credential(
    *, organization: int, actor: Actor, at: datetime, coder: int, card: CredentialCard
) -> CoderCredential:
    """Record a coder's credential for its days. Raises CodingRefusedError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        members = Membership.objects.filter(organization_id=organization, user_id=coder)
        if not members.exists():
            msg = "the coder is no member of the organization"
            raise CodingRefusedError(msg)
        if not card.name.strip() or not card.source.strip() or card.expires_on < card.starts_on:
            msg = "a credential has a name, a source, and ends after it begins"
            raise CodingRefusedError(msg)
        row, _ = CoderCredential.objects.update_or_create(
            organization_id=organization,
            coder_id=coder,
            name=card.name.strip().upper()[:12],
            starts_on=card.starts_on,
            defaults={
                "specialty": card.specialty[:10],
                "expires_on": card.expires_on,
                "ce_hours_tenths": card.ce_hours_tenths,
                "source": card.source.strip()[:200],
            },
        )
        work.tell("credential.recorded", ("coder_credential", row.pk), name=row.name)
    return row


def record_education(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    credential: int,
    title: str,
    hours_tenths: int,
    earned_on: date,
    source: str,
) -> ContinuingEducation:
    """Record hours that count for a credential, earned in its days. Raises CodingRefusedError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(CoderCredential, credential, organization=organization)
        if not row.starts_on <= earned_on <= row.expires_on or hours_tenths <= 0:
            msg = "hours count that were earned in the days of the credential"
            raise CodingRefusedError(msg)
        earned = ContinuingEducation.objects.create(
            organization_id=organization,
            credential=row,
            title=title.strip()[:120],
            hours_tenths=hours_tenths,
            earned_on=earned_on,
            source=source.strip()[:200],
        )
        work.tell("education.recorded", ("coder_credential", row.pk), tenths=hours_tenths)
    return earned


def warn_of_expiry(*, organization: int, actor: Actor, at: datetime) -> int:
    """Open a task for each credential that ends soon or has ended; give how many there are."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = CoderCredential.objects.of(organization).order_by("pk")
        latest = {(row.coder_id, row.name): row for row in rows.order_by("starts_on", "pk")}
        ending = [r for r in latest.values() if r.expires_on <= work.today + WARN_BEFORE]
        for row in ending:
            open_task(
                work,
                f"credential:{row.pk}",
                kind="credential",
                title=f"A coder's {row.name} ends",
                next_step="Renew it, or record the renewal",
                due_on=row.expires_on,
            )
    return len(ending)
