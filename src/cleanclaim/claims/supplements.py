"""What claims and lines of some services tell beyond codes, days and charges."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.parties import Address


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper or file that goes with the claim (PWK): what it is, how it travels, its number."""

    report_type: str
    transmission: str
    control_number: str = ""


class Note(msgspec.Struct, frozen=True):
    """A note with what it is about (NTE01): DCP therapy goals, UPI updated data, ..."""

    qualifier: str
    text: str


class Contract(msgspec.Struct, frozen=True, omit_defaults=True):
    """The agreement under which the claim is paid (CN1)."""

    kind: str
    amount_cents: int | None = None
    percent: Decimal | None = None
    code: str = ""
    terms_discount_percent: Decimal | None = None
    version: str = ""


class Repricing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a repricer made of the claim or the line (HCP)."""

    method: str
    allowed_cents: int
    savings_cents: int | None = None
    organization: str = ""
    rate: Decimal | None = None
    group_code: str = ""
    group_cents: int | None = None
    revenue_code: str = ""
    procedure_qualifier: str = ""
    procedure: str = ""
    unit_basis: str = ""
    units: Decimal | None = None
    rejection: str = ""
    compliance: str = ""
    exception: str = ""


class Certification(msgspec.Struct, frozen=True, omit_defaults=True):
    """Conditions that are certified to hold or not to hold (CRC).

    ``category`` is 07 ambulance, E1 to E3 vision, 70 hospice employee, 75 homebound, 09 medical
    equipment, ZZ screening of children (EPSDT).
    """

    category: str
    applies: bool
    conditions: tuple[str, ...]


class Ambulance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A transport (CR1), from where to where (PW, 45), of how many patients (QTY*PT)."""

    reason: str = ""
    miles: Decimal | None = None
    weight_pounds: Decimal | None = None
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""
    pick_up: Address | None = None
    drop_off: Address | None = None
    drop_off_name: str = ""
    patient_count: int | None = None


class Spinal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a spinal manipulation was for (CR2)."""

    condition: str
    description: str = ""
    second_description: str = ""


class Equipment(msgspec.Struct, frozen=True):
    """Durable medical equipment: how long, and what renting and buying it costs (SV5)."""

    procedure: str
    days: Decimal
    rental_cents: int
    purchase_cents: int
    rental_frequency: str


class EquipmentCertification(msgspec.Struct, frozen=True):
    """The certificate that equipment is needed (CR3): I first, R renewed, S revised; its months."""

    kind: str
    months: Decimal


class PurchasedService(msgspec.Struct, frozen=True):
    """A test bought from another provider (PS1), named by its number."""

    provider_number: str
    charge_cents: int


class TestResult(msgspec.Struct, frozen=True):
    """A measured value (MEA): TR of a test, OG at the start; R1 haemoglobin, HT height, ..."""

    __test__ = False  # no test case, whatever a test runner makes of the name

    kind: str
    measure: str
    value: Decimal


class FormAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer on a form (FRM)."""

    question: str
    yes_or_no: str = ""
    text: str = ""
    on: date | None = None
    percent: Decimal | None = None


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form that goes with a line, as a certificate of medical necessity (2440)."""

    qualifier: str
    identifier: str
    answers: tuple[FormAnswer, ...] = ()
