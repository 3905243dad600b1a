"""Applications and what they are worth: the list, one of them, and the dollars behind them."""

from collections import defaultdict
from datetime import date, timedelta

import msgspec
from django.db.models import Sum

from cleanclaim.app.access import access
from cleanclaim.app.gating import turnaround_of
from cleanclaim.app.rebilling import Rebillable, find_rebillable
from cleanclaim.credentialing.enrollment.applications import (
    NEXT,
    PENDING,
    ApplicationState,
    Turnaround,
)
from cleanclaim.store.claims.models import ClaimRecord, Hold
from cleanclaim.store.credentialing.models import Participation
from cleanclaim.store.enrollments.models import Application, ApplicationItem, ApplicationStep

# How far back charges are looked at to tell what a day is worth: our own choice.
LOOKED_BACK_DAYS = 90
HORIZONS = (30, 60, 90)
_RELATED = ("provider", "payer", "location", "participation")
_OPEN = (ApplicationState.DRAFT, *sorted(PENDING))


class ApplicationRow(msgspec.Struct, frozen=True):
    """An application in the list; ``held_cents`` wait for it, ``a_day_cents`` come every day.

    ``a_day_cents`` is charged a day by this provider to this payer, over the days looked back
    at; None where nothing was.
    """

    id: int
    provider: str
    payer: str
    kind: str
    state: str
    filed_on: date | None
    effective_on: date | None
    follow_up_on: date | None
    expected_on: date | None
    missing: int
    held_cents: int
    a_day_cents: int | None


class Expiring(msgspec.Struct, frozen=True):
    """A grant that ends soon, and what is charged under it until the horizon after its end."""

    provider: str
    payer: str
    ends_on: date
    source: str
    at_risk_cents: tuple[int, ...]


class Dollars(msgspec.Struct, frozen=True):
    """What enrollment holds (charges), what is at risk by horizon, what a day without costs.

    ``frees_most`` is the open application behind which most is held, None where nothing is.
    """

    held_cents: int
    held_claims: int
    at_risk_cents: tuple[int, ...]
    a_day_cents: int
    expiring: tuple[Expiring, ...]
    frees_most: ApplicationRow | None


class ApplicationSheet(msgspec.Struct, frozen=True):
    """One application with its items and steps, the payer's pace, and denials to bill again."""

    row: ApplicationRow
    application: Application
    items: tuple[ApplicationItem, ...]
    steps: tuple[ApplicationStep, ...]
    turnaround: Turnaround
    rebillable: tuple[Rebillable, ...]
    following: tuple[str, ...]


def list_applications(
    organization: int, today: date, *, ended: bool = False
) -> tuple[ApplicationRow, ...]:
    """List open applications (or ended ones), those that hold most first."""
    states = [state.value for state in ApplicationState if (state in _OPEN) is not ended]
    rows = Application.objects.of(organization).filter(state__in=states)
    held, daily = held_by_link(organization), charged_daily(organization, today)
    found = [_row(row, held, daily) for row in rows.select_related(*_RELATED)]
    return tuple(sorted(found, key=lambda row: (-row.held_cents, row.id)))


_ByLink = dict[tuple[int, int], int]


def held_by_link(organization: int) -> _ByLink:
    """Give the charges of claims that enrollment holds, by provider and payer, each claim once."""
    holds = Hold.objects.of(organization).filter(
        released_at__isnull=True, reason__startswith="CRED.", claim__state="held"
    )
    claims = ClaimRecord.objects.of(organization).filter(pk__in=holds.values("claim"))
    rows = claims.values_list("rendering", "payer").annotate(cents=Sum("total_charge_cents"))
    return {(who or 0, payer): int(cents) for who, payer, cents in rows}


