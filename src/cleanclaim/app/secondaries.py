"""The next payers: billed by themselves after a decision, unless the payer sent the claim on."""

from datetime import datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef

from cleanclaim.app.access import access_claim
from cleanclaim.app.booking import balance
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.collecting import bill_next_payer, last_decision
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.pacing import usual_pace
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.tasking import open_task
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimEvent, ClaimState
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import Crossover
from cleanclaim.store.patients.models import Coverage, Verification
from cleanclaim.store.remits.models import RemitClaimRecord

_DECIDED = ("paid", "partly_paid")
_SENT_ON = frozenset({"19", "20", "21"})  # CLP02: processed and forwarded


class Followed(msgspec.Struct, frozen=True):
    """How many claims went on: ready for the next payer, held, or sent on by the payer."""

    ready: int = 0
    held: int = 0
    crossed: int = 0


class NoCrossoverError(CleanclaimError):
    """The claim is not one that a payer sent on and whose decision is still awaited."""

    code = "claim.no_crossover"

    def __init__(self) -> None:
        super().__init__("no payer has sent this claim on, or it was decided meanwhile")


def bill_next_payers(*, organization: int, actor: Actor, at: datetime) -> Followed:
    """Bill the next payer of every decided claim on which that one owes something.

    A claim that the payer sent on itself (CLP02 19 to 21, or a crossover carrier) is awaited and
    not sent again. Safe to run again: what went on is left alone.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        later = ClaimRecord.objects.of(organization).filter(follows=OuterRef("pk"))
        rows = ClaimRecord.objects.of(organization).filter(~Exists(later), state__in=_DECIDED)
        found = [_follow(work, pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        followed = Followed(found.count("ready"), found.count("held"), found.count("crossed"))
        if any(found):
            work.tell(
                "next_payers.billed",
                ("organization", organization),
                **msgspec.structs.asdict(followed),
            )
    return followed


def _follow(work: UnitOfWork, pk: int) -> str:
    """Take one decided claim to its next payer; "" where there is none that owes anything."""
    claim = access_claim(pk, organization=work.organization, lock=True)
    row = last_decision(claim)
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    coverage = _next_coverage(claim, decision)
    if coverage is None or not _owes(claim, coverage):
        return ""
    second = bill_next_payer(
        organization=work.organization,
        actor=work.actor,
        at=work.at,
        claim=claim.pk,
        coverage=coverage,
    )
    if told_by := crossover_of(decision):
        _await(work, second, row, coverage, told_by)
        if not _is_carrier(decision, coverage):
            _ask_who_has_it(work, second)
        return "crossed"
    return _release(work, second, coverage)


def _next_coverage(claim: ClaimRecord, decision: RemitClaim) -> Coverage | None:
    """Give the coverage whose turn comes after this payer's, in force on the day of service.

    A denied service goes back to the payer first, never on to the next one.
    """
    if decision.paid_cents == 0 and decision.status == "4":
        return None
    later = (
        Coverage.objects.of(claim.organization_id)
        .filter(patient=claim.patient, rank__gt=claim.coverage.rank)
        .filter(starts_on__lte=claim.service_on)
        .select_related("payer", "patient")
        .order_by("rank")
    )
    return next((c for c in later if c.ends_on is None or c.ends_on >= claim.service_on), None)


def _owes(claim: ClaimRecord, coverage: Coverage) -> bool:
    key = owed_for(claim).account(AccountKind.AR_INSURANCE, payer=str(coverage.payer_id))
    patient = owed_for(claim).account(AccountKind.AR_PATIENT)
    asked = (balance(each, organization=claim.organization_id) for each in (key, patient))
    return any(cents > 0 for cents in asked)


def crossover_of(decision: RemitClaim) -> str:
    """Say by what a payer tells that it sent the claim on; "" where it does not."""
    if decision.status in _SENT_ON:
        return f"CLP02 {decision.status}"
    if decision.crossover_carrier or decision.crossover_identifier:
        return "crossover carrier"
    return ""


def _is_carrier(decision: RemitClaim, coverage: Coverage) -> bool:
    """Tell whether the payer that it was sent on to is the one that we would ask."""
    named = decision.crossover_identifier
    return not named or named == coverage.payer.identifier


def _release(work: UnitOfWork, second: ClaimRecord, coverage: Coverage) -> str:
    """Ask about the coverage where nobody has, then release; held claims say why."""
    who = work.acting
    asked = Verification.objects.of(work.organization).filter(
        coverage=coverage, service_on=second.service_on
    )
    if not asked.exists():
        verify_coverage(**who, coverage=coverage.pk, service_on=second.service_on)
    _, causes = release_claim(**who, claim=second.pk)
    return "held" if causes else "ready"


def _await(
    work: UnitOfWork,
    second: ClaimRecord,
    row: RemitClaimRecord,
    coverage: Coverage,
    told_by: str,
) -> None:
    """Let the claim count as sent, by the payer before: a decision on it is awaited."""
    pace = usual_pace(coverage.payer, work.today)
    expected = None if pace.days is None else row.remit.paid_on + timedelta(pace.days)
    Crossover.objects.create(
        organization_id=work.organization,
        claim=second,
        remit_claim=row,
        coverage=coverage,
        expected_on=expected,
        told_by=told_by,
    )
    advance(work, second, ClaimEvent.CLEARED, crossover=told_by)
    advance(work, second, ClaimEvent.SUBMITTED, crossover=told_by, cents=second.total_charge_cents)
    second.submitted_at = work.at
    second.save(update_fields=["submitted_at"])


def _ask_who_has_it(work: UnitOfWork, second: ClaimRecord) -> None:
    open_task(
        work,
        f"crossover:{second.pk}",
        kind="coverage",
        title="The claim was sent on to a payer that is not the patient's next one",
        next_step="Compare the patient's coverages with the remittance; bill the right payer",
        claim=second,
        value_cents=second.total_charge_cents,
    )


def send_ourselves(*, organization: int, actor: Actor, at: datetime, claim: int) -> ClaimRecord:
    """Send a claim ourselves that was said to be sent on and never reached the next payer.

    Raises NoCrossoverError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        open_ones = Crossover.objects.of(organization).filter(claim=record, ended_at=None)
        if record.state != ClaimState.SUBMITTED or not open_ones.exists():
            raise NoCrossoverError
        open_ones.update(ended_at=at, outcome="sent by us")
        advance(work, record, ClaimEvent.REJECTED, reasons=["crossover did not arrive"])
        _release(work, record, record.coverage)
        record.refresh_from_db()
    return record


def end_crossovers(*, organization: int, actor: Actor, at: datetime) -> int:
    """End the awaiting of claims that the next payer has decided; give how many ended."""
    with unit_of_work(organization=organization, actor=actor, at=at):
        awaited = Crossover.objects.of(organization).filter(ended_at=None)
        decided = awaited.exclude(claim__state__in=("submitted", "accepted"))
        return int(decided.update(ended_at=at, outcome="decided"))
