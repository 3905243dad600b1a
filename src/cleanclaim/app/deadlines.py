"""Until when a payer takes a claim: a first one, one after another payer, a corrected one."""

from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.work import unit_of_work
from cleanclaim.codes.reference import Reference
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.remits.model import PREDETERMINATION, REVERSAL
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import FilingWindow
from cleanclaim.store.remits.models import RemitClaimRecord

LATER, CORRECTED = "later", "corrected"
SERVICE, DECISION = "service", "decision"


class Deadline(msgspec.Struct, frozen=True):
    """The last day on which a payer takes a claim; ``due_on`` None: no limit is known.

    ``counted_from`` is the day that it was counted from, ``event`` which day that is, and
    ``source`` who says so.
    """

    due_on: date | None
    event: str = ""
    counted_from: date | None = None
    source: str = ""

    @property
    def known(self) -> bool:
        """Tell whether a limit is known."""
        return self.due_on is not None


NO_LIMIT = Deadline(None, source="no limit known")


class NotAWindowError(CleanclaimError):
    """A filing window is a kind of claim, an event, days and a source."""

    code = "filing.not_a_window"

    def __init__(self) -> None:
        super().__init__("say for which claims, counted from what, how many days, and who says so")


def record_window(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    kind: str,
    counted_from: str,
    days: int,
    source: str,
    starts_on: date,
) -> FilingWindow:
    """Record until when a payer takes later or corrected claims, from a day on.

    What was recorded before for the same kind ends the day before. Raises NotAWindowError.
    """
    known = kind in {LATER, CORRECTED} and counted_from in {SERVICE, DECISION}
    if not (known and 1 <= days <= 3660 and source.strip()):
        raise NotAWindowError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        rows = FilingWindow.objects.of(organization).filter(payer=who, kind=kind)
        rows.filter(starts_on__lt=starts_on, ends_on=None).update(ends_on=starts_on - timedelta(1))
        window, _ = FilingWindow.objects.update_or_create(
            organization_id=organization,
            payer=who,
            kind=kind,
            starts_on=starts_on,
            defaults={
                "counted_from": counted_from,
                "days": days,
                "source": source.strip()[:200],
            },
        )
        work.tell("filing_window.recorded", ("payer", who.pk), kind=kind, days=days)
    return window


def find_deadline(record: ClaimRecord, reference: Reference) -> Deadline:
    """Find a claim's deadline by the windows recorded for its payer, else by its first limit.

    Where no window is recorded for later or corrected claims, the payer's limit for first claims
    counts from the service: the careful reading, and the source says so.
    """
    if record.replaces_id is not None:
        found = _by_window(record, CORRECTED, _decided_on(record.replaces_id, record))
    elif record.follows_id is not None:
        decided = _decided_on(record.follows_id, record)
        found = _by_window(record, LATER, decided) or _by_reference(record, reference, decided)
    else:
        found = None
    return found or _as_first(record, reference)


def _by_window(record: ClaimRecord, kind: str, decided_on: date | None) -> Deadline | None:
    rows = FilingWindow.objects.of(record.organization_id).filter(payer=record.payer_id, kind=kind)
    windows = rows.filter(starts_on__lte=record.service_on).exclude(ends_on__lt=record.service_on)
    window = windows.order_by("starts_on").last()
    since: date | None = record.service_on
    if window is not None and window.counted_from == DECISION:
        since = decided_on
    if window is None or since is None:
        return None
    due_on = since + timedelta(window.days)
    return Deadline(due_on, window.counted_from, since, window.source)


def _by_reference(
    record: ClaimRecord, reference: Reference, decided_on: date | None
) -> Deadline | None:
    """Give the loaded tables' limit that counts from the earlier payer, where there is one."""
    payer = record.payer
    limit = reference.filing_limit(
        payer.identifier, payer.filing_indicator, record.service_on, is_later=True
    )
    if limit is None or not limit.from_primary or decided_on is None:
        return None
    return Deadline(limit.deadline(decided_on), DECISION, decided_on, limit.source)


def _as_first(record: ClaimRecord, reference: Reference) -> Deadline:
    payer, since = record.payer, record.service_on
    limit = reference.filing_limit(payer.identifier, payer.filing_indicator, since)
    if limit is None:
        return NO_LIMIT
    careful = record.replaces_id is not None or record.follows_id is not None
    source = f"{limit.source}, as for a first claim" if careful else limit.source
    return Deadline(limit.deadline(since), SERVICE, since, source)


def _decided_on(earlier: int, record: ClaimRecord) -> date | None:
    """Give the day of the last payment advice that decided the earlier claim."""
    rows = RemitClaimRecord.objects.of(record.organization_id).filter(
        claim=earlier, remit__status="posted"
    )
    decided = rows.exclude(status_code__in=[REVERSAL, PREDETERMINATION])
    day: date | None = decided.order_by("pk").values_list("remit__paid_on", flat=True).last()
    return day
