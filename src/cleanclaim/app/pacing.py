"""How long a payer usually takes: learned from what it decided, or recorded by somebody."""

from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Min

from cleanclaim.app.access import access
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import PayerPace
from cleanclaim.store.remits.models import RemitClaimRecord

# Our own choices: fewer decisions than these say too little, older ones too late.
ENOUGH = 20
LOOKED_BACK_DAYS = 365
_OF_TEN = 9  # nine of ten decisions were there by then
_AGAIN_DAYS = 7


class Pace(msgspec.Struct, frozen=True):
    """After how many days nine of ten decisions are there, and how we know.

    ``days`` None: nobody knows. ``learned_from`` is the number of decisions that it was learned
    from, 0 where somebody recorded it (``source``). ``decisions`` are those at hand.
    """

    days: int | None
    source: str
    learned_from: int = 0
    decisions: int = 0
    again_days: int = _AGAIN_DAYS


class NotAPaceError(CleanclaimError):
    """A pace is a number of days from 1 on, with a source."""

    code = "pace.not_a_pace"

    def __init__(self) -> None:
        super().__init__("write days from 1 to 365, and say who says so")


def record_pace(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    days: int,
    source: str,
    again_days: int = _AGAIN_DAYS,
) -> PayerPace:
    """Record a payer's usual days from today on; what was recorded before ends yesterday.

    Raises NotAPaceError.
    """
    if not (1 <= days <= 365 and 1 <= again_days <= 365 and source.strip()):
        raise NotAPaceError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        rows = PayerPace.objects.of(organization).filter(payer=who)
        rows.filter(starts_on__lt=work.today, ends_on=None).update(
            ends_on=work.today - timedelta(1)
        )
        fields = {"days": days, "again_days": again_days, "source": source.strip()[:200]}
        pace, _ = PayerPace.objects.update_or_create(
            organization_id=organization, payer=who, starts_on=work.today, defaults=fields
        )
        work.tell("pace.recorded", ("payer", who.pk), days=days)
    return pace


def usual_pace(payer: Payer, on: date) -> Pace:
    """Give a payer's pace as of a day: what it did where that is enough, else what is recorded."""
    recorded = _recorded(payer, on)
    again = recorded.again_days if recorded else _AGAIN_DAYS
    waits = sorted(_waits(payer, on))
    if len(waits) >= ENOUGH:
        days = waits[-(-len(waits) * _OF_TEN // 10) - 1]
        return Pace(max(1, days), "this payer's own decisions", len(waits), len(waits), again)
    if recorded is not None:
        return Pace(recorded.days, recorded.source, 0, len(waits), again)
    return Pace(None, "not recorded", 0, len(waits), again)


def _recorded(payer: Payer, on: date) -> PayerPace | None:
    rows = PayerPace.objects.of(payer.organization_id).filter(payer=payer, starts_on__lte=on)
    found: PayerPace | None = rows.exclude(ends_on__lt=on).order_by("starts_on").last()
    return found


def _waits(payer: Payer, on: date) -> list[int]:
    """Give the days from sending a claim to its first decision, of those decided of late."""
    rows = RemitClaimRecord.objects.of(payer.organization_id).filter(
        claim__payer=payer,
        claim__submitted_at__isnull=False,
        remit__status="posted",
        remit__paid_on__gt=on - timedelta(LOOKED_BACK_DAYS),
        remit__paid_on__lte=on,
    )
    first = rows.values_list("claim", "claim__submitted_at").annotate(paid=Min("remit__paid_on"))
    waits = [(paid - sent.date()).days for _, sent, paid in first]
    return [days for days in waits if days >= 0]
