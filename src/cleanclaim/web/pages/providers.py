"""Providers' files: onboarding, elements, documents, verification, matches, the daily round."""

from datetime import date

from django.http import Http404, HttpResponse, HttpResponseRedirect

from cleanclaim.app.access import access
from cleanclaim.app.inviting_providers import make_provider_link
from cleanclaim.app.monitoring import monitor_providers
from cleanclaim.app.onboarding import Newcomer, onboard_provider
from cleanclaim.app.provider_files import (
    DOCUMENT_BYTES_MAX,
    attest_file,
    export_file,
    import_file,
    keep_document,
    record_element,
    withdraw_element,
)
from cleanclaim.app.reading.provider_pages import list_files, read_file_view, verdicts
from cleanclaim.app.rights import Permission
from cleanclaim.app.screening_providers import Decision, judge_match
from cleanclaim.app.verifying_providers import Looked, verify_element
from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.credentialing.files.entries import DOCUMENT_KINDS
from cleanclaim.credentialing.screening.runs import Verdict
from cleanclaim.credentialing.verification.readiness import Element, Result
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.providers.models import ProviderDocument
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_key
from cleanclaim.web.element_forms import draw_fields, read_form, read_kind
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_READ, _WRITE = Permission.CREDENTIALING_READ, Permission.CREDENTIALING_WRITE


@route("providers", name="providers", permission=_READ)
def show_providers(request: SignedRequest) -> HttpResponse:
    """Show everybody the practice bills for, with how the file stands."""
    rows = list_files(request.signed.organization, request.signed.today)
    return page(request, "pages/providers/list.html", {"rows": rows})


@route("providers/onboard", name="onboard-provider", permission=_WRITE, methods=("POST",))
def onboard(request: SignedRequest) -> HttpResponse:
    """Open a file from an NPI, with the registry's record where one was pasted."""
    made: list[int] = []

    def work() -> str:
        names = ("npi", "surname", "given", "taxonomy")
        npi, surname, given, taxonomy = (request.POST.get(n, "").strip() for n in names)
        born = request.POST.get("birth_on", "")
        newcomer = Newcomer(
            npi,
            surname,
            given,
            taxonomy,
            read_day(born, "the day of birth") if born else None,
            request.POST.get("email", "").strip()[:120],
        )
        registry = request.POST.get("registry", "")[:200_000]
        found = onboard_provider(**request.signed.acting, newcomer=newcomer, registry=registry)
        made.append(found.provider.pk)
        told = "; ".join(finding.message for finding in found.findings)
        return f"The file is open. {f'The registry: {told}.' if told else ''}"

    answer = act(request, "/providers", work)
    if made and "Location" in answer.headers:
        answer.headers["Location"] = f"/providers/{made[0]}"
    return answer


