"""A level that somebody claims, held against the note: what it rests on, and what was not found."""

import re
from collections.abc import Iterator
from datetime import date

from cleanclaim.coding.levels.choosing import Reading, read_visit
from cleanclaim.coding.levels.schedule import (
    LEVELS,
    PROLONGED,
    PROLONGED_UNKNOWN,
    STAFF_VISITS,
    LevelRow,
    find_rows,
    row_for_minutes,
    row_for_rank,
)
from cleanclaim.coding.levels.values import Rank, Setting
from cleanclaim.kernel.findings import Finding, Severity

_I = re.IGNORECASE
_LONGITUDINAL = re.compile(
    r"\b(?:longitudinal|ongoing|continuing|long[- ]term) (?:\w+ ){0,3}(?:care|relationship|"
    r"management)\b|"
    r"\bprimary care (?:physician|provider|patient)\b|\bfocal point\b|\bmedical home\b|"
    r"\bfollow(?:ed|s)? (?:\w+ ){0,3}(?:longitudinally|for years|regularly)\b",
    _I,
)
_ASSISTANT = re.compile(
    r"\b(?:np|pa-?c?|aprn|crnp|nurse practitioner|physician assistant|advanced practice \w+|app)\b",
    _I,
)
_SUBSTANTIVE = re.compile(
    r"\bsubstantive portion\b|\bmore than half of (?:the )?total time\b|"
    r"\bpersonally (?:performed|made|"
    r"approved) (?:\w+ ){0,4}(?:mdm|medical decision making|management plan|portion)\b",
    _I,
)
_PLAN_OF_PHYSICIAN = re.compile(
    r"\b(?:established|physician'?s?|per dr\.? ?\w*|existing) (?:\w+ ){0,2}plan(?: of care)?\b|"
    r"\bplan of care (?:established|set) by\b|\bordered by dr\b",
    _I,
)
_SUPERVISED = re.compile(
    r"\bsupervis\w+|\b(?:physician|dr\.? \w+|md) (?:\w+ ){0,3}(?:in (?:the )?(?:suite|office|"
    r"clinic)|on site|"
    r"present|immediately available)\b|\bincident[- ]to\b",
    _I,
)
_NEW_PROBLEM = re.compile(r"\bnew (?:problem|complaint|onset|patient)\b", _I)
_FACILITIES = frozenset(
    {
        Setting.ED,
        Setting.HOSPITAL_INITIAL,
        Setting.HOSPITAL_SUBSEQUENT,
        Setting.HOSPITAL_DISCHARGE,
        Setting.HOSPITAL_SAME_DAY,
        Setting.CONSULT_INPATIENT,
        Setting.NURSING_INITIAL,
        Setting.NURSING_SUBSEQUENT,
        Setting.NURSING_DISCHARGE,
    }
)
_CONSULTS = frozenset({Setting.CONSULT_OFFICE, Setting.CONSULT_INPATIENT})
_LEVEL_SOURCE = "AMA CPT evaluation and management guidelines; confidence: secondary"
_LONGITUDINAL_CODE = "G2211"
_SAME_DAY = "25"


def compare_claimed(
    note: str,
    claimed: str,
    *,
    setting: str,
    patient: str | None,
    minutes: int | None,
    on: date,
) -> tuple[Finding, ...]:
    """Hold a claimed code, or codes joined by "+", against what the note says.

    A finding states what was found and what was not, and never what to write. Severity is
    ``warn`` where the note supports another level than the one claimed, or none, and ``info``
    for the rest. A modifier follows its code after a hyphen (99213-25). Raises
    UnknownSettingError.
    """
    reading = read_visit(note, setting=setting, patient=patient, minutes=minutes)
    words = [word.strip().upper() for word in claimed.split("+") if word.strip()]
    codes = [word.partition("-")[0] for word in words]
    found = [finding for code in codes for finding in _of_code(code, codes, reading, on)]
    if _LONGITUDINAL_CODE in codes:
        found += _of_longitudinal(note, reading, words)
    found += _of_assistant(note, reading)
    if reading.setting in _CONSULTS and set(codes) & {row.code for row in LEVELS}:
        message = "Medicare does not pay consultation codes"
        found.append(_finding("EM.CONSULTATION", "level", message, "CMS, since 2010"))
    return tuple(found)


def _finding(
    rule: str, place: str, message: str, source: str, severity: Severity = Severity.INFO
) -> Finding:
    return Finding(rule, severity, place, message, source=source)


