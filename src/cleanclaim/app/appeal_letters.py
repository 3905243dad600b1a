"""The letter of an appeal: its values from the case, and the PDF of one or of many."""

from collections.abc import Mapping, Sequence
from datetime import date

from cleanclaim.app.values import address_of, latest_claim
from cleanclaim.claims.model import Claim
from cleanclaim.denials.arguments import Attachment, EvidenceKind, Grievance, argue
from cleanclaim.denials.causes import Cause
from cleanclaim.kernel.money import format_dollars
from cleanclaim.printing.typesetting import typeset
from cleanclaim.store.denials.models import DenialCase
from cleanclaim.store.organizations.models import Organization

Letter = Mapping[str, object]


def write_letter(
    case: DenialCase,
    attachments: Sequence[Attachment],
    *,
    on: date,
    is_reopening: bool = False,
    good_cause: str = "",
) -> Letter:
    """Give the values of a letter as the template takes them; they are kept with the appeal."""
    claim = latest_claim(case.claim)
    practice = Organization.objects.get(pk=case.organization_id)
    grievance = Grievance(
        Cause(case.cause),
        _reasons(case),
        format_dollars(case.denial.cents),
        _day(case.denial.denied_on),
        case.appeal_level,
        case.due_name,
        is_reopening,
        good_cause,
    )
    what = "Request to reopen claim" if is_reopening else "Appeal of claim"
    return {
        "sender": [practice.name, *_address(practice), f"NPI {practice.npi}"],
        "date": _day(on),
        "recipient": [case.payer.name, "Appeals and reconsiderations"],
        "subject": " ".join((what, case.claim.control_number)),
        "facts": _facts(case, claim),
        "paragraphs": list(argue(grievance, attachments)),
        "closing": ["Sincerely,", practice.contact_name, practice.name],
        "attachments": [
            {
                "title": each.title,
                "reference": each.reference,
                "text": each.text,
                "wire": each.kind is EvidenceKind.ACKNOWLEDGEMENT,
            }
            for each in attachments
        ],
    }


def print_letters(letters: Sequence[Letter], *, on: date) -> bytes:
    """Set letters as one accessible PDF, each with its attachments."""
    subject = str(letters[0]["subject"]) if len(letters) == 1 else f"{len(letters)} appeals"
    return typeset("appeal", {"title": subject, "language": "en", "letters": letters}, on=on)


def _facts(case: DenialCase, claim: Claim) -> list[list[str]]:
    """Give what the payer needs to find the claim; a letter is addressed to who knows it."""
    patient = case.claim.patient
    service = f"{case.code} {case.modifiers}".strip() or "the whole claim"
    rows = [
        ("Our claim number", case.claim.control_number),
        ("Your claim number", case.claim.payer_claim_number or "not known to us"),
        ("Patient", " ".join((patient.first_name, patient.last_name))),
        ("Member number", claim.subscriber.member_id),
        ("Day of service", _day(case.claim.service_on)),
        ("Service refused", service),
        ("Charged", format_dollars(case.claim.total_charge_cents)),
        ("Refused", format_dollars(case.denial.cents)),
        ("Reason given", _reasons(case)),
        ("Decision received", _day(case.received_on)),
    ]
    return [list(row) for row in rows]


def _reasons(case: DenialCase) -> str:
    return ", ".join(str(reason) for reason in case.denial.reasons if reason != "-") or "none given"


def _address(practice: Organization) -> list[str]:
    place = address_of(practice.address)
    return [place.line, f"{place.city}, {place.state} {place.postal_code[:5]}"]


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
