"""Key figures as the database counts them: one statement each, that gives the facts of periods.

A fact is (period, kind, record, claim, on, numerator, denominator): what is counted (a claim, a
visit, a denial, a decision, an account), the claim it is about (null where there is none), the
day, and what it adds to the two sums of its figure in that period.
"""

_PERIOD = """
WITH period AS (
    SELECT number, starts_on, ends_on
    FROM unnest(%(starts)s::date[], %(ends)s::date[])
        WITH ORDINALITY AS p (starts_on, ends_on, number)
)
"""


def _over(facts: str, *tables: str) -> str:
    """Count each fact in the periods that hold its day."""
    before = "".join(f", {table}" for table in tables)
    return f"""{_PERIOD}{before}
SELECT p.number AS period, f.kind, f.record, f.claim, f."on", f.numerator, f.denominator
FROM ({facts}) f JOIN period p ON f."on" BETWEEN p.starts_on AND p.ends_on
"""  # noqa: S608 - made of the texts of this module


# The first claim of each visit.
_OF_VISIT = """
of_visit AS (
    SELECT encounter_id, min(id) AS claim FROM claims_claimrecord
    WHERE organization_id = %(organization)s AND encounter_id IS NOT NULL
    GROUP BY encounter_id
)
"""
_ENTERED = """
SELECT 'visit' AS kind, v.id AS record, k.claim, c."on",
       {numerator} AS numerator, 1 AS denominator
FROM (SELECT encounter_id, (recorded_at AT TIME ZONE 'UTC')::date AS "on" FROM encounters_charge
      WHERE organization_id = %(organization)s) c
JOIN encounters_encounter v ON v.organization_id = %(organization)s AND v.id = c.encounter_id
LEFT JOIN of_visit k ON k.encounter_id = v.id
"""
_VERIFIED = """
SELECT 'visit' AS kind, v.id AS record, k.claim, v.service_on AS "on",
       (a.patient_id IS NOT NULL)::int AS numerator, 1 AS denominator
FROM encounters_encounter v
JOIN (SELECT DISTINCT patient_id FROM patients_coverage
      WHERE organization_id = %(organization)s) g ON g.patient_id = v.patient_id
LEFT JOIN (SELECT DISTINCT g.patient_id, f.service_on
           FROM patients_verification f
           JOIN patients_coverage g
               ON g.organization_id = f.organization_id AND g.id = f.coverage_id
           WHERE f.organization_id = %(organization)s AND f.status IN ('active', 'inactive')) a
    ON a.patient_id = v.patient_id AND a.service_on = v.service_on
LEFT JOIN of_visit k ON k.encounter_id = v.id
WHERE v.organization_id = %(organization)s
"""

# What happened to each claim until it first left: its first look, and whether a hand was on it.
_LOOKED = """
told AS (
    SELECT claim_id, sequence, action, (at AT TIME ZONE 'UTC')::date AS "on"
    FROM events_event
    WHERE organization_id = %(organization)s AND claim_id IS NOT NULL
      AND action IN ('claim.held', 'claim.cleared', 'claim.edited', 'hold.overridden',
                     'claim.submitted')
),
sent AS (
    SELECT claim_id, min(sequence) AS sequence FROM told
    WHERE action = 'claim.submitted' GROUP BY claim_id
),
looked AS (
    SELECT t.claim_id,
           min(t."on") FILTER (WHERE t.action IN ('claim.held', 'claim.cleared')) AS "on",
           bool_or(t.action IN ('claim.held', 'claim.edited', 'hold.overridden')) AS touched
    FROM told t LEFT JOIN sent s ON s.claim_id = t.claim_id
    WHERE s.sequence IS NULL OR t.sequence < s.sequence
    GROUP BY t.claim_id
)
"""
_CLEAN = """
SELECT 'claim' AS kind, claim_id AS record, claim_id AS claim, "on",
       (NOT touched)::int AS numerator, 1 AS denominator
FROM looked WHERE "on" IS NOT NULL
"""

# First claims to the first payer, and the first decision on each.
_FIRST_CLAIM = """c.frequency = '1' AND c.responsibility = 'P'
    AND c.replaces_id IS NULL AND c.follows_id IS NULL"""
