"""Who visits whom when, and the stories among the visits that a newcomer should look up."""

from datetime import date, timedelta
from enum import StrEnum
from random import Random

import msgspec

from cleanclaim.app.documenting import CodedService
from cleanclaim.claims.parties import Sex
from cleanclaim.demo.payers import PAYERS
from cleanclaim.demo.people import Person, make_people, make_person
from cleanclaim.demo.practice import (
    KNEE,
    KNEE_NOTE,
    LOCATIONS,
    NEWCOMER,
    TEMPLATES,
    UNBUNDLED,
    Template,
)

# Inside the ICD-10-CM release that comes with the program (April to September 2026).
STARTS_ON = date(2026, 4, 1)
ENDS_ON = date(2026, 9, 25)
VISITS_END_ON = date(2026, 9, 4)
PATIENTS_MAX = 200


class Story(StrEnum):
    """A thing that happens to claims; the value is the family name of the patient it happens to."""

    PENDING_PROVIDER = "Enrollment-Pending"
    LAPSED_COVERAGE = "Coverage-Lapsed"
    DENIED_CORRECTED = "Denied-Corrected"
    TWO_PAYERS = "Secondary-Payer"
    RECOUPED = "Recouped"
    TWO_PAYMENTS = "Pays-In-Two-Parts"
    REJECTED = "Rejected-Resubmitted"
    IN_SUSPENSE = "Money-In-Suspense"
    HELD_BY_EDITS = "Held-By-Edits"


_FIRST_NAMES = dict(
    zip(
        Story,
        ("Paula", "Leo", "Dana", "Samuel", "Rita", "Thomas", "Regina", "Sven", "Hana"),
        strict=True,
    )
)
STORY_NAMES = {story: f"{_FIRST_NAMES[story]} {story.value}" for story in Story}


class PlannedCoverage(msgspec.Struct, frozen=True):
    """A coverage: payer by key, plan, member id, and the last day the payer knows it for.

    ``shown_on`` is the day the patient first shows the card, None from the beginning.
    """

    payer: str
    plan: str
    member_id: str
    ends_on: date | None = None
    shown_on: date | None = None


class PlannedPatient(msgspec.Struct, frozen=True):
    """A patient, coverages in their order, and the story that is theirs."""

    person: Person
    coverages: tuple[PlannedCoverage, ...]
    story: Story | None = None


class PlannedVisit(msgspec.Struct, frozen=True):
    """A visit: patient and provider by number, place, day, note and services."""

    patient: int
    provider: int
    location: str
    on: date
    note: str
    services: tuple[CodedService, ...]
    story: Story | None = None


class Plan(msgspec.Struct, frozen=True):
    """The whole half year, before it happens; visits in the order of their days."""

    patients: tuple[PlannedPatient, ...]
    visits: tuple[PlannedVisit, ...]


