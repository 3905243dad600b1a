"""Edits of timely filing: is there a day left on which the payer still takes the claim."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, Responsibility
from cleanclaim.claims.parties import Payer
from cleanclaim.codes.reference import FilingLimit, Reference
from cleanclaim.edits.examples import AS_OF, changed, with_lines
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

NEAR_DAYS = 14
_EXAMPLE_DAYS = 90  # what the example's payer allows


def _served(days_ago: int) -> Claim:
    """Give the example served so many days before the day it is judged from."""
    day = AS_OF - timedelta(days=days_ago)
    lines = changed().lines
    return with_lines(*(msgspec.structs.replace(x, starts_on=day, ends_on=day) for x in lines))


def _rooms(batch: ClaimBatch, reference: Reference) -> Iterator[tuple[int, int | None, str]]:
    """Give claim index, days that remain (None: no limit known) and the limit's source.

    As for Medicare (42 CFR 424.44) the first day of service counts, of an institution's statement
    the last, or the earlier payer's decision where the limit says so; claims without any date are
    left out.
    """
    assert batch.as_of is not None  # noqa: S101 - the registry saw to it
    limits = reference.filing_limits or ()
    payers = {limit.payer_identifier for limit in limits} - {""}
    kinds = {limit.filing_indicator for limit in limits} - {""}
    asked = zip(
        batch.claim_payer_identifier.tolist(),
        batch.claim_filing.tolist(),
        batch.claim_filed_from.tolist(),
        [each not in _FIRST for each in batch.claim_responsibility.tolist()],
        strict=True,
    )
    known: dict[tuple[str, str, date, bool], FilingLimit | None] = {}
    for index, key in enumerate(asked):
        payer, kind, day, is_later = key
        if day is None:
            continue
        if payer not in payers and kind not in kinds:
            yield index, None, ""
            continue
        if key not in known:
            known[key] = reference.filing_limit(payer, kind, day, is_later=is_later)
        yield index, *_room(batch, index, day, known[key])


def _room(
    batch: ClaimBatch, index: int, day: date, limit: FilingLimit | None
) -> tuple[int | None, str]:
    assert batch.as_of is not None  # noqa: S101 - the registry saw to it
    if limit is None:
        return None, ""
    since = _decided_on(batch.rows[index]) if limit.from_primary else day
    if since is None:
        return None, ""
    return (limit.deadline(since) - batch.as_of).days, limit.source


_FIRST = frozenset({Responsibility.PRIMARY.value, Responsibility.UNKNOWN.value})


def _decided_on(claim: Claim) -> date | None:
    """Give the last day on which an earlier payer decided; None where none is told."""
    told = [other.adjudicated_on for other in claim.other_coverages]
    told += [each.adjudicated_on for line in claim.lines for each in line.adjudications]
    return max((day for day in told if day is not None), default=None)


def _found(rows: list[tuple[int, dict[str, object]]]) -> Found:
    return Found(
        tuple(index for index, _ in rows), ("claim",) * len(rows), tuple(facts for _, facts in rows)
    )


@edit(
    "TIMELY.PAST",
    family="timely",
    severity=Severity.BLOCK,
    source="the payer's filing limit",
    message="the filing limit passed {days} days ago ({limit})",
    hint="send with proof of timely filing or a delay reason, or close the claim",
    failing=_served(_EXAMPLE_DAYS + 1),
    passing=_served(_EXAMPLE_DAYS),
    needs=("as_of", "filing_limits"),
)
def filing_limit_is_not_past(batch: ClaimBatch, reference: Reference) -> Found:
    """The payer's filing limit for the day of service has not passed; a delay reason excuses."""
    return _found(
        [
            (index, {"days": -room, "limit": source})
            for index, room, source in _rooms(batch, reference)
            if room is not None and room < 0 and not batch.rows[index].delay_reason
        ]
    )


@edit(
    "TIMELY.NEAR",
    family="timely",
    severity=Severity.WARN,
    source="the payer's filing limit",
    message="{days} days remain to the filing limit ({limit})",
    hint="send it now",
    failing=_served(_EXAMPLE_DAYS - NEAR_DAYS),
    passing=_served(_EXAMPLE_DAYS - NEAR_DAYS - 1),
    needs=("as_of", "filing_limits"),
)
def filing_limit_is_not_near(batch: ClaimBatch, reference: Reference) -> Found:
    """More than 14 days remain to the payer's filing limit."""
    return _found(
        [
            (index, {"days": room, "limit": source})
            for index, room, source in _rooms(batch, reference)
            if room is not None and 0 <= room <= NEAR_DAYS
        ]
    )


@edit(
    "TIMELY.UNKNOWN",
    family="timely",
    severity=Severity.INFO,
    source="the payer's filing limit",
    message="no filing limit is known for this payer and day of service",
    hint="enter the limit of the contract; after another payer, the day on which that decided",
    failing=changed(payer=Payer("Southern Aid", "SAID9")),
    needs=("as_of", "filing_limits"),
)
def filing_limit_is_known(batch: ClaimBatch, reference: Reference) -> Found:
    """A filing limit is known for the payer on the day of service."""
    return _found([(index, {}) for index, room, _ in _rooms(batch, reference) if room is None])
