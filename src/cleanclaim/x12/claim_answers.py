"""Answer received claims: what a claim acknowledgement (277CA) says of each, spooled to disk."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

import msgspec

from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.x12.checks.amounts import cents
from cleanclaim.x12.claim_acknowledgement import (
    Batch,
    ClaimStatus,
    Named,
    Totals,
    acknowledgement_segments,
)
from cleanclaim.x12.events import TransactionEnd, Unit
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.segments import Loop, Segment

_LENGTH_BYTES = 4
Status = tuple[str, str, str]  # category, status, entity
# Accepted for processing, as the first who receives a claim can say it.
_ACCEPTED: Status = ("A1", "20", "")
# A finding without a status of its own: missing or invalid information.
_INVALID: Status = ("A7", "21", "")
_STATUSES_MAX = 3
_SERVICE = ("472", "434")
_DAY = re.compile(r"\d{8}", re.ASCII)
_NOBODY = Segment("NM1")


class ReceivedClaims(msgspec.Struct):
    """What a 277CA needs of the claims of one transaction besides the claims themselves."""

    starts_at: int  # in the spool
    count: int = 0
    totals: Totals = msgspec.field(default_factory=Totals)
    reference: str = ""
    submitter: Named = Named("", "")
    receiver: Named = Named("", "")
    is_payer: bool = False
    refused: tuple[Status, ...] = ()  # why no claim of the transaction is accepted


class ClaimSpool:
    """The statuses of the claims of an interchange, kept in a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(ClaimStatus)
        self.characters: set[str] = set()  # that occur in what is told of claims

    def clear(self) -> None:
        """Forget the claims of an interchange that was answered."""
        self._file.seek(0)
        self._file.truncate()
        self.characters.clear()

    def start(self) -> ReceivedClaims:
        """Begin a transaction."""
        return ReceivedClaims(self._file.tell())

    def add(self, unit: Unit, received: ReceivedClaims, today: date) -> None:
        """Take one claim with what was found in it and around it."""
        if not received.count:
            _introduce(unit, received)
        status = _status(unit, today)
        received.count += 1
        received.totals.add(status.charge_cents, accepted=status.accepted)
        self.characters.update(*_texts(status), received.reference, received.submitter.name)
        self.characters.update(received.receiver.name, received.submitter.identifier)
        self.characters.update(received.receiver.identifier, received.submitter.first)
        packed = self._encoder.encode(status)
        self._file.write(len(packed).to_bytes(_LENGTH_BYTES, "big") + packed)

    def segments(self, received: ReceivedClaims, batch: Batch) -> Iterator[Segment]:
        """Give the segments of the 277CA of one transaction."""
        totals, claims = received.totals, self._claims(received)
        if received.refused:
            both = totals.accepted_cents + totals.rejected_cents
            totals = Totals(0, 0, received.count, both)
            claims = (_refused(claim, received.refused) for claim in claims)
        yield from acknowledgement_segments(batch, totals, claims)

    def _claims(self, received: ReceivedClaims) -> Iterator[ClaimStatus]:
        self._file.seek(received.starts_at)
        for _ in range(received.count):
            length = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
            yield self._decoder.decode(self._file.read(length))


def refusals_of(end: TransactionEnd) -> tuple[Status, ...]:
    """Give why no claim of a transaction can be accepted: what its header breaks.

    Findings of levels between the header and the claims are told by each claim below them.
    """
    header = {segment.position for segment in end.header.walk()}
    return _statuses(each for each in end.findings if each.segment in header)


def batch_of(
    received: ReceivedClaims, reference: str, received_on: date, created_at: datetime
) -> Batch:
    """Give what the acknowledgement as a whole says; ``reference`` is ours."""
    return Batch(
        reference=reference,
        created_at=created_at,
        source=received.receiver,
        receiver=received.submitter,
        source_trace=reference,
        receiver_trace=received.reference,
        received_on=received_on,
        processed_on=created_at.date(),
        source_role="PR" if received.is_payer else "AY",
    )


def _introduce(unit: Unit, received: ReceivedClaims) -> None:
    """Take from the header who sent the claims to whom; the payer may be the one."""
    header = unit.ancestors[0]
    bht = header.find("BHT")
    received.reference = bht.get(3) if bht else ""
    received.submitter = _named(_name_in(header.child("1000A")))
    received.receiver = _named(_name_in(header.child("1000B")))
    payer = _name_in(_above(unit, "2000B", "2010BB"))
    received.is_payer = payer.get(9) == received.receiver.identifier


