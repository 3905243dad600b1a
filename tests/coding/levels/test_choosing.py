"""The level of a visit: two of three elements or time, by the table of the day of service."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.coding.levels import Level, UnknownSettingError, choose_level
from cleanclaim.coding.levels.schedule import LEVELS as ROWS
from cleanclaim.coding.levels.schedule import STAFF_VISITS
from coding.levels.notes import LEVELS, NOTHING, ON

VIGNETTES = Path(__file__).resolve().parents[3] / "../shared/corpus/notes/em_vignettes_dev"
CODES = {row.code for row in (*ROWS, *STAFF_VISITS)} | {"unknown"}


def level(
    note: str,
    setting: str = "office",
    patient: str | None = "established",
    minutes: int | None = None,
    on: date = ON,
) -> Level:
    return choose_level(note, setting=setting, patient=patient, minutes=minutes, on=on)


@pytest.mark.parametrize(("setting", "patient", "code", "note"), LEVELS)
def test_a_note_has_the_level_of_its_writers(
    setting: str, patient: str | None, code: str, note: str
) -> None:
    assert level(note, setting, patient).level == code


def test_two_of_three_elements_choose() -> None:
    told = level("A/P: Essential hypertension, at goal. Continue lisinopril. Check BMP.")
    assert (told.problems, told.data, told.risk) == ("low", "minimal", "moderate")
    assert (told.level, told.basis, told.missing) == ("99213", "mdm", ())


def test_each_element_is_quoted_from_its_place() -> None:
    note = "S: café owner, feels well.\r\nA/P: Asthma, not well controlled. Add fluticasone."
    told = level(note)
    assert {(e.kind, e.text) for e in told.elements} == {
        ("problem.chronic_worse", "Asthma"),
        ("risk.prescription_drug", "fluticasone"),
    }
    assert all(note[e.start : e.end] == e.text for e in told.elements)


# Time


@pytest.mark.parametrize(
    ("minutes", "code", "basis"),
    [(19, "99212", "mdm"), (20, "99213", "time"), (39, "99214", "time"), (40, "99215", "time")],
)
def test_time_chooses_where_it_is_higher(minutes: int, code: str, basis: str) -> None:
    told = level("A/P: Common cold. Fluids.", minutes=minutes)
    assert (told.level, told.basis) == (code, basis)


def test_decision_making_is_the_basis_where_both_agree() -> None:
    told = level("A/P: Hypertension at goal, continue losartan.", minutes=20)
    assert (told.level, told.basis) == ("99213", "mdm")


def test_time_never_chooses_in_an_emergency_department() -> None:
    note = "ED: 9 y/o with small splinter, removed. Total time 90 minutes."
    assert level(note, "ed", None).level == "99282"


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("Total time on the date of the encounter: 42 minutes.", 42),
        ("I spent 42 min on the day of the visit.", 42),
        ("42 minutes were spent on the date of service.", 42),
        ("Total time 1 hour 5 minutes.", 65),
        ("Total time of 42 minutes, excluding smoking cessation counseling.", 42),
        ("Chest pain lasted 42 minutes.", None),
        ("Nurse spent 42 minutes on teaching.", None),
        ("Critical care time 42 minutes.", None),
        ("Spent 42 minutes on smoking cessation counseling.", None),
    ],
)
def test_only_the_practitioners_own_time_counts(words: str, minutes: int | None) -> None:
    told = level(f"S: here for a visit. {words} A/P: Common cold.")
    assert told.basis == ("mdm" if minutes is None else "time")
    times = [e for e in told.elements if e.kind == "time.total"]
    assert len(times) == (0 if minutes is None else 1)


def test_minutes_named_go_before_minutes_written() -> None:
    note = "A/P: Common cold. Total time 50 minutes."
    assert level(note).level == "99215"
    assert level(note, minutes=10).level == "99212"


# The table and its days


@pytest.mark.parametrize(
    ("setting", "minutes", "on", "code"),
    [
        ("nursing-initial", 45, date(2023, 6, 1), "99306"),
        ("nursing-initial", 45, date(2024, 1, 1), "99305"),
        ("nursing-initial", 50, date(2024, 1, 1), "99306"),
        ("nursing-subsequent", 15, date(2023, 12, 31), "99308"),
        ("nursing-subsequent", 15, date(2024, 1, 1), "99307"),
        ("hospital-same-day", 85, ON, "99236"),
        ("nursing-discharge", 31, ON, "99316"),
        ("nursing-discharge", 30, ON, "99315"),
        ("hospital-discharge", 30, ON, "99238"),
        ("hospital-discharge", 31, ON, "99239"),
    ],
)
def test_minutes_are_those_of_the_day(setting: str, minutes: int, on: date, code: str) -> None:
    assert level("Seen and examined.", setting, None, minutes, on).level == code


def test_before_the_rules_no_level_is_known() -> None:
    note = "A/P: Hypertension at goal, continue losartan."
    assert level(note, on=date(2020, 12, 31)).level == "unknown"
    assert level(note, on=date(2021, 1, 1)).level == "99213"
    told = level(note, "hospital-initial", None, on=date(2022, 12, 31))
    assert (told.level, told.missing) == ("unknown", ("codes for that day and visit",))


def test_every_row_has_a_source_and_owns_that_it_was_not_read() -> None:
    assert all(row.source and row.confidence == "secondary" for row in ROWS)
    assert {row.code for row in ROWS} & {
        "99217",
        "99218",
        "99224",
        "99241",
        "99251",
        "99343",
    } == set()


# What is unknown stays unknown


def test_a_note_without_a_problem_settles_nothing() -> None:
    told = level("S: here today. O: normal.")
    assert told.level == "unknown"
    assert told.problems == "unknown"
    assert "no problem that was addressed was found" in told.missing


def test_an_unnamed_kind_of_patient_is_owned_to() -> None:
    told = level("A/P: Common cold.", patient=None)
    assert told.level == "99212"
    assert told.missing == ("whether the patient is new; read as established",)
    assert level("New patient. A/P: Common cold.", patient=None).level == "99202"
    assert level("Established patient. A/P: Common cold.", patient=None).missing == ()


def test_a_discharge_without_time_says_that_time_was_not_found() -> None:
    told = level("Discharge day. Instructions given.", "hospital-discharge", None)
    assert told.level == "99238"
    assert (told.basis, told.problems, told.data, told.risk) == ("time", "n/a", "n/a", "n/a")
    assert told.missing == ("total time on the day of discharge",)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownSettingError):
        level("A/P: cold.", "office-visit")
    with pytest.raises(UnknownSettingError):
        level("A/P: cold.", patient="returning")


# What is not said of this patient today changes nothing


@pytest.mark.parametrize("words", NOTHING)
def test_what_is_denied_past_or_supposed_raises_no_level(words: str) -> None:
    for setting, patient, code, note in (LEVELS[n] for n in (0, 4, 6, 10, 16)):
        assert level(f"{note} {words}", setting, patient).level == code
        head, mark, tail = note.partition("A/P:")
        if mark:
            assert level(f"{head}{words} {mark}{tail}", setting, patient).level == code


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([row[3] for row in LEVELS] + list(NOTHING)), max_size=5),
    st.sampled_from(sorted({row[0] for row in LEVELS})),
    st.text(max_size=30),
)
def test_any_text_has_a_level_of_the_table_and_true_places(
    parts: list[str], setting: str, noise: str
) -> None:
    note = noise.join(parts) + noise
    told = level(note, setting, None)
    assert told.level in CODES
    assert told.basis in {"mdm", "time"}
    assert all(note[e.start : e.end] == e.text and e.text for e in told.elements)


@pytest.mark.corpus
def test_nine_in_ten_of_the_vignettes_have_their_level() -> None:
    file = VIGNETTES / "vignettes.jsonl"
    if not file.exists():
        pytest.skip("the vignettes lie beside the repository, and are not here")
    patients = {"est": "established", "new": "new"}
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    right = 0
    for row in rows:
        setting = row["setting"].replace("hosp_", "hospital-").replace("_", "-")
        told = level(row["note"], setting, patients.get(row["patient"]))
        right += told.level == row["gold"]["code"]
    assert len(rows) == 20
    assert right >= 18
