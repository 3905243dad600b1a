"""Claims: the list, one claim with its whole story, and what a biller does to it."""

import msgspec
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse

from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.entering import (
    read_charge,
    read_diagnoses,
    read_modifiers,
    read_pointers,
    read_units,
)
from cleanclaim.app.mending import Mend, mend_claim
from cleanclaim.app.reading.claims import ClaimView, count_states, list_claims, read_claim
from cleanclaim.app.reading.histories import claim_history
from cleanclaim.app.reading.mendings import group_findings, list_samples, list_unchecked
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.reading.wire import read_claim_wire
from cleanclaim.app.releasing import override_holds, release_claim
from cleanclaim.app.rights import Permission
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.model import Claim, Diagnosis, ServiceLine
from cleanclaim.claims.workflow import ClaimEvent, ClaimState, can_follow
from cleanclaim.codes.icd10cm import bundled
from cleanclaim.codes.place_of_service import NAMES as PLACES
from cleanclaim.edits.menders import Field
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.web.access import Signed, SignedRequest
from cleanclaim.web.acting import InputError, act, act_in_place, read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_UNSENT = {"draft", "held", "ready", "rejected"}
_DECIDED = {"accepted", "paid", "partly_paid", "denied", "closed"}


@route("claims", name="claims", permission=Permission.CLAIMS_READ)
def show_claims(request: SignedRequest) -> HttpResponse:
    """Show claims, all or of one state."""
    signed = request.signed
    state = read_choice(request, "state", set(ClaimState))
    sheet = list_claims(signed.organization, state, read_position(request))
    record_listing("claims.listed", [row.id for row in sheet.rows], **signed.acting)
    context = {"sheet": sheet, "states": count_states(signed.organization), "state": state}
    return page(request, "pages/claims/list.html", context)


@route("claims/<int:claim>", name="claim", permission=Permission.CLAIMS_READ)
def show_claim(request: SignedRequest, claim: int) -> HttpResponse:
    """Show one claim beside its X12 text; that it was looked at is an event."""
    return _claim_page(request, claim)


def _claim_page(request: SignedRequest, claim: int) -> HttpResponse:
    signed = request.signed
    view = read_claim(signed.organization, claim)
    unsent = view.row.state in _UNSENT
    wire = read_claim_wire(signed.organization, claim, signed.now)
    happenings = claim_history(signed.organization, claim)
    record_view("claim.viewed", claim, patient=view.row.patient, claim=claim, **signed.acting)
    titles = bundled()
    codes = {d.code: titles.description(d.code) or "" for d in view.content.diagnoses}
    context = {
        "view": view,
        "wire": wire,
        "happenings": happenings,
        "codes": codes,
        "place": PLACES.get(view.content.place_of_service, "unknown place of service"),
        "desks": group_findings(view, mendable=unsent and signed.may(Permission.CLAIMS_WORK)),
        **_judged_by(signed, view, unsent=unsent),
        "can_correct": view.row.state in _UNSENT | (_DECIDED if view.payer_claim_number else set()),
        "can_release": can_follow(ClaimState(view.row.state), ClaimEvent.CLEARED),
    }
    return page(request, "pages/claims/claim.html", context)


def _judged_by(signed: Signed, view: ClaimView, *, unsent: bool) -> dict[str, object]:
    """Give what could not judge a claim that has not left, and what samples do."""
    if not unsent:
        return {"unchecked": (), "samples": ()}
    record = access_claim(view.row.id, organization=signed.organization)
    unchecked = list_unchecked(record, view.content, signed.today)
    return {"unchecked": unchecked, "samples": list_samples(record) if signed.synthetic else ()}


