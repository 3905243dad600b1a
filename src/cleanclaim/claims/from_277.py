"""What a payer says of claims that it was asked about (277), in its codes and in our words."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim import x12
from cleanclaim.x12.views.status import ClaimStatus as ViewedStatus
from cleanclaim.x12.views.status import view_status

GUIDE = "005010X212"


class Standing(StrEnum):
    """Where a claim stands by the category of the payer's answer, in our own words."""

    RECEIVED = "received"  # taken in or handed on, nothing decided
    PENDING = "pending"  # being worked on
    WANTS_INFORMATION = "wants_information"  # the payer waits for something from us
    PAID = "paid"  # decided, with a payment
    DENIED = "denied"  # decided, without one
    DECIDED = "decided"  # decided or revised; the remittance says how
    SENT_ON = "sent_on"  # handed to another payer
    REFUSED = "refused"  # never taken in for adjudication
    NOT_FOUND = "not_found"  # the payer knows no such claim
    CANNOT_ANSWER = "cannot_answer"  # the question or the system was at fault
    UNKNOWN = "unknown"  # a category that we do not know


# Claim status categories (code list 507): by code, then by first letter. Our own grouping.
_CATEGORIES: Mapping[str, Standing] = {
    "A0": Standing.SENT_ON,
    "A1": Standing.RECEIVED,
    "A2": Standing.RECEIVED,
    "A3": Standing.REFUSED,
    "A4": Standing.NOT_FOUND,
    "A5": Standing.RECEIVED,
    "A6": Standing.REFUSED,
    "A7": Standing.REFUSED,
    "A8": Standing.REFUSED,
    "P0": Standing.PENDING,
    "P1": Standing.PENDING,
    "P2": Standing.PENDING,
    "P3": Standing.WANTS_INFORMATION,
    "P4": Standing.WANTS_INFORMATION,
    "P5": Standing.PENDING,
    "F0": Standing.DECIDED,
    "F1": Standing.PAID,
    "F2": Standing.DENIED,
    "F3": Standing.DECIDED,
    "F3F": Standing.SENT_ON,
    "F3N": Standing.DECIDED,
    "F4": Standing.DECIDED,
    "D0": Standing.NOT_FOUND,
}
_FAMILIES: Mapping[str, Standing] = {
    "R": Standing.WANTS_INFORMATION,
    "E": Standing.CANNOT_ANSWER,
}


def standing_of(category: str) -> Standing:
    """Tell what a category means; one that we do not know stays unknown."""
    known = _CATEGORIES.get(category) or _FAMILIES.get(category[:1])
    return Standing.UNKNOWN if known is None else known


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One status of an answer: codes, the day it holds for, what was paid and by which check."""

    category: str
    code: str
    entity: str = ""
    effective_on: date | None = None
    paid_cents: int | None = None
    check_number: str = ""

    @property
    def standing(self) -> Standing:
        """Give the category's meaning."""
        return standing_of(self.category)


class StatusReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was answered to one question: its trace, the numbers, every status in order."""

    trace: str
    control_number: str
    payer_claim_number: str
    said: tuple[Said, ...]

    @property
    def standing(self) -> Standing:
        """Give the standing of the claim as a whole: unknown where the statuses disagree."""
        told = {each.standing for each in self.said}
        return told.pop() if len(told) == 1 else Standing.UNKNOWN


def read_replies(source: x12.Source) -> list[StatusReply]:
    """Read the claims that the 277s of a file answer; words about a provider are not claims'."""
    return [
        _reply(view_status(unit))
        for unit in x12.read(source)
        if isinstance(unit, x12.Unit) and unit.guide == GUIDE and unit.loop.id in _CLAIM_LEVELS
    ]


_CLAIM_LEVELS = {"2200D", "2200E"}


def _reply(status: ViewedStatus) -> StatusReply:
    said = [
        Said(
            code.category,
            code.status,
            code.entity,
            each.effective_on,
            each.paid_cents,
            each.check_number,
        )
        for each in status.statuses
        for code in each.codes
    ]
    return StatusReply(
        status.trace_number,
        status.patient_control_number,
        status.payer_claim_number,
        tuple(said),
    )
