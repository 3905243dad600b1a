"""What a payer did with money: adjustments and the advice after them, alike in 835 and 837."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.x12.views.elements import PADDING, Elements, cents, quantities


class Adjustment(msgspec.Struct, frozen=True, gc=False):
    """One triple of a CAS segment: why a payer pays other than was charged.

    ``group`` is CO, PR, OA or PI, ``reason`` a claim adjustment reason code (CARC); positive
    ``cents`` reduce the payment, None where the amount cannot be read.
    """

    group: str
    reason: str
    cents: int | None
    quantity: Decimal | None = None


class OutpatientAdvice(msgspec.Struct, frozen=True, gc=False):
    """What a payer says of a claim that was not for a stay (MOA); ``remarks`` are RARCs."""

    reimbursement_rate: Decimal | None = None
    payable_cents: int | None = None
    remarks: tuple[str, ...] = ()
    renal_disease_cents: int | None = None
    nonpayable_professional_cents: int | None = None


class InpatientAdvice(msgspec.Struct, frozen=True, gc=False):
    """What a payer says of a stay (MIA); ``remarks`` are RARCs (MIA05, MIA20 to MIA23)."""

    covered_days: Decimal | None = None
    operating_outlier_cents: int | None = None
    lifetime_psychiatric_days: Decimal | None = None
    drg_cents: int | None = None
    disproportionate_share_cents: int | None = None
    secondary_pass_through_cents: int | None = None
    capital_cents: int | None = None
    capital_federal_drg_cents: int | None = None
    capital_hospital_drg_cents: int | None = None
    capital_disproportionate_share_cents: int | None = None
    old_capital_cents: int | None = None
    capital_medical_education_cents: int | None = None
    operating_hospital_drg_cents: int | None = None
    cost_report_days: Decimal | None = None
    operating_federal_drg_cents: int | None = None
    capital_outlier_cents: int | None = None
    indirect_teaching_cents: int | None = None
    nonpayable_professional_cents: int | None = None
    remarks: tuple[str, ...] = ()
    capital_exception_cents: int | None = None


# The fields in cents and the places of MIA that they stand at.
_INPATIENT_CENTS = {
    "operating_outlier_cents": 2,
    "drg_cents": 4,
    "disproportionate_share_cents": 6,
    "secondary_pass_through_cents": 7,
    "capital_cents": 8,
    "capital_federal_drg_cents": 9,
    "capital_hospital_drg_cents": 10,
    "capital_disproportionate_share_cents": 11,
    "old_capital_cents": 12,
    "capital_medical_education_cents": 13,
    "operating_hospital_drg_cents": 14,
    "operating_federal_drg_cents": 16,
    "capital_outlier_cents": 17,
    "indirect_teaching_cents": 18,
    "nonpayable_professional_cents": 19,
    "capital_exception_cents": 24,
}


def read_adjustments(segments: Sequence[Elements]) -> tuple[Adjustment, ...]:
    """Read all triples of all CAS segments; a triple without reason and amount is none."""
    found = []
    for elements in segments:
        if len(elements) == 4:  # by far the most: one triple without a quantity
            if elements[2] or elements[3]:
                found.append(Adjustment(elements[1], elements[2], cents[elements[3]]))
            continue
        triples = [*elements, *PADDING]
        for place in range(2, len(elements), 3):
            reason, amount, number = triples[place : place + 3]
            if reason or amount:
                quantity = quantities[number] if number else None
                found.append(Adjustment(elements[1], reason, cents[amount], quantity))
    return tuple(found)


def read_outpatient(segments: Sequence[Elements]) -> OutpatientAdvice:
    """Read a MOA."""
    said = [*segments[0], *PADDING]
    remarks = tuple(code for code in said[3:8] if code)
    return OutpatientAdvice(
        quantities[said[1]], cents[said[2]], remarks, cents[said[8]], cents[said[9]]
    )


def read_inpatient(segments: Sequence[Elements]) -> InpatientAdvice:
    """Read a MIA."""
    said = [*segments[0], *PADDING]
    amounts: dict[str, Any] = {field: cents[said[n]] for field, n in _INPATIENT_CENTS.items()}
    return InpatientAdvice(
        covered_days=quantities[said[1]],
        lifetime_psychiatric_days=quantities[said[3]],
        cost_report_days=quantities[said[15]],
        remarks=tuple(code for code in (said[5], *said[20:24]) if code),
        **amounts,
    )
