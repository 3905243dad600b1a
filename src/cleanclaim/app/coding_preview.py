"""What a sheet would make of a visit: the claim, its findings, what was not checked, its price."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from django.db.models import Q

from cleanclaim.app.claiming import assemble_value, reference_for
from cleanclaim.app.contracting import contract_on, contracts_of, terms_of
from cleanclaim.app.expecting import LocalMedicare, price_by_terms, service_of
from cleanclaim.app.past_claims import earlier_claims
from cleanclaim.app.reading.rules import active_rules
from cleanclaim.claims.assemble import Charge as ChargeValue
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.coding.sheet import CodedLine, Sheet
from cleanclaim.edits import lacking_by_family
from cleanclaim.edits.scrubbing import scrub
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Encounter, Fee
from cleanclaim.store.patients.models import Coverage

_DRAFT = "DRAFT"
_MEDICARE = "MB"  # SBR09: Medicare Part B
NO_COVERAGE = "the patient has no coverage on the day of service"


class LinePreview(msgspec.Struct, frozen=True):
    """A service as it would be billed: the practice's charge and what the payer should pay.

    ``charge_cents`` None: the practice has no fee; ``price_cents`` None: it cannot be priced,
    for ``reason``.
    """

    line: CodedLine
    diagnoses: tuple[str, ...]
    charge_cents: int | None
    price_cents: int | None
    reason: str


class Preview(msgspec.Struct, frozen=True):
    """What a sheet would make; ``unchecked`` names families of edits that could not judge it."""

    lines: tuple[LinePreview, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[tuple[str, tuple[str, ...]], ...]
    charge_cents: int
    price_cents: int | None
    payer: str

    @property
    def unpriced(self) -> int:
        """Count services that cannot be priced."""
        return sum(line.price_cents is None for line in self.lines)


def coverage_on(visit: Encounter) -> Coverage | None:
    """Give the coverage that is asked first on the day of a visit."""
    rows = Coverage.objects.of(visit.organization_id).filter(
        Q(ends_on=None) | Q(ends_on__gte=visit.service_on),
        patient=visit.patient_id,
        starts_on__lte=visit.service_on,
    )
    return rows.select_related("payer", "patient").order_by("rank", "pk").first()


def fees_on(organization: int, codes: Sequence[str], on: date) -> dict[str, int]:
    """Give the practice's fee a unit of each code on a day, in cents; codes without one lack."""
    rows = Fee.objects.of(organization).filter(
        Q(ends_on=None) | Q(ends_on__gte=on), code__in=codes, starts_on__lte=on
    )
    return dict(rows.order_by("starts_on").values_list("code", "charge_cents"))


def preview(visit: Encounter, sheet: Sheet, on: date) -> Preview:
    """Judge and price a sheet as the claim that it would make; nothing is kept."""
    fees = fees_on(visit.organization_id, [x.code for x in sheet.services], visit.service_on)
    charges = [_charge(line, fees) for line in sheet.services]
    coverage = coverage_on(visit)
    if coverage is None or not sheet.services:
        reason = NO_COVERAGE if coverage is None else ""
        return _unjudged(sheet, charges, reason, coverage.payer.name if coverage else "")
    services = [
        ChargeValue(
            procedure=line.code,
            charge_cents=cents or 0,
            starts_on=visit.service_on,
            diagnosis_codes=sheet.pointed(line),
            modifiers=line.entry.modifiers,
            units=line.entry.units,
        )
        for line, cents in zip(sheet.services, charges, strict=True)
    ]
    claim, limits = assemble_value(visit, coverage, services, control_number=_DRAFT)
    findings, unchecked = _judge(visit, coverage, claim, on)
    prices = _prices(visit, coverage, claim)
    lines = tuple(
        _line(sheet, line, cents, prices.get(number))
        for number, (line, cents) in enumerate(zip(sheet.services, charges, strict=True), 1)
    )
    whole = _whole(lines, prices)
    told = (*limits, *_without_fee(charges), *findings)
    return Preview(lines, told, unchecked, sum(c or 0 for c in charges), whole, coverage.payer.name)


def _charge(line: CodedLine, fees: Mapping[str, int]) -> int | None:
    fee = fees.get(line.code)
    cents = None if fee is None else fee * line.entry.units
    return int(cents) if cents is not None and cents == int(cents) else None


