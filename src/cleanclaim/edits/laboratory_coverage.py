"""What Medicare's national determinations cover of laboratory tests: the diagnoses they list."""

from functools import lru_cache
from typing import Any

import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.tables.coverage import LABORATORY_DIAGNOSES, LABORATORY_PROCEDURES
from cleanclaim.edits.local_coverage import diagnoses_of, together

TABLES: tuple[Kind[Any], ...] = (LABORATORY_PROCEDURES, LABORATORY_DIAGNOSES)
# What lists say of a diagnosis, by how the word begins; other words are taken as covering.
_REFUSED = ("d", "n")  # denied, not covered, non-covered


@lru_cache(maxsize=8)
def _refusing(table: Table[Any]) -> Flags:
    """Mark the rows whose diagnosis the list refuses."""
    words = [word.lower().startswith(_REFUSED) for word in table.words("status")]
    marks: Flags = np.array(words, np.bool_)[table.array("status")]
    return marks


@lru_cache(maxsize=8)
def _covering(table: Table[Any]) -> Array:
    """Give the determinations that list what they cover; the others list what they do not."""
    return np.unique(table.array("determination")[~_refusing(table)])


def uncovered_tests(batch: ClaimBatch, reference: Reference, among: Flags) -> Found:
    """Report tests among some lines none of whose diagnoses a determination of theirs covers.

    Facts are the ``code`` and the number of a ``determination``.
    """
    found, asked = NOTHING, np.flatnonzero(among)
    for tables, which in together(reference.library, TABLES, batch.line_starts_on[asked]):
        hits, numbers = _determinations(batch, asked[which], tables[LABORATORY_PROCEDURES.name])
        diagnoses = tables[LABORATORY_DIAGNOSES.name]
        refused, taken = _compared(batch, hits, numbers, diagnoses)
        marks = np.zeros(len(among), np.bool_)
        marks[hits[refused]] = True
        marks[hits[taken]] = False
        named = np.full(len(among), "", np.object_)
        named[hits[refused]] = numbers[refused].astype("U8")
        told = {"code": batch.line_code, "determination": named}
        found += batch.lines(marks, **told).by(diagnoses.release.name)
    return found


def _determinations(
    batch: ClaimBatch, lines: Indices, procedures: Table[Any]
) -> tuple[Indices, Array]:
    """Give the lines that are tests of determinations, a row a determination, and its number."""
    which, rows = procedures.find_every(batch.line_key[lines])
    return lines[which], procedures.array("determination")[rows]


def _compared(
    batch: ClaimBatch, lines: Indices, numbers: Array, table: Table[Any]
) -> tuple[Flags, Flags]:
    """Mark the rows whose determination covers no diagnosis of the line, and those where it does.

    Rows of lines without diagnoses, and of determinations without a list, are neither.
    """
    count = len(lines)
    which, keys = diagnoses_of(batch, lines)
    asked, rows = table.find_every(keys)
    of_row = which[asked]
    same = table.array("determination")[rows] == numbers[of_row]
    refusing = _refusing(table)[rows]
    told = np.bincount(which, minlength=count)
    refused = np.bincount(of_row[same & refusing], minlength=count)
    covered = np.bincount(of_row[same & ~refusing], minlength=count)
    by_cover = np.isin(numbers, _covering(table))
    listed = np.isin(numbers, table.array("determination")) & (told > 0)
    takes = np.where(by_cover, covered > 0, refused < told)
    return listed & ~takes, listed & takes