def charged_daily(organization: int, today: date) -> _ByLink:
    """Give what a provider charges a payer a day, from the first service looked back at."""
    since = today - timedelta(LOOKED_BACK_DAYS)
    rows = ClaimRecord.objects.of(organization).filter(
        service_on__gt=since,
        service_on__lte=today,
        follows__isnull=True,
        replaces__isnull=True,
    )
    sums: dict[tuple[int, int], int] = defaultdict(int)
    first: dict[tuple[int, int], date] = {}
    for who, payer, on, cents in rows.values_list(
        "rendering", "payer", "service_on", "total_charge_cents"
    ):
        key = (who or 0, payer)
        sums[key] += cents
        first[key] = min(on, first.get(key, on))
    return {key: cents // ((today - first[key]).days + 1) for key, cents in sums.items()}


def _row(row: Application, held: _ByLink, daily: _ByLink) -> ApplicationRow:
    link = (row.provider_id, row.payer_id)
    items = ApplicationItem.objects.of(row.organization_id).filter(application=row)
    pending = row.state in {state.value for state in PENDING}
    return ApplicationRow(
        row.pk,
        str(row.provider),
        row.payer.name,
        row.kind,
        row.state,
        row.filed_on,
        row.effective_on,
        row.follow_up_on,
        turnaround_of(row.payer).expected_on(row.filed_on) if pending and row.filed_on else None,
        items.filter(required=True, given_on__isnull=True).count(),
        held.get(link, 0),
        daily.get(link),
    )


def count_dollars(organization: int, today: date) -> Dollars:
    """Count what enrollment holds now and puts at risk within 30, 60 and 90 days, in charges."""
    held, daily = held_by_link(organization), charged_daily(organization, today)
    expiring = _expiring(organization, today, daily)
    open_rows = list_applications(organization, today)
    pending = {
        (row.provider_id, row.payer_id)
        for row in Application.objects.of(organization).filter(state__in=_OPEN)
    }
    claims = ClaimRecord.objects.of(organization).filter(
        state="held",
        pk__in=Hold.objects.of(organization)
        .filter(released_at__isnull=True, reason__startswith="CRED.")
        .values("claim"),
    )
    return Dollars(
        sum(held.values()),
        claims.count(),
        tuple(sum(each.at_risk_cents[place] for each in expiring) for place in range(3)),
        sum(daily.get(link, 0) for link in pending),
        expiring,
        open_rows[0] if open_rows and open_rows[0].held_cents else None,
    )


def _expiring(organization: int, today: date, daily: _ByLink) -> tuple[Expiring, ...]:
    """Give the grants that end within the last horizon and have none after them."""
    last = today + timedelta(HORIZONS[-1])
    rows = Participation.objects.of(organization).filter(ends_on__gte=today, ends_on__lt=last)
    found = []
    for row in rows.select_related("provider", "payer").order_by("ends_on", "pk"):
        ends_on = row.ends_on
        if ends_on is None or _goes_on(row, ends_on):
            continue
        cents = daily.get((row.provider_id, row.payer_id), 0)
        risks = tuple(cents * max(0, (today + timedelta(days) - ends_on).days) for days in HORIZONS)
        found.append(Expiring(str(row.provider), row.payer.name, ends_on, row.source, risks))
    return tuple(found)


def _goes_on(row: Participation, ends_on: date) -> bool:
    """Tell whether another grant of the same provider and payer follows without a gap."""
    after = Participation.objects.of(row.organization_id).filter(
        provider=row.provider_id,
        payer=row.payer_id,
        product__in=["", row.product],
        starts_on__lte=ends_on + timedelta(1),
    )
    return after.exclude(ends_on__lte=ends_on).exists()


def read_application(organization: int, application: int, today: date) -> ApplicationSheet:
    """Read one application whole; NotFoundError where the organization has none of this id."""
    row = access(Application, application, organization=organization, related=_RELATED)
    held, daily = held_by_link(organization), charged_daily(organization, today)
    items = ApplicationItem.objects.of(organization).filter(application=row).order_by("pk")
    steps = ApplicationStep.objects.of(organization).filter(application=row).order_by("-pk")
    rebillable: tuple[Rebillable, ...] = ()
    if row.state == ApplicationState.APPROVED and row.effective_on is not None:
        rebillable = find_rebillable(row, row.billable_on or row.effective_on, today=today)
    return ApplicationSheet(
        _row(row, held, daily),
        row,
        tuple(items),
        tuple(steps),
        turnaround_of(row.payer),
        rebillable,
        tuple(sorted(state.value for state in NEXT[ApplicationState(row.state)])),
    )
