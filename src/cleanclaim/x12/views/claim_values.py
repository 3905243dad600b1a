"""A claim as one plain value, with the batch, the people and the payers around it."""

from datetime import date

import msgspec

from cleanclaim.x12.views.adjudication import Adjustment, InpatientAdvice, OutpatientAdvice
from cleanclaim.x12.views.claim_details import (
    AmbulanceTransport,
    Attachment,
    Certification,
    Contract,
    Note,
    Orthodontics,
    Repricing,
    SpinalManipulation,
    ToothStatus,
)
from cleanclaim.x12.views.claim_lines import ServiceLine
from cleanclaim.x12.views.clinical import (
    ClaimProcedure,
    Coded,
    Diagnosis,
    Occurrence,
    ValueAmount,
)
from cleanclaim.x12.views.elements import Amount, Dated, Identifier, Quantity
from cleanclaim.x12.views.parties import Party, in_role, numbered
from cleanclaim.x12.views.people import Coverage, People

_KINDS = {"X222": "837P", "X223": "837I", "X224": "837D"} | {
    "X098": "837P",
    "X096": "837I",
    "X097": "837D",
}


class ClaimBatch(msgspec.Struct, frozen=True, gc=False):
    """The transaction that a claim came in (ST, BHT, 1000A, 1000B).

    ``guide`` is as written (GS08, else ST03), ``purpose`` BHT02, ``reference`` BHT03, ``use``
    BHT06 (CH chargeable, RP reporting).
    """

    guide: str
    control_number: str
    reference: str = ""
    created_on: date | None = None
    purpose: str = ""
    use: str = ""
    submitter: Party | None = None
    receiver: Party | None = None

    @property
    def kind(self) -> str:
        """Give 837P, 837I or 837D; "837" where the guide is none of ours."""
        return _KINDS.get(self.guide[6:10], "837")


class Admission(msgspec.Struct, frozen=True, gc=False):
    """How the patient came and went (CL1): type, source, status at the end."""

    kind: str = ""
    source: str = ""
    patient_status: str = ""


