"""What only institutional claims tell: the stay, its codes and its values."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.coded import Diagnosis


class InpatientProcedure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A procedure of the stay (HI): BBR principal, BBQ further, in ICD-10-PCS; BR, BQ in ICD-9."""

    code: str
    done_on: date | None = None
    qualifier: str = "BBQ"


class Occurrence(msgspec.Struct, frozen=True):
    """An event that bears on payment, and its day (HI with BH)."""

    code: str
    on: date


class OccurrenceSpan(msgspec.Struct, frozen=True):
    """An event that took from one day to another (HI with BI)."""

    code: str
    starts_on: date
    ends_on: date


class ValueAmount(msgspec.Struct, frozen=True):
    """A value code with its amount (HI with BE): dollars or a count, as the code says."""

    code: str
    amount: Decimal


class Institutional(msgspec.Struct, frozen=True, omit_defaults=True):
    """The stay or the visits that an institution bills.

    ``facility_type`` is the type of bill without its leading zero and its frequency (CLM05-1).
    The statement covers ``statement_starts_on`` to ``statement_ends_on``, both inside (DTP*434).
    Hours are four digits, as 0845 (DTP*435, DTP*096). Admission type, source and the discharge
    status are NUBC codes (CL1).
    """

    facility_type: str
    statement_starts_on: date | None = None
    statement_ends_on: date | None = None
    admission_type: str = ""
    admission_source: str = ""
    discharge_status: str = ""
    admitted_on: date | None = None
    admission_hour: str = ""
    discharge_hour: str = ""
    drg: str = ""
    admitting_diagnosis: Diagnosis | None = None
    visit_reasons: tuple[Diagnosis, ...] = ()
    external_causes: tuple[Diagnosis, ...] = ()
    procedures: tuple[InpatientProcedure, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    occurrence_spans: tuple[OccurrenceSpan, ...] = ()
    values: tuple[ValueAmount, ...] = ()
    treatment_codes: tuple[str, ...] = ()
    patient_due_cents: int | None = None

    @property
    def is_inpatient(self) -> bool:
        """Tell whether the bill is one for a stay: its second digit says inpatient or swing bed."""
        return self.facility_type[1:] in {"1", "8"} and self.facility_type[:1] in {"1", "2", "4"}
