"""A denial is told from a price, a cost share and an earlier payer's decision."""

import pytest

from cleanclaim.claims.model import Adjustment
from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.classify import classify


def adjust(text: str) -> list[Adjustment]:
    """Read "CO-45 20 PR-1 80" as adjustments in dollars."""
    words = text.split()
    codes = zip(words[::2], words[1::2], strict=True)
    pairs = [(*code.split("-"), amount) for code, amount in codes]
    return [Adjustment(group, reason, int(amount) * 100) for group, reason, amount in pairs]


@pytest.mark.parametrize(
    ("adjustments", "paid_cents", "status"),
    [
        ("CO-45 20", 8_000, "1"),
        ("CO-45 20 PR-1 80", 0, "1"),
        ("PR-1 100", 0, "1"),
        ("PR-3 100", 0, "1"),
        ("OA-23 100", 0, "2"),
        ("CO-24 100", 0, "1"),
        ("CO-253 2 CO-45 18", 8_000, "1"),
        ("CO-50 -100", -1, "22"),
        ("CO-50 100", 0, "22"),
        ("CO-50 100", 0, "25"),
        ("CO-999 5", 9_500, "1"),
        ("", 0, "1"),
    ],
)
def test_these_are_no_denials(adjustments: str, paid_cents: int, status: str) -> None:
    assert classify(adjust(adjustments), (), paid_cents, status) is None


@pytest.mark.parametrize(
    ("adjustments", "remarks", "cause"),
    [
        ("CO-31 100", (), Cause.REGISTRATION),
        ("PR-27 100", (), Cause.ELIGIBILITY),
        ("CO-197 100", (), Cause.AUTHORIZATION),
        ("CO-11 100", (), Cause.CODING),
        ("CO-252 100", (), Cause.DOCUMENTATION),
        ("CO-50 100", (), Cause.DOCUMENTATION),
        ("CO-B7 100", (), Cause.CREDENTIALING),
        ("CO-29 100", (), Cause.TIMELY),
        ("OA-18 100", (), Cause.DUPLICATE),
        ("CO-22 100", (), Cause.COORDINATION),
        ("CO-256 100", (), Cause.CONTRACT),
        ("CO-129 100", (), Cause.PAYER_ERROR),
        ("CO-16 100", ("N290",), Cause.CREDENTIALING),
        ("CO-16 100", ("M76",), Cause.CODING),
        ("CO-16 100", ("N382",), Cause.REGISTRATION),
        ("CO-16 100", ("N111", "MA04"), Cause.COORDINATION),
        ("CO-11 100", ("N290",), Cause.CODING),
        ("CO-999 100", (), Cause.UNKNOWN),
        ("CO-999 100", ("N570",), Cause.CREDENTIALING),
        ("CO-45 100", (), Cause.UNKNOWN),
    ],
)
def test_the_cause_first_suspected(
    adjustments: str, remarks: tuple[str, ...], cause: Cause
) -> None:
    denial = classify(adjust(adjustments), remarks, 0, "1")
    assert denial is not None
    assert (denial.cause, denial.cents, denial.remarks) == (cause, 10_000, remarks)


def test_nothing_for_a_deductible_and_nothing_for_a_denial_differ() -> None:
    assert classify(adjust("PR-1 100"), (), 0, "1") is None
    assert classify(adjust("CO-96 100"), (), 0, "1") is not None


def test_a_claim_called_denied_without_a_reason_is_a_denial_of_unknown_cause() -> None:
    denial = classify((), (), 0, "4")
    assert denial is not None
    assert (denial.cause, denial.work) == (Cause.UNKNOWN, DenialClass.REVIEW)


def test_the_largest_refusal_leads_and_a_payment_makes_it_partial() -> None:
    denial = classify(adjust("CO-45 10 CO-97 20 CO-197 30"), (), 4_000, "1")
    assert denial is not None
    assert (denial.reason, denial.cents, denial.partial) == ("197", 5_000, True)
