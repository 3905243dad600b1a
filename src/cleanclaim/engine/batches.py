"""The one contract with clusters: record batches of shares in, record batches of answers out."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec
import pyarrow as pa

from cleanclaim.engine.judging import judge
from cleanclaim.engine.shares import Answer, Share, Terms, ToldClaim
from cleanclaim.x12 import X12Finding

_CUT = pa.struct(
    [
        ("offset", pa.int64()),
        ("end", pa.int64()),
        ("position", pa.int64()),
        ("segments", pa.int64()),
        ("levels", pa.int64()),
    ]
)
_STRETCH = pa.struct(
    [("head", pa.list_(_CUT)), ("body", _CUT), ("tail", pa.list_(_CUT)), ("claims", pa.int64())]
)
# A share a row: places in a file that every worker sees under the same path.
SHARES = pa.schema(
    [
        ("number", pa.int64()),
        ("path", pa.string()),
        ("stretches", pa.list_(_STRETCH)),
    ]
)
# What a column of the answers is called on a ``ToldClaim``.
_COLUMNS = {
    "told": "rest",
    **{name: name for name in ("blocked", "read", "fingerprint", "patient", "place")},
}
# A claim a row, counted from 1 within its share: JSON without its place in the file. Row 0 of
# a share holds, as JSON, the findings that belong to none of its claims.
ANSWERS = pa.schema(
    [
        ("number", pa.int64()),
        ("claim", pa.int32()),
        ("told", pa.binary()),
        ("blocked", pa.bool_()),
        ("read", pa.int32()),
        ("fingerprint", pa.int64()),
        ("patient", pa.int64()),
        ("place", pa.binary()),
    ]
)


def scrub_batches(terms: Terms, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Judge every share of the batches (``SHARES``); give a batch of ``ANSWERS`` for each."""
    for batch in batches:
        for row in batch.to_pylist():
            yield written(judge(terms, msgspec.convert(row, Share)))


def shares_table(shares: Iterable[Share]) -> pa.Table:
    """Write shares as a table (``SHARES``); those whose claims were read already have no place."""
    rows: list[dict[str, Any]] = [
        {name: value for name, value in msgspec.to_builtins(share).items() if name != "claims"}
        for share in shares
    ]
    return pa.Table.from_pylist(rows, SHARES)


def written(answer: Answer) -> pa.RecordBatch:
    """Write an answer as a record batch."""
    own = ToldClaim(msgspec.json.encode(answer.loose))
    rows = [own, *answer.claims]
    columns = [
        pa.array([answer.number] * len(rows), pa.int64()),
        pa.array(range(len(rows)), pa.int32()),
        *(
            pa.array([getattr(row, name) for row in rows], ANSWERS.field(column).type)
            for column, name in _COLUMNS.items()
        ),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=ANSWERS)


def answers_of(table: pa.Table) -> Iterator[Answer]:
    """Read the answers in a table (``ANSWERS``) whose rows may come in any order."""
    rows = table.sort_by([("number", "ascending"), ("claim", "ascending")]).to_pylist()
    for number, own in groupby(rows, key=lambda row: int(row["number"])):
        first, *claims = own
        loose = msgspec.json.decode(first["told"], type=tuple[X12Finding, ...])
        told = (
            ToldClaim(**{name: row[column] for column, name in _COLUMNS.items()}) for row in claims
        )
        yield Answer(number, tuple(told), loose)
