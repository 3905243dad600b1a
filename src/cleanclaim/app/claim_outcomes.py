"""What follows from a decision for the claim: its state, a denial's task, the next payer."""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec
from django.db.models import Q

from cleanclaim.app.denial_terms import combinations_of, terms_of
from cleanclaim.app.denying import Opened, open_cases
from cleanclaim.app.refusals import Refusal, find_refusal
from cleanclaim.app.task_board import Opening, TaskBoard
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import UnitOfWork
from cleanclaim.claims.workflow import ClaimEvent, ClaimState, can_follow, next_state
from cleanclaim.denials.terms import Due, due_at
from cleanclaim.kernel.money import format_dollars
from cleanclaim.remits.adjustment_reasons import AllocationKind
from cleanclaim.remits.allocation import Allocation
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.bulk import insert_rows, update_rows
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.remits.models import Denial, RemitClaimRecord, RemitRecord


class Posted(msgspec.Struct, frozen=True):
    """A decision as it was booked; ``claim`` None is one that waits in suspense."""

    row: RemitClaimRecord
    decision: RemitClaim
    claim: ClaimRecord | None
    allocations: tuple[Allocation, ...]


_ROW = (
    *("organization_id", "remit_id", "ordinal", "claim_id", "event_key", "twin_key"),
    *("status_code", "charge_cents", "paid_cents", "patient_cents", "matched_by"),
    *("outcome", "reason"),
)
_encoder = msgspec.json.Encoder()


