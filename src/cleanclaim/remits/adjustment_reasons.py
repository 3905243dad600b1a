"""What an adjustment reason does to an open balance, as dated configuration.

The code list (CARC) belongs to X12 and its official texts are not kept here; the labels are our
own short words. Which reasons a practice writes off without a look is its policy: these rows are
a cautious start, meant to be replaced per practice, and a reason without a row stays open.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


class AllocationKind(StrEnum):
    """What a part of a decision does with the money."""

    PAYMENT = "payment"
    CONTRACTUAL = "contractual"
    SEQUESTRATION = "sequestration"
    WITHHOLD = "withhold"
    DEDUCTIBLE = "deductible"
    COINSURANCE = "coinsurance"
    COPAY = "copay"
    PATIENT_OTHER = "patient_other"
    PRIOR_PAYER = "prior_payer"
    DENIAL = "denial"
    UNEXPLAINED = "unexplained"
    BEYOND_OPEN = "beyond_open"
    OVERPAYMENT = "overpayment"
    INTEREST = "interest"
    RECOUPMENT = "recoupment"
    FORWARDING_BALANCE = "forwarding_balance"
    CAPITATION = "capitation"
    PROVIDER_WITHHOLD = "provider_withhold"
    PROVIDER_OTHER = "provider_other"


PATIENT_KINDS = frozenset(
    {
        AllocationKind.DEDUCTIBLE,
        AllocationKind.COINSURANCE,
        AllocationKind.COPAY,
        AllocationKind.PATIENT_OTHER,
    }
)
# These move nothing: the amount stays where it is, flagged or for information.
STANDING_KINDS = frozenset(
    {
        AllocationKind.PRIOR_PAYER,
        AllocationKind.DENIAL,
        AllocationKind.UNEXPLAINED,
        AllocationKind.BEYOND_OPEN,
    }
)
_CONFIGURATION = "configuration of the practice"
_SINCE = Span(date(2014, 1, 1))


class ReasonRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one reason does, on a day in ``span``.

    ``recognised`` counts on a service of which something was paid, left to the patient as cost
    share, or paid by an earlier payer; ``unpaid`` on any other; ``patient`` wherever the group
    (PR) makes the patient liable. ``is_policy`` marks a denial that stays open with group PR,
    unless the practice has decided that its patients owe what is denied for this reason.
    """

    reason: str
    recognised: AllocationKind
    unpaid: AllocationKind
    patient: AllocationKind
    label: str
    span: Span = _SINCE
    source: str = _CONFIGURATION
    is_policy: bool = False


def _rows(
    recognised: AllocationKind,
    unpaid: AllocationKind,
    patient: AllocationKind,
    labels: dict[str, str],
    *,
    is_policy: bool = False,
) -> tuple[ReasonRule, ...]:
    return tuple(
        ReasonRule(reason, recognised, unpaid, patient, label, is_policy=is_policy)
        for reason, label in labels.items()
    )


