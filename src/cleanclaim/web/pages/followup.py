"""Follow-up: what waits at payers, what must be filed by when, proof, voids, payers' terms."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse

from cleanclaim.app.access import access_claim
from cleanclaim.app.contracting import record_contract
from cleanclaim.app.deadlines import CORRECTED, LATER, record_window
from cleanclaim.app.filing import proof_of
from cleanclaim.app.interest import record_prompt_pay
from cleanclaim.app.pacing import record_pace
from cleanclaim.app.reading.followup import (
    FilingRow,
    WaitingRow,
    list_answers,
    list_filing,
    list_paces,
    list_terms,
    list_waiting,
)
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.secondaries import send_ourselves
from cleanclaim.app.sweeping import Round, make_round
from cleanclaim.app.voiding import void_claim
from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.prompt_pay import RULES
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_choice
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("followup", name="followup", permission=Permission.CLAIMS_READ)
def show_followup(request: SignedRequest) -> HttpResponse:
    """Show what waits at payers, or what must be filed by when."""
    signed = request.signed
    show = read_choice(request, "show", {"filing"}) or "waiting"
    rows: Sequence[WaitingRow | FilingRow]
    if show == "filing":
        rows = list_filing(signed.organization, signed.today)
    else:
        rows = list_waiting(signed.organization, signed.today)
    record_listing("claims.listed", [row.id for row in rows], **signed.acting)
    return page(request, "pages/followup/list.html", {"show": show, "rows": rows})


@route(
    "followup/round", name="followup-round", permission=Permission.CLAIMS_WORK, methods=("POST",)
)
def make_the_round(request: SignedRequest) -> HttpResponse:
    """Ask payers, bill next payers, look at deadlines and prices, as the daily round does."""

    def work() -> str:
        return _told(make_round(**request.signed.acting))

    return act(request, "/followup", work)


def _told(done: Round) -> str:
    asked, on = done.statuses, done.next_payers
    return (
        f"{asked.overdue} claims overdue, {asked.asked} asked about, {asked.answered} answered;"
        f" {on.ready} went on to a next payer, {on.held} held, {on.crossed} sent on by the payer;"
        f" {done.near} near the filing limit; {done.payments.under} lines underpaid;"
        f" interest found: {format_dollars(done.interest_cents)}."
    )


@route("claims/<int:claim>/proof", name="proof", permission=Permission.CLAIMS_READ)
def show_proof(request: SignedRequest, claim: int) -> HttpResponse:
    """Show the proof of filing of a claim and what its payer answered about it."""
    signed = request.signed
    record = access_claim(claim, organization=signed.organization)
    proof = proof_of(claim, organization=signed.organization)
    answers = list_answers(signed.organization, claim)
    record_view("proof.viewed", claim, patient=record.patient_id, claim=claim, **signed.acting)
    context = {"claim": record, "proof": proof, "answers": answers}
    return page(request, "pages/followup/proof.html", context)


@route(
    "claims/<int:claim>/void",
    name="void-claim",
    permission=Permission.CLAIMS_SUBMIT,
    methods=("POST",),
)
def void(request: SignedRequest, claim: int) -> HttpResponse:
    """Void a claim for a reason."""
    access_claim(claim, organization=request.signed.organization)

    def work() -> str:
        reason = request.POST.get("reason", "")
        record = void_claim(**request.signed.acting, claim=claim, reason=reason)
        if record.pk == claim:
            return "The claim is voided; it never was with the payer."
        return "The void stands as a claim of its own: release it, and it takes the claim back."

    return act(request, f"/claims/{claim}", work)


@route(
    "claims/<int:claim>/send-ourselves",
    name="send-ourselves",
    permission=Permission.CLAIMS_SUBMIT,
    methods=("POST",),
)
def send_after_all(request: SignedRequest, claim: int) -> HttpResponse:
    """Send a claim ourselves that the payer before did not send on."""
    access_claim(claim, organization=request.signed.organization)

    def work() -> str:
        record = send_ourselves(**request.signed.acting, claim=claim)
        return f"The claim is {record.state}; it leaves with the next file to the payer."

    return act(request, f"/claims/{claim}/proof", work)


# What is agreed with payers


@route("followup/terms", name="payer-terms", permission=Permission.CLAIMS_READ)
def show_terms(request: SignedRequest) -> HttpResponse:
    """Show what is recorded of each payer's days, windows, contracts and prompt pay."""
    signed = request.signed
    context = {
        "paces": list_paces(signed.organization, signed.today),
        "terms": list_terms(signed.organization),
        "rules": RULES,
    }
    return page(request, "pages/followup/terms.html", context)


@route(
    "followup/terms/<str:kind>",
    name="record-terms",
    permission=Permission.CLAIMS_SUBMIT,
    methods=("POST",),
)
def record_terms(request: SignedRequest, kind: str) -> HttpResponse:
    """Record one thing that a payer's document says, from a day on."""

    def work() -> str:
        writer = _WRITERS.get(kind)
        if writer is None:
            msg = "there is nothing of this kind to record"
            raise InputError(msg)
        writer(request)
        return "Recorded. The next round uses it."

    return act(request, "/followup/terms", work)


def _whole(request: SignedRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        msg = f"{name} is a whole number"
        raise InputError(msg)
    return int(text)


def _day(request: SignedRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        msg = f"{name.replace('_', ' ')}: write a day as 2026-12-31"
        raise InputError(msg) from error


def _write_pace(request: SignedRequest) -> None:
    record_pace(
        **request.signed.acting,
        payer=_whole(request, "payer"),
        days=_whole(request, "days"),
        source=request.POST.get("source", ""),
    )


def _write_window(request: SignedRequest) -> None:
    kind = request.POST.get("kind", "")
    record_window(
        **request.signed.acting,
        payer=_whole(request, "payer"),
        kind=kind if kind in {LATER, CORRECTED} else "",
        counted_from=request.POST.get("counted_from", ""),
        days=_whole(request, "days"),
        source=request.POST.get("source", ""),
        starts_on=_day(request, "starts_on"),
    )


def _write_contract(request: SignedRequest) -> None:
    record_contract(
        **request.signed.acting,
        payer=_whole(request, "payer"),
        terms=request.POST.get("terms", ""),
        document=request.POST.get("document", ""),
        source=request.POST.get("source", ""),
        starts_on=_day(request, "starts_on"),
    )


def _write_prompt_pay(request: SignedRequest) -> None:
    record_prompt_pay(
        **request.signed.acting,
        payer=_whole(request, "payer"),
        days=_whole(request, "days"),
        thousandths_percent=_whole(request, "rate"),
        source=request.POST.get("source", ""),
        confidence=request.POST.get("confidence", ""),
        starts_on=_day(request, "starts_on"),
    )


_WRITERS = {
    "pace": _write_pace,
    "window": _write_window,
    "contract": _write_contract,
    "prompt-pay": _write_prompt_pay,
}
