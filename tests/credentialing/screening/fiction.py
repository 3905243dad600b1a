"""Fictional lists and people for screening: drawn from syllables, the same for a seed."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, timedelta

from cleanclaim.credentialing.screening.entries import LEIE
from cleanclaim.credentialing.screening.subjects import PersonName, Subject
from cleanclaim.kernel.identifiers import npi_from_stem

_ONSETS = ("B", "BR", "C", "D", "F", "G", "GR", "H", "K", "L", "M", "N", "P", "R", "S", "ST", "T")
_VOWELS = ("A", "E", "I", "O", "U", "AI", "EA", "OU")
_ENDS = ("SON", "MAN", "LEY", "TON", "RES", "DEZ", "WITZ", "SKI", "BERG", "ARD", "ELL", "")
_STATES = ("CA", "TX", "NY", "FL", "OH", "PA", "IL", "GA", "NC", "MI", "WA", "AZ", "MA", "TN")
GIVENS = (
    *("MARY", "JAMES", "LINDA", "ROBERT", "JOHN", "ANNA", "MICHAEL", "DAVID", "SARAH", "KAREN"),
    *("LUIS", "ELENA", "PAUL", "NANCY", "PETER", "LAURA", "AMIT", "GRACE", "OMAR", "RUTH"),
)
HEADER = list(LEIE.header)


def surname(draw: random.Random) -> str:
    middle = "".join(draw.choice(_ONSETS) + draw.choice(_VOWELS) for _ in range(2))
    return middle + draw.choice(_ENDS)


def given(draw: random.Random) -> str:
    if draw.random() < 0.5:
        return draw.choice(GIVENS)
    return draw.choice(_ONSETS) + draw.choice(_VOWELS) + draw.choice(("NA", "RIO", "LIE", "VIN"))


def born(draw: random.Random) -> date:
    return date(1940, 1, 1) + timedelta(draw.randrange(20_000))


def listed(**fields: str) -> list[str]:
    """Give a row of the list; what is not named is empty as the publisher writes it."""
    empty = {"NPI": "0000000000", "EXCLTYPE": "1128a1", "EXCLDATE": "20200115"}
    dates = dict.fromkeys(("DOB", "REINDATE", "WAIVERDATE"), "00000000")
    row = {**dict.fromkeys(HEADER, ""), **dates, **empty, **fields}
    return [row[name] for name in HEADER]


def some_row(draw: random.Random) -> list[str]:
    if draw.random() < 0.04:
        return listed(BUSNAME=f"{surname(draw)} {surname(draw)} CARE LLC", STATE="CA")
    dob = born(draw).strftime("%Y%m%d") if draw.random() < 0.95 else "00000000"
    return listed(
        LASTNAME=surname(draw), FIRSTNAME=given(draw), DOB=dob, STATE=draw.choice(_STATES)
    )


def as_file(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return text.getvalue().encode()


def person(draw: random.Random, number: int) -> Subject:
    return Subject(
        reference=f"provider-{number}",
        npi=npi_from_stem(f"1{number:08}"),
        names=(PersonName(surname(draw).title(), given(draw).title()),),
        birth_on=born(draw),
        states=(draw.choice(_STATES),),
    )
