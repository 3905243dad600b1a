"""The practitioner's total time on the day, as a note states it."""

import re

from cleanclaim.coding.levels.values import Fact

_AMOUNT = (
    r"(?:(?P<hours>\d{1,2})\s*(?:hours?|hrs?|h)\b(?:\s*(?:and\s*)?(?P<rest>\d{1,2})\s*"
    r"(?:minutes?|mins?|m)\b)?|(?P<minutes>\d{1,3})\s*[- ]?(?:minutes?|mins?|min|m)\b)"
)
_TOTAL = re.compile(
    rf"\btotal\b(?=[^.;\n]{{0,40}}\b(?:time|min\w*|hours?)\b)[^.;\n]{{0,120}}?\b{_AMOUNT}",
    re.IGNORECASE,
)
_TOTAL_LAST = re.compile(rf"\b{_AMOUNT}\s+(?:\w+\s+){{0,3}}?total\b", re.IGNORECASE)
_SPENT = re.compile(
    rf"\b(?:spent|spending|time spent|encounter time|visit time|time)\b[^.;\n\d]{{0,60}}?{_AMOUNT}",
    re.IGNORECASE,
)
_ON_DAY = re.compile(
    rf"\b{_AMOUNT}\b[^.;\n]{{0,80}}?\b(?:were |was )?(?:spent|on (?:the )?(?:date|day) of)\b",
    re.IGNORECASE,
)
# Time of others, or time that is billed by another code.
_NOT_OURS = re.compile(
    r"\b(?:nurse|nursing|staff|medical assistant|ma|rn|scribe|student)\b[^.;\n]{0,20}\b(?:spent|"
    r"time)|"
    r"\bcritical care\b|\bsmoking cessation\b|\btobacco cessation\b|\badvance care planning\b|"
    r"\bprocedure time\b|\btravel\b|\bwait\w*\b|\bcessation counsel",
    re.IGNORECASE,
)


def read_minutes(note: str) -> tuple[int, Fact] | None:
    """Find the total time in minutes with its place, None where the note states none.

    A stated total goes before time that was merely spent; how long a symptom lasted, what staff
    did, and time for which another code is billed are none of it.
    """
    for pattern in (_TOTAL, _TOTAL_LAST, _SPENT, _ON_DAY):
        for found in pattern.finditer(note):
            if not _is_anothers(note, found):
                return _amount(found), Fact("time.total", found.start(), found.end())
    return None


def _is_anothers(note: str, found: re.Match[str]) -> bool:
    start = max(note.rfind(mark, 0, found.start()) for mark in (".", ";", "\n")) + 1
    ends = [place for mark in (". ", ";", "\n") if (place := note.find(mark, found.end())) >= 0]
    sentence = note[start : min(ends, default=len(note))]
    apart = re.search(r"\b(?:exclud\w+|not includ\w+|exclusive of|separate from)\b", sentence, re.I)
    return apart is None and _NOT_OURS.search(sentence) is not None


def _amount(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups["minutes"]:
        return int(groups["minutes"])
    return int(groups["hours"]) * 60 + int(groups["rest"] or 0)
