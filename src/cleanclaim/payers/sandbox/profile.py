"""Who the simulated payer is: plans, members, contract, policies and faults as plain values."""

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

import msgspec

from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.kernel.spans import Span

Cents = Annotated[int, msgspec.Meta(ge=0)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Days = Annotated[int, msgspec.Meta(ge=0)]
# Broad enough for any date of service that a claim can carry.
ALWAYS = Span(date(1900, 1, 1))
Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the patient bears in a calendar year; ``out_of_pocket_max_cents`` None is unlimited.

    The copay falls due once a claim, before the deductible.
    """

    name: str
    deductible_cents: Cents = 0
    copay_cents: Cents = 0
    coinsurance_percent: Percent = 0
    out_of_pocket_max_cents: Cents | None = None


class Member(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A person insured with this payer under a plan for a span of days."""

    member_id: str
    name: PersonName
    birth_on: date | None
    sex: Sex | None
    plan: str
    span: Span


class Contract(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is allowed a unit: by code, or by "code-modifier", in cents.

    ``percent_of_charge`` prices what is not listed; None means such services are not covered.
    ``sequestration_percent`` is kept back from each payment (CARC 253).
    """

    prices: dict[str, Cents] = {}
    percent_of_charge: Percent | None = None
    sequestration_percent: Percent = 0


class Mismatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Diagnoses (by the beginning of the code, without dot) that do not support procedures."""

    procedures: tuple[str, ...]
    diagnoses: tuple[str, ...]


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A review by lot: the percentage of lines denied, for one of the reasons (group, CARC)."""

    percent: Percent
    reasons: tuple[tuple[str, str], ...]
    seed: int = 0


class Policy(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Why this payer denies a line; an empty policy denies duplicates only.

    ``modifiers_required`` names, by procedure, modifiers of which one must be there;
    ``enrolled_from`` the first day of participation by rendering NPI; ``timely_days`` counts
    from the last day of service to the day of receipt.
    """

    authorization_required: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    modifiers_required: dict[str, tuple[str, ...]] = {}
    enrollment_required: bool = False
    enrolled_from: dict[str, date] = {}
    timely_days: Days | None = None
    denies_duplicates: bool = True
    review: Review | None = None


class Fault(StrEnum):
    """What the simulated payer does wrong, or does to one's surprise, on demand."""

    RECOUP = "recoup"  # takes part of a payment back later (reversal, correction, WO)
    DUPLICATE_FILE = "duplicate-file"  # the same 835 arrives again the next day
    UNBALANCED = "unbalanced"  # the claim payment is a dollar more than its adjustments leave
    WRONG_NUMBER = "wrong-number"  # the 835 carries a claim number that nobody sent
    SILENT = "silent"  # neither 277CA nor 835
    LATE = "late"  # settled long after the usual delay
    INTEREST = "interest"  # late, with interest on the payment (L6)


class FaultRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which claims meet the fault: those named by patient control number, or a seeded share."""

    fault: Fault
    claims: tuple[str, ...] = ()
    percent: Percent = 0


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank account: routing number and account number."""

    routing: str
    account: str


class PayerProfile(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True
):
    """Everything the simulator knows about itself before the first file arrives.

    ``other_identifiers`` are payer ids it answers to besides its own. ``known_billing`` lists
    billing NPIs; empty means any valid one. A payer that ``admits_everyone`` takes unknown
    members into ``default_plan``. ``check_weekday`` (0 = Monday) is the day checks are written;
    None means whenever files are fetched. Percentages of ``interest`` are a year's.
    """

    name: str
    identifier: str
    tax_id: str
    address: Address
    contact_name: str
    contact_phone: str
    plans: dict[str, Plan]
    contract: Contract
    policy: Policy = Policy()
    members: tuple[Member, ...] = ()
    other_identifiers: tuple[str, ...] = ()
    known_billing: tuple[str, ...] = ()
    admits_everyone: bool = False
    default_plan: str = ""
    claim_filing: str = "12"
    crosses_over: bool = False
    delay_days: Days = 7
    delay_spread_days: Days = 0
    check_weekday: Weekday | None = None
    late_days: Days = 45
    interest_percent: Percent = 12
    recoup_after_days: Days = 30
    recoup_notice_days: Days = 14
    recoup_percent: Percent = 25
    faults: tuple[FaultRule, ...] = ()
    bank: Bank | None = None
    payee_bank: Bank | None = None

    def __post_init__(self) -> None:
        """Refuse a profile whose members or defaults name plans that do not exist."""
        named = {member.plan for member in self.members}
        if self.admits_everyone:
            named.add(self.default_plan)
        if missing := sorted(named - self.plans.keys()):
            msg = f"the profile names plans it does not define: {', '.join(missing)}"
            raise ValueError(msg)

    def find_member(self, member_id: str) -> Member | None:
        """Find the member by id, as ids are compared."""
        return self._members_by_id.get(plain_member_id(member_id))

    @cached_property
    def _members_by_id(self) -> dict[str, Member]:
        # The first of two members with one id counts.
        return {plain_member_id(m.member_id): m for m in reversed(self.members)}


def load_profile(content: bytes) -> PayerProfile:
    """Read a profile from JSON; raises msgspec.ValidationError naming the wrong field."""
    return msgspec.json.decode(content, type=PayerProfile)


def dump_profile(profile: PayerProfile) -> bytes:
    """Write the profile as JSON, the same bytes for the same values."""
    return msgspec.json.format(msgspec.json.encode(profile, order="deterministic"), indent=2)


def plain_member_id(text: str) -> str:
    """Give the member id as it is compared: upper case, letters and digits only."""
    return "".join(character for character in text.upper() if character.isalnum())


def service_key(claim: Claim, place: int) -> str:
    """Name the service of the line at ``place`` (from 0) for the search for duplicates.

    The payer's turn belongs to it: a first and a second payment of one service are no duplicates.
    """
    line = claim.lines[place]
    modifiers = "".join(f"-{modifier}" for modifier in sorted(line.procedure.modifiers))
    member = plain_member_id(claim.subscriber.member_id)
    service = f"{line.starts_on}|{line.procedure.code}{modifiers}"
    return f"{member}|{claim.responsibility}|{service}"
