"""The findings of a claim by who can mend them and where, and what was not checked."""

import re
from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from cleanclaim.app.claiming import reference_for
from cleanclaim.app.reading.claims import ClaimView, FindingView
from cleanclaim.app.referencing import library_of
from cleanclaim.app.releasing import next_step
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.edits import find_mending, lacking_by_family
from cleanclaim.edits.menders import LINE_FIELDS, Field, Mender
from cleanclaim.store.claims.models import ClaimRecord

_LINE = re.compile(r"line (\d+)")
_GRAVE = {"block", "warn"}


class FieldForm(msgspec.Struct, frozen=True):
    """A field that may mend a finding, as it is now; ``line`` 0 is the claim's own."""

    field: Field
    value: str
    line: int

    @property
    def label(self) -> str:
        """Name the field for people."""
        return f"{self.field} of line {self.line}" if self.line else str(self.field)


class Mendable(msgspec.Struct, frozen=True):
    """A finding, the fields that may mend it, and whether it holds the claim now.

    ``ends_on`` is the day on which the cause of a hold ends by itself, where that is known.
    """

    finding: FindingView
    fields: tuple[FieldForm, ...]
    holds: bool
    overridden: bool
    ends_on: date | None = None


class Desk(msgspec.Struct, frozen=True):
    """What one desk can mend."""

    mender: Mender
    findings: tuple[Mendable, ...]


class Unchecked(msgspec.Struct, frozen=True):
    """A family of edits that could not judge the claim, and what it lacks."""

    family: str
    lacks: tuple[str, ...]


def group_findings(view: ClaimView, *, mendable: bool) -> tuple[Desk, ...]:
    """Group open findings and holds by desk, those first who keep the claim from leaving.

    There are fields only where the claim may still be mended.
    """
    by_desk: dict[Mender, list[Mendable]] = {}
    for finding in (*view.findings, *_holding(view)):
        mender = find_mending(finding.rule).mender
        by_desk.setdefault(mender, []).append(_mendable(finding, view, mendable=mendable))
    desks = [Desk(mender, tuple(by_desk[mender])) for mender in Mender if mender in by_desk]
    return tuple(sorted(desks, key=lambda desk: not any(each.holds for each in desk.findings)))


def _holding(view: ClaimView) -> Iterable[FindingView]:
    """Tell holds that no finding tells as findings: who is enrolled, who is covered."""
    told = {finding.rule for finding in view.findings}
    for hold in view.holds:
        if hold.released_at is None and hold.reason not in told:
            yield FindingView(
                rule=hold.reason,
                severity="block",
                place="claim",
                message=hold.message,
                hint=next_step(hold.reason),
                source="",
                release="",
                origin="release",
                version_number=view.version_number,
                found_at=hold.held_at,
                resolved_at=None,
            )


def _mendable(finding: FindingView, view: ClaimView, *, mendable: bool) -> Mendable:
    holds = [hold for hold in view.holds if hold.reason == finding.rule]
    hold = next((each for each in holds if each.released_at is None), None)
    overridden = any(each.overridden_for == view.version_number for each in holds)
    fields = find_mending(finding.rule).fields if mendable and finding.severity in _GRAVE else ()
    forms = _forms(fields, finding.place, view.content)
    return Mendable(
        finding,
        tuple(forms),
        hold is not None and not overridden,
        overridden,
        hold.cause_ends_on if hold else None,
    )


def _forms(fields: Collection[Field], place: str, content: Claim) -> Iterable[FieldForm]:
    named = _LINE.match(place)
    number = int(named[1]) if named else 0
    line = next((each for each in content.lines if each.number == number), None)
    for field in fields:
        if field in LINE_FIELDS and line is not None:
            yield FieldForm(field, _of_line(field, line, content), line.number)
        elif field not in LINE_FIELDS or field is Field.PLACE:
            yield FieldForm(field, _of_claim(field, content), 0)


def _of_line(field: Field, line: ServiceLine, content: Claim) -> str:
    match field:
        case Field.CODE:
            return line.procedure.code
        case Field.MODIFIERS:
            return " ".join(line.procedure.modifiers)
        case Field.UNITS:
            return f"{line.units.normalize():f}"
        case Field.CHARGE:
            return f"{line.charge_cents // 100}.{line.charge_cents % 100:02d}"
        case Field.POINTERS:
            return " ".join(map(str, line.diagnosis_pointers))
        case _:
            return line.place_of_service or content.place_of_service


def _of_claim(field: Field, content: Claim) -> str:
    match field:
        case Field.DIAGNOSES:
            return " ".join(each.code for each in content.diagnoses)
        case Field.AUTHORIZATION:
            return content.prior_authorization
        case Field.REFERRAL:
            return content.referral_number
        case Field.CLIA:
            return content.clia_number
        case Field.MEMBER_ID:
            return content.subscriber.member_id
        case _:
            return content.place_of_service


def list_unchecked(record: ClaimRecord, content: Claim, on: date) -> tuple[Unchecked, ...]:
    """Name the families of edits that cannot judge the claim as it is, with what they lack."""
    batch = ClaimBatch.of([content], as_of=on)
    (lacking,) = lacking_by_family(batch, reference_for([record.payer]))
    return tuple(Unchecked(family, lacks) for family, lacks in lacking.items())


def list_samples(record: ClaimRecord) -> tuple[str, ...]:
    """Name the sample tables that the claim is judged by, of a synthetic organization."""
    library = library_of(record.organization_id)
    sampled = {release.kind for release in library.releases() if release.is_sample}
    kinds = (KINDS[name] for name in sorted(sampled) if name in KINDS)
    return tuple(kind.title for kind in kinds if library.in_force(kind, record.service_on))
