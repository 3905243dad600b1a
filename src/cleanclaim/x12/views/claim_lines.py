"""The service lines of a claim as values."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.views.adjudication import Adjustment
from cleanclaim.x12.views.claim_details import (
    AmbulanceTransport,
    Attachment,
    Certification,
    Contract,
    Note,
    Repricing,
)
from cleanclaim.x12.views.elements import Amount, Dated, Identifier, Procedure, Quantity
from cleanclaim.x12.views.parties import Party, in_role, numbered


class Drug(msgspec.Struct, frozen=True, gc=False):
    """The drug of a line (2410): its code (NDC where ``qualifier`` is N4), quantity and unit."""

    code: str
    qualifier: str = "N4"
    quantity: Decimal | None = None
    unit: str = ""
    prescription_number: str = ""


class LineAdjudication(msgspec.Struct, frozen=True, gc=False):
    """What an earlier payer did with a line (2430: SVD, CAS, DTP*573, AMT*EAF)."""

    payer_identifier: str
    paid_cents: int | None
    procedure: Procedure | None
    revenue_code: str = ""
    paid_units: Decimal | None = None
    bundled_into: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None
    remaining_patient_cents: int | None = None


class Equipment(msgspec.Struct, frozen=True, gc=False):
    """Durable equipment (SV5): length of need, prices of rental and purchase."""

    procedure: Procedure | None
    days: Decimal | None
    rental_cents: int | None
    purchase_cents: int | None
    billed_every: str = ""


class EquipmentCertification(msgspec.Struct, frozen=True, gc=False):
    """For how many months equipment is certified (CR3): I initially, R again, S revised."""

    kind: str
    months: Decimal | None


class Measurement(msgspec.Struct, frozen=True, gc=False):
    """A test result (MEA): what was measured, how, its value."""

    kind: str
    qualifier: str
    value: Decimal | None


class Tooth(msgspec.Struct, frozen=True, gc=False):
    """A tooth (TOO02) and its surfaces."""

    code: str
    surfaces: tuple[str, ...] = ()


class FormAnswer(msgspec.Struct, frozen=True, gc=False):
    """The answer to one question (FRM) of a form (LQ)."""

    form: str
    question: str
    answer: str


class LineDetails(msgspec.Struct, frozen=True, gc=False):
    """What few lines say; everything is empty in most.

    ``dates`` are those other than of the service. ``oral_cavity``, ``prosthesis`` and ``teeth``
    are dental, ``non_covered_cents`` institutional.
    """

    dates: tuple[Dated, ...] = ()
    non_covered_cents: int | None = None
    is_emergency: bool = False
    is_screening: bool = False
    is_family_planning: bool = False
    is_copay_exempt: bool = False
    oral_cavity: tuple[str, ...] = ()
    prosthesis: str = ""
    teeth: tuple[Tooth, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    ambulance: AmbulanceTransport | None = None
    equipment: Equipment | None = None
    equipment_certification: EquipmentCertification | None = None
    contract: Contract | None = None
    repricing: Repricing | None = None
    fixed_format: tuple[str, ...] = ()
    purchased_from: str = ""
    purchased_cents: int | None = None
    form_answers: tuple[FormAnswer, ...] = ()


class ServiceLine(msgspec.Struct, frozen=True, gc=False):
    """One service (2400: LX with SV1, SV2 or SV3).

    ``diagnosis_pointers`` count the claim's diagnoses from 1. ``unit_basis`` is UN, MJ or DA.
    ``starts_on`` and ``ends_on`` are the days of service (DTP*472), equal for a single day.
    ``control_number`` is REF*6R, ``identifiers`` are the other REFs. ``parties`` are named only
    where they differ from the claim's (2420).
    """

    number: int | None
    procedure: Procedure | None
    charge_cents: int | None
    unit_basis: str
    units: Decimal | None
    place_of_service: str
    diagnosis_pointers: tuple[int, ...]
    starts_on: date | None
    ends_on: date | None
    control_number: str
    revenue_code: str = ""
    identifiers: tuple[Identifier, ...] = ()
    parties: tuple[Party, ...] = ()
    drug: Drug | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    details: LineDetails = LineDetails()

    @property
    def rendering(self) -> Party | None:
        """Give who rendered this line where that is not who rendered the claim (NM1*82)."""
        return in_role(self.parties, "82")

    @property
    def prior_authorization(self) -> str:
        """Give the number of the payer's permission (REF*G1)."""
        return numbered(self.identifiers, "G1")
