"""Build a claim acknowledgement (277CA, X214): one status for each claim received."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12.segments import Loop, Segment, Value, loop, segment


class Named(msgspec.Struct, frozen=True):
    """A party as NM1 names it; ``first`` is filled for a person only."""

    name: str
    identifier: str
    qualifier: str = "46"
    first: str = ""


class Batch(msgspec.Struct, frozen=True):
    """What the acknowledgement as a whole says.

    ``source`` answers (``source_role`` PR payer, AY clearinghouse), ``receiver`` sent the
    claims; ``source_trace`` is ours, ``receiver_trace`` the sender's batch number (BHT03 of
    the 837).
    """

    reference: str
    created_at: datetime
    source: Named
    receiver: Named
    source_trace: str
    receiver_trace: str
    received_on: date
    processed_on: date
    source_role: str = "PR"


class ClaimStatus(msgspec.Struct, frozen=True):
    """What became of one claim: category and status codes, charge in cents.

    ``control_number`` is the sender's (CLM01), ``payer_claim_number`` ours once accepted;
    ``entity`` says whom the status is about (85 billing provider, IL subscriber, ...).
    ``further`` holds up to two more (category, status, entity). ``bill_type`` is told of
    institutional claims.
    """

    control_number: str
    category: str
    status: str
    accepted: bool
    charge_cents: int
    provider: Named
    patient: Named
    service_starts_on: date
    service_ends_on: date
    entity: str = ""
    payer_claim_number: str = ""
    clearinghouse_number: str = ""
    bill_type: str = ""
    further: tuple[tuple[str, str, str], ...] = ()
    text: str = ""


class Totals(msgspec.Struct):
    """How many claims were accepted and rejected, and their charges in cents."""

    accepted: int = 0
    accepted_cents: int = 0
    rejected: int = 0
    rejected_cents: int = 0

    def add(self, charge_cents: int, *, accepted: bool) -> None:
        """Count one more claim."""
        if accepted:
            self.accepted += 1
            self.accepted_cents += charge_cents
        else:
            self.rejected += 1
            self.rejected_cents += charge_cents


def claim_acknowledgement(batch: Batch, claims: Sequence[ClaimStatus]) -> Loop:
    """Build the body, its claims grouped by provider in order of appearance."""
    by_provider: dict[Named, list[ClaimStatus]] = {}
    totals = Totals()
    for claim in claims:
        by_provider.setdefault(claim.provider, []).append(claim)
        totals.add(claim.charge_cents, accepted=claim.accepted)
    body = _beginning(batch, totals)
    receiver = body.loops[0].loops[-1]
    for provider, own in by_provider.items():
        level = _provider(provider)
        level.loops += [_claim(batch, claim) for claim in own]
        receiver.loops.append(level)
    return body


def acknowledgement_segments(
    batch: Batch, totals: Totals, claims: Iterable[ClaimStatus]
) -> Iterator[Segment]:
    """Give the segments of the body one by one, claims in their order, for any number of them.

    A provider's level is begun anew where the provider of the claims changes.
    """
    yield from _beginning(batch, totals).walk()
    provider: Named | None = None
    for claim in claims:
        if claim.provider != provider:
            provider = claim.provider
            yield from _provider(provider).walk()
        yield from _claim(batch, claim).walk()


def _beginning(batch: Batch, totals: Totals) -> Loop:
    """Everything before the first provider."""
    when = (f"{batch.created_at:%Y%m%d}", f"{batch.created_at:%H%M}")
    return loop(
        "ST",
        segment("ST", "277", "", "005010X214"),
        segment("BHT", "0085", "08", batch.reference, *when, "TH"),
        loop(
            "2000A",
            segment("HL", "", "", "20"),
            loop("2100A", _name(batch.source_role, batch.source)),
            loop(
                "2200A",
                segment("TRN", "1", batch.source_trace),
                segment("DTP", "050", "D8", _day(batch.received_on)),
                segment("DTP", "009", "D8", _day(batch.processed_on)),
            ),
            _receiver(batch, totals),
        ),
    )


def _receiver(batch: Batch, totals: Totals) -> Loop:
    """The level of the sender: how many claims and how much were accepted and rejected."""
    return loop(
        "2000B",
        segment("HL", "", "", "21"),
        loop("2100B", _name("41", batch.receiver)),
        loop(
            "2200B",
            segment("TRN", "2", batch.receiver_trace),
            segment(
                "STC",
                ("A1", "19", batch.source_role),
                _day(batch.processed_on),
                "WQ" if totals.accepted or not totals.rejected else "U",
                format_decimal(totals.accepted_cents + totals.rejected_cents),
            ),
            *_totals(totals),
        ),
    )


def _totals(totals: Totals) -> Iterator[Segment]:
    """QTY and AMT of what was accepted and of what was rejected, where there was any."""
    if totals.accepted:
        yield segment("QTY", "90", str(totals.accepted))
    if totals.rejected:
        yield segment("QTY", "AA", str(totals.rejected))
    if totals.accepted:
        yield segment("AMT", "YU", format_decimal(totals.accepted_cents))
    if totals.rejected:
        yield segment("AMT", "YY", format_decimal(totals.rejected_cents))


def _provider(provider: Named) -> Loop:
    return loop("2000C", segment("HL", "", "", "19"), loop("2100C", _name("85", provider)))


def _claim(batch: Batch, claim: ClaimStatus) -> Loop:
    return loop(
        "2000D",
        segment("HL", "", "", "PT"),
        loop("2100D", _name("QC", claim.patient)),
        loop(
            "2200D",
            segment("TRN", "2", claim.control_number),
            _status(batch, claim),
            _reference("1K", claim.payer_claim_number),
            _reference("D9", claim.clearinghouse_number),
            _reference("BLT", claim.bill_type),
            segment("DTP", "472", *_period(claim.service_starts_on, claim.service_ends_on)),
        ),
    )


def _status(batch: Batch, claim: ClaimStatus) -> Segment:
    """STC: the composite status, when, accepted (WQ) or not (U), the charge, further statuses."""
    more: list[Value] = list(claim.further[:2])
    more += [""] * (2 - len(more))
    gap = ("", "", "", "", "")
    return segment(
        "STC",
        (claim.category, claim.status, claim.entity),
        _day(batch.processed_on),
        "WQ" if claim.accepted else "U",
        format_decimal(claim.charge_cents),
        *gap,
        *more,
        claim.text,
    )


def _name(role: str, party: Named) -> Segment:
    kind = "1" if party.first or role == "QC" else "2"
    qualifier = party.qualifier if party.identifier else ""
    return segment(
        "NM1", role, kind, party.name, party.first, "", "", "", qualifier, party.identifier
    )


def _reference(qualifier: str, value: str) -> Segment | None:
    return segment("REF", qualifier, value) if value else None


def _period(starts_on: date, ends_on: date) -> tuple[str, str]:
    if starts_on == ends_on:
        return "D8", _day(starts_on)
    return "RD8", f"{_day(starts_on)}-{_day(ends_on)}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
