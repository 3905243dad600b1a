"""The gate: a claim leaves only if its provider may bill this payer, here, on that day.

Hold, never "send and see": a participation must be on file for rendering provider x billing
provider x payer and product x location x date of service.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.participation import Credential, CredentialKind, Participation
from cleanclaim.kernel.findings import Finding, Severity

RULE = "CRED.PARTICIPATION"
_SOURCE = "payer enrollment records of the practice"


class Decision(StrEnum):
    """What the gate says; only pass lets the claim leave."""

    PASS = "pass"  # noqa: S105 - a verb, not a password
    HOLD = "hold"
    UNKNOWN = "unknown"


class GateReason(StrEnum):
    """Why the gate says so."""

    IN_FORCE = "in_force"
    RETROACTIVE = "retroactive"
    OUT_OF_NETWORK = "out_of_network"
    PAYER_UNKNOWN = "payer_unknown"
    SERVICE_DATE_MISSING = "service_date_missing"
    RENDERING_MISSING = "rendering_missing"
    NOT_ON_FILE = "not_on_file"
    WRONG_BILLING = "wrong_billing"
    WRONG_PRODUCT = "wrong_product"
    WRONG_LOCATION = "wrong_location"
    PENDING = "pending"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    ENDED = "ended"
    LICENCE_EXPIRED = "licence_expired"


_MESSAGES = {
    GateReason.IN_FORCE: "participation in force on the date of service",
    GateReason.RETROACTIVE: "service before the effective date, within the retroactive days",
    GateReason.OUT_OF_NETWORK: "billed out of network by decision of the practice",
    GateReason.PAYER_UNKNOWN: "nothing is on file about enrollment with this payer",
    GateReason.SERVICE_DATE_MISSING: "no date of service to check enrollment for",
    GateReason.RENDERING_MISSING: "no rendering provider to check enrollment for",
    GateReason.NOT_ON_FILE: "the rendering provider has no participation with this payer",
    GateReason.WRONG_BILLING: "the participation is under another billing provider",
    GateReason.WRONG_PRODUCT: "the participation does not include this product",
    GateReason.WRONG_LOCATION: "the participation does not include this location",
    GateReason.PENDING: "enrollment is applied for, without an effective date yet",
    GateReason.NOT_YET_EFFECTIVE: "the participation becomes effective after the date of service",
    GateReason.ENDED: "the participation ended before the date of service",
    GateReason.LICENCE_EXPIRED: "no licence of the rendering provider is in force on that day",
}
_HINTS = {
    GateReason.PAYER_UNKNOWN: "record whether this payer needs enrollment, and since when",
    GateReason.NOT_ON_FILE: "enroll the provider, or record the decision to bill out of network",
    GateReason.WRONG_BILLING: "link the provider to this billing provider at the payer",
    GateReason.WRONG_PRODUCT: "ask the payer to add the product",
    GateReason.WRONG_LOCATION: "ask the payer to add the location",
    GateReason.PENDING: "the claim leaves by itself once the effective date is recorded",
    GateReason.NOT_YET_EFFECTIVE: "ask the payer for an earlier effective date",
    GateReason.ENDED: "check the termination with the payer",
    GateReason.LICENCE_EXPIRED: "record the renewed licence",
}


class GateResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The gate's answer for one rendering provider and day.

    ``effective_on`` is the next day from which a participation is in force, None if none is
    known. ``lapsed`` names other credentials not in force on the day, for a person to see.
    """

    decision: Decision
    reason: GateReason
    message: str
    effective_on: date | None = None
    participation: Participation | None = None
    lapsed: tuple[CredentialKind, ...] = ()

    def as_finding(self, place: str = "rendering provider") -> Finding:
        """Give the answer as a finding: blocking unless the gate passes."""
        passed = self.decision is Decision.PASS
        return Finding(
            rule=RULE,
            severity=Severity.INFO if passed else Severity.BLOCK,
            place=place,
            message=self.message,
            hint=_HINTS.get(self.reason, ""),
            source=_SOURCE,
        )


def _answer(
    decision: Decision,
    reason: GateReason,
    *,
    effective_on: date | None = None,
    participation: Participation | None = None,
) -> GateResult:
    dated = f" ({effective_on})" if effective_on else ""
    return GateResult(decision, reason, _MESSAGES[reason] + dated, effective_on, participation)


