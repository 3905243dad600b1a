"""What is asked about a member's coverage, and what the payer answered."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from cleanclaim.claims.parties import Patient, Payer, Provider, Subscriber


class Inquiry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question to a payer about one member and one day of service.

    ``trace_number`` is ours and comes back with the answer (TRN02), ``trace_company`` says who
    gave it (TRN03: ten characters, 9 and an NPI, or 1 and a TIN). ``patient`` is filled where
    the payer knows the patient as a dependent. Service type 30 asks about the whole plan.
    """

    payer: Payer
    provider: Provider
    subscriber: Subscriber
    service_on: date
    trace_number: str
    trace_company: str
    service_types: tuple[str, ...] = ("30",)
    patient: Patient | None = None


class CoverageStatus(StrEnum):
    """Whether a member is covered on a day; what is not known is unknown."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class CoverageReason(StrEnum):
    """Why the status is what it is."""

    STATED = "stated"
    OUTSIDE_PLAN_DATES = "outside_plan_dates"
    REJECTED = "rejected"
    CONTRADICTORY = "contradictory"
    NO_STATUS = "no_status"
    NO_PLAN_DATES = "no_plan_dates"
    NO_SERVICE_DATE = "no_service_date"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"


class Rejection(msgspec.Struct, frozen=True):
    """Why the payer would not answer (AAA03) and what it asks us to do (AAA04), in our words."""

    code: str
    follow_up: str
    message: str
    follow_up_message: str


class BenefitKind(StrEnum):
    """What a benefit row is about (EB01)."""

    COINSURANCE = "A"
    COPAY = "B"
    DEDUCTIBLE = "C"
    LIMIT = "F"
    OUT_OF_POCKET = "G"
    NOT_COVERED = "I"


class Benefit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One amount of the plan (EB): a copay, a deductible, what is left of it.

    ``percent`` is a fraction (0.2 is 20 %) and the patient's share; ``coverage_level`` is IND,
    FAM, ...; ``period`` EB06 (23 calendar year, 27 visit, 29 remaining); ``in_network`` None
    where the payer does not say or it is the same in both.
    """

    kind: BenefitKind
    cents: int | None = None
    percent: Decimal | None = None
    service_types: tuple[str, ...] = ()
    coverage_level: str = ""
    period: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    in_network: bool | None = None
    messages: tuple[str, ...] = ()

    @property
    def is_remaining(self) -> bool:
        """Tell whether the amount is what is left rather than the whole (EB06 = 29)."""
        return self.period == "29"


class Benefits(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer about one member, on ``service_on``.

    ``status`` is active only if the payer said so for dates that include the day of service.
    """

    status: CoverageStatus
    reason: CoverageReason
    trace_number: str = ""
    trace_company: str = ""
    service_on: date | None = None
    payer_name: str = ""
    payer_identifier: str = ""
    member_id: str = ""
    group_number: str = ""
    plan_name: str = ""
    insurance_type: str = ""
    plan_starts_on: date | None = None
    plan_ends_on: date | None = None
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    messages: tuple[str, ...] = ()
    other_payers: tuple[str, ...] = ()

    def select(
        self, kind: BenefitKind, service_type: str = "30", *, in_network: bool = True
    ) -> tuple[Benefit, ...]:
        """Give the amounts of a kind for a service type and network, as the payer listed them."""
        return tuple(
            benefit
            for benefit in self.benefits
            if benefit.kind is kind
            and (not benefit.service_types or service_type in benefit.service_types)
            and benefit.in_network in {None, in_network}
        )
