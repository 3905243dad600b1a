"""The elements of a provider's file, each as a value that knows the days it stands for."""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from cleanclaim.kernel.spans import Span


class ElementKind(StrEnum):
    """What an element of the file is."""

    IDENTITY = "identity"
    OTHER_NAME = "other_name"
    IDENTIFIER = "identifier"
    TAXONOMY = "taxonomy"
    EDUCATION = "education"
    TRAINING = "training"
    WORK = "work"
    GAP = "gap"
    BOARD = "board"
    LICENCE = "licence"
    DEA = "dea"
    STATE_CONTROLLED = "state_controlled"
    COVER = "cover"
    MALPRACTICE_CLAIM = "malpractice_claim"
    PRIVILEGE = "privilege"
    CLIA = "clia"
    CERTIFICATE = "certificate"
    LOCATION = "location"
    DISCLOSURE = "disclosure"
    REFERENCE = "reference"


class _Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every element shares: it writes only what is known, and refuses what it does not know.

    A person's data stay inside; messages name an element by its kind and number.
    """


class Identity(_Part, frozen=True, tag_field="kind", tag=ElementKind.IDENTITY.value):
    """Who the provider is; ``caqh`` is the id of the CAQH profile, eight digits."""

    npi: str
    surname: str
    given: str
    middle: str = ""
    suffix: str = ""
    birth_on: date | None = None
    email: str = ""
    phone: str = ""
    caqh: str = ""


class OtherName(_Part, frozen=True, tag_field="kind", tag=ElementKind.OTHER_NAME.value):
    """A name the person had or uses: before a marriage, at work."""

    surname: str
    given: str
    used_until: date | None = None


class Identifier(_Part, frozen=True, tag_field="kind", tag=ElementKind.IDENTIFIER.value):
    """A number that somebody gave the provider: Medicare PTAN, Medicaid number, UPIN."""

    issuer: str
    number: str
    state: str = ""


class Taxonomy(_Part, frozen=True, tag_field="kind", tag=ElementKind.TAXONOMY.value):
    """A taxonomy code; one of them is the primary."""

    code: str
    is_primary: bool = False


class Education(_Part, frozen=True, tag_field="kind", tag=ElementKind.EDUCATION.value):
    """A degree and where it was earned; ``completed_on`` None where it was not completed."""

    institution: str
    degree: str
    starts_on: date | None = None
    completed_on: date | None = None


class Training(_Part, frozen=True, tag_field="kind", tag=ElementKind.TRAINING.value):
    """An internship, residency or fellowship."""

    institution: str
    stage: str
    specialty: str = ""
    starts_on: date | None = None
    completed_on: date | None = None


class Work(_Part, frozen=True, tag_field="kind", tag=ElementKind.WORK.value):
    """A time of work; ``ends_on`` None while it lasts."""

    employer: str
    starts_on: date
    ends_on: date | None = None
    position: str = ""


class GapReason(_Part, frozen=True, tag_field="kind", tag=ElementKind.GAP.value):
    """Why nobody was worked for in these days; ``in_writing`` where the provider wrote it."""

    starts_on: date
    ends_on: date
    reason: str
    in_writing: bool = False


class Board(_Part, frozen=True, tag_field="kind", tag=ElementKind.BOARD.value):
    """A certificate of a specialty board; ``ends_on`` None where it is for life."""

    board: str
    specialty: str
    starts_on: date
    ends_on: date | None = None


class Licence(_Part, frozen=True, tag_field="kind", tag=ElementKind.LICENCE.value):
    """A state's licence to practise."""

    state: str
    number: str
    ends_on: date
    starts_on: date | None = None
    type: str = ""


class Dea(_Part, frozen=True, tag_field="kind", tag=ElementKind.DEA.value):
    """A registration with the DEA for one state; ``schedules`` as "2", "2N", "3" and so on."""

    number: str
    state: str
    schedules: tuple[str, ...]
    ends_on: date
    starts_on: date | None = None


class StateControlled(_Part, frozen=True, tag_field="kind", tag=ElementKind.STATE_CONTROLLED.value):
    """A state's own registration for controlled substances."""

    state: str
    number: str
    ends_on: date
    starts_on: date | None = None
    schedules: tuple[str, ...] = ()


