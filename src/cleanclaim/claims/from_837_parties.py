"""Read the people and organizations of an 837P: NM1 loops into values."""

from cleanclaim.claims.parties import (
    Address,
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.reading import Reading
from cleanclaim.x12 import Loop, Segment

PERSON = "1"  # NM102


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
    street, place = loop.find("N3"), loop.find("N4")
    if street is None and place is None:
        return None
    return Address(
        line=reading.text(street, 1),
        second_line=reading.text(street, 2),
        city=reading.text(place, 1),
        state=reading.text(place, 2),
        postal_code=reading.text(place, 3),
        country=reading.text(place, 4),
    )


def read_identifiers(
    reading: Reading, loop: Loop, *, without: tuple[str, ...] = ()
) -> tuple[Identifier, ...]:
    """Read every REF of the loop but those of the qualifiers that have a field of their own."""
    return tuple(
        Identifier(reading.text(number, 1), reading.text(number, 2))
        for number in loop.find_all("REF")
        if number.get(1) not in without
    )


def read_provider(
    reading: Reading,
    loop: Loop | None,
    *,
    specialty: Segment | None = None,
    tax_qualifiers: tuple[str, ...] = (),
) -> Provider | None:
    """Read a provider's loop; the specialty (PRV) of a billing provider stands above it."""
    name = loop.find("NM1") if loop is not None else None
    if loop is None or name is None:
        return None
    is_person = name.get(2) == PERSON
    tax = loop.find("REF", *tax_qualifiers) if tax_qualifiers else None
    contact, phone = _contact(loop)
    taxonomy = specialty or loop.find("PRV")
    return Provider(
        npi=_npi(reading, name),
        organization="" if is_person else reading.text(name, 3),
        person=read_name(reading, name) if is_person else None,
        taxonomy=reading.text(taxonomy, 3),
        address=read_address(reading, loop),
        tax_id=reading.text(tax, 2),
        tax_id_kind="EI" if tax is None else reading.text(tax, 1),
        contact_name=reading.text(contact, 2),
        contact_phone=_phone(reading, contact, phone),
        other_identifiers=read_identifiers(reading, loop, without=tax_qualifiers),
    )


def _npi(reading: Reading, name: Segment) -> str:
    """Take the number where it says that it is an NPI (NM108 XX)."""
    if name.get(8) != "XX":
        return ""
    reading.text(name, 8)
    return reading.text(name, 9)


def _contact(loop: Loop) -> tuple[Segment | None, int]:
    """Find the contact and where its telephone stands."""
    contact = loop.find("PER")
    if contact is None:
        return None, 0
    return contact, next((n for n in (3, 5, 7) if contact.get(n) == "TE"), 0)


def _phone(reading: Reading, contact: Segment | None, element: int) -> str:
    if not element:
        return ""
    reading.text(contact, element)
    return reading.text(contact, element + 1)


def read_payer(reading: Reading, loop: Loop | None, *, without: tuple[str, ...] = ()) -> Payer:
    """Read a payer's loop; ``without`` are REF qualifiers that belong elsewhere."""
    name = loop.find("NM1") if loop is not None else None
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
    name = loop.find("NM1") if loop is not None else None
    if loop is None or name is None:
        reading.missing("subscriber", "subscriber name (NM1*IL)")
        return Subscriber(PersonName(""))
    is_organization = name.get(2) not in {PERSON, ""}
    birth = loop.find("DMG")
    return Subscriber(
        name=PersonName("") if is_organization else read_name(reading, name),
        organization=reading.text(name, 3) if is_organization else "",
        member_id=reading.text(name, 9),
        member_id_qualifier=reading.text(name, 8) or "MI",
        birth_on=reading.day(birth, 2),
        sex=_sex(reading, birth),
        address=read_address(reading, loop),
        other_identifiers=read_identifiers(reading, loop),
    )


def read_patient(reading: Reading, loop: Loop | None) -> Patient:
    """Read a patient who is not the subscriber."""
    name = loop.find("NM1") if loop is not None else None
    if loop is None or name is None:
        reading.missing("patient", "patient name (NM1*QC)")
        return Patient(PersonName(""))
    birth = loop.find("DMG")
    return Patient(
        name=read_name(reading, name),
        birth_on=reading.day(birth, 2),
        sex=_sex(reading, birth),
        address=read_address(reading, loop),
        other_identifiers=read_identifiers(reading, loop),
    )


def _sex(reading: Reading, birth: Segment | None) -> Sex | None:
    if birth is None or not birth.get(3):
        return None
    return reading.code(birth, 3, Sex, Sex.UNKNOWN)
