"""The people and organizations that a claim names."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """A postal address (N3, N4); country only where it is not the United States."""

    line: str
    city: str
    state: str = ""
    postal_code: str = ""
    second_line: str = ""
    country: str = ""
    country_subdivision: str = ""


class PersonName(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person's name in its parts (NM103 to NM107)."""

    last: str
    first: str = ""
    middle: str = ""
    suffix: str = ""


class Identifier(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number with the qualifier that says whose number it is (REF01, REF02).

    ``payer_identifier`` names the other payer whose number it is (REF04-2), on lines.
    """

    qualifier: str
    value: str
    payer_identifier: str = ""


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answers the telephone for an insured or a patient (PER)."""

    name: str = ""
    phone: str = ""
    extension: str = ""


class Provider(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who billed, rendered, referred, supervised, or where it was done.

    An organization has ``organization`` filled, a person has ``person``; exactly one of them.
    ``tax_id`` with ``tax_id_kind`` EI (employer) or SY (social security) is the billing
    provider's; ``other_identifiers`` are REF pairs kept as received.
    """

    npi: str = ""
    organization: str = ""
    person: PersonName | None = None
    taxonomy: str = ""
    address: Address | None = None
    tax_id: str = ""
    tax_id_kind: str = "EI"
    contact_name: str = ""
    contact_phone: str = ""
    contact_extension: str = ""
    contact_fax: str = ""
    contact_email: str = ""
    other_identifiers: tuple[Identifier, ...] = ()

    @property
    def display_name(self) -> str:
        """Give the name as people read it."""
        if self.person is None:
            return self.organization
        return f"{self.person.first} {self.person.last}".strip()


class Payer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is asked to pay (2010BB, 2330B): name and identifier (NM109, qualifier PI or XV)."""

    name: str
    identifier: str
    qualifier: str = "PI"
    address: Address | None = None
    other_identifiers: tuple[Identifier, ...] = ()


class Sex(StrEnum):
    """The administrative sex that the payer holds (DMG03)."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class Subscriber(msgspec.Struct, frozen=True, omit_defaults=True):
    """The insured person as the payer knows them (2010BA, 2330A).

    ``organization`` is filled instead of ``name`` where an employer is the insured (workers'
    compensation).
    """

    name: PersonName
    member_id: str = ""
    member_id_qualifier: str = "MI"
    birth_on: date | None = None
    sex: Sex | None = None
    address: Address | None = None
    organization: str = ""
    other_identifiers: tuple[Identifier, ...] = ()
    contact: Contact | None = None


class Patient(msgspec.Struct, frozen=True, omit_defaults=True):
    """The person who was treated (2010BA where the subscriber is the patient, else 2010CA).

    Death, weight and pregnancy (PAT06, PAT08, PAT09) are told to payers of professional claims.
    """

    name: PersonName
    birth_on: date | None = None
    sex: Sex | None = None
    address: Address | None = None
    other_identifiers: tuple[Identifier, ...] = ()
    contact: Contact | None = None
    died_on: date | None = None
    weight_pounds: Decimal | None = None
    pregnant: bool = False