def _of_code(code: str, codes: list[str], reading: Reading, on: date) -> Iterator[Finding]:
    rows = find_rows(reading.setting, reading.patient, on)
    row = next((row for row in rows if row.code == code), None)
    if row is not None:
        yield from _of_level(row, rows, reading)
    elif code in {row.code for row in (*LEVELS, *STAFF_VISITS)}:
        staff = find_rows(reading.setting, reading.patient, on, staff=True)
        if code not in {row.code for row in staff}:
            message = f"{code} is no code of this setting, kind of patient and day"
            yield _finding("EM.SETTING", code, message, _LEVEL_SOURCE, Severity.WARN)
    elif code in {row.code for row in PROLONGED} | set(PROLONGED_UNKNOWN):
        yield _of_more_time(code, codes, reading, on)


def _of_level(row: LevelRow, rows: tuple[LevelRow, ...], reading: Reading) -> Iterator[Finding]:
    """Say for each element whether it reaches the claimed level, and which level all reach."""
    by_time = None if reading.minutes is None else row_for_minutes(rows, reading.minutes)
    reached = max(reading.rank, Rank.UNKNOWN if by_time is None else by_time.rank)
    found = row_for_rank(rows, reached)
    told = "unknown" if found is None else found.code
    same = found is not None and found.code == row.code
    message = f"level claimed: {row.code}; by the note: {told}"
    severity = Severity.INFO if same else Severity.WARN
    yield _finding("EM.LEVEL", row.code, message, row.source, severity)
    for name, weighed in (
        ("problems", reading.problems),
        ("data", reading.data),
        ("risk", reading.risk),
    ):
        state = "found" if weighed.rank >= row.rank else "not found"
        message = f"{name} of the level claimed: {state}; in the note: {weighed.word}"
        yield _finding("EM.ELEMENT", row.code, message, row.source)
    if row.minutes is not None:
        yield _finding("EM.TIME", row.code, _of_time(row.minutes, reading.minutes), row.source)


def _of_time(least: int, minutes: int | None) -> str:
    if minutes is None:
        return f"total time: not found; the level claimed by time begins at {least} minutes"
    return f"total time: {minutes} minutes; the level claimed by time begins at {least}"


def _of_more_time(code: str, codes: list[str], reading: Reading, on: date) -> Finding:
    rows = [r for r in PROLONGED if r.code == code and r.beside in codes and on in r.span]
    rule, minutes = "EM.PROLONGED", reading.minutes
    if code in PROLONGED_UNKNOWN:
        message = f"from which minute {code} counts is not known here"
        return _finding(rule, code, message, "CMS, not read", Severity.WARN)
    if not rows:
        message = f"{code} stands beside none of the levels claimed"
        return _finding(rule, code, message, _LEVEL_SOURCE, Severity.WARN)
    least = rows[0].minutes
    told = "total time: not found" if minutes is None else f"total time: {minutes} minutes"
    message = f"{told}; {code} begins at {least} minutes"
    short = minutes is None or minutes < least
    return _finding(rule, code, message, rows[0].source, Severity.WARN if short else Severity.INFO)


def _of_longitudinal(note: str, reading: Reading, words: list[str]) -> Iterator[Finding]:
    rule, source = "EM.LONGITUDINAL", "CMS, physician fee schedule 2024, visit complexity"
    if reading.setting is not Setting.OFFICE:
        message = "the code stands beside office visits alone"
        yield _finding(rule, _LONGITUDINAL_CODE, message, source, Severity.WARN)
    state = "found" if _LONGITUDINAL.search(note) else "not found"
    message = f"words of a care relationship over time: {state}"
    severity = Severity.INFO if state == "found" else Severity.WARN
    yield _finding(rule, _LONGITUDINAL_CODE, message, source, severity)
    if any(word.endswith(f"-{_SAME_DAY}") for word in words):
        message = "the visit carries modifier 25; whether the code is paid depends on the service"
        yield _finding(rule, _LONGITUDINAL_CODE, message, source, Severity.WARN)


def _of_assistant(note: str, reading: Reading) -> Iterator[Finding]:
    """Say what a visit with a nurse practitioner or physician assistant shows of who did what."""
    if _ASSISTANT.search(note) is None:
        return
    if reading.setting in _FACILITIES:
        state = "found" if _SUBSTANTIVE.search(note) else "not found"
        message = f"two practitioners in a facility; who did the substantive portion: {state}"
        yield _finding("EM.SHARED", "visit", message, "CMS, 42 CFR 415.140; secondary")
        return
    facts = (
        ("plan of care of a physician", _PLAN_OF_PHYSICIAN.search(note) is not None),
        ("supervision on site", _SUPERVISED.search(note) is not None),
        ("a new problem or patient", _NEW_PROBLEM.search(note) is not None),
    )
    told = "; ".join(f"{name}: {'found' if seen else 'not found'}" for name, seen in facts)
    message = f"a nurse practitioner or physician assistant in the office; {told}"
    yield _finding("EM.INCIDENT", "visit", message, "CMS, 42 CFR 410.26; secondary")
