"""The payer's front desk: which claims it takes in, and how it says so (277CA)."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.claims.model import Claim, Frequency
from cleanclaim.claims.parties import Provider
from cleanclaim.kernel.findings import Finding, blocks
from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.payers.sandbox.profile import PayerProfile
from cleanclaim.payers.sandbox.state import State
from cleanclaim.payers.sandbox.wording import day_text, plain, said
from cleanclaim.x12 import Batch, ClaimStatus, Loop, Named, claim_acknowledgement

GUIDE = "005010X214"


class Status(msgspec.Struct, frozen=True):
    """A claim status: category (A2 accepted, A3 to A8 rejected), code, and entity (STC01)."""

    category: str
    code: str
    entity: str = ""

    @property
    def accepted(self) -> bool:
        """Tell whether the claim goes on to adjudication."""
        return self.category == "A2"


class Answer(msgspec.Struct, frozen=True):
    """What the front desk says to one claim; no payer claim number where it was refused."""

    claim: Claim
    status: Status
    payer_claim_number: str = ""


class Submission(msgspec.Struct, frozen=True):
    """The header of a received batch: who submitted it and under which reference (BHT03)."""

    submitter: str
    submitter_id: str
    reference: str


ACCEPTED = Status("A2", "20")


def examine(
    claim: Claim, findings: Sequence[Finding], profile: PayerProfile, state: State
) -> Status:
    """Give the first reason to refuse the claim, or acceptance.

    Status codes are those of the claim status lists (categories A2 to A8; 21 unreadable, 116
    wrong payer, 33 member not found, 562 NPI, 25 provider not known, 255 diagnosis, 464 number).
    """
    if claim.payer.identifier not in (profile.identifier, *profile.other_identifiers):
        return Status("A3", "116")
    known_member = profile.find_member(claim.subscriber.member_id) is not None
    if not known_member and not profile.admits_everyone:
        return Status("A3", "33", "IL")
    if (refusal := _examine_billing(claim.billing, profile)) is not None:
        return refusal
    if not claim.diagnoses:
        return Status("A6", "255")
    number = _examine_number(claim, state)
    return Status("A7", "21") if number.accepted and blocks(findings) else number


def write_acknowledgement(
    submission: Submission, answers: Sequence[Answer], profile: PayerProfile, at: datetime
) -> Loop:
    """Give the body of a 277CA: the batch, then each claim under its billing provider."""
    day = at.date()
    batch = Batch(
        reference=said(submission.reference, 50),
        created_at=at,
        source=Named(said(profile.name), plain(profile.identifier, 80), "PI"),
        receiver=Named(said(submission.submitter), said(submission.submitter_id)),
        source_trace=f"R{day_text(day)}{said(submission.reference, 40)}",
        receiver_trace=said(submission.reference, 50),
        received_on=day,
        processed_on=day,
    )
    return claim_acknowledgement(batch, [_status_of(answer, day) for answer in answers])


def _examine_billing(billing: Provider, profile: PayerProfile) -> Status | None:
    if not is_npi(billing.npi):
        return Status("A7", "562", "85")
    if profile.known_billing and billing.npi not in profile.known_billing:
        return Status("A3", "25", "85")
    return None


def _examine_number(claim: Claim, state: State) -> Status:
    """A replacement or void must name a claim number that stands."""
    if claim.frequency not in {Frequency.REPLACEMENT, Frequency.VOID}:
        return ACCEPTED
    if not claim.payer_claim_number:
        return Status("A6", "464")
    return ACCEPTED if state.knows(claim.payer_claim_number) else Status("A7", "464")


def _status_of(answer: Answer, day: date) -> ClaimStatus:
    """Answer one claim under its own number; one without a day is dated by its receipt."""
    claim, status = answer.claim, answer.status
    starts_on = claim.service_starts_on or day
    name, member_id = claim.patient.name, plain(claim.subscriber.member_id, 80)
    return ClaimStatus(
        control_number=said(claim.patient_control_number, 50),
        category=status.category,
        status=status.code,
        accepted=status.accepted,
        charge_cents=claim.total_charge_cents,
        provider=_biller(claim.billing),
        patient=Named(said(name.last), member_id, "MI", plain(name.first, 35)),
        service_starts_on=starts_on,
        service_ends_on=claim.service_ends_on or starts_on,
        entity=status.entity,
        payer_claim_number=answer.payer_claim_number,
    )


def _biller(billing: Provider) -> Named:
    """Name the billing provider by NPI, or by tax id where the claim gave no true NPI."""
    first = plain(billing.person.first, 35) if billing.person else ""
    name = said(billing.person.last if billing.person else billing.organization)
    if is_npi(billing.npi):
        return Named(name, billing.npi, "XX", first)
    return Named(name, said(billing.tax_id), "FI", first)
