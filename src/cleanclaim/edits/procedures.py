"""Edits of procedure codes and modifiers by the lists that are in force on the day of service."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found, Integers, Values
from cleanclaim.claims.model import Claim, Procedure
from cleanclaim.claims.service_columns import MODIFIER, MODIFIERS_MAX, PROCEDURE
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Table
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
    """What the releases of some tables say of lines.

    ``asked`` marks lines on whose day a release is in force, ``known`` those whose key some
    release has on the day, ``ended_on`` is the day (counted from 1970) on which a key that is
    not known ended before, ``releases`` names who was asked last.
    """

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
    keys: Integers,
    counting: Counting | None = None,
) -> Known:
    """Look the keys of lines up in tables, each on the day of its line.

    ``counting`` marks the rows of a table that count; without it all do.
    """
    count, days = len(keys), batch.line_starts_on
    told = Known(
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
        np.full(count, _NEVER, np.int64),
        np.full(count, "", np.object_),
    )
    for kind in kinds:
        for table, which in library.divide(kind, days):
            if table is not None:
                own = _keys_for(table, keys[which])
                told.asked[which] = True
                rows = table.find_packed(own, on=days[which])
                counts = True if counting is None else counting(table)[rows]
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
    rows = table.find_packed(keys)
    if not table.kind.ends:
        return np.full(len(keys), _NEVER, np.int64)
    last = table.array(table.kind.ends)[rows].astype(np.int64)
    ended: Integers = np.where((rows >= 0) & (last < days), last, _NEVER)
    return ended


def _report(batch: ClaimBatch, told: Known, marks: Flags, **facts: object) -> Found:
    """Report lines, each by the release that was asked about it."""
    found = batch.lines(marks, **facts)
    return msgspec.structs.replace(found, releases=tuple(told.releases[marks].tolist()))


def _level_two(batch: ClaimBatch, reference: Reference) -> Known:
    return batch.once(_level_two_of, reference.library)


def _level_two_of(batch: ClaimBatch, library: Library) -> Known:
    return _look_up(batch, library, (HCPCS,), batch.line_key)


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
    return _report(batch, told, unknown & batch.line_is_level_two, code=batch.line_code)


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
    ended = told.asked & ~told.known & (told.ended_on != _NEVER) & batch.line_is_level_two
    last = np.full(len(ended), None, np.object_)
    last[ended] = [day_of(day) for day in told.ended_on[ended].tolist()]
    return _report(batch, told, ended, code=batch.line_code, ended_on=last)


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
    told = _look_up(batch, reference.library, _CPT.kinds, batch.line_key)
    return _report(batch, told, told.asked & ~told.known & batch.line_is_cpt, code=batch.line_code)


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
    told = _look_up(batch, reference.library, (HCPCS_UNLISTED,), batch.line_key, _is_vague)
    marks = told.known & batch.line_is_level_two & ~batch.line_is_described
    return _report(batch, told, marks, code=batch.line_code)


@lru_cache(maxsize=4)
def _is_vague(table: Table[Any]) -> Flags:
    """Mark rows that stand for anything; "not otherwise specified" can be of one named drug."""
    vague = [_VAGUE.search(words) is not None for words in table.words("title")]
    marks: Flags = np.array(vague, np.bool_)[table.array("title")]
    return marks


# Modifiers


def _is_cpt_modifier(batch: ClaimBatch) -> Flags:
    """Mark the modifiers, four a line, that are of CPT and not of HCPCS."""
    modifiers = batch.line_modifiers
    first, second = modifiers.astype("U1"), np.char.isdigit(_second(batch))
    cpt: Flags = np.char.isdigit(first) | ((first == _PHYSICAL_STATUS) & second)
    return cpt


def _second(batch: ClaimBatch) -> Any:  # noqa: ANN401 - an array of characters
    characters = np.ascontiguousarray(batch.line_modifiers).view("U1")
    return characters.reshape(-1, MODIFIERS_MAX, 2)[:, :, 1]


def _is_hcpcs_modifier(batch: ClaimBatch) -> Flags:
    marks: Flags = (batch.line_modifiers != "") & ~_is_cpt_modifier(batch)
    return marks & ~_tells_a_way(batch)


def _tells_a_way(batch: ClaimBatch) -> Flags:
    """Mark modifiers that tell from where to where an ambulance drove."""
    places = [place for row in in_force("ambulance_places", None) for place in row.words[1:]]
    way: Flags = np.isin(batch.line_modifiers.astype("U1"), places)
    ambulance = np.char.startswith(batch.line_code.astype("U"), _AMBULANCES)
    return way & np.isin(_second(batch), places) & ambulance[:, np.newaxis]


def _unknown_modifiers(
    batch: ClaimBatch, reference: Reference, kinds: tuple[Kind[Any], ...], among: Flags
) -> Found:
    """Report the modifiers among some that no table in force on the day has."""
    found = Found()
    for place in range(MODIFIERS_MAX):
        modifier = batch.line_modifiers[:, place]
        told = _look_up(batch, reference.library, kinds, pack_all([MODIFIER], [modifier]))
        marks = told.asked & ~told.known & among[:, place]
        found += _report(batch, told, marks, modifier=modifier)
    return found


def _any_of_four(mark: Callable[[ClaimBatch], Flags]) -> Callable[[ClaimBatch], Flags]:
    return _having(lambda batch: np.logical_or.reduce(mark(batch), axis=1))


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
    concerns=_any_of_four(_is_hcpcs_modifier),
)
def modifiers_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every modifier of HCPCS is in a list in force on its day."""
    kinds = (MODIFIERS, HCPCS_MODIFIERS)
    return _unknown_modifiers(batch, reference, kinds, _is_hcpcs_modifier(batch))


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
    concerns=_any_of_four(_is_cpt_modifier),
)
def cpt_modifiers_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every modifier of CPT is in the list of modifiers that is in force on its day."""
    return _unknown_modifiers(batch, reference, (MODIFIERS,), _is_cpt_modifier(batch))