_DECIDED = f"""
decided AS (
    SELECT DISTINCT ON (r.claim_id) r.claim_id, r.id AS decision, r.outcome, r.charge_cents,
           m.paid_on AS "on"
    FROM remits_remitclaimrecord r
    JOIN remits_remitrecord m ON m.organization_id = r.organization_id AND m.id = r.remit_id
    JOIN claims_claimrecord c ON c.organization_id = r.organization_id AND c.id = r.claim_id
    WHERE r.organization_id = %(organization)s AND m.status = 'posted'
      AND r.outcome IN ('paid', 'partly_paid', 'denied') AND {_FIRST_CLAIM}
    ORDER BY r.claim_id, r.id
)
"""  # noqa: S608 - made of the texts of this module
_REJECTED = f"""
rejected AS (
    SELECT e.claim_id, min((e.at AT TIME ZONE 'UTC')::date) AS "on"
    FROM events_event e
    JOIN claims_claimrecord c ON c.organization_id = e.organization_id AND c.id = e.claim_id
    WHERE e.organization_id = %(organization)s AND e.action = 'claim.rejected' AND {_FIRST_CLAIM}
    GROUP BY e.claim_id
)
"""  # noqa: S608 - made of the texts of this module
_ANSWERED = """
SELECT 'claim' AS kind, COALESCE(d.claim_id, x.claim_id) AS record,
       COALESCE(d.claim_id, x.claim_id) AS claim, COALESCE(x."on", d."on") AS "on",
       (x.claim_id IS NULL AND d.outcome = 'paid')::int AS numerator, 1 AS denominator
FROM decided d FULL JOIN rejected x ON x.claim_id = d.claim_id
"""
_REFUSED_AT_FIRST = """
SELECT 'claim' AS kind, claim_id AS record, claim_id AS claim, "on",
       (outcome <> 'paid')::int AS numerator, 1 AS denominator
FROM decided
"""

# What each denial refused when it was opened; a part written off lowers what is open later.
_REFUSED = """
refused AS (
    SELECT d.id AS denial, d.remit_claim_id AS decision, d.claim_id, d.denied_on, d.status,
           k.id AS case_id, COALESCE((e.detail ->> 'cents')::bigint, d.cents) AS cents
    FROM remits_denial d
    LEFT JOIN denials_denialcase k ON k.organization_id = d.organization_id AND k.denial_id = d.id
    LEFT JOIN events_event e ON e.organization_id = d.organization_id
        AND e.record_kind = 'denial' AND e.record_id = k.id AND e.action = 'denial.opened'
    WHERE d.organization_id = %(organization)s
)
"""
_DOLLARS_AT_FIRST = """
SELECT 'claim' AS kind, d.claim_id AS record, d.claim_id AS claim, d."on",
       CASE WHEN d.outcome = 'paid' THEN 0 ELSE COALESCE(r.cents, 0) END AS numerator,
       d.charge_cents AS denominator
FROM decided d LEFT JOIN refused r ON r.decision = d.decision
"""

# Denials that did not last, with what came back: all of it, or what appeals won.
_OVERTURNED = """
won AS (
    SELECT case_id, sum(won_cents) AS cents FROM denials_appeal
    WHERE organization_id = %(organization)s AND outcome IN ('overturned', 'partly')
    GROUP BY case_id
),
mended AS (
    SELECT DISTINCT c.replaces_id AS claim_id
    FROM claims_claimrecord c
    JOIN remits_remitclaimrecord r ON r.organization_id = c.organization_id AND r.claim_id = c.id
    WHERE c.organization_id = %(organization)s AND c.replaces_id IS NOT NULL
      AND r.outcome = 'paid'
),
overturned AS (
    SELECT r.denial, r.case_id, r.claim_id, r.denied_on, r.cents,
           CASE WHEN r.status = 'paid' OR (r.status = 'corrected' AND m.claim_id IS NOT NULL)
                    THEN r.cents
                WHEN w.case_id IS NOT NULL THEN least(r.cents, w.cents)
                WHEN r.status = 'won' THEN r.cents
                ELSE 0 END AS back
    FROM refused r
    LEFT JOIN won w ON w.case_id = r.case_id
    LEFT JOIN mended m ON m.claim_id = r.claim_id
)
"""
_TURNED = """
SELECT 'denial' AS kind, COALESCE(case_id, denial) AS record, claim_id AS claim,
       denied_on AS "on", {numerator} AS numerator, {denominator} AS denominator
FROM overturned
"""

# Where the cents of claims and self-pay visits went; what has no claim goes by its own words.
_KEY = """a.claim_id, CASE WHEN a.claim_id IS NULL THEN a.patient_id END AS patient_id,
    CASE WHEN a.claim_id IS NULL THEN a.reference END AS reference"""
_BY_KEY = """p.number, p.starts_on, p.ends_on, m.claim_id, m.patient_id, m.reference"""
_OF_KEY = """CASE WHEN m.claim_id IS NULL THEN 'account' ELSE 'claim' END AS kind,
    COALESCE(m.claim_id, min(m.account)) AS record, m.claim_id AS claim"""
