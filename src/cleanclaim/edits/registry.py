"""The registry of edits, sets of them for payers, and scrubbing a batch."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.kinds import KINDS, Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.edits.examples import CLEAN_BY_KIND
from cleanclaim.edits.menders import Mending, mending_of
from cleanclaim.edits.user_rules import UserRule, judge
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import format_dollars

Check = Callable[[ClaimBatch, Reference], Found]
Concerns = Callable[[ClaimBatch], Flags]
# The tables of the library that an edit asks: the same for all claims, or by their kind.
Tables = tuple["Asked", ...] | Mapping[ClaimKind, tuple["Asked", ...]]
EVERY_KIND = frozenset(ClaimKind)
OFFICE_KINDS = frozenset({ClaimKind.PROFESSIONAL, ClaimKind.DENTAL})


class AnyOf(msgspec.Struct, frozen=True):
    """Tables of which an edit needs one, whichever is in force."""

    kinds: tuple[Kind[Any], ...]

    @property
    def name(self) -> str:
        """Their names, as they are told."""
        return _OR.join(kind.name for kind in self.kinds)


Asked = Kind[Any] | AnyOf
_OR = " or "


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One edit and everything that is told about it.

    ``message`` and ``hint`` are filled from the facts of what was found; facts in cents
    appear as dollars. ``needs`` names what must be at hand (a table of the Reference, or
    ``as_of``): without it the edit says that it did not check, as it does for claims on whose
    days one of the ``tables`` of the library is not in force. ``table`` is the one whose
    release findings name, where they do not say themselves. ``kinds`` are the claims that it
    judges, ``failing`` and ``passing`` are examples, each after the claims ``before`` it in the
    same file; ``enabled`` False is an edit that a payer's set must ask for. ``concerns`` marks
    the claims that it could find something on: of the others nobody misses its tables.
    ``filing`` are the kinds of insurance (SBR09) for which it runs unasked, none is all: other
    payers' sets may ask for it, as many follow Medicare's rules.
    """

    rule: str
    family: str
    severity: Severity
    source: str
    message: str
    hint: str
    failing: Claim
    passing: Claim
    check: Check
    needs: tuple[str, ...] = ()
    tables: Tables = ()
    table: str = ""
    enabled: bool = True
    kinds: frozenset[ClaimKind] = EVERY_KIND
    before: tuple[Claim, ...] = ()
    concerns: Concerns | None = None
    filing: frozenset[str] = frozenset()

    def runs_unasked(self, filing_indicator: str) -> bool:
        """Tell whether it judges claims to this kind of insurance without a set that asks."""
        return self.enabled and (not self.filing or filing_indicator in self.filing)

    def tables_for(self, kind: ClaimKind) -> tuple[Asked, ...]:
        """Give the tables that the edit asks about claims of a kind."""
        return self.tables if isinstance(self.tables, tuple) else self.tables.get(kind, ())

    @property
    def mending(self) -> Mending:
        """Tell who mends what the edit finds, and by which fields."""
        return mending_of(self.family, self.rule)

    @property
    def documentation(self) -> str:
        """Say what the edit requires."""
        return self.check.__doc__ or ""

    def missing(self, batch: ClaimBatch, reference: Reference) -> tuple[str, ...]:
        """Name what the edit needs and was not given."""
        return tuple(
            need
            for need in self.needs
            if (batch.as_of if need == "as_of" else getattr(reference, need)) is None
        )


EDITS: dict[str, Edit] = {}


class Released(Protocol):
    """A table that knows the name of its release."""

    release: str


class DuplicateEditError(CleanclaimError):
    """Two edits cannot have one rule id."""

    code = "edit.duplicate"


class UnknownEditError(CleanclaimError):
    """No edit has this rule id."""

    code = "edit.unknown"


