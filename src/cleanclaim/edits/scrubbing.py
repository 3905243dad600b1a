"""Scrubbing: ask the edits of a set about a batch, and say what could not be asked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Days, Flags
from cleanclaim.claims.model import ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.days import different_days
from cleanclaim.codes.store.kinds import KINDS, Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.edits.registry import EDITS, OR, AnyOf, Asked, Edit, EditSet, Released, graded
from cleanclaim.edits.user_rules import UserRule, judge
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import format_dollars

ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


def scrub(
    batch: ClaimBatch,
    reference: Reference,
    edit_set: EditSet | None = None,
    *,
    tell_unchecked: bool = True,
    user_rules: Sequence[UserRule] = (),
) -> list[tuple[Finding, ...]]:
    """Run the edits of the set over the batch; the answer has one tuple a claim.

    Blocking findings come first. An edit whose table is absent leaves an info finding on
    every claim that it would have checked; without ``tell_unchecked`` the caller asks
    ``unchecked`` for them. ``user_rules`` are the organization's own, run beside the edits.
    """
    asking = Asking(batch, reference, edit_set or EditSet())
    findings: dict[int, list[Finding]] = {}
    for each in EDITS.values():
        for index, finding in asking.findings(each, tell_unchecked=tell_unchecked):
            findings.setdefault(index, []).append(finding)
    for index, finding in judge(user_rules, batch, reference):
        findings.setdefault(index, []).append(finding)
    return [_in_order(findings.get(index)) for index in range(batch.judged)]


def _in_order(findings: list[Finding] | None) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: ORDER[each.severity])) if findings else ()


def unchecked(
    batch: ClaimBatch, reference: Reference, edit_set: EditSet | None = None
) -> list[tuple[str, ...]]:
    """Name for each claim the families with an edit that lacks what it needs, by their names."""
    asking = Asking(batch, reference, edit_set or EditSet())
    marks: dict[str, Flags] = {}
    for each in EDITS.values():
        lacks = asking.lacks(each)
        if lacks is not None:
            marks[each.family] = marks.get(each.family, False) | lacks
    names = sorted(marks)
    if not names:
        return [()] * batch.judged
    # Most claims of a batch lack the same: each way of lacking is told once.
    rows = np.packbits(np.stack([marks[name] for name in names], axis=1), axis=1)
    ways = np.ascontiguousarray(rows).view(f"V{rows.shape[1]}").reshape(-1).tolist()
    told = {way: _named(names, way) for way in set(ways)}
    return [told[way] for way in ways]


def _named(names: Sequence[str], way: bytes) -> tuple[str, ...]:
    lacks = np.unpackbits(np.frombuffer(way, np.uint8), count=len(names))
    return tuple(name for name, is_lacking in zip(names, lacks, strict=True) if is_lacking)


class Loaded:
    """Which claims of a batch have a table in force on all of their days, asked once a table."""

    def __init__(self, batch: ClaimBatch, library: Library) -> None:
        self.batch = batch
        self.library = library
        self._marks: dict[str, Flags | None] = {}

    def lacking(self, asked: Asked) -> Flags | None:
        """Mark claims with a line, or a day of coding, on which no release is in force.

        None where there are none of them.
        """
        if asked.name not in self._marks:
            marks = self._any_of(asked) if isinstance(asked, AnyOf) else self._one(asked)
            self._marks[asked.name] = marks if marks is not None and marks.any() else None
        return self._marks[asked.name]

    def _any_of(self, asked: AnyOf) -> Flags | None:
        marks: Flags | None = None
        for kind in asked.kinds:
            lacking = self.lacking(kind)
            if lacking is None:
                return None
            marks = lacking if marks is None else marks & lacking
        return marks

    def _one(self, kind: Kind[Any]) -> Flags | None:
        bare = {day for day in self._days if self.library.in_force(kind, day) is None}
        if not bare:
            return None
        is_bare = np.array([day in bare for day in self._days] + [False], np.bool_)
        marks: Flags = is_bare[self._coded_on]
        marks[self.batch.line_claim[is_bare[self._line_on]]] = True
        return marks

    @cached_property
    def _days(self) -> list[date]:
        """The days of the batch, each once; no day is nobody's, and lacks nothing."""
        told: list[date] = self._every[~np.isnat(self._every)].tolist()
        return told

    @cached_property
    def _numbered(self) -> tuple[Days, npt.NDArray[np.intp]]:
        days = np.concatenate([self.batch.coded_on, self.batch.line_starts_on])
        # No day stands behind all days, and so has the number behind the last of them.
        return different_days(days)

    @property
    def _every(self) -> Days:
        return self._numbered[0]

    @property
    def _coded_on(self) -> npt.NDArray[np.intp]:
        return self._numbered[1][: len(self.batch)]

    @property
    def _line_on(self) -> npt.NDArray[np.intp]:
        return self._numbered[1][len(self.batch) :]