def read_day(text: str, field: str) -> date:
    """Read a day as a date field gives it; InputError names the field."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"{field} is not a day"
        raise InputError(msg) from error


def read_last_day(request: SignedRequest, name: str = "ends_on") -> date | None:
    """Read a last day that may be left empty."""
    text = request.POST.get(name, "")
    return read_day(text, "the last day") if text else None


@route("providers/round", name="monitor-providers", permission=_WRITE, methods=("POST",))
def monitor(request: SignedRequest) -> HttpResponse:
    """Go through every file: what runs out, who has to attest, what is to be screened."""

    def work() -> str:
        found = monitor_providers(**request.signed.acting)
        return f"{found.files} files: {found.expiring} run out soon, {found.ended} have ended."

    return act(request, "/providers", work)


@route("providers/<int:provider>", name="provider", permission=_READ)
def show_provider(request: SignedRequest, provider: int) -> HttpResponse:
    """Show a file: what it lacks, what is verified until when, and what a person has to decide."""
    organization = request.signed.organization
    found = access(Provider, provider, organization=organization)
    view = read_file_view(organization, found, request.signed.today)
    asked = request.GET.get("add", "")
    add = asked if asked in set(ElementKind) else ""
    context = {
        "view": view,
        "kinds": tuple(each.value for each in ElementKind if each is not ElementKind.IDENTITY),
        "add": add,
        "fields": draw_fields(ElementKind(add)) if add else (),
        "draw": draw_fields,
        "kind_of": ElementKind,
        "elements": tuple(each.value for each in Element if each is not Element.ATTESTATION),
        "results": tuple(each.value for each in Result),
        "document_kinds": DOCUMENT_KINDS,
        "verdicts": verdicts(),
    }
    return page(request, "pages/providers/file.html", context)


@route(
    "providers/<int:provider>/elements",
    name="record-element",
    permission=_WRITE,
    methods=("POST",),
)
def record(request: SignedRequest, provider: int) -> HttpResponse:
    """Record an element, or a further version of one."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        kind = read_kind(request.POST.get("kind", ""))
        element = read_form(kind, request.POST)
        # Licences and registrations have a field of their own that is called number.
        number = read_key(request, "entry") or None
        record_element(**request.signed.acting, provider=provider, element=element, number=number)
        return f"Recorded: {kind.value.replace('_', ' ')}. Verify it at its source."

    return act(request, f"/providers/{provider}", work)


@route(
    "providers/<int:provider>/withdraw",
    name="withdraw-element",
    permission=_WRITE,
    methods=("POST",),
)
def withdraw(request: SignedRequest, provider: int) -> HttpResponse:
    """Take an element out of the file, with a reason."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        withdraw_element(
            **request.signed.acting,
            provider=provider,
            number=read_key(request, "number"),
            reason=request.POST.get("reason", ""),
        )
        return "Taken out of the file; the history keeps it."

    return act(request, f"/providers/{provider}", work)


@route(
    "providers/<int:provider>/verify", name="verify-element", permission=_WRITE, methods=("POST",)
)
def verify(request: SignedRequest, provider: int) -> HttpResponse:
    """Record what a source said, with a page of what was seen."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        looked = _read_looked(request, _keep_upload(request, provider, "evidence"))
        verify_element(**request.signed.acting, provider=provider, looked=looked)
        return f"{looked.element.value.replace('_', ' ')}: {looked.result.value}."

    return act(request, f"/providers/{provider}", work)


def _read_looked(request: SignedRequest, evidence: int | None) -> Looked:
    form = request.POST
    element, result = form.get("element", ""), form.get("result", "")
    if element not in set(Element) or result not in set(Result):
        msg = "choose what was looked up and what the source said"
        raise InputError(msg)
    return Looked(
        element=Element(element),
        source=form.get("source", ""),
        method=form.get("method", "web"),
        verified_on=read_day(form.get("verified_on", ""), "the day of verification"),
        result=Result(result),
        number=read_key(request, "number") or None,
        valid_until=read_last_day(request, "valid_until"),
        evidence=evidence,
        delegate=form.get("delegate", ""),
    )


def _keep_upload(request: SignedRequest, provider: int, kind: str) -> int | None:
    upload = request.FILES.get("file")
    if upload is None:
        return None
    if not upload.size or upload.size > DOCUMENT_BYTES_MAX:
        msg = "a document has between one byte and 10 MB"
        raise InputError(msg)
    kept = keep_document(
        **request.signed.acting,
        provider=provider,
        kind=kind,
        name=upload.name or kind,
        media=upload.content_type or "",
        content=upload.read(),
        ends_on=read_last_day(request) if kind != "evidence" else None,
        # Of evidence each page stands for itself and for no earlier one.
        element=read_key(request, "number") or None,
    )
    return kept.pk