class OtherPayer(msgspec.Struct, frozen=True, gc=False):
    """Another payer of the same claim and what it did (2320 with its 2330 loops).

    ``paid_cents`` is AMT*D, ``remaining_patient_cents`` AMT*EAF, ``non_covered_cents`` AMT*A8;
    ``parties`` are the subscriber (IL), the payer (PR) and that payer's providers.
    """

    coverage: Coverage
    parties: tuple[Party, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    paid_cents: int | None = None
    remaining_patient_cents: int | None = None
    non_covered_cents: int | None = None
    benefits_assigned: str = ""
    patient_signature_source: str = ""
    release_of_information: str = ""
    outpatient_advice: OutpatientAdvice | None = None
    inpatient_advice: InpatientAdvice | None = None

    @property
    def subscriber(self) -> Party | None:
        """Give the insured of that policy (2330A)."""
        return in_role(self.parties, "IL")

    @property
    def payer(self) -> Party | None:
        """Give the payer (2330B)."""
        return in_role(self.parties, "PR")

    @property
    def payer_claim_number(self) -> str:
        """Give that payer's number of the claim (REF*F8 in 2330B)."""
        return numbered(self.payer.identifiers, "F8") if self.payer else ""

    @property
    def adjudicated_on(self) -> date | None:
        """Give the day on which that payer decided (DTP*573 in 2330B)."""
        dates = self.payer.dates if self.payer else ()
        return next((each.starts_on for each in dates if each.qualifier == "573"), None)


class ClaimDetails(msgspec.Struct, frozen=True, gc=False):
    """What few claims say, or only institutional ones; everything is empty in most."""

    patient_signature_source: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    accident_country: str = ""
    special_program: str = ""
    predetermination: str = ""
    delay_reason: str = ""
    admission: Admission | None = None
    drg: str = ""
    procedures: tuple[ClaimProcedure, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    value_amounts: tuple[ValueAmount, ...] = ()
    condition_codes: tuple[str, ...] = ()
    treatment_codes: tuple[str, ...] = ()
    other_codes: tuple[Coded, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    ambulance: AmbulanceTransport | None = None
    spinal_manipulation: SpinalManipulation | None = None
    contract: Contract | None = None
    repricing: Repricing | None = None
    orthodontics: Orthodontics | None = None
    tooth_statuses: tuple[ToothStatus, ...] = ()
    fixed_format: tuple[str, ...] = ()


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One claim (2300) of an 837P, 837I or 837D with all that stands around it.

    ``patient_control_number`` is CLM01, ``total_charge_cents`` CLM02, ``facility_code`` CLM05-1
    (the place of service of a professional or dental claim, the first digits of the type of
    bill of an institutional one), ``frequency`` CLM05-3. ``people`` are those around the claim;
    from a stream they are read when first asked for. ``dates`` are all DTP, ``identifiers`` all
    REF of the claim itself, ``parties`` its providers (2310). Amounts that cannot be read are
    None.
    """

    batch: ClaimBatch
    people: People
    patient_control_number: str
    total_charge_cents: int | None
    facility_code: str
    facility_qualifier: str
    frequency: str
    provider_signature: str
    accepts_assignment: str
    benefits_assigned: str
    release_of_information: str
    diagnoses: tuple[Diagnosis, ...]
    dates: tuple[Dated, ...]
    identifiers: tuple[Identifier, ...]
    parties: tuple[Party, ...]
    lines: tuple[ServiceLine, ...]
    other_payers: tuple[OtherPayer, ...] = ()
    details: ClaimDetails = ClaimDetails()

    @property
    def kind(self) -> str:
        """Give 837P, 837I or 837D."""
        return self.batch.kind

    @property
    def billing(self) -> Party | None:
        """Give who bills (2010AA)."""
        return self.people.billing

    @property
    def subscriber(self) -> Party | None:
        """Give who is insured (2010BA)."""
        return self.people.subscriber

    @property
    def payer(self) -> Party | None:
        """Give who is asked to pay (2010BB)."""
        return self.people.payer

    @property
    def coverage(self) -> Coverage:
        """Give the policy that is asked to pay (2000B)."""
        return self.people.coverage

    @property
    def patient(self) -> Party | None:
        """Give who was treated: the subscriber, or a dependent (2010CA)."""
        return self.people.patient

    @property
    def relationship(self) -> str:
        """Give the patient's relationship to the subscriber, 18 for the same person."""
        return self.people.relationship

    @property
    def place_of_service(self) -> str:
        """Give the place of service; "" for an institutional claim, which has a type of bill."""
        return "" if self.facility_qualifier == "A" else self.facility_code

    @property
    def type_of_bill(self) -> str:
        """Give the type of bill; "" for a claim that has a place of service."""
        return self.facility_code + self.frequency if self.facility_qualifier == "A" else ""

    @property
    def prior_authorization(self) -> str:
        """Give the number of the payer's permission (REF*G1)."""
        return numbered(self.identifiers, "G1")

    @property
    def referral_number(self) -> str:
        """Give the number of the referral (REF*9F)."""
        return numbered(self.identifiers, "9F")

    @property
    def payer_claim_number(self) -> str:
        """Give the payer's number of the claim that this one replaces or voids (REF*F8)."""
        return numbered(self.identifiers, "F8")

    @property
    def clia_number(self) -> str:
        """Give the laboratory's certificate (REF*X4)."""
        return numbered(self.identifiers, "X4")

    @property
    def medical_record_number(self) -> str:
        """Give the provider's number of the patient (REF*EA)."""
        return numbered(self.identifiers, "EA")

    @property
    def patient_paid_cents(self) -> int | None:
        """Give what the patient has paid (AMT*F5)."""
        return next((each.cents for each in self.details.amounts if each.qualifier == "F5"), None)

    @property
    def rendering(self) -> Party | None:
        """Give who rendered the services (NM1*82)."""
        return in_role(self.parties, "82")

    @property
    def attending(self) -> Party | None:
        """Give who answered for the stay (NM1*71)."""
        return in_role(self.parties, "71")

    @property
    def operating(self) -> Party | None:
        """Give the surgeon (NM1*72)."""
        return in_role(self.parties, "72")

    @property
    def referring(self) -> Party | None:
        """Give who referred the patient (NM1*DN)."""
        return in_role(self.parties, "DN")

    @property
    def supervising(self) -> Party | None:
        """Give who supervised the service (NM1*DQ)."""
        return in_role(self.parties, "DQ")

    @property
    def facility(self) -> Party | None:
        """Give where it was done (NM1*77)."""
        return in_role(self.parties, "77")

    @property
    def service_starts_on(self) -> date | None:
        """Give the first day of service: of the lines, else of the statement (DTP*434)."""
        days = [line.starts_on for line in self.lines if line.starts_on]
        return min(days, default=self._statement()[0])

    @property
    def service_ends_on(self) -> date | None:
        """Give the last day of service: of the lines, else of the statement (DTP*434)."""
        days = [line.ends_on for line in self.lines if line.ends_on]
        return max(days, default=self._statement()[1])

    def read(self) -> "Claim":
        """Give the claim with everything read, so that it is plain data throughout."""
        return msgspec.structs.replace(self, people=self.people.read())

    def _statement(self) -> tuple[date | None, date | None]:
        named = (each for each in self.dates if each.qualifier in {"434", "472"})
        first = next(named, None)
        return (first.starts_on, first.ends_on) if first else (None, None)
