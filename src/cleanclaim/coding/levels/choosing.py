"""The level of a visit: facts found in the note, ranked, and a dated table that chooses."""

import re
from datetime import date

import msgspec

from cleanclaim.coding.levels.minutes import read_minutes
from cleanclaim.coding.levels.passages import Sentence, read_sentences
from cleanclaim.coding.levels.problems import weigh_problems
from cleanclaim.coding.levels.reviewed import weigh_data
from cleanclaim.coding.levels.risk import EMERGENCY, weigh_risk
from cleanclaim.coding.levels.schedule import (
    BY_PATIENT,
    BY_TIME_ONLY,
    LevelRow,
    find_rows,
    row_for_minutes,
    row_for_rank,
)
from cleanclaim.coding.levels.values import (
    NOT_USED,
    UNKNOWN,
    Element,
    Fact,
    Level,
    Patient,
    Rank,
    Setting,
    Weighed,
)
from cleanclaim.kernel.errors import CleanclaimError

_OWN_ROOMS = frozenset({Setting.OFFICE, Setting.CONSULT_OFFICE})
_STAFF = re.compile(
    r"\b(?:nurse|rn|lpn|ma|medical assistant|clinical staff|nursing)[- ](?:only )?(?:visit|"
    r"encounter|"
    r"appointment|check)\b|\b(?:seen|evaluated|triaged) by (?:the )?(?:nurse|rn|"
    r"nursing)\b(?: only)?|"
    r"\bnot seen by (?:a |the )?(?:physician|provider|doctor)\b|\bno (?:physician|provider) "
    r"(?:visit|evaluation|encounter)\b",
    re.IGNORECASE,
)
_PRACTITIONER = re.compile(r"\b(?:i|we) (?:saw|examined|evaluated|discussed)\b", re.IGNORECASE)
_NEW = re.compile(
    r"\bnew patient\b|\bnew pt\b|\bto establish care\b|\bestablish(?:ing)? care\b", re.I
)
_ESTABLISHED = re.compile(r"\bestablished (?:patient|pt)\b", re.IGNORECASE)


class UnknownSettingError(CleanclaimError):
    """A setting or kind of patient that no visit has."""

    code = "coding.unknown_setting"


class Reading(msgspec.Struct, frozen=True):
    """All that a note says for its level: the three elements, the time, and who the patient is."""

    setting: Setting
    patient: Patient | None
    problems: Weighed
    data: Weighed
    risk: Weighed
    minutes: int | None
    facts: tuple[Fact, ...]
    missing: tuple[str, ...]
    staff: Fact | None = None

    @property
    def rank(self) -> Rank:
        """The level of decision making, met or exceeded by two of the three elements."""
        found = sorted((self.problems.rank, self.data.rank, self.risk.rank))
        decided = found[1]
        if self.problems.rank is Rank.UNKNOWN:
            # Data and risk alone settle a level only where both are more than nothing.
            return found[1] if decided > Rank.STRAIGHTFORWARD else Rank.UNKNOWN
        return max(decided, Rank.STRAIGHTFORWARD)


def choose_level(
    note: str, *, setting: str, patient: str | None, minutes: int | None, on: date
) -> Level:
    """Choose the level of a visit by decision making or time, whichever is higher.

    ``setting`` is a value of Setting, ``patient`` "new", "established" or None where only the
    note can tell; ``minutes`` is the practitioner's total time on the day and goes before what
    the note states. The rules are those of the day ``on`` (AMA CPT 2021 for offices, 2023 for
    all others); before them the level is unknown. Raises UnknownSettingError.
    """
    reading = read_visit(note, setting=setting, patient=patient, minutes=minutes)
    rows = find_rows(reading.setting, reading.patient, on, staff=reading.staff is not None)
    if not rows:
        return _level(
            note, reading, None, "mdm", (*reading.missing, "codes for that day and visit")
        )
    if reading.staff is not None:
        return _staff_level(note, reading, rows[0])
    if reading.setting in BY_TIME_ONLY:
        return _discharge_level(note, reading, rows)
    row, basis = _higher(reading, rows)
    return _level(note, reading, row, basis, reading.missing)


