"""A claimed level against the note: facts found and not found, and never a word of advice."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.coding.levels import choose_level
from cleanclaim.coding.levels.claimed import compare_claimed
from cleanclaim.kernel.findings import Finding, Severity
from coding.levels.notes import LEVELS, NOTHING, ON

STABLE = "A/P: Hypertension at goal, continue losartan."
# Words by which a text would tell somebody to write, or to do, more.
ADVICE = re.compile(
    r"\b(?:document|add|adding|should|could|would|consider|need\w*|recommend\w*|increase|higher|"
    r"improve|support\w*|include|ensure|must|upgrade|raise|optimi[sz]e|capture|clarify|specify|"
    r"to reach|more detail|please|if you|in order to|missing)\b",
    re.IGNORECASE,
)


def compare(
    claimed: str,
    note: str = STABLE,
    setting: str = "office",
    patient: str | None = "established",
    minutes: int | None = None,
) -> tuple[Finding, ...]:
    return compare_claimed(note, claimed, setting=setting, patient=patient, minutes=minutes, on=ON)


def told(findings: tuple[Finding, ...], rule: str) -> list[tuple[str, str]]:
    return [(f.severity.value, f.message) for f in findings if f.rule == rule]


@pytest.mark.parametrize(
    ("claimed", "severity"), [("99212", "warn"), ("99213", "info"), ("99214", "warn")]
)
def test_a_level_above_and_a_level_below_are_told_alike(claimed: str, severity: str) -> None:
    message = f"level claimed: {claimed}; by the note: 99213"
    assert told(compare(claimed), "EM.LEVEL") == [(severity, message)]


def test_each_element_is_found_or_not_found() -> None:
    assert [message for _, message in told(compare("99214"), "EM.ELEMENT")] == [
        "problems of the level claimed: not found; in the note: low",
        "data of the level claimed: not found; in the note: none",
        "risk of the level claimed: found; in the note: moderate",
    ]
    assert [message for _, message in told(compare("99214"), "EM.TIME")] == [
        "total time: not found; the level claimed by time begins at 30 minutes"
    ]


def test_a_note_that_settles_nothing_supports_no_claim() -> None:
    ((severity, message),) = told(compare("99212", "S: here today."), "EM.LEVEL")
    assert (severity, message) == ("warn", "level claimed: 99212; by the note: unknown")


@pytest.mark.parametrize("claimed", ["99204", "99223", "99282"])
def test_a_code_of_another_setting_or_patient_is_seen(claimed: str) -> None:
    ((severity, message),) = told(compare(claimed), "EM.SETTING")
    assert severity == "warn"
    assert message.startswith(claimed)


@pytest.mark.parametrize(
    ("claimed", "minutes", "severity", "least"),
    [
        ("99215+99417", 55, "info", "55"),
        ("99215+99417", 54, "warn", "55"),
        ("99215+99417", None, "warn", "55"),
        ("99215+G2212", 69, "info", "69"),
        ("99215+G2212", 68, "warn", "69"),
    ],
)
def test_more_time_begins_at_its_minute(
    claimed: str, minutes: int | None, severity: str, least: str
) -> None:
    ((found, message),) = told(compare(claimed, minutes=minutes), "EM.PROLONGED")
    assert found == severity
    assert message.endswith(f"begins at {least} minutes")


def test_more_time_beside_no_level_or_of_an_unknown_minute_is_told() -> None:
    ((severity, message),) = told(compare("99213+99417", minutes=80), "EM.PROLONGED")
    assert (severity, message) == ("warn", "99417 stands beside none of the levels claimed")
    found = compare("99223+G0316", "Sepsis.", "hospital-initial", None, 120)
    ((severity, message),) = told(found, "EM.PROLONGED")
    assert (severity, message) == ("warn", "from which minute G0316 counts is not known here")


def test_care_over_time_is_found_or_not_found() -> None:
    assert told(compare("99213+G2211"), "EM.LONGITUDINAL") == [
        ("warn", "words of a care relationship over time: not found")
    ]
    note = f"Followed for ongoing longitudinal care. {STABLE}"
    assert told(compare("99213+G2211", note), "EM.LONGITUDINAL") == [
        ("info", "words of a care relationship over time: found")
    ]
    assert len(told(compare("99213-25+G2211", note), "EM.LONGITUDINAL")) == 2
    elsewhere = compare("99283+G2211", "ED: ankle sprain.", "ed", None)
    assert "beside office visits" in told(elsewhere, "EM.LONGITUDINAL")[0][1]


def test_two_practitioners_are_told_by_what_is_found() -> None:
    hospital = "HD 2: pneumonia. Seen with NP Lane. CBC reviewed. Continue ceftriaxone."
    found = compare("99232", hospital, "hospital-subsequent", None)
    ((_, message),) = told(found, "EM.SHARED")
    assert message.endswith("not found")
    whole = f"{hospital} I performed the substantive portion."
    ((_, message),) = told(compare("99232", whole, "hospital-subsequent", None), "EM.SHARED")
    assert message.endswith("portion: found")
    office = f"Seen by NP Lane per Dr. Ames's plan of care; Dr. Ames in the office. {STABLE}"
    ((_, message),) = told(compare("99213", office), "EM.INCIDENT")
    assert "supervision on site: found" in message
    assert "a new problem or patient: not found" in message
    assert told(compare("99213"), "EM.INCIDENT") == told(compare("99213"), "EM.SHARED") == []


def test_medicares_silence_on_consultations_is_told() -> None:
    assert told(compare("99243", STABLE, "consult-office", None), "EM.CONSULTATION")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from([row[3] for row in LEVELS] + list(NOTHING)), max_size=4),
    st.sampled_from(sorted({row[0] for row in LEVELS})),
    st.sampled_from(["99215+99417+G2211", "99223+G0316", "99285", "99310", "99213-25+G2211", "x"]),
    st.none() | st.integers(0, 120),
)
def test_no_answer_advises_anything(
    parts: list[str], setting: str, claimed: str, minutes: int | None
) -> None:
    note = " ".join(parts)
    level = choose_level(note, setting=setting, patient=None, minutes=minutes, on=ON)
    findings = compare(claimed, note, setting, None, minutes)
    texts = [*level.missing, *(f.message for f in findings), *(f.hint for f in findings)]
    assert [text for text in texts if ADVICE.search(text)] == []
    assert all(finding.severity is not Severity.BLOCK for finding in findings)


def test_advice_would_be_seen() -> None:
    for text in ("Document two more problems", "Consider adding the time", "99214 needs data"):
        assert ADVICE.search(text)
