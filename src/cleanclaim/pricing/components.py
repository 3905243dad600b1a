"""Diagnostic tests of a day: the technical (and professional) part of the lower ones is reduced."""

from cleanclaim.pricing.amounts import WHOLE, half_up
from cleanclaim.pricing.candidate import Candidate, Day
from cleanclaim.pricing.fees import limited_cents
from cleanclaim.pricing.policy import rate
from cleanclaim.pricing.worksheet import percent

# Indicator of the file: the rate that each part of the lower tests is paid at.
RULES = {
    "4": {"TC": "imaging, technical", "26": "imaging, professional"},
    "6": {"TC": "cardiovascular, technical"},
    "7": {"TC": "ophthalmology, technical"},
}
# Another session of the day is no reason to pay less.
OTHER_SESSION = {"59", "XE"}
_FILE = "relative value file"
# Components of the file: those that are one part by themselves, and those whose parts have
# codes of their own.
PART_ALONE = {"2": "26", "3": "TC"}
_PARTS_ELSEWHERE = "4"


def reduce_components(day: Day) -> None:
    """Reduce the parts of tests that are not the highest of their kind."""
    for indicator, parts in RULES.items():
        lines = [each for each in day.with_indicator(indicator) if _same_session(each)]
        for part, name in parts.items():
            _reduce_part(day, lines, part, name)


def _same_session(line: Candidate) -> bool:
    return line.values.multiple != "4" or OTHER_SESSION.isdisjoint(line.service.modifiers)


def _reduce_part(day: Day, lines: list[Candidate], part: str, name: str) -> None:
    """Pay a part in full once, where it is highest."""
    tests = [(_part_cents(day, line, part), line) for line in lines]
    tests = sorted(
        (test for test in tests if test[0] and test[1].sheet.cents), key=lambda test: -test[0]
    )
    for rank, (cents, line) in enumerate(tests):
        units = line.procedures - (rank == 0)
        if units:
            _lower(line, cents, units, name)


def _lower(line: Candidate, part_cents: int, units: int, name: str) -> None:
    lowered = rate(name, line.service.on)
    off_rate = WHOLE - lowered.ten_thousandths
    # The part shares in what adjusted the service.
    off = half_up(part_cents * units * off_rate * line.adjusted_cents, line.whole_cents * WHOLE)
    told = f"{name} part of a further test: {percent(off_rate)} less"
    line.sheet.set(max(0, line.sheet.cents - off), told, lowered.source)


def _part_cents(day: Day, line: Candidate, part: str) -> int:
    """Give what a part of one unit is paid, 0 where the service does not hold it."""
    values = line.values
    alone = values.modifier or PART_ALONE.get(values.component, "")
    if alone:
        return line.fee_cents if alone == part else 0
    found = day.rows.get((line.service.code, part))
    if found is not None:
        return limited_cents(found, day.setting, facility=line.service.facility)
    if len(day.candidates) > 1 and values.component == _PARTS_ELSEWHERE:
        line.sheet.note("a further test may lower its technical part; it has another code", _FILE)
    return 0