@route(
    "claims/<int:claim>/release",
    name="release-claim",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def release(request: SignedRequest, claim: int) -> HttpResponse:
    """Examine a claim again: it becomes ready, or is held with each cause."""
    access_claim(claim, organization=request.signed.organization)

    def work() -> str:
        return _released(request, claim)

    return act(request, f"/claims/{claim}", work)


def _released(request: SignedRequest, claim: int) -> str:
    _, causes = release_claim(**request.signed.acting, claim=claim)
    if causes:
        return f"Still held: {causes[0].message}."
    return "Ready to be sent."


@route(
    "claims/<int:claim>/override",
    name="override-holds",
    permission=Permission.CLAIMS_SUBMIT,
    methods=("POST",),
)
def override(request: SignedRequest, claim: int) -> HttpResponse:
    """Release a claim against its holds, with a reason that stays on record."""
    access_claim(claim, organization=request.signed.organization)

    def work() -> str:
        reason, rule = request.POST.get("reason", ""), request.POST.get("rule", "")[:40]
        record = override_holds(**request.signed.acting, claim=claim, reason=reason, rule=rule)
        what = f"{rule} is" if rule else "The holds are"
        return f"{what} overridden; the claim is {record.state}."

    return act(request, f"/claims/{claim}", work)


@route(
    "claims/<int:claim>/scrub",
    name="scrub-claim",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def scrub(request: SignedRequest, claim: int) -> HttpResponse:
    """Run the edits again."""
    access_claim(claim, organization=request.signed.organization)

    def work() -> str:
        findings = scrub_claim(**request.signed.acting, claim=claim)
        return f"Scrubbed: {len(findings)} findings." if findings else "Scrubbed clean."

    return act(request, f"/claims/{claim}", work)


@route(
    "claims/<int:claim>/correct",
    name="correct-claim",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def correct(request: SignedRequest, claim: int) -> HttpResponse:
    """Correct a claim and release what comes of it: a version, or a replacement."""
    record = access_claim(claim, organization=request.signed.organization)
    target = [claim]

    def work() -> str:
        correction = _read_correction(request, latest_claim(record))
        corrected = correct_claim(**request.signed.acting, claim=claim, correction=correction)
        target[0] = corrected.pk
        return f"Corrected. {_released(request, corrected.pk)}"

    response = act(request, "/claims/{}", work)
    address = f"/claims/{target[0]}"
    response.headers["HX-Redirect" if "HX-Redirect" in response.headers else "Location"] = address
    return response


def _read_correction(request: SignedRequest, content: Claim) -> Correction:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        msg = "a correction needs a reason"
        raise InputError(msg)
    return Correction(
        reason[:200],
        lines=tuple(_read_line(request, line) for line in content.lines),
        diagnoses=_read_diagnoses(request, content),
        prior_authorization=request.POST.get(
            "prior_authorization", content.prior_authorization
        ).strip()[:50],
    )


def _read_diagnoses(request: SignedRequest, content: Claim) -> tuple[Diagnosis, ...]:
    text = request.POST.get("diagnoses")
    return content.diagnoses if text is None else read_diagnoses(text)


def _read_line(request: SignedRequest, line: ServiceLine) -> ServiceLine:
    """Read one line's fields; a field that the form did not carry stays as it is."""
    given = {
        name: request.POST[f"line-{line.number}-{name}"].strip()
        for name in ("code", "modifiers", "units", "charge", "pointers")
        if f"line-{line.number}-{name}" in request.POST
    }
    place = f"line {line.number}"
    changes: dict[str, object] = {}
    if "code" in given or "modifiers" in given:
        modifiers = given.get("modifiers", " ".join(line.procedure.modifiers))
        changes["procedure"] = msgspec.structs.replace(
            line.procedure,
            code=given.get("code", line.procedure.code).upper()[:5],
            modifiers=read_modifiers(modifiers, place),
        )
    if "units" in given:
        changes["units"] = read_units(given["units"], place)
    if "charge" in given:
        changes["charge_cents"] = read_charge(given["charge"], place)
    if "pointers" in given:
        changes["diagnosis_pointers"] = read_pointers(given["pointers"], place)
    return msgspec.structs.replace(line, **changes)


@route(
    "claims/<int:claim>/mend",
    name="mend-claim",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def mend(request: SignedRequest, claim: int) -> HttpResponse:
    """Mend one field of a claim and show at once what the edits say then."""
    access_claim(claim, organization=request.signed.organization)
    asked = _read_mend(request)
    if asked.field is Field.MEMBER_ID and not request.signed.may(Permission.PATIENTS_WRITE):
        raise PermissionDenied

    def work() -> str:
        record = mend_claim(**request.signed.acting, claim=claim, mend=asked)
        return f"{asked.place} mended; the claim was checked again and is {record.state}."

    return act_in_place(request, f"/claims/{claim}", work, lambda: _claim_page(request, claim))


def _read_mend(request: SignedRequest) -> Mend:
    """Read which field is mended; a form of ours never names one that there is not."""
    try:
        field = Field(request.POST.get("field", ""))
    except ValueError as error:
        msg = "no such field of a claim"
        raise BadRequest(msg) from error
    line = request.POST.get("line", "")
    number = int(line) if line.isascii() and line.isdecimal() and len(line) < 4 else 0
    rule = request.POST.get("rule", "")[:40]
    return Mend(field, request.POST.get("typed", "")[:400], number, rule)


@route("claims/send", name="send-claims", permission=Permission.CLAIMS_SUBMIT, methods=("POST",))
def send(request: SignedRequest) -> HttpResponse:
    """Write the ready claims into one file a payer and hand the files over."""
    signed = request.signed

    def work() -> str:
        ready = ClaimRecord.objects.of(signed.organization).filter(state=ClaimState.READY)
        payers = Payer.objects.of(signed.organization).filter(pk__in=ready.values("payer_id"))
        files = 0
        for payer in payers:
            files += submit_claims(**signed.acting, payer=payer) is not None
            exchange(**signed.acting, payer=payer)
        return f"{files} {'file' if files == 1 else 'files'} sent."

    return act(request, "/claims", work)
