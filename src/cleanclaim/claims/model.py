"""The claim and its lines as frozen values, every amount in cents."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from cleanclaim.claims.parties import Identifier, Patient, Payer, Provider, Subscriber


class Responsibility(StrEnum):
    """Whose turn the payer has (SBR01)."""

    PRIMARY = "P"
    SECONDARY = "S"
    TERTIARY = "T"
    FOURTH = "A"
    FIFTH = "B"
    SIXTH = "C"
    SEVENTH = "D"
    EIGHTH = "E"
    NINTH = "F"
    TENTH = "G"
    ELEVENTH = "H"
    UNKNOWN = "U"


class Frequency(StrEnum):
    """What this claim does to an earlier one (CLM05-3)."""

    ORIGINAL = "1"
    CORRECTED = "6"
    REPLACEMENT = "7"
    VOID = "8"


class Adjustment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One triple of a CAS segment: why a payer pays other than was charged.

    ``cents`` reduces the payment when positive. ``group`` is CO, PR, OA or PI; ``reason`` a
    claim adjustment reason code (CARC).
    """

    group: str
    reason: str
    cents: int
    quantity: Decimal | None = None


class LineAdjudication(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier payer did with a line (2430: SVD, CAS, DTP*573)."""

    payer_identifier: str
    paid_cents: int
    procedure: "Procedure"
    paid_units: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None
    remaining_patient_cents: int | None = None


class OtherCoverage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another payer of the same claim and what it did (2320, 2330A, 2330B)."""

    responsibility: Responsibility
    relationship: str
    subscriber: Subscriber
    payer: Payer
    filing_indicator: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid_cents: int | None = None
    remaining_patient_cents: int | None = None
    non_covered_cents: int | None = None
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"
    payer_claim_number: str = ""
    adjudicated_on: date | None = None


class Procedure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A procedure code with its modifiers (SV101); ``qualifier`` HC is HCPCS including CPT."""

    code: str
    modifiers: tuple[str, ...] = ()
    qualifier: str = "HC"
    description: str = ""


class Drug(msgspec.Struct, frozen=True):
    """The drug of a line (2410): NDC in 11 digits, quantity and unit (F2, GR, ME, ML, UN)."""

    ndc: str
    quantity: Decimal
    unit: str


class ServiceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service (2400). ``diagnosis_pointers`` count the claim's diagnoses from 1.

    ``ends_on`` equals ``starts_on`` for a single day. ``unit_basis`` is UN (units) or
    MJ (minutes).
    """

    number: int
    procedure: Procedure
    charge_cents: int
    units: Decimal
    starts_on: date | None
    ends_on: date | None
    diagnosis_pointers: tuple[int, ...] = ()
    unit_basis: str = "UN"
    place_of_service: str = ""
    emergency: bool = False
    control_number: str = ""
    prior_authorization: str = ""
    rendering: Provider | None = None
    drug: Drug | None = None
    note: str = ""
    adjudications: tuple[LineAdjudication, ...] = ()


class Diagnosis(msgspec.Struct, frozen=True):
    """A diagnosis as X12 writes it: code without the dot, ABK principal or ABF further."""

    code: str
    qualifier: str = "ABF"


class ClaimDate(msgspec.Struct, frozen=True):
    """A date that belongs to the claim (DTP01 qualifier: 431 onset, 439 accident, ...)."""

    qualifier: str
    starts_on: date
    ends_on: date | None = None


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one payer is asked to pay for one patient's care by one billing provider.

    ``patient_control_number`` is ours (CLM01), ``payer_claim_number`` the payer's (REF*F8),
    required when ``frequency`` replaces or voids. ``relationship`` is the patient's to the
    subscriber (18 = self). ``coverage_responsibility`` says whether this payer is first or
    later; what earlier payers did stands in ``other_coverages``.
    """

    patient_control_number: str
    total_charge_cents: int
    place_of_service: str
    frequency: Frequency
    billing: Provider
    payer: Payer
    subscriber: Subscriber
    patient: Patient
    diagnoses: tuple[Diagnosis, ...]
    lines: tuple[ServiceLine, ...]
    responsibility: Responsibility = Responsibility.PRIMARY
    relationship: str = "18"
    filing_indicator: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    pay_to: Provider | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    provider_signature: bool = True
    accepts_assignment: str = "A"
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"
    patient_signature_source: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    special_program: str = ""
    delay_reason: str = ""
    prior_authorization: str = ""
    referral_number: str = ""
    payer_claim_number: str = ""
    clia_number: str = ""
    medical_record_number: str = ""
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[ClaimDate, ...] = ()
    patient_paid_cents: int | None = None
    note: str = ""
    other_coverages: tuple[OtherCoverage, ...] = ()

    @property
    def service_starts_on(self) -> date | None:
        """Give the first day of service on any line."""
        return min((line.starts_on for line in self.lines if line.starts_on), default=None)

    @property
    def service_ends_on(self) -> date | None:
        """Give the last day of service on any line."""
        return max((line.ends_on for line in self.lines if line.ends_on), default=None)
