"""Read the people and organizations of an 837: NM1 loops into values."""

import msgspec

from cleanclaim.claims.parties import (
    Address,
    Contact,
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.reading import Reading
from cleanclaim.claims.roles import Role
from cleanclaim.x12 import Loop, Segment

PERSON = "1"  # NM102
# The kinds of numbers of a contact (PER03, 05, 07), by the field that keeps them.
_CONTACT_FIELDS = {
    "TE": "contact_phone",
    "EX": "contact_extension",
    "FX": "contact_fax",
    "EM": "contact_email",
}


def read_name(reading: Reading, name: Segment | None) -> PersonName:
    """Read a person's name (NM103 to NM107)."""
    return PersonName(
        last=reading.text(name, 3),
        first=reading.text(name, 4),
        middle=reading.text(name, 5),
        suffix=reading.text(name, 7),
    )


def read_address(reading: Reading, loop: Loop) -> Address | None:
    """Read street and place (N3, N4); None where there is neither."""
    street, place = reading.one(loop, "N3"), reading.one(loop, "N4")
    if street is None and place is None:
        return None
    return Address(
        line=reading.text(street, 1),
        second_line=reading.text(street, 2),
        city=reading.text(place, 1),
        state=reading.text(place, 2),
        postal_code=reading.text(place, 3),
        country=reading.text(place, 4),
        country_subdivision=reading.text(place, 7),
    )


def read_identifiers(
    reading: Reading, loop: Loop, *, without: tuple[Segment | None, ...] = ()
) -> tuple[Identifier, ...]:
    """Read every REF of the loop but those that were read into a field of their own."""
    taken = {id(each) for each in without if each is not None}
    return tuple(
        Identifier(reading.text(each, 1), reading.text(each, 2), reading.text(each, 4, 2))
        for each in reading.all(loop, "REF")
        if id(each) not in taken
    )


def read_role(reading: Reading, loop: Loop, role: Role) -> Provider | None:
    """Read the provider that a claim or line names in this role."""
    for child in loop.loops:
        if child.id == role.loop and reading.one(child, "NM1", role.code) is not None:
            return read_provider(reading, child)
    return None


def read_provider(
    reading: Reading,
    loop: Loop | None,
    *,
    specialty: Segment | None = None,
    tax_qualifiers: tuple[str, ...] = (),
) -> Provider | None:
    """Read a provider's loop; the specialty (PRV) of a billing provider stands above it."""
    name = reading.one(loop, "NM1")
    if loop is None or name is None:
        return None
    is_person = name.get(2) == PERSON
    tax = reading.one(loop, "REF", *tax_qualifiers) if tax_qualifiers else None
    provider = Provider(
        npi=_npi(reading, name),
        organization="" if is_person else reading.text(name, 3),
        person=read_name(reading, name) if is_person else None,
        taxonomy=reading.text(specialty or reading.one(loop, "PRV"), 3),
        address=read_address(reading, loop),
        tax_id=reading.text(tax, 2),
        tax_id_kind="EI" if tax is None else reading.text(tax, 1),
        other_identifiers=read_identifiers(reading, loop, without=(tax,)),
    )
    contacts = reading.all(loop, "PER")
    return (
        msgspec.structs.replace(provider, **_contact(reading, contacts)) if contacts else provider
    )


def _npi(reading: Reading, name: Segment) -> str:
    """Take the number where it says that it is an NPI (NM108 XX)."""
    if name.get(8) != "XX":
        return ""
    reading.text(name, 8)
    return reading.text(name, 9)


def _contact(reading: Reading, contacts: list[Segment]) -> dict[str, str]:
    """Read a name and the first number of each kind; what is told twice is left over."""
    found = {"contact_name": reading.text(contacts[0], 2)}
    for contact in contacts:
        if contact.get(2) == contacts[0].get(2):
            reading.text(contact, 2)
        for element in (3, 5, 7):
            field = _CONTACT_FIELDS.get(contact.get(element), "")
            if field and field not in found:
                reading.text(contact, element)
                found[field] = reading.text(contact, element + 1)
    return found


def _insured_contact(reading: Reading, loop: Loop) -> Contact | None:
    """Read who answers for an insured or a patient."""
    contacts = reading.all(loop, "PER")
    if not contacts:
        return None
    found = _contact(reading, contacts[:1])
    return Contact(
        found["contact_name"], found.get("contact_phone", ""), found.get("contact_extension", "")
    )


def read_payer(
    reading: Reading, loop: Loop | None, *, without: tuple[Segment | None, ...] = ()
) -> Payer:
    """Read a payer's loop; ``without`` are REF that belong elsewhere."""
    name = reading.one(loop, "NM1")
    if loop is None or name is None:
        reading.missing("payer", "payer name (NM1*PR)")
        return Payer("", "")
    return Payer(
        name=reading.text(name, 3),
        identifier=reading.text(name, 9),
        qualifier=reading.text(name, 8),
        address=read_address(reading, loop),
        other_identifiers=read_identifiers(reading, loop, without=without),
    )


def read_subscriber(reading: Reading, loop: Loop | None) -> Subscriber:
    """Read the insured: a person, or an organization in workers' compensation."""
    name = reading.one(loop, "NM1")
    if loop is None or name is None:
        reading.missing("subscriber", "subscriber name (NM1*IL)")
        return Subscriber(PersonName(""))
    is_organization = name.get(2) not in {PERSON, ""}
    birth = reading.one(loop, "DMG")
    return Subscriber(
        name=PersonName("") if is_organization else read_name(reading, name),
        organization=reading.text(name, 3) if is_organization else "",
        member_id=reading.text(name, 9),
        member_id_qualifier=reading.text(name, 8) or "MI",
        birth_on=reading.day(birth, 2),
        sex=_sex(reading, birth),
        address=read_address(reading, loop),
        other_identifiers=read_identifiers(reading, loop),
        contact=_insured_contact(reading, loop),
    )


def read_patient(reading: Reading, loop: Loop | None, facts: Segment | None) -> Patient:
    """Read a patient who is not the subscriber; ``facts`` is the PAT above."""
    name = reading.one(loop, "NM1")
    if loop is None or name is None:
        reading.missing("patient", "patient name (NM1*QC)")
        return Patient(PersonName(""))
    birth = reading.one(loop, "DMG")
    patient = Patient(
        name=read_name(reading, name),
        birth_on=reading.day(birth, 2),
        sex=_sex(reading, birth),
        address=read_address(reading, loop),
        other_identifiers=read_identifiers(reading, loop),
        contact=_insured_contact(reading, loop),
    )
    return with_facts(reading, patient, facts)


def with_facts(reading: Reading, patient: Patient, facts: Segment | None) -> Patient:
    """Add death, weight and pregnancy (PAT06, PAT08, PAT09) where they are told."""
    if facts is None:
        return patient
    return msgspec.structs.replace(
        patient,
        died_on=reading.day(facts, 6),
        weight_pounds=reading.optional_number(facts, 8),
        pregnant=reading.text(facts, 9) == "Y",
    )


def _sex(reading: Reading, birth: Segment | None) -> Sex | None:
    if birth is None or not birth.get(3):
        return None
    return reading.code(birth, 3, Sex, Sex.UNKNOWN)