class CoverBasis(StrEnum):
    """Which claims a malpractice policy answers for."""

    OCCURRENCE = "occurrence"
    CLAIMS_MADE = "claims_made"


class Cover(_Part, frozen=True, tag_field="kind", tag=ElementKind.COVER.value):
    """A policy against malpractice claims, limits in cents.

    ``retroactive_on`` is from when acts are covered by a claims-made policy. ``tail_until`` is
    the last day of reporting bought after its end; ``tail_open`` True where it does not end.
    ``carrier`` may be the federal programme or the practice itself.
    """

    carrier: str
    policy: str
    basis: CoverBasis
    each_cents: int
    aggregate_cents: int
    starts_on: date
    ends_on: date
    retroactive_on: date | None = None
    tail_until: date | None = None
    tail_open: bool = False


class MalpracticeClaim(
    _Part, frozen=True, tag_field="kind", tag=ElementKind.MALPRACTICE_CLAIM.value
):
    """A claim against the provider; cents None while nothing was paid or nobody knows."""

    occurred_on: date
    state: str
    closed_on: date | None = None
    paid_cents: int | None = None
    told: str = ""


class Privilege(_Part, frozen=True, tag_field="kind", tag=ElementKind.PRIVILEGE.value):
    """What a hospital lets the provider do there."""

    hospital: str
    standing: str
    starts_on: date
    ends_on: date | None = None


class Clia(_Part, frozen=True, tag_field="kind", tag=ElementKind.CLIA.value):
    """A laboratory certificate of the place: two digits, D, seven digits."""

    number: str
    type: str
    ends_on: date
    starts_on: date | None = None


class Certificate(_Part, frozen=True, tag_field="kind", tag=ElementKind.CERTIFICATE.value):
    """Another certificate that may end: life support, a facility's accreditation."""

    name: str
    number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class PracticeLocation(_Part, frozen=True, tag_field="kind", tag=ElementKind.LOCATION.value):
    """Where the provider practises, under which tax id."""

    name: str
    line: str
    city: str
    state: str
    postal_code: str
    tax_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class Question(StrEnum):
    """What an application asks a provider to disclose."""

    UNABLE = "unable_to_perform"
    DRUGS = "illegal_drugs"
    LICENCE_LOSS = "licence_loss"
    FELONY = "felony"
    PRIVILEGE_LOSS = "privilege_loss"
    COVER_LOSS = "cover_loss"


class Disclosure(_Part, frozen=True, tag_field="kind", tag=ElementKind.DISCLOSURE.value):
    """An answer; one of yes needs an explanation."""

    question: Question
    answer: bool
    explanation: str = ""


class Reference(_Part, frozen=True, tag_field="kind", tag=ElementKind.REFERENCE.value):
    """A colleague who speaks for the provider."""

    name: str
    relation: str
    phone: str = ""
    known_since: date | None = None


FileElement: TypeAlias = (
    Identity
    | OtherName
    | Identifier
    | Taxonomy
    | Education
    | Training
    | Work
    | GapReason
    | Board
    | Licence
    | Dea
    | StateControlled
    | Cover
    | MalpracticeClaim
    | Privilege
    | Clia
    | Certificate
    | PracticeLocation
    | Disclosure
    | Reference
)

ELEMENT_TYPES: tuple[type[FileElement], ...] = FileElement.__args__
BY_KIND = {ElementKind(str(each.__struct_config__.tag)): each for each in ELEMENT_TYPES}


def kind_of(element: FileElement) -> ElementKind:
    """Give the kind of an element."""
    return ElementKind(str(element.__struct_config__.tag))


def days_of(element: FileElement) -> tuple[date | None, date | None]:
    """Give the first and the last day an element stands for, None where it names none."""
    first = getattr(element, "starts_on", None)
    return first, getattr(element, "ends_on", None)


def span_of(element: FileElement) -> Span | None:
    """Give the days an element stands for.

    None where its first day is not known, or it ends before it starts: then no day is proven.
    """
    first, last = days_of(element)
    if first is None or (last is not None and last < first):
        return None
    return Span(first, last)
