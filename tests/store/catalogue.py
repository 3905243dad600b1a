"""A walk through the database's own catalogue: whatever could let a row out is named."""

from collections.abc import Iterable
from typing import LiteralString

import psycopg

from cleanclaim.store.roles import OWNER, RUNTIME

Connection = psycopg.Connection[tuple[object, ...]]

# Tables of no organization: Django's own, and the people who sign in, who may belong to many.
FREE = ("django_content_type", "django_migrations", "django_session", "organizations_user")
FREE_PREFIX = "auth_"
# The one tenant table whose own id is the organization's.
ROOT = "organizations_organization"
APPEND_ONLY = frozenset(
    {
        "bank_bankmatch",
        "claims_claimfile",
        "claims_claimversion",
        "coding_codingdecision",
        "coding_continuingeducation",
        "coding_lessontry",
        "coding_noteversion",
        "coding_suggestionset",
        "denials_appealevidence",
        "denials_casenote",
        "encounters_charge",
        "encounters_note",
        "enrollments_applicationstep",
        "enrollments_roster",
        "enrollments_rosteranswer",
        "events_event",
        "exchanges_exchangedfile",
        "exchanges_filestep",
        "followup_statusanswer",
        "ledger_account",
        "ledger_closing",
        "ledger_entry",
        "ledger_posting",
        "messages_message",
        "patients_verification",
        "providers_elementverification",
        "providers_elementversion",
        "providers_fileattestation",
        "providers_filepolicy",
        "providers_providerdocument",
        "providers_screeningjudgement",
        "providers_screeningoutcome",
        "providers_screeningrun",
        "statements_estimate",
        "statements_localterm",
        "statements_policyrecord",
        "statements_selfpayvisit",
        "remits_remitapproval",
    }
)

_TABLES: LiteralString = """
SELECT relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1
"""
_UNGUARDED: LiteralString = """
SELECT c.relname::text FROM pg_class c
WHERE c.oid = ANY(%s::regclass[]) AND NOT (
    c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
        AND p.cmd = 'ALL' AND p.qual LIKE '%%app.organization_id%%'
        AND p.with_check LIKE '%%app.organization_id%%' AND p.with_check NOT LIKE '%%app.user_id%%'
    ))
"""
_LOOSE_POLICY: LiteralString = """
SELECT tablename || '.' || policyname FROM pg_policies WHERE schemaname = 'public'
AND COALESCE(qual, with_check) NOT LIKE '%%app.organization_id%%'
"""
_WITHOUT_ORGANIZATION: LiteralString = """
SELECT c.relname::text FROM pg_class c
WHERE c.oid = ANY(%s::regclass[]) AND NOT EXISTS (
    SELECT 1 FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND a.attnotnull)
"""
_LOOSE_VIEWS: LiteralString = """
SELECT relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR relkind = 'v' AND
    NOT COALESCE(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'::text[])
"""
_DEFINERS: LiteralString = """
SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
"""
_OWNED_BY_OTHERS: LiteralString = """
SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relowner <> %s::regrole
UNION ALL
SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
AND proowner <> %s::regrole
"""
_PUBLIC_GRANTS: LiteralString = """
SELECT c.relname::text FROM pg_class c, aclexplode(c.relacl) g
WHERE c.relnamespace = 'public'::regnamespace AND g.grantee = 0
"""
_TOO_MUCH: LiteralString = """
SELECT c.relname || ' ' || p FROM pg_class c, unnest(%s::text[]) p
WHERE c.oid = ANY(%s::regclass[]) AND has_table_privilege(%s, c.oid, p)
"""
_CHANGEABLE: LiteralString = """
SELECT c.relname::text FROM pg_class c WHERE c.oid = ANY(%s::regclass[]) AND (
    has_any_column_privilege(%s, c.oid, 'UPDATE') OR 2 <> (
        SELECT count(*) FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND f.proname = 'refuse_change' AND t.tgenabled = 'O'
        AND t.tgtype IN (27, 34)))
"""  # 27: before each row, on update or delete; 34: before the statement, on truncate
_KEYS_THAT_LEAVE: LiteralString = """
SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k
WHERE k.contype = 'f' AND k.conrelid = ANY(%s::regclass[]) AND k.confrelid = ANY(%s::regclass[])
AND NOT EXISTS (
    SELECT 1 FROM unnest(k.conkey, k.confkey) pair(mine, theirs)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.mine
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.theirs
    WHERE a.attname = 'organization_id' AND b.attname = 'organization_id')
"""
_UNIQUE_ACROSS: LiteralString = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND NOT i.indisprimary AND i.indrelid = ANY(%s::regclass[])
AND a.attname <> 'organization_id'
"""
_LOOSE_ROLE: LiteralString = """
SELECT rolname::text FROM pg_roles WHERE rolname = %s AND (
    rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
    OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = pg_roles.oid))
"""


def tables(connection: Connection) -> list[str]:
    """Name every table of the product."""
    return [str(name) for (name,) in connection.execute(_TABLES)]


def tenant_tables(connection: Connection) -> list[str]:
    """Name every table that must be guarded: all that are not expressly free."""
    return [t for t in tables(connection) if t not in FREE and not t.startswith(FREE_PREFIX)]


def find_holes(connection: Connection) -> list[str]:
    """Name everything that breaks a rule, as ``rule: what``; an empty list is a tight database."""
    guarded = tenant_tables(connection)
    keyed = [table for table in guarded if table != ROOT]
    grown = [table for table in guarded if table in APPEND_ONLY]
    forbidden = ["DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    rules: Iterable[tuple[str, LiteralString, list[object]]] = (
        ("no forced policy", _UNGUARDED, [guarded]),
        ("policy of another condition", _LOOSE_POLICY, []),
        ("no organization", _WITHOUT_ORGANIZATION, [keyed]),
        ("view of its owner's rights", _LOOSE_VIEWS, []),
        ("function of its owner's rights", _DEFINERS, []),
        ("owned by another", _OWNED_BY_OTHERS, [OWNER, OWNER]),
        ("granted to everyone", _PUBLIC_GRANTS, []),
        ("right too many", _TOO_MUCH, [forbidden, guarded, RUNTIME]),
        ("append-only but changeable", _CHANGEABLE, [grown, RUNTIME]),
        ("key without organization", _KEYS_THAT_LEAVE, [keyed, keyed]),
        ("unique across organizations", _UNIQUE_ACROSS, [keyed]),
        ("runtime role of too many rights", _LOOSE_ROLE, [RUNTIME]),
    )
    return [
        f"{rule}: {name}"
        for rule, query, values in rules
        for (name,) in connection.execute(query, values or None)
    ]
