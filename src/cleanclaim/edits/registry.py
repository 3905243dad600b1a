"""The registry of edits, and sets of them for payers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.edits.examples import CLEAN_BY_KIND
from cleanclaim.edits.menders import Mending, mending_of
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity

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
        return OR.join(kind.name for kind in self.kinds)


Asked = Kind[Any] | AnyOf
OR = " or "


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
        return graded(EDITS[rule], self.changes, payer_identifier, filing_indicator)

    def by_rule(self) -> dict[str, tuple[EditChange, ...]]:
        """Give the changes by the edit that they change, to ask a batch about many edits."""
        changes: dict[str, tuple[EditChange, ...]] = {}
        for change in self.changes:
            changes[change.rule] = (*changes.get(change.rule, ()), change)
        return changes


def graded(
    each: Edit, changes: Iterable[EditChange], payer_identifier: str, filing_indicator: str
) -> Severity | None:
    """Grade an edit for a payer of a kind of insurance under these changes; None where it is off.

    Changes of other edits change nothing.
    """
    enabled, severity = each.runs_unasked(filing_indicator), each.severity
    for payer in ("", payer_identifier):
        for change in changes:
            if change.rule == each.rule and change.payer_identifier == payer:
                enabled = enabled if change.enabled is None else change.enabled
                severity = change.severity or severity
    return severity if enabled else None
