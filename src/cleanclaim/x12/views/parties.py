"""The people and organizations that every transaction names, and how their loops are read."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from cleanclaim.x12.views.elements import (
    PADDING,
    Dated,
    Dialect,
    Elements,
    Found,
    Identifier,
    Memory,
    by_id,
    days,
    padded,
    read_dates,
    read_identifiers,
)

_PERSON = "1"
# NM1 up to NM109 as split.
_NAME_ELEMENTS = 10
# Parties weigh more than numbers: fewer are remembered.
_PARTIES_MAX = 1 << 12
_NPI = "XX"
_TAX_IDS = ("EI", "SY", "TJ")


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


class Party(msgspec.Struct, frozen=True, gc=False):
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


def read_party(text: str, dialect: Dialect) -> Party:
    """Read the text of a loop that an NM1 opens."""
    first, end, others = text.partition(dialect.terminator)
    name = first.split(dialect.element)
    if len(name) < _NAME_ELEMENTS:
        name += PADDING
    if not end:
        return read_name(name)
    return _read_more(name, by_id(dialect.split(others.split(dialect.terminator))))


def read_name(name: Elements) -> Party:
    """Make a party of its NM1 alone, as split."""
    if len(name) < _NAME_ELEMENTS:
        name += PADDING
    if name[6]:
        return _read_more(name, {})
    # By place: keywords would cost more than all the reading.
    return Party(
        name[1],
        name[2] == _PERSON,
        name[3],
        name[4],
        name[5],
        name[7],
        name[8],
        name[9],
    )


def _read_more(name: Elements, found: Found) -> Party:
    """Make a party of its name and the segments after it."""
    address, birth_on, sex, taxonomy = None, None, "", ""
    if "N4" in found or "N3" in found:
        address = _read_address(found)
    if "DMG" in found:
        person = padded(found, "DMG")
        birth_on, sex = days[person[2]], person[3]
    if "PRV" in found:
        taxonomy = padded(found, "PRV")[3]
    rarer = _rarer(found)
    if name[6]:
        rarer["prefix"] = name[6]
    # By place: keywords would cost more than all the reading.
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


def read_payment_party(text: str, dialect: Dialect) -> Party:
    """Read the text of a loop that an N1 opens: an organization, its number at N103 and N104."""
    first, _, others = text.partition(dialect.terminator)
    name = dialect.padded(first)
    mark = dialect.element
    words = (name[1], "2", name[2], "", "", "", "", name[3], name[4])
    like_nm1 = mark + mark.join(words)
    return read_party(like_nm1 + dialect.terminator + others if others else like_nm1, dialect)


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


def read_parties(texts: Iterable[str], dialect: Dialect) -> tuple[Party, ...]:
    """Read several loops of parties; those of organizations and clinicians come again and again."""
    memory = _memory_of(dialect)
    return tuple([memory[text] for text in texts])


def read_providers(text: str, dialect: Dialect) -> tuple[Party, ...]:
    """Read the loops of a claim's providers together: the same ones come again and again."""
    return _provider_memory_of(dialect)[text]


@lru_cache(maxsize=8)
def _provider_memory_of(dialect: Dialect) -> Memory[tuple[Party, ...]]:
    opener = dialect.terminator + "NM1"
    return Memory(lambda text: read_parties(text.split(opener), dialect), _PARTIES_MAX)


@lru_cache(maxsize=8)
def _memory_of(dialect: Dialect) -> Memory[Party]:
    return Memory(lambda text: read_party(text, dialect), _PARTIES_MAX)
