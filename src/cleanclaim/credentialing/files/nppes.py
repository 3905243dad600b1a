"""A record of the national registry as somebody saved it, and a file held against it."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from cleanclaim.credentialing.files.elements import Identity, Licence, OtherName, Taxonomy
from cleanclaim.credentialing.files.entries import Entry, pick
from cleanclaim.credentialing.screening.names import fold
from cleanclaim.kernel.findings import Finding, Severity

RULE = "CRED.NPPES"
_SOURCE = "NPPES record saved by the practice"
_TAXONOMIES = 15


class Answer(StrEnum):
    """What a saved answer says; an error that came as success is unknown, never "not found"."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


class RegistryTaxonomy(msgspec.Struct, frozen=True):
    """A taxonomy the registry has, with the licence told beside it."""

    code: str
    is_primary: bool = False
    licence: str = ""
    state: str = ""


class NppesRecord(msgspec.Struct, frozen=True):
    """A person or organization as the registry has it."""

    npi: str
    is_person: bool
    surname: str = ""
    given: str = ""
    other_surnames: tuple[str, ...] = ()
    taxonomies: tuple[RegistryTaxonomy, ...] = ()
    deactivated_on: date | None = None
    reactivated_on: date | None = None
    is_active: bool | None = None

    @property
    def is_deactivated(self) -> bool:
        """Tell whether it was deactivated and not reactivated on a later day."""
        if self.is_active is not None and not self.is_active:
            return True
        if self.deactivated_on is None:
            return False
        return self.reactivated_on is None or self.reactivated_on < self.deactivated_on


class NppesReading(msgspec.Struct, frozen=True):
    """What a saved answer gave for one NPI."""

    answer: Answer
    record: NppesRecord | None = None


_UNKNOWN = NppesReading(Answer.UNKNOWN)


def read_nppes(text: str, npi: str) -> NppesReading:
    """Read the record of an NPI from an answer of the API or rows of the monthly file.

    The API tells its errors with the status of success, as ``Errors``: that is unknown. So is a
    text that is neither, and a file without the columns we know.
    """
    stripped = text.lstrip("\ufeff \r\n\t")
    if stripped.startswith(("{", "[")):
        return _read_json(stripped, npi)
    return _read_csv(stripped, npi)


def _read_json(text: str, npi: str) -> NppesReading:
    try:
        answer = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return _UNKNOWN
    if not isinstance(answer, dict) or "Errors" in answer:
        return _UNKNOWN
    results = answer.get("results")
    if not isinstance(results, list):
        return _UNKNOWN
    for each in results:
        if isinstance(each, dict) and str(each.get("number", "")) == npi:
            return NppesReading(Answer.FOUND, _from_json(each))
    # One of many pages: that the NPI is not on this one says nothing.
    whole = answer.get("result_count") == len(results) == 0
    return NppesReading(Answer.NOT_FOUND) if whole else _UNKNOWN


def _from_json(found: Mapping[str, Any]) -> NppesRecord:
    told = found.get("basic")
    basic: Mapping[str, Any] = told if isinstance(told, dict) else {}
    status = basic.get("status")
    return NppesRecord(
        npi=str(found["number"]),
        is_person=found.get("enumeration_type") == "NPI-1",
        surname=str(basic.get("last_name") or ""),
        given=str(basic.get("first_name") or ""),
        other_surnames=tuple(
            str(each.get("last_name") or "") for each in _rows(found, "other_names")
        ),
        taxonomies=tuple(
            RegistryTaxonomy(
                str(each.get("code") or ""),
                each.get("primary") is True,
                str(each.get("license") or ""),
                str(each.get("state") or ""),
            )
            for each in _rows(found, "taxonomies")
        ),
        deactivated_on=_day(str(basic.get("deactivation_date") or "")),
        reactivated_on=_day(str(basic.get("reactivation_date") or "")),
        is_active=None if status is None else status == "A",
    )


