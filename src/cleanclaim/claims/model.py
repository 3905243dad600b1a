"""The claim and its lines as frozen values, every amount in cents."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from cleanclaim.claims.coded import NO_PROCEDURE, Diagnosis, Procedure
from cleanclaim.claims.coordination import (
    Adjustment,
    InpatientAdjudication,
    LineAdjudication,
    OtherPayerProvider,
    OutpatientAdjudication,
)
from cleanclaim.claims.dental import Dental, DentalService
from cleanclaim.claims.institutional import Institutional
from cleanclaim.claims.parties import Identifier, Patient, Payer, Provider, Subscriber
from cleanclaim.claims.supplements import (
    Ambulance,
    Attachment,
    Certification,
    Contract,
    Equipment,
    EquipmentCertification,
    Form,
    Note,
    PurchasedService,
    Repricing,
    Spinal,
    TestResult,
)

__all__ = [
    "NO_PROCEDURE",
    "OFFICE_FREQUENCIES",
    "Adjustment",
    "Claim",
    "ClaimDate",
    "ClaimKind",
    "Dental",
    "DentalService",
    "Diagnosis",
    "Drug",
    "Frequency",
    "Institutional",
    "LineAdjudication",
    "OtherCoverage",
    "Procedure",
    "Responsibility",
    "ServiceLine",
]


class ClaimKind(StrEnum):
    """Whose claim it is, by the X12 transaction that carries it."""

    PROFESSIONAL = "837P"
    INSTITUTIONAL = "837I"
    DENTAL = "837D"


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
    """What this claim does to an earlier one, or which part of a stay it bills (CLM05-3).

    Professional and dental claims know ORIGINAL, CORRECTED, REPLACEMENT and VOID only.
    """

    NO_PAYMENT = "0"
    ORIGINAL = "1"
    INTERIM_FIRST = "2"
    INTERIM = "3"
    INTERIM_LAST = "4"
    LATE_CHARGES = "5"
    CORRECTED = "6"
    REPLACEMENT = "7"
    VOID = "8"
    FINAL_HOME_HEALTH = "9"
    ELECTION_NOTICE = "A"
    REVOCATION_NOTICE = "B"
    PROVIDER_CHANGE_NOTICE = "C"
    NOTICE_VOID = "D"
    OWNERSHIP_CHANGE_NOTICE = "E"
    BENEFICIARY_ADJUSTMENT = "F"
    COMMON_FILE_ADJUSTMENT = "G"
    CMS_ADJUSTMENT = "H"
    CONTRACTOR_ADJUSTMENT = "I"
    OTHER_ADJUSTMENT = "J"
    INSPECTOR_ADJUSTMENT = "K"
    SECONDARY_PAYER_ADJUSTMENT = "M"
    NO_PAYMENT_LETTER = "O"
    QUALITY_ADJUSTMENT = "P"
    REOPENING = "Q"
    ENCOUNTER_VOID = "X"
    ENCOUNTER_REPLACEMENT = "Y"
    ENCOUNTER_NEW = "Z"


OFFICE_FREQUENCIES = frozenset(
    {Frequency.ORIGINAL, Frequency.CORRECTED, Frequency.REPLACEMENT, Frequency.VOID}
)


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
    patient_signature_source: str = ""
    inpatient: InpatientAdjudication | None = None
    outpatient: OutpatientAdjudication | None = None
    providers: tuple[OtherPayerProvider, ...] = ()


class Drug(msgspec.Struct, frozen=True, omit_defaults=True):
    """The drug or supply of a line (2410): its number, quantity and unit (F2, GR, ME, ML, UN).

    ``qualifier`` N4 is an NDC in 11 digits. ``prescription`` is the number of the prescription,
    or one that links the parts of a compound (XZ, VY).
    """

    ndc: str
    quantity: Decimal
    unit: str
    qualifier: str = "N4"
    prescription: Identifier | None = None


class ClaimDate(msgspec.Struct, frozen=True):
    """A date that belongs to the claim or the line (DTP01: 431 onset, 439 accident, ...)."""

    qualifier: str
    starts_on: date
    ends_on: date | None = None


class ServiceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service (2400). ``diagnosis_pointers`` count the claim's diagnoses from 1.

    ``ends_on`` equals ``starts_on`` for a single day; both are None where the claim tells the day.
    ``unit_basis`` is UN (units), MJ (minutes) or DA (days). Lines of institutions have a
    ``revenue_code``, and NO_PROCEDURE where that is all. ``note`` is a further note (NTE*ADD),
    notes of other kinds stand in ``notes``; numbers (REF) without a field of their own are kept
    in ``identifiers``.
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
    revenue_code: str = ""
    non_covered_cents: int | None = None
    dental: DentalService | None = None
    epsdt: bool = False
    family_planning: bool = False
    copay_exempt: bool = False
    equipment: Equipment | None = None
    equipment_certification: EquipmentCertification | None = None
    ambulance: Ambulance | None = None
    anesthesia_units: Decimal | None = None
    purchased: PurchasedService | None = None
    purchased_from: Provider | None = None
    supervising: Provider | None = None
    ordering: Provider | None = None
    referring: Provider | None = None
    primary_care: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    assistant: Provider | None = None
    facility: Provider | None = None
    attachments: tuple[Attachment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    dates: tuple[ClaimDate, ...] = ()
    tests: tuple[TestResult, ...] = ()
    contract: Contract | None = None
    identifiers: tuple[Identifier, ...] = ()
    tax_cents: int | None = None
    facility_tax_cents: int | None = None
    postage_cents: int | None = None
    fixed_format: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    repricing: Repricing | None = None
    forms: tuple[Form, ...] = ()


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one payer is asked to pay for one patient's care by one billing provider.

    ``patient_control_number`` is ours (CLM01), ``payer_claim_number`` the payer's (REF*F8),
    required when ``frequency`` replaces or voids. ``relationship`` is the patient's to the
    subscriber (18 = self). ``coverage_responsibility`` says whether this payer is first or
    later; what earlier payers did stands in ``other_coverages``. ``institutional`` or ``dental``
    makes the claim one of that kind; institutions have no ``place_of_service``. ``diagnoses``
    begin with the principal one; those with another part in an institution's claim stand there.
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
    institutional: Institutional | None = None
    dental: Dental | None = None
    pay_to_plan: Payer | None = None
    currency: str = ""
    primary_care: Provider | None = None
    attending: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    assistant: Provider | None = None
    accident_country: str = ""
    condition_codes: tuple[str, ...] = ()
    anesthesia_procedures: tuple[str, ...] = ()
    ambulance: Ambulance | None = None
    spinal: Spinal | None = None
    certifications: tuple[Certification, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    fixed_format: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    repricing: Repricing | None = None

    @property
    def kind(self) -> ClaimKind:
        """Tell whether a professional, an institution or a dentist claims."""
        if self.institutional is not None:
            return ClaimKind.INSTITUTIONAL
        return ClaimKind.PROFESSIONAL if self.dental is None else ClaimKind.DENTAL

    @property
    def type_of_bill(self) -> str:
        """Give the four digits of an institution's bill, as 0111; "" for other claims."""
        stay = self.institutional
        return "" if stay is None else f"0{stay.facility_type}{self.frequency.value}"

    def dates_of(self, line: ServiceLine) -> tuple[date | None, date | None]:
        """Give first and last day of a line: its own, else those that the claim tells for all."""
        if line.starts_on is not None or line.ends_on is not None:
            return line.starts_on, line.ends_on
        return self._own_days

    @property
    def _own_days(self) -> tuple[date | None, date | None]:
        """Give the statement's period (DTP*434), or the day told for all lines (DTP*472)."""
        if self.institutional is not None:
            return self.institutional.statement_starts_on, self.institutional.statement_ends_on
        for told in self.dates if self.dental is not None else ():
            if told.qualifier == "472":
                return told.starts_on, told.ends_on or told.starts_on
        return None, None

    @property
    def service_starts_on(self) -> date | None:
        """Give the first day that is billed: of the statement, else of any line."""
        if self.institutional is not None and self.institutional.statement_starts_on is not None:
            return self.institutional.statement_starts_on
        return min((day for x in self.lines if (day := self.dates_of(x)[0])), default=None)

    @property
    def service_ends_on(self) -> date | None:
        """Give the last day that is billed: of the statement, else of any line."""
        if self.institutional is not None and self.institutional.statement_ends_on is not None:
            return self.institutional.statement_ends_on
        return max((day for x in self.lines if (day := self.dates_of(x)[1])), default=None)

    @property
    def coded_on(self) -> date | None:
        """Give the day on which its codes must be valid: the last of a stay, else the first.

        Inpatients are coded by the set in force at discharge, all others by that of the service.
        """
        stay = self.institutional
        return (
            self.service_ends_on
            if stay is not None and stay.is_inpatient
            else (self.service_starts_on)
        )

    @property
    def filed_from(self) -> date | None:
        """Give the day from which filing limits run: the last of a statement, else the first."""
        stay = self.institutional
        return self.service_starts_on if stay is None else self.service_ends_on
