"""Numbers of the organization's own series, given out once each, in order."""

from django.db import connection

_NEXT = """
INSERT INTO organizations_counter (organization_id, series, last) VALUES (%s, %s, 1)
ON CONFLICT (organization_id, series) DO UPDATE SET last = organizations_counter.last + 1
RETURNING last
"""


def next_number(series: str, *, organization: int) -> int:
    """Give the next number of a series; the row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [organization, series])
        (number,) = cursor.fetchone() or (0,)
    return int(number)
