"""How the simulator writes values into segments: days, names, numbers."""

from datetime import date
from decimal import Decimal

from cleanclaim.claims.parties import Address, PersonName, Provider
from cleanclaim.x12 import Segment, segment

# What a partner with other delimiters may send and our own files cannot carry.
_UNWRITABLE = str.maketrans(dict.fromkeys("*^:~\r\n", " "))


def plain(text: str, length: int = 60) -> str:
    """Give the text without delimiters, cut to the length of its element."""
    return text.translate(_UNWRITABLE).strip()[:length].strip()


def echoed(text: str) -> str:
    """Give the text back as it came, but for what our own delimiters would cut."""
    return text.translate(_UNWRITABLE)


def said(text: str, length: int = 60) -> str:
    """Give the text where a guide requires one; blanks alone are repeated as UNKNOWN."""
    return plain(text, length) or "UNKNOWN"


def day_text(day: date) -> str:
    """Write a day as CCYYMMDD."""
    return f"{day:%Y%m%d}"


def decimal_text(number: Decimal) -> str:
    """Write a number without exponent or needless zeros."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def period(qualifier: str, starts_on: date, ends_on: date | None) -> Segment:
    """Write a day (D8) or a range of days (RD8) as DTP."""
    if ends_on is None or ends_on == starts_on:
        return segment("DTP", qualifier, "D8", day_text(starts_on))
    return segment("DTP", qualifier, "RD8", f"{day_text(starts_on)}-{day_text(ends_on)}")


def person_name(entity: str, name: PersonName, qualifier: str = "", number: str = "") -> Segment:
    """Write a person as NM1, with the number where there is one."""
    parts = (said(name.last), plain(name.first, 35), plain(name.middle, 25))
    number = plain(number, 80)
    kind = qualifier if number else ""
    return segment("NM1", entity, "1", *parts, "", plain(name.suffix, 10), kind, number)


def organization_name(entity: str, name: str, qualifier: str, number: str) -> Segment:
    """Write an organization as NM1 with its number."""
    number = plain(number, 80)
    kind = qualifier if number else ""
    return segment("NM1", entity, "2", said(name), "", "", "", "", kind, number)


def provider_name(entity: str, provider: Provider) -> Segment:
    """Write a provider as NM1 with its NPI."""
    if provider.person is not None:
        return person_name(entity, provider.person, "XX", provider.npi)
    return organization_name(entity, provider.organization, "XX", provider.npi)


def address_lines(address: Address) -> tuple[Segment, ...]:
    """Write an address as N3 and N4; nothing where street or city are blank."""
    if not plain(address.line) or not plain(address.city):
        return ()
    lines = segment("N3", plain(address.line, 55), plain(address.second_line, 55))
    place = (plain(address.city, 30), plain(address.state, 2), plain(address.postal_code, 15))
    return lines, segment("N4", *place, plain(address.country, 3))
