"""Which lines are pairs of NCCI: the tables of procedure pairs asked for a whole batch."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags
from cleanclaim.claims.grouping import (
    Indices,
    Integers,
    first_of_each,
    number_together,
    partners_of,
)
from cleanclaim.claims.service_columns import Texts
from cleanclaim.codes.store.arrays import KEY, Table
from cleanclaim.codes.store.keys import join
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import (
    PTP_CHANGES,
    PTP_HOSPITAL,
    PTP_PRACTITIONER,
    PairChange,
    ProcedurePair,
)
from cleanclaim.edits.encounters import encounters, office_lines, outpatient_lines, turn, within
from cleanclaim.edits.listing import in_force, rows_of
from cleanclaim.kernel.spans import Span

# A word of the setting that the change files name.
_SETTINGS = {PTP_PRACTITIONER.name: "practitioner", PTP_HOSPITAL.name: "hospital"}
# Another visit, a visit beyond a procedure's own, or one that decided for surgery.
_OF_VISITS = ("24", "25", "27", "57")
# On which line a modifier counts, where not on that of column two alone.
_EITHER = "either"
_CHARACTERS = 128  # of ASCII
NEVER, WITH_MODIFIER, TOMBSTONE = 0, 1, 9


class Pairing(msgspec.Struct, frozen=True):
    """Lines and others of their encounter, which came with or before them; in parallel.

    ``is_two`` asks whether the line is a part (column two) of the other, else it is asked
    whether the other, of an earlier claim, is a part of the line.
    """

    line: Indices
    other: Indices
    is_two: Flags

    @property
    def one(self) -> Indices:
        """The lines of column one."""
        return np.where(self.is_two, self.other, self.line)

    @property
    def two(self) -> Indices:
        """The lines of column two."""
        return np.where(self.is_two, self.line, self.other)

    def take(self, rows: Indices) -> "Pairing":
        """Give some of the rows."""
        return Pairing(self.line[rows], self.other[rows], self.is_two[rows])


class Bundled(msgspec.Struct, frozen=True):
    """Pairs of lines that a release bundles; the columns run in parallel.

    ``indicator`` says whether a modifier can bypass the pair and ``bypassed`` whether one does;
    ``doubtful`` marks visits that are bypassed without a modifier of visits.
    """

    release: str
    pairs: Pairing
    indicator: Integers
    bypassed: Flags
    doubtful: Flags

    @property
    def stands(self) -> Flags:
        """Mark pairs of which one is not paid: that no modifier can bypass, or none does."""
        return ~self.bypassed


def bundled(batch: ClaimBatch, library: Library) -> tuple[Bundled, ...]:
    """Give every pair that the tables have for lines of one encounter, on its day."""
    return batch.once(_bundled, library)


def _bundled(batch: ClaimBatch, library: Library) -> tuple[Bundled, ...]:
    return (
        *_of_setting(batch, library, office_lines(batch), PTP_PRACTITIONER),
        *_of_setting(batch, library, outpatient_lines(batch, "pairs"), PTP_HOSPITAL),
    )


def _of_setting(
    batch: ClaimBatch, library: Library, lines: Indices, kind: Kind[ProcedurePair]
) -> Iterator[Bundled]:
    """Ask the tables of a setting; a line is paired only with lines of its day, so of its table."""
    if not len(lines):
        return
    groups = encounters(batch, lines)
    for table, which in library.divide(kind, batch.line_starts_on[lines]):
        if table is None:
            continue
        for pairs in _pairings(batch, lines[which], groups[which]):
            yield from _asked(batch, library, table, pairs)


def _pairings(batch: ClaimBatch, lines: Indices, groups: Integers) -> Iterator[Pairing]:
    """Pair lines with the others of their encounter that came with or before them.

    Of lines that are alike in all that is asked the first stands for all, so that hundreds of
    claims for one day are not hundreds of times as many pairs.
    """
    came, free = turn(batch, lines), (marks[lines] for marks in _bypassing(batch))
    alike = number_together(
        groups, batch.line_key[lines], *(marks.astype(np.int64) for marks in free)
    )
    firsts = np.flatnonzero(first_of_each(alike, came))
    for who, place in partners_of(groups[firsts], groups):
        other = firsts[place]
        parts = (came[other] <= came[who]) & (other != who)
        wholes = came[other] < came[who]
        line = np.concatenate([who[parts], who[wholes]])
        others = np.concatenate([other[parts], other[wholes]])
        yield Pairing(lines[line], lines[others], np.arange(len(line)) < parts.sum())


def _asked(
    batch: ClaimBatch, library: Library, table: Table[ProcedurePair], pairs: Pairing
) -> Iterator[Bundled]:
    """Ask a full release for pairs, and newer changes for those that it has not."""
    keys = join(table.kind.key_parts, [batch.line_key[pairs.one], batch.line_key[pairs.two]])
    days = batch.line_starts_on[pairs.line]
    found = _in_full(table, keys, days)
    yield from _told(batch, table.release.name, pairs, found)
    left = np.flatnonzero(found < 0)
    for added in library.opened(PTP_CHANGES):
        if len(added) and _is_newer(added, table):
            found = _among_added(added, table.kind, keys[left], days[left])
            yield from _told(batch, added.release.name, pairs.take(left), found)


def _is_newer(changes: Table[PairChange], full: Table[ProcedurePair]) -> bool:
    """Tell whether changes add to what the full release in force has: pairs from before them."""
    added_from, known_from = changes.release.starts_on, full.release.starts_on
    return added_from is not None and known_from is not None and added_from > known_from


def _in_full(table: Table[ProcedurePair], keys: Integers, days: Days) -> Integers:
    """Give the indicators of the pairs that a table has on a day, -1 for none."""
    rows = table.find_packed(keys, days)
    found = np.full(len(keys), -1, np.int64)
    hits = np.flatnonzero(rows >= 0)
    found[hits] = table.array("modifier")[rows[hits]]
    # A pair that never held may stand before one that did.
    for place in np.flatnonzero(found == TOMBSTONE).tolist():
        found[place] = _before_tombstone(table, int(rows[place]), days[place].item())
    return found


def _before_tombstone(table: Table[ProcedurePair], row: int, day: date) -> int:
    """Give the indicator of the last row of the same pair that holds on a day and ever held."""
    pair = table.at(row)
    rows = table.rows(pair.column_one, pair.column_two, on=day)
    held = [each.modifier for each in rows if each.modifier != TOMBSTONE]
    return held[-1] if held else -1


def _among_added(
    added: Table[PairChange], kind: Kind[ProcedurePair], keys: Integers, days: Days
) -> Integers:
    """Give the indicators of the pairs that changes add for a setting, -1 for none.

    They hold from their own first day, which may lie before the quarter, to the quarter's end.
    """
    rows = _of_this_setting(added, kind, keys, added.find_packed(keys, days))
    if added.release.ends_on is not None:
        rows = np.where(days <= np.datetime64(added.release.ends_on), rows, -1)
    return np.where(rows >= 0, added.array("modifier")[rows], -1)


def _of_this_setting(
    added: Table[PairChange], kind: Kind[ProcedurePair], keys: Integers, rows: Indices
) -> Indices:
    """Go back from rows of the other setting to one of the same pair, -1 where there is none."""
    ours = np.array([_SETTINGS[kind.name] in word for word in added.words("setting")], np.bool_)
    here, table_keys = ours[added.array("setting")], added.array(KEY)
    for _ in range(added.release.repeated):
        before = np.where((rows > 0) & (table_keys[rows - 1] == keys), rows - 1, -1)
        rows = np.where((rows >= 0) & ~here[rows], before, rows)
    return np.where((rows >= 0) & here[rows], rows, -1)


def _told(batch: ClaimBatch, release: str, pairs: Pairing, found: Integers) -> Iterator[Bundled]:
    hits = np.flatnonzero((found == NEVER) | (found == WITH_MODIFIER))
    if not len(hits):
        return
    pairs, (as_one, as_two) = pairs.take(hits), _bypassing(batch)
    one, two = pairs.one, pairs.two
    bypassed = (found[hits] == WITH_MODIFIER) & (as_one[one] | as_two[two])
    doubtful = bypassed & _are_visits(batch, two) & ~batch.with_modifier(*_OF_VISITS)[two]
    yield Bundled(release, pairs, found[hits], bypassed, doubtful)


def _are_visits(batch: ClaimBatch, lines: Indices) -> Flags:
    codes, marks = batch.line_code[lines].astype("U5"), np.zeros(len(lines), np.bool_)
    for row in rows_of("ncci_visits"):
        first, last = row.words
        marks |= (first <= codes) & (codes <= last) & within(batch.line_starts_on[lines], row.span)
    return marks


def _bypassing(batch: ClaimBatch) -> tuple[Flags, Flags]:
    """Mark lines with a modifier that bypasses pairs on their day, in column one and in two."""
    return batch.once(_find_bypassing)


def _find_bypassing(batch: ClaimBatch) -> tuple[Flags, Flags]:
    modifiers, days = _numbers(batch.line_modifiers), batch.line_starts_on
    as_one, as_two = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_)
    for span, where, counts in _bypass_modifiers():
        has = counts[modifiers].any(axis=1) & within(days, span)
        as_two |= has
        if where == _EITHER:
            as_one |= has
    return as_one, as_two


def _numbers(modifiers: Texts) -> Integers:
    """Number modifiers, any text of two letters or digits, for looking up."""
    characters = np.ascontiguousarray(modifiers).view(np.uint32).astype(np.int64)
    pairs = characters.reshape(*modifiers.shape, 2) % _CHARACTERS
    return pairs[..., 0] * _CHARACTERS + pairs[..., 1]


@cache
def _bypass_modifiers() -> tuple[tuple[Span, str, Flags], ...]:
    """Give the modifiers that bypass pairs, marked by number, by when and where they count."""
    found: dict[tuple[Span, str], list[str]] = {}
    for row in rows_of("bypass_modifiers"):
        modifier, where = row.words
        found.setdefault((row.span, where), []).append(modifier)
    return tuple((span, where, _marked(each)) for (span, where), each in found.items())


def _marked(modifiers: list[str]) -> Flags:
    marks = np.zeros(_CHARACTERS**2, np.bool_)
    marks[_numbers(np.array(modifiers, "U2"))] = True
    return marks


@cache
def bypassing(on: date, column: str) -> frozenset[str]:
    """Give the modifiers that bypass pairs on a day, on the line of column "one" or "two"."""
    return frozenset(
        row.words[0]
        for row in in_force("bypass_modifiers", on)
        if row.words[1] in {_EITHER, column}
    )
