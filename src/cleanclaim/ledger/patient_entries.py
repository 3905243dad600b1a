"""Entries of what patients owe and pay beyond the payers' remittances.

| event | debit | credit |
|---|---|---|
| charge_self_pay | ar_patient (visit) | revenue (visit) |
| pay_share | cash_clearing (receipt) | ar_patient (claim or visit) |
| keep_unapplied | cash_clearing (receipt) | unapplied (patient) |
| use_credit | unapplied (patient) | ar_patient (claim or visit) |
| give_up | write_off (reason) | ar_patient (claim or visit) |
| set_refund_aside | unapplied (patient) | refunds_payable (patient) |
| send_refund | refunds_payable (patient) | cash_clearing (receipt) or bank |
| return_payment | ar_patient (claim or visit) | cash_clearing (receipt) |
| return_unapplied | unapplied (patient) | cash_clearing (receipt) |
| take_card_fee | card_fees | cash_clearing (receipt) |
| hand_over_unclaimed | unapplied (patient) | bank (state) |

A visit without a claim has no claim to stand under: its accounts carry ``visit:ID`` as their
reference. As in ``entries`` a negative amount is the same entry turned round.
"""

from enum import StrEnum

from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.ledger.entries import Occasion, enter


class GivenUp(StrEnum):
    """Why a practice gives a patient's debt up; the reference of the write-off's account."""

    ASSISTANCE = "assistance"
    PROMPT_PAY = "prompt_pay"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"
    DISPUTE = "dispute"


def visit_receivable(patient: str, visit: int) -> AccountKey:
    """Name what a patient owes for a visit that no claim was made of."""
    return AccountKey(AccountKind.AR_PATIENT, patient=patient, reference=f"visit:{visit}")


def returned_receivable(patient: str) -> AccountKey:
    """Name what a patient owes because money went back that stood on no claim any more."""
    return AccountKey(AccountKind.AR_PATIENT, patient=patient, reference="returned")


def unapplied(patient: str) -> AccountKey:
    """Name a patient's money that is not used yet."""
    return AccountKey(AccountKind.UNAPPLIED, patient=patient)


def patient_refunds(patient: str) -> AccountKey:
    """Name a patient's money that is on its way back to them."""
    return AccountKey(AccountKind.REFUNDS_PAYABLE, patient=patient)


def receipt_clearing(receipt: str) -> AccountKey:
    """Name the money of one receipt before the bank has it."""
    return AccountKey(AccountKind.CASH_CLEARING, reference=receipt)


def write_off_account(receivable: AccountKey, why: GivenUp) -> AccountKey:
    """Name where what was given up of a debt for a reason is kept."""
    own = f":{receivable.reference}" if receivable.reference else ""
    return AccountKey(
        AccountKind.WRITE_OFF,
        patient=receivable.patient,
        claim=receivable.claim,
        reference=f"{why.value}{own}",
    )


def charge_self_pay(occasion: Occasion, cents: int, *, receivable: AccountKey) -> Transfer:
    """Enter the charge of a visit that the patient pays alone."""
    earned = AccountKey(
        AccountKind.REVENUE, patient=receivable.patient, reference=receivable.reference
    )
    return enter("charge_self_pay", occasion, cents, debit=receivable, credit=earned)


def pay_share(occasion: Occasion, cents: int, *, receivable: AccountKey, receipt: str) -> Transfer:
    """Apply a patient's money to one of their debts."""
    clearing = receipt_clearing(receipt)
    return enter("pay_share", occasion, cents, debit=clearing, credit=receivable)


def keep_unapplied(occasion: Occasion, cents: int, *, patient: str, receipt: str) -> Transfer:
    """Hold a patient's money that pays no debt yet."""
    clearing = receipt_clearing(receipt)
    return enter("keep_unapplied", occasion, cents, debit=clearing, credit=unapplied(patient))


def use_credit(occasion: Occasion, cents: int, *, receivable: AccountKey) -> Transfer:
    """Use money that was held for a patient for one of their debts."""
    held = unapplied(receivable.patient)
    return enter("use_credit", occasion, cents, debit=held, credit=receivable)


def give_up(
    occasion: Occasion,
    cents: int,
    *,
    receivable: AccountKey,
    why: GivenUp,
    policy: str,
    approver: str,
) -> Transfer:
    """Give a patient's debt up under a policy, by the name of a person who may.

    Raises ValueError without a policy or a person: nothing is written off silently.
    """
    if not (policy and approver):
        msg = "a patient's debt is given up under a policy and by a person"
        raise ValueError(msg)
    lost = write_off_account(receivable, why)
    reason = f"{why.value}: {policy}"[:60]
    return enter(
        "give_up", occasion, cents, debit=lost, credit=receivable, reason=reason, approver=approver
    )


def set_refund_aside(
    occasion: Occasion, cents: int, *, patient: str, approver: str = ""
) -> Transfer:
    """Set a patient's credit aside to be given back; negative: the refund is called off."""
    aside, held = patient_refunds(patient), unapplied(patient)
    return enter("set_refund_aside", occasion, cents, debit=held, credit=aside, approver=approver)


def send_refund(occasion: Occasion, cents: int, *, patient: str, source: AccountKey) -> Transfer:
    """Give money back that was set aside, out of a receipt in clearing or the bank."""
    aside = patient_refunds(patient)
    return enter("send_refund", occasion, cents, debit=aside, credit=source)


def return_payment(
    occasion: Occasion, cents: int, *, receivable: AccountKey, receipt: str, reason: str
) -> Transfer:
    """Let a patient owe again what a bank or card issuer took back."""
    clearing = receipt_clearing(receipt)
    return enter(
        "return_payment", occasion, cents, debit=receivable, credit=clearing, reason=reason
    )


def return_unapplied(
    occasion: Occasion, cents: int, *, patient: str, receipt: str, reason: str
) -> Transfer:
    """Take money back out of what was held for the patient."""
    held, clearing = unapplied(patient), receipt_clearing(receipt)
    return enter("return_unapplied", occasion, cents, debit=held, credit=clearing, reason=reason)


def take_card_fee(occasion: Occasion, cents: int, *, receipt: str) -> Transfer:
    """Enter what a card processor kept of a payment; the patient has paid in full."""
    fees = AccountKey(AccountKind.CARD_FEES)
    return enter("take_card_fee", occasion, cents, debit=fees, credit=receipt_clearing(receipt))


def hand_over_unclaimed(
    occasion: Occasion, cents: int, *, patient: str, state: str, approver: str
) -> Transfer:
    """Hand a credit that nobody claimed over to a state."""
    bank = AccountKey(AccountKind.BANK, reference=f"unclaimed:{state}")
    return enter(
        "hand_over_unclaimed",
        occasion,
        cents,
        debit=unapplied(patient),
        credit=bank,
        approver=approver,
    )
