"""The gate: a claim leaves only if its provider may bill this payer, here, on that day.

Hold, never "send and see": what a payer granted must be on file for rendering provider x billing
provider x payer and product x location x taxonomy x date of service.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.participation.credentials import CredentialKind
from cleanclaim.credentialing.participation.grants import (
    Bar,
    BarKind,
    Combination,
    DemandKind,
    Enrollment,
    GrantIndex,
    credential_demanded,
    demanded_on,
)
from cleanclaim.credentialing.participation.substitutes import find_substitute_rule
from cleanclaim.kernel.findings import Finding, Severity

RULE = "CRED.PARTICIPATION"
_SOURCE = "payer enrollment records of the practice"


class Decision(StrEnum):
    """What the gate says; the claim as it is leaves by ``pass`` and ``out-of-network`` only."""

    PASS = "pass"  # noqa: S105 - a verb, not a password
    HOLD = "hold"
    OUT_OF_NETWORK = "out-of-network"
    SUBSTITUTE = "substitute"
    NEVER = "never"
    UNKNOWN = "unknown"


LEAVING = frozenset({Decision.PASS, Decision.OUT_OF_NETWORK})


class GateReason(StrEnum):
    """Why the gate says so."""

    IN_FORCE = "in_force"
    RETROACTIVE = "retroactive"
    OUT_OF_NETWORK = "out_of_network"
    SUBSTITUTE = "substitute"
    PAYER_UNKNOWN = "payer_unknown"
    SERVICE_DATE_MISSING = "service_date_missing"
    RENDERING_MISSING = "rendering_missing"
    NOT_ON_FILE = "not_on_file"
    WRONG_BILLING = "wrong_billing"
    WRONG_PRODUCT = "wrong_product"
    WRONG_LOCATION = "wrong_location"
    WRONG_TAXONOMY = "wrong_taxonomy"
    PENDING = "pending"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    ENDED = "ended"
    LICENCE_EXPIRED = "licence_expired"
    CREDENTIAL_EXPIRED = "credential_expired"
    CREDENTIAL_UNKNOWN = "credential_unknown"
    NOT_REASSIGNED = "not_reassigned"
    NO_CONTRACT = "no_contract"
    EXCLUDED = "excluded"
    REVOKED = "revoked"
    OPTED_OUT = "opted_out"
    DEACTIVATED = "deactivated"
    BARRED_PROGRAM_UNKNOWN = "barred_program_unknown"


_R = GateReason
_MESSAGES = {
    _R.IN_FORCE: "participation in force on the date of service",
    _R.RETROACTIVE: "service before the effective date, within the retroactive days",
    _R.OUT_OF_NETWORK: "billed out of network by decision of the practice",
    _R.SUBSTITUTE: "to be billed for the provider whom this one stands in for",
    _R.PAYER_UNKNOWN: "nothing is on file about enrollment with this payer",
    _R.SERVICE_DATE_MISSING: "no date of service to check enrollment for",
    _R.RENDERING_MISSING: "no rendering provider to check enrollment for",
    _R.NOT_ON_FILE: "the rendering provider has no participation with this payer",
    _R.WRONG_BILLING: "the participation is under another billing provider",
    _R.WRONG_PRODUCT: "the participation does not include this product",
    _R.WRONG_LOCATION: "the participation does not include this location",
    _R.WRONG_TAXONOMY: "the participation is for another taxonomy",
    _R.PENDING: "enrollment is applied for, without an effective date yet",
    _R.NOT_YET_EFFECTIVE: "the participation becomes effective after the date of service",
    _R.ENDED: "the participation ended before the date of service",
    _R.LICENCE_EXPIRED: "no licence of the rendering provider is in force on that day",
    _R.CREDENTIAL_EXPIRED: "a credential that the payer asks for is not in force on that day",
    _R.CREDENTIAL_UNKNOWN: "a credential that the payer asks for is not on file",
    _R.NOT_REASSIGNED: "no reassignment to this billing provider is in force on that day",
    _R.NO_CONTRACT: "no contract with this payer is in force on that day",
    _R.EXCLUDED: "the provider is excluded from federal programs on that day",
    _R.REVOKED: "the provider's enrollment is revoked on that day",
    _R.OPTED_OUT: "the provider has opted out of the program on that day",
    _R.DEACTIVATED: "the provider's enrollment is deactivated on that day",
    _R.BARRED_PROGRAM_UNKNOWN: (
        "the provider is barred from federal programs, and nobody said whether this payer is one"
    ),
}
_HINTS = {
    _R.SUBSTITUTE: "change the rendering provider and the modifier as named, and release again",
    _R.PAYER_UNKNOWN: "record whether this payer needs enrollment, and since when",
    _R.NOT_ON_FILE: "enroll the provider, or record the decision to bill out of network",
    _R.WRONG_BILLING: "link the provider to this billing provider at the payer",
    _R.WRONG_PRODUCT: "ask the payer to add the product",
    _R.WRONG_LOCATION: "ask the payer to add the location",
    _R.WRONG_TAXONOMY: "bill the taxonomy that the payer enrolled, or ask it to add this one",
    _R.PENDING: "the claim leaves by itself once the effective date is recorded",
    _R.NOT_YET_EFFECTIVE: "ask the payer for an earlier effective date",
    _R.ENDED: "check the termination with the payer",
    _R.LICENCE_EXPIRED: "record the renewed licence",
    _R.CREDENTIAL_EXPIRED: "record the renewal of the credential",
    _R.CREDENTIAL_UNKNOWN: "record and verify the credential",
    _R.NOT_REASSIGNED: "file the reassignment, or record the one that the payer has",
    _R.NO_CONTRACT: "record the contract, or the decision to bill out of network",
    _R.EXCLUDED: "do not bill; see what was paid since the exclusion",
    _R.REVOKED: "do not bill; see the letter of revocation for the ways to object",
    _R.OPTED_OUT: "do not bill the program; the patient's private contract holds",
    _R.DEACTIVATED: "days between deactivation and reactivation cannot be billed",
    _R.BARRED_PROGRAM_UNKNOWN: "record the payer's program",
}


class GateResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The gate's answer for one combination and day.

    ``until`` is the day from which (or, for a pending application, by which) participation is
    known or expected, None if no such day is known. ``document`` names the paper behind the
    answer. ``bill_as`` and ``modifier`` tell how a substitute's service is billed. ``lapsed``
    names other credentials not in force on the day, for a person to see.
    """

    decision: Decision
    reason: GateReason
    message: str
    until: date | None = None
    document: str = ""
    enrollment: Enrollment | None = None
    bill_as: str = ""
    modifier: str = ""
    lapsed: tuple[CredentialKind, ...] = ()

    @property
    def leaves(self) -> bool:
        """Tell whether a claim as it is may leave."""
        return self.decision in LEAVING

    @property
    def sentence(self) -> str:
        """Say the answer in one sentence, with the document behind it."""
        behind = f", by {self.document}" if self.document else ""
        return f"{self.message}{behind}"

    @property
    def hint(self) -> str:
        """Say what is to be done; "" where nothing is."""
        return _HINTS.get(self.reason, "")

    def as_finding(self, place: str = "rendering provider") -> Finding:
        """Give the answer as a finding: blocking unless the claim may leave."""
        return Finding(
            rule=RULE,
            severity=Severity.INFO if self.leaves else Severity.BLOCK,
            place=place,
            message=self.message,
            hint=self.hint,
            source=self.document or _SOURCE,
        )


