"""Where lines were done, who ordered them, and which certificates and drugs they name."""

from decimal import Decimal

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Drug, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import (
    Address,
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Subscriber,
)

NAME = PersonName("Larkspur", "Ines")
AT_HOME = Address("12 Juniper Way", "Springfield", "IL", "627020001")
LINE = ServiceLine(1, Procedure("99213"), 100, Decimal(1), None, None)
CLAIM = Claim(
    patient_control_number="1",
    total_charge_cents=100,
    place_of_service="11",
    frequency=Frequency.ORIGINAL,
    billing=Provider(address=Address("400 Main Street", "Springfield", "IL", "627010002")),
    payer=Payer("Northern Mutual", "NMUT1"),
    subscriber=Subscriber(NAME),
    patient=Patient(NAME, address=AT_HOME),
    diagnoses=(),
    lines=(LINE,),
)
SITE = Provider(organization="Site", address=Address("1 Elm", "Alton", "IL", "62002"))
PERSON = Provider(npi="1234567893", person=NAME)
replace = msgspec.structs.replace


def batch(claim: Claim = CLAIM, **line: object) -> ClaimBatch:
    return ClaimBatch.of([replace(claim, lines=(replace(claim.lines[0], **line),))])


@pytest.mark.parametrize(
    ("claim", "line", "expected"),
    [
        ({}, {}, "62701"),
        ({"facility": SITE}, {}, "62002"),
        ({}, {"facility": SITE}, "62002"),
        ({}, {"place_of_service": "12"}, "62702"),
        ({"facility": SITE}, {"place_of_service": "12"}, "62002"),
        ({"billing": Provider()}, {}, ""),
        ({"patient": Patient(NAME), "place_of_service": "12"}, {}, "62701"),
    ],
)
def test_a_line_was_done_somewhere(
    claim: dict[str, object], line: dict[str, object], expected: str
) -> None:
    assert batch(replace(CLAIM, **claim), **line).line_zip.tolist() == [expected]


@pytest.mark.parametrize(
    ("claim", "line", "expected"),
    [
        ({}, {}, ""),
        ({"referring": PERSON}, {}, "P"),
        ({}, {"ordering": PERSON}, "P"),
        ({"referring": PERSON}, {"ordering": replace(PERSON, npi="")}, "N"),
        ({"referring": SITE}, {"ordering": PERSON}, "O"),
    ],
)
def test_the_worst_of_who_ordered_is_told(
    claim: dict[str, object], line: dict[str, object], expected: str
) -> None:
    assert batch(replace(CLAIM, **claim), **line).line_order.tolist() == [expected]


def test_certificates_and_drugs_are_marked() -> None:
    certified = batch(identifiers=(Identifier("X4", "14D0123456"),))
    assert certified.line_has_certificate.tolist() == [True]
    assert batch(identifiers=(Identifier("EW", "1"),)).line_has_certificate.tolist() == [False]
    assert batch(drug=Drug("00074433902", Decimal(1), "ML")).line_has_drug_code.tolist() == [True]
    other = Drug("1", Decimal(1), "ML", qualifier="UP")
    assert batch(drug=other).line_has_drug_code.tolist() == [False]
    assert batch(replace(CLAIM, clia_number="14D0123456")).claim_clia.tolist() == ["14D0123456"]


def test_no_claims_have_no_columns() -> None:
    empty = ClaimBatch.of([])
    columns = (empty.line_zip, empty.line_order, empty.claim_clia, empty.line_has_certificate)
    assert [len(column) for column in columns] == [0, 0, 0, 0]
