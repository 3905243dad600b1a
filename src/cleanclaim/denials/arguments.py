"""What an appeal says, built only from what is attached to it."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from cleanclaim.denials.causes import Cause


class EvidenceKind(StrEnum):
    """What an attachment is."""

    SUPPORT = "support"  # the sentences of a note that support codes
    NOTE = "note"
    AUTHORIZATION = "authorization"
    ACKNOWLEDGEMENT = "acknowledgement"  # proof of filing
    EDIT = "edit"
    POLICY = "policy"


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One attachment: its kind, a title, where it comes from, and its text."""

    kind: EvidenceKind
    title: str
    reference: str
    text: str


class Grievance(msgspec.Struct, frozen=True):
    """What is appealed: the cause, the payer's words for it, amount, day, and the level asked."""

    cause: Cause
    reasons: str
    amount: str
    decided_on: str
    level: int
    level_name: str
    is_reopening: bool = False
    good_cause: str = ""


# What each kind of evidence shows; the number of the attachment is filled in.
_SHOWS: Mapping[EvidenceKind, str] = {
    EvidenceKind.SUPPORT: "Attachment {} quotes the sentences on which the codes rest.",
    EvidenceKind.NOTE: "Attachment {} is the signed record of the visit.",
    EvidenceKind.AUTHORIZATION: "Attachment {} names the authorization of the service.",
    EvidenceKind.ACKNOWLEDGEMENT: "Attachment {} is an acknowledgement of the claim.",
    EvidenceKind.EDIT: "Attachment {} shows how the claim was checked, and by which tables.",
    EvidenceKind.POLICY: "Attachment {} is the policy that we rely on.",
}
# What the cause of a refusal makes of the evidence that answers it.
_ANSWERS: Mapping[tuple[Cause, EvidenceKind], str] = {
    (Cause.TIMELY, EvidenceKind.ACKNOWLEDGEMENT): (
        "The claim was filed in time: the acknowledgements attached are dated and name it."
    ),
    (Cause.AUTHORIZATION, EvidenceKind.AUTHORIZATION): (
        "The service was authorized; the number stands on the claim and is attached."
    ),
    (Cause.DOCUMENTATION, EvidenceKind.NOTE): (
        "The record of the visit shows why the service was needed and that it was given."
    ),
    (Cause.CODING, EvidenceKind.EDIT): (
        "The codes were checked against the tables in force on the day of service before the"
        " claim was sent."
    ),
}


def argue(grievance: Grievance, attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Give the paragraphs of a letter; nothing is said for which nothing is attached."""
    return tuple(_paragraphs(grievance, attachments))


def _paragraphs(grievance: Grievance, attachments: Sequence[Attachment]) -> Iterator[str]:
    yield _opening(grievance)
    if grievance.good_cause:
        yield f"This comes after the usual time for a good cause: {grievance.good_cause}"
    kinds = dict.fromkeys(each.kind for each in attachments)
    answers = [
        told for kind in kinds if (told := _ANSWERS.get((grievance.cause, kind))) is not None
    ]
    if answers:
        yield " ".join(answers)
    shows = [_SHOWS[each.kind].format(number) for number, each in enumerate(attachments, 1)]
    if shows:
        yield " ".join(shows)
    yield "Please pay the services refused, or tell us in writing why you decide otherwise."


def _opening(grievance: Grievance) -> str:
    asked = (
        "We ask you to reopen"
        if grievance.is_reopening
        else f"We appeal ({grievance.level_name or f'level {grievance.level}'})"
    )
    return (
        f"{asked} your decision of {grievance.decided_on} on the claim named above, by which"
        f" {grievance.amount} was refused for the reason {grievance.reasons}."
    )
