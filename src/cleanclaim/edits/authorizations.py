"""Edits of prior authorization: present where the payer's list wants one, and good for this."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, Frequency, Procedure, ServiceLine
from cleanclaim.codes.authorizations import AuthorizationSpan
from cleanclaim.codes.reference import Reference, Want
from cleanclaim.edits.examples import SERVICE_ON, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.edits.wanting import lines_wanting
from cleanclaim.kernel.findings import Severity

_LAST_DAY = date(2026, 5, 31)
_UNIT = 1000  # thousandths
Spans = tuple[AuthorizationSpan, ...]


def _scan(
    number: str = "AUTH1", code: str = "70551", on: date = SERVICE_ON, units: int = 1
) -> Claim:
    """Give the example with a scan under an authorization."""
    claim = with_line(procedure=Procedure(code), starts_on=on, ends_on=on, units=Decimal(units))
    return msgspec.structs.replace(claim, prior_authorization=number)


@edit(
    "AUTHORIZATION.MISSING",
    family="authorizations",
    severity=Severity.BLOCK,
    source="the payer's list of services that need an authorization",
    message="the payer wants a prior authorization for {code} ({source})",
    hint="enter the number on the claim or the line; ask the payer for one if there is none",
    failing=_scan(""),
    passing=_scan(),
    needs=("authorization_list",),
)
def authorizations_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A service of the payer's list carries an authorization, on its line or on the claim."""
    return lines_wanting(batch, reference, Want.AUTHORIZATION, _is_authorized)


def _is_authorized(claim: Claim, line: ServiceLine) -> bool:
    return bool(claim.prior_authorization or line.prior_authorization)


class _Authorized(msgspec.Struct, frozen=True):
    """A line with an authorization's number, and what is known under it for the member."""

    line: int
    claim: int
    code: str
    day: date | None
    spans: Spans
    is_kept: bool  # whether this payer's authorizations are at hand at all

    def covering(self) -> Spans:
        """Give those that are for the service, whatever the day."""
        return tuple(span for span in self.spans if span.covers(self.code))

    def holding(self) -> Spans:
        """Give those that are for the service on its day."""
        return tuple(x for x in self.covering() if self.day is not None and self.day in x.span)


def _authorized(batch: ClaimBatch, reference: Reference) -> Iterator[_Authorized]:
    """Give the lines that name an authorization, of claims that are no voids."""
    known: dict[tuple[str, str, str], Spans] = {}
    for span in reference.authorization_spans or ():
        key = (span.payer_identifier, span.member_id, span.number.strip().upper())
        known[key] = (*known.get(key, ()), span)
    payers = {payer for payer, _, _ in known}
    counts = (batch.frequency != Frequency.VOID.value)[batch.line_claim]
    for line in np.flatnonzero((batch.line_authorization != "") & counts).tolist():
        claim = int(batch.line_claim[line])
        payer, number = (
            str(batch.claim_payer_identifier[claim]),
            str(batch.line_authorization[line]),
        )
        spans = known.get((payer, str(batch.claim_member[claim]), number), ())
        code, day = batch.line_code[line], batch.line_starts_on[line].item()
        yield _Authorized(line, claim, code, day, spans, payer in payers)


def _at(batch: ClaimBatch, lines: Iterable[int], **facts: object) -> Found:
    marks = np.zeros(len(batch.line_key), np.bool_)
    marks[list(lines)] = True
    return batch.lines(marks, **facts)


@edit(
    "AUTHORIZATION.UNKNOWN",
    family="authorizations",
    severity=Severity.WARN,
    source="the payer's authorizations at hand",
    message="the number is of no authorization that is at hand from this payer for this member",
    hint="compare it with the payer's letter, and the member with the card",
    failing=_scan("AUTH7"),
    passing=_scan(),
    needs=("authorization_spans",),
)
def authorizations_are_known(batch: ClaimBatch, reference: Reference) -> Found:
    """An authorization on a claim is one of the payer's for the member, where they are kept."""
    told = _authorized(batch, reference)
    return _at(batch, (each.line for each in told if each.is_kept and not each.spans))


@edit(
    "AUTHORIZATION.SERVICE",
    family="authorizations",
    severity=Severity.BLOCK,
    source="the payer's authorization",
    message="the authorization is for other services than those billed under it",
    hint="take the number of the one for this service, or ask the payer to change it",
    failing=_scan(code="70540"),
    passing=_scan(),
    needs=("authorization_spans",),
)
def authorizations_are_for_the_service(batch: ClaimBatch, reference: Reference) -> Found:
    """Of the lines of a claim under one authorization, at least one is what it is for."""
    first: dict[tuple[int, str], int] = {}
    covered = set()
    for each in _authorized(batch, reference):
        key = (each.claim, str(batch.line_authorization[each.line]))
        if each.spans:
            first.setdefault(key, each.line)
        if each.covering():
            covered.add(key)
    return _at(batch, (line for key, line in first.items() if key not in covered))


@edit(
    "AUTHORIZATION.DATES",
    family="authorizations",
    severity=Severity.BLOCK,
    source="the payer's authorization",
    message="the authorization does not hold on the day of service",
    hint="ask the payer to extend it, or take the number of the one for this day",
    failing=_scan(on=_LAST_DAY + timedelta(days=1)),
    passing=_scan(on=_LAST_DAY),
    needs=("authorization_spans",),
)
def authorizations_hold_on_the_day(batch: ClaimBatch, reference: Reference) -> Found:
    """A service under an authorization for it is of a day on which that holds."""
    told = _authorized(batch, reference)
    return _at(
        batch,
        (x.line for x in told if x.day is not None and x.covering() and not x.holding()),
    )


@edit(
    "AUTHORIZATION.UNITS",
    family="authorizations",
    severity=Severity.BLOCK,
    source="the payer's authorization",
    message="with this line {used} units are used of {units} that the payer authorized",
    hint="ask the payer for more units, or correct the units",
    failing=_scan(units=2),
    passing=_scan(units=1),
    before=(_scan(on=date(2026, 4, 1)),),
    needs=("authorization_spans",),
)
def authorized_units_are_left(batch: ClaimBatch, reference: Reference) -> Found:
    """The units under an authorization, over all claims at hand, are not more than it has."""
    used: dict[AuthorizationSpan, Decimal] = {}
    over: dict[int, tuple[Decimal, Decimal]] = {}
    told = [(x, x.holding()[0]) for x in _authorized(batch, reference) if x.holding()]
    for each, span in sorted(told, key=lambda pair: _turn(batch, pair[0])):
        own = Decimal(int(batch.line_thousandths[each.line])) / _UNIT
        used[span] = used.get(span, span.used) + own
        if span.units is not None and used[span] > span.units:
            over[each.line] = used[span], span.units
    return _units_found(batch, over)


def _turn(batch: ClaimBatch, each: _Authorized) -> tuple[date, bool, int]:
    """Give the order in which units are used: by day, on one day earlier claims first."""
    assert each.day is not None  # noqa: S101 - an authorization holds on it
    return each.day, each.claim < batch.judged, each.line


def _units_found(batch: ClaimBatch, over: dict[int, tuple[Decimal, Decimal]]) -> Found:
    used = batch.column([""] * len(batch.line_key))
    units = batch.column([""] * len(batch.line_key))
    for line, (taken, allowed) in over.items():
        used[line], units[line] = f"{taken.normalize():f}", f"{allowed.normalize():f}"
    return _at(batch, over, used=used, units=units)
