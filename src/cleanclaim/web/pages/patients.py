"""Patient accounts: the list, one account, payments at the desk, asking payers again."""

from django.http import HttpResponse

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.collecting import apply_patient_credit, take_patient_payment
from cleanclaim.app.reading.histories import patient_history
from cleanclaim.app.reading.patients import list_patients, read_patient
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.kernel.money import format_dollars
from cleanclaim.store.patients.models import Coverage
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import act, read_dollars, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("patients", name="patients", permission=Permission.PATIENTS_READ, methods=("GET", "POST"))
def show_patients(request: SignedRequest) -> HttpResponse:
    """Show accounts; the search is posted, so that no name stands in an address."""
    signed = request.signed
    search = request.POST.get("search", "").strip()[:80]
    sheet = list_patients(signed.organization, search, read_position(request))
    record_listing("patients.listed", [row.id for row in sheet.rows], **signed.acting)
    return page(request, "pages/patients/list.html", {"sheet": sheet, "search": search})


@route("patients/<int:patient>", name="patient", permission=Permission.PATIENTS_READ)
def show_patient(request: SignedRequest, patient: int) -> HttpResponse:
    """Show one account; that it was looked at is an event."""
    signed = request.signed
    account = read_patient(signed.organization, patient)
    happenings = patient_history(signed.organization, patient)
    record_view("patient.viewed", patient, patient=patient, **signed.acting)
    return page(
        request, "pages/patients/account.html", {"account": account, "happenings": happenings}
    )


@route(
    "patients/<int:patient>/payments",
    name="take-payment",
    permission=Permission.PAYMENTS_TAKE,
    methods=("POST",),
)
def take_payment(request: SignedRequest, patient: int) -> HttpResponse:
    """Take a patient's payment under its receipt number."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        cents = read_dollars(request.POST.get("amount", ""), "the amount")
        left = take_patient_payment(
            **request.signed.acting,
            patient=patient,
            cents=cents,
            receipt=request.POST.get("receipt", "").strip()[:60],
        )
        rest = f" {format_dollars(left)} stay as credit." if left else ""
        return f"Payment of {format_dollars(cents)} taken.{rest}"

    return act(request, f"/patients/{patient}", work)


@route(
    "patients/<int:patient>/credit",
    name="apply-credit",
    permission=Permission.PAYMENTS_TAKE,
    methods=("POST",),
)
def apply_credit(request: SignedRequest, patient: int) -> HttpResponse:
    """Use a patient's credit for what they owe."""
    access_patient(patient, organization=request.signed.organization)

    def work() -> str:
        cents = apply_patient_credit(**request.signed.acting, patient=patient)
        return f"Credit of {format_dollars(cents)} applied."

    return act(request, f"/patients/{patient}", work)


@route(
    "coverages/<int:coverage>/verify",
    name="verify-coverage",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def verify(request: SignedRequest, coverage: int) -> HttpResponse:
    """Ask the payer about a coverage for today."""
    signed = request.signed
    found = access(Coverage, coverage, organization=signed.organization)

    def work() -> str:
        answer = verify_coverage(**signed.acting, coverage=coverage, service_on=signed.today)
        return f"The payer's answer: {answer.status}."

    return act(request, f"/patients/{found.patient_id}", work)