class Outcomes:
    """What the decisions of one share do to their claims, in order, written together."""

    def __init__(self, work: UnitOfWork, remit: RemitRecord, payer: Payer) -> None:
        self._work = work
        self._remit = remit
        self._payer = payer
        self._tasks = TaskBoard(work)
        self._changed: dict[int, ClaimRecord] = {}
        received_on = remit.received_at.date()
        due = due_at(1, received_on, terms_of(payer))
        self._denials = OpenDenials(work, due, received_on)
        self._combinations = combinations_of(work.organization)
        self._due_on = due.on

    def apply(self, posted: Sequence[Posted], *, kept: bool = False) -> None:
        """Keep the decisions, unless they are ``kept`` already, and let the claims live them."""
        for each in posted:
            if each.claim is not None:
                each.row.outcome = _judge(each, self._refusal(each))[1]
        self._keep([each.row for each in posted], posted, kept=kept)
        self._denials.load([each.claim for each in posted if each.claim is not None])
        for each in posted:
            if each.claim is None:
                self._explain_suspense(each)
            else:
                self._live(each, each.claim)
        self._denials.write()
        columns = ("state", "payer_claim_number")
        rows = [
            (claim.organization_id, claim.pk, claim.state, claim.payer_claim_number)
            for claim in self._changed.values()
        ]
        update_rows(ClaimRecord, columns, rows)
        self._tasks.write()

    def _keep(
        self, rows: Sequence[RemitClaimRecord], posted: Sequence[Posted], *, kept: bool
    ) -> None:
        if kept:
            for row in rows:
                row.save(update_fields=["claim", "matched_by", "outcome", "reason"])
            return
        told = (
            (
                *(getattr(each.row, name) for name in _ROW),
                _encoder.encode(each.decision).decode(),
            )
            for each in posted
        )
        columns = (*_ROW, "content")
        found = dict(insert_rows(RemitClaimRecord, columns, told, returning=("event_key", "id")))
        for row in rows:
            row.pk = found[row.event_key]

    def _live(self, posted: Posted, claim: ClaimRecord) -> None:
        """Let the claim live through the decision."""
        before = (claim.state, claim.payer_claim_number)
        _learn_payer_number(claim, posted.decision)
        refusal = self._refusal(posted)
        event, outcome = _judge(posted, refusal)
        if event is not None:
            self._advance(posted, claim, event)
        if (claim.state, claim.payer_claim_number) != before:
            self._changed[claim.pk] = claim
        if refusal is not None and outcome in {"denied", "partly_paid"}:
            self._open_denial(posted, claim, refusal)
        elif outcome in {"paid", "reversed"}:
            self._denials.settle(claim, outcome)
            self._tasks.close(f"denied:{claim.ledger_claim}", _SETTLED[outcome])
        self._explain_open_rest(posted, claim)

    def _advance(self, posted: Posted, claim: ClaimRecord, event: ClaimEvent) -> None:
        if not can_follow(ClaimState(claim.state), event):
            self._surprise(posted, claim, event)
            return
        claim.state = next_state(ClaimState(claim.state), event).value
        self._work.tell(
            event.value,
            ("claim", claim.pk),
            patient=claim.patient_id,
            claim=claim.pk,
            remit=posted.row.remit_id,
            cents=posted.decision.paid_cents,
        )

    def _refusal(self, posted: Posted) -> Refusal | None:
        return find_refusal(posted.decision, self._remit.paid_on, self._combinations)

    def _open_denial(self, posted: Posted, claim: ClaimRecord, refusal: Refusal) -> None:
        told = refusal.denial
        self._denials.open(claim, posted.row, refusal, self._remit.paid_on)
        self._open(
            f"denied:{claim.ledger_claim}",
            "denial",
            f"Denied {told.group}-{told.reason}: {told.label}",
            _STEPS.get(told.cause.value, "Read the reason, then correct or appeal"),
            cents=told.cents,
            claim=claim,
            due_on=self._due_on,
        )

    def _open(
        self,
        key: str,
        kind: str,
        title: str,
        next_step: str,
        *,
        cents: int,
        claim: ClaimRecord | None = None,
        due_on: date | None = None,
    ) -> None:
        self._tasks.open(
            Opening(
                key,
                kind,
                title[:120],
                next_step,
                claim=claim.pk if claim else None,
                patient=claim.patient_id if claim else None,
                value_cents=cents,
                due_on=due_on,
            )
        )

    def _surprise(self, posted: Posted, claim: ClaimRecord, event: ClaimEvent) -> None:
        """Say that the payer did what the claim's life has no place for; the money is booked."""
        self._open(
            f"surprise:{posted.row.pk}",
            "remit",
            f"{event.value} came for a claim that is {claim.state}",
            "Compare the remittance with the claim and ask the payer",
            cents=abs(posted.decision.paid_cents),
            claim=claim,
        )

    def _explain_suspense(self, posted: Posted) -> None:
        self._open(
            f"suspense:{posted.row.event_key}",
            "suspense",
            f"{format_dollars(posted.row.paid_cents)} in suspense: {posted.row.reason}",
            "Find the claim that was meant, or send the money back",
            cents=abs(posted.row.paid_cents),
        )
        self._work.tell(
            "money.suspended",
            ("remit_claim", posted.row.pk),
            cents=posted.row.paid_cents,
            reason=posted.row.reason,
        )

    def _explain_open_rest(self, posted: Posted, claim: ClaimRecord) -> None:
        """Ask a person about amounts that the payer took off for a reason without a rule here."""
        rest = [row for row in posted.allocations if row.kind in _STAYS_OPEN]
        if not rest or posted.decision.is_reversal:
            return
        reasons = ", ".join(sorted({f"{row.group}-{row.reason}" for row in rest}))
        self._open(
            f"unexplained:{posted.row.pk}",
            "remit",
            f"Stays open: {reasons} has no rule",
            "Decide what the reason means and record the rule",
            cents=sum(row.cents for row in rest),
            claim=claim,
        )


