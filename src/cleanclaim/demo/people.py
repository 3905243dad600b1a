"""Fictional people, made of common names and streets that do not exist."""

from datetime import date, timedelta
from random import Random

import msgspec

from cleanclaim.app.registering import Registration
from cleanclaim.claims.parties import Address, PersonName, Sex

_WOMEN = """
Ada Alma Bea Carla Celia Clara Dora Edith Elena Esther Fiona Flora Gemma Greta Hazel Helen
Ida Inez Irma Iris June Karen Lena Lola Lucia Mabel Maya Mina Nadia Nell Nora Olga Opal
Pearl Petra Rhoda Rosa Ruth Selma Stella Tessa Thea Ursula Vera Viola Wanda Yara Zelda
"""
_MEN = """
Abel Albert Amos Arlo Boris Bruno Calvin Carl Cedric Cyrus Dale Darius Edgar Eli Emil Felix
Floyd Gideon Gus Harvey Hugo Igor Ivan Jasper Joel Kaspar Kurt Lars Leon Linus Magnus Milo
Nils Noah Omar Oscar Otto Pablo Quentin Ralph Rufus Silas Tariq Tobias Ulf Victor Walter Yves
"""
_FAMILY = """
Abbott Alder Ashby Barlow Beckett Birch Blythe Bracken Calloway Carver Chandler Colby Cooper
Dalton Darrow Dempsey Draper Eastman Ellery Emmett Fairfax Farrow Fletcher Foley Garrick
Glover Granger Hadley Harrow Hollis Holt Ingram Jarvis Keating Kendrick Lander Larkin Lowell
Marlow Mercer Merritt Nolan Norwood Oakley Osborne Paxton Penrose Quigley Radcliff Ramsey
Redfern Sawyer Selby Shepherd Stanton Sutton Tanner Thatcher Underhill Vance Wakefield Waverly
Whitlock Winslow Yardley
"""
_STREETS = ("Birch Lane", "Canal Street", "Ferry Road", "Linden Avenue", "Mill Road", "Quarry Way")


class Person(msgspec.Struct, frozen=True):
    """Somebody who may become a patient."""

    registration: Registration
    is_senior: bool


def make_people(random: Random, count: int, on: date) -> list[Person]:
    """Make people of every age, no two with one name."""
    taken: set[tuple[str, str]] = set()
    people: list[Person] = []
    while len(people) < count:
        sex = random.choice((Sex.FEMALE, Sex.MALE))
        first = random.choice(_WOMEN.split() if sex is Sex.FEMALE else _MEN.split())
        last = random.choice(_FAMILY.split())
        age_days = random.randint(2 * 365, 90 * 365)
        if (first, last) not in taken:
            taken.add((first, last))
            people.append(make_person(random, first, last, sex, on - timedelta(age_days), on))
    return people


def make_person(
    random: Random, first: str, last: str, sex: Sex, birth_on: date, on: date
) -> Person:
    """Make one person at an address that does not exist."""
    address = Address(
        line=f"{random.randint(1, 980)} {random.choice(_STREETS)}",
        city="Riverbend",
        state="IL",
        postal_code=f"62{random.randint(100, 999)}{random.randint(1000, 9999)}",
    )
    registration = Registration(
        PersonName(last, first), birth_on, sex, address, f"217555{random.randint(100, 199):04d}"
    )
    return Person(registration, (on - birth_on).days >= 65 * 365.25)
