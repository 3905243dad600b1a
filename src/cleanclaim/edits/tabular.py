"""Edits by the notes of the ICD-10-CM tabular list: what stands together, and in which order."""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Flags, Found, Integers, Values
from cleanclaim.claims.model import Claim, Diagnosis
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM_NOTES, ICD10CM_TABULAR
from cleanclaim.codes.tabular_rules import Bounds, CodeRules, TabularRules, tabular_rules
from cleanclaim.edits.examples import changed
from cleanclaim.edits.registry import edit
from cleanclaim.edits.stays import stays
from cleanclaim.kernel.findings import Severity

_TABLES = (ICD10CM_TABULAR, ICD10CM_NOTES)
# 16 MiB; exact for some 4,000 different codes in a batch.
_MARKS_MAX = 2**24
Tell = Callable[[TabularRules, str, str], str]
_GUIDELINES = "ICD-10-CM Official Guidelines"


def _diagnosed(*codes: str) -> Claim:
    """Give the example with these diagnoses, the first one first."""
    return changed(
        diagnoses=tuple(Diagnosis(code, "ABF" if n else "ABK") for n, code in enumerate(codes))
    )


class Part(msgspec.Struct, frozen=True):
    """Listed ICD-10-CM diagnoses that one release judges: their rows, and their codes by number.

    ``number`` counts into ``codes``, which are different from each other and sorted, as are
    their ``keys``.
    """

    rules: TabularRules
    rows: npt.NDArray[np.intp]
    codes: tuple[str, ...]
    keys: Integers
    number: Integers

    def where(self, holds: Callable[[CodeRules], bool]) -> Flags:
        """Mark the diagnoses of whose code something is true."""
        true = np.array([holds(self.rules.of(code)) for code in self.codes], np.bool_)
        marks: Flags = true[self.number]
        return marks


def _parts(batch: ClaimBatch, library: Library) -> tuple[Part, ...]:
    """Sort the listed diagnoses by the release of their day."""
    rows = np.flatnonzero(batch.diagnosis_is_listed & batch.diagnosis_is_icd10)
    days = batch.coded_on[batch.diagnosis_claim[rows]]
    parts = []
    for notes, which in library.divide(ICD10CM_NOTES, days):
        for entries, inner in library.divide(ICD10CM_TABULAR, days[which]):
            if notes is not None and entries is not None:
                own = rows[which[inner]]
                parts.append(_part(batch, tabular_rules(entries, notes), own))
    return tuple(parts)


def _part(batch: ClaimBatch, rules: TabularRules, rows: npt.NDArray[np.intp]) -> Part:
    own = batch.diagnosis_key[rows]
    keys, where, number = np.unique(own, return_index=True, return_inverse=True)
    return Part(rules, rows, tuple(batch.diagnosis_code[rows[where]].tolist()), keys, number)


def _listed_first(batch: ClaimBatch) -> Flags:
    """Mark the first diagnosis of each claim."""
    owner = batch.diagnosis_claim
    first: Flags = np.diff(owner, prepend=-1) != 0
    return first & batch.diagnosis_is_listed


def _listed_first_elsewhere(batch: ClaimBatch) -> Flags:
    """Mark first diagnoses but those of stays, which Medicare's code editor judges the same."""
    judged = np.zeros(len(batch), np.bool_)
    judged[list(stays(batch))] = True
    return _listed_first(batch) & ~judged[batch.diagnosis_claim]


def _where(
    batch: ClaimBatch,
    reference: Reference,
    holds: Callable[[CodeRules], bool],
    among: Flags | None = None,
) -> Found:
    """Report the diagnoses of whose code something is true, where they are ``among`` some."""
    found = Found()
    for part in batch.once(_parts, reference.library):
        marks = np.zeros(len(batch.diagnosis_claim), np.bool_)
        marks[part.rows] = part.where(holds)
        marks = marks if among is None else marks & among
        found += batch.diagnoses(marks, code=batch.diagnosis_code).by(part.rules.release)
    return found