_MOVED = f"""
moved AS (
    SELECT a.id AS account, a.kind, {_KEY}, e."on", p.cents
    FROM ledger_account a
    JOIN ledger_posting p ON p.organization_id = a.organization_id AND p.account_id = a.id
    JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
    WHERE a.organization_id = %(organization)s AND a.kind IN
        ('ar_unbilled', 'ar_insurance', 'ar_patient', 'revenue', 'contractual')
)
"""  # noqa: S608 - made of the texts of this module


def _standing(kinds: str, flow: str) -> str:
    """Give balances of some kinds on the last day, beside the flow of the window before it."""
    return f"""
SELECT p.number AS period, {_OF_KEY}, p.ends_on AS "on",
       COALESCE(sum(m.cents) FILTER (WHERE m.kind IN ({kinds})), 0) AS numerator,
       COALESCE(-sum(m.cents) FILTER (
           WHERE m.kind IN ({flow}) AND m."on" > p.ends_on - %(window_days)s), 0) AS denominator
FROM period p JOIN moved m ON m."on" <= p.ends_on
GROUP BY {_BY_KEY}
HAVING COALESCE(sum(m.cents) FILTER (WHERE m.kind IN ({kinds})), 0) <> 0
    OR count(*) FILTER (
           WHERE m.kind IN ({flow}) AND m."on" > p.ends_on - %(window_days)s) > 0
"""  # noqa: S608 - made of the texts of this module


_OWED = f"{_PERIOD}, {_MOVED}" + _standing(
    "'ar_unbilled', 'ar_insurance', 'ar_patient'", "'revenue', 'contractual'"
)
_UNCLAIMED = """
SELECT p.number, 'visit', v.id, NULL, p.ends_on, sum(c.charge_cents), 0
FROM encounters_encounter v
JOIN period p ON v.service_on <= p.ends_on
JOIN encounters_charge c ON c.organization_id = v.organization_id AND c.encounter_id = v.id
WHERE v.organization_id = %(organization)s
  AND NOT EXISTS (SELECT FROM claims_claimrecord k
                  WHERE k.organization_id = v.organization_id AND k.encounter_id = v.id)
  AND NOT EXISTS (SELECT FROM statements_selfpayvisit s
                  WHERE s.organization_id = v.organization_id AND s.encounter_id = v.id)
GROUP BY p.number, p.ends_on, v.id HAVING sum(c.charge_cents) <> 0
"""
_UNBILLED = _standing("'ar_unbilled'", "'revenue'")
_NOT_BILLED = f"{_PERIOD}, {_MOVED} {_UNBILLED} UNION ALL {_UNCLAIMED}"
_OLD = f"""{_PERIOD}, {_MOVED}, open AS (
    SELECT {_BY_KEY}, min(m.account) AS account, min(m."on") AS began_on, sum(m.cents) AS cents
    FROM period p JOIN moved m ON m."on" <= p.ends_on
    WHERE m.kind IN ('ar_insurance', 'ar_patient')
    GROUP BY {_BY_KEY} HAVING sum(m.cents) <> 0
)
SELECT o.number AS period, CASE WHEN o.claim_id IS NULL THEN 'account' ELSE 'claim' END AS kind,
       COALESCE(o.claim_id, o.account) AS record, o.claim_id AS claim, o.ends_on AS "on",
       CASE WHEN o.ends_on - COALESCE(c.service_on, o.began_on) > %(old_days)s
            THEN o.cents ELSE 0 END AS numerator,
       o.cents AS denominator
FROM open o
LEFT JOIN claims_claimrecord c
    ON c.organization_id = %(organization)s AND c.id = o.claim_id
"""  # noqa: S608 - made of the texts of this module