def edit(  # noqa: PLR0913 - keyword arguments that read as the edit's card
    rule: str,
    *,
    family: str,
    severity: Severity,
    source: str,
    message: str,
    failing: Claim,
    passing: Claim | None = None,
    hint: str = "",
    needs: tuple[str, ...] = (),
    tables: Tables = (),
    table: str = "",
    enabled: bool = True,
    kinds: Collection[ClaimKind] = EVERY_KIND,
    before: tuple[Claim, ...] = (),
    concerns: Concerns | None = None,
    filing: Collection[str] = (),
) -> Callable[[Check], Check]:
    """Register the function below as the edit of this rule id.

    Without a ``passing`` example the clean claim of the failing one's kind is it.
    """

    def register(check: Check) -> Check:
        if rule in EDITS:
            raise DuplicateEditError(rule)
        EDITS[rule] = Edit(
            rule=rule,
            family=family,
            severity=severity,
            source=source,
            message=message,
            hint=hint,
            failing=failing,
            passing=CLEAN_BY_KIND[failing.kind] if passing is None else passing,
            check=check,
            needs=needs,
            tables=tables,
            table=table,
            enabled=enabled,
            kinds=frozenset(kinds),
            before=before,
            concerns=concerns,
            filing=frozenset(filing),
        )
        return check

    return register


class EditChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a set departs from the edits as registered.

    An empty ``payer_identifier`` is all payers; one payer's change goes before it. None
    leaves what the registry says.
    """

    rule: str
    payer_identifier: str = ""
    enabled: bool | None = None
    severity: Severity | None = None


class EditSet(msgspec.Struct, frozen=True):
    """A named choice of edits, with what is switched or graded otherwise for payers."""

    name: str = "standard"
    changes: tuple[EditChange, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a change of an edit that does not exist: it would silently do nothing."""
        for change in self.changes:
            if change.rule not in EDITS:
                raise UnknownEditError(change.rule)

    def severity(
        self, rule: str, payer_identifier: str, filing_indicator: str = ""
    ) -> Severity | None:
        """Give the grade of an edit for a payer of a kind of insurance; None where it is off."""
        enabled, severity = EDITS[rule].runs_unasked(filing_indicator), EDITS[rule].severity
        for payer in ("", payer_identifier):
            for change in self.changes:
                if change.rule == rule and change.payer_identifier == payer:
                    enabled = enabled if change.enabled is None else change.enabled
                    severity = change.severity or severity
        return severity if enabled else None


_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


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
    edit_set, loaded = edit_set or EditSet(), Loaded(batch, reference.library)
    findings: list[list[Finding]] = [[] for _ in range(batch.judged)]
    for each in EDITS.values():
        grades, lacking = _grades(batch, each, edit_set), _lacking(each, batch, reference, loaded)
        if tell_unchecked:
            for index in _told_unchecked(grades, lacking):
                findings[index].append(_not_checked(each, lacking[index]))
        if any(grades) and not all(lacking):
            for index, finding in _results(each, batch, reference, grades):
                findings[index].append(finding)
    for index, finding in judge(user_rules, batch, reference):
        findings[index].append(finding)
    return [tuple(sorted(own, key=lambda finding: _ORDER[finding.severity])) for own in findings]


def unchecked(
    batch: ClaimBatch, reference: Reference, edit_set: EditSet | None = None
) -> list[tuple[str, ...]]:
    """Name for each claim the families with an edit that lacks what it needs, by their names."""
    edit_set, loaded = edit_set or EditSet(), Loaded(batch, reference.library)
    families: list[set[str]] = [set() for _ in range(batch.judged)]
    for each in EDITS.values():
        grades, lacking = _grades(batch, each, edit_set), _lacking(each, batch, reference, loaded)
        for index in _told_unchecked(grades, lacking):
            families[index].add(each.family)
    return [tuple(sorted(own)) for own in families]


