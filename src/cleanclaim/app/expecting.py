"""What the contract of the day pays for each decided line, or why that cannot be told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from django.db.models import Exists, OuterRef

from cleanclaim.app.contracting import contract_on, contracts_of, terms_of
from cleanclaim.app.referencing import library_of
from cleanclaim.app.values import latest_claim
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.codes.place_of_service import is_facility
from cleanclaim.pricing.billed import BilledClaim, BilledLine
from cleanclaim.pricing.contract_terms import Contract
from cleanclaim.pricing.contracts import ClaimPrice, price_claim
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables, TableMissingError, UnknownPlaceError
from cleanclaim.pricing.variances import PaidLine
from cleanclaim.remits.matching import CandidateLine, match_lines
from cleanclaim.remits.model import RemitClaim, RemitLine
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import ContractRecord, ExpectedPrice
from cleanclaim.store.remits.models import RemitClaimRecord

_DECIDED = ("paid", "partly_paid", "denied")
_LATER = frozenset({"2", "3", "20", "21"})  # CLP02: as secondary or tertiary
_MINUTES = "MJ"
_NO_CONTRACT = "no contract of this payer is recorded for the day of service"
_LATER_PAYER = "a later payer's price depends on what the payers before it paid"


class Compared(msgspec.Struct, frozen=True):
    """One line as it was decided beside its price: ``row`` is kept, the rest is for comparing."""

    row: ExpectedPrice
    paid: PaidLine
    elsewhere: tuple[int, ...] = ()


def undecided_prices(organization: int, at: datetime, actor: Actor) -> list[Compared]:
    """Price every posted decision that has no price yet; those without a contract once there is.

    Give each line that was priced now, with what was paid on it.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        priced = ExpectedPrice.objects.of(organization).filter(remit_claim=OuterRef("pk"))
        newer = ContractRecord.objects.of(organization).filter(
            payer=OuterRef("payer"), recorded_at__gte=OuterRef("priced_at")
        )
        rows = RemitClaimRecord.objects.of(organization).filter(
            ~Exists(priced) | Exists(priced.filter(Exists(newer), reason=_NO_CONTRACT)),
            claim__isnull=False,
            outcome__in=_DECIDED,
            remit__status="posted",
        )
        found: list[Compared] = []
        contracts: dict[int, list[ContractRecord]] = {}
        for row in rows.select_related("claim", "claim__payer", "remit").order_by("pk"):
            payer = row.claim.payer
            known = contracts.setdefault(payer.pk, contracts_of(payer))
            found += _price_decision(work, row, known)
    return found


def _price_decision(
    work: UnitOfWork, row: RemitClaimRecord, contracts: list[ContractRecord]
) -> list[Compared]:
    record = row.claim
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    claim = latest_claim(record)
    lines = _decided_lines(claim, decision)
    contract = contract_on(contracts, record.service_on)
    prices = _prices(work, record, claim, decision, contract)
    elsewhere = _elsewhere(work, claim, contract, contracts)
    compared = []
    for line in [*lines, *([_whole(lines)] if 0 in prices and lines else [])]:
        price = None if line.is_stranger else prices.get(line.number)
        kept = _keep(work, row, contract, line, price)
        compared.append(Compared(kept, line.paid, tuple(elsewhere.get(line.number, ()))))
    return compared


class _Line(msgspec.Struct, frozen=True):
    """Our line (0: the claim, or one that is none of ours) and what the payer did with it."""

    number: int
    remit_line: int
    code: str
    on: date
    paid: PaidLine
    is_stranger: bool = False


def _decided_lines(claim: Claim, decision: RemitClaim) -> list[_Line]:
    """Put the payer's lines to ours; several of one line are added up."""
    ours = {line.number: line for line in claim.lines}
    candidates = [
        CandidateLine(x.number, x.procedure, x.charge_cents, x.starts_on, x.control_number)
        for x in claim.lines
    ]
    numbers = match_lines(decision.lines, candidates)
    found: list[_Line] = []
    grouped: dict[int, list[tuple[int, RemitLine]]] = {}
    for place, (number, line) in enumerate(zip(numbers, decision.lines, strict=True), 1):
        if number is None:
            found.append(_stranger(place, line, claim))
        else:
            grouped.setdefault(number, []).append((place, line))
    found += [_line(ours[number], parts) for number, parts in grouped.items()]
    return found


def _stranger(place: int, line: RemitLine, claim: Claim) -> _Line:
    on = line.starts_on or claim.service_starts_on or date.min
    paid = PaidLine(line.paid_cents, line.adjustments)
    return _Line(0, place, line.procedure.code, on, paid, is_stranger=True)


def _line(ours: ServiceLine, parts: Sequence[tuple[int, RemitLine]]) -> _Line:
    first = parts[0][1]
    paid = PaidLine(
        sum(line.paid_cents for _, line in parts),
        tuple(a for _, line in parts for a in line.adjustments),
        int(ours.units),
        int(sum((line.units_paid for _, line in parts), Decimal(0))),
        ours.procedure.modifiers,
        first.procedure.modifiers,
    )
    on = ours.starts_on or first.starts_on or date.min
    return _Line(ours.number, parts[0][0], ours.procedure.code, on, paid)


def _whole(lines: Sequence[_Line]) -> _Line:
    paid = PaidLine(
        sum(line.paid.paid_cents for line in lines),
        tuple(a for line in lines for a in line.paid.adjustments),
    )
    return _Line(0, 0, "claim", min(line.on for line in lines), paid)


