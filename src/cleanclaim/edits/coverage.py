"""Edits of coverage: the member is insured on the days of service."""

from datetime import date, timedelta

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import SERVICE_ON, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.spans import Span

_LAST_INSURED = date(2026, 5, 31)


@edit(
    "COVERAGE.DATES",
    family="coverage",
    severity=Severity.BLOCK,
    source="the member's coverage, as an eligibility answer or the card tells it",
    message="the coverage at hand does not reach the day of service",
    hint="verify the coverage for this day; the member may have another policy",
    failing=with_line(
        starts_on=_LAST_INSURED + timedelta(days=1), ends_on=_LAST_INSURED + timedelta(days=1)
    ),
    passing=with_line(starts_on=SERVICE_ON, ends_on=_LAST_INSURED),
    needs=("coverage_spans",),
)
def members_are_insured(batch: ClaimBatch, reference: Reference) -> Found:
    """Each line starts on a day for which the payer insures the member, where that is known."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for told in reference.coverage_spans or ():
        spans.setdefault((told.payer_identifier, told.member_id), []).append(told.span)
    members = zip(batch.claim_payer_identifier.tolist(), batch.claim_member.tolist(), strict=True)
    known = [spans.get(member) for member in members]
    days = batch.line_starts_on.tolist()
    rows = zip(batch.line_claim.tolist(), days, strict=True)
    return batch.lines(batch.flags(_outside(known[claim], day) for claim, day in rows))


def _outside(spans: list[Span] | None, day: date | None) -> bool:
    """Tell whether spans are known and the day is in none of them."""
    if spans is None or day is None:
        return False
    return not any(day in span for span in spans)
