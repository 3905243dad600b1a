"""The provider's own page: data, documents, disclosures, and the attestation with a signature."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cleanclaim.app.access import access
from cleanclaim.app.attempting import attempt
from cleanclaim.app.inviting import organization_of
from cleanclaim.app.inviting_providers import (
    admit_provider,
    leave_own_file,
    provider_link_works,
)
from cleanclaim.app.provider_files import (
    DOCUMENT_BYTES_MAX,
    attest_file,
    keep_document,
    record_element,
)
from cleanclaim.app.reading.provider_pages import read_file_view
from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.tenancy import within
from cleanclaim.web.acting import InputError, read_key
from cleanclaim.web.element_forms import draw_fields, read_form, read_kind
from cleanclaim.web.link_doors import practice_moment
from cleanclaim.web.pages.providers import read_day
from cleanclaim.web.provider_doors import DOOR, ProviderRequest, acting_provider
from cleanclaim.web.routes import Door, route
from cleanclaim.web.templating import page

# What the provider may tell: everything but what the practice looks up itself.
OWN_KINDS = tuple(each for each in ElementKind if each is not ElementKind.IDENTITY)
OWN_DOCUMENTS = ("licence", "dea", "cover", "board", "w9", "cv", "other")
_SAID = {
    "kept": ("done", "Kept. The practice verifies it at its source."),
    "document": ("done", "The document is kept."),
    "attested": ("done", "Thank you: your attestation is recorded."),
    "refused": ("refused", "That could not be kept. Look at the fields and try again."),
    "signature": ("refused", "The signature is not your name as the file has it."),
}


@route(
    "my-file/enter/<str:link>",
    name="own-file-enter",
    permission=Door.PUBLIC,
    methods=("GET", "POST"),
)
def enter(request: HttpRequest, link: str) -> HttpResponse:
    """Ask for the birth date; looking at the link does not use it up."""
    organization = organization_of(link)
    if not organization:
        return HttpResponseRedirect(DOOR.closed)
    with within(organization):
        at = practice_moment(organization)
        if request.method == "POST":
            admission = admit_provider(link, request.POST.get("answer", "")[:40], at=at)
            if admission.token:
                return DOOR.let_in(HttpResponseRedirect("/my-file"), admission.token)
        works = provider_link_works(link, at=at)
    refused = request.method == "POST" or not works
    context = {"refused": refused, "works": works}
    return page(request, "pages/providers/own_enter.html", context, 422 if refused else 200)


@route("my-file/closed", name="own-file-closed", permission=Door.PUBLIC)
def show_closed(request: HttpRequest) -> HttpResponse:
    """Say that the visit has ended and how to come again."""
    return page(request, "pages/providers/own_closed.html", {})


@route("my-file", name="own-file", permission=Door.PROVIDER)
def show_own_file(request: ProviderRequest) -> HttpResponse:
    """Show the file as it stands, what it lacks, and where to add it."""
    own = request.own
    provider = access(Provider, own.provider, organization=own.organization)
    asked = request.GET.get("add", "")
    add = asked if asked in {each.value for each in OWN_KINDS} else ""
    context = {
        "view": read_file_view(own.organization, provider, request.at.date()),
        "today": request.at.date(),
        "kinds": tuple(each.value for each in OWN_KINDS),
        "add": add,
        "fields": draw_fields(ElementKind(add)) if add else (),
        "draw": draw_fields,
        "kind_of": ElementKind,
        "documents": OWN_DOCUMENTS,
        "said": _SAID.get(request.GET.get("said", "")),
    }
    return page(request, "pages/providers/own_file.html", context)


def _do(work: Callable[[], str]) -> HttpResponse:
    """Do what a form asks and go back with a code; what failed is undone whole."""
    try:
        said = attempt(work)
    except CleanclaimError:
        said = "refused"
    return HttpResponseRedirect(f"/my-file?said={said}")


@route("my-file/elements", name="own-element", permission=Door.PROVIDER, methods=("POST",))
def record(request: ProviderRequest) -> HttpResponse:
    """Record what the provider tells; it counts once the practice has verified it."""

    def work() -> str:
        kind = read_kind(request.POST.get("kind", ""))
        if kind not in OWN_KINDS:
            msg = "the practice keeps this"
            raise InputError(msg)
        record_element(
            **acting_provider(request),
            provider=request.own.provider,
            element=read_form(kind, request.POST),
            number=read_key(request, "entry") or None,
        )
        return "kept"

    return _do(work)


@route("my-file/documents", name="own-document", permission=Door.PROVIDER, methods=("POST",))
def keep(request: ProviderRequest) -> HttpResponse:
    """Keep a document that the provider brings."""

    def work() -> str:
        upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
        if upload is None or not upload.size or upload.size > DOCUMENT_BYTES_MAX:
            msg = "choose a document of at most 10 MB"
            raise InputError(msg)
        if kind not in OWN_DOCUMENTS:
            msg = "choose what it is"
            raise InputError(msg)
        last = request.POST.get("ends_on", "")
        keep_document(
            **acting_provider(request),
            provider=request.own.provider,
            kind=kind,
            name=upload.name or kind,
            media=upload.content_type or "",
            content=upload.read(),
            ends_on=read_day(last, "the last day") if last else None,
        )
        return "document"

    return _do(work)


@route("my-file/attestation", name="own-attestation", permission=Door.PROVIDER, methods=("POST",))
def attest(request: ProviderRequest) -> HttpResponse:
    """Take the provider's word that the file is true, signed with the typed name."""
    if not request.POST.get("agree"):
        return HttpResponseRedirect("/my-file?said=refused")
    try:
        attempt(
            lambda: attest_file(
                **acting_provider(request),
                provider=request.own.provider,
                signature=request.POST.get("signature", "")[:120],
                way="online",
            )
        )
    except CleanclaimError:
        return HttpResponseRedirect("/my-file?said=signature")
    return HttpResponseRedirect("/my-file?said=attested")


@route("my-file/leave", name="own-leave", permission=Door.PROVIDER, methods=("POST",))
def leave(request: ProviderRequest) -> HttpResponse:
    """End the visit at once."""
    leave_own_file(request.own, at=request.at)
    return DOOR.let_out(HttpResponseRedirect(DOOR.closed))
