"""Write claims of one kind as the body of an 837 transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.claims.parties import Patient, Payer, Provider, Subscriber
from cleanclaim.claims.to_837_claim import claim_loop
from cleanclaim.claims.to_837_parties import (
    billing_loop,
    name_segment,
    patient_facts,
    patient_loop,
    pay_to_loop,
    payer_loop,
    subscriber_loop,
)
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.x12 import Loop, loop, segment

# The releases of the guides that claims are written by; GUIDE is that of professional claims.
GUIDES: Mapping[ClaimKind, str] = {
    ClaimKind.PROFESSIONAL: "005010X222A1",
    ClaimKind.INSTITUTIONAL: "005010X223A2",
    ClaimKind.DENTAL: "005010X224A2",
}
GUIDE = GUIDES[ClaimKind.PROFESSIONAL]
SELF = "18"
Key = TypeVar("Key")


class MixedKindsError(CleanclaimError):
    """One transaction carries claims of one kind: another kind has another guide."""

    code = "claim.mixed_kinds"

    def __init__(self) -> None:
        super().__init__("claims of different kinds cannot share a transaction")


class Submitter(msgspec.Struct, frozen=True):
    """Who sends the file (1000A): the electronic address the receiver gave, and a contact."""

    name: str
    identifier: str
    contact_name: str
    contact_phone: str


class Receiver(msgspec.Struct, frozen=True):
    """Who receives the file (1000B): a payer or a clearinghouse."""

    name: str
    identifier: str


class _Biller(msgspec.Struct, frozen=True):
    """What claims under one billing provider loop have in common."""

    billing: Provider
    pay_to: Provider | None
    plan: Payer | None
    currency: str

    @classmethod
    def of(cls, claim: Claim) -> "_Biller":
        """Give what stands in the claim's billing provider loops."""
        return cls(claim.billing, claim.pay_to, claim.pay_to_plan, claim.currency)


class _Policy(msgspec.Struct, frozen=True):
    """What claims under one subscriber loop have in common; ``patient`` where it is them."""

    payer: Payer
    subscriber: Subscriber
    responsibility: str
    group_number: str
    group_name: str
    insurance_type: str
    filing_indicator: str
    patient: Patient | None


def transaction(
    claims: Sequence[Claim],
    *,
    submitter: Submitter,
    receiver: Receiver,
    reference: str,
    created_at: datetime,
) -> Loop:
    """Write the claims under their billing providers and subscribers, as one transaction.

    ``reference`` is the submitter's number of the transaction (BHT03). Claims of one billing
    provider, and of one subscriber, stand together, in the order in which the first of them
    came. Control numbers, counts and hierarchy numbers are the X12 writer's. MixedKindsError
    where the claims are not all of one kind.
    """
    kinds = {claim.kind for claim in claims} or {ClaimKind.PROFESSIONAL}
    if len(kinds) > 1:
        raise MixedKindsError
    return loop(
        "ST",
        segment("ST", "837", "", GUIDES[kinds.pop()]),
        segment(
            "BHT", "0019", "00", reference, f"{created_at:%Y%m%d}", f"{created_at:%H%M%S}", "CH"
        ),
        loop(
            "1000A",
            name_segment("41", submitter.name, "46", submitter.identifier),
            segment("PER", "IC", submitter.contact_name, "TE", submitter.contact_phone),
        ),
        loop("1000B", name_segment("40", receiver.name, "46", receiver.identifier)),
        *(_biller(biller, own) for biller, own in _grouped(claims, _Biller.of)),
    )


def _grouped(
    claims: Iterable[Claim], key: Callable[[Claim], Key]
) -> Iterable[tuple[Key, list[Claim]]]:
    """Put claims of one key together, keys in the order of their first claim."""
    groups: dict[Key, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(key(claim), []).append(claim)
    return groups.items()


def _biller(biller: _Biller, claims: list[Claim]) -> Loop:
    """Write one billing provider with all its claims (2000A)."""
    taxonomy = biller.billing.taxonomy
    return loop(
        "2000A",
        segment("HL", "", "", "20"),
        segment("PRV", "BI", "PXC", taxonomy) if taxonomy else None,
        segment("CUR", "85", biller.currency) if biller.currency else None,
        billing_loop(biller.billing),
        pay_to_loop(biller.pay_to),
        None if biller.plan is None else payer_loop("2010AC", biller.plan, role="PE"),
        *(_insured(policy, own) for policy, own in _grouped(claims, _policy)),
    )


def _policy(claim: Claim) -> _Policy:
    """Give what stands in the claim's subscriber loops."""
    return _Policy(
        claim.payer,
        claim.subscriber,
        claim.responsibility,
        claim.group_number,
        claim.group_name,
        claim.insurance_type,
        claim.filing_indicator,
        claim.patient if claim.relationship == SELF else None,
    )


def _insured(policy: _Policy, claims: list[Claim]) -> Loop:
    """Write one subscriber with its claims, or with its dependents and theirs (2000B)."""
    below: Iterable[Loop]
    if policy.patient is not None:
        below = map(claim_loop, claims)
    else:
        dependents = _grouped(claims, lambda claim: (claim.relationship, claim.patient))
        below = (_dependent(*who, own) for who, own in dependents)
    return loop(
        "2000B",
        segment("HL", "", "", "22"),
        segment(
            "SBR",
            policy.responsibility,
            "" if policy.patient is None else SELF,
            policy.group_number,
            policy.group_name,
            policy.insurance_type,
            "",
            "",
            "",
            policy.filing_indicator,
        ),
        None if policy.patient is None else patient_facts(policy.patient),
        subscriber_loop("2010BA", policy.subscriber, policy.patient),
        payer_loop("2010BB", policy.payer),
        *below,
    )


def _dependent(relationship: str, patient: Patient, claims: list[Claim]) -> Loop:
    """Write one patient who is not the subscriber, with the claims (2000C)."""
    return loop(
        "2000C",
        segment("HL", "", "", "23"),
        patient_facts(patient, relationship),
        patient_loop(patient),
        *map(claim_loop, claims),
    )
