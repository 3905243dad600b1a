"""Write people and organizations as the NM1 loops of an 837."""

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
from cleanclaim.claims.texts import day_text, format_number
from cleanclaim.x12 import Loop, Segment, loop, segment

_NUMBERS_PER_CONTACT = 3  # PER holds a name and three numbers


def name_segment(
    role: str, name: PersonName | str, qualifier: str = "", identifier: str = ""
) -> Segment:
    """Write a person (a PersonName) or an organization (its name) in a role (NM101)."""
    qualifier = qualifier if identifier else ""
    if isinstance(name, str):
        return segment("NM1", role, "2", name, "", "", "", "", qualifier, identifier)
    parts = (name.last, name.first, name.middle, "", name.suffix)
    return segment("NM1", role, "1", *parts, qualifier, identifier)


def address_segments(address: Address | None) -> list[Segment]:
    """Write street and place (N3, N4); nothing where there is no address."""
    if address is None:
        return []
    place = (address.city, address.state, address.postal_code, address.country)
    street = segment("N3", address.line, address.second_line)
    return [street, segment("N4", *place, "", "", address.country_subdivision)]


def identifier_segments(identifiers: tuple[Identifier, ...]) -> list[Segment]:
    """Write each identifier with its qualifier, and whose it is where it says so."""
    return [
        segment("REF", each.qualifier, each.value, "", ("2U", each.payer_identifier))
        if each.payer_identifier
        else segment("REF", each.qualifier, each.value)
        for each in identifiers
    ]


def contact_segments(provider: Provider) -> list[Segment]:
    """Write the contact: its name, and its numbers by three."""
    numbers = (
        ("TE", provider.contact_phone),
        ("EX", provider.contact_extension),
        ("FX", provider.contact_fax),
        ("EM", provider.contact_email),
    )
    return _contacts(provider.contact_name, numbers)


def _insured_contact(contact: Contact | None) -> list[Segment]:
    if contact is None:
        return []
    return _contacts(contact.name, (("TE", contact.phone), ("EX", contact.extension)))


def _contacts(name: str, numbers: tuple[tuple[str, str], ...]) -> list[Segment]:
    known = [each for each in numbers if each[1]]
    if not (name or known):
        return []
    runs = [
        known[start : start + _NUMBERS_PER_CONTACT]
        for start in range(0, max(len(known), 1), _NUMBERS_PER_CONTACT)
    ]
    return [segment("PER", "IC", name, *(text for pair in run for text in pair)) for run in runs]


def provider_loop(
    loop_id: str, role: str, provider: Provider | None, specialty: str = ""
) -> Loop | None:
    """Write a provider of a claim or line; ``specialty`` is the PRV01 where one is written."""
    if provider is None:
        return None
    name = provider.organization if provider.person is None else provider.person
    taxonomy = (
        segment("PRV", specialty, "PXC", provider.taxonomy)
        if specialty and provider.taxonomy
        else None
    )
    return loop(
        loop_id,
        name_segment(role, name, "XX", provider.npi),
        taxonomy,
        *address_segments(provider.address),
        *identifier_segments(provider.other_identifiers),
        *contact_segments(provider),
    )


def billing_loop(provider: Provider) -> Loop:
    """Write the billing provider (2010AA); its taxonomy stands above, in 2000A."""
    name = provider.organization if provider.person is None else provider.person
    tax = segment("REF", provider.tax_id_kind, provider.tax_id) if provider.tax_id else None
    return loop(
        "2010AA",
        name_segment("85", name, "XX", provider.npi),
        *address_segments(provider.address),
        tax,
        *identifier_segments(provider.other_identifiers),
        *contact_segments(provider),
    )


def pay_to_loop(provider: Provider | None) -> Loop | None:
    """Write where payment goes (2010AB): kind and address only, the guide has no name here."""
    if provider is None:
        return None
    kind = "2" if provider.person is None else "1"
    return loop("2010AB", segment("NM1", "87", kind), *address_segments(provider.address))


def payer_loop(loop_id: str, payer: Payer, *more: Segment | None, role: str = "PR") -> Loop:
    """Write a payer; ``more`` are the segments that stand before its identifiers."""
    return loop(
        loop_id,
        name_segment(role, payer.name, payer.qualifier, payer.identifier),
        *address_segments(payer.address),
        *more,
        *identifier_segments(payer.other_identifiers),
    )


def subscriber_loop(loop_id: str, subscriber: Subscriber, patient: Patient | None = None) -> Loop:
    """Write the insured; where the patient is given they are one, and complete each other."""
    birth_on, sex, address = subscriber.birth_on, subscriber.sex, subscriber.address
    if patient is not None:
        birth_on, sex = birth_on or patient.birth_on, sex or patient.sex
        address = address or patient.address
    return loop(
        loop_id,
        name_segment(
            "IL",
            subscriber.organization or subscriber.name,
            subscriber.member_id_qualifier,
            subscriber.member_id,
        ),
        *address_segments(address),
        _birth_segment(Patient(subscriber.name, birth_on, sex)),
        *identifier_segments(subscriber.other_identifiers),
        *_insured_contact(subscriber.contact),
    )


def patient_loop(patient: Patient) -> Loop:
    """Write a patient who is not the subscriber (2010CA)."""
    return loop(
        "2010CA",
        name_segment("QC", patient.name),
        *address_segments(patient.address),
        _birth_segment(patient),
        *identifier_segments(patient.other_identifiers),
        *_insured_contact(patient.contact),
    )


def patient_facts(patient: Patient, relationship: str = "") -> Segment | None:
    """Write relationship, death, weight and pregnancy (PAT); nothing where there is nothing."""
    died = ("", "") if patient.died_on is None else ("D8", day_text(patient.died_on))
    weight = patient.weight_pounds
    weighed = ("", "") if weight is None else ("01", format_number(weight))
    pregnant = "Y" if patient.pregnant else ""
    texts = (relationship, "", "", "", *died, *weighed, pregnant)
    return segment("PAT", *texts) if any(texts) else None


def _birth_segment(patient: Patient) -> Segment | None:
    """Write birth date and sex (DMG); nothing where neither is known."""
    if patient.birth_on is None and patient.sex is None:
        return None
    day = "" if patient.birth_on is None else day_text(patient.birth_on)
    sex: Sex | str = patient.sex or ""
    return segment("DMG", "D8" if day else "", day, str(sex))