def _answer(
    decision: Decision,
    reason: GateReason,
    *,
    until: date | None = None,
    enrollment: Enrollment | None = None,
    document: str = "",
) -> GateResult:
    dated = f" ({until})" if until else ""
    paper = document or (enrollment.source if enrollment else "")
    return GateResult(decision, reason, _MESSAGES[reason] + dated, until, paper, enrollment)


_Step = tuple[GateReason, Callable[[Enrollment], bool]]


def _narrow(
    enrollments: Iterable[Enrollment], steps: Sequence[_Step]
) -> tuple[list[Enrollment], GateReason | None]:
    """Keep what meets every step; else name the first step that nothing met."""
    remaining = list(enrollments)
    for reason, meets in steps:
        remaining = [row for row in remaining if meets(row)]
        if not remaining:
            return [], reason
    return remaining, None


def _steps(asked: Combination) -> tuple[_Step, ...]:
    """Name the parts of a combination that a grant must fit, in the order they are explained."""
    return (
        (_R.NOT_ON_FILE, lambda _row: True),
        (_R.WRONG_BILLING, lambda row: not row.billing or asked.billing_npi in row.billing),
        (_R.WRONG_PRODUCT, lambda row: row.product in {"", asked.product}),
        (_R.WRONG_LOCATION, lambda row: row.location in {"", asked.location}),
        (_R.WRONG_TAXONOMY, lambda row: row.taxonomy in {"", asked.taxonomy}),
    )


