"""Payers, locations, providers and participations."""

from django.db import models

from cleanclaim.store.tenants import TenantKey, TenantModel


class Payer(TenantModel):
    """A payer that the organization bills, with its terms as the organization knows them.

    Days are null where nobody has recorded them: then a claim says "no limit known".
    """

    name = models.CharField(max_length=60)
    identifier = models.CharField(max_length=80)
    filing_indicator = models.CharField(max_length=2)
    timely_filing_days = models.PositiveSmallIntegerField(null=True)
    appeal_days = models.PositiveSmallIntegerField(null=True)
    terms_source = models.CharField(max_length=120, blank=True)
    requires_participation = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "identifier"], name="payer_identifier")
        ]

    def __str__(self) -> str:
        return self.name


class Location(TenantModel):
    """A place of service of the organization."""

    name = models.CharField(max_length=60)
    place_of_service = models.CharField(max_length=2)
    address = models.JSONField()
    npi = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="location_name")
        ]

    def __str__(self) -> str:
        return self.name


class Provider(TenantModel):
    """A person who renders services."""

    npi = models.CharField(max_length=10)
    last_name = models.CharField(max_length=60)
    first_name = models.CharField(max_length=35)
    taxonomy = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "npi"], name="provider_npi")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Participation(TenantModel):
    """What a payer granted a provider: a span, at one location or (null) at every one.

    ``billing`` is the NPI or tax number that the payer linked the provider to, "" any; days
    before ``starts_on`` that may be billed too are ``retroactive_days``. ``in_network`` False is
    a decision of the practice to bill this payer without a contract.
    """

    provider = TenantKey(Provider)
    payer = TenantKey(Payer)
    location = TenantKey(Location, null=True)
    product = models.CharField(max_length=40, blank=True)
    billing = models.CharField(max_length=10, blank=True)
    taxonomy = models.CharField(max_length=10, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    retroactive_days = models.PositiveSmallIntegerField(default=0)
    in_network = models.BooleanField(default=True)
    source = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "payer", "provider"], name="participation_who")
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} with {self.payer_id} from {self.starts_on}"
