"""Proof of filing: what was sent when, and what the payer's own systems said to it."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from cleanclaim import x12
from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import reference_for
from cleanclaim.app.deadlines import Deadline, find_deadline
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.store.claims.models import ClaimFile, ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tasks.models import Task

# Our own choice of when a claim that has not left is somebody's work today.
NEAR_DAYS = 15
UNSENT = ("draft", "held", "ready", "rejected")
AT_RISK = (*UNSENT, "submitted")


class Piece(msgspec.Struct, frozen=True):
    """One kept file that speaks of a claim: when, its digest, its verdict, the segments.

    ``verdict`` is sent, accepted or refused; ``received_on`` the day of receipt as the payer
    states it (277CA), None where it does not.
    """

    kind: str
    name: str
    at: datetime
    sha256: str
    verdict: str
    segments: tuple[str, ...]
    received_on: date | None = None


class ProofOfFiling(msgspec.Struct, frozen=True):
    """Everything that proves when a payer had a claim; ``timely`` None where nobody can say.

    ``sent_on`` is the first day of sending; ``received_on`` the first on which the payer took
    the claim in (277CA), which is what limits count to.
    """

    claim: int
    deadline: Deadline
    sent_on: date | None
    received_on: date | None
    pieces: tuple[Piece, ...]

    @property
    def timely(self) -> bool | None:
        """Tell whether the payer had the claim in time."""
        if self.received_on is None or self.deadline.due_on is None:
            return None
        return self.received_on <= self.deadline.due_on


def proof_of(claim: int, *, organization: int) -> ProofOfFiling:
    """Gather the proof of filing of a claim from the files kept with it, oldest first."""
    record = access_claim(claim, organization=organization)
    rows = ClaimFile.objects.of(organization).filter(claim=record).select_related("file")
    pieces = tuple(piece for row in rows.order_by("pk") for piece in _pieces(record, row.file))
    sent = [piece.at.date() for piece in pieces if piece.verdict == "sent"]
    taken = [p for p in pieces if p.verdict == "accepted" and p.kind == "277CA"]
    received = [piece.received_on or piece.at.date() for piece in taken]
    return ProofOfFiling(
        record.pk,
        find_deadline(record, reference_for([record.payer])),
        min(sent, default=None),
        min(received, default=None),
        pieces,
    )


def _pieces(record: ClaimRecord, file: ExchangedFile) -> Iterator[Piece]:
    reader = _READERS.get(file.kind)
    if reader is None:
        return
    for verdict, segments, received_on in reader(record, file):
        yield Piece(
            file.kind,
            file.name,
            file.exchanged_at,
            file.sha256,
            verdict,
            tuple(segment.raw for segment in segments),
            received_on,
        )


_Told = tuple[str, list[x12.Segment], date | None]


def _units(file: ExchangedFile) -> Iterator[x12.Unit]:
    return (unit for unit in x12.read(bytes(file.content)) if isinstance(unit, x12.Unit))


def _sent(record: ClaimRecord, file: ExchangedFile) -> Iterator[_Told]:
    """Quote the envelope and the claim's own opening; no name and no member number."""
    for unit in _units(file):
        claim = [each for each in unit.loop.walk() if each.id == "CLM"]
        if claim and claim[0].get(1) == record.control_number:
            yield "sent", [unit.interchange, unit.group, unit.transaction, claim[0]], None


def _read_file_answer(record: ClaimRecord, file: ExchangedFile) -> Iterator[_Told]:
    """Quote what a 999 says of the transaction that carried the claim."""
    numbers = _control_numbers(record)
    for unit in _units(file):
        group = unit.ancestors[0].find("AK1")
        verdict = unit.loop.find("IK5")
        if group is None or verdict is None or group.get(2) not in numbers:
            continue
        said = [unit.interchange, group, unit.loop.find("AK2"), verdict]
        told = "accepted" if verdict.get(1) in {"A", "E"} else "refused"
        yield told, [each for each in said if each is not None], None


def _read_interchange_answer(record: ClaimRecord, file: ExchangedFile) -> Iterator[_Told]:
    numbers = _control_numbers(record)
    for segment in x12.tokenize(bytes(file.content)):
        if segment.id == "TA1" and segment.get(1).lstrip("0") in numbers:
            told = "refused" if segment.get(4) == "R" else "accepted"
            yield told, [segment], None


def _read_claim_answer(record: ClaimRecord, file: ExchangedFile) -> Iterator[_Told]:
    """Quote what a 277CA says of the claim, and the day on which the payer received it."""
    for unit in _units(file):
        trace = unit.loop.find("TRN", "2")
        if unit.loop.id != "2200D" or trace is None or trace.get(2) != record.control_number:
            continue
        wanted = {"TRN", "STC", "REF", "DTP"}
        said = [each for each in unit.loop.walk() if each.id in wanted]
        top = unit.ancestor("2000A")
        batch = top.child("2200A") if top else None
        dated = batch.find("DTP", "050") if batch else None
        accepted = all(_takes_in(each) for each in said if each.id == "STC")
        told = "accepted" if accepted else "refused"
        yield told, [*([dated] if dated else []), *said], _day(dated)


def _takes_in(status: x12.Segment) -> bool:
    return status.components(1)[0] in {"A1", "A2"}


def _day(dated: x12.Segment | None) -> date | None:
    try:
        return date.fromisoformat(dated.get(3)[:8]) if dated else None
    except ValueError:
        return None


_READERS = {
    "837P": _sent,
    "999": _read_file_answer,
    "TA1": _read_interchange_answer,
    "277CA": _read_claim_answer,
}


def _control_numbers(record: ClaimRecord) -> set[str]:
    """Give the control numbers of the files in which the claim was sent."""
    rows = ClaimFile.objects.of(record.organization_id).filter(claim=record, file__direction="out")
    return {str(number) for number in rows.values_list("file__control_number", flat=True)}


def sweep_filing(*, organization: int, actor: Actor, at: datetime) -> int:
    """Open a task for each claim that the payer does not have and whose time runs out.

    Give how many there are; those that left, or ended, lose their task.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = ClaimRecord.objects.of(organization).filter(state__in=AT_RISK)
        claims = list(rows.select_related("payer", "patient").order_by("pk"))
        near = [claim for claim in claims if _is_near(claim, work.today)]
        for claim in near:
            _warn(work, claim)
        _end_warnings(work, {claim.pk for claim in near})
    return len(near)


def _is_near(claim: ClaimRecord, today: date) -> bool:
    return claim.filing_due_on is not None and (claim.filing_due_on - today).days <= NEAR_DAYS


def _warn(work: UnitOfWork, claim: ClaimRecord) -> None:
    past = claim.filing_due_on is not None and claim.filing_due_on < work.today
    open_task(
        work,
        f"filing:{claim.pk}",
        kind="timely",
        title="The filing limit has passed" if past else "The filing limit is near",
        next_step=(
            "Send it with the proof of filing, or have it closed by who may"
            if past
            else "See what keeps the claim, mend it, and send it"
        ),
        claim=claim,
        value_cents=claim.total_charge_cents,
        due_on=claim.filing_due_on,
    )


def _end_warnings(work: UnitOfWork, near: set[int]) -> None:
    rows = Task.objects.of(work.organization).filter(kind="timely", closed_at__isnull=True)
    done = rows.filter(key__startswith="filing:").exclude(claim__in=near)
    close_tasks(work, *done.values_list("key", flat=True), outcome="the claim has left or ended")
