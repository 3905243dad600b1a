"""Numbers of the organization's own series, given out once each, in order."""

from django.db.models import F

from cleanclaim.store.organizations.models import Counter


def next_number(series: str, *, organization: int) -> int:
    """Give the next number of a series; the row stays locked until the transaction ends."""
    Counter.objects.get_or_create(organization_id=organization, series=series)
    row = Counter.objects.select_for_update().get(organization_id=organization, series=series)
    Counter.objects.filter(pk=row.pk).update(last=F("last") + 1)
    return row.last + 1