class Asking:
    """A batch under a set of edits: about which claims each edit is asked, and with what grade."""

    def __init__(self, batch: ClaimBatch, reference: Reference, edit_set: EditSet) -> None:
        self.batch = batch
        self.reference = reference
        self._changes = edit_set.by_rule()
        self._loaded = Loaded(batch, reference.library)
        self._payers, payer = batch.payers_told
        self._payer = payer[: batch.judged]
        self._kinds = batch.kinds[: batch.judged]
        self._of_kind = batch.once(_by_kind)
        self._asked: dict[tuple[frozenset[ClaimKind], bool, frozenset[str]], Flags | None] = {}

    def findings(self, each: Edit, *, tell_unchecked: bool) -> Iterator[tuple[int, Finding]]:
        """Run one edit; give claim index and finding. Earlier claims are not judged again."""
        asked = self.asked(each)
        if asked is None:
            return
        lacks = self._lacks(each, asked)
        if lacks is None:
            yield from self._results(each, asked)
            return
        for index in np.flatnonzero(lacks).tolist() if tell_unchecked else ():
            yield index, _not_checked(each, self._lacking(each, index))
        if (asked & ~lacks).any():
            yield from self._results(each, asked)

    def asked(self, each: Edit) -> Flags | None:
        """Mark the judged claims that the edit is asked about; None where these are none.

        It is asked about claims of its kinds, to payers for which it is not switched off.
        """
        if each.rule in self._changes:
            return self._some_asked(each)
        key = (each.kinds, each.enabled, each.filing)
        if key not in self._asked:
            self._asked[key] = self._some_asked(each)
        return self._asked[key]

    def _some_asked(self, each: Edit) -> Flags | None:
        graded = [grade is not None for grade in self._grades(each)]
        if not any(graded):
            return None
        marks = np.zeros(self.batch.judged, np.bool_)
        for kind in each.kinds & self._of_kind.keys():
            marks |= self._of_kind[kind]
        if not all(graded):
            marks &= np.array(graded, np.bool_)[self._payer]
        return marks if marks.any() else None

    def _grades(self, each: Edit) -> list[Severity | None]:
        """Give the grade of an edit for each of the payers."""
        changes = self._changes.get(each.rule, ())
        if not each.filing and not any(change.payer_identifier for change in changes):
            return [graded(each, changes, "", "")] * len(self._payers)
        return [graded(each, changes, *payer) for payer in self._payers]

    def lacks(self, each: Edit) -> Flags | None:
        """Mark the claims asked about for which the edit lacks something; None where none is."""
        asked = self.asked(each)
        return None if asked is None else self._lacks(each, asked)

    def _lacks(self, each: Edit, asked: Flags) -> Flags | None:
        if each.needs and each.missing(self.batch, self.reference):
            return asked
        marks = None
        for kind in each.kinds & self._of_kind.keys() if each.tables else ():
            for table in each.tables_for(kind):
                lacking = self._loaded.lacking(table)
                if lacking is not None:
                    own = lacking[: len(asked)] & self._of_kind[kind]
                    marks = own if marks is None else marks | own
        if marks is None:
            return None
        if each.concerns is not None:
            marks = marks & self.batch.once(each.concerns)[: len(asked)]
        marks = marks & asked
        return marks if marks.any() else None

    def _lacking(self, each: Edit, index: int) -> tuple[str, ...]:
        tables = each.tables_for(self._kinds[index])
        lacking = ((table.name, self._loaded.lacking(table)) for table in tables)
        names = tuple(name for name, marks in lacking if marks is not None and marks[index])
        return each.missing(self.batch, self.reference) + names

    def _results(self, each: Edit, asked: Flags) -> Iterator[tuple[int, Finding]]:
        table: Released | None = getattr(self.reference, each.table) if each.table else None
        release = "" if table is None else table.release
        found = each.check(self.batch, self.reference)
        if not len(found):
            return
        is_asked, payer = asked.tolist(), self._payer.tolist()
        grades = self._grades(each)
        texts = _Texts(each)
        for (index, place, facts), own in zip(found.rows(), found.every_release(), strict=True):
            if index < len(is_asked) and is_asked[index]:
                severity = grades[payer[index]]
                if severity is not None:
                    told = (*texts.of(facts), each.source, own or release)
                    yield index, Finding(each.rule, severity, place, *told)


def _by_kind(batch: ClaimBatch) -> dict[ClaimKind, Flags]:
    """Mark the judged claims of each kind that there is."""
    kinds = set(batch.kinds[: batch.judged])
    return {kind: batch.of_kind(kind)[: batch.judged] for kind in kinds}


class _Texts:
    """Message and hint of an edit's findings, made once for the same facts."""

    def __init__(self, each: Edit) -> None:
        self._edit = each
        self._made: dict[tuple[object, ...], tuple[str, str]] = {}

    def of(self, facts: Mapping[str, object]) -> tuple[str, str]:
        """Give the text of one finding."""
        key = (*facts, *facts.values())
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._text(facts)
        return made

    def _text(self, facts: Mapping[str, object]) -> tuple[str, str]:
        told = {
            name: format_dollars(value)
            if name.endswith("_cents") and isinstance(value, int)
            else value
            for name, value in facts.items()
        }
        return self._edit.message.format(**told), self._edit.hint.format(**told)


_NAMES = {
    "diagnosis_codes": "an ICD-10-CM release",
    "filing_limits": "filing limits of payers",
    "as_of": "the day to judge from",
    "coverage_spans": "when members are insured",
    "authorization_list": "payers' lists of services that need an authorization",
    "ordering_list": "payers' lists of services that need an order",
    "ndc_list": "payers' lists of drugs that need a national drug code",
    "frequency_limits": "how often payers take a service",
    "authorization_spans": "what payers authorized",
}


def _not_checked(each: Edit, missing: tuple[str, ...]) -> Finding:
    """Say that an edit did not check, and what it lacked."""
    lacking = " and ".join(tell_lack(name) for name in missing)
    return Finding(
        each.rule,
        Severity.INFO,
        "claim",
        f"not checked: needs {lacking}",
        "load or give what is missing to have this checked",
        each.source,
    )


def tell_lack(missing: str) -> str:
    """Name in words what an edit lacks: a table of the library, or another fact."""
    if OR in missing:
        return OR.join(map(tell_lack, missing.split(OR)))
    table = KINDS.get(missing)
    return _NAMES.get(missing, missing) if table is None else f'the table "{table.title}"'
