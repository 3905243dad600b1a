"""The payer's front desk: which claims it takes in, and how it says so (277CA)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cleanclaim.claims.model import Claim, Frequency
from cleanclaim.claims.parties import Provider
from cleanclaim.kernel.findings import Finding, blocks
from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.kernel.money import format_decimal
from cleanclaim.payers.sandbox.profile import PayerProfile
from cleanclaim.payers.sandbox.state import State
from cleanclaim.payers.sandbox.wording import (
    day_text,
    organization_name,
    period,
    person_name,
    provider_name,
    said,
)
from cleanclaim.x12 import Loop, Segment, loop, segment

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
    billing: dict[str, list[Answer]] = {}
    for answer in answers:
        billing.setdefault(answer.claim.billing.npi, []).append(answer)
    providers = [_write_provider(of_one, at) for of_one in billing.values()]
    day, time = day_text(at.date()), f"{at:%H%M%S}"
    batch = loop(
        "2000B",
        segment("HL", "", "", "21"),
        loop(
            "2100B",
            organization_name("41", submission.submitter, "46", said(submission.submitter_id)),
        ),
        _write_totals(submission, answers, at),
        *providers,
    )
    source = loop(
        "2000A",
        segment("HL", "", "", "20"),
        loop("2100A", organization_name("PR", profile.name, "PI", profile.identifier)),
        loop(
            "2200A",
            segment("TRN", "1", f"R{day}{said(submission.reference, 40)}"),
            segment("DTP", "050", "D8", day),
            segment("DTP", "009", "D8", day),
        ),
        batch,
    )
    opening = segment("BHT", "0085", "08", said(submission.reference, 50), day, time, "TH")
    return loop("ST", segment("ST", "277", "", GUIDE), opening, source)


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


def _write_totals(submission: Submission, answers: Sequence[Answer], at: datetime) -> Loop:
    """State the batch as received, with counts and charges taken in and refused (2200B)."""
    taken = [a.claim.total_charge_cents for a in answers if a.status.accepted]
    refused = [a.claim.total_charge_cents for a in answers if not a.status.accepted]
    total = format_decimal(sum(taken) + sum(refused))
    day = day_text(at.date())
    return loop(
        "2200B",
        segment("TRN", "2", said(submission.reference, 50)),
        segment("STC", ("A1", "19", "PR"), day, "WQ", total),
        segment("QTY", "90", str(len(taken))) if taken else None,
        segment("QTY", "AA", str(len(refused))) if refused else None,
        segment("AMT", "YU", format_decimal(sum(taken))) if taken else None,
        segment("AMT", "YY", format_decimal(sum(refused))) if refused else None,
    )


def _write_provider(answers: Sequence[Answer], at: datetime) -> Loop:
    billing = answers[0].claim.billing
    patients = [_write_patient(answer, at) for answer in answers]
    name = loop("2100C", _billing_name(billing))
    return loop("2000C", segment("HL", "", "", "19"), name, *patients)


def _billing_name(billing: Provider) -> Segment:
    """Name the billing provider by NPI, or by tax id where the claim gave no true NPI."""
    if is_npi(billing.npi):
        return provider_name("85", billing)
    return organization_name("85", billing.display_name, "FI", said(billing.tax_id))


def _write_patient(answer: Answer, at: datetime) -> Loop:
    """Answer one claim under its own number, with the payer's where it was taken in (2200D)."""
    claim, status = answer.claim, answer.status
    number = answer.payer_claim_number
    patient = person_name("QC", claim.patient.name, "MI", claim.subscriber.member_id)
    return loop(
        "2000D",
        segment("HL", "", "", "PT"),
        loop("2100D", patient),
        loop(
            "2200D",
            segment("TRN", "2", said(claim.patient_control_number, 50)),
            segment(
                "STC",
                (status.category, status.code, status.entity),
                day_text(at.date()),
                "WQ" if status.accepted else "U",
                format_decimal(claim.total_charge_cents),
            ),
            segment("REF", "1K", number) if number else None,
            _service_period(claim, at),
        ),
    )


def _service_period(claim: Claim, at: datetime) -> Segment:
    """State the days of service; a claim without any is dated by its receipt, as one must be."""
    starts_on = claim.service_starts_on or at.date()
    return period("472", starts_on, claim.service_ends_on)
