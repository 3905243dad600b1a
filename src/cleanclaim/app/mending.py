"""Mending a claim one field at a time, by what a finding names, and judging it again at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.correcting import Correction, NotCorrectableError, correct_claim, corrected
from cleanclaim.app.entering import (
    EntryError,
    read_charge,
    read_diagnoses,
    read_member_id,
    read_modifiers,
    read_number,
    read_place,
    read_pointers,
    read_procedure,
    read_units,
)
from cleanclaim.app.registering import correct_member_id
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.edits.menders import LINE_FIELDS, Field
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Verification

MENDABLE = frozenset({"draft", "held", "ready", "rejected"})


class Mend(msgspec.Struct, frozen=True):
    """One field of a claim, or of its line of this number (0: the claim's own), as typed.

    ``rule`` is the finding's that it is to mend.
    """

    field: Field
    typed: str
    line: int = 0
    rule: str = ""

    @property
    def place(self) -> str:
        """Say which field of what it is."""
        return f"{self.field} of line {self.line}" if self.line else str(self.field)


class NothingChangedError(CleanclaimError):
    """The field holds what it held before."""

    code = "claim.unchanged"

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: nothing was changed")


def mend_claim(
    *, organization: int, actor: Actor, at: datetime, claim: int, mend: Mend
) -> ClaimRecord:
    """Change one field of a claim that has not left, as a new version, and judge it again.

    A claim that was examined before is examined whole: it becomes ready, or is held with each
    cause; a draft is scrubbed. Raises NotCorrectableError, EntryError or NothingChangedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at):
        record = access_claim(claim, organization=organization, lock=True)
        if record.state not in MENDABLE:
            raise NotCorrectableError(record.state)
        was_draft = record.state == "draft"
        content = latest_claim(record)
        correction = correction_of(content, mend)
        correct_claim(
            organization=organization, actor=actor, at=at, claim=claim, correction=correction
        )
        if correction.member_id is not None:
            _ask_again(record, correction.member_id, organization, actor, at)
        if was_draft:
            scrub_claim(organization=organization, actor=actor, at=at, claim=claim)
        else:
            release_claim(organization=organization, actor=actor, at=at, claim=claim)
        return access_claim(claim, organization=organization)


def _ask_again(
    record: ClaimRecord, member_id: str, organization: int, actor: Actor, at: datetime
) -> None:
    """Correct the coverage too, and ask the payer again where it was asked about the day."""
    coverage = record.coverage_id
    correct_member_id(
        organization=organization, actor=actor, at=at, coverage=coverage, member_id=member_id
    )
    asked = Verification.objects.of(organization).filter(
        coverage=coverage, service_on=record.service_on
    )
    if asked.exists():
        verify_coverage(
            organization=organization,
            actor=actor,
            at=at,
            coverage=coverage,
            service_on=record.service_on,
        )


# From what was typed to a correction


def correction_of(claim: Claim, mend: Mend) -> Correction:
    """Read what was typed as a correction of the claim.

    Raises EntryError where it cannot be read, NothingChangedError where it says the same.
    """
    typed = mend.typed.strip()
    if mend.line:
        change: dict[str, Any] = {"lines": _mended_lines(claim, mend, typed)}
    else:
        name, read = _OF_CLAIM.get(mend.field, ("", None))
        if read is None:
            msg = f"{mend.place}: say of which line"
            raise EntryError(msg)
        change = {name: read(typed)}
    reason = f"{mend.place} mended for {mend.rule}" if mend.rule else f"{mend.place} mended"
    correction = Correction(reason[:200], **change)
    if corrected(claim, correction) == claim:
        raise NothingChangedError(mend.place)
    return correction


_OF_CLAIM: Mapping[Field, tuple[str, Callable[[str], object]]] = {
    Field.DIAGNOSES: ("diagnoses", read_diagnoses),
    Field.PLACE: ("place_of_service", read_place),
    Field.AUTHORIZATION: (
        "prior_authorization",
        lambda typed: read_number(typed, "authorization"),
    ),
    Field.REFERRAL: ("referral_number", lambda typed: read_number(typed, "referral number")),
    Field.CLIA: ("clia_number", lambda typed: read_number(typed, "CLIA number")),
    Field.MEMBER_ID: ("member_id", read_member_id),
}


def _mended_lines(claim: Claim, mend: Mend, typed: str) -> tuple[ServiceLine, ...]:
    if mend.field not in LINE_FIELDS or mend.line not in {line.number for line in claim.lines}:
        msg = f"{mend.place}: the claim has no such field"
        raise EntryError(msg)
    return tuple(
        _mended_line(claim, line, mend.field, typed) if line.number == mend.line else line
        for line in claim.lines
    )


def _mended_line(claim: Claim, line: ServiceLine, field: Field, typed: str) -> ServiceLine:
    place, replace = f"line {line.number}", msgspec.structs.replace
    match field:
        case Field.CODE:
            return replace(
                line, procedure=replace(line.procedure, code=read_procedure(typed, place))
            )
        case Field.MODIFIERS:
            modifiers = read_modifiers(typed, place)
            return replace(line, procedure=replace(line.procedure, modifiers=modifiers))
        case Field.UNITS:
            return replace(line, units=read_units(typed, place))
        case Field.CHARGE:
            return replace(line, charge_cents=read_charge(typed, place))
        case Field.POINTERS:
            return replace(line, diagnosis_pointers=read_pointers(typed, place))
        case _:
            told = read_place(typed)
            return replace(line, place_of_service="" if told == claim.place_of_service else told)
