"""The people and organizations that every transaction names, and how their loops are read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from cleanclaim.x12.views.elements import (
    PADDING,
    Composites,
    Dated,
    Elements,
    Found,
    Identifier,
    by_id,
    days,
    padded,
    read_dates,
    read_identifiers,
)

_PERSON = "1"
_NPI = "XX"
_TAX_IDS = ("EI", "SY", "TJ")
# Where N1 has what NM1 has at 1, 3, 8 and 9.
_SHORT_NAME = "N1"


class Address(msgspec.Struct, frozen=True, gc=False):
    """Street and place (N3, N4); ``country`` is empty within the United States."""

    line: str = ""
    second_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    country_subdivision: str = ""


class Contact(msgspec.Struct, frozen=True, gc=False):
    """Whom to ask (PER): ``numbers`` are pairs of kind (TE, EM, FX, EX, UR) and number."""

    function: str
    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class Party(msgspec.Struct, frozen=True):
    """A person or an organization (NM1 or N1 and what follows it).

    ``role`` is NM101 (85 billing provider, IL insured, PR payer, 82 rendering, ...), ``name``
    the last name of a person or the name of an organization, ``qualifier`` says what kind of
    number ``identifier`` is (XX an NPI, MI a member id, PI a payer id).
    """

    role: str
    is_person: bool = False
    name: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    qualifier: str = ""
    identifier: str = ""
    address: Address | None = None
    birth_on: date | None = None
    sex: str = ""
    taxonomy: str = ""
    identifiers: tuple[Identifier, ...] = ()
    contacts: tuple[Contact, ...] = ()
    dates: tuple[Dated, ...] = ()
    prefix: str = ""

    @property
    def npi(self) -> str:
        """Give the NPI, empty where the identifier is another number."""
        return self.identifier if self.qualifier == _NPI else ""

    @property
    def tax_id(self) -> str:
        """Give the tax number, of an employer (EI, TJ) or a person (SY)."""
        return numbered(self.identifiers, *_TAX_IDS)


def numbered(identifiers: Sequence[Identifier], *qualifiers: str) -> str:
    """Give the first number with one of the qualifiers, "" where there is none."""
    for identifier in identifiers:
        if identifier.qualifier in qualifiers:
            return identifier.value
    return ""


def in_role(parties: Sequence[Party], *roles: str) -> Party | None:
    """Give the first party in one of the roles."""
    for party in parties:
        if party.role in roles:
            return party
    return None


def read_party(segments: Sequence[Elements]) -> Party:
    """Read a loop that an NM1 or N1 opens; ``segments`` begins with it."""
    name = [*segments[0], *PADDING]
    if name[0] == _SHORT_NAME:
        name = [*name[:2], "2", name[2], "", "", "", "", name[3], name[4]]
    if len(segments) == 1:
        return _named(name, None, None, "", "", {})
    found = by_id(segments)
    address = _read_address(found) if "N4" in found or "N3" in found else None
    birth_on, sex = None, ""
    if "DMG" in found:
        person = padded(found, "DMG")
        birth_on, sex = days[person[2]], person[3]
    taxonomy = padded(found, "PRV")[3] if "PRV" in found else ""
    return _named(name, address, birth_on, sex, taxonomy, _rarer(found))


def _named(
    name: Elements,
    address: Address | None,
    birth_on: date | None,
    sex: str,
    taxonomy: str,
    rarer: dict[str, Any],
) -> Party:
    """Make the party; values by place, for keywords cost more than all the rest together."""
    if name[6]:
        rarer["prefix"] = name[6]
    return Party(
        name[1],
        name[2] == _PERSON,
        name[3],
        name[4],
        name[5],
        name[7],
        name[8],
        name[9],
        address,
        birth_on,
        sex,
        taxonomy,
        **rarer,
    )


def _rarer(found: Found) -> dict[str, Any]:
    rarer: dict[str, Any] = {}
    if "REF" in found:
        rarer["identifiers"] = read_identifiers(found["REF"])
    if "PER" in found:
        rarer["contacts"] = read_contacts(found["PER"])
    if "DTP" in found:
        rarer["dates"] = read_dates(found["DTP"])
    return rarer


def _read_address(found: Found) -> Address:
    street, place = padded(found, "N3"), padded(found, "N4")
    return Address(street[1], street[2], place[1], place[2], place[3], place[4], place[7])


def read_contacts(segments: Sequence[Elements]) -> tuple[Contact, ...]:
    """Read PER segments."""
    contacts = []
    for elements in segments:
        person = [*elements, *PADDING]
        pairs = ((person[place], person[place + 1]) for place in (3, 5, 7))
        contacts.append(Contact(person[1], person[2], tuple(pair for pair in pairs if pair[1])))
    return tuple(contacts)


def read_parties(groups: Sequence[Sequence[Elements]]) -> tuple[Party, ...]:
    """Read several loops of parties; a loop without a name is none."""
    return tuple([read_party(group) for group in groups if group[0][0] in {"NM1", "N1"}])


def find_party(groups: Sequence[Sequence[Elements]], *roles: str) -> Party | None:
    """Read the first loop in one of the roles; None where there is none."""
    for group in groups:
        if len(group[0]) > 1 and group[0][1] in roles:
            return read_party(group)
    return None


__all__ = [
    "Address",
    "Composites",
    "Contact",
    "Party",
    "find_party",
    "in_role",
    "numbered",
    "read_contacts",
    "read_parties",
    "read_party",
]