@route(
    "providers/<int:provider>/documents",
    name="keep-document",
    permission=_WRITE,
    methods=("POST",),
)
def keep(request: SignedRequest, provider: int) -> HttpResponse:
    """Keep a document of the file."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        if _keep_upload(request, provider, request.POST.get("kind", "")) is None:
            msg = "choose a document"
            raise InputError(msg)
        return "The document is kept."

    return act(request, f"/providers/{provider}", work)


@route(
    "providers/<int:provider>/documents/<int:document>", name="provider-document", permission=_READ
)
def show_document(request: SignedRequest, provider: int, document: int) -> HttpResponse:
    """Give a document as it was kept; it is downloaded, never run in the page."""
    found = access(ProviderDocument, document, organization=request.signed.organization)
    if found.provider_id != provider:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type=found.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{document}"'
    return answer


@route("providers/<int:provider>/export", name="export-file", permission=_READ)
def export(request: SignedRequest, provider: int) -> HttpResponse:
    """Give the file as JSON."""
    access(Provider, provider, organization=request.signed.organization)
    text = export_file(request.signed.organization, provider)
    answer = HttpResponse(text, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="provider-{provider}.json"'
    return answer


@route("providers/<int:provider>/import", name="import-file", permission=_WRITE, methods=("POST",))
def take_over(request: SignedRequest, provider: int) -> HttpResponse:
    """Take over what another file has and this one has not."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        upload = request.FILES.get("file")
        if upload is None or not upload.size or upload.size > DOCUMENT_BYTES_MAX:
            msg = "choose an exported file of at most 10 MB"
            raise InputError(msg)
        content = upload.read()
        found = import_file(**request.signed.acting, provider=provider, content=content)
        if found.findings:
            first = found.findings[0]
            msg = f"nothing was taken over: {first.message} ({first.place})"
            raise InputError(msg)
        return f"{found.added} elements taken over, {found.known} known before."

    return act(request, f"/providers/{provider}", work)


@route(
    "providers/<int:provider>/attestation",
    name="attest-on-paper",
    permission=_WRITE,
    methods=("POST",),
)
def attest(request: SignedRequest, provider: int) -> HttpResponse:
    """Record an attestation that the provider signed on paper."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        if request.FILES.get("file") is None:
            msg = "keep the signed sheet with it"
            raise InputError(msg)
        _keep_upload(request, provider, "other")
        signature = request.POST.get("signature", "")
        attest_file(**request.signed.acting, provider=provider, signature=signature, way="paper")
        return "The attestation is recorded."

    return act(request, f"/providers/{provider}", work)


@route("providers/<int:provider>/match", name="judge-match", permission=_WRITE, methods=("POST",))
def judge(request: SignedRequest, provider: int) -> HttpResponse:
    """Record whether an entry of a list is the provider."""
    access(Provider, provider, organization=request.signed.organization)

    def work() -> str:
        verdict = request.POST.get("verdict", "")
        if verdict not in set(Verdict):
            msg = "say whether it is the same person"
            raise InputError(msg)
        decision = Decision(
            request.POST.get("entry", ""), Verdict(verdict), request.POST.get("reason", "")
        )
        judge_match(**request.signed.acting, provider=provider, decision=decision)
        return "Decided: the same person." if verdict == "same" else "Decided: another person."

    return act(request, f"/providers/{provider}", work)


@route("providers/<int:provider>/link", name="provider-link", permission=_WRITE, methods=("POST",))
def make_link(request: SignedRequest, provider: int) -> HttpResponse:
    """Make the link to the provider's own page and show it once."""
    found = access(Provider, provider, organization=request.signed.organization)
    try:
        token = make_provider_link(**request.signed.acting, provider=provider)
    except CleanclaimError as error:
        request.session["notice"] = {"tone": "refused", "text": str(error).capitalize()}
        return HttpResponseRedirect(f"/providers/{provider}")
    address = request.build_absolute_uri(f"/my-file/enter/{token}")
    context = {"address": address, "provider": provider, "name": str(found)}
    return page(request, "pages/providers/link.html", context)
