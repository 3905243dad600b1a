"""The patient's pages: open by a link, see, understand, pay, set up a plan, say what is wrong."""

import time
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from cleanclaim.app.access import access_patient
from cleanclaim.app.card_payments import (
    BALANCE,
    PLAN,
    PROMPT,
    NoCardsError,
    SignatureError,
    ask_card_payment,
    open_processor,
    receive_card_event,
    takes_cards,
)
from cleanclaim.app.disputing import ABOUT, open_dispute
from cleanclaim.app.inviting import admit, end_session, link_works, organization_of
from cleanclaim.app.planning import make_plan
from cleanclaim.app.reading.statement_sheets import make_sheet
from cleanclaim.app.reading.viewing import record_view
from cleanclaim.app.setting_terms import LANGUAGES, find_policy, preference_of, set_preference
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import format_dollars
from cleanclaim.ledger.plans import cut_plan, offer_counts
from cleanclaim.payers.cards.events import UnreadableEventError
from cleanclaim.printing.statement_words import WORDS
from cleanclaim.printing.statements import (
    StatementSheet,
    print_statement,
    tell_credit,
    tell_day,
    tell_instalments,
    tell_prompt,
    tell_visit,
)
from cleanclaim.store.statements.models import CardPayment
from cleanclaim.store.tenancy import within
from cleanclaim.web.acting import InputError, read_dollars
from cleanclaim.web.link_doors import practice_moment
from cleanclaim.web.patient_doors import DOOR, PatientRequest, acting_patient
from cleanclaim.web.portal_words import PORTAL_WORDS
from cleanclaim.web.routes import Door, route
from cleanclaim.web.templating import page

_FIRST_INSTALMENT = timedelta(30)
_SAID = ("paid", "declined", "plan", "dispute", "amount", "refused")
_EVENT_BYTES_MAX = 256 * 1024


@route(
    "portal/enter/<str:link>", name="portal-enter", permission=Door.PUBLIC, methods=("GET", "POST")
)
def enter(request: HttpRequest, link: str) -> HttpResponse:
    """Ask for what only the patient knows; looking at the link does not use it up."""
    language = _guess_language(request)
    organization = organization_of(link)
    if not organization:
        return HttpResponseRedirect(DOOR.closed)
    with within(organization):
        at = practice_moment(organization)
        if request.method == "POST":
            admission = admit(link, request.POST.get("answer", "")[:40], at=at)
            if admission.token:
                return DOOR.let_in(HttpResponseRedirect("/portal"), admission.token)
        works = link_works(link, at=at)
    refused = request.method == "POST" or not works
    context = _words(language) | {"refused": refused, "works": works}
    return page(request, "pages/portal/enter.html", context, 422 if refused else 200)


def _guess_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.headers.get("Accept-Language", "")
    return "es" if asked.lower().startswith("es") else "en"


def _words(language: str) -> dict[str, Any]:
    words = {**WORDS[language], **PORTAL_WORDS[language]}
    return {"language": language, "words": words, "other": "en" if language == "es" else "es"}


@route("portal/closed", name="portal-closed", permission=Door.PUBLIC)
def show_closed(request: HttpRequest) -> HttpResponse:
    """Say that the visit has ended and how to come again."""
    return page(request, "pages/portal/closed.html", _words(_guess_language(request)))


@route("portal", name="portal", permission=Door.PATIENT)
def show_account(request: PatientRequest) -> HttpResponse:
    """Show what is owed, what happened, and what can be done."""
    visitor = request.visitor
    sheet = make_sheet(visitor.organization, visitor.patient, on=request.at.date())
    record_view(
        "portal.viewed", visitor.patient, patient=visitor.patient, **acting_patient(request)
    )
    return page(request, "pages/portal/account.html", _account_context(request, sheet))


