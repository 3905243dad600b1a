"""The example claims that edits are explained and proven with; all people are invented."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import (
    Address,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.reference import MEDICARE_FILING_LIMIT, FilingLimit, Reference
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span

AS_OF = date(2026, 6, 1)
SERVICE_ON = date(2026, 5, 4)

_HOME = Address("12 Juniper Way", "Springfield", "IL", "627010001")
_NAME = PersonName("Larkspur", "Ines")
_BORN_ON = date(1980, 2, 3)

LINE = ServiceLine(
    number=1,
    procedure=Procedure("99213"),
    charge_cents=12500,
    units=Decimal(1),
    starts_on=SERVICE_ON,
    ends_on=SERVICE_ON,
    diagnosis_pointers=(1,),
    control_number="1",
)

SECOND_LINE = msgspec.structs.replace(
    LINE, number=2, procedure=Procedure("81002"), charge_cents=1500, control_number="2"
)

CLEAN = Claim(
    patient_control_number="EX-1",
    total_charge_cents=14000,
    place_of_service="11",
    frequency=Frequency.ORIGINAL,
    billing=Provider(
        npi=npi_from_stem("198765432"),
        organization="Hillside Family Practice",
        taxonomy="207Q00000X",
        address=Address("400 Main Street", "Springfield", "IL", "627010002"),
        tax_id="123456789",
    ),
    payer=Payer("Northern Mutual", "NMUT1"),
    subscriber=Subscriber(_NAME, "N100200", birth_on=_BORN_ON, sex=Sex.FEMALE, address=_HOME),
    patient=Patient(_NAME, _BORN_ON, Sex.FEMALE, _HOME),
    diagnoses=(Diagnosis("E119", "ABK"), Diagnosis("I10")),
    lines=(LINE, SECOND_LINE),
    filing_indicator="CI",
    rendering=Provider(
        npi=npi_from_stem("123456789"),
        person=PersonName("Okafor", "Ada"),
        taxonomy="207Q00000X",
    ),
)

REFERENCE = Reference(
    icd10cm=CodeSet(
        "ICD-10-CM example", Span(date(2026, 4, 1), date(2026, 9, 30)), ["E11", "E119", "I10"]
    ),
    filing_limits=(
        FilingLimit(Span(date(2020, 1, 1)), "example contract", "NMUT1", days=90),
        MEDICARE_FILING_LIMIT,
    ),
)


def changed(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a claim, as replace takes them
    """Give the clean example with some of the claim's fields otherwise."""
    return msgspec.structs.replace(CLEAN, **fields)


def with_line(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a line
    """Give the clean example with its first line otherwise; the total follows."""
    return with_lines(msgspec.structs.replace(LINE, **fields), SECOND_LINE)


def with_lines(*lines: ServiceLine) -> Claim:
    """Give the clean example with other lines; the total follows."""
    return changed(lines=lines, total_charge_cents=sum(line.charge_cents for line in lines))


def with_billing(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a provider
    """Give the clean example with the billing provider otherwise."""
    return changed(billing=msgspec.structs.replace(CLEAN.billing, **fields))


def with_patient(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a patient
    """Give the clean example with the patient, who is the subscriber, otherwise."""
    return changed(
        patient=msgspec.structs.replace(CLEAN.patient, **fields),
        subscriber=msgspec.structs.replace(CLEAN.subscriber, **fields),
    )
