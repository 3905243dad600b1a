"""Why a decision about a patient's money is not carried out, in words for whoever asked."""

from enum import StrEnum

from cleanclaim.kernel.errors import CleanclaimError


class Refusal(StrEnum):
    """The reasons, as they are told."""

    DISPUTE_ABOUT = "say what it is about"
    ANSWERED = "it is answered already"
    DISPUTE_OUTCOME = "say how it ended"
    NEEDS_MEMBER = "a member of the practice decides this"
    NEEDS_SECOND = "a second person approves an amount like this"
    HOUSEHOLD = "a household has a person and an income of zero or more"
    DISCOUNT = "a discount is between nothing and all"
    DECIDED = "it is decided already"
    AGENCY = "name the agency"
    NOT_PROPOSED = "it is not proposed"
    NOT_PLACED = "it is not placed"
    NO_CREDIT = "the payer has no credit on this claim"
    CLOCK = "the clock of this refund cannot be stopped or started now"
    MORE_THAN_HELD = "the amount is more than is held, or no reason is given"
    OTHER_CARD = "the card payment is another's, or smaller"
    NOT_REFUSABLE = "only a patient's refund that is not sent can be refused"
    NO_REFERENCE = "give the number of the check or transfer"
    BY_CARD = "this refund goes back to the card that paid"
    NOT_APPROVED = "it is not approved"
    TAKEN_BACK = "the payer has taken part of it back meanwhile"
    NOT_UNCLAIMED = "the state's days are not over, or nobody has entered them"
    PLAN_PAST = "its first day is past"
    PLAN_EXISTS = "there is one already"
    MAIL_RETURNED = "mail to the patient came back"
    NOTHING_DUE = "nothing is due"
    NO_REASON = "a person who releases it gives a reason"
    TERM = "kind, value and source of a term"
    WAY = "language and way"
    NO_EMAIL = "the way, for no e-mail address is given"
    IS_DISPUTED = "the patient disputes it"
    HAS_PLAN = "the patient has a payment plan"
    ASKS_HELP = "an application for help is not decided"
    TOO_FEW_NOTICES = "too few statements were sent"
    TOO_EARLY = "too few days have passed since the first statement"


class NotAllowedError(CleanclaimError):
    """The decision is not this person's, not now, or not about this amount."""

    code = "decision.refused"

    def __init__(self, why: Refusal) -> None:
        super().__init__(f"this was not done: {why}")
