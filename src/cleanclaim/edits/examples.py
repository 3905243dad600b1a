"""The example claims that edits are explained and proven with; all people are invented."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.claims.dental import Dental, DentalService, Tooth
from cleanclaim.claims.institutional import Institutional, ValueAmount
from cleanclaim.claims.model import (
    NO_PROCEDURE,
    Claim,
    ClaimKind,
    Diagnosis,
    Frequency,
    Procedure,
    ServiceLine,
)
from cleanclaim.claims.parties import (
    Address,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.codes.authorizations import AuthorizationSpan
from cleanclaim.codes.frequencies import FrequencyLimit, Period
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.reference import (
    MEDICARE_FILING_LIMIT,
    CoverageSpan,
    FilingLimit,
    PayerRequirement,
    Reference,
    Want,
)
from cleanclaim.edits.example_library import LIBRARY
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

DOCTOR = Provider(
    npi=npi_from_stem("123456789"),
    person=PersonName("Okafor", "Ada"),
    taxonomy="207RC0000X",
)

# A stay of four days in a hospital, and the visit of an outpatient.
STAY = msgspec.structs.replace(
    CLEAN,
    place_of_service="",
    rendering=None,
    attending=DOCTOR,
    diagnoses=(Diagnosis("E119", "ABK", "Y"), Diagnosis("I10", "ABF", "Y")),
    institutional=Institutional(
        facility_type="11",
        statement_starts_on=date(2026, 5, 1),
        statement_ends_on=date(2026, 5, 5),
        admission_type="1",
        admission_source="1",
        discharge_status="01",
        admitted_on=date(2026, 5, 1),
        admission_hour="0845",
        discharge_hour="1130",
        drg="638",
        admitting_diagnosis=Diagnosis("E119", "ABJ"),
        values=(ValueAmount("80", Decimal(4)),),
    ),
    lines=(
        ServiceLine(
            1, NO_PROCEDURE, 480000, Decimal(4), None, None, unit_basis="DA", revenue_code="0120"
        ),
        ServiceLine(2, NO_PROCEDURE, 20000, Decimal(30), None, None, revenue_code="0250"),
    ),
    total_charge_cents=500000,
)
VISIT = msgspec.structs.replace(
    STAY,
    diagnoses=(Diagnosis("E119", "ABK"),),
    institutional=Institutional(
        facility_type="13",
        statement_starts_on=SERVICE_ON,
        statement_ends_on=SERVICE_ON,
        admission_type="3",
        admission_source="1",
        discharge_status="01",
    ),
    lines=(
        ServiceLine(
            1,
            Procedure("80053"),
            9000,
            Decimal(1),
            SERVICE_ON,
            SERVICE_ON,
            revenue_code="0300",
        ),
        ServiceLine(
            2,
            Procedure("71046"),
            31000,
            Decimal(1),
            SERVICE_ON,
            SERVICE_ON,
            revenue_code="0320",
        ),
    ),
    total_charge_cents=40000,
)
TEETH = msgspec.structs.replace(
    CLEAN,
    diagnoses=(),
    dental=Dental(),
    lines=(
        ServiceLine(
            1,
            Procedure("D2392", qualifier="AD"),
            14000,
            Decimal(1),
            SERVICE_ON,
            SERVICE_ON,
            dental=DentalService(teeth=(Tooth("12", ("M", "O")),)),
        ),
    ),
)
CLEAN_BY_KIND = {
    ClaimKind.PROFESSIONAL: CLEAN,
    ClaimKind.INSTITUTIONAL: STAY,
    ClaimKind.DENTAL: TEETH,
}

REFERENCE = Reference(
    library=LIBRARY,
    icd10cm=CodeSet(
        "ICD-10-CM example",
        Span(date(2026, 4, 1), date(2026, 9, 30)),
        ["E11", "E119", "I10", "T149", "T1491", "T1491XA", "T1491XD"],
    ),
    filing_limits=(
        FilingLimit(Span(date(2020, 1, 1)), "example contract", "NMUT1", days=90),
        MEDICARE_FILING_LIMIT,
    ),
    coverage_spans=(
        CoverageSpan("NMUT1", "N100200", Span(date(2026, 1, 1), date(2026, 5, 31)), "card"),
    ),
    payer_requirements=(
        PayerRequirement(
            Span(date(2026, 1, 1)),
            "example list",
            Want.AUTHORIZATION,
            ("70551-70553",),
            (),
            "NMUT1",
        ),
        PayerRequirement(
            Span(date(2026, 1, 1)), "example list", Want.ORDERING, ("A4*",), (), "NMUT1"
        ),
        PayerRequirement(
            Span(date(2026, 1, 1)), "example list", Want.NDC, ("J*",), ("J7050",), "NMUT1"
        ),
    ),
    frequency_limits=(
        FrequencyLimit(
            Span(date(2020, 1, 1)),
            "example policy",
            ("G0108",),
            1,
            Period.CALENDAR_YEAR,
            payer_identifier="NMUT1",
        ),
    ),
    authorization_spans=(
        AuthorizationSpan(
            "AUTH1",
            "NMUT1",
            "N100200",
            Span(date(2026, 1, 1), date(2026, 5, 31)),
            "example letter",
            ("70551-70553",),
            units=Decimal(2),
        ),
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


def stayed(claim: Claim = STAY, **fields: Any) -> Claim:  # noqa: ANN401 - fields of a stay
    """Give an institution's example with its stay otherwise."""
    assert claim.institutional is not None  # noqa: S101 - the examples are ours
    stay = msgspec.structs.replace(claim.institutional, **fields)
    return msgspec.structs.replace(claim, institutional=stay)


def billed(claim: Claim, **fields: Any) -> Claim:  # noqa: ANN401 - fields of a line
    """Give an example with its first line otherwise; the total follows."""
    lines = (msgspec.structs.replace(claim.lines[0], **fields), *claim.lines[1:])
    total = sum(line.charge_cents for line in lines)
    return msgspec.structs.replace(claim, lines=lines, total_charge_cents=total)
