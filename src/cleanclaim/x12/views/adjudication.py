"""What a payer did with money: adjustments and the advice that follows them, alike in 835 and 837."""

from collections.abc import Sequence
from decimal import Decimal

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


# What MIA says at 7 to 14 and 16 to 19, in the order of the fields.
_INPATIENT_CENTS = (6, 7, 8, 9, 10, 11, 12, 13, 14)
_INPATIENT_LATER_CENTS = (16, 17, 18, 19)


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
    remarks = tuple(code for code in (said[5], *said[20:24]) if code)
    return InpatientAdvice(
        quantities[said[1]],
        cents[said[2]],
        quantities[said[3]],
        cents[said[4]],
        *(cents[said[place]] for place in _INPATIENT_CENTS),
        quantities[said[15]],
        *(cents[said[place]] for place in _INPATIENT_LATER_CENTS),
        remarks,
        cents[said[24]],
    )
