"""What another system tells us of a person, a visit, a note or a charge, however it wrote it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class Numbered(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number that another system gave: by whom, the number itself, and of what kind it is."""

    authority: str
    value: str
    kind: str = ""


class Residence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where somebody lives, as it was told."""

    line: str = ""
    second_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A patient or an insured; ``birth_on`` None where no whole day was told.

    ``sex`` is F, M or U. ``account`` is the number of the account at the sender.
    """

    numbers: tuple[Numbered, ...] = ()
    last: str = ""
    first: str = ""
    middle: str = ""
    birth_on: date | None = None
    sex: str = "U"
    residence: Residence = Residence()
    phone: str = ""
    account: Numbered | None = None


class Practitioner(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who treated: the NPI if it was told, else the sender's own number."""

    npi: str = ""
    number: str = ""
    last: str = ""
    first: str = ""


class Insurance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A coverage as the sender has it; ``payer`` is the sender's number or name of the payer.

    ``relationship`` is the patient's to the insured, as claims write it: 18 self, 01 spouse,
    19 child, G8 other, empty where it was not told. ``insured`` is None for the patient's own.
    """

    payer: str
    member: str
    group: str = ""
    plan: str = ""
    relationship: str = "18"
    rank: int = 1
    starts_on: date | None = None
    ends_on: date | None = None
    insured: Person | None = None


class Visit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A visit: its number at the sender, its first day, who, where; ``cancelled`` takes it back."""

    number: Numbered
    service_on: date | None = None
    ends_on: date | None = None
    practitioner: Practitioner = Practitioner()
    place: str = ""
    setting: str = ""
    cancelled: bool = False


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a note: its title, its code, and its characters from ``start`` to ``end``."""

    title: str
    code: str
    start: int
    end: int


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """A clinical text with its number, kind, author and time.

    ``final`` is false for a draft and for one that was replaced or entered in error.
    """

    number: Numbered
    text: str
    kind: str = ""
    author: Practitioner = Practitioner()
    written_at: datetime | None = None
    written_on: date | None = None
    final: bool = True
    replaces: str = ""
    sections: tuple[Section, ...] = ()


class Service(msgspec.Struct, frozen=True, omit_defaults=True):
    """A charge; ``cents`` None takes the practice's fee, and ``reverses`` takes one back."""

    code: str
    diagnoses: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    cents: int | None = None
    service_on: date | None = None
    reverses: bool = False


class Slot(msgspec.Struct, frozen=True, omit_defaults=True):
    """An appointment: its number, its start and end, with whom, where, and how it stands."""

    number: Numbered
    state: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    practitioner: Practitioner = Practitioner()
    place: str = ""
    reason: str = ""


class Happening(StrEnum):
    """What a message tells that happened."""

    REGISTERED = "registered"  # a person, perhaps with a visit
    VISIT = "visit"
    VISIT_CANCELLED = "visit_cancelled"
    MERGED = "merged"
    BOOKED = "booked"
    CHARGED = "charged"
    DOCUMENTED = "documented"
    NOTHING = "nothing"  # nothing that a record of ours holds


class Arrival(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that one message tells; what it does not tell is empty.

    ``prior`` are numbers of the account that was merged into ``person``. ``diagnoses`` are
    those of the visit.
    """

    happening: Happening
    person: Person = Person()
    prior: tuple[Numbered, ...] = ()
    visit: Visit | None = None
    insurances: tuple[Insurance, ...] = ()
    notes: tuple[Note, ...] = ()
    services: tuple[Service, ...] = ()
    diagnoses: tuple[str, ...] = ()
    slot: Slot | None = None
