"""What is wrong in a file as it reads: identifiers, days, limits, answers without explanation."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from cleanclaim.credentialing.files.covers import find_open_acts
from cleanclaim.credentialing.files.elements import (
    Clia,
    Cover,
    CoverBasis,
    Dea,
    Disclosure,
    Education,
    ElementKind,
    FileElement,
    GapReason,
    Identity,
    Licence,
    OtherName,
    Taxonomy,
    days_of,
)
from cleanclaim.credentialing.files.entries import Entry, pick
from cleanclaim.credentialing.files.expiring import dea_ends_on
from cleanclaim.credentialing.files.work_history import find_gaps
from cleanclaim.credentialing.screening.names import fold
from cleanclaim.credentialing.verification.calendar import month_end
from cleanclaim.credentialing.verification.registrations import is_dea_number
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.identifiers import is_npi, is_taxonomy

RULE = "CRED.FILE"
# Schedules II to V; N is narcotic-free, as a registration names them.
SCHEDULES = frozenset({"2", "2N", "3", "3N", "4", "5"})
_CLIA = re.compile(r"\d{2}D\d{7}", re.ASCII)
_CAQH = re.compile(r"\d{8}", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}", re.ASCII)


def _tell(
    entry: Entry, what: str, message: str, hint: str = "", severity: Severity = Severity.BLOCK
) -> Finding:
    return Finding(f"{RULE}.{what}", severity, entry.place, message, hint)


def check_file(entries: Sequence[Entry], on: date) -> tuple[Finding, ...]:
    """Check the elements of a file as it reads on a day; no finding holds a person's data."""
    single = [finding for each in entries for finding in check_element(each, on)]
    return (*single, *_across(entries, on))


def check_element(entry: Entry, on: date) -> Iterator[Finding]:
    """Check one element for itself."""
    first, last = days_of(entry.element)
    if first is not None and last is not None and last < first:
        yield _tell(entry, "DAYS", "the last day is before the first")
    check = _CHECKS.get(entry.kind)
    if check is not None:
        yield from check(entry, entry.element, on)


def _check_identity(entry: Entry, found: FileElement, on: date) -> Iterator[Finding]:
    assert isinstance(found, Identity)  # noqa: S101 - the table of checks goes by kind
    if not is_npi(found.npi):
        yield _tell(entry, "NPI", "the NPI has not ten digits or its check digit is wrong")
    if found.caqh and _CAQH.fullmatch(found.caqh) is None:
        yield _tell(entry, "CAQH", "a CAQH id has eight digits")
    if found.birth_on is not None and found.birth_on >= on:
        yield _tell(entry, "BIRTH", "the day of birth is not in the past")


def _check_taxonomy(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Taxonomy)  # noqa: S101 - as above
    if not is_taxonomy(found.code):
        yield _tell(entry, "TAXONOMY", "a taxonomy code has ten signs and ends in X")


def _check_dea(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Dea)  # noqa: S101 - as above
    if not is_dea_number(found.number):
        yield _tell(entry, "DEA", "the DEA number's form or check digit is wrong")
    if not found.schedules or not SCHEDULES.issuperset(found.schedules):
        yield _tell(entry, "SCHEDULES", "the schedules are not among II, IIN, III, IIIN, IV, V")
    yield from _check_dea_days(entry, found)


def _check_dea_days(entry: Entry, found: Dea) -> Iterator[Finding]:
    if found.ends_on != month_end(found.ends_on):
        message = "a DEA registration ends on the last day of a month"
        yield _tell(entry, "DEA_END", message, severity=Severity.WARN)
    latest = dea_ends_on(found.starts_on) if found.starts_on is not None else None
    if latest is not None and found.ends_on > latest:
        yield _tell(
            entry, "DEA_TERM", "longer than a DEA registration runs", severity=Severity.WARN
        )


def _check_licence(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Licence)  # noqa: S101 - as above
    if _STATE.fullmatch(found.state) is None:
        yield _tell(entry, "STATE", "the state is not two letters")
    if not found.number.strip():
        yield _tell(entry, "NUMBER", "the licence has no number")


def _check_education(entry: Entry, found: FileElement, on: date) -> Iterator[Finding]:
    """NCQA, answer of 15 Sep 2022: a completion in the future is not accepted."""
    assert isinstance(found, Education)  # noqa: S101 - as above
    if found.completed_on is not None and found.completed_on > on:
        yield _tell(entry, "EDUCATION", "a completion in the future is not accepted")


