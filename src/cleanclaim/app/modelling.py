"""What proposed contract terms would have been worth on the practice's own claims."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import msgspec
from django.db.models import F

from cleanclaim.app.access import access
from cleanclaim.app.contracting import (
    ContractSourceMissingError,
    UnusableContractError,
    contract_on,
    contracts_of,
    terms_of,
)
from cleanclaim.app.expecting import price_by_terms
from cleanclaim.app.values import read_claim_content
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.model import Claim
from cleanclaim.credentialing.verification.calendar import add_months
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.pricing.contract_terms import Contract
from cleanclaim.pricing.contract_text import read_contract
from cleanclaim.pricing.price import Price
from cleanclaim.store.claims.models import ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.enrollments.models import Proposal
from cleanclaim.store.events.chain import Actor

# 12 to 24 months are what is usual in negotiations.
MONTHS_MIN, MONTHS_MAX = 12, 24
_WHOLE = "claim"


class NoPresentTermsError(CleanclaimError):
    """A proposal is compared with terms that hold; none are on record."""

    code = "proposal.no_present_terms"

    def __init__(self) -> None:
        super().__init__("no contract of this payer is on record for that day; record it first")


class MonthsError(CleanclaimError):
    """History is modelled over one to two years."""

    code = "proposal.months"

    def __init__(self) -> None:
        super().__init__(f"model {MONTHS_MIN} to {MONTHS_MAX} months of history")


class Line(msgspec.Struct, frozen=True):
    """Lines of one code, provider or site: how many, and their cents under both terms."""

    key: str
    lines: int
    present_cents: int
    proposed_cents: int

    @property
    def more_cents(self) -> int:
        """Give what the proposal adds, below zero where it takes."""
        return self.proposed_cents - self.present_cents


class Modelled(msgspec.Struct, frozen=True):
    """A history under both terms, every service taken as if it were of ``as_of`` or later.

    Lines that either terms give no price for are counted in ``unpriced`` (with their charges)
    and stand in no sum: a comparison of what is known only.
    """

    since: date
    until: date
    as_of: date
    months: int
    claims: int
    lines: int
    unpriced: int
    unpriced_charge_cents: int
    present_cents: int
    proposed_cents: int
    by_code: tuple[Line, ...]
    by_provider: tuple[Line, ...]
    by_site: tuple[Line, ...]

    @property
    def more_cents(self) -> int:
        """Give what the proposal would have added over the months."""
        return self.proposed_cents - self.present_cents

    @property
    def more_a_year_cents(self) -> int:
        """Give the same for twelve months, rounded down to a cent."""
        return self.more_cents * 12 // self.months


def record_proposal(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    terms: str | bytes,
    document: str,
    source: str,
) -> Proposal:
    """Record terms that are negotiated; raises as ``record_contract`` does."""
    contract, problems = read_contract(terms)
    if contract is None:
        raise UnusableContractError(problems)
    if not (document.strip() and source.strip()):
        raise ContractSourceMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = Proposal.objects.create(
            organization_id=organization,
            payer=access(Payer, payer, organization=organization),
            document=document.strip()[:120],
            content=msgspec.to_builtins(contract),
            source=source.strip()[:200],
            recorded_at=at,
        )
        work.tell("proposal.recorded", ("proposal", row.pk), payer=payer)
    return row


def model_proposal(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    proposal: int,
    until: date,
    months: int = MONTHS_MIN,
    as_of: date | None = None,
) -> Modelled:
    """Price the payer's claims of some months by the present terms and by the proposal's.

    Both are asked as if each service were of ``as_of`` (the proposal's first day if none is
    named) or of its own day if that is later; so escalators and years of a schedule are the
    same on both sides. Raises MonthsError, NoPresentTermsError.
    """
    if not MONTHS_MIN <= months <= MONTHS_MAX:
        raise MonthsError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(Proposal, proposal, organization=organization, related=("payer",))
        proposed = msgspec.convert(row.content, Contract, strict=False)
        day = as_of or min(term.starts_on for term in proposed.terms)
        present = contract_on(contracts_of(row.payer), day)
        if present is None:
            raise NoPresentTermsError
        since = add_months(until, -months)
        comparison = _Comparison(organization, terms_of(present), proposed, day)
        for claim, provider, site in _history(row.payer, since, until):
            comparison.take(claim, provider, site)
        result = comparison.told(since, until, months)
        row.result, row.modelled_at = msgspec.to_builtins(result), at
        row.save(update_fields=["result", "modelled_at"])
        work.tell("proposal.modelled", ("proposal", row.pk), cents=result.more_cents)
    return result


def _history(payer: Payer, since: date, until: date) -> Iterator[tuple[Claim, str, str]]:
    """Give claims that were sent to a payer first, as they stand, with provider and site.

    What was replaced or voided is left out, and so is what a payer before this one decides.
    """
    rows = (
        ClaimVersion.objects.of(payer.organization_id)
        .filter(
            claim__payer=payer,
            claim__submitted_at__isnull=False,
            claim__follows__isnull=True,
            claim__service_on__gt=since,
            claim__service_on__lte=until,
            number=F("claim__version_number"),
        )
        .exclude(claim__state__in=["replaced", "voided", "rejected"])
        .select_related("claim__rendering", "claim__encounter__location")
    )
    for row in rows.order_by("claim_id"):
        record = row.claim
        provider = record.rendering.npi if record.rendering else ""
        site = record.encounter.location.name if record.encounter else ""
        yield read_claim_content(row.content), provider, site


class _Comparison:
    """Sums of lines under two terms as claims come."""

    def __init__(self, organization: int, present: Contract, proposed: Contract, on: date) -> None:
        self.organization, self.on = organization, on
        self.present, self.proposed = present, proposed
        self.claims = self.lines = self.unpriced = self.unpriced_charge_cents = 0
        self.sums: dict[str, dict[str, list[int]]] = {
            kind: defaultdict(lambda: [0, 0, 0]) for kind in ("code", "provider", "site")
        }

    def take(self, claim: Claim, provider: str, site: str) -> None:
        """Add a claim's lines, or the claim as a whole where either terms price it so."""
        self.claims += 1
        before, after = self._prices(claim, self.present), self._prices(claim, self.proposed)
        if 0 in before or 0 in after:
            charge = claim.total_charge_cents
            pair = (_total(before), _total(after))
            self._add((_WHOLE, provider, site), pair, charge)
            return
        for line in claim.lines:
            pair = (_cents(before, line.number), _cents(after, line.number))
            self._add((line.procedure.code, provider, site), pair, line.charge_cents)

    def _prices(self, claim: Claim, terms: Contract) -> Mapping[int, Price]:
        shifted = _shifted(claim, self.on)
        return price_by_terms(self.organization, shifted, terms, _first(shifted, self.on))

    def _add(
        self, keys: tuple[str, str, str], pair: tuple[int | None, int | None], charge: int
    ) -> None:
        before, after = pair
        if before is None or after is None:
            self.unpriced += 1
            self.unpriced_charge_cents += charge
            return
        self.lines += 1
        for sums, key in zip(self.sums.values(), keys, strict=True):
            held = sums[key]
            held[0] += 1
            held[1] += before
            held[2] += after

    def told(self, since: date, until: date, months: int) -> Modelled:
        """Give the sums; those that change most come first."""
        parts = {kind: _sorted(sums) for kind, sums in self.sums.items()}
        return Modelled(
            since,
            until,
            self.on,
            months,
            self.claims,
            self.lines,
            self.unpriced,
            self.unpriced_charge_cents,
            sum(line.present_cents for line in parts["code"]),
            sum(line.proposed_cents for line in parts["code"]),
            parts["code"],
            parts["provider"],
            parts["site"],
        )


