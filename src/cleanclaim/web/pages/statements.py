"""Patients' bills for the staff: statements, links, plans, refunds, help, disputes, collection."""

from collections.abc import Callable

import msgspec
from django.http import HttpResponse

from cleanclaim.app.access import NotFoundError, access, access_patient
from cleanclaim.app.disputing import OUTCOMES, list_disputes, resolve_dispute
from cleanclaim.app.forgiving import (
    apply_for_assistance,
    approve_placement,
    decide_assistance,
    list_open_decisions,
    propose_placement,
    return_placement,
)
from cleanclaim.app.inviting import make_link
from cleanclaim.app.planning import make_plan, stop_plan, watch_plans
from cleanclaim.app.reading.billing import (
    list_credit_work,
    list_statements,
    list_waiting_refunds,
    read_billing,
)
from cleanclaim.app.reading.statement_sheets import make_sheet
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.refunding import (
    approve_refund,
    begin_inquiry,
    end_inquiry,
    identify_payer_credit,
    record_refund_sent,
    refuse_refund,
    request_patient_refund,
    use_patient_credit,
)
from cleanclaim.app.rights import Permission
from cleanclaim.app.self_paying import bill_self_pay, record_estimate
from cleanclaim.app.setting_terms import record_returned_mail, resume_mail, set_preference
from cleanclaim.app.stating import issue_statement, release_statement, run_statements
from cleanclaim.kernel.money import format_dollars
from cleanclaim.printing.statements import StatementSheet, print_statement
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.statements.models import (
    AssistanceApplication,
    Dispute,
    PaymentPlan,
    Placement,
    RefundRecord,
    StatementRecord,
)
from cleanclaim.store.tenants import TenantModel
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_choice, read_dollars
from cleanclaim.web.pages.patient_policy import read_day
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_STATES = {"held", "sent", "returned"}
Work = Callable[[], str]


@route("statements", name="statements", permission=Permission.STATEMENTS_WORK)
def show_statements(request: SignedRequest) -> HttpResponse:
    """Show the statements and all that waits for a person's decision about a patient's bill."""
    organization = request.signed.organization
    state = read_choice(request, "state", _STATES)
    rows = list_statements(organization, state)
    applications, placements = list_open_decisions(organization)
    record_listing("statements.listed", [row.patient for row in rows], **request.signed.acting)
    context = {
        "rows": rows,
        "state": state,
        "disputes": list_disputes(organization),
        "applications": applications,
        "placements": placements,
    }
    return page(request, "pages/statements/list.html", context)