def _check_cover(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Cover)  # noqa: S101 - as above
    if found.each_cents <= 0 or found.aggregate_cents < found.each_cents:
        yield _tell(
            entry, "LIMITS", "the limit of all claims is below that of one, or none is told"
        )
    if found.basis is CoverBasis.CLAIMS_MADE and found.retroactive_on is None:
        message = "a claims-made policy without its retroactive day"
        yield _tell(entry, "RETROACTIVE", message, severity=Severity.WARN)
    if found.retroactive_on is not None and found.retroactive_on > found.starts_on:
        yield _tell(entry, "RETROACTIVE", "the retroactive day is after the policy's first")


def _check_clia(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Clia)  # noqa: S101 - as above
    if _CLIA.fullmatch(found.number) is None:
        yield _tell(entry, "CLIA", "a CLIA number is two digits, D and seven digits")


def _check_disclosure(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, Disclosure)  # noqa: S101 - as above
    if found.answer and not found.explanation.strip():
        yield _tell(entry, "EXPLANATION", "an answer of yes needs an explanation")


def _check_gap(entry: Entry, found: FileElement, _on: date) -> Iterator[Finding]:
    assert isinstance(found, GapReason)  # noqa: S101 - as above
    if not found.reason.strip():
        yield _tell(entry, "GAP", "a gap without its reason")


_Check = Callable[[Entry, FileElement, date], Iterator[Finding]]
_CHECKS: dict[ElementKind, _Check] = {
    ElementKind.IDENTITY: _check_identity,
    ElementKind.TAXONOMY: _check_taxonomy,
    ElementKind.DEA: _check_dea,
    ElementKind.LICENCE: _check_licence,
    ElementKind.EDUCATION: _check_education,
    ElementKind.COVER: _check_cover,
    ElementKind.CLIA: _check_clia,
    ElementKind.DISCLOSURE: _check_disclosure,
    ElementKind.GAP: _check_gap,
}


def _across(entries: Sequence[Entry], on: date) -> Iterator[Finding]:
    """Check what elements say together."""
    for each, _ in pick(entries, Identity)[1:]:
        yield _tell(each, "IDENTITY", "the file has more than one identity")
    primary = [each for each, found in pick(entries, Taxonomy) if found.is_primary]
    for each in primary[1:]:
        yield _tell(each, "PRIMARY", "more than one taxonomy is the primary")
    yield from _check_registrations(entries)
    yield from _check_open_acts(entries, on)
    for gap in find_gaps(entries, on):
        if not gap.is_explained:
            message = f"no reason for the days from {gap.starts_on} to {gap.ends_on}: {gap.need}"
            hint = "ask the provider; over a year in writing"
            yield Finding(f"{RULE}.GAP", Severity.BLOCK, "work history", message, hint)


def _check_registrations(entries: Iterable[Entry]) -> Iterator[Finding]:
    """A registration's second sign is the surname's first letter, or 9; its state is licensed."""
    held = list(entries)
    surnames = [each.surname for _, each in pick(held, Identity)]
    surnames += [each.surname for _, each in pick(held, OtherName)]
    letters = {fold(each)[:1].upper() for each in surnames if fold(each)}
    states = {each.state for _, each in pick(held, Licence)}
    for entry, found in pick(held, Dea):
        second = found.number[1:2]
        if letters and second != "9" and second not in letters:
            message = "the DEA number's second letter is of none of the surnames"
            yield _tell(entry, "DEA_NAME", message, severity=Severity.WARN)
        if found.state not in states:
            message = "no licence of the state the DEA registration is for"
            yield _tell(entry, "DEA_STATE", message, severity=Severity.WARN)


def _check_open_acts(entries: Sequence[Entry], on: date) -> Iterator[Finding]:
    covers = [(entry.number, found) for entry, found in pick(entries, Cover)]
    by_number = {entry.number: entry for entry, _ in pick(entries, Cover)}
    for acts in find_open_acts(covers, on):
        message = f"no policy answers for acts from {acts.starts_on} to {acts.ends_on}"
        hint = "record the tail, or a later policy with an earlier retroactive day"
        yield _tell(by_number[acts.number], "TAIL", message, hint, Severity.WARN)
