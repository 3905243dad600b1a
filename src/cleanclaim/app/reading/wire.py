"""The X12 text beside the plain reading: what was sent, or what would be sent now."""

from datetime import datetime

import msgspec

from cleanclaim import x12
from cleanclaim.app.access import access, access_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.app.verifying import envelope
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.claims.models import ClaimFile, ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.organizations.models import Organization

_SEGMENTS_MAX = 2000

# Our own short words for what a segment tells.
WORDS = {
    "ISA": "interchange", "IEA": "end of interchange", "GS": "group", "GE": "end of group",
    "ST": "transaction", "SE": "end of transaction", "BHT": "purpose", "HL": "level",
    "NM1": "name", "N1": "party", "N2": "more name", "N3": "street", "N4": "city",
    "PER": "contact", "PRV": "specialty", "REF": "number", "SBR": "coverage", "PAT": "patient",
    "DMG": "birth and sex", "CLM": "claim", "DTP": "date", "DTM": "date", "PWK": "attachment",
    "AMT": "amount", "HI": "diagnoses", "LX": "line", "SV1": "service", "SVD": "paid before",
    "CAS": "adjustment", "QTY": "quantity", "NTE": "note", "LIN": "drug", "CTP": "drug quantity",
    "OI": "other coverage", "MOA": "outpatient remarks", "MIA": "inpatient remarks",
    "BPR": "payment", "TRN": "trace", "CLP": "claim decided", "SVC": "service decided",
    "PLB": "provider level", "LQ": "remark", "TS3": "provider summary", "CUR": "currency",
    "CRC": "condition", "CR1": "ambulance", "RDM": "delivery",
}  # fmt: skip


class WireSegment(msgspec.Struct, frozen=True):
    """One segment: its name, what it tells, and its elements as they stand."""

    name: str
    word: str
    rest: str


class WireText(msgspec.Struct, frozen=True):
    """Segments with where they come from; ``findings`` where they cannot be written."""

    origin: str
    segments: tuple[WireSegment, ...]
    findings: tuple[Finding, ...] = ()
    cut: bool = False


def split_segments(text: str) -> tuple[WireSegment, ...]:
    """Split X12 text at the terminator that its ISA names (the 106th character)."""
    start = text.find("ISA")
    if start < 0 or len(text) < start + 106:
        return ()
    separator, terminator = text[start + 3], text[start + 105]
    found = []
    for segment in text[start:].split(terminator):
        stripped = segment.strip("\r\n ")
        if stripped:
            name, _, rest = stripped.partition(separator)
            found.append(WireSegment(name, WORDS.get(name, ""), separator + rest if rest else ""))
    return tuple(found)


def claim_segments(
    segments: tuple[WireSegment, ...], control_number: str
) -> tuple[WireSegment, ...]:
    """Keep the loops of one claim: its subscriber (and patient) levels and the claim itself."""
    at = _find_claim(segments, control_number)
    if at is None:
        return ()
    start = at
    while start > 0 and segments[start - 1].name not in {"SE", "CLM", "LX", "SV1"}:
        start -= 1
        if segments[start].name == "HL" and "*22*" in segments[start].rest + "*":
            break
    end = at + 1
    while end < len(segments) and segments[end].name not in {"CLM", "HL", "SE"}:
        end += 1
    return segments[start:end]


def _find_claim(segments: tuple[WireSegment, ...], control_number: str) -> int | None:
    for index, segment in enumerate(segments):
        if segment.name == "CLM" and segment.rest[1:].split(segment.rest[0])[0] == control_number:
            return index
    return None


def read_claim_wire(organization: int, claim: int, at: datetime) -> WireText:
    """Give the claim's segments from the file that last carried it, else as they would be sent."""
    record = access_claim(claim, organization=organization)
    links = ClaimFile.objects.of(organization).filter(
        claim=record, file__direction="out", version_number=record.version_number
    )
    link = links.select_related("file").order_by("-pk").first()
    if link is None:
        return _preview(organization, record, at)
    text = bytes(link.file.content).decode("latin-1")
    segments = claim_segments(split_segments(text), record.control_number)
    return WireText(f"as sent in {link.file.name}", segments)


def _preview(organization: int, record: ClaimRecord, at: datetime) -> WireText:
    practice = Organization.objects.get(pk=organization)
    sender = Submitter(
        practice.name, practice.tax_id, practice.contact_name, practice.contact_phone
    )
    receiver = Receiver(record.payer.name, record.payer.identifier)
    claim = latest_claim(record)
    body = transaction(
        [claim], submitter=sender, receiver=receiver, reference="000000001", created_at=at
    )
    try:
        text = x12.write(envelope(practice, record.payer.identifier, 1, at), GUIDE, [body])
    except x12.UnwritableError as error:
        findings = tuple(found.as_finding() for found in error.findings)
        return WireText("cannot be written yet", (), findings)
    segments = claim_segments(split_segments(text), claim.patient_control_number)
    return WireText("as it would be sent now", segments)


def read_file_wire(organization: int, file: int) -> WireText:
    """Give the segments of an exchanged file, its first 2,000."""
    row = access(ExchangedFile, file, organization=organization)
    segments = split_segments(bytes(row.content).decode("latin-1"))
    cut = len(segments) > _SEGMENTS_MAX
    return WireText(f"as received in {row.name}", segments[:_SEGMENTS_MAX], cut=cut)
