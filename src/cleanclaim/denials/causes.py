"""Why payers refuse: reasons and remarks with the cause first suspected, in our own words.

The lists belong to X12; only their codes appear here, with our short labels. A row is a first
suspicion, not a verdict: what the claim and our records say decides.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Cause(StrEnum):
    """Where in the office, or at the payer, a denial comes from."""

    REGISTRATION = "registration"
    ELIGIBILITY = "eligibility"
    AUTHORIZATION = "authorization"
    CODING = "coding"
    DOCUMENTATION = "documentation"
    CREDENTIALING = "credentialing"
    TIMELY = "timely"
    DUPLICATE = "duplicate"
    COORDINATION = "coordination"
    CONTRACT = "contract"
    PAYER_ERROR = "payer_error"
    UNKNOWN = "unknown"


class DenialClass(StrEnum):
    """What kind of work a denial is."""

    CORRECT = "correct"  # mend the claim and send it again
    SUPPLY = "supply"  # send what is asked for
    REDIRECT = "redirect"  # another payer is to be asked
    APPEAL = "appeal"  # argue with evidence
    REVIEW = "review"  # a person must look first


class Suspicion(msgspec.Struct, frozen=True):
    """The cause first suspected behind a code, the work it means, and a short label."""

    cause: Cause
    work: DenialClass
    label: str


def _rows(cause: Cause, work: DenialClass, labels: Mapping[str, str]) -> dict[str, Suspicion]:
    return {code: Suspicion(cause, work, label) for code, label in labels.items()}


# Adjustment reasons (CARC). Credentialing rows follow the first suspicions of payers' help pages.
REASONS: Mapping[str, Suspicion] = {
    **_rows(
        Cause.REGISTRATION,
        DenialClass.CORRECT,
        {
            "31": "patient not identified",
            "140": "number and name differ",
            "227": "patient's information missing",
        },
    ),
    **_rows(
        Cause.ELIGIBILITY,
        DenialClass.REVIEW,
        {
            "26": "before coverage",
            "27": "after coverage ended",
            "32": "dependent not eligible",
            "33": "no dependent coverage",
            "177": "eligibility requirements not met",
            "200": "coverage lapsed",
            "35": "lifetime maximum reached",
            "119": "benefit maximum reached",
            "149": "lifetime maximum for the service",
            "96": "not covered",
            "204": "not in the plan",
            "49": "routine exam not covered",
            "51": "pre-existing condition",
        },
    ),
    **_rows(
        Cause.AUTHORIZATION,
        DenialClass.APPEAL,
        {
            "15": "authorization number invalid",
            "39": "authorization was denied",
            "197": "authorization missing",
            "198": "authorization exceeded",
            "243": "not authorized by network provider",
            "288": "referral missing",
        },
    ),
    **_rows(
        Cause.CODING,
        DenialClass.CORRECT,
        {
            "4": "modifier missing or inconsistent",
            "5": "place of service inconsistent",
            "6": "age inconsistent",
            "7": "sex inconsistent",
            "9": "diagnosis and age inconsistent",
            "10": "diagnosis and sex inconsistent",
            "11": "diagnosis inconsistent",
            "16": "information missing or wrong",
            "58": "wrong place of service",
            "97": "included in another service",
            "107": "related service missing",
            "146": "diagnosis invalid on the day",
            "151": "too frequent",
            "181": "procedure code invalid on the day",
            "182": "modifier invalid on the day",
            "199": "revenue and procedure code differ",
            "231": "mutually exclusive procedures",
            "234": "not paid separately",
            "236": "combination not allowed",
            "B15": "qualifying service missing",
        },
    ),
    **_rows(
        Cause.DOCUMENTATION,
        DenialClass.SUPPLY,
        {
            "163": "attachment missing",
            "226": "provider's information missing",
            "252": "attachment needed",
        },
    ),
    **_rows(
        Cause.DOCUMENTATION,
        DenialClass.APPEAL,
        {
            "40": "not an emergency",
            "50": "not medically necessary",
            "55": "experimental",
            "56": "not proven effective",
        },
    ),
    **_rows(
        Cause.CREDENTIALING,
        DenialClass.REVIEW,
        {
            "8": "specialty inconsistent",
            "147": "agreed rate not on file",
            "170": "not by this type of provider",
            "171": "not by this provider in this facility",
            "172": "not by this specialty",
            "183": "referring provider not eligible",
            "184": "ordering provider not eligible",
            "185": "rendering provider not eligible",
            "206": "NPI missing",
            "207": "NPI badly formed",
            "208": "NPI not matched",
            "242": "not by network provider",
            "299": "billing provider not eligible",
            "B7": "provider not certified on the day",
            "B23": "laboratory certificate",
        },
    ),
    **_rows(Cause.TIMELY, DenialClass.APPEAL, {"29": "filed too late"}),
    **_rows(
        Cause.DUPLICATE,
        DenialClass.REVIEW,
        {"18": "exact duplicate", "B13": "paid before", "B20": "done by another provider"},
    ),
    **_rows(
        Cause.COORDINATION,
        DenialClass.REDIRECT,
        {
            "19": "work-related",
            "20": "liability carrier",
            "21": "no-fault carrier",
            "22": "another payer first",
            "109": "wrong payer",
            "B9": "in hospice",
            "B11": "sent on to another payer",
        },
    ),
    **_rows(
        Cause.CONTRACT,
        DenialClass.APPEAL,
        {
            "95": "plan procedures not followed",
            "222": "more than the contract allows",
            "256": "not payable under the contract",
        },
    ),
    **_rows(
        Cause.PAYER_ERROR,
        DenialClass.APPEAL,
        {"129": "earlier processing information wrong"},
    ),
}

# Remarks (RARC) that say more than the reason beside them.
REMARKS: Mapping[str, Suspicion] = {
    **_rows(
        Cause.CREDENTIALING,
        DenialClass.REVIEW,
        {
            "N290": "rendering provider's number",
            "N257": "billing provider's number",
            "N265": "ordering provider's number",
            "N286": "referring provider's number",
            "N288": "rendering provider's taxonomy",
            "N293": "facility's number",
            "N297": "supervising provider's number",
            "N570": "credentialing record",
            "N95": "specialty may not bill",
            "N198": "rendering provider not linked to the payee",
            "N55": "group billing rules",
            "N516": "NPI and tax number do not fit",
            "N521": "provider's record differs",
            "N32": "must be billed by who rendered",
            "MA112": "group information",
            "M143": "licence to be updated",
            "MA120": "laboratory certificate",
        },
    ),
    **_rows(Cause.COORDINATION, DenialClass.SUPPLY, {"MA04": "primary payer's answer missing"}),
    **_rows(
        Cause.DOCUMENTATION, DenialClass.SUPPLY, {"M127": "medical record", "N706": "documents"}
    ),
    **_rows(
        Cause.REGISTRATION,
        DenialClass.CORRECT,
        {"N382": "patient's identifier", "MA27": "name or number", "MA61": "patient's number"},
    ),
    **_rows(
        Cause.CODING,
        DenialClass.CORRECT,
        {
            "M20": "procedure code",
            "M76": "diagnosis",
            "M51": "procedure code",
            "N519": "combination",
        },
    ),
}

# Reasons that say only "something is wrong"; the remark beside them says what.
VAGUE = frozenset({"16", "96", "226", "227", "252"})

# What a paid or properly priced claim carries: agreed reductions, earlier payers, cost share.
PRICING = frozenset({"45", "59", "90", "94", "104", "131", "144", "223", "237", "253"})
EARLIER_PAYER = frozenset({"23", "24"})
COST_SHARE = frozenset({"1", "2", "3", "66", "241", "247", "248"})
