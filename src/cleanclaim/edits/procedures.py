"""Edits of procedure codes and modifiers by the lists that are in force on the day of service."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found, Integers, Values
from cleanclaim.claims.model import Claim, Procedure
from cleanclaim.claims.service_columns import MODIFIER, PROCEDURE
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.columns import day_of
from cleanclaim.codes.store.keys import join, pack_all
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.codes.tables.procedures import (
    CPT_LONG,
    CPT_MEDIUM,
    CPT_SHORT,
    HCPCS,
    HCPCS_MODIFIERS,
    HCPCS_UNLISTED,
    MODIFIERS,
)
from cleanclaim.edits.examples import LINE, with_line
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import AnyOf, edit
from cleanclaim.kernel.findings import Severity

_HCPCS_SOURCE = "HCPCS Level II in force on the day of service (45 CFR 162.1002)"
_MODIFIER_SOURCE = "HCPCS and CPT modifiers in force on the day of service (45 CFR 162.1002)"
_LICENSED = (CPT_SHORT, CPT_MEDIUM, CPT_LONG)
# Who has no licensed file has most codes in the fee schedule, payable or not.
_CPT = AnyOf((*_LICENSED, RELATIVE_VALUES))
# Words in the titles of codes for what has no code of its own.
_VAGUE = re.compile(
    r"\b(?:unlisted|unclassified|not otherwise classified|noc|miscellaneous)\b", re.IGNORECASE
)
_AMBULANCES = "A0"
_PHYSICAL_STATUS = "P"  # P1 to P6 are CPT's, all other modifiers with a letter first HCPCS's


def _coded(code: str, *modifiers: str, **fields: Any) -> Claim:  # noqa: ANN401 - fields of a line
    """Give an example whose first line has another code."""
    procedure = Procedure(code, modifiers, description=fields.pop("description", ""))
    return with_line(procedure=procedure, **fields)


def _having(mark: Callable[[ClaimBatch], Flags]) -> Callable[[ClaimBatch], Flags]:
    """Mark claims with a line that is marked."""

    def marked(batch: ClaimBatch) -> Flags:
        claims = np.zeros(len(batch), np.bool_)
        claims[batch.line_claim[mark(batch)]] = True
        return claims

    return marked


_with_level_two = _having(lambda batch: batch.line_is_level_two)
_with_cpt = _having(lambda batch: batch.line_is_cpt)


class Known(msgspec.Struct, frozen=True):
    """What the releases of some tables say of the keys of some lines, in parallel columns.

    ``lines`` are the lines, ``asked`` marks those on whose day a release is in force, ``known``
    those whose key some release has on the day. ``ended_on`` is the day (counted from 1970) on
    which a key ended before, ``releases`` names who was asked last.
    """

    lines: Indices
    asked: Flags
    known: Flags
    ended_on: Integers
    releases: Values


_NEVER = -(2**62)
Counting = Callable[[Table[Any]], Flags]


def _look_up(
    batch: ClaimBatch,
    library: Library,
    kinds: tuple[Kind[Any], ...],
    lines: Indices,
    keys: Integers,
    counting: Counting | None = None,
) -> Known:
    """Look the keys of some lines up in tables, each on the day of its line.

    ``counting`` marks the rows of a table that count; without it all do.
    """
    count, days = len(lines), batch.line_starts_on[lines]
    told = Known(
        lines,
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
        np.full(count, _NEVER, np.int64),
        np.full(count, "", np.object_),
    )
    for kind in kinds if count else ():
        for table, which in library.divide(kind, days):
            if table is not None:
                own = _keys_for(table, keys[which])
                rows = table.find_packed(own, on=days[which])
                counts = True if counting is None else counting(table)[rows]
                told.asked[which] = True
                told.known[which] |= (rows >= 0) & counts
                told.ended_on[which] = _ended(table, own, days[which].astype(np.int64))
                told.releases[which] = table.release.name
    return told


def _keys_for(table: Table[Any], keys: Integers) -> Integers:
    """Give the keys as the table has them: the fee schedule's rows without a modifier."""
    if len(table.kind.key_parts) == 1:
        return keys
    return join([PROCEDURE, MODIFIER], [keys, np.zeros_like(keys)])


def _ended(table: Table[Any], keys: Integers, days: Integers) -> Integers:
    """Give the last day of keys that ended before theirs."""
    if not table.kind.ends:
        return np.full(len(keys), _NEVER, np.int64)
    rows = table.find_packed(keys)
    last = table.array(table.kind.ends)[rows].astype(np.int64)
    ended: Integers = np.where((rows >= 0) & (last < days), last, _NEVER)
    return ended


