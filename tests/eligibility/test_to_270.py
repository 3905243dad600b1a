"""An inquiry asks about the day of service, and the text it becomes is valid."""

from datetime import date, datetime

import msgspec
import pytest

from cleanclaim import x12
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Sex, Subscriber
from cleanclaim.eligibility.model import Inquiry
from cleanclaim.eligibility.to_270 import GUIDE, build_inquiry
from cleanclaim.kernel.identifiers import npi_from_stem

AT = datetime(2026, 6, 10, 12, 30)  # noqa: DTZ001 - X12 writes local time
INQUIRY = Inquiry(
    payer=Payer("HARBOR HEALTH", "HH001"),
    provider=Provider(npi=npi_from_stem("123456789"), organization="OAK CLINIC"),
    subscriber=Subscriber(
        PersonName("DOE", "JANE"), "MEM1", birth_on=date(1980, 1, 1), sex=Sex.FEMALE
    ),
    service_on=date(2026, 6, 15),
    trace_number="T-1",
    trace_company="9OURSYSTEM",
    service_types=("30", "98"),
)
DEPENDENT = msgspec.structs.replace(
    INQUIRY, patient=Patient(PersonName("DOE", "TIM"), birth_on=date(2015, 1, 1), sex=Sex.MALE)
)


def write(inquiry: Inquiry) -> str:
    envelope = x12.Envelope("OURS", "PAYER", 1, AT)
    body = build_inquiry(inquiry, reference="REF1", created_at=AT)
    return x12.write(envelope, GUIDE, [body])


@pytest.mark.parametrize("inquiry", [INQUIRY, DEPENDENT])
def test_the_text_is_valid(inquiry: Inquiry) -> None:
    report = x12.check(write(inquiry))
    assert report.valid, [finding.message for finding in report.findings]


@pytest.mark.parametrize("inquiry", [INQUIRY, DEPENDENT])
def test_the_day_of_service_and_the_trace_are_asked(inquiry: Inquiry) -> None:
    text = write(inquiry)
    assert "DTP*291*D8*20260615~" in text
    assert "TRN*1*T-1*9OURSYSTEM~" in text
    assert text.count("EQ*30~") == text.count("EQ*98~") == 1


def test_the_dependent_stands_below_the_subscriber() -> None:
    text = write(DEPENDENT)
    assert text.index("NM1*IL*1*DOE*JANE") < text.index("NM1*03*1*DOE*TIM")
    assert "HL*4*3*23*0~" in text


def test_what_is_not_known_is_not_asked() -> None:
    undated = Subscriber(PersonName("DOE", "JANE"), "MEM1")
    bare = msgspec.structs.replace(INQUIRY, subscriber=undated)
    assert "DMG" not in write(bare)