class OpenDenials:
    """The open denials of the claims at hand, and those that are opened meanwhile."""

    def __init__(self, work: UnitOfWork, due: Due, received_on: date) -> None:
        self._work = work
        self._due = due
        self._received_on = received_on
        self._known: list[tuple[int, Denial]] = []
        self._opened: list[Opened] = []

    def load(self, claims: Collection[ClaimRecord]) -> None:
        """Load what is open on the claims and on every claim of their chains."""
        rows = Denial.objects.of(self._work.organization).filter(status="open")
        roots = {int(claim.ledger_claim) for claim in claims}
        chained = ClaimRecord.objects.of(self._work.organization)
        chains = dict(chained.filter(root__any_of=roots).values_list("pk", "root_id"))
        chains |= {root: root for root in roots}
        found = rows.filter(claim__any_of=chains).order_by("pk")
        self._known = [(chains[denial.claim_id], denial) for denial in found]
        self._opened = []

    def settle(self, claim: ClaimRecord, outcome: str) -> None:
        """End what is open: of the claim where it was taken back, else of its whole chain."""
        for root, denial in self._known:
            same = denial.claim_id == claim.pk
            chain = root == int(claim.ledger_claim)
            if denial.status == "open" and (same or (outcome != "reversed" and chain)):
                denial.status = outcome

    def open(
        self,
        claim: ClaimRecord,
        row: RemitClaimRecord,
        refusal: Refusal,
        denied_on: date,
    ) -> None:
        """Open a denial of a decision that is kept; its case opens when it is written."""
        denial = refusal.denial
        opened = Denial(
            organization_id=self._work.organization,
            claim=claim,
            remit_claim=row,
            cause=denial.cause.value,
            reasons=[f"{denial.group}-{denial.reason}", *denial.remarks],
            cents=denial.cents,
            denied_on=denied_on,
            appeal_due_on=self._due.on,
            status="open",
        )
        self._known.append((int(claim.ledger_claim), opened))
        self._opened.append(Opened(opened, denial, refusal.line))

    def write(self) -> None:
        """Write what was opened, each with its case, and what ended."""
        rows = [denial for _, denial in self._known]
        if self._opened:
            Denial.objects.bulk_create([each.denial for each in self._opened])
            open_cases(self._work, self._opened, self._due, self._received_on)
        ended: dict[str, list[int]] = {}
        for row in rows:
            if row.pk is not None and row.status != "open":
                ended.setdefault(row.status, []).append(row.pk)
        for status, keys in ended.items():
            known = Denial.objects.of(self._work.organization)
            known.filter(pk__in=keys).update(status=status)


def _learn_payer_number(claim: ClaimRecord, decision: RemitClaim) -> None:
    """Keep the payer's own number as its decision gives it: a replacement must name it."""
    number = decision.payer_claim_number[:50]
    if number and not (decision.is_reversal and claim.payer_claim_number):
        claim.payer_claim_number = number


def settle_denials(work: UnitOfWork, claim: ClaimRecord, outcome: str) -> None:
    """Let a claim's open denials and their task end: it was paid, taken back, or nothing is owed.

    What was taken back is open again, so a person is no longer asked to appeal it.
    """
    if outcome == "reversed":
        of_claim = Q(claim=claim)
    else:
        first = int(claim.ledger_claim)
        of_claim = Q(claim=first) | Q(claim__root=first)
    Denial.objects.of(work.organization).filter(of_claim, status="open").update(status=outcome)
    close_tasks(work, f"denied:{claim.ledger_claim}", outcome=_SETTLED[outcome])


_SETTLED = {
    "paid": "paid after all",
    "reversed": "the payer took its decision back",
    "closed": "nothing is owed",
}


def _judge(posted: Posted, refusal: Refusal | None) -> tuple[ClaimEvent | None, str]:
    if posted.decision.is_reversal:
        return ClaimEvent.REVERSED, "reversed"
    if posted.decision.status == "25":
        return None, "information"
    if refusal is None:
        return ClaimEvent.PAID, "paid"
    if refusal.denial.partial:
        return ClaimEvent.PARTLY_PAID, "partly_paid"
    return ClaimEvent.DENIED, "denied"


_STEPS = {
    "coding": "Correct the code or modifier and send a replacement claim",
    "authorization": "Get the authorization number and send a replacement claim",
    "eligibility": "Ask the patient for the present coverage and bill it",
    "registration": "Compare the patient's data with the card and send a replacement claim",
    "credentialing": "Prove the enrollment with its effective date, or appeal",
    "timely": "Send the proof of filing: the acknowledgements kept with the claim",
    "duplicate": "Find the first claim's payment; close this one if it was paid",
    "documentation": "Send the note that supports the service",
}


_STAYS_OPEN = {AllocationKind.UNEXPLAINED}
