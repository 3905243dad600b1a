"""The second computation of every report: what the database makes of its own rows.

Each statement gives the parts of a report (row, column, entry, cents). It shares no rule with
``ledger.aging`` and ``ledger.activity``, so that the two can prove each other.
"""

# Every posting up to the day, of the kinds asked for, with its account and what day began it.
_OPEN = """
WITH held AS (
    SELECT p.account_id, p.entry_id, p.cents, e."on",
           a.kind, a.payer_id, a.patient_id, a.claim_id
    FROM ledger_account a
    JOIN ledger_posting p ON p.organization_id = a.organization_id AND p.account_id = a.id
    JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
    WHERE a.organization_id = %(organization)s AND a.kind = ANY(%(kinds)s)
      AND e."on" <= %(as_of)s
),
standing AS (
    SELECT account_id, min("on") FILTER (WHERE cents > 0) AS asked_on
    FROM held GROUP BY account_id HAVING sum(cents) <> 0
),
bucket AS (
    SELECT * FROM unnest(%(bucket_names)s::text[], %(bucket_from)s::int[], %(bucket_to)s::int[])
        AS b (name, from_days, to_days)
)
"""
_IN_BUCKET = """
COALESCE((SELECT b.name FROM bucket b
          WHERE CASE WHEN {since} IS NOT NULL THEN
                    greatest(%(as_of)s - ({since}), (SELECT min(from_days) FROM bucket)) END
                BETWEEN b.from_days AND COALESCE(b.to_days, 2147483647)), 'unknown')
"""

_AGED_RECEIVABLES = (
    _OPEN
    + """
SELECT COALESCE({row}::text, '') AS row,
       CASE WHEN %(since)s = 'service' THEN {by_service}
            WHEN h.kind = 'ar_unbilled' THEN 'not billed'
            ELSE {by_billing} END AS "column",
       h.entry_id AS entry, h.cents AS cents
FROM standing s JOIN held h ON h.account_id = s.account_id
LEFT JOIN claims_claimrecord c
    ON c.organization_id = %(organization)s AND c.id = h.claim_id
"""
)


def _aged(row: str) -> str:
    return _AGED_RECEIVABLES.format(
        row=row,
        by_service=_IN_BUCKET.format(since="c.service_on"),
        by_billing=_IN_BUCKET.format(since="s.asked_on"),
    )


# Open since: the day after the last one at whose end the account was at zero.
_HELD = """,
ends AS (
    SELECT account_id, "on",
           sum(sum(cents)) OVER (PARTITION BY account_id ORDER BY "on") AS cents
    FROM held GROUP BY account_id, "on"
),
began AS (
    SELECT d.account_id, min(d."on") AS "on" FROM ends d
    WHERE d."on" > COALESCE((SELECT max(z."on") FROM ends z
                             WHERE z.account_id = d.account_id AND z.cents = 0), '-infinity')
    GROUP BY d.account_id
)
SELECT h.kind || ':' || COALESCE('payer-' || h.payer_id, 'patient-' || h.patient_id, '') AS row,
       {column} AS "column",
       h.entry_id AS entry,
       CASE WHEN h.kind IN ('cash_clearing', 'payer_recoup') THEN h.cents ELSE -h.cents END
           AS cents
FROM standing s
JOIN held h ON h.account_id = s.account_id
JOIN began ON began.account_id = s.account_id
"""
_AGED_HOLDINGS = (_OPEN + _HELD).format(column=_IN_BUCKET.format(since='began."on"'))