def _passing(row: Enrollment, on: date) -> GateResult:
    """Say why a grant that is billable on the day lets the claim leave."""
    if not row.in_network:
        return _answer(Decision.OUT_OF_NETWORK, _R.OUT_OF_NETWORK, enrollment=row)
    in_force = row.span is not None and on in row.span
    reason = _R.IN_FORCE if in_force else _R.RETROACTIVE
    return _answer(Decision.PASS, reason, enrollment=row)


def _judge_dates(rows: Sequence[Enrollment], on: date) -> GateResult:
    """Decide among grants that fit in everything but the day."""
    # A contract wins over a decision to bill without one, an effective day over a retroactive.
    fitting = [row for row in rows if row.is_billable_on(on)]
    if fitting:
        best = min(
            fitting, key=lambda row: (not row.in_network, row.span is None or on not in row.span)
        )
        return _passing(best, on)
    coming = [row for row in rows if row.span is not None and row.span.starts_on > on]
    if coming:
        first = min(coming, key=lambda row: row.span.starts_on if row.span else date.max)
        starts_on = first.span.starts_on if first.span else None
        return _answer(Decision.HOLD, _R.NOT_YET_EFFECTIVE, until=starts_on, enrollment=first)
    pending = next((row for row in rows if row.span is None), None)
    if pending is not None:
        return _answer(Decision.HOLD, _R.PENDING, until=pending.expected_on, enrollment=pending)
    last = max(rows, key=lambda row: row.span.starts_on if row.span else date.min)
    return _answer(Decision.HOLD, _R.ENDED, enrollment=last)


def _barred(asked: Combination, on: date, index: GrantIndex) -> GateResult | None:
    """Say what keeps the provider from being billed for at all."""
    bars = [bar for bar in index.bars_of(asked) if on in bar.span]
    federal = index.is_federal(asked.payer)
    binding = [bar for bar in bars if bar.payer or federal]
    if binding:
        first = min(binding, key=_gravest)
        return _answer(Decision.NEVER, GateReason(first.kind.value), document=first.source)
    if bars and federal is None:
        return _answer(Decision.UNKNOWN, _R.BARRED_PROGRAM_UNKNOWN, document=bars[0].source)
    return None


def _gravest(bar: Bar) -> tuple[int, date]:
    return tuple(BarKind).index(bar.kind), bar.span.starts_on


def _judge_demands(
    asked: Combination, on: date, index: GrantIndex, *, in_network: bool
) -> GateResult | None:
    """Say which demand of the payer is not met on the day; None where all are.

    A licence counts as asked for wherever one is on file. Out of network there is no contract
    to ask for.
    """
    demanded = demanded_on(index.demands.get(asked.payer, ()), on)
    if DemandKind.REASSIGNMENT in demanded:
        missed = _missing_link(asked, on, index)
        if missed is not None:
            return missed
    if DemandKind.CONTRACT in demanded and in_network and not _is_contracted(asked, on, index):
        return _answer(Decision.HOLD, _R.NO_CONTRACT)
    wanted = {credential_demanded(kind) for kind in demanded} - {None}
    return _missing_credential(asked, on, index, {CredentialKind.LICENCE, *wanted}, wanted)


def _missing_link(asked: Combination, on: date, index: GrantIndex) -> GateResult | None:
    rows = index.reassignments.get((asked.payer, asked.rendering_npi), ())
    links = [row for row in rows if row.billing == asked.billing_npi]
    if asked.rendering_npi == asked.billing_npi or any(on in row.span for row in links):
        return None
    coming = [row for row in links if row.span.starts_on > on]
    first = min(coming, key=lambda row: row.span.starts_on, default=None)
    until = first.span.starts_on if first else None
    paper = first.source if first else ""
    return _answer(Decision.HOLD, _R.NOT_REASSIGNED, until=until, document=paper)


def _is_contracted(asked: Combination, on: date, index: GrantIndex) -> bool:
    rows = index.agreements.get(asked.payer, ())
    return any(row.product in {"", asked.product} and on in row.span for row in rows)