def _account_context(request: PatientRequest, sheet: StatementSheet) -> dict[str, Any]:
    language = _language(request)
    return _words(language) | {
        "sheet": sheet,
        "visits": [tell_visit(each, language) for each in sheet.visits],
        "waiting": [tell_visit(each, language) for each in sheet.waiting],
        "credit": tell_credit(sheet, language),
        "prompt_text": tell_prompt(sheet, language),
        "instalments": tell_instalments(sheet, language),
        "next_part": sheet.instalments[0] if sheet.instalments else None,
        "next_day": tell_day(sheet.instalments[0][0], language) if sheet.instalments else "",
        "offers": _offers(request, sheet),
        "first_day": tell_day(request.at.date() + _FIRST_INSTALMENT, language),
        "about": ABOUT,
        "cards": takes_cards(request.visitor.organization),
        "said": _said(request, sheet),
        "half": f"{(sheet.due_cents + 1) // 2 / 100:.2f}",
    }


def _language(request: PatientRequest) -> str:
    return preference_of(request.visitor.organization, request.visitor.patient).language


def _offers(request: PatientRequest, sheet: StatementSheet) -> list[tuple[int, int]]:
    """Give the plans that can be chosen as (months, cents of the first part)."""
    found = find_policy(request.visitor.organization, as_of=request.at.date())
    if found is None or sheet.instalments or not sheet.due_cents:
        return []
    first_on = request.at.date() + _FIRST_INSTALMENT
    return [
        (count, cut_plan(sheet.due_cents, count, first_on)[0].cents)
        for count in offer_counts(sheet.due_cents, found[1])
    ]


def _said(request: PatientRequest, sheet: StatementSheet) -> tuple[str, str] | None:
    """Give the notice that the address names by its code, with its tone."""
    code, _, cents = request.GET.get("said", "").partition(".")
    if code not in _SAID:
        return None
    amount = format_dollars(int(cents)) if cents.isascii() and cents.isdecimal() else ""
    text = PORTAL_WORDS[_language(request)][f"said_{code}"]
    tone = "refused" if code in ("declined", "amount", "refused") else "done"
    return tone, text.format(cents=amount, phone=sheet.phone)


def _back(said: str) -> HttpResponse:
    return HttpResponseRedirect(f"/portal?said={said}")


@route("portal/pay", name="portal-pay", permission=Door.PATIENT, methods=("POST",))
def pay(request: PatientRequest) -> HttpResponse:
    """Ask for all, for a part, for what is due of a plan, or for the reduced amount."""
    visitor = request.visitor
    sheet = make_sheet(visitor.organization, visitor.patient, on=request.at.date())
    try:
        cents, purpose = _asked(request, sheet)
        payment = ask_card_payment(
            **acting_patient(request), patient=visitor.patient, cents=cents, purpose=purpose
        )
        processor = open_processor(visitor.organization, seconds=int(time.time()))
        checkout = processor.open_checkout(
            reference=payment.reference, cents=payment.asked_cents, back="/portal"
        )
    except InputError:
        return _back("amount")
    except NoCardsError:
        return _back("refused")
    except CleanclaimError:
        return _back("amount")
    return HttpResponseRedirect(checkout.address)


def _asked(request: PatientRequest, sheet: StatementSheet) -> tuple[int, str]:
    choice = request.POST.get("choice", "part")
    if choice == "all":
        return sheet.due_cents, BALANCE
    if choice == "prompt" and sheet.prompt is not None:
        return sheet.prompt.pay_cents, PROMPT
    if choice == "plan" and sheet.instalments:
        return min(sheet.instalments[0][1], sheet.due_cents), PLAN
    cents = read_dollars(request.POST.get("amount", ""), "the amount")
    # Card processors take no less than a dollar or so; a part of a cent is no part.
    return (cents if cents >= min(100, sheet.due_cents) else 0), BALANCE


@route(
    "portal/card/<str:reference>",
    name="portal-card",
    permission=Door.PATIENT,
    methods=("GET", "POST"),
)
def answer_card(request: PatientRequest, reference: str) -> HttpResponse:
    """Stand in for the processor's own page: take the number to try with, decline others."""
    visitor = request.visitor
    payment = CardPayment.objects.of(visitor.organization).get(
        reference=reference, patient_id=visitor.patient
    )
    if request.method == "GET":
        context = _words(_language(request)) | {"payment": payment}
        return page(request, "pages/portal/card.html", context)
    now = int(time.time())
    processor = open_processor(visitor.organization, seconds=now)
    told = processor.answer_card(
        reference=reference,
        cents=payment.asked_cents,
        number=request.POST.get("number", "")[:30],
    )
    receive_card_event(
        organization=visitor.organization,
        at=request.at,
        body=told.body,
        signature=told.signature,
        seconds=now,
    )
    payment.refresh_from_db()
    return _back(f"paid.{payment.paid_cents}" if payment.state == "paid" else "declined")