def _report(batch: ClaimBatch, told: Known, marks: Flags, **facts: Any) -> Found:  # noqa: ANN401
    """Report marked lines of those looked up, each by the release that was asked about it.

    ``facts`` have a value for each of the lines looked up.
    """
    lines = told.lines[marks]
    if not len(lines):
        return NOTHING
    every = np.zeros(len(batch.line_claim), np.bool_)
    every[lines] = True
    columns = {name: np.full(len(every), None, np.object_) for name in facts}
    for name, values in facts.items():
        columns[name][lines] = values[marks]
    found = batch.lines(every, **columns)
    return msgspec.structs.replace(found, releases=tuple(told.releases[marks].tolist()))


def _level_two(batch: ClaimBatch, reference: Reference) -> Known:
    return batch.once(_level_two_of, reference.library)


def _level_two_of(batch: ClaimBatch, library: Library) -> Known:
    lines = np.flatnonzero(batch.line_is_level_two)
    return _look_up(batch, library, (HCPCS,), lines, batch.line_key[lines])


@edit(
    "PROCEDURE.INVALID",
    family="procedures",
    severity=Severity.BLOCK,
    source=_HCPCS_SOURCE,
    message="{code} is no HCPCS code on the day of service",
    hint="choose a code of the release in force",
    failing=_coded("Q9990"),
    passing=_coded("G0402"),
    tables=(HCPCS,),
    concerns=_with_level_two,
)
def procedures_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every code of HCPCS Level II is in the release in force on its day."""
    told = _level_two(batch, reference)
    unknown = told.asked & ~told.known & (told.ended_on == _NEVER)
    return _report(batch, told, unknown, code=batch.line_code[told.lines])


@edit(
    "PROCEDURE.DELETED",
    family="procedures",
    severity=Severity.BLOCK,
    source=_HCPCS_SOURCE,
    message="{code} is no HCPCS code any more: it ended on {ended_on}",
    hint="choose the code that took its place",
    failing=_coded("G0403"),
    passing=_coded("G0403", starts_on=date(2026, 4, 30), ends_on=date(2026, 4, 30)),
    tables=(HCPCS,),
    concerns=_with_level_two,
)
def procedures_have_not_ended(batch: ClaimBatch, reference: Reference) -> Found:
    """No code of HCPCS Level II ended before its day; there are no days of grace."""
    told = _level_two(batch, reference)
    ended = told.asked & ~told.known & (told.ended_on != _NEVER)
    last = np.full(len(ended), None, np.object_)
    last[ended] = [day_of(day) for day in told.ended_on[ended].tolist()]
    return _report(batch, told, ended, code=batch.line_code[told.lines], ended_on=last)


@edit(
    "PROCEDURE.CPT",
    family="procedures",
    severity=Severity.WARN,
    source="CPT in force on the day of service (45 CFR 162.1002)",
    message="{code} is in no list of CPT codes that is loaded for the day of service",
    hint="check the code; those of the middle of a year are not in every list",
    failing=_coded("99219"),
    passing=_coded("99213"),
    tables=(_CPT,),
    concerns=_with_cpt,
)
def cpt_codes_are_listed(batch: ClaimBatch, reference: Reference) -> Found:
    """Every CPT code is in the user's own file or in Medicare's fee schedule."""
    lines = np.flatnonzero(batch.line_is_cpt)
    told = _look_up(batch, reference.library, _CPT.kinds, lines, batch.line_key[lines])
    return _report(batch, told, told.asked & ~told.known, code=batch.line_code[lines])


@edit(
    "PROCEDURE.UNLISTED",
    family="procedures",
    severity=Severity.WARN,
    source="837 guides, SV101-7 and SV202-7; CMS, Claims Processing Manual, ch. 26, 10.4",
    message="{code} stands for what has no code, and the line does not describe it",
    hint="describe the service or name the drug on the line, as the record does",
    failing=_coded("A9999"),
    passing=_coded("A9999", description="shower chair, bariatric"),
    tables=(HCPCS_UNLISTED,),
    concerns=_with_level_two,
)
def unlisted_services_are_described(batch: ClaimBatch, reference: Reference) -> Found:
    """A line with a code for what is not listed says in words what was done."""
    lines = np.flatnonzero(batch.line_is_level_two)
    keys = batch.line_key[lines]
    told = _look_up(batch, reference.library, (HCPCS_UNLISTED,), lines, keys, _is_vague)
    marks = told.known & ~batch.line_is_described[lines]
    return _report(batch, told, marks, code=batch.line_code[lines])


@lru_cache(maxsize=4)
def _is_vague(table: Table[Any]) -> Flags:
    """Mark rows that stand for anything; "not otherwise specified" can be of one named drug."""
    vague = [_VAGUE.search(words) is not None for words in table.words("title")]
    marks: Flags = np.array(vague, np.bool_)[table.array("title")]
    return marks


# Modifiers


class Told(msgspec.Struct, frozen=True):
    """The modifiers of a batch one below the other, and the line that each stands on.

    ``of_cpt`` marks those of CPT, ``way`` those that tell a way of an ambulance; all others are
    HCPCS's.
    """

    lines: Indices
    codes: Any
    of_cpt: Flags
    way: Flags

    @property
    def of_hcpcs(self) -> Flags:
        """Mark the modifiers of HCPCS."""
        return ~self.of_cpt & ~self.way


def _modifiers(batch: ClaimBatch) -> Told:
    return batch.once(_modifiers_of)


def _modifiers_of(batch: ClaimBatch) -> Told:
    lines, places = np.nonzero(batch.line_modifiers != "")
    codes = batch.line_modifiers[lines, places]
    if not len(lines):
        none = np.zeros(0, np.bool_)
        return Told(lines, codes, none, none)
    first = codes.astype("U1")
    second = np.ascontiguousarray(codes).view("U1").reshape(len(codes), 2)[:, 1]
    of_cpt = np.char.isdigit(first) | ((first == _PHYSICAL_STATUS) & np.char.isdigit(second))
    letters = [letter for row in in_force("ambulance_places", None) for letter in row.words[1:]]
    ambulance = np.char.startswith(batch.line_code[lines].astype("U"), _AMBULANCES)
    return Told(
        lines, codes, of_cpt, ambulance & np.isin(first, letters) & np.isin(second, letters)
    )


def _unknown_modifiers(
    batch: ClaimBatch, reference: Reference, kinds: tuple[Kind[Any], ...], among: Flags
) -> Found:
    """Report the modifiers among some that no table in force on the day has."""
    modifiers, found = _modifiers(batch), Found()
    lines, codes = modifiers.lines[among], modifiers.codes[among].astype(object)
    told = _look_up(batch, reference.library, kinds, lines, pack_all([MODIFIER], [codes]))
    unknown = np.flatnonzero(told.asked & ~told.known)
    for row in unknown.tolist():
        # A line can have several of them, and is reported for each.
        marks = np.arange(len(lines)) == row
        found += _report(batch, told, marks, modifier=codes)
    return found


def _having_modifiers(mark: Callable[[Told], Flags]) -> Callable[[ClaimBatch], Flags]:
    """Mark claims with a modifier that is marked."""

    def marked(batch: ClaimBatch) -> Flags:
        modifiers = _modifiers(batch)
        claims = np.zeros(len(batch), np.bool_)
        claims[batch.line_claim[modifiers.lines[mark(modifiers)]]] = True
        return claims

    return marked


@edit(
    "MODIFIER.UNKNOWN",
    family="procedures",
    severity=Severity.WARN,
    source=_MODIFIER_SOURCE,
    message="{modifier} is no HCPCS modifier in the lists that are loaded",
    hint="check the modifier, or load newer lists",
    failing=_coded(LINE.procedure.code, "QZ"),
    passing=_coded(LINE.procedure.code, "GA"),
    tables=(AnyOf((MODIFIERS, HCPCS_MODIFIERS)),),
    concerns=_having_modifiers(lambda told: told.of_hcpcs),
)
def modifiers_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every modifier of HCPCS is in a list in force on its day."""
    kinds = (MODIFIERS, HCPCS_MODIFIERS)
    return _unknown_modifiers(batch, reference, kinds, _modifiers(batch).of_hcpcs)


@edit(
    "MODIFIER.CPT",
    family="procedures",
    severity=Severity.WARN,
    source=_MODIFIER_SOURCE,
    message="{modifier} is no CPT modifier in the list that is loaded",
    hint="check the modifier, or load a newer list",
    failing=_coded(LINE.procedure.code, "21"),
    passing=_coded(LINE.procedure.code, "22"),
    tables=(MODIFIERS,),
    concerns=_having_modifiers(lambda told: told.of_cpt),
)
def cpt_modifiers_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every modifier of CPT is in the list of modifiers that is in force on its day."""
    return _unknown_modifiers(batch, reference, (MODIFIERS,), _modifiers(batch).of_cpt)
