"""Organizations of a test's own, as many as it needs, founded through the use case."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from cleanclaim.app.founding import found_organization
from cleanclaim.claims.parties import Address
from cleanclaim.store.organizations.models import User

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Founded(msgspec.Struct, frozen=True):
    """An organization and its owner."""

    organization: int
    user: int


def found_practice() -> Founded:
    """Found an organization with an owner who is in no other."""
    owner = User.objects.create(email=f"{uuid4()}@example.com", name="Olive Owner", password="!")
    organization = found_organization(
        owner=owner,
        name="Practice",
        npi="1234567893",
        tax_id="123456789",
        taxonomy="207Q00000X",
        address=Address(
            line="1 Main Street", city="Springfield", state="IL", postal_code="627010001"
        ),
        contact=("Billing Office", "2175550100"),
        at=AT,
    )
    return Founded(organization.pk, owner.pk)