def _status(unit: Unit, today: date) -> ClaimStatus:
    claim = unit.loop.find("CLM") or Segment("CLM")
    statuses = _statuses(unit.findings)
    category, status, entity = statuses[0] if statuses else _ACCEPTED
    starts_on, ends_on = _service_dates(unit, today)
    trace = unit.loop.find("REF", "D9")
    return ClaimStatus(
        control_number=claim.get(1),
        category=category,
        status=status,
        accepted=not statuses,
        charge_cents=cents(claim, 2) or 0,
        provider=_provider(unit),
        patient=_patient(unit),
        service_starts_on=starts_on,
        service_ends_on=ends_on,
        entity=entity,
        clearinghouse_number=trace.get(2) if trace else "",
        bill_type=claim.get(5, 1) + claim.get(5, 3) if claim.get(5, 2) == "A" else "",
        further=statuses[1:],
    )


def _statuses(findings: Iterable[X12Finding]) -> tuple[Status, ...]:
    """Give the statuses that reject a claim; types 1 and 2 are for the 999 to report."""
    blocking = (each for each in findings if each.type > 2 and each.severity is Severity.BLOCK)
    return tuple(dict.fromkeys(map(_status_of, blocking)))[:_STATUSES_MAX]


def _status_of(finding: X12Finding) -> Status:
    level, *parts = finding.code.split(":")
    if level != "STC" or len(parts) < 2:
        return _INVALID
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _refused(claim: ClaimStatus, statuses: tuple[Status, ...]) -> ClaimStatus:
    first = () if claim.accepted else ((claim.category, claim.status, claim.entity),)
    kept = tuple(dict.fromkeys((*first, *claim.further, *statuses)))[:_STATUSES_MAX]
    category, status, entity = kept[0]
    return msgspec.structs.replace(
        claim, accepted=False, category=category, status=status, entity=entity, further=kept[1:]
    )


def _provider(unit: Unit) -> Named:
    """Give the billing provider by NPI, or by its tax number where the NPI is none."""
    loop = _above(unit, "2000A", "2010AA")
    name = _name_in(loop)
    first = name.get(4) if name.get(2) == "1" else ""
    if name.get(8) == "XX" and is_npi(name.get(9)):
        return Named(name.get(3), name.get(9), "XX", first)
    tax = (loop.find("REF", "EI", "SY") if loop else None) or Segment("REF")
    return Named(name.get(3), tax.get(2) or name.get(9), "FI", first)


def _patient(unit: Unit) -> Named:
    """Give the patient: the dependant, or else the subscriber."""
    name = _name_in(_above(unit, "2000C", "2010CA") or _above(unit, "2000B", "2010BA"))
    qualifier = name.get(8) if name.get(8) in ("MI", "II") else ""
    return Named(name.get(3), name.get(9) if qualifier else "", qualifier, name.get(4))


def _above(unit: Unit, level: str, party: str) -> Loop | None:
    around = unit.ancestor(level)
    return around.child(party) if around else None


def _name_in(loop: Loop | None) -> Segment:
    return (loop.find("NM1") if loop else None) or _NOBODY


def _named(name: Segment) -> Named:
    return Named(name.get(3), name.get(9), name.get(8), name.get(4) if name.get(2) == "1" else "")


def _service_dates(unit: Unit, today: date) -> tuple[date, date]:
    """Give the first and the last day of service, today where the claim tells none."""
    days = [
        day
        for segment in unit.loop.walk()
        if segment.id == "DTP" and segment.get(1) in _SERVICE
        for text in segment.get(3).split("-")
        if (day := _date(text)) is not None
    ]
    return min(days, default=today), max(days, default=today)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:8]) if _DAY.match(text) else None
    except ValueError:
        return None


def _texts(status: ClaimStatus) -> tuple[str, ...]:
    """Give what was received and is told again."""
    provider, patient = status.provider, status.patient
    return (
        status.control_number,
        status.clearinghouse_number,
        status.bill_type,
        *(provider.name, provider.identifier, provider.first),
        *(patient.name, patient.identifier, patient.first),
    )