@route("portal/plan", name="portal-plan", permission=Door.PATIENT, methods=("POST",))
def set_up_plan(request: PatientRequest) -> HttpResponse:
    """Set up the plan that the patient chose."""
    count = request.POST.get("count", "")
    try:
        make_plan(
            **acting_patient(request),
            patient=request.visitor.patient,
            count=int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else 0,
            first_on=request.at.date() + _FIRST_INSTALMENT,
        )
    except CleanclaimError:
        return _back("refused")
    return _back("plan")


@route("portal/disputes", name="portal-dispute", permission=Door.PATIENT, methods=("POST",))
def dispute(request: PatientRequest) -> HttpResponse:
    """Take what the patient says is wrong; nothing of it is asked until somebody answers."""
    try:
        open_dispute(
            **acting_patient(request),
            patient=request.visitor.patient,
            about=request.POST.get("about", ""),
            words=request.POST.get("words", ""),
            subject=request.POST.get("subject", "")[:40],
        )
    except CleanclaimError:
        return _back("refused")
    return _back("dispute")


@route("portal/language", name="portal-language", permission=Door.PATIENT, methods=("POST",))
def change_language(request: PatientRequest) -> HttpResponse:
    """Show the pages in the other language from now on, and write in it too."""
    chosen = request.POST.get("language", "")
    known = preference_of(request.visitor.organization, request.visitor.patient)
    if chosen in LANGUAGES:
        set_preference(
            **acting_patient(request),
            patient=request.visitor.patient,
            language=chosen,
            channel=known.channel,
            email=known.email,
        )
    return HttpResponseRedirect("/portal")


@route("portal/statement.pdf", name="portal-statement", permission=Door.PATIENT)
def download_statement(request: PatientRequest) -> HttpResponse:
    """Give the statement of today as accessible PDF."""
    visitor = request.visitor
    access_patient(visitor.patient, organization=visitor.organization)
    sheet = make_sheet(visitor.organization, visitor.patient, on=request.at.date())
    record_view(
        "portal.downloaded", visitor.patient, patient=visitor.patient, **acting_patient(request)
    )
    return HttpResponse(
        print_statement(sheet, _language(request)),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="statement.pdf"'},
    )


@route("portal/leave", name="portal-leave", permission=Door.PATIENT, methods=("POST",))
def leave(request: PatientRequest) -> HttpResponse:
    """End the visit at once."""
    end_session(request.visitor, at=request.at)
    return DOOR.let_out(HttpResponseRedirect(DOOR.closed))


@route("hooks/cards/<str:account>", name="card-events", permission=Door.PUBLIC, methods=("POST",))
@csrf_exempt
def take_card_event(request: HttpRequest, account: str) -> HttpResponse:
    """Take a card processor's event in; its signature is what proves it, not a session."""
    if not (account.isascii() and account.isdecimal() and len(account) < 19):
        raise Http404
    body = request.read(_EVENT_BYTES_MAX + 1)
    if len(body) > _EVENT_BYTES_MAX:
        return HttpResponse("too large\n", status=413, content_type="text/plain")
    with within(int(account)):
        try:
            outcome = receive_card_event(
                organization=int(account),
                at=practice_moment(int(account)),
                body=body,
                signature=request.headers.get("Stripe-Signature", ""),
                seconds=int(time.time()),
            )
        except NoCardsError as error:
            raise Http404 from error
        except (SignatureError, UnreadableEventError):
            return HttpResponse("refused\n", status=400, content_type="text/plain")
    return HttpResponse(f"{outcome}\n", content_type="text/plain")