# Each entry with both of its sides, and what it is by the kinds of its accounts.
_SIDES = """
WITH sides AS (
    SELECT e.id AS entry, e."on", e.recorded_at, e.actor, e.links, d.cents,
           da.kind AS debit, ca.kind AS credit,
           da.reference AS debit_reference, ca.reference AS credit_reference
    FROM ledger_entry e
    JOIN ledger_posting d
        ON d.organization_id = e.organization_id AND d.entry_id = e.id AND d.cents > 0
    JOIN ledger_posting k
        ON k.organization_id = e.organization_id AND k.entry_id = e.id AND k.cents < 0
    JOIN ledger_account da ON da.organization_id = e.organization_id AND da.id = d.account_id
    JOIN ledger_account ca ON ca.organization_id = e.organization_id AND ca.id = k.account_id
    WHERE e.organization_id = %(organization)s
),
marked AS (
    SELECT *, left(debit, 3) = 'ar_' AS debit_open, left(credit, 3) = 'ar_' AS credit_open,
           CASE WHEN left(debit, 3) = 'ar_' THEN credit ELSE debit END AS other
    FROM sides
),
told AS (
    SELECT *, CASE
        WHEN debit_open AND credit_open THEN 'moved'
        WHEN (debit_open OR credit_open) AND other = 'revenue' THEN 'charges'
        WHEN (debit_open OR credit_open) AND other IN ('cash_clearing', 'bank', 'suspense',
            'payer_recoup', 'refunds_payable', 'unapplied') THEN 'payments'
        WHEN (debit_open OR credit_open) AND other IN ('contractual', 'write_off',
            'sequestration', 'withhold') THEN 'adjustments'
        WHEN debit_open OR credit_open THEN 'other'
        WHEN 'bank' IN (debit, credit) AND 'cash_clearing' IN (debit, credit) THEN 'deposited'
        WHEN 'bank' IN (debit, credit) THEN 'refunded'
        WHEN 'cash_clearing' IN (debit, credit) AND debit <> credit THEN 'held'
        ELSE 'other' END AS activity
    FROM marked
),
signed AS (
    SELECT *, CASE activity
        WHEN 'charges' THEN CASE WHEN debit_open THEN cents ELSE -cents END
        WHEN 'payments' THEN CASE WHEN credit_open THEN cents ELSE -cents END
        WHEN 'adjustments' THEN CASE WHEN credit_open THEN cents ELSE -cents END
        WHEN 'deposited' THEN CASE WHEN debit = 'bank' THEN cents ELSE -cents END
        WHEN 'refunded' THEN CASE WHEN credit = 'bank' THEN cents ELSE -cents END
        WHEN 'held' THEN CASE WHEN debit = 'cash_clearing' THEN cents ELSE -cents END
        WHEN 'other' THEN CASE WHEN debit_open THEN -cents ELSE cents END
        ELSE cents END AS amount
    FROM told
)
"""
_DAY = (
    _SIDES
    + """
SELECT actor || '|' || CASE WHEN debit = 'cash_clearing' THEN debit_reference
                            WHEN credit = 'cash_clearing' THEN credit_reference
                            ELSE COALESCE(links ->> 'remit', '') END AS row,
       activity AS "column", entry, amount AS cents
FROM signed WHERE (recorded_at AT TIME ZONE 'UTC')::date = %(as_of)s
"""
)
_COLLECTIONS = (
    _SIDES
    + """
SELECT to_char("on", 'YYYY-MM') AS row,
       CASE WHEN 'contractual' IN (debit, credit) THEN 'contractual' ELSE activity END AS "column",
       entry, amount AS cents
FROM signed WHERE activity IN ('charges', 'payments', 'adjustments')
  AND "on" BETWEEN %(starts_on)s AND %(as_of)s
"""
)
_DEPOSITS = (
    _SIDES
    + """
SELECT "on"::text || '|' || CASE WHEN debit = 'bank' THEN debit_reference ELSE credit_reference END
       AS row, activity AS "column", entry, amount AS cents
FROM signed WHERE 'bank' IN (debit, credit) AND "on" BETWEEN %(starts_on)s AND %(as_of)s
"""
)
_BALANCE = """
SELECT a.kind AS row, CASE WHEN p.cents > 0 THEN 'debits' ELSE 'credits' END AS "column",
       p.entry_id AS entry, abs(p.cents) AS cents
FROM ledger_posting p
JOIN ledger_account a ON a.organization_id = p.organization_id AND a.id = p.account_id
JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
WHERE p.organization_id = %(organization)s AND e."on" <= %(as_of)s
"""

STATEMENTS = {
    "aging-by-payer": _aged("h.payer_id"),
    "aging-by-patient": _aged("h.patient_id"),
    "aging-by-provider": _aged("c.rendering_id"),
    "day-sheet": _DAY,
    "net-collection": _COLLECTIONS,
    "deposits": _DEPOSITS,
    "suspense": _AGED_HOLDINGS,
    "credits": _AGED_HOLDINGS,
    "clearing": _AGED_HOLDINGS,
    "recoupments": _AGED_HOLDINGS,
    "trial-balance": _BALANCE,
}
