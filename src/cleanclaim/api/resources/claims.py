"""Claims: the list, one claim with its findings and events, and what is done to it."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from ninja import Query

from cleanclaim.api.cursors import Page, page_of, read_cursor
from cleanclaim.api.declaring import TokenRequest, operation, read_value
from cleanclaim.api.problems import Fault, invalid
from cleanclaim.api.resources.patients import Cursor, Id, Number
from cleanclaim.app.access import access, access_claim
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.entering import (
    read_diagnoses,
    read_modifiers,
    read_number,
    read_place,
    read_pointers,
    read_procedure,
    read_units,
)
from cleanclaim.app.reading.claims import (
    ClaimRow,
    ClaimView,
    FindingView,
    list_claims,
    read_claim,
)
from cleanclaim.app.reading.denials import CaseRow, Chosen, list_cases
from cleanclaim.app.reading.histories import Happening, claim_history
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.releasing import Cause, release_claim
from cleanclaim.app.rights import Permission
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.claims.models import ClaimFile
from cleanclaim.store.credentialing.models import Payer

Short = Annotated[str, msgspec.Meta(max_length=50)]
Few = Annotated[tuple[Short, ...], msgspec.Meta(max_length=12)]


class Released(msgspec.Struct, frozen=True):
    """A claim after it was examined: ready, or held with each cause."""

    claim: int
    state: str
    causes: tuple[Cause, ...]


class Scrubbed(msgspec.Struct, frozen=True):
    """What the edits found on the claim beside the patient's other claims."""

    claim: int
    state: str
    findings: tuple[Finding, ...]


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payer whose ready claims are sent."""

    payer: Id


class Submitted(msgspec.Struct, frozen=True):
    """The file that carried the claims; null where none was ready."""

    file: int | None
    claims: int


class LineChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes on one line; what is left out stays as it is."""

    number: Annotated[int, msgspec.Meta(ge=1, le=999)]
    code: Short | None = None
    modifiers: Few | None = None
    units: Decimal | None = None
    charge_cents: Annotated[int, msgspec.Meta(ge=0, le=10**11)] | None = None
    diagnosis_pointers: Annotated[tuple[int, ...], msgspec.Meta(max_length=4)] | None = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes on a claim and why; ``diagnoses`` are all its codes, the principal one first."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    diagnoses: Few | None = None
    lines: Annotated[tuple[LineChange, ...], msgspec.Meta(max_length=50)] = ()
    prior_authorization: Short | None = None
    referral_number: Short | None = None
    clia_number: Short | None = None
    place_of_service: Short | None = None


@operation("GET", "/claims", tag="claims", permission=Permission.CLAIMS_READ, answer=Page[ClaimRow])
def list_all_claims(
    request: TokenRequest, state: ClaimState | None = None, cursor: Cursor = ""
) -> Page[ClaimRow]:
    """List claims by day of service, the latest first, all or of one state."""
    caller = request.caller
    name = f"claims:{state or ''}"
    sheet = list_claims(caller.organization, state or "", read_cursor(cursor, name, caller))
    record_listing("claims.listed", [row.id for row in sheet.rows], **caller.acting)
    return page_of(sheet, name, caller)


def _seen(request: TokenRequest, claim: int) -> ClaimView:
    """Read a claim, and keep that it was looked at."""
    view = read_claim(request.caller.organization, claim)
    acting = request.caller.acting
    record_view("claim.viewed", claim, patient=view.row.patient, claim=claim, **acting)
    return view


@operation(
    "GET",
    "/claims/{int:claim}",
    tag="claims",
    permission=Permission.CLAIMS_READ,
    answer=ClaimView,
)
def show_claim(request: TokenRequest, claim: Number) -> ClaimView:
    """Show one claim with all that is known of it."""
    return _seen(request, claim)


@operation(
    "GET",
    "/claims/{int:claim}/findings",
    tag="claims",
    permission=Permission.CLAIMS_READ,
    answer=tuple[FindingView, ...],
)
def show_findings(
    request: TokenRequest, claim: Number, *, resolved: Annotated[bool, Query()] = False
) -> tuple[FindingView, ...]:
    """Show what is wrong with a claim, or what was and is no more."""
    view = _seen(request, claim)
    return view.resolved if resolved else view.findings


@operation(
    "GET",
    "/claims/{int:claim}/events",
    tag="claims",
    permission=Permission.CLAIMS_READ,
    answer=tuple[Happening, ...],
)
def show_events(request: TokenRequest, claim: Number) -> tuple[Happening, ...]:
    """Show the latest events of a claim, newest first."""
    _seen(request, claim)
    return claim_history(request.caller.organization, claim)