# Net revenue is charges less contractual adjustments; beside it what was paid or given up.
_NET = f"""
SELECT a.id AS account, {_KEY}, e."on", 0 AS cents, -p.cents AS net
FROM ledger_account a
JOIN ledger_posting p ON p.organization_id = a.organization_id AND p.account_id = a.id
JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
WHERE a.organization_id = %(organization)s AND a.kind IN ('revenue', 'contractual')
"""  # noqa: S608 - made of the texts of this module
_PAID = f"""
SELECT a.id AS account, {_KEY}, e."on", -p.cents AS cents, 0 AS net
FROM ledger_account a
JOIN ledger_posting p ON p.organization_id = a.organization_id AND p.account_id = a.id
JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id
JOIN ledger_posting q
    ON q.organization_id = e.organization_id AND q.entry_id = e.id AND q.id <> p.id
JOIN ledger_account b ON b.organization_id = q.organization_id AND b.id = q.account_id
WHERE a.organization_id = %(organization)s
  AND a.kind IN ('ar_unbilled', 'ar_insurance', 'ar_patient')
  AND b.kind IN ('cash_clearing', 'bank', 'suspense', 'payer_recoup', 'refunds_payable',
                 'unapplied')
"""  # noqa: S608 - made of the texts of this module
_GIVEN_UP = f"""
SELECT a.id AS account, {_KEY}, e."on", -p.cents AS cents, 0 AS net
FROM denials_writeoffrequest w
JOIN ledger_entry e ON e.organization_id = w.organization_id
    AND w.transfer IN (e.transfer_id, e.reverses_id)
JOIN ledger_posting p ON p.organization_id = e.organization_id AND p.entry_id = e.id
JOIN ledger_account a ON a.organization_id = p.organization_id AND a.id = p.account_id
WHERE w.organization_id = %(organization)s AND w.transfer <> ''
  AND a.kind IN ('ar_unbilled', 'ar_insurance', 'ar_patient')
"""  # noqa: S608 - made of the texts of this module


def _against_net(counted: str) -> str:
    return f"""{_PERIOD}, moved AS ({_NET} UNION ALL {counted})
SELECT p.number AS period, {_OF_KEY}, max(m."on") AS "on",
       sum(m.cents) AS numerator, sum(m.net) AS denominator
FROM period p JOIN moved m ON m."on" BETWEEN p.starts_on AND p.ends_on
GROUP BY {_BY_KEY}
"""  # noqa: S608 - made of the texts of this module


_LINES = "greatest(1, COALESCE(jsonb_array_length({content} -> 'lines'), 0))"
_POSTED = f"""
SELECT 'remit' AS kind, r.remit_id AS record, r.claim_id AS claim, m.paid_on AS "on",
       {{amount}} * (r.outcome NOT IN ('suspended', 'refunded', 'left_to_payer')
                     AND r.matched_by <> 'person')::int AS numerator,
       {{amount}} AS denominator
FROM (SELECT *, {_LINES.format(content="content")} AS lines FROM remits_remitclaimrecord
      WHERE organization_id = %(organization)s) r
JOIN remits_remitrecord m ON m.organization_id = r.organization_id AND m.id = r.remit_id
WHERE m.status = 'posted'
UNION ALL
SELECT 'remit', m.id, NULL, m.paid_on, 0, {{stopped}}
FROM remits_remitrecord m, jsonb_array_elements(m.content -> 'claims') one
WHERE m.organization_id = %(organization)s
  AND m.status IN ('quarantined', 'waiting', 'dismissed')
"""  # noqa: S608 - made of the texts of this module
_UNDERPAID = """
SELECT 'claim' AS kind, x.claim_id AS record, x.claim_id AS claim, m.paid_on AS "on",
       greatest(0, x.cents - x.allowed_cents) AS numerator, x.cents AS denominator
FROM followup_expectedprice x
JOIN remits_remitclaimrecord r
    ON r.organization_id = x.organization_id AND r.id = x.remit_claim_id
JOIN remits_remitrecord m ON m.organization_id = r.organization_id AND m.id = r.remit_id
WHERE x.organization_id = %(organization)s AND x.cents IS NOT NULL
"""

_GATED = f"""{_PERIOD}, ended AS (
    SELECT claim_id, min((at AT TIME ZONE 'UTC')::date) AS "on" FROM events_event
    WHERE organization_id = %(organization)s
      AND action IN ('claim.voided', 'claim.closed', 'claim.replaced')
    GROUP BY claim_id
),
gated AS (
    SELECT p.number, h.claim_id, max(h.cents) AS cents
    FROM claims_hold h
    JOIN period p ON (h.held_at AT TIME ZONE 'UTC')::date <= p.ends_on
        AND (h.released_at IS NULL OR (h.released_at AT TIME ZONE 'UTC')::date > p.ends_on)
    LEFT JOIN ended x ON x.claim_id = h.claim_id
    WHERE h.organization_id = %(organization)s AND left(h.reason, 5) = 'CRED.'
      AND (x."on" IS NULL OR x."on" > p.ends_on)
    GROUP BY p.number, h.claim_id
)
SELECT p.number AS period, 'claim' AS kind, c.id AS record, c.id AS claim, p.ends_on AS "on",
       COALESCE(g.cents, 0) AS numerator, 0 AS denominator
FROM claims_claimrecord c
JOIN period p ON (c.created_at AT TIME ZONE 'UTC')::date <= p.ends_on
LEFT JOIN gated g ON g.number = p.number AND g.claim_id = c.id
WHERE c.organization_id = %(organization)s
  AND (g.cents IS NOT NULL
       OR (c.created_at AT TIME ZONE 'UTC')::date > p.ends_on - %(window_days)s)
"""  # noqa: S608 - made of the texts of this module