def _rows(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = found.get(name)
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


_COLUMNS = ("NPI", "Entity Type Code", "Provider Last Name (Legal Name)", "Provider First Name")


def _read_csv(text: str, npi: str) -> NppesReading:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not set(_COLUMNS) <= set(rows.fieldnames or ()):
        return _UNKNOWN
    try:
        for row in rows:
            if row.get("NPI") == npi:
                return NppesReading(Answer.FOUND, _from_row(row))
    except csv.Error:
        return _UNKNOWN
    # Rows cut out of the monthly file: who is not among them may be elsewhere in it.
    return _UNKNOWN


def _from_row(row: Mapping[str, str | None]) -> NppesRecord:
    def field(name: str) -> str:
        return (row.get(name) or "").strip()

    taxonomies = [
        RegistryTaxonomy(
            field(f"Healthcare Provider Taxonomy Code_{place}"),
            field(f"Healthcare Provider Primary Taxonomy Switch_{place}") == "Y",
            field(f"Provider License Number_{place}"),
            field(f"Provider License Number State Code_{place}"),
        )
        for place in range(1, _TAXONOMIES + 1)
    ]
    return NppesRecord(
        npi=field("NPI"),
        is_person=field("Entity Type Code") == "1",
        surname=field("Provider Last Name (Legal Name)"),
        given=field("Provider First Name"),
        other_surnames=tuple(each for each in (field("Provider Other Last Name"),) if each),
        taxonomies=tuple(each for each in taxonomies if each.code),
        deactivated_on=_day(field("NPI Deactivation Date")),
        reactivated_on=_day(field("NPI Reactivation Date")),
    )


def compare_with_nppes(entries: Sequence[Entry], reading: NppesReading) -> tuple[Finding, ...]:
    """Hold a file against the registry's record; an unknown answer is a finding, not agreement."""
    record = reading.record
    if record is None:
        absent = reading.answer is Answer.NOT_FOUND
        message = "the registry has no such NPI" if absent else "what was saved tells nothing"
        hint = "" if absent else "save the answer for this NPI again"
        severity = Severity.BLOCK if absent else Severity.WARN
        return (
            Finding(f"{RULE}.{reading.answer}".upper(), severity, "npi", message, hint, _SOURCE),
        )
    return (*_compare_person(entries, record), *_compare_codes(entries, record))


def _tell(what: str, place: str, message: str, severity: Severity = Severity.WARN) -> Finding:
    return Finding(f"{RULE}.{what}", severity, place, message, "", _SOURCE)


def _compare_person(entries: Sequence[Entry], record: NppesRecord) -> list[Finding]:
    found = []
    if record.is_deactivated:
        found.append(_tell("DEACTIVATED", "npi", "the NPI was deactivated", Severity.BLOCK))
    if not record.is_person:
        message = "the NPI is an organization's, not a person's"
        found.append(_tell("ENTITY", "npi", message, Severity.BLOCK))
    for entry, identity in pick(entries, Identity):
        if identity.npi != record.npi:
            found.append(_tell("NPI", entry.place, "the record is of another NPI", Severity.BLOCK))
        theirs = {fold(each) for each in (record.surname, *record.other_surnames)} - {""}
        ours = {fold(identity.surname), *(fold(o.surname) for _, o in pick(entries, OtherName))}
        if not ours & theirs:
            found.append(_tell("NAME", entry.place, "the surname is not the registry's"))
        if fold(identity.given) != fold(record.given):
            found.append(_tell("GIVEN", entry.place, "the given name is not the registry's"))
    return found


def _compare_codes(entries: Sequence[Entry], record: NppesRecord) -> list[Finding]:
    codes = {each.code: each for each in record.taxonomies}
    found = []
    for entry, taxonomy in pick(entries, Taxonomy):
        theirs = codes.get(taxonomy.code)
        if theirs is None:
            found.append(_tell("TAXONOMY", entry.place, "the registry has not this taxonomy"))
        elif taxonomy.is_primary and not theirs.is_primary:
            found.append(_tell("PRIMARY", entry.place, "the registry has another primary taxonomy"))
    licences = {each.state: each.licence for each in record.taxonomies if each.licence}
    for entry, licence in pick(entries, Licence):
        theirs_number = licences.get(licence.state)
        if theirs_number and _plain(theirs_number) != _plain(licence.number):
            found.append(_tell("LICENCE", entry.place, "the registry has another licence number"))
    return found


def _plain(number: str) -> str:
    """Keep the letters and digits of a number: states write theirs with and without dashes."""
    return "".join(sign for sign in number.upper() if sign.isalnum())