@operation(
    "POST",
    "/claims/{int:claim}/scrub",
    tag="claims",
    permission=Permission.CLAIMS_WORK,
    answer=Scrubbed,
    changes=True,
)
def scrub_again(request: TokenRequest, claim: Number) -> Scrubbed:
    """Run the edits over a claim again and keep what they find."""
    caller = request.caller
    access_claim(claim, organization=caller.organization)
    findings = scrub_claim(**caller.acting, claim=claim)
    state = access_claim(claim, organization=caller.organization).state
    return Scrubbed(claim, state, tuple(findings))


@operation(
    "POST",
    "/claims/{int:claim}/release",
    tag="claims",
    permission=Permission.CLAIMS_WORK,
    answer=Released,
    changes=True,
)
def release(request: TokenRequest, claim: Number) -> Released:
    """Examine a claim: it becomes ready to be sent, or is held with each cause."""
    access_claim(claim, organization=request.caller.organization)
    return _released(request, claim)


def _released(request: TokenRequest, claim: int) -> Released:
    record, causes = release_claim(**request.caller.acting, claim=claim)
    return Released(record.pk, record.state, tuple(causes))


@operation(
    "POST",
    "/claims/{int:claim}/correct",
    tag="claims",
    permission=Permission.CLAIMS_WORK,
    answer=Released,
    body=Change,
    changes=True,
)
def correct(request: TokenRequest, claim: Number) -> Released:
    """Correct a claim and release what comes of it.

    A claim that has not counted yet gets another version; one that was decided is replaced, and
    the answer names the claim that replaces it.
    """
    caller = request.caller
    record = access_claim(claim, organization=caller.organization)
    correction = _correction(read_value(request.content, Change), latest_claim(record))
    corrected = correct_claim(**caller.acting, claim=claim, correction=correction)
    return _released(request, corrected.pk)


def _correction(asked: Change, content: Claim) -> Correction:
    changes = {line.number: line for line in asked.lines}
    unknown = set(changes) - {line.number for line in content.lines}
    if unknown:
        raise invalid([Fault("body.lines", f"the claim has no line {min(unknown)}")])
    diagnoses = asked.diagnoses
    place = asked.place_of_service
    return Correction(
        asked.reason.strip(),
        lines=tuple(_line(line, changes.get(line.number)) for line in content.lines),
        diagnoses=None if diagnoses is None else read_diagnoses(" ".join(diagnoses)),
        prior_authorization=_number(asked.prior_authorization, "prior authorization"),
        referral_number=_number(asked.referral_number, "referral number"),
        clia_number=_number(asked.clia_number, "CLIA number"),
        place_of_service=None if place is None else read_place(place),
    )


def _number(text: str | None, field: str) -> str | None:
    return None if text is None else read_number(text.strip(), field)


def _line(line: ServiceLine, asked: LineChange | None) -> ServiceLine:
    """Give a line as it shall be; each field is read as the page reads it."""
    if asked is None:
        return line
    place = f"line {line.number}"
    procedure, changes = line.procedure, dict[str, object]()
    if asked.code is not None:
        procedure = msgspec.structs.replace(procedure, code=read_procedure(asked.code, place))
    if asked.modifiers is not None:
        modifiers = read_modifiers(" ".join(asked.modifiers), place)
        procedure = msgspec.structs.replace(procedure, modifiers=modifiers)
    if asked.units is not None:
        changes["units"] = read_units(str(asked.units), place)
    if asked.charge_cents is not None:
        changes["charge_cents"] = asked.charge_cents
    if asked.diagnosis_pointers is not None:
        pointers = " ".join(str(each) for each in asked.diagnosis_pointers)
        changes["diagnosis_pointers"] = read_pointers(pointers, place)
    return msgspec.structs.replace(line, procedure=procedure, **changes)


@operation(
    "POST",
    "/claims/submit",
    tag="claims",
    permission=Permission.CLAIMS_SUBMIT,
    answer=Submitted,
    body=Submission,
    changes=True,
)
def submit(request: TokenRequest) -> Submitted:
    """Write every ready claim to a payer into one file and hand it over."""
    caller = request.caller
    asked = read_value(request.content, Submission)
    payer = access(Payer, asked.payer, organization=caller.organization)
    file = submit_claims(**caller.acting, payer=payer)
    exchange(**caller.acting, payer=payer)
    if file is None:
        return Submitted(None, 0)
    return Submitted(file.pk, ClaimFile.objects.of(caller.organization).filter(file=file).count())


@operation("GET", "/denials", tag="claims", permission=Permission.CLAIMS_READ, answer=Page[CaseRow])
def list_all_denials(
    request: TokenRequest,
    *,
    show: Annotated[Literal["work", "waiting", "settled"], Query()] = "work",
    cursor: Cursor = "",
) -> Page[CaseRow]:
    """List denials to work, those that wait for an answer, or those settled; the dearest first."""
    caller = request.caller
    name = f"denials:{show}"
    after = read_cursor(cursor, name, caller)
    sheet = list_cases(caller.organization, caller.now.date(), Chosen(show), after)
    record_listing("denials.listed", [row.claim for row in sheet.rows], **caller.acting)
    return page_of(sheet, name, caller)
