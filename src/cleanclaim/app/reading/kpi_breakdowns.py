"""Where visits, denials and money are: the funnel, what denials are about, ages, payers."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import connection

from cleanclaim.app.reading.reports import Asked, sum_figures
from cleanclaim.insight.measures import Period, rank_shares
from cleanclaim.ledger.aging import BUCKETS


class Stage(msgspec.Struct, frozen=True):
    """How far visits came: how many and their charges; ``clean`` came without a hand till there.

    ``share`` is of all the visits, between 0 and 1.
    """

    name: str
    visits: int
    cents: int
    clean: int
    share: float


class CauseShare(msgspec.Struct, frozen=True):
    """Denials of one cause, the dearest first; ``running`` is the share of it and those before."""

    cause: str
    denials: int
    cents: int
    running: float


class AgeRow(msgspec.Struct, frozen=True):
    """What one side owes by age, in cents, in the order of ``age_names``."""

    side: str
    report: str
    cents: tuple[int, ...]


class PayerShare(msgspec.Struct, frozen=True):
    """One payer in a period: claims first sent, their charges, its share of these, its payments."""

    payer: str
    claims: int
    charge_cents: int
    share: float
    paid_cents: int


def _ask(statement: str, organization: int, period: Period) -> list[tuple[Any, ...]]:
    terms: dict[str, Any] = {
        "organization": organization,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, terms)
        return list(cursor.fetchall())


_FUNNEL = """
WITH visit AS (
    SELECT v.id, count(c.id) > 0 AS charged, COALESCE(sum(c.charge_cents), 0) AS cents
    FROM encounters_encounter v
    LEFT JOIN encounters_charge c
        ON c.organization_id = v.organization_id AND c.encounter_id = v.id
    WHERE v.organization_id = %(organization)s
      AND v.service_on BETWEEN %(starts_on)s AND %(ends_on)s
      AND NOT EXISTS (SELECT FROM statements_selfpayvisit s
                      WHERE s.organization_id = v.organization_id AND s.encounter_id = v.id)
    GROUP BY v.id
),
life AS (
    SELECT k.encounter_id,
           bool_or(e.action = 'claim.cleared') AS ready,
           bool_or(e.action = 'claim.submitted') AS sent,
           bool_or(e.action IN ('claim.paid', 'claim.partly_paid', 'claim.denied')) AS decided,
           bool_or(e.action IN ('claim.paid', 'claim.partly_paid')) AS paid,
           bool_or(k.state = 'closed') AS closed,
           bool_or(e.action IN ('claim.held', 'claim.edited', 'hold.overridden')) AS touched,
           bool_or(e.action = 'claim.rejected') AS bounced,
           bool_or(e.action IN ('claim.denied', 'claim.partly_paid', 'claim.replaced',
                                'claim.voided')) AS refused
    FROM claims_claimrecord k
    JOIN events_event e ON e.organization_id = k.organization_id AND e.claim_id = k.id
    WHERE k.organization_id = %(organization)s
    GROUP BY k.encounter_id
),
flags AS (
    SELECT v.cents, v.charged,
           v.charged AND l.encounter_id IS NOT NULL AS made,
           v.charged AND COALESCE(l.ready, FALSE) AS ready,
           v.charged AND COALESCE(l.ready AND l.sent, FALSE) AS sent,
           v.charged AND COALESCE(l.ready AND l.sent AND l.decided, FALSE) AS decided,
           v.charged AND COALESCE(l.ready AND l.sent AND l.paid, FALSE) AS paid,
           v.charged AND COALESCE(l.ready AND l.sent AND l.paid AND l.closed, FALSE) AS closed,
           NOT COALESCE(l.touched, FALSE) AS untouched,
           NOT COALESCE(l.touched OR l.bounced, FALSE) AS smooth,
           NOT COALESCE(l.touched OR l.bounced OR l.refused, FALSE) AS clean
    FROM visit v LEFT JOIN life l ON l.encounter_id = v.id
)
SELECT s.name, count(*) FILTER (WHERE s.reached),
       COALESCE(sum(cents) FILTER (WHERE s.reached), 0),
       count(*) FILTER (WHERE s.reached AND s.clean)
FROM flags f,
     LATERAL (VALUES (1, 'visit', TRUE, TRUE), (2, 'charged', charged, TRUE),
                     (3, 'claim made', made, TRUE), (4, 'ready', ready, untouched),
                     (5, 'sent', sent, untouched), (6, 'decided', decided, smooth),
                     (7, 'paid', paid, f.clean), (8, 'nothing owed', closed, f.clean))
         AS s (place, name, reached, clean)