_K = AllocationKind
REASON_RULES: tuple[ReasonRule, ...] = (
    *_rows(_K.UNEXPLAINED, _K.UNEXPLAINED, _K.DEDUCTIBLE, {"1": "deductible"}),
    *_rows(_K.UNEXPLAINED, _K.UNEXPLAINED, _K.DEDUCTIBLE, {"66": "blood deductible"}),
    *_rows(_K.UNEXPLAINED, _K.UNEXPLAINED, _K.COINSURANCE, {"2": "coinsurance"}),
    *_rows(_K.UNEXPLAINED, _K.UNEXPLAINED, _K.COPAY, {"3": "copay", "241": "low-income copay"}),
    *_rows(
        _K.CONTRACTUAL,
        _K.UNEXPLAINED,
        _K.PATIENT_OTHER,
        {
            "45": "above the agreed fee",
            "59": "multiple procedure reduction",
            "94": "paid above the charge",
            "131": "negotiated discount",
            "144": "incentive",
            "223": "mandated reduction",
            "237": "regulatory penalty",
        },
    ),
    *_rows(_K.CONTRACTUAL, _K.CONTRACTUAL, _K.PATIENT_OTHER, {"24": "covered by capitation"}),
    *_rows(_K.SEQUESTRATION, _K.UNEXPLAINED, _K.UNEXPLAINED, {"253": "sequestration"}),
    *_rows(_K.WITHHOLD, _K.UNEXPLAINED, _K.UNEXPLAINED, {"104": "withhold"}),
    *_rows(_K.PRIOR_PAYER, _K.PRIOR_PAYER, _K.PRIOR_PAYER, {"23": "earlier payer's decision"}),
    # Denials whose cost a payer may rightly leave to the patient: whether it did so rightly,
    # the payer's word does not settle.
    *_rows(
        _K.DENIAL,
        _K.DENIAL,
        _K.DENIAL,
        {
            "35": "lifetime maximum reached",
            "49": "routine exam not covered",
            "50": "not medically necessary",
            "51": "pre-existing condition",
            "96": "not covered",
            "119": "benefit maximum reached",
            "149": "lifetime maximum for the service",
            "204": "not in the plan",
            "242": "not by network provider",
        },
        is_policy=True,
    ),
    # Denials that stay open whoever is called liable, until a person has looked.
    *_rows(
        _K.DENIAL,
        _K.DENIAL,
        _K.DENIAL,
        {
            "4": "modifier missing or inconsistent",
            "5": "place of service inconsistent",
            "6": "age inconsistent",
            "7": "sex inconsistent",
            "8": "specialty inconsistent",
            "9": "diagnosis and age inconsistent",
            "10": "diagnosis and sex inconsistent",
            "11": "diagnosis inconsistent",
            "15": "authorization number invalid",
            "16": "information missing or wrong",
            "18": "exact duplicate",
            "19": "work-related",
            "20": "liability carrier",
            "21": "no-fault carrier",
            "22": "another payer first",
            "26": "before coverage",
            "27": "after coverage ended",
            "29": "filed too late",
            "31": "patient not identified",
            "32": "dependent not eligible",
            "33": "no dependent coverage",
            "39": "authorization was denied",
            "40": "not an emergency",
            "55": "experimental",
            "56": "not proven effective",
            "58": "wrong place of service",
            "95": "plan procedures not followed",
            "97": "included in another service",
            "107": "related service missing",
            "109": "wrong payer",
            "129": "prior processing information wrong",
            "140": "number and name differ",
            "146": "diagnosis invalid on the day",
            "147": "agreed rate not on file",
            "151": "too frequent",
            "163": "attachment missing",
            "170": "not by this type of provider",
            "171": "not by this provider in this facility",
            "172": "not by this specialty",
            "181": "procedure code invalid on the day",
            "182": "modifier invalid on the day",
            "183": "referring provider not eligible",
            "184": "ordering provider not eligible",
            "185": "rendering provider not eligible",
            "197": "authorization missing",
            "198": "authorization exceeded",
            "199": "revenue and procedure code differ",
            "200": "coverage lapsed",
            "206": "NPI missing",
            "207": "NPI badly formed",
            "208": "NPI not matched",
            "222": "more than the contract allows",
            "226": "provider's information missing",
            "227": "patient's information missing",
            "231": "mutually exclusive procedures",
            "234": "not paid separately",
            "236": "combination not allowed",
            "243": "not authorized by network provider",
            "252": "attachment needed",
            "256": "not payable under the contract",
            "288": "referral missing",
            "299": "billing provider not eligible",
            "B7": "provider not certified on the day",
            "B9": "in hospice",
            "B11": "sent on to another payer",
            "B13": "paid before",
            "B15": "qualifying service missing",
            "B20": "partly or fully done by another",
            "B23": "laboratory certificate",
        },
    ),
)


POLICY_REASONS = frozenset(rule.reason for rule in REASON_RULES if rule.is_policy)


def find_rule(
    reason: str, on: date, rules: Iterable[ReasonRule] = REASON_RULES
) -> ReasonRule | None:
    """Find the row of a reason in force on the day; None where there is none."""
    return next((rule for rule in rules if rule.reason == reason and on in rule.span), None)
