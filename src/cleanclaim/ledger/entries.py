"""The entries of the trade: which account each event debits and credits.

A negative amount is the same entry turned round: a payment of -100.00 (a reversal) debits the
receivable and credits the cash it came from. Zero is no entry and is refused.

| event | debit | credit |
|---|---|---|
| record_charge | ar_unbilled (claim) | revenue (claim) |
| bill_payer | ar_insurance (payer, claim) | ar_unbilled (claim) |
| bill_patient | ar_patient (claim) | ar_unbilled (claim) |
| apply_payment | cash_clearing (payer, remit) | ar_insurance (payer, claim) |
| apply_contractual | contractual (payer, claim) | ar_insurance (payer, claim) |
| apply_sequestration | sequestration (payer, claim) | ar_insurance (payer, claim) |
| apply_withhold | withhold (payer, claim) | ar_insurance (payer, claim) |
| move_to_patient | ar_patient (claim) | ar_insurance (payer, claim) |
| move_to_payer | ar_insurance (next payer, claim) | ar_insurance (payer, claim) |
| receive_patient_payment | cash_clearing (receipt) | ar_patient (claim), else unapplied |
| apply_unapplied | unapplied (patient) | ar_patient (claim) |
| deposit | bank (reference) | cash_clearing (payer, remit or receipt) |
| park_in_suspense | cash_clearing (payer, remit) | suspense (payer, reference) |
| release_from_suspense | suspense (payer, reference) | ar_insurance (payer, claim) |
| take_back | payer_recoup (payer, reference) | cash_clearing (payer, remit) |
| book_interest | cash_clearing (payer, remit) | interest (payer) |
| book_overpayment | cash_clearing (payer, remit) | refunds_payable (payer, claim) |
| pay_refund | refunds_payable (payer, claim) | bank (reference) |
| write_off | write_off (reason) | ar_insurance or ar_patient (claim) |

``take_back`` is a provider-level adjustment that lowers the payment: it uses up what the payer
was owed under the reference. A reversal whose money the payer leaves with us for now (PLB of a
negative amount) is ``take_back`` with negative cents, and both net to zero in the end.
"""

from datetime import date

import msgspec

from cleanclaim.ledger.accounts import AccountKey, AccountKind, Link, LinkKind, Transfer
from cleanclaim.ledger.accounts import transfer_id as derive_id


class Occasion(msgspec.Struct, frozen=True):
    """What happened, when: the parts that identify it, its business day, what it came from.

    ``parts`` make the id together with the name of the entry: a claim event, a line, a group
    and reason, an ordinal.
    """

    parts: tuple[str | int, ...]
    on: date
    links: tuple[Link, ...] = ()


class Owed(msgspec.Struct, frozen=True):
    """The claim a receivable is about and the patient it belongs to (our own keys)."""

    claim: str
    patient: str

    def account(self, kind: AccountKind, *, payer: str = "", reference: str = "") -> AccountKey:
        """Name an account of this claim."""
        return AccountKey(kind, payer, self.patient, self.claim, reference)


def _clearing(payer: str, remit: str) -> AccountKey:
    return AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference=remit)


def enter(
    name: str,
    occasion: Occasion,
    cents: int,
    *,
    debit: AccountKey,
    credit: AccountKey,
    reason: str = "",
    approver: str = "",
) -> Transfer:
    """Make the transfer of an event by its name, turned round where the amount is negative."""
    if cents < 0:
        debit, credit = credit, debit
    signed = (Link(LinkKind.APPROVER, approver),) if approver else ()
    return Transfer(
        id=derive_id(name, *occasion.parts),
        debit=debit,
        credit=credit,
        cents=abs(cents),
        reason=reason or name,
        on=occasion.on,
        links=(*occasion.links, *signed),
    )


def record_charge(occasion: Occasion, cents: int, *, owed: Owed) -> Transfer:
    """Enter a charge: earned, billed to nobody yet."""
    return enter(
        "record_charge",
        occasion,
        cents,
        debit=owed.account(AccountKind.AR_UNBILLED),
        credit=owed.account(AccountKind.REVENUE),
    )


def bill_payer(occasion: Occasion, cents: int, *, owed: Owed, payer: str) -> Transfer:
    """Turn an unbilled charge into a receivable from a payer when the claim leaves."""
    return enter(
        "bill_payer",
        occasion,
        cents,
        debit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
        credit=owed.account(AccountKind.AR_UNBILLED),
    )


def bill_patient(occasion: Occasion, cents: int, *, owed: Owed) -> Transfer:
    """Turn an unbilled charge into the patient's debt where there is no coverage."""
    return enter(
        "bill_patient",
        occasion,
        cents,
        debit=owed.account(AccountKind.AR_PATIENT),
        credit=owed.account(AccountKind.AR_UNBILLED),
    )


def apply_payment(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, remit: str
) -> Transfer:
    """Apply what a payer paid; cash stays in clearing until the bank has it."""
    return enter(
        "apply_payment",
        occasion,
        cents,
        debit=_clearing(payer, remit),
        credit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
    )


def _adjust(
    name: str,
    kind: AccountKind,
    occasion: Occasion,
    cents: int,
    *,
    owed: Owed,
    payer: str,
    reason: str,
) -> Transfer:
    return enter(
        name,
        occasion,
        cents,
        debit=owed.account(kind, payer=payer),
        credit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
        reason=reason,
    )


def apply_contractual(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, reason: str = "CO-45"
) -> Transfer:
    """Take off what the contract says is not owed; ``reason`` is the payer's group and code."""
    kind = AccountKind.CONTRACTUAL
    return _adjust(
        "apply_contractual", kind, occasion, cents, owed=owed, payer=payer, reason=reason
    )