def read_visit(note: str, *, setting: str, patient: str | None, minutes: int | None) -> Reading:
    """Read what a note says for its level, without choosing one. Raises UnknownSettingError."""
    place = _setting(setting)
    who, unsaid = _patient(note, place, patient)
    stated = read_minutes(note)
    sentences = read_sentences(note)
    risk = weigh_risk(sentences, note, place)
    data = weigh_data(sentences, note, own_rooms=place in _OWN_ROOMS)
    urgent = next((fact for fact in risk.facts if fact.kind == EMERGENCY), None)
    problems = weigh_problems(sentences, emergency=urgent)
    time = () if stated is None else (stated[1],)
    told = stated[0] if minutes is None and stated is not None else minutes
    return Reading(
        place,
        who,
        problems,
        data,
        risk,
        told,
        (*problems.facts, *data.facts, *risk.facts, *time),
        (*problems.missing, *data.missing, *unsaid),
        _staff(note, sentences, place),
    )


def _setting(name: str) -> Setting:
    try:
        return Setting(name)
    except ValueError:
        msg = f"no setting is called {name!r}; there are {', '.join(Setting)}"
        raise UnknownSettingError(msg) from None


def _patient(
    note: str, setting: Setting, named: str | None
) -> tuple[Patient | None, tuple[str, ...]]:
    """Tell new from established: as the caller says, else as the note does, else as told."""
    if setting not in BY_PATIENT:
        return None, ()
    if named is not None:
        if named not in set(Patient):
            msg = "a patient is new or established"
            raise UnknownSettingError(msg)
        return Patient(named), ()
    if _NEW.search(note):
        return Patient.NEW, ()
    unsaid = "whether the patient is new; read as established"
    return Patient.ESTABLISHED, () if _ESTABLISHED.search(note) else (unsaid,)


def _staff(note: str, sentences: tuple[Sentence, ...], setting: Setting) -> Fact | None:
    """Give the place that says that clinical staff alone saw the patient."""
    found = _STAFF.search(note)
    if found is None or not sentences or setting not in {Setting.OFFICE, Setting.ED}:
        return None
    if _PRACTITIONER.search(note) is not None:
        return None
    return Fact("visit.clinical_staff", found.start(), found.end())


def _higher(reading: Reading, rows: tuple[LevelRow, ...]) -> tuple[LevelRow | None, str]:
    """Choose between decision making and time; decision making where both give one code."""
    by_decision = row_for_rank(rows, reading.rank)
    by_time = None if reading.minutes is None else row_for_minutes(rows, reading.minutes)
    if by_time is None or (by_decision is not None and by_time.rank <= by_decision.rank):
        return by_decision, "mdm"
    return by_time, "time"


def _staff_level(note: str, reading: Reading, row: LevelRow) -> Level:
    fact = reading.staff
    elements = () if fact is None else (_element(note, fact),)
    return Level(row.code, "mdm", NOT_USED, NOT_USED, NOT_USED, elements, ())


def _discharge_level(note: str, reading: Reading, rows: tuple[LevelRow, ...]) -> Level:
    row = row_for_minutes(rows, reading.minutes or 0)
    time = tuple(_element(note, fact) for fact in reading.facts if fact.kind == "time.total")
    missing = () if reading.minutes is not None else ("total time on the day of discharge",)
    code = UNKNOWN if row is None else row.code
    return Level(code, "time", NOT_USED, NOT_USED, NOT_USED, time, missing)


def _level(
    note: str, reading: Reading, row: LevelRow | None, basis: str, missing: tuple[str, ...]
) -> Level:
    return Level(
        UNKNOWN if row is None else row.code,
        basis,
        reading.problems.word,
        reading.data.word,
        reading.risk.word,
        tuple(_element(note, fact) for fact in sorted(reading.facts, key=_order)),
        missing,
    )


def _order(fact: Fact) -> tuple[str, int]:
    return fact.kind.partition(".")[0], fact.start


def _element(note: str, fact: Fact) -> Element:
    return Element(fact.kind, fact.start, fact.end, note[fact.start : fact.end])
