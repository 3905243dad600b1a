"""The evidence of an underpayment: price steps, the payer's own line, and the contract, as PDF."""

from collections.abc import Iterator

import msgspec

from cleanclaim import x12
from cleanclaim.app.access import access
from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.price import Step
from cleanclaim.printing.typesetting import typeset
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.followup.models import ExpectedPrice, Variance
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.remits.models import RemitClaimRecord

_RELATED = (
    "expected",
    "expected__contract",
    "expected__remit_claim",
    "expected__remit_claim__remit",
    "expected__remit_claim__remit__file",
    "claim",
    "payer",
)


class Evidence(msgspec.Struct, frozen=True):
    """What an underpayment rests on: steps to the price, the payer's segments, the contract.

    ``segments`` are the payment's text of the claim and the line, as received.
    """

    variance: Variance
    expected: ExpectedPrice
    steps: tuple[Step, ...]
    segments: tuple[str, ...]
    document: str


def evidence_of(variance: int, *, organization: int) -> Evidence:
    """Gather the evidence of a variance."""
    row = access(Variance, variance, organization=organization, related=_RELATED)
    expected = row.expected
    contract = expected.contract
    return Evidence(
        row,
        expected,
        msgspec.convert(expected.steps, tuple[Step, ...]),
        tuple(_segments(expected.remit_claim, expected.remit_line)),
        f"{contract.document} ({contract.source})" if contract else "",
    )


def _segments(row: RemitClaimRecord, place: int) -> Iterator[str]:
    """Quote the claim's CLP and the line's segments from the kept file."""
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    for unit in x12.read(bytes(row.remit.file.content)):
        if not isinstance(unit, x12.Unit):
            continue
        opener = unit.loop.find("CLP")
        if opener is None or not _is(opener, decision):
            continue
        yield opener.raw
        lines = unit.loop.children("2110")
        if 0 < place <= len(lines):
            yield from (segment.raw for segment in lines[place - 1].walk())
        return


def _is(opener: x12.Segment, decision: RemitClaim) -> bool:
    ours, theirs = decision.patient_control_number, decision.payer_claim_number
    return (opener.get(1), opener.get(2), opener.get(7)) == (ours, decision.status, theirs)


def print_evidence(variance: int, *, organization: int, sender: str) -> bytes:
    """Print the evidence as a letter to the payer (an accessible PDF), signed by ``sender``."""
    evidence = evidence_of(variance, organization=organization)
    practice = Organization.objects.get(pk=organization)
    remit = evidence.expected.remit_claim.remit
    values = {
        "language": "en",
        "sender": [practice.name, f"NPI {practice.npi}"],
        "date": f"Payment of {remit.paid_on:%B %-d, %Y}, trace {remit.trace_number}",
        "recipient": [evidence.variance.payer.name, "Provider payment disputes"],
        "subject": f"Payment below the contract: {evidence.expected.code}",
        "paragraphs": list(_paragraphs(evidence)),
        "table": {"header": ["Step", "Amount", "Source"], "rows": _rows(evidence)},
        "closing": ["Sincerely,", sender, practice.name],
    }
    return typeset("letter", values, on=remit.paid_on)


def _paragraphs(evidence: Evidence) -> Iterator[str]:
    expected, variance = evidence.expected, evidence.variance
    yield (
        f"On {expected.service_on:%B %-d, %Y} the service {expected.code} was given; your claim"
        f" number is {variance.claim.payer_claim_number or 'not known to us'}, ours"
        f" {variance.claim.control_number}."
    )
    yield (
        f"Our contract, {evidence.document}, pays {format_dollars(expected.cents or 0)}."
        f" You allowed {format_dollars(expected.allowed_cents)}."
        f" {format_dollars(variance.cents)} is missing. The table shows how the price comes about."
    )
    yield _CAUSES.get(variance.cause, "")
    if evidence.segments:
        yield "Your remittance says of it: " + " ".join(evidence.segments)
    yield "Please correct the payment, or tell us the term of the contract that you applied."


_CAUSES = {
    "rate": "The amount itself differs from the contract's.",
    "modifier": "The line was lowered for a modifier or for several procedures of a day.",
    "units": "Fewer units were paid than were billed.",
    "bundling": "The line was paid within another one, which the contract does not say.",
    "schedule": "The amount is that of another schedule than the one of the day of service.",
}


def _rows(evidence: Evidence) -> list[list[str]]:
    rows = [[step.what, format_dollars(step.cents), step.source] for step in evidence.steps]
    expected = evidence.expected
    return [
        *rows,
        ["Price by the contract", format_dollars(expected.cents or 0), evidence.document],
        ["Allowed", format_dollars(expected.allowed_cents), "your remittance"],
        ["Missing", format_dollars(evidence.variance.cents), ""],
    ]