# The days on which each first claim went from one stage to the next; what opened again is open.
_LIVES = f"""
told AS (
    SELECT e.claim_id, c.service_on, e.sequence, e.action, (e.at AT TIME ZONE 'UTC')::date AS "on"
    FROM events_event e
    JOIN claims_claimrecord c ON c.organization_id = e.organization_id AND c.id = e.claim_id
    WHERE e.organization_id = %(organization)s AND e.record_kind = 'claim' AND {_FIRST_CLAIM}
),
sent AS (
    SELECT claim_id, min(sequence) AS sequence FROM told
    WHERE action = 'claim.submitted' GROUP BY claim_id
),
lives AS (
    SELECT t.claim_id, min(t.service_on) AS visit_on,
           min(t."on") FILTER (WHERE t.action = 'claim.assembled') AS made_on,
           max(t."on") FILTER (WHERE t.action = 'claim.cleared'
                                 AND t.sequence < s.sequence) AS ready_on,
           min(t."on") FILTER (WHERE t.action = 'claim.submitted') AS sent_on,
           min(t."on") FILTER (WHERE t.action IN
               ('claim.paid', 'claim.partly_paid', 'claim.denied')) AS decided_on,
           CASE WHEN max(t.sequence) FILTER (WHERE t.action = 'claim.closed')
                   > max(t.sequence) FILTER (WHERE t.action IN ('claim.reopened', 'claim.reversed',
                         'claim.paid', 'claim.partly_paid', 'claim.denied'))
                THEN max(t."on") FILTER (WHERE t.action = 'claim.closed') END AS closed_on
    FROM told t LEFT JOIN sent s ON s.claim_id = t.claim_id
    GROUP BY t.claim_id
)
"""  # noqa: S608 - made of the texts of this module


def _stage(begins: str, ends: str) -> str:
    facts = f"""
SELECT 'claim' AS kind, claim_id AS record, claim_id AS claim, {ends} AS "on",
       {ends} - {begins} AS numerator, 1 AS denominator
FROM lives WHERE {ends} >= {begins}
"""  # noqa: S608 - made of the texts of this module
    return _over(facts, _LIVES)


STATEMENTS = {
    "insurance-verification": _over(_VERIFIED, _OF_VISIT),
    "charge-lag": _over(_ENTERED.format(numerator='c."on" - v.service_on'), _OF_VISIT),
    "late-charges": _over(
        _ENTERED.format(numerator='(c."on" - v.service_on > %(late_days)s)::int'), _OF_VISIT
    ),
    "credentialing-held": _GATED,
    "clean-claim": _over(_CLEAN, _LOOKED),
    "first-pass": _over(_ANSWERED, _DECIDED, _REJECTED),
    "dnfb-days": _NOT_BILLED,
    "dnfb-dollars": _NOT_BILLED,
    "initial-denial": _over(_REFUSED_AT_FIRST, _DECIDED),
    "initial-denial-dollars": _over(_DOLLARS_AT_FIRST, _DECIDED, _REFUSED),
    "denial-write-off": _against_net(_GIVEN_UP),
    "denials-overturned": _over(
        _TURNED.format(numerator="(back > 0)::int", denominator="1"), _REFUSED, _OVERTURNED
    ),
    "denials-overturned-dollars": _over(
        _TURNED.format(numerator="back", denominator="cents"), _REFUSED, _OVERTURNED
    ),
    "days-in-ar": _OWED,
    "ar-over-90": _OLD,
    "net-collection": _against_net(_PAID),
    "auto-post-lines": _over(
        _POSTED.format(amount="r.lines", stopped=_LINES.format(content="one"))
    ),
    "auto-post-dollars": _over(
        _POSTED.format(amount="r.paid_cents", stopped="COALESCE((one ->> 'paid_cents')::bigint, 0)")
    ),
    "underpayment-yield": _over(_UNDERPAID),
    "days-to-claim": _stage("visit_on", "made_on"),
    "days-to-ready": _stage("made_on", "ready_on"),
    "days-to-sent": _stage("ready_on", "sent_on"),
    "days-to-decided": _stage("sent_on", "decided_on"),
    "days-to-closed": _stage("decided_on", "closed_on"),
}