_Step = tuple[GateReason, Callable[[Participation], bool]]


def _narrow(
    participations: Iterable[Participation], steps: Sequence[_Step]
) -> tuple[tuple[Participation, ...], GateReason | None]:
    """Keep what meets every step; else name the first step that nothing met."""
    remaining = tuple(participations)
    for reason, meets in steps:
        remaining = tuple(row for row in remaining if meets(row))
        if not remaining:
            return (), reason
    return remaining, None


def _passing(row: Participation, on: date) -> GateResult:
    """Say why a participation that is billable on the day lets the claim leave."""
    if not row.in_network:
        reason = GateReason.OUT_OF_NETWORK
    elif row.span is not None and on in row.span:
        reason = GateReason.IN_FORCE
    else:
        reason = GateReason.RETROACTIVE
    return _answer(Decision.PASS, reason, participation=row)


def _judge_dates(rows: Sequence[Participation], on: date) -> GateResult:
    """Decide among participations that fit in everything but the day."""
    # A contract wins over a decision to bill without one, an effective day over a retroactive.
    fitting = sorted(
        (row for row in rows if row.is_billable_on(on)),
        key=lambda row: (not row.in_network, row.span is None or on not in row.span),
    )
    if fitting:
        return _passing(fitting[0], on)
    coming = [row for row in rows if row.span is not None and row.span.starts_on > on]
    if coming:
        first = min(coming, key=lambda row: row.span.starts_on if row.span else date.max)
        starts_on = first.span.starts_on if first.span else None
        return _answer(
            Decision.HOLD,
            GateReason.NOT_YET_EFFECTIVE,
            effective_on=starts_on,
            participation=first,
        )
    pending = next((row for row in rows if row.span is None), None)
    if pending is not None:
        return _answer(Decision.HOLD, GateReason.PENDING, participation=pending)
    last = max(rows, key=lambda row: row.span.starts_on if row.span else date.min)
    return _answer(Decision.HOLD, GateReason.ENDED, participation=last)


def _lapsed(
    credentials: Iterable[Credential], rendering_npi: str, on: date
) -> tuple[CredentialKind, ...]:
    """Name the kinds of which the provider has some on file but none in force on the day."""
    held = [row for row in credentials if row.provider_npi == rendering_npi]
    kinds = {row.kind for row in held}
    in_force = {row.kind for row in held if on in row.span}
    return tuple(sorted(kinds - in_force))


def gate(
    participations: Iterable[Participation],
    credentials: Iterable[Credential] = (),
    *,
    rendering_npi: str,
    billing_npi: str,
    payer: str,
    product: str,
    location: str,
    on: date | None,
) -> GateResult:
    """Decide whether a service of that day may be billed.

    ``participations`` are all the practice has, of every provider: a payer that appears in none
    of them is unknown, one that appears but not for this provider holds the claim.
    ``billing_npi`` may be the TIN where enrollments are kept by TIN.
    """
    if on is None:
        return _answer(Decision.UNKNOWN, GateReason.SERVICE_DATE_MISSING)
    if not rendering_npi:
        return _answer(Decision.UNKNOWN, GateReason.RENDERING_MISSING)
    steps: tuple[_Step, ...] = (
        (GateReason.PAYER_UNKNOWN, lambda row: row.payer == payer),
        (GateReason.NOT_ON_FILE, lambda row: row.provider_npi == rendering_npi),
        (GateReason.WRONG_BILLING, lambda row: not row.billing or billing_npi in row.billing),
        (GateReason.WRONG_PRODUCT, lambda row: row.product in {"", product}),
        (GateReason.WRONG_LOCATION, lambda row: row.location in {"", location}),
    )
    rows, missed = _narrow(participations, steps)
    if missed is GateReason.PAYER_UNKNOWN:
        return _answer(Decision.UNKNOWN, missed)
    if missed is not None:
        return _answer(Decision.HOLD, missed)
    result = _judge_dates(rows, on)
    lapsed = _lapsed(credentials, rendering_npi, on)
    if CredentialKind.LICENCE in lapsed and result.decision is Decision.PASS:
        result = _answer(
            Decision.HOLD, GateReason.LICENCE_EXPIRED, participation=result.participation
        )
    return msgspec.structs.replace(result, lapsed=lapsed)