def apply_sequestration(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, reason: str = "CO-253"
) -> Transfer:
    """Take off the federal payment reduction, kept apart from the contract."""
    kind = AccountKind.SEQUESTRATION
    return _adjust(
        "apply_sequestration", kind, occasion, cents, owed=owed, payer=payer, reason=reason
    )


def apply_withhold(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, reason: str = "CO-104"
) -> Transfer:
    """Move what the payer keeps back under the contract, which may come later."""
    kind = AccountKind.WITHHOLD
    return _adjust("apply_withhold", kind, occasion, cents, owed=owed, payer=payer, reason=reason)


def move_to_patient(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, reason: str = ""
) -> Transfer:
    """Make the patient owe what a payer left to them (deductible, coinsurance, copay)."""
    return enter(
        "move_to_patient",
        occasion,
        cents,
        debit=owed.account(AccountKind.AR_PATIENT),
        credit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
        reason=reason,
    )


def move_to_payer(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, next_payer: str, reason: str = ""
) -> Transfer:
    """Make the next payer owe what the one before left."""
    return enter(
        "move_to_payer",
        occasion,
        cents,
        debit=owed.account(AccountKind.AR_INSURANCE, payer=next_payer),
        credit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
        reason=reason,
    )


def receive_patient_payment(
    occasion: Occasion, cents: int, *, patient: str, receipt: str, claim: str = ""
) -> Transfer:
    """Take a patient's money, against a claim or, without one, unapplied."""
    applied = Owed(claim, patient).account(AccountKind.AR_PATIENT)
    unapplied = AccountKey(AccountKind.UNAPPLIED, patient=patient)
    return enter(
        "receive_patient_payment",
        occasion,
        cents,
        debit=_clearing("", receipt),
        credit=applied if claim else unapplied,
    )


def apply_unapplied(occasion: Occasion, cents: int, *, owed: Owed) -> Transfer:
    """Use a patient's money that lay unapplied for a claim."""
    return enter(
        "apply_unapplied",
        occasion,
        cents,
        debit=AccountKey(AccountKind.UNAPPLIED, patient=owed.patient),
        credit=owed.account(AccountKind.AR_PATIENT),
    )


def deposit(
    occasion: Occasion, cents: int, *, payer: str, remit: str, reference: str = ""
) -> Transfer:
    """Clear money that the bank confirms; ``reference`` is the account or deposit."""
    return enter(
        "deposit",
        occasion,
        cents,
        debit=AccountKey(AccountKind.BANK, reference=reference),
        credit=_clearing(payer, remit),
    )


def park_in_suspense(
    occasion: Occasion, cents: int, *, payer: str, remit: str, reference: str
) -> Transfer:
    """Hold money that belongs to no known claim, under a reference a person can follow."""
    return enter(
        "park_in_suspense",
        occasion,
        cents,
        debit=_clearing(payer, remit),
        credit=AccountKey(AccountKind.SUSPENSE, payer=payer, reference=reference),
    )


def release_from_suspense(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, reference: str
) -> Transfer:
    """Apply suspended money once a person has found its claim."""
    return enter(
        "release_from_suspense",
        occasion,
        cents,
        debit=AccountKey(AccountKind.SUSPENSE, payer=payer, reference=reference),
        credit=owed.account(AccountKind.AR_INSURANCE, payer=payer),
    )


def take_back(
    occasion: Occasion,
    cents: int,
    *,
    payer: str,
    remit: str,
    reference: str,
    reason: str = "",
    claim: str = "",
) -> Transfer:
    """Enter a recoupment (positive: the payment is lower by it) on the payer's sub-ledger.

    With ``claim`` it stands under the claim it recoups, whatever the payer's reference says.
    """
    held = AccountKey(
        AccountKind.PAYER_RECOUP,
        payer=payer,
        claim=claim,
        reference="" if claim else reference[:80],
    )
    return enter(
        "take_back",
        occasion,
        cents,
        debit=held,
        credit=_clearing(payer, remit),
        reason=reason,
    )


def book_interest(
    occasion: Occasion, cents: int, *, payer: str, remit: str, reason: str = ""
) -> Transfer:
    """Enter interest that a payer paid for being late; never part of a claim's payment."""
    return enter(
        "book_interest",
        occasion,
        cents,
        debit=_clearing(payer, remit),
        credit=AccountKey(AccountKind.INTEREST, payer=payer),
        reason=reason,
    )


def book_overpayment(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, remit: str
) -> Transfer:
    """Hold what a payer paid beyond the open amount as a credit that is theirs."""
    return enter(
        "book_overpayment",
        occasion,
        cents,
        debit=_clearing(payer, remit),
        credit=owed.account(AccountKind.REFUNDS_PAYABLE, payer=payer),
    )


def pay_refund(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str = "", reference: str = ""
) -> Transfer:
    """Give money back to a payer (or, with no payer, to the patient)."""
    return enter(
        "pay_refund",
        occasion,
        cents,
        debit=owed.account(AccountKind.REFUNDS_PAYABLE, payer=payer),
        credit=AccountKey(AccountKind.BANK, reference=reference),
    )


def write_off(
    occasion: Occasion, cents: int, *, owed: Owed, reason: str, approver: str, payer: str = ""
) -> Transfer:
    """Give up a receivable for a reason, by the name of a person who may.

    With ``payer`` the payer's receivable falls, without it the patient's.
    """
    if not (reason and approver):
        msg = "a write-off needs a reason and an approver"
        raise ValueError(msg)
    kind = AccountKind.AR_INSURANCE if payer else AccountKind.AR_PATIENT
    return enter(
        "write_off",
        occasion,
        cents,
        debit=owed.account(AccountKind.WRITE_OFF, payer=payer, reference=reason),
        credit=owed.account(kind, payer=payer),
        reason=reason,
        approver=approver,
    )