class Loaded:
    """Which claims of a batch have a table in force on all of their days, asked once a table."""

    def __init__(self, batch: ClaimBatch, library: Library) -> None:
        self.batch = batch
        self.library = library
        self._marks: dict[str, Flags] = {}

    def lacking(self, kind: Asked) -> Flags:
        """Mark claims with a line, or a day of coding, on which no release is in force."""
        if isinstance(kind, AnyOf):
            marks: Flags = np.logical_and.reduce([self.lacking(each) for each in kind.kinds])
            return marks
        if kind.name not in self._marks:
            batch = self.batch
            marks = ~self._in_force(kind, batch.coded_on)
            without = ~self._in_force(kind, batch.line_starts_on)
            marks[batch.line_claim[without]] = True
            self._marks[kind.name] = marks
        return self._marks[kind.name]

    def _in_force(self, kind: Kind[Any], days: Days) -> Flags:
        """Mark the days on which a release holds; no day is nobody's, and not lacking."""
        marks = np.ones(len(days), np.bool_)
        for table, which in self.library.divide(kind, days):
            if table is None:
                marks[which] = np.isnat(days[which])
        return marks


def _lacking(
    each: Edit, batch: ClaimBatch, reference: Reference, loaded: Loaded
) -> list[tuple[str, ...]]:
    """Name for each claim what the edit needs and was not given; () where it can judge."""
    everywhere = each.missing(batch, reference)
    if not each.tables:
        return [everywhere] * batch.judged
    marks = {kind: loaded.lacking(kind) for ours in each.kinds for kind in each.tables_for(ours)}
    if each.concerns is not None:
        concerned = each.concerns(batch)
        marks = {kind: lacking & concerned for kind, lacking in marks.items()}
    return [
        everywhere + tuple(kind.name for kind in each.tables_for(ours) if marks[kind][index])
        for index, ours in enumerate(batch.kinds[: batch.judged])
    ]


def _told_unchecked(grades: list[Severity | None], lacking: list[tuple[str, ...]]) -> Iterator[int]:
    """Give the claims that the edit would judge and cannot."""
    return (
        index
        for index, (grade, names) in enumerate(zip(grades, lacking, strict=True))
        if grade is not None and names
    )


def _grades(batch: ClaimBatch, each: Edit, edit_set: EditSet) -> list[Severity | None]:
    """Give the severity of one edit for every claim by its payer; None for other kinds."""
    payers = [(claim.payer.identifier, claim.filing_indicator) for claim in batch.to_claims()]
    grade = {payer: edit_set.severity(each.rule, *payer) for payer in set(payers)}
    return [
        grade[payer] if kind in each.kinds else None
        for payer, kind in zip(payers, batch.kinds, strict=False)
    ]


def _results(
    each: Edit, batch: ClaimBatch, reference: Reference, grades: list[Severity | None]
) -> Iterator[tuple[int, Finding]]:
    """Run one edit; give claim index and finding. Earlier claims are not judged again."""
    table: Released | None = getattr(reference, each.table) if each.table else None
    release = "" if table is None else table.release
    found = each.check(batch, reference)
    for (index, place, facts), own in zip(found.rows(), found.every_release(), strict=True):
        severity = grades[index] if index < batch.judged else None
        if severity is not None:
            yield index, _finding(each, severity, place, facts, own or release)


def _finding(
    each: Edit, severity: Severity, place: str, facts: Mapping[str, object], release: str
) -> Finding:
    """Make the text of one finding."""
    told = {
        name: format_dollars(value) if name.endswith("_cents") and isinstance(value, int) else value
        for name, value in facts.items()
    }
    return Finding(
        each.rule,
        severity,
        place,
        each.message.format(**told),
        each.hint.format(**told),
        each.source,
        release,
    )


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
    if _OR in missing:
        return _OR.join(map(tell_lack, missing.split(_OR)))
    table = KINDS.get(missing)
    return _NAMES.get(missing, missing) if table is None else f'the table "{table.title}"'
