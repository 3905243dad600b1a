"""Posting a remittance of 10,000 claims against copying as many ledger rows raw."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.figures import Measure

CLAIMS = 10_000
LINES = 3
_AT = datetime(2026, 5, 1, tzinfo=UTC)
_PAID_ON = date(2026, 4, 30)
_TABLES = {"ledger_entry": "id", "ledger_posting": "entry_id"}


def measure() -> list[Measure]:
    """Boot a server of its own, make the claims, post their payment, and copy the same rows."""
    from benchmarks.bulk_writes import open_practice

    practice, parameters = open_practice("posting@example.com")
    seconds, since = _post(practice)
    raw = _copy_raw(parameters, since)
    amount = f"{CLAIMS} claims, {CLAIMS * LINES} lines"
    return [
        Measure("posting an 835", seconds / raw, "times a raw COPY", amount, 8),
    ]


def _post(organization: int) -> tuple[float, int]:
    """Give the seconds of posting, and the last entry of the ledger before it."""
    from cleanclaim.app.connecting import keep_file
    from cleanclaim.app.enrolling import PayerTerms, record_payer
    from cleanclaim.app.posting import read_remittance_file
    from cleanclaim.app.work import SYSTEM, unit_of_work
    from cleanclaim.demo.mirrored_claims import mirror_claims
    from cleanclaim.remits.from_835 import read_remits
    from cleanclaim.store.ledger.models import Entry

    told: dict[str, Any] = {"organization": organization, "actor": SYSTEM, "at": _AT}
    payer = record_payer(**told, terms=PayerTerms("Payer", "PAYERID", "CI"))
    content = "".join(_file()).encode()
    remits, _ = read_remits(content)
    mirror_claims(**told, payer=payer, remits=remits)
    del remits
    with unit_of_work(**told) as work:
        file, _ = keep_file(work, payer, direction="in", kind="835", name="bench", content=content)
        since = Entry.objects.of(organization).latest("pk").pk
    start = time.perf_counter()
    (result,) = read_remittance_file(**told, file=file)
    seconds = time.perf_counter() - start
    assert result.outcome == "posted", result.findings
    return seconds, since


def _file() -> Iterator[str]:
    """Write the remittance: each line 100.00 charged, 60.00 paid, 30.00 off, 10.00 left."""
    paid = CLAIMS * LINES * 60
    yield (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'PAYERID':<15}*30*{'370000001':<15}"
        "*260430*0600*^*00501*000000001*0*T*:~"
        "GS*HP*PAYERID*370000001*20260430*0600*1*X*005010X221A1~ST*835*0001~"
        f"BPR*I*{paid}*C*ACH*CCP*01*071000013*DA*1*1371234567**01*071000013*DA*2*20260430~"
        "TRN*1*BENCH*1371234567~DTM*405*20260430~N1*PR*PAYER*XV*PAYERID~N3*1 PAYER PLAZA~"
        "N4*SPRINGFIELD*IL*62704~PER*BL*DESK*TE*5555550101~"
        "N1*PE*BENCH*XX*1234567893~REF*TJ*370000001~LX*1~"
    )
    for number in range(CLAIMS):
        yield _claim(number)
    segments = 12 + CLAIMS * (2 + 5 * LINES)
    yield f"SE*{segments}*0001~GE*1*1~IEA*1*000000001~"


def _claim(number: int) -> str:
    lines = "".join(
        f"SVC*HC:9921{line}*100*60**1~DTM*472*202604{1 + number % 28:02d}~"
        f"CAS*CO*45*30~CAS*PR*2*10~REF*6R*{line}~"
        for line in range(1, LINES + 1)
    )
    total, paid, left = 100 * LINES, 60 * LINES, 10 * LINES
    return (
        f"CLP*P{number:08d}*1*{total}*{paid}*{left}*12*E{number:011d}*11*1~"
        f"NM1*QC*1*LAST{number}*FIRST****MI*M{number:08d}~{lines}"
    )


def _copy_raw(parameters: Mapping[str, str], since: int) -> float:
    """Copy the ledger rows that posting made into like tables without keys, triggers, policies."""
    with psycopg.connect(make_conninfo(**parameters)) as connection, connection.cursor() as cursor:
        kept = []
        for table, key in _TABLES.items():
            query = f"COPY (SELECT * FROM {table} WHERE {key} > {since}) TO STDOUT"  # noqa: S608
            with cursor.copy(query.encode()) as copy:
                kept.append(list(copy))
            cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)".encode())
        start = time.perf_counter()
        for table, blocks in zip(_TABLES, kept, strict=True):
            with cursor.copy(f"COPY raw_{table} FROM STDIN".encode()) as copy:
                for block in blocks:
                    copy.write(block)
        connection.commit()
        return time.perf_counter() - start
