"""What fields are made of: days, numbers, names, addresses and people of version 2."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from cleanclaim.hl7.messages import Segment
from cleanclaim.kernel.arrivals import Numbered, Person, Practitioner, Residence
from cleanclaim.kernel.identifiers import is_npi

_STAMP = re.compile(
    r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4})?", re.ASCII
)
# Kinds of number (table 0203) that name a person to a state or a payer, not an account of a sender.
_NOT_OF_THE_SENDER = frozenset({"SS", "SSN", "DL", "PPN", "CZ", "TAX", "MC", "MA", "NHSNMBR"})
_SEXES = {"F": "F", "M": "M", "FEMALE": "F", "MALE": "M"}


def read_day(text: str) -> date | None:
    """Read a whole day (YYYYMMDD…); None where it is none."""
    found = _STAMP.fullmatch(text)
    if found is None or found[3] is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """Read a moment to the minute; one without its zone is taken for UTC. None where it is none."""
    found = _STAMP.fullmatch(text)
    day = read_day(text)
    if found is None or day is None or found[5] is None:
        return None
    try:
        zone = UTC if found[7] is None else _zone(found[7])
        hour, minute, second = (int(found[n] or 0) for n in (4, 5, 6))
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    span = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return timezone(-span if text[0] == "-" else span)


def read_number(segment: Segment, field: int, repeat: int = 0) -> Numbered | None:
    """Read a number with its authority and kind (CX); None where there is none."""
    value = segment.part(field, 1, repeat=repeat)
    if not value:
        return None
    authority = segment.part(field, 4, repeat=repeat)
    return Numbered(authority, value, segment.part(field, 5, repeat=repeat))


def read_numbers(segment: Segment, *fields: int) -> tuple[Numbered, ...]:
    """Read the numbers that a sender knows somebody by, from the first field that holds any."""
    for field in fields:
        told = [read_number(segment, field, n) for n in range(len(segment.repeats(field)))]
        found = tuple(n for n in told if n and n.kind.upper() not in _NOT_OF_THE_SENDER)
        if found:
            return found
    return ()


def read_sex(text: str) -> str:
    """Read the sex as claims write it; whatever is neither F nor M is unknown."""
    return _SEXES.get(text.upper(), "U")


def read_residence(segment: Segment, field: int) -> Residence:
    """Read an address (XAD)."""
    return Residence(
        line=segment.part(field, 1),
        second_line=segment.part(field, 2),
        city=segment.part(field, 3),
        state=segment.part(field, 4),
        postal_code="".join(c for c in segment.part(field, 5) if c.isalnum()),
    )


def read_phone(segment: Segment, field: int) -> str:
    """Read a telephone number (XTN): as it is written, or from its parts."""
    written = segment.part(field, 1)
    if written:
        return written[:20]
    return "".join((segment.part(field, 6), segment.part(field, 7)))[:20]


def read_person(segment: Segment, name: int, birth: int, sex: int) -> Person:
    """Read somebody's name (XPN), birth date and sex."""
    return Person(
        last=segment.part(name, 1),
        first=segment.part(name, 2),
        middle=segment.part(name, 3),
        birth_on=read_day(segment.part(birth)),
        sex=read_sex(segment.part(sex)),
    )


def read_practitioner(segment: Segment, field: int) -> Practitioner:
    """Read who treated (XCN); the number is an NPI where it says so or checks as one."""
    number = segment.part(field, 1)
    told = "NPI" in {segment.part(field, 9), segment.part(field, 13), segment.part(field, 8)}
    npi = number if told or is_npi(number) else ""
    return Practitioner(npi, number, segment.part(field, 2), segment.part(field, 3))
