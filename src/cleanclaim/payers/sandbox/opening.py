"""A profile for claims of unknown software to unknown payers: it admits what it meets."""

from collections.abc import Iterable

from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address
from cleanclaim.payers.sandbox.profile import (
    ALWAYS,
    Contract,
    Member,
    PayerProfile,
    Plan,
    Policy,
    Review,
    plain_member_id,
)

_REASONS = (("CO", "197"), ("CO", "50"), ("CO", "11"), ("CO", "29"), ("PR", "204"))


def open_profile(
    claims: Iterable[Claim], *, seed: int = 0, allowed_percent: int = 70, denied_percent: int = 8
) -> PayerProfile:
    """Make a payer that answers to every payer id, member and code in the claims.

    It allows a fixed percentage of the charge and denies a seeded percentage of lines. The
    payer's name is the first claim's; without claims it is a payer nobody has asked yet.
    """
    identifiers: dict[str, str] = {}
    members: dict[str, Member] = {}
    for claim in claims:
        identifiers.setdefault(claim.payer.identifier, claim.payer.name)
        member = _member_of(claim)
        members.setdefault(plain_member_id(member.member_id), member)
    identifier = next(iter(identifiers), "SANDBOX")
    return PayerProfile(
        name=identifiers.get(identifier) or "SANDBOX PAYER",
        identifier=identifier,
        tax_id="990000001",
        address=Address("1 EXAMPLE PLAZA", "ALBANY", "NY", "12207"),
        contact_name="PROVIDER SERVICES",
        contact_phone="5185550100",
        plans={"open": Plan("OPEN PLAN", 0, 2000, 20, 500_000)},
        contract=Contract(percent_of_charge=allowed_percent),
        policy=Policy(review=Review(denied_percent, _REASONS, seed)),
        members=tuple(members.values()),
        other_identifiers=tuple(identifiers)[1:],
        admits_everyone=True,
        default_plan="open",
    )


def _member_of(claim: Claim) -> Member:
    insured = claim.subscriber
    return Member(insured.member_id, insured.name, insured.birth_on, insured.sex, "open", ALWAYS)
