"""Edits of add-on codes, which are paid only with the service that they add to."""

from collections.abc import Iterator

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.grouping import (
    Indices,
    Integers,
    number_together,
    partners_of,
    rows_between,
)
from cleanclaim.claims.model import Claim, ClaimKind, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import KEY, Table
from cleanclaim.codes.store.keys import beneath, join
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import ADD_ON, AddOn
from cleanclaim.edits.encounters import (
    last_days,
    office_claims,
    office_lines,
    outpatient_claims,
    outpatient_lines,
)
from cleanclaim.edits.examples import LINE, SECOND_LINE, with_lines
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

# Edit types: with the listed services, with those that contractors say, with both.
_LISTED, _CONTRACTORS, _BOTH = 1, 2, 3
_KINDS = (ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL)
_SOURCE = "CMS, NCCI Add-on Code Edits (CR 7501); NCCI Policy Manual, ch. 1"
# How the table writes "whatever contractors choose".
_ANY = "CCCCC"
_PRIMARIES_SHOWN = 4


def _concerned(batch: ClaimBatch) -> Flags:
    return office_claims(batch) | outpatient_claims(batch, "pairs")


def _billed(*codes: str) -> Claim:
    """Give an example with one service, or two."""
    lines = zip((LINE, SECOND_LINE), codes, strict=False)
    return with_lines(
        *(msgspec.structs.replace(line, procedure=Procedure(code)) for line, code in lines)
    )


class Orphans(msgspec.Struct, frozen=True):
    """Lines with add-on codes and no service that they add to; the columns run in parallel.

    ``kind`` is the type of edit, ``rows`` where the table lists the code and up to where.
    """

    table: Table[AddOn]
    lines: Indices
    kind: Integers
    rows: tuple[Integers, Integers]


@edit(
    "ADD_ON.ALONE",
    family="add_ons",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} adds to a service that is not billed for the day; it goes with {primaries}",
    hint="bill the service it adds to with it, where the record has one; else take it out",
    failing=_billed("11045", "99213"),
    passing=_billed("11042", "11045"),
    kinds=_KINDS,
    tables=(ADD_ON,),
    concerns=_concerned,
)
def add_ons_have_their_service(batch: ClaimBatch, reference: Reference) -> Found:
    """An add-on code of type 1 stands with one of its listed services.

    The service is of the same patient, billing provider and day, on the claim or another; the
    renderer may be a colleague, and a hospital's service may be of the day before.
    """
    return _alone(batch, reference, _LISTED)


@edit(
    "ADD_ON.UNLISTED",
    family="add_ons",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{code} stands without the listed services that it adds to: {primaries}",
    hint="bill the service it adds to with it; other services only if the payer's list has them",
    failing=_billed("96361", "99213"),
    passing=_billed("96360", "96361"),
    kinds=_KINDS,
    tables=(ADD_ON,),
    concerns=_concerned,
)
def add_ons_have_a_listed_service(batch: ClaimBatch, reference: Reference) -> Found:
    """An add-on code of type 3 stands with a listed service, or with one of the payer's list."""
    return _alone(batch, reference, _BOTH)


@edit(
    "ADD_ON.SOLE",
    family="add_ons",
    severity=Severity.INFO,
    source=_SOURCE,
    message="{code} adds to another service, and no other is billed for the day",
    hint="bill the service it adds to with it; the payer says which those are",
    failing=_billed("99100"),
    passing=_billed("99100", "99213"),
    kinds=_KINDS,
    tables=(ADD_ON,),
    concerns=_concerned,
)
def add_ons_have_any_service(batch: ClaimBatch, reference: Reference) -> Found:
    """An add-on code of type 2, whose services the payers choose, stands with some service."""
    return _alone(batch, reference, _CONTRACTORS)


def _alone(batch: ClaimBatch, reference: Reference, kind: int) -> Found:
    found = NOTHING
    for orphans in batch.once(_orphans, reference.library):
        found += _told(batch, orphans, orphans.kind == kind)
    return found


