"""What participation is derived from: grants, links, contracts, demands, bars and credentials."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from cleanclaim.credentialing.enrollment.terms import FEDERAL, Program
from cleanclaim.credentialing.participation.credentials import Credential, CredentialKind
from cleanclaim.credentialing.participation.substitutes import (
    SHIPPED_SUBSTITUTES,
    SubstituteRule,
    Substitution,
)
from cleanclaim.kernel.spans import Span

_Row = TypeVar("_Row")
_Key = TypeVar("_Key", bound=Hashable)


class Enrollment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payer granted (or is asked for): a provider may be billed in a span of days.

    ``billing`` holds the NPI or TIN (or both) under which the payer linked the provider.
    ``product``, ``location`` and ``taxonomy`` "" and ``billing`` () mean every one. ``span`` None
    is an application without an effective date yet, ``expected_on`` the day by which it is
    expected. ``retroactive_days`` may be billed before the span. ``in_network`` False is a
    decision to bill this payer without a contract. ``source`` names the document.
    """

    provider_npi: str
    payer: str
    span: Span | None
    billing: tuple[str, ...] = ()
    product: str = ""
    location: str = ""
    taxonomy: str = ""
    source: str = ""
    retroactive_days: int = 0
    in_network: bool = True
    expected_on: date | None = None

    @property
    def billable(self) -> Span | None:
        """Give the days of service that may be billed, the retroactive ones included."""
        if self.span is None or not self.retroactive_days:
            return self.span
        return Span(self.span.starts_on - timedelta(self.retroactive_days), self.span.ends_on)

    def is_billable_on(self, on: date) -> bool:
        """Tell whether a service of that day may be billed."""
        billable = self.billable
        return billable is not None and on in billable


class Reassignment(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a provider's payments of a payer go to a billing provider (NPI or TIN)."""

    provider_npi: str
    payer: str
    billing: str
    span: Span
    source: str = ""


class Agreement(msgspec.Struct, frozen=True, omit_defaults=True):
    """That the practice has a contract with a payer; ``product`` "" is every one."""

    payer: str
    span: Span
    product: str = ""
    source: str = ""


class DemandKind(StrEnum):
    """What a payer may ask for beside the enrollment."""

    LICENCE = "licence"
    MALPRACTICE = "malpractice"
    DEA = "dea"
    BOARD = "board"
    ATTESTATION = "attestation"
    REASSIGNMENT = "reassignment"
    CONTRACT = "contract"


class Demand(msgspec.Struct, frozen=True):
    """That a payer asks for something in a span of days, and who says so."""

    payer: str
    kind: DemandKind
    span: Span
    source: str


class BarKind(StrEnum):
    """Why a provider may not be billed for at all."""

    EXCLUDED = "excluded"
    REVOKED = "revoked"
    OPTED_OUT = "opted_out"
    DEACTIVATED = "deactivated"


class Bar(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a provider (person or practice, by NPI) may not be billed for; ``payer`` "": federal."""

    provider_npi: str
    kind: BarKind
    span: Span
    payer: str = ""
    source: str = ""


class Grants(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything on record that decides who may be billed for; ``programs`` by payer."""

    enrollments: tuple[Enrollment, ...] = ()
    credentials: tuple[Credential, ...] = ()
    reassignments: tuple[Reassignment, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    demands: tuple[Demand, ...] = ()
    bars: tuple[Bar, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    programs: Mapping[str, Program] = {}
    substitute_rules: tuple[SubstituteRule, ...] = SHIPPED_SUBSTITUTES


class Combination(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who renders, under whom, to which payer and product, where and as what: all but the day."""

    rendering_npi: str
    billing_npi: str
    payer: str
    product: str = ""
    location: str = ""
    taxonomy: str = ""


class GrantIndex:
    """Grants laid out by payer and provider, so that one question looks at few of them."""

    def __init__(self, grants: Grants) -> None:
        self.grants = grants
        self.payers = frozenset(row.payer for row in grants.enrollments)
        self.enrollments = _by(grants.enrollments, lambda row: (row.payer, row.provider_npi))
        self.credentials = _by(grants.credentials, lambda row: row.provider_npi)
        self.reassignments = _by(grants.reassignments, lambda row: (row.payer, row.provider_npi))
        self.agreements = _by(grants.agreements, lambda row: row.payer)
        self.demands = _by(grants.demands, lambda row: row.payer)
        self.bars = _by(grants.bars, lambda row: row.provider_npi)
        self.substitutions = _by(grants.substitutions, lambda row: (row.payer, row.performing_npi))

    def bars_of(self, asked: Combination) -> list[Bar]:
        """Give the bars on whoever renders or bills, of this payer or of every federal one."""
        if not self.bars:
            return []
        named = dict.fromkeys((asked.rendering_npi, asked.billing_npi))
        return [
            bar for npi in named for bar in self.bars.get(npi, ()) if bar.payer in {"", asked.payer}
        ]

    def is_federal(self, payer: str) -> bool | None:
        """Tell whether a payer is a federal program's; None where nobody said."""
        program = self.grants.programs.get(payer)
        return None if program is None else program in FEDERAL

    def spans_about(self, asked: Combination) -> list[Span]:
        """Give every span on record that may change the answer to a question from day to day."""
        billed = [
            msgspec.structs.replace(asked, rendering_npi=row.billed_npi)
            for row in self.substitutions.get((asked.payer, asked.rendering_npi), ())
        ]
        spans = [span for each in (asked, *billed) for span in self._own_spans(each)]
        return [*spans, *self._substitute_spans(asked)]

    def _own_spans(self, asked: Combination) -> list[Span]:
        key = (asked.payer, asked.rendering_npi)
        granted = self.enrollments.get(key, ())
        held = [row.billable for row in granted] + [row.span for row in granted]
        dated = (
            *self.credentials.get(asked.rendering_npi, ()),
            *self.reassignments.get(key, ()),
            *self.agreements.get(asked.payer, ()),
            *self.demands.get(asked.payer, ()),
            *self.bars_of(asked),
        )
        return [span for span in held if span is not None] + [row.span for row in dated]

    def _substitute_spans(self, asked: Combination) -> list[Span]:
        rows = self.substitutions.get((asked.payer, asked.rendering_npi), ())
        rules = self.grants.substitute_rules
        limited = [
            Span(row.span.starts_on, row.last_on(rule))
            for row in rows
            for rule in rules
            if rule.kind is row.kind
        ]
        return [*limited, *(rule.days for rule in rules if rows)]


def _by(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> dict[_Key, list[_Row]]:
    found: dict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def credential_demanded(kind: DemandKind) -> CredentialKind | None:
    """Give the credential that a demand is for; None where it is for something else."""
    try:
        return CredentialKind(kind.value)
    except ValueError:
        return None


def demanded_on(demands: Iterable[Demand], on: date) -> frozenset[DemandKind]:
    """Give what is asked for on a day."""
    return frozenset(each.kind for each in demands if on in each.span)