def _first(claim: Claim, otherwise: date) -> date:
    return claim.service_starts_on or otherwise


def _shifted(claim: Claim, on: date) -> Claim:
    """Move a claim whose first day is before a day to that day, its days as far apart as before."""
    days = on - _first(claim, on)
    if days <= timedelta(0):
        return claim
    lines = tuple(
        msgspec.structs.replace(
            line,
            starts_on=line.starts_on + days if line.starts_on else None,
            ends_on=line.ends_on + days if line.ends_on else None,
        )
        for line in claim.lines
    )
    return msgspec.structs.replace(claim, lines=lines)


def _sorted(sums: Mapping[str, list[int]]) -> tuple[Line, ...]:
    lines = [Line(key, *held) for key, held in sums.items()]
    return tuple(sorted(lines, key=lambda line: (-abs(line.more_cents), line.key)))


def _cents(prices: Mapping[int, Price], number: int) -> int | None:
    price = prices.get(number)
    return None if price is None else price.expected_cents


def _total(prices: Mapping[int, Price]) -> int | None:
    """Give what a claim pays in all; None where a part of it is not known."""
    parts = [price.expected_cents for price in prices.values()]
    known = [cents for cents in parts if cents is not None]
    return sum(known) if len(known) == len(parts) else None


def read_result(row: Proposal) -> Modelled | None:
    """Read what a proposal was found to be worth; None while it was not modelled."""
    return None if row.result is None else msgspec.convert(row.result, Modelled, strict=False)
