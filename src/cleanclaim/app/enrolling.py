"""Recording payers, places, providers, fees, and who may bill whom from when."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.parties import Address, PersonName
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Location, Participation, Payer, Provider
from cleanclaim.store.encounters.models import Fee
from cleanclaim.store.events.chain import Actor


class PayerTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """A payer and its terms; days None where nobody knows them, ``source`` says who does."""

    name: str
    identifier: str
    filing_indicator: str
    timely_filing_days: int | None = None
    appeal_days: int | None = None
    source: str = ""


def record_payer(*, organization: int, actor: Actor, at: datetime, terms: PayerTerms) -> Payer:
    """Record a payer that the organization bills."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        payer = Payer.objects.create(
            organization_id=organization,
            name=terms.name,
            identifier=terms.identifier,
            filing_indicator=terms.filing_indicator,
            timely_filing_days=terms.timely_filing_days,
            appeal_days=terms.appeal_days,
            terms_source=terms.source,
        )
        work.tell("payer.recorded", ("payer", payer.pk))
    return payer


def record_location(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    name: str,
    address: Address,
    place_of_service: str = "11",
    npi: str = "",
) -> Location:
    """Record a place where the organization sees patients."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        location = Location.objects.create(
            organization_id=organization,
            name=name,
            place_of_service=place_of_service,
            address=msgspec.to_builtins(address),
            npi=npi,
        )
        work.tell("location.recorded", ("location", location.pk))
    return location


def record_provider(
    *, organization: int, actor: Actor, at: datetime, name: PersonName, npi: str, taxonomy: str
) -> Provider:
    """Record a person who renders services."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        provider = Provider.objects.create(
            organization_id=organization,
            npi=npi,
            last_name=name.last,
            first_name=name.first,
            taxonomy=taxonomy,
        )
        work.tell("provider.recorded", ("provider", provider.pk))
    return provider


def enroll_provider(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: Provider,
    payer: Payer,
    span: Span,
    source: str,
    location: Location | None = None,
    product: str = "",
    billing: str = "",
    taxonomy: str = "",
    retroactive_days: int = 0,
    in_network: bool = True,
) -> Participation:
    """Record what a payer granted a provider in a span, at one location or every one.

    ``product``, ``billing`` (NPI or tax number) and ``taxonomy`` "" mean any. ``in_network``
    False records the decision to bill without a contract. Claims to the payer that were held
    for this leave their hold with it.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        participation = Participation.objects.create(
            organization_id=organization,
            provider=provider,
            payer=payer,
            location=location,
            product=product,
            billing=billing,
            taxonomy=taxonomy,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            retroactive_days=retroactive_days,
            in_network=in_network,
            source=source[:120],
        )
        work.tell(
            "participation.recorded",
            ("participation", participation.pk),
            provider=provider.pk,
            payer=payer.pk,
            starts_on=span.starts_on.isoformat(),
        )
        reexamine_held(organization=organization, actor=actor, at=at, payer=payer)
    return participation


def set_fee(
    *, organization: int, actor: Actor, at: datetime, code: str, charge_cents: int, since: date
) -> Fee:
    """Set what the practice charges for a code from a day on."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        fee = Fee.objects.create(
            organization_id=organization, code=code, charge_cents=charge_cents, starts_on=since
        )
        work.tell("fee.set", ("fee", fee.pk), code=code, cents=charge_cents)
    return fee
