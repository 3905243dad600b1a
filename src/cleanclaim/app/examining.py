"""Everything that speaks against posting a remittance, and what of it a person must approve."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from cleanclaim.app.work import UnitOfWork
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.spans import Span
from cleanclaim.remits.gates import check
from cleanclaim.remits.model import Remit
from cleanclaim.remits.policy import (
    LATER_PAYERS,
    ApprovalKind,
    PostingRule,
    approvals_needed,
    stakes,
)
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.remits.models import (
    PayeeNumber,
    PostingRuleRecord,
    RemitApproval,
    RemitClaimRecord,
    RemitRecord,
)

TYPED = "EOB"  # the kind of a file that a person typed


def examine(
    work: UnitOfWork, remit: Remit, file: ExchangedFile
) -> tuple[Payer | None, tuple[Finding, ...]]:
    """Find the payer, and everything that speaks against posting."""
    payer = _find_payer(work, remit, file)
    npis, tins = _our_numbers(work, remit.paid_on or work.today)
    findings = (
        *check(remit, npis, tins),
        *_more_findings(remit, payer, conflict=_conflicts(work, remit, payer)),
    )
    return payer, findings


def _our_numbers(work: UnitOfWork, on: date) -> tuple[set[str], set[str]]:
    """Give every NPI and tax id under which the organization is paid on a day."""
    practice = Organization.objects.get(pk=work.organization)
    rows = PayeeNumber.objects.of(work.organization).filter(starts_on__lte=on)
    further = rows.filter(Q(ends_on=None) | Q(ends_on__gte=on)).values_list("kind", "number")
    npis, tins = {practice.npi}, {practice.tax_id}
    for kind, number in further:
        (npis if kind == "NPI" else tins).add(number)
    return npis, tins


def _conflicts(work: UnitOfWork, remit: Remit, payer: Payer | None) -> bool:
    """Tell whether another content of this payment is posted.

    A payer gives a payment's number once (X12 interpretations 217, 654), but for those that send
    nothing but zeros (604, 1847): there only the whole identity counts.
    """
    posted = RemitRecord.objects.of(work.organization).filter(status="posted")
    same = Q(identity=remit.key)
    if remit.trace_number.strip("0 ") and remit.paid_on is not None:
        same |= Q(payer=payer, trace_number=remit.trace_number, paid_on=remit.paid_on)
    return bool(posted.filter(same).exclude(identity=remit.key, digest=remit.digest).exists())


def _find_payer(work: UnitOfWork, remit: Remit, file: ExchangedFile) -> Payer | None:
    payers = Payer.objects.of(work.organization)
    named: Payer | None = payers.filter(identifier=remit.payer_identifier).first()
    return named or file.payer


def _more_findings(remit: Remit, payer: Payer | None, *, conflict: bool) -> list[Finding]:
    found = []
    if payer is None:
        found.append(
            _finding(
                "REMIT.PAYER",
                "1000A",
                "no payer of ours has this identifier",
                "record the payer, then post it again",
            )
        )
    if remit.paid_on is None:
        found.append(
            _finding("REMIT.DATE", "BPR16", "the payment has no date", "ask the payer for it")
        )
    if conflict:
        found.append(
            _finding(
                "REMIT.CONFLICT",
                "TRN02",
                "another payment of this number and day is posted",
                "compare the two and ask the payer which one counts",
            )
        )
    return found


def _finding(rule: str, place: str, message: str, hint: str) -> Finding:
    return Finding(rule, Severity.BLOCK, place, message, hint, "identity of a remittance")


def rules_in_force(organization: int, on: date) -> tuple[PostingRule, ...]:
    """Give the rules that say on a day which remittances a person must approve."""
    rows = PostingRuleRecord.objects.of(organization).filter(starts_on__lte=on)
    return tuple(
        PostingRule(
            ApprovalKind(row.kind), Span(row.starts_on, row.ends_on), row.above_cents, row.source
        )
        for row in rows.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("pk")
    )


def approvals_missing(
    work: UnitOfWork, remit: Remit, file: ExchangedFile, record: RemitRecord | None = None
) -> tuple[ApprovalKind, ...]:
    """Give the kinds that a person must approve and has not approved yet."""
    rules = rules_in_force(work.organization, work.today)
    if not rules:
        return ()
    needed = approvals_needed(_stakes(work, remit, file), rules)
    given: set[str] = set()
    if record is not None:
        rows = RemitApproval.objects.of(work.organization)
        approved = rows.filter(remit=record, decision="approved").values_list("kinds", flat=True)
        given = {kind for kinds in approved for kind in kinds}
    return tuple(kind for kind in needed if kind.value not in given)


def _stakes(work: UnitOfWork, remit: Remit, file: ExchangedFile) -> Mapping[ApprovalKind, int]:
    """Give what is at stake by kind, with what only our books and files know."""
    found = dict(stakes(remit))
    if file.kind == TYPED:
        found[ApprovalKind.TYPED] = abs(remit.paid_cents) or 1
    early = _decided_too_early(work, remit)
    if early:
        found[ApprovalKind.LATER_PAYER_FIRST] = early
    return found


def _decided_too_early(work: UnitOfWork, remit: Remit) -> int:
    """Sum the charges that a later payer decides although nobody decided before it."""
    later = {c.patient_control_number: c for c in remit.claims if c.status in LATER_PAYERS}
    rows = ClaimRecord.objects.of(work.organization).filter(control_number__any_of=list(later))
    roots = {row.control_number: int(row.ledger_claim) for row in rows}
    decided = RemitClaimRecord.objects.of(work.organization).filter(
        Q(claim__any_of=list(roots.values())) | Q(claim__root__any_of=list(roots.values())),
        remit__status="posted",
    )
    known = {root or claim for claim, root in decided.values_list("claim", "claim__root")}
    return sum(abs(later[n].charge_cents) for n, root in roots.items() if root not in known)
