"""What must be equal before and after: rows by table, the ledger's hash, the chain's heads."""

import hashlib
from typing import LiteralString

import msgspec
import psycopg
from psycopg import sql

_LEDGER: tuple[LiteralString, ...] = (
    "ledger_account",
    "ledger_entry",
    "ledger_posting",
    "ledger_closing",
)

Session = psycopg.Connection[tuple[object, ...]]


class Head(msgspec.Struct, frozen=True):
    """Where the chain of events of an organization ends."""

    organization: int
    events: int
    digest: str


class Proof(msgspec.Struct, frozen=True):
    """A database told in a few figures; ``ledger`` is a SHA-256 over all its rows in order."""

    tables: dict[str, int]
    ledger: str
    heads: tuple[Head, ...]

    def differences(self, other: "Proof") -> tuple[str, ...]:
        """Name what another database does not have in common with this one."""
        names = sorted(self.tables.keys() | other.tables.keys())
        rows = [
            f"{name}: {self.tables.get(name, 'no')} rows against {other.tables.get(name, 'no')}"
            for name in names
            if self.tables.get(name) != other.tables.get(name)
        ]
        ledger = [] if self.ledger == other.ledger else ["the ledger's fingerprint differs"]
        heads = [] if self.heads == other.heads else ["the heads of the audit trail differ"]
        return (*rows, *ledger, *heads)


def prove(session: Session) -> Proof:
    """Read the figures in the session's transaction, which must see all organizations' rows."""
    tables = {name: _count(session, name) for name in _tables(session)}
    return Proof(tables, _hash_ledger(session), _heads(session))


def _tables(session: Session) -> list[str]:
    rows = session.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " ORDER BY c.relname"
    )
    return [str(row[0]) for row in rows.fetchall()]


def _count(session: Session, table: str) -> int:
    row = session.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
    found = row.fetchone()
    return int(str(found[0])) if found else 0


def _hash_ledger(session: Session) -> str:
    digest = hashlib.sha256()
    for table in _LEDGER:
        asked = sql.SQL("COPY (SELECT * FROM {} ORDER BY id) TO STDOUT")
        with session.cursor().copy(asked.format(sql.Identifier(table))) as rows:
            digest.update(table.encode())
            for block in rows:
                digest.update(block)
    return digest.hexdigest()


def _heads(session: Session) -> tuple[Head, ...]:
    rows = session.execute(
        "SELECT organization_id, sequence, digest FROM events_chainhead ORDER BY organization_id"
    )
    return tuple(Head(int(str(o)), int(str(n)), str(d)) for o, n, d in rows.fetchall())
