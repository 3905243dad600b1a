"""What earlier payers did with a claim and its lines."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.coded import Procedure
from cleanclaim.claims.parties import Identifier


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
    """What an earlier payer did with a line (2430: SVD, CAS, DTP*573).

    ``bundled_line`` is the line that it was paid under, where the payer put lines together.
    """

    payer_identifier: str
    paid_cents: int
    procedure: Procedure
    paid_units: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None
    remaining_patient_cents: int | None = None
    revenue_code: str = ""
    bundled_line: str = ""


class OutpatientAdjudication(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier payer said of a claim that is no inpatient's (MOA)."""

    reimbursement_rate: Decimal | None = None
    payable_cents: int | None = None
    remarks: tuple[str, ...] = ()
    renal_payment_cents: int | None = None
    professional_component_cents: int | None = None


class InpatientAdjudication(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier payer said of an inpatient's claim (MIA)."""

    covered_days: Decimal
    lifetime_psychiatric_days: Decimal | None = None
    drg_cents: int | None = None
    remark: str = ""
    disproportionate_share_cents: int | None = None
    secondary_payer_pass_through_cents: int | None = None
    capital_cents: int | None = None
    capital_federal_cents: int | None = None
    capital_hospital_cents: int | None = None
    capital_disproportionate_cents: int | None = None
    old_capital_cents: int | None = None
    capital_education_cents: int | None = None
    operating_hospital_cents: int | None = None
    cost_report_days: Decimal | None = None
    operating_federal_cents: int | None = None
    capital_outlier_cents: int | None = None
    teaching_cents: int | None = None
    professional_component_cents: int | None = None
    further_remarks: tuple[str, ...] = ()
    capital_exception_cents: int | None = None


class OtherPayerProvider(msgspec.Struct, frozen=True, omit_defaults=True):
    """The numbers that another payer gave to a provider, who is named by a role (NM101)."""

    role: str
    is_person: bool
    identifiers: tuple[Identifier, ...] = ()