def _prices(
    work: UnitOfWork,
    record: ClaimRecord,
    claim: Claim,
    decision: RemitClaim,
    contract: ContractRecord | None,
) -> Mapping[int, Price]:
    """Give the price by our line number; under 0 that of the claim as a whole, if it has one."""
    if decision.status in _LATER or record.follows_id is not None:
        return _none(claim, Outcome.NOT_PRICED, _LATER_PAYER)
    if contract is None:
        return _none(claim, Outcome.NO_TERM, _NO_CONTRACT)
    return price_by_terms(work.organization, claim, terms_of(contract), record.service_on)


def _none(claim: Claim, outcome: Outcome, reason: str) -> Mapping[int, Price]:
    return {line.number: unpriced(outcome, reason) for line in claim.lines}


def price_by_terms(
    organization: int, claim: Claim, terms: Contract, on: date, moved: date | None = None
) -> dict[int, Price]:
    """Price a claim by a contract's terms, by line number; 0 is a price of the whole claim.

    ``moved`` asks as if its services were of that day.
    """
    billed: dict[int, BilledLine] = {}
    prices: dict[int, Price] = {}
    for line in claim.lines:
        service = service_of(claim, line, moved)
        if service is None:
            reason = "its day or its units are not those of a price"
            prices[line.number] = unpriced(Outcome.NEEDS_FACT, reason)
        else:
            billed[line.number] = BilledLine(service)
    asked = BilledClaim(
        on=moved or on, lines=tuple(billed.values()), place_of_service=claim.place_of_service
    )
    answer: ClaimPrice = price_claim(asked, terms, LocalMedicare(organization, claim))
    prices |= dict(zip(billed, answer.lines, strict=True))
    if answer.whole is not None:
        prices[0] = answer.whole
    return prices


def service_of(claim: Claim, line: ServiceLine, moved: date | None = None) -> Service | None:
    """Give a line as pricing asks for it; None without a day, or with units in parts."""
    on = line.starts_on
    if on is None or line.units != int(line.units) or line.charge_cents < 0:
        return None
    place = line.place_of_service or claim.place_of_service
    minutes = int(line.units) if line.unit_basis == _MINUTES else None
    return Service(
        code=line.procedure.code,
        on=moved or on,
        modifiers=line.procedure.modifiers,
        units=1 if minutes is not None else int(line.units),
        facility=is_facility(place, on),
        charge_cents=line.charge_cents,
        minutes=minutes,
    )


class LocalMedicare:
    """Medicare's prices where the service was given; the place is looked up when asked for."""

    def __init__(self, organization: int, claim: Claim) -> None:
        self._tables = MedicareTables(library_of(organization))
        where = claim.facility or claim.billing
        self._zip = where.address.postal_code[:5] if where.address else ""

    def prices(
        self, services: Sequence[Service], *, year: int | None, locality: str
    ) -> Sequence[Price]:
        """Price services by the schedule of a year, in the locality named or that of the ZIP."""
        try:
            place = locality or self._tables.locality_of_zip(self._zip, services[0].on)
        except (TableMissingError, UnknownPlaceError) as error:
            return [unpriced(Outcome.NEEDS_FACT, str(error)) for _ in services]
        return self._tables.prices(services, year=year, locality=place)


def _elsewhere(
    work: UnitOfWork,
    claim: Claim,
    contract: ContractRecord | None,
    contracts: Sequence[ContractRecord],
) -> dict[int, list[int]]:
    """Give what the payer's other contracts, and this one a year ago, would pay by line."""
    found: dict[int, list[int]] = {}
    for other, day in _other_days(claim, contract, contracts):
        terms = terms_of(other)
        for number, price in price_by_terms(work.organization, claim, terms, day, day).items():
            if price.cents is not None:
                found.setdefault(number, []).append(price.cents)
    return found


def _other_days(
    claim: Claim, contract: ContractRecord | None, contracts: Sequence[ContractRecord]
) -> Iterator[tuple[ContractRecord, date]]:
    on = claim.service_starts_on
    if contract is None or on is None:
        return
    yield contract, _year_before(on)
    for other in contracts:
        if other.pk != contract.pk:
            yield other, min(max(on, other.starts_on), other.ends_on or date.max)


def _year_before(on: date) -> date:
    return date(on.year - 1, on.month, min(on.day, 28))


def _keep(
    work: UnitOfWork,
    row: RemitClaimRecord,
    contract: ContractRecord | None,
    line: _Line,
    price: Price | None,
) -> ExpectedPrice:
    told = price or unpriced(Outcome.NOT_PRICED, "the payer's line is none of ours")
    expected, _ = ExpectedPrice.objects.update_or_create(
        organization_id=work.organization,
        remit_claim=row,
        remit_line=line.remit_line,
        defaults={
            "claim": row.claim,
            "payer": row.claim.payer,
            "contract": contract,
            "line_number": line.number,
            "code": line.code[:48],
            "service_on": line.on,
            "cents": told.expected_cents,
            "allowed_cents": line.paid.allowed_cents,
            "outcome": told.outcome.value[:24],
            "reason": told.reason[:300],
            "steps": msgspec.to_builtins(told.steps),
            "priced_at": work.at,
        },
    )
    return expected
