"""What a level of a visit is made of: ranks, facts found in the note, and the answer."""

from enum import IntEnum, StrEnum

import msgspec

UNKNOWN = "unknown"
NOT_USED = "n/a"


class Rank(IntEnum):
    """How far an element reaches; the four levels of decision making share these ranks."""

    UNKNOWN = 0
    STRAIGHTFORWARD = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4


class Setting(StrEnum):
    """Where and as what the visit took place; each has codes of its own."""

    OFFICE = "office"
    ED = "ed"
    HOSPITAL_INITIAL = "hospital-initial"
    HOSPITAL_SUBSEQUENT = "hospital-subsequent"
    HOSPITAL_DISCHARGE = "hospital-discharge"
    HOSPITAL_SAME_DAY = "hospital-same-day"
    CONSULT_OFFICE = "consult-office"
    CONSULT_INPATIENT = "consult-inpatient"
    NURSING_INITIAL = "nursing-initial"
    NURSING_SUBSEQUENT = "nursing-subsequent"
    NURSING_DISCHARGE = "nursing-discharge"
    HOME = "home"


class Patient(StrEnum):
    """Whether the same group and specialty saw the patient face to face in three years."""

    NEW = "new"
    ESTABLISHED = "established"


class Element(msgspec.Struct, frozen=True):
    """A fact that counted, with the characters of the note that say it.

    ``kind`` names the element and the fact: ``problem.chronic_stable``, ``data.test``,
    ``risk.prescription_drug``, ``time.total``.
    """

    kind: str
    start: int
    end: int
    text: str


class Level(msgspec.Struct, frozen=True):
    """The level of a visit: its code, what it rests on, and what was not found.

    ``level`` is a code, or "unknown" where the note does not settle one. ``basis`` is "mdm"
    or "time". ``problems``, ``data`` and ``risk`` are the words of the table, "n/a" where the
    code does not rest on decision making. ``missing`` states facts that were looked for and
    not found; it never asks for any.
    """

    level: str
    basis: str
    problems: str
    data: str
    risk: str
    elements: tuple[Element, ...]
    missing: tuple[str, ...]


class Fact(msgspec.Struct, frozen=True):
    """One thing found: its kind and its place; ``key`` tells two of a kind apart."""

    kind: str
    start: int
    end: int
    key: str = ""


class Weighed(msgspec.Struct, frozen=True):
    """One element of decision making: its rank, the table's word for it, and why."""

    rank: Rank
    word: str
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