def _related(part: Part, bounds: Callable[[CodeRules], Bounds]) -> Flags:
    """Mark the numbers of pairs of codes of which the first has the second in its ranges.

    Most pairs of a claim are not among them: only for those few the notes are asked. Where
    there are very many codes, several pairs share a mark, which only asks more often.
    """
    own = [bounds(part.rules.of(code)) for code in part.codes]
    firsts = np.concatenate([each.firsts for each in own])
    lasts = np.concatenate([each.lasts for each in own])
    starts = np.searchsorted(part.keys, firsts, "left")
    counts = np.maximum(np.searchsorted(part.keys, lasts, "right") - starts, 0)
    owner = np.repeat(np.arange(len(own)), [len(each.firsts) for each in own])
    # Each range is drawn out to the codes that lie in it.
    passed = np.cumsum(counts) - counts
    others = np.arange(counts.sum()) + np.repeat(starts - passed, counts)
    related = np.zeros(min(len(own) ** 2, _MARKS_MAX), np.bool_)
    related[(np.repeat(owner, counts) * len(own) + others) % len(related)] = True
    return related


def _pairs(batch: ClaimBatch, part: Part) -> Iterator[tuple[Integers, Integers]]:
    """Give pairs of a claim's diagnoses, the earlier one first; each turn those of one distance."""
    owner = batch.diagnosis_claim[part.rows]
    for apart in range(1, len(owner)):
        earlier = np.flatnonzero(owner[:-apart] == owner[apart:])
        if not len(earlier):
            return
        yield earlier, earlier + apart


def _told_pairs(
    batch: ClaimBatch,
    reference: Reference,
    bounds: Callable[[CodeRules], Bounds],
    tell: Tell,
) -> Iterator[tuple[Part, Integers, Integers, Values]]:
    """Give pairs of which something is told: their rows, the earlier first, and what it is.

    Only pairs of which one code lies within the ``bounds`` of the other are asked about.
    """
    for part in batch.once(_parts, reference.library):
        if len(part.codes) < 2:
            continue
        related = _related(part, bounds)
        count, marks = len(part.codes), len(related)
        for earlier, later in _pairs(batch, part) if related.any() else ():
            one, other = part.number[earlier], part.number[later]
            near = related[(one * count + other) % marks] | related[(other * count + one) % marks]
            told = _tell_each(part, one[near], other[near], tell)
            wrong = np.flatnonzero(near)[told != ""]
            if len(wrong):
                yield part, part.rows[earlier[wrong]], part.rows[later[wrong]], told[told != ""]


def _tell_each(part: Part, one: Integers, other: Integers, tell: Tell) -> Values:
    told = np.empty(len(one), np.object_)
    told[:] = [
        tell(part.rules, part.codes[first], part.codes[second])
        for first, second in zip(one.tolist(), other.tolist(), strict=True)
    ]
    return told


def _report(batch: ClaimBatch, part: Part, rows: Integers, others: Integers, told: Values) -> Found:
    """Report diagnoses with the other code of the pair and what was told of it."""
    marks = np.zeros(len(batch.diagnosis_claim), np.bool_)
    columns = {"other": np.empty(len(marks), np.object_), "note": np.empty(len(marks), np.object_)}
    marks[rows] = True
    columns["other"][rows] = batch.diagnosis_code[others]
    columns["note"][rows] = told
    return batch.diagnoses(marks, code=batch.diagnosis_code, **columns).by(part.rules.release)


@edit(
    "TABULAR.EXCLUDES1",
    family="tabular",
    severity=Severity.WARN,
    source=f"ICD-10-CM tabular list, Excludes1 notes; {_GUIDELINES}, I.A.12.a",
    message="{code} and {other} exclude each other by the note at {note}",
    hint="leave the one that the record supports; both may stand only where the two conditions "
    "have nothing to do with each other, and the record says so",
    failing=_diagnosed("E119", "E109"),
    passing=_diagnosed("E119", "I10"),
    tables=_TABLES,
)
def conditions_go_together(batch: ClaimBatch, reference: Reference) -> Found:
    """No two diagnoses of a claim exclude each other by a note (Excludes1) at either or above."""
    found = Found()
    pairs = _told_pairs(
        batch, reference, lambda rules: rules.excluded_bounds, TabularRules.excluded_at
    )
    for part, earlier, later, told in pairs:
        found += _report(batch, part, later, earlier, told)
    return found