@route(
    "statements/run",
    name="run-statements",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def run(request: SignedRequest) -> HttpResponse:
    """Make the statements that are due by the policy, and look for missed instalments."""

    def work() -> str:
        counts = run_statements(**request.signed.acting)
        behind = watch_plans(**request.signed.acting)
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        return f"Statements: {told or 'nobody owes anything'}. {behind} plans are behind."

    return act(request, "/statements", work)


@route("credits", name="credits", permission=Permission.STATEMENTS_WORK)
def show_credits(request: SignedRequest) -> HttpResponse:
    """Show all money that is another's, and the refunds with their clocks."""
    signed = request.signed
    rows = list_credit_work(signed.organization, on=signed.today)
    refunds = list_waiting_refunds(signed.organization)
    record_listing("credits.listed", [row.credit.patient for row in rows], **signed.acting)
    return page(request, "pages/statements/credits.html", {"rows": rows, "refunds": refunds})


@route("patients/<int:patient>/billing", name="billing", permission=Permission.STATEMENTS_WORK)
def show_billing(request: SignedRequest, patient: int) -> HttpResponse:
    """Show one patient's bill with everything that can be done about it."""
    signed = request.signed
    view = read_billing(signed.organization, patient, on=signed.today)
    record_view("billing.viewed", patient, patient=patient, **signed.acting)
    context = {"view": view, "outcomes": OUTCOMES}
    return page(request, "pages/statements/billing.html", context)


@route(
    "patients/<int:patient>/statement.pdf",
    name="statement-pdf",
    permission=Permission.STATEMENTS_WORK,
)
def show_pdf(request: SignedRequest, patient: int) -> HttpResponse:
    """Give a kept statement (``number``), or what one would say today, as accessible PDF."""
    signed = request.signed
    access_patient(patient, organization=signed.organization)
    kept = StatementRecord.objects.of(signed.organization).filter(
        patient_id=patient, number=request.GET.get("number", "")
    )
    record = kept.first()
    if record is None:
        sheet = make_sheet(signed.organization, patient, on=signed.today)
    else:
        sheet = msgspec.convert(record.content, StatementSheet)
    record_view("statement.printed", patient, patient=patient, **signed.acting)
    language = record.language if record else "en"
    return HttpResponse(
        print_statement(sheet, language),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="statement.pdf"'},
    )


@route(
    "patients/<int:patient>/link",
    name="make-link",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def give_link(request: SignedRequest, patient: int) -> HttpResponse:
    """Show a new link once: only its hash is kept."""
    access_patient(patient, organization=request.signed.organization)
    made: list[str] = []

    def work() -> str:
        made.append(make_link(**request.signed.acting, patient=patient))
        return ""

    refused = act(request, f"/patients/{patient}/billing", work)
    if not made:
        return refused
    request.session.pop("notice", None)
    address = request.build_absolute_uri(f"/portal/enter/{made[0]}")
    context = {"address": address, "patient": patient}
    return page(request, "pages/statements/link.html", context)


def _own(model: type[TenantModel], request: SignedRequest, patient: int, name: str) -> int:
    """Give the id of a record that a form names, having seen that it is this patient's."""
    text = request.POST.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    record = access(model, number, organization=request.signed.organization)
    if getattr(record, "patient_id", None) != patient:
        raise NotFoundError(str(model._meta.verbose_name))
    return number


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        msg = f"{field} is not a whole number"
        raise InputError(msg)
    return int(text)


@route(
    "patients/<int:patient>/statements",
    name="make-statement",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_statement(request: SignedRequest, patient: int) -> HttpResponse:
    """Send a statement, release a held one, or note that it came back by the post."""
    acting = request.signed.acting
    access_patient(patient, organization=request.signed.organization)
    choice = request.POST.get("do", "send")

    def work() -> str:
        if choice == "resume":
            resume_mail(**acting, patient=patient)
            return "Statements go out again."
        if choice == "send":
            record = issue_statement(**acting, patient=patient)
            return f"Statement {record.number} is {record.state}."
        number = _own(StatementRecord, request, patient, "statement")
        if choice == "returned":
            record_returned_mail(**acting, statement=number)
            return "No statement goes out until the address is known."
        release_statement(**acting, statement=number, reason=request.POST.get("reason", ""))
        return "The statement is released."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/preference",
    name="set-preference",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_preference(request: SignedRequest, patient: int) -> HttpResponse:
    """Record language, way and e-mail address."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        set_preference(
            **request.signed.acting,
            patient=patient,
            language=request.POST.get("language", ""),
            channel=request.POST.get("channel", ""),
            email=request.POST.get("email", ""),
        )
        return "The preference is recorded."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/visits",
    name="bill-visit",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_visit(request: SignedRequest, patient: int) -> HttpResponse:
    """Bill a visit to the patient alone."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        visit = _own(Encounter, request, patient, "visit")
        record = bill_self_pay(**request.signed.acting, encounter=visit)
        return f"{format_dollars(record.cents)} are billed to the patient."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/plan",
    name="work-plan",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_plan(request: SignedRequest, patient: int) -> HttpResponse:
    """Make a plan, or stop the one there is."""
    signed = request.signed
    access_patient(patient, organization=signed.organization)

    def work() -> str:
        if request.POST.get("do") == "stop":
            stop_plan(**signed.acting, plan=_own(PaymentPlan, request, patient, "plan"))
            return "The plan is stopped."
        count = _number(request.POST.get("count", ""), "the number of months")
        make_plan(**signed.acting, patient=patient, count=count, first_on=signed.today)
        return f"A plan of {count} instalments is made."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/use-credit",
    name="use-credit",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_credit(request: SignedRequest, patient: int) -> HttpResponse:
    """Use held money for the oldest debts or the one chosen."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        subject = request.POST.get("subject", "")[:40]
        used = use_patient_credit(**request.signed.acting, patient=patient, subject=subject)
        return f"{format_dollars(used)} of the credit are used."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/refunds",
    name="ask-refund",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_refund(request: SignedRequest, patient: int) -> HttpResponse:
    """Ask for a patient's refund, or record a payer's credit and so start its clock."""
    acting = request.signed.acting
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        reason = request.POST.get("reason", "")
        if request.POST.get("payer"):
            record = identify_payer_credit(
                **acting,
                payer=_number(request.POST["payer"], "the payer"),
                claim=_number(request.POST.get("claim", ""), "the claim"),
                reason=reason,
            )
            return f"{format_dollars(record.cents)} are to be given back."
        cents = read_dollars(request.POST.get("amount", ""), "the amount")
        request_patient_refund(**acting, patient=patient, cents=cents, reason=reason)
        return f"A refund of {format_dollars(cents)} waits for approval."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/refunds/decide",
    name="decide-refund",
    permission=Permission.REFUNDS_DECIDE,
    methods=("POST",),
)
def settle_refund(request: SignedRequest, patient: int) -> HttpResponse:
    """Approve, refuse or send a refund, or stop its clock for an inquiry."""
    acting = request.signed.acting
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        refund = _own(RefundRecord, request, patient, "refund")
        choice = request.POST.get("do", "")
        if choice == "sent":
            reference = request.POST.get("reference", "")
            record_refund_sent(**acting, refund=refund, reference=reference)
        elif choice in _REFUND_ACTS:
            _REFUND_ACTS[choice](**acting, refund=refund)
        else:
            msg = "the decision is none that there is"
            raise InputError(msg)
        return (
            "The refund is "
            + {"approve": "approved", "refuse": "refused"}.get(choice, "brought up to date")
            + "."
        )

    return act(request, f"/patients/{patient}/billing", work)


_REFUND_ACTS = {
    "approve": approve_refund,
    "refuse": refuse_refund,
    "inquire": begin_inquiry,
    "inquired": end_inquiry,
}


@route(
    "patients/<int:patient>/help",
    name="work-help",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_help(request: SignedRequest, patient: int) -> HttpResponse:
    """Take an application for financial help, or decide one."""
    acting = request.signed.acting
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        if request.POST.get("do") == "decide":
            application = _own(AssistanceApplication, request, patient, "application")
            percent = _number(request.POST.get("percent", ""), "the discount")
            cents = decide_assistance(**acting, application=application, basis_points=percent * 100)
            return f"{format_dollars(cents)} are taken off."
        apply_for_assistance(
            **acting,
            patient=patient,
            household=_number(request.POST.get("household", ""), "the household"),
            income_cents=read_dollars(request.POST.get("income", ""), "the income"),
        )
        return "The application is taken in."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/disputes",
    name="answer-dispute",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def answer_dispute(request: SignedRequest, patient: int) -> HttpResponse:
    """Answer what a patient said was wrong."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        dispute = _own(Dispute, request, patient, "dispute")
        outcome = request.POST.get("outcome", "")
        resolve_dispute(**request.signed.acting, dispute=dispute, outcome=outcome)
        return "The dispute is answered."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/collection",
    name="work-collection",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def work_collection(request: SignedRequest, patient: int) -> HttpResponse:
    """Propose a debt for collection, approve that, or take it back."""
    acting = request.signed.acting
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        choice = request.POST.get("do", "propose")
        if choice == "propose":
            agency = request.POST.get("agency", "")
            propose_placement(**acting, patient=patient, agency=agency)
            return "The debt is proposed for collection."
        placement = _own(Placement, request, patient, "placement")
        if choice == "approve":
            approve_placement(**acting, placement=placement)
            return "The debt is given up as bad and placed."
        return_placement(**acting, placement=placement)
        return "The patient owes it again."

    return act(request, f"/patients/{patient}/billing", work)


@route(
    "patients/<int:patient>/estimates",
    name="keep-estimate",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def keep_estimate(request: SignedRequest, patient: int) -> HttpResponse:
    """Keep the estimate that the patient was given today."""
    signed = request.signed
    access_patient(patient, organization=signed.organization)

    def work() -> str:
        record = record_estimate(
            **signed.acting,
            patient=patient,
            provider=_number(request.POST.get("provider", ""), "the provider"),
            service_on=read_day(request.POST.get("service_on", ""), "the day of service"),
            cents=read_dollars(request.POST.get("amount", ""), "the estimate"),
            given_on=signed.today,
        )
        return f"The estimate of {format_dollars(record.cents)} is kept."

    return act(request, f"/patients/{patient}/billing", work)