def make_plan(seed: int, visits: int) -> Plan:
    """Draw patients and visits; the stories are always among them."""
    random = Random(seed)  # noqa: S311 - a synthetic practice, not a secret
    count = min(PATIENTS_MAX, max(len(Story) + 2, visits * 2 // 5))
    people = make_people(random, count - len(Story), STARTS_ON)
    told = [_story_patient(random, story) for story in Story]
    others = [_patient(random, person) for person in people]
    patients = (*told, *others)
    drawn = [_story_visit(number, p) for number, p in enumerate(told)]
    while len(drawn) < visits:
        drawn.append(_visit(random, patients, len(told)))
    return Plan(patients, tuple(sorted(drawn, key=lambda visit: visit.on)))


def _patient(random: Random, person: Person) -> PlannedPatient:
    if person.is_senior:
        first = PlannedCoverage("medicare", "part_b", _mbi(random))
        if random.random() < 0.5:
            return PlannedPatient(person, (first, _coverage(random, "summit", "supplement")))
        return PlannedPatient(person, (first,))
    keys = [key for key in PAYERS if key != "medicare"]
    payer = random.choices(keys, [PAYERS[key].share for key in keys])[0]
    plans = [plan for plan in PAYERS[payer].plans if plan != "supplement"]
    return PlannedPatient(person, (_coverage(random, payer, random.choice(plans)),))


def _coverage(random: Random, payer: str, plan: str) -> PlannedCoverage:
    prefix = PAYERS[payer].terms.identifier[:3]
    return PlannedCoverage(payer, plan, f"{prefix}{random.randint(10**8, 10**9 - 1)}")


def _mbi(random: Random) -> str:
    """Draw an identifier of Medicare's form (C A AN N A AN N A A N N)."""
    letters, digits = "ACDEFGHJKMNPQRTUVWXY", "0123456789"
    form = ("123456789", letters, letters, digits, letters, letters, digits, letters, letters)
    return "".join(random.choice(marks) for marks in (*form, digits, digits))


_STORY_COVERAGES: dict[Story, tuple[tuple[str, str], ...]] = {
    Story.PENDING_PROVIDER: (("prairie", "silver"),),
    Story.LAPSED_COVERAGE: (("summit", "ppo"),),
    Story.DENIED_CORRECTED: (("prairie", "gold"),),
    Story.TWO_PAYERS: (("medicare", "part_b"), ("summit", "supplement")),
    Story.RECOUPED: (("heartland", "hmo"),),
    Story.TWO_PAYMENTS: (("summit", "ppo"),),
    Story.REJECTED: (("medicaid", "standard"),),
    Story.IN_SUSPENSE: (("heartland", "hmo"),),
    Story.HELD_BY_EDITS: (("medicare", "part_b"),),
}


def _story_patient(random: Random, story: Story) -> PlannedPatient:
    seniors = {Story.TWO_PAYERS, Story.HELD_BY_EDITS}
    born = date(1950, 4, 2) if story in seniors else date(1984, 8, 21)
    women = {
        Story.PENDING_PROVIDER,
        Story.DENIED_CORRECTED,
        Story.RECOUPED,
        Story.REJECTED,
        Story.HELD_BY_EDITS,
    }
    sex = Sex.FEMALE if story in women else Sex.MALE
    person = make_person(random, _FIRST_NAMES[story], story.value, sex, born, STARTS_ON)
    coverages = tuple(
        PlannedCoverage("medicare", plan, _mbi(random))
        if payer == "medicare"
        else _coverage(random, payer, plan)
        for payer, plan in _STORY_COVERAGES[story]
    )
    if story is Story.LAPSED_COVERAGE:
        ended = msgspec.structs.replace(coverages[0], ends_on=date(2026, 4, 30))
        new = _coverage(random, "prairie", "silver")
        coverages = (ended, msgspec.structs.replace(new, shown_on=date(2026, 5, 26)))
    return PlannedPatient(person, coverages, story)


_HYPERTENSION, _DIABETES = TEMPLATES[0], TEMPLATES[1]
_STORY_VISITS: dict[Story, tuple[int, date]] = {
    Story.PENDING_PROVIDER: (NEWCOMER, date(2026, 6, 2)),
    Story.LAPSED_COVERAGE: (0, date(2026, 5, 12)),
    Story.DENIED_CORRECTED: (4, date(2026, 4, 10)),
    Story.TWO_PAYERS: (2, date(2026, 4, 16)),
    Story.RECOUPED: (1, date(2026, 4, 6)),
    Story.TWO_PAYMENTS: (1, date(2026, 4, 8)),
    Story.REJECTED: (5, date(2026, 5, 5)),
    Story.IN_SUSPENSE: (0, date(2026, 5, 26)),
    Story.HELD_BY_EDITS: (4, VISITS_END_ON),
}


def _story_visit(patient: int, planned: PlannedPatient) -> PlannedVisit:
    story = planned.story
    if story is None:
        msg = "only a patient with a story has a story's visit"
        raise ValueError(msg)
    provider, on = _STORY_VISITS[story]
    template = _DIABETES if story is Story.TWO_PAYMENTS else _HYPERTENSION
    note, services = template.note, template.services
    if story is Story.DENIED_CORRECTED:
        note, services = KNEE_NOTE, (KNEE,)
    if story is Story.HELD_BY_EDITS:
        note, services = KNEE_NOTE, UNBUNDLED
    return PlannedVisit(patient, provider, "Riverbend Main", on, note, services, story)


def _visit(random: Random, patients: tuple[PlannedPatient, ...], first: int) -> PlannedVisit:
    number = random.randrange(first, len(patients))
    template = random.choices(TEMPLATES, [t.weight for t in TEMPLATES])[0]
    provider = random.choice(template.providers)
    return PlannedVisit(
        number,
        provider,
        random.choice(list(LOCATIONS)),
        _weekday(random),
        template.note,
        _services(random, template),
    )


def _services(random: Random, template: Template) -> tuple[CodedService, ...]:
    """Now and then a coder forgets the modifiers; that is what denials are made of."""
    if random.random() < 0.97:
        return template.services
    return tuple(msgspec.structs.replace(s, modifiers=()) for s in template.services)


def _weekday(random: Random) -> date:
    days = (VISITS_END_ON - STARTS_ON).days
    while True:
        day = STARTS_ON + timedelta(random.randint(0, days))
        if day.weekday() < 5:
            return day
