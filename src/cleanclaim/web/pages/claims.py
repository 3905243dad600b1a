"""Claims: the list, one claim with its whole story, and what a biller does to it."""

from decimal import Decimal, InvalidOperation

import msgspec
from django.http import HttpResponse

from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.reading.claims import count_states, list_claims, read_claim
from cleanclaim.app.reading.histories import claim_history
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
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_choice, read_dollars, read_position
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
    signed = request.signed
    view = read_claim(signed.organization, claim)
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
        "can_correct": view.row.state in _UNSENT | (_DECIDED if view.payer_claim_number else set()),
        "can_release": can_follow(ClaimState(view.row.state), ClaimEvent.CLEARED),
    }
    return page(request, "pages/claims/claim.html", context)


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
        reason = request.POST.get("reason", "")
        record = override_holds(**request.signed.acting, claim=claim, reason=reason)
        return f"The holds are overridden; the claim is {record.state}."

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
    if text is None:
        return content.diagnoses
    codes = text.upper().replace(".", "").replace(",", " ").split()
    if not codes or len(codes) > 12 or not all(code.isalnum() for code in codes):
        msg = "the diagnoses are not one to twelve codes"
        raise InputError(msg)
    return tuple(Diagnosis(code, "ABK" if n == 0 else "ABF") for n, code in enumerate(codes))


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
            modifiers=tuple(modifiers.upper().replace(",", " ").split()[:4]),
        )
    if "units" in given:
        changes["units"] = _read_units(given["units"], place)
    if "charge" in given:
        changes["charge_cents"] = read_dollars(given["charge"], f"the charge of {place}")
    if "pointers" in given:
        changes["diagnosis_pointers"] = _read_pointers(given["pointers"], place)
    return msgspec.structs.replace(line, **changes)


def _read_units(text: str, place: str) -> Decimal:
    try:
        units = Decimal(text)
    except InvalidOperation as error:
        msg = f"the units of {place} are not a number"
        raise InputError(msg) from error
    if not units.is_finite() or not 0 < units < 100000:
        msg = f"the units of {place} are not a number above zero"
        raise InputError(msg)
    return units


def _read_pointers(text: str, place: str) -> tuple[int, ...]:
    parts = text.replace(",", " ").split()
    if not parts or len(parts) > 4 or not all(p.isascii() and p.isdecimal() for p in parts):
        msg = f"the diagnosis pointers of {place} are not one to four numbers"
        raise InputError(msg)
    return tuple(int(part) for part in parts)


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
