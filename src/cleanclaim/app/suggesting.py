"""What the practice's own suggester says of a visit, kept as it was said."""

from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.coding_log import length_of_log, replay_judged
from cleanclaim.app.noting import read_paper
from cleanclaim.app.referencing import open_library
from cleanclaim.app.suggested import latest_set
from cleanclaim.app.work import unit_of_work
from cleanclaim.coding.knowledge import Knowledge, open_knowledge
from cleanclaim.coding.learning import Decision, learn
from cleanclaim.coding.levels import choose_level
from cleanclaim.coding.suggesting import suggest
from cleanclaim.coding.values import Suggestions
from cleanclaim.store.coding.models import SuggestionSet
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.places import data_folder

# Which level table a place of service asks (CMS place of service codes); others ask none, for
# the place alone does not say whether a stay began, went on or ended.
_SETTINGS = {"11": "office", "19": "office", "22": "office", "49": "office", "50": "office"} | {
    "71": "office",
    "72": "office",
    "02": "office",
    "10": "office",
    "12": "home",
    "13": "home",
    "14": "home",
    "33": "home",
    "23": "ed",
}


class Suggester(Protocol):
    """What reads a note on a day: ``name`` says which, with the tables that it stands on."""

    name: str

    def suggest(self, note: str, *, on: date, organization: int) -> Suggestions:
        """Suggest codes and queries."""
        ...

    def level(
        self, note: str, *, setting: str, patient: str | None, minutes: int | None, on: date
    ) -> dict[str, Any]:
        """Give the level of a visit, as ``code level --json`` does."""
        ...


def setting_of(visit: Encounter) -> str:
    """Give the setting whose levels a visit has, "" where the place does not tell."""
    return _SETTINGS.get(visit.location.place_of_service, "")


def prepare_suggestions(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    encounter: int,
    suggester: Suggester | None = None,
) -> SuggestionSet | None:
    """Have a visit's signed notes read once, and keep what was said; None where there are none.

    The notes as they are now are read once: a further text makes a further set.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization, related=("location",))
        paper = read_paper(organization, encounter)
        known = latest_set(visit, "codes", paper)
        reader = suggester or installed_suggester()
        if known is not None or not paper.text:
            return known
        told = reader.suggest(paper.text, on=visit.service_on, organization=organization)
        kept = SuggestionSet.objects.create(
            organization_id=organization,
            encounter=visit,
            kind="codes",
            sha256=paper.sha256,
            content=msgspec.to_builtins(_in_note(told, paper.text)),
            made_by=reader.name[:80],
            made_at=at,
        )
        work.tell(
            "codes.suggested",
            ("suggested", visit.pk),
            patient=visit.patient_id,
            codes=len(told.codes),
            queries=len(told.queries),
        )
    return kept


def judge_level(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    encounter: int,
    patient: str | None = None,
    minutes: int | None = None,
    suggester: Suggester | None = None,
) -> SuggestionSet | None:
    """Have the level of a visit judged from its notes; asked otherwise, it is judged anew."""
    with unit_of_work(organization=organization, actor=actor, at=at):
        visit = access(Encounter, encounter, organization=organization, related=("location",))
        paper, setting = read_paper(organization, encounter), setting_of(visit)
        known = latest_set(visit, "level", paper)
        asked = {"setting": setting, "patient": patient, "minutes": minutes}
        reader = suggester or installed_suggester()
        if not setting or not paper.text:
            return known
        if known is not None and (known.asked == asked or (patient, minutes) == (None, None)):
            return known
        level = reader.level(
            paper.text, setting=setting, patient=patient, minutes=minutes, on=visit.service_on
        )
        return SuggestionSet.objects.create(
            organization_id=organization,
            encounter=visit,
            kind="level",
            sha256=paper.sha256,
            asked=asked,
            content=level,
            made_by=reader.name[:80],
            made_at=at,
        )


def _in_note(told: Suggestions, note: str) -> Suggestions:
    """Keep only what points into the note: a code without a passage is no suggestion."""
    codes = tuple(
        each
        for each in told.codes
        if each.evidence and all(note[s.start : s.end] == s.text for s in each.evidence)
    )
    return msgspec.structs.replace(told, codes=codes)


@cache
def installed_suggester() -> Suggester:
    """Open the suggester that comes with the program, once a process."""
    return _Installed()


class _Installed:
    """The suggester and the levels of ``coding``, with what each organization's coders taught."""

    name = "cleanclaim.coding"

    def __init__(self) -> None:
        self._knowledge = open_knowledge(open_library(), data_folder() / "coding")
        self._taught: dict[int, tuple[int, Knowledge]] = {}

    def suggest(self, note: str, *, on: date, organization: int) -> Suggestions:
        """Suggest by what everybody knows and by what this organization's coders decided."""
        return suggest(note, on=on, knowledge=self._taught_by(organization))

    def _taught_by(self, organization: int) -> Knowledge:
        """Replay the organization's log where it has grown since the last time."""
        length = length_of_log(organization)
        known = self._taught.get(organization)
        if known is None or known[0] != length:
            judged = replay_judged(organization)
            log = [Decision(each.words, each.code, each.accepted) for each in judged]
            terms = learn(log, self._knowledge.book).terms()
            known = length, self._knowledge.with_terms(terms)
            self._taught[organization] = known
        return known[1]

    def level(
        self, note: str, *, setting: str, patient: str | None, minutes: int | None, on: date
    ) -> dict[str, Any]:
        """Give the level by the tables."""
        level = choose_level(note, setting=setting, patient=patient, minutes=minutes, on=on)
        told: dict[str, Any] = msgspec.to_builtins(level)
        return told