def _unjudged(sheet: Sheet, charges: Sequence[int | None], reason: str, payer: str) -> Preview:
    """Give what can be said without a claim: the charges, and why there is no judgement."""
    lines = tuple(
        LinePreview(line, sheet.pointed(line), cents, None, reason)
        for line, cents in zip(sheet.services, charges, strict=True)
    )
    unchecked = (("every edit", (reason,)),) if reason else ()
    charge = sum(cents or 0 for cents in charges)
    return Preview(lines, _without_fee(charges), unchecked, charge, None, payer)


def _judge(
    visit: Encounter, coverage: Coverage, claim: Claim, on: date
) -> tuple[tuple[Finding, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Scrub the draft beside the patient's other claims; say which families could not judge it."""
    beside = _beside(visit)
    batch = ClaimBatch.of([claim], as_of=on, history=earlier_claims(beside))
    reference = reference_for([coverage.payer])
    rules = active_rules(visit.organization_id)
    findings = scrub(batch, reference, tell_unchecked=False, user_rules=rules)[0]
    lacking = lacking_by_family(ClaimBatch.of([claim], as_of=on), reference)[0]
    return findings, tuple((family, lacks) for family, lacks in lacking.items())


def _beside(visit: Encounter) -> ClaimRecord:
    """Give a record behind every claim of the patient, and of the chain of this visit's own.

    A visit that is coded again is not held against the claim of its first coding: that would
    tell whoever codes blindly what the first one coded.
    """
    claims = ClaimRecord.objects.of(visit.organization_id)
    last = claims.order_by("-pk").values_list("pk").first()
    own = claims.filter(encounter=visit).order_by("pk").values_list("pk").first()
    return ClaimRecord(
        organization_id=visit.organization_id,
        patient=visit.patient,
        pk=(last[0] if last else 0) + 1,
        root_id=own[0] if own else None,
    )


def _prices(visit: Encounter, coverage: Coverage, claim: Claim) -> Mapping[int, Price]:
    """Price by the payer's contract of the day, Medicare's own by its schedule; else say why."""
    contract = contract_on(contracts_of(coverage.payer), visit.service_on)
    if contract is not None:
        return price_by_terms(visit.organization_id, claim, terms_of(contract), visit.service_on)
    if coverage.payer.filing_indicator == _MEDICARE:
        return _by_schedule(visit, claim)
    reason = "no contract of this payer is recorded for the day of service"
    return {line.number: unpriced(Outcome.NO_TERM, reason) for line in claim.lines}


def _by_schedule(visit: Encounter, claim: Claim) -> Mapping[int, Price]:
    found: dict[int, Price] = {}
    asked = [(line.number, service_of(claim, line)) for line in claim.lines]
    services = [(number, service) for number, service in asked if service is not None]
    for number, service in asked:
        if service is None:
            found[number] = unpriced(Outcome.NEEDS_FACT, "its units are not those of a price")
    if services:
        medicare = LocalMedicare(visit.organization_id, claim)
        prices = medicare.prices([s for _, s in services], year=None, locality="")
        found |= dict(zip([number for number, _ in services], prices, strict=True))
    return found


def _line(
    sheet: Sheet, line: CodedLine, charge_cents: int | None, price: Price | None
) -> LinePreview:
    told = price or unpriced(Outcome.NOT_PRICED, "the line has no price")
    reason = told.reason or ("" if told.expected_cents is not None else told.outcome.value)
    return LinePreview(line, sheet.pointed(line), charge_cents, told.expected_cents, reason)


def _whole(lines: Sequence[LinePreview], prices: Mapping[int, Price]) -> int | None:
    """Give the visit's price: the contract's for the whole, or the sum where every line has one."""
    if 0 in prices:
        return prices[0].expected_cents
    cents = [line.price_cents for line in lines]
    known = [each for each in cents if each is not None]
    return sum(known) if len(known) == len(cents) else None


def _without_fee(charges: Sequence[int | None]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "CHARGE.FEE",
            Severity.BLOCK,
            f"line {number}",
            "the practice has no fee for this code on the day of service",
            "set a fee for the code",
            "fees of the practice",
        )
        for number, cents in enumerate(charges, 1)
        if cents is None
    )