@edit(
    "TABULAR.MANIFESTATION",
    family="tabular",
    severity=Severity.BLOCK,
    source=f"{_GUIDELINES}, I.A.13 (etiology and manifestation)",
    message="{code} is of a disease that is classified elsewhere and cannot be listed first",
    hint="list the disease that caused it before it",
    failing=_diagnosed("H42", "E119"),
    passing=_diagnosed("E119", "H42"),
    tables=_TABLES,
)
def manifestations_follow(batch: ClaimBatch, reference: Reference) -> Found:
    """What is titled as of diseases classified elsewhere is not the first diagnosis."""
    return _where(
        batch, reference, lambda rules: rules.manifestation, _listed_first_elsewhere(batch)
    )


@edit(
    "TABULAR.FIRST",
    family="tabular",
    severity=Severity.WARN,
    source=f"ICD-10-CM tabular list, code first notes; {_GUIDELINES}, I.A.13",
    message="{code} is listed first, but the list says to code first what underlies it",
    hint="list the underlying condition before it, as the record tells it",
    failing=_diagnosed("E089", "I10"),
    passing=_diagnosed("I10", "E089"),
    tables=_TABLES,
)
def underlying_conditions_come_first(batch: ClaimBatch, reference: Reference) -> Found:
    """A code with a note to code first what underlies it is not the first diagnosis."""
    return _where(
        batch,
        reference,
        lambda rules: rules.underlying and not rules.manifestation,
        _listed_first(batch),
    )


@edit(
    "TABULAR.ORDER",
    family="tabular",
    severity=Severity.WARN,
    source=f"ICD-10-CM tabular list, code first notes; {_GUIDELINES}, I.A.13 and I.A.17",
    message="{code} stands before {other}, which the list says to code first",
    hint="list {other} before {code}, and let the pointers follow",
    failing=_diagnosed("N189", "I129"),
    passing=_diagnosed("I129", "N189"),
    tables=_TABLES,
)
def causes_precede(batch: ClaimBatch, reference: Reference) -> Found:
    """What a note says to code first stands before the code, where both are on the claim."""
    found = Found()
    pairs = _told_pairs(batch, reference, lambda rules: rules.first_bounds, _is_reversed)
    for part, earlier, later, told in pairs:
        kept = [not _has_cause(batch, part, row) for row in earlier.tolist()]
        keep = np.flatnonzero(kept)
        found += _report(batch, part, earlier[keep], later[keep], told[keep])
    return found


def _is_reversed(rules: TabularRules, earlier: str, later: str) -> str:
    return "reversed" if rules.of(earlier).comes_after(later) else ""


def _has_cause(batch: ClaimBatch, part: Part, row: int) -> bool:
    """Tell whether something that is to be coded first stands before a diagnosis already."""
    rules = part.rules.of(batch.diagnosis_code[row])
    owner = batch.diagnosis_claim
    start = int(np.searchsorted(owner, owner[row]))
    return any(rules.comes_after(code) for code in batch.diagnosis_code[start:row])


@edit(
    "TABULAR.EXTERNAL",
    family="tabular",
    severity=Severity.BLOCK,
    source=f"{_GUIDELINES}, I.C.20.a.6 (external causes are not listed first)",
    message="{code} is an external cause and cannot be listed first",
    hint="list the injury or condition first",
    failing=_diagnosed("W19XXXA", "I10"),
    passing=_diagnosed("I10", "W19XXXA"),
    tables=_TABLES,
)
def external_causes_follow(batch: ClaimBatch, reference: Reference) -> Found:
    """An external cause is not the first diagnosis."""
    return _where(batch, reference, lambda rules: rules.external, _listed_first_elsewhere(batch))


@edit(
    "TABULAR.SIDE",
    family="tabular",
    severity=Severity.WARN,
    source=f"{_GUIDELINES}, I.B.13 (laterality)",
    message="{code} leaves the side unspecified where codes for right and left exist",
    hint="code the side if the record names it; many payers refuse an unspecified one",
    failing=_diagnosed("M25569"),
    passing=_diagnosed("M25561"),
    tables=_TABLES,
)
def sides_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A diagnosis that has a right and a left code is not coded without a side."""
    return _where(batch, reference, lambda rules: rules.sides_exist)