GROUP BY s.place, s.name ORDER BY s.place
"""


def read_funnel(organization: int, period: Period) -> tuple[Stage, ...]:
    """Tell how far the visits of a period came until now; visits without coverage are left out.

    Each stage holds only what passed those before it. Empty where there were no visits.
    """
    rows = _ask(_FUNNEL, organization, period)
    whole = rows[0][1] if rows else 0
    return tuple(
        Stage(name, visits, int(cents), clean, visits / whole)
        for name, visits, cents, clean in rows
    )


_PARETO = """
SELECT COALESCE(k.cause, d.cause), count(*),
       sum(COALESCE((e.detail ->> 'cents')::bigint, d.cents)) AS cents
FROM remits_denial d
LEFT JOIN denials_denialcase k ON k.organization_id = d.organization_id AND k.denial_id = d.id
LEFT JOIN events_event e ON e.organization_id = d.organization_id
    AND e.record_kind = 'denial' AND e.record_id = k.id AND e.action = 'denial.opened'
WHERE d.organization_id = %(organization)s
  AND d.denied_on BETWEEN %(starts_on)s AND %(ends_on)s
GROUP BY 1 ORDER BY cents DESC, 1
"""


def read_pareto(organization: int, period: Period) -> tuple[CauseShare, ...]:
    """Give what the denials of a period refused by cause, the dearest first."""
    rows = _ask(_PARETO, organization, period)
    shares = rank_shares([int(cents) for _, _, cents in rows])
    return tuple(
        CauseShare(cause, denials, int(cents), share)
        for (cause, denials, cents), share in zip(rows, shares, strict=True)
    )


_MIX = """
WITH sent AS (
    SELECT payer_id, count(*) AS claims, sum(total_charge_cents) AS cents
    FROM claims_claimrecord
    WHERE organization_id = %(organization)s
      AND (submitted_at AT TIME ZONE 'UTC')::date BETWEEN %(starts_on)s AND %(ends_on)s
    GROUP BY payer_id
),
paid AS (
    SELECT a.payer_id, -sum(p.cents) AS cents
    FROM ledger_account a
    JOIN ledger_posting p ON p.organization_id = a.organization_id AND p.account_id = a.id
    JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
    JOIN ledger_posting q
        ON q.organization_id = e.organization_id AND q.entry_id = e.id AND q.id <> p.id
    JOIN ledger_account b ON b.organization_id = q.organization_id AND b.id = q.account_id
    WHERE a.organization_id = %(organization)s AND a.kind = 'ar_insurance'
      AND e."on" BETWEEN %(starts_on)s AND %(ends_on)s
      AND b.kind IN ('cash_clearing', 'bank', 'suspense', 'payer_recoup', 'refunds_payable',
                     'unapplied')
    GROUP BY a.payer_id
)
SELECT y.name, COALESCE(s.claims, 0), COALESCE(s.cents, 0) AS cents, COALESCE(p.cents, 0)
FROM credentialing_payer y
LEFT JOIN sent s ON s.payer_id = y.id
LEFT JOIN paid p ON p.payer_id = y.id
WHERE y.organization_id = %(organization)s
  AND (s.payer_id IS NOT NULL OR p.payer_id IS NOT NULL)
ORDER BY cents DESC, y.name
"""


def read_payer_mix(organization: int, period: Period) -> tuple[PayerShare, ...]:
    """Give what was first sent to each payer in a period, and what each paid in it."""
    rows = _ask(_MIX, organization, period)
    whole = sum(int(cents) for _, _, cents, _ in rows)
    return tuple(
        PayerShare(name, claims, int(cents), int(cents) / whole if whole else 0.0, int(paid))
        for name, claims, cents, paid in rows
    )


_SIDES: Mapping[str, str] = {"payers": "aging-by-payer", "patients": "aging-by-patient"}


def age_names() -> tuple[str, ...]:
    """Name the columns of the ages, the last one for what has no known day."""
    return (*(bucket.name for bucket in BUCKETS), "unknown")


def read_ages(organization: int, period: Period) -> tuple[AgeRow, ...]:
    """Give what payers and patients owe by age on a period's last day, as the reports tell it."""
    rows = []
    for side, report in _SIDES.items():
        figures = sum_figures(organization, report, Asked.on(period.ends_on))
        by_age = dict.fromkeys(age_names(), 0)
        for (_, age), cents in figures.items():
            by_age[age] += cents
        rows.append(AgeRow(side, report, tuple(by_age.values())))
    return tuple(rows)