def _told(batch: ClaimBatch, orphans: Orphans, marks: Flags) -> Found:
    """Report lines with the first of the services that they could stand with."""
    if not marks.any():
        return NOTHING
    primaries = np.full(len(batch.line_claim), "", np.object_)
    for place in np.flatnonzero(marks).tolist():
        start, end = (int(rows[place]) for rows in orphans.rows)
        primaries[orphans.lines[place]] = _named(orphans.table, start, end)
    marked = np.zeros(len(primaries), np.bool_)
    marked[orphans.lines[marks]] = True
    found = batch.lines(marked, code=batch.line_code, primaries=primaries)
    return found.by(orphans.table.release.name)


def _named(table: Table[AddOn], start: int, end: int) -> str:
    codes = [code.decode() for code in table.array("primary")[start:end].tolist()]
    listed = [code for code in dict.fromkeys(codes) if code != _ANY]
    more = f" and {len(listed) - _PRIMARIES_SHOWN} more" if len(listed) > _PRIMARIES_SHOWN else ""
    return ", ".join(listed[:_PRIMARIES_SHOWN]) + more


def _orphans(batch: ClaimBatch, library: Library) -> tuple[Orphans, ...]:
    """Find the add-on codes of a batch that stand without what they add to."""
    lines = np.concatenate([office_lines(batch), outpatient_lines(batch, "pairs")])
    tables = library.divide(ADD_ON, batch.line_starts_on[lines])
    return tuple(
        orphans
        for table, which in tables
        if table is not None
        for orphans in _of_table(batch, table, lines, lines[which])
    )


def _of_table(
    batch: ClaimBatch, table: Table[AddOn], lines: Indices, asked: Indices
) -> Iterator[Orphans]:
    add_ons, kinds, rows = _add_ons(batch, table, asked)
    if len(add_ons):
        left = ~_accompanied(batch, table, lines, add_ons, kinds)
        starts, ends = rows
        yield Orphans(table, add_ons[left], kinds[left], (starts[left], ends[left]))


def _add_ons(
    batch: ClaimBatch, table: Table[AddOn], lines: Indices
) -> tuple[Indices, Integers, tuple[Integers, Integers]]:
    """Give the lines whose code is an add-on on its day, its type, and where the table has it."""
    low, high = beneath(table.kind.key_parts, batch.line_key[lines])
    starts = np.searchsorted(table.array(KEY), low)
    ends = np.searchsorted(table.array(KEY), high)
    which, row = rows_between(starts, ends)
    days = batch.line_starts_on[lines][which].astype(np.int64)
    held = (table.array("starts_on")[row] <= days) & (days <= table.array("ends_on")[row])
    kinds = np.zeros(len(lines), np.int64)
    kinds[which[held]] = table.array("edit")[row[held]]
    found = np.flatnonzero(kinds)
    return lines[found], kinds[found], (starts[found], ends[found])


def _accompanied(
    batch: ClaimBatch, table: Table[AddOn], lines: Indices, add_ons: Indices, kinds: Integers
) -> Flags:
    """Mark add-ons with a line of a service that they may stand with."""
    marks = np.zeros(len(add_ons), np.bool_)
    groups = number_together(batch.claim_patient, batch.claim_billing)[batch.line_claim]
    for who, place in partners_of(groups[lines], groups[add_ons]):
        own, partner = add_ons[who], lines[place]
        keys = join(table.kind.key_parts, [batch.line_key[own], batch.line_key[partner]])
        fits = table.find_packed(keys, batch.line_starts_on[own]) >= 0
        # Where contractors choose, any service that is no add-on itself may be theirs.
        fits |= (kinds[who] == _CONTRACTORS) & ~np.isin(partner, add_ons)
        marks[who[fits & _of_the_day(batch, own, partner)]] = True
    return marks


def _of_the_day(batch: ClaimBatch, own: Indices, partner: Indices) -> Flags:
    """Mark other lines of an add-on's day; a hospital's may be of the day before."""
    hospital = batch.line_revenue_code[own].astype("U1") != ""
    since = batch.line_starts_on[own] - hospital.astype("timedelta64[D]")
    begins = batch.line_starts_on[partner] <= last_days(batch, own)
    marks: Flags = begins & (last_days(batch, partner) >= since) & (partner != own)
    return marks