def _missing_credential(
    asked: Combination,
    on: date,
    index: GrantIndex,
    kinds: set[CredentialKind | None],
    wanted: set[CredentialKind | None],
) -> GateResult | None:
    """Say which kind is not in force: expired where one is on file, unknown where none is."""
    rows = index.credentials.get(asked.rendering_npi, ())
    for kind in CredentialKind:
        if kind not in kinds:
            continue
        held = [row for row in rows if row.kind is kind]
        if not held and kind in wanted:
            return _answer(Decision.UNKNOWN, _R.CREDENTIAL_UNKNOWN)
        if held and not any(on in row.span for row in held):
            is_licence = kind is CredentialKind.LICENCE
            reason = _R.LICENCE_EXPIRED if is_licence else _R.CREDENTIAL_EXPIRED
            coming = [row for row in held if row.span.starts_on > on]
            until = min((row.span.starts_on for row in coming), default=None)
            last = max(held, key=lambda row: row.span.starts_on)
            return _answer(Decision.HOLD, reason, until=until, document=last.source)
    return None


def _lapsed(asked: Combination, on: date, index: GrantIndex) -> tuple[CredentialKind, ...]:
    """Name the kinds of which the provider has some on file but none in force on the day."""
    held = index.credentials.get(asked.rendering_npi, ())
    if not held:
        return ()
    in_force = {row.kind for row in held if on in row.span}
    return tuple(sorted({row.kind for row in held} - in_force))


def _judge(asked: Combination, on: date, index: GrantIndex) -> GateResult:
    """Answer for the provider who renders, without a look at whom they may stand in for."""
    barred = _barred(asked, on, index)
    if barred is not None:
        return barred
    if asked.payer not in index.payers:
        return _answer(Decision.UNKNOWN, _R.PAYER_UNKNOWN)
    granted = index.enrollments.get((asked.payer, asked.rendering_npi), ())
    rows, missed = _narrow(granted, _steps(asked))
    if missed is not None:
        return _answer(Decision.HOLD, missed)
    result = _judge_dates(rows, on)
    if not result.leaves:
        return result
    in_network = result.decision is Decision.PASS
    unmet = _judge_demands(asked, on, index, in_network=in_network)
    return result if unmet is None else unmet


def _stand_in(asked: Combination, on: date, index: GrantIndex) -> GateResult | None:
    """Say for whom a service may be billed that this provider performed; None: for nobody."""
    for row in index.substitutions.get((asked.payer, asked.rendering_npi), ()):
        program = index.grants.programs.get(asked.payer)
        rules = index.grants.substitute_rules
        rule = find_substitute_rule(rules, row.kind, program, asked.payer, on)
        if rule is None or not row.holds_on(rule, on):
            continue
        billed = msgspec.structs.replace(
            asked, rendering_npi=row.billed_npi, taxonomy=row.billed_taxonomy
        )
        if not _judge(billed, on, index).leaves:
            continue
        added = f" with {rule.modifier}" if rule.modifier else ""
        return GateResult(
            Decision.SUBSTITUTE,
            _R.SUBSTITUTE,
            f"{_MESSAGES[_R.SUBSTITUTE]}{added} ({row.kind.value.replace('_', ' ')})",
            row.last_on(rule),
            f"{row.document}; {rule.source}" if row.document else rule.source,
            bill_as=row.billed_npi,
            modifier=rule.modifier,
        )
    return None


def gate(asked: Combination, on: date | None, index: GrantIndex) -> GateResult:
    """Decide whether a service of that day may be billed.

    ``index`` holds all the practice has on record, of every provider: a payer that granted
    nobody anything is unknown, one that granted others but not this provider holds the claim.
    ``billing_npi`` may be the TIN where enrollments are kept by TIN. A provider who may not be
    billed for at all (``never``) stands in for nobody.
    """
    if on is None:
        return _answer(Decision.UNKNOWN, _R.SERVICE_DATE_MISSING)
    if not asked.rendering_npi:
        return _answer(Decision.UNKNOWN, _R.RENDERING_MISSING)
    result = _judge(asked, on, index)
    if not result.leaves and result.decision is not Decision.NEVER:
        result = _stand_in(asked, on, index) or result
    lapsed = _lapsed(asked, on, index)
    return msgspec.structs.replace(result, lapsed=lapsed) if lapsed else result
