"""What a practice decides about money: posting, patients' debts, write-offs, denials' rows."""

from collections.abc import Callable, Mapping
from datetime import date

import msgspec
from django.http import Http404, HttpResponse

from cleanclaim.app.approving import record_payee_number, record_posting_rule
from cleanclaim.app.denial_terms import (
    Citation,
    decide_combination,
    record_citation,
    record_term,
    record_write_off_policy,
)
from cleanclaim.app.patient_reasons import record_patient_reason
from cleanclaim.app.reading.money_policies import list_payers, list_policies
from cleanclaim.app.rights import Permission
from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.combinations import Combination, Confidence, Verdict
from cleanclaim.denials.terms import AppealTerm
from cleanclaim.kernel.identifiers import is_npi, is_tin
from cleanclaim.kernel.spans import Span
from cleanclaim.remits.adjustment_reasons import POLICY_REASONS
from cleanclaim.remits.policy import ApprovalKind
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_dollars
from cleanclaim.web.pages.patient_policy import read_day
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_BACK = "/money-policy"
_CAUSES = tuple(cause.value for cause in Cause)


class Field(msgspec.Struct, frozen=True):
    """A field of a form; ``choices`` make it a list, ``kind`` is text, number, dollars or date."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = True
    longest: int = 200


_SPAN = (
    Field("starts_on", "First day", "date"),
    Field("ends_on", "Last day, if there is one", "date", required=False),
)
_SOURCE = Field("source", "Where it stands (document, page)")
_PAYER = Field("payer", "Payer", "payer")


class Form(msgspec.Struct, frozen=True):
    """One form of the page: its heading, what it is for, its fields, and who records it."""

    title: str
    told: str
    fields: tuple[Field, ...]
    record: Callable[[SignedRequest], object]


def _text(request: SignedRequest, name: str, *, needed: bool = True) -> str:
    text = request.POST.get(name, "").strip()
    if needed and not text:
        msg = f"{name.replace('_', ' ')} is missing"
        raise InputError(msg)
    return text


def _choice(request: SignedRequest, name: str, allowed: tuple[str, ...]) -> str:
    text = request.POST.get(name, "")
    if text not in allowed:
        msg = f"{name} is none of the choices"
        raise InputError(msg)
    return text


def _number(request: SignedRequest, name: str) -> int:
    text = _text(request, name)
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 5):
        msg = f"{name} is not a whole number"
        raise InputError(msg)
    return int(text)


def _span(request: SignedRequest) -> Span:
    starts_on = read_day(request.POST.get("starts_on", ""))
    last = request.POST.get("ends_on", "")
    ends_on: date | None = read_day(last, "the last day") if last else None
    if ends_on is not None and ends_on < starts_on:
        msg = "the last day is before the first"
        raise InputError(msg)
    return Span(starts_on, ends_on)


def _cause(request: SignedRequest) -> Cause | None:
    text = _choice(request, "cause", ("", *_CAUSES))
    return Cause(text) if text else None


def _record_posting(request: SignedRequest) -> None:
    span = _span(request)
    record_posting_rule(
        **request.signed.acting,
        kind=ApprovalKind(_choice(request, "kind", tuple(ApprovalKind))),
        above_cents=read_dollars(_text(request, "above"), "the amount"),
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        source=_text(request, "source"),
    )


def _record_payee(request: SignedRequest) -> None:
    kind, number = _choice(request, "kind", ("NPI", "TIN")), _text(request, "number")
    if not (is_npi(number) if kind == "NPI" else is_tin(number)):
        msg = f"this is no {kind}: its digits do not fit"
        raise InputError(msg)
    span = _span(request)
    record_payee_number(
        **request.signed.acting,
        kind=kind,
        number=number,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        source=_text(request, "source"),
    )


def _record_patients(request: SignedRequest) -> None:
    record_patient_reason(
        **request.signed.acting,
        reason=_text(request, "reason"),
        span=_span(request),
        source=_text(request, "source"),
    )


def _record_write_offs(request: SignedRequest) -> None:
    record_write_off_policy(
        **request.signed.acting,
        most_cents=read_dollars(_text(request, "most"), "the amount"),
        cause=_cause(request),
        span=_span(request),
        source=_text(request, "source"),
    )


def _payer(request: SignedRequest) -> int:
    text = _text(request, "payer")
    known = {str(payer): payer for payer, _ in list_payers(request.signed.organization)}
    if text not in known:
        msg = "choose a payer"
        raise InputError(msg)
    return known[text]


def _record_terms(request: SignedRequest) -> None:
    term = AppealTerm(
        _number(request, "level"),
        _text(request, "name"),
        _number(request, "days"),
        _span(request),
        _text(request, "source"),
        Confidence(_choice(request, "confidence", tuple(Confidence))),
    )
    record_term(**request.signed.acting, payer=_payer(request), term=term)


def _record_citations(request: SignedRequest) -> None:
    citation = Citation(
        title=_text(request, "title"),
        citation=_text(request, "citation"),
        text=_text(request, "text", needed=False),
        cause=_cause(request),
        reason=_text(request, "reason", needed=False),
        span=_span(request),
    )
    payer = _payer(request) if request.POST.get("payer") else None
    record_citation(**request.signed.acting, payer=payer, citation=citation)


def _record_combinations(request: SignedRequest) -> None:
    combination = Combination(
        verdict=Verdict(_choice(request, "verdict", tuple(Verdict))),
        cause=_cause(request) or Cause.UNKNOWN,
        work=DenialClass(_choice(request, "work", tuple(DenialClass))),
        label=_text(request, "label")[:80],
        group=_text(request, "group", needed=False).upper()[:2],
        reason=_text(request, "reason").upper()[:5],
        remark=_text(request, "remark", needed=False).upper()[:5],
        span=_span(request),
    )
    decide_combination(**request.signed.acting, combination=combination)


_ANY_CAUSE = Field("cause", "Cause", choices=("", *_CAUSES), required=False)
_DECIDED: Mapping[str, Form] = {
    "posting": Form(
        "A person approves",
        "Remittances of a kind wait for a person from this amount on.",
        (
            Field("kind", "Kind", choices=tuple(ApprovalKind)),
            Field("above", "Above, $", "dollars"),
            *_SPAN,
            _SOURCE,
        ),
        _record_posting,
    ),
    "payee": Form(
        "We are paid as",
        "Further numbers under which payers pay us; other payees are stopped.",
        (Field("kind", "Kind", choices=("NPI", "TIN")), Field("number", "Number"), *_SPAN, _SOURCE),
        _record_payee,
    ),
    "patients": Form(
        "Patients owe",
        "Denials with group PR and this reason are the patient's debt; without, they stay open.",
        (Field("reason", "Reason", choices=tuple(sorted(POLICY_REASONS))), *_SPAN, _SOURCE),
        _record_patients,
    ),
    "write-offs": Form(
        "May be given up",
        "Up to this amount a denial may be written off; a person still decides each.",
        (_ANY_CAUSE, Field("most", "Up to, $", "dollars"), *_SPAN, _SOURCE),
        _record_write_offs,
    ),
}
_DENIALS: Mapping[str, Form] = {
    "terms": Form(
        "Terms of appeal",
        "How long after receipt a payer takes an appeal of a level.",
        (
            _PAYER,
            Field("level", "Level", "number"),
            Field("name", "Its name", longest=60),
            Field("days", "Days", "number"),
            Field("confidence", "How sure", choices=tuple(Confidence)),
            *_SPAN,
            _SOURCE,
        ),
        _record_terms,
    ),
    "citations": Form(
        "Cited in letters",
        "A policy that appeal letters cite, for a reason or a cause.",
        (
            Field("payer", "Payer, if one", "payer", required=False),
            Field("reason", "Reason (CARC), if one", required=False, longest=5),
            _ANY_CAUSE,
            Field("title", "Title", longest=160),
            Field("citation", "Where it stands"),
            Field("text", "What it says, in short", required=False, longest=1000),
            *_SPAN,
        ),
        _record_citations,
    ),
    "combinations": Form(
        "What a refusal means",
        "Our own rows come before those that are shipped.",
        (
            Field("group", "Group, if one", required=False, longest=2),
            Field("reason", "Reason (CARC)", longest=5),
            Field("remark", "Remark (RARC), if one", required=False, longest=5),
            Field("verdict", "It", choices=tuple(Verdict)),
            _ANY_CAUSE,
            Field("work", "Work", choices=tuple(DenialClass)),
            Field("label", "Short words", longest=80),
            *_SPAN,
        ),
        _record_combinations,
    ),
}


@route("money-policy", name="money-policy", permission=Permission.REMITS_READ)
def show_money_policy(request: SignedRequest) -> HttpResponse:
    """Show what is recorded, each beside the form of its next record."""
    signed = request.signed
    decides = signed.may(Permission.WRITE_OFFS_APPROVE)
    context = {
        "parts": (
            ("money-decision", _DECIDED, decides),
            ("denial-row", _DENIALS, signed.may(Permission.CLAIMS_WORK)),
        ),
        "rows": list_policies(signed.organization),
        "payers": list_payers(signed.organization),
    }
    return page(request, "pages/money_policy/page.html", context)


@route(
    "money-policy/decisions/<str:form>",
    name="money-decision",
    permission=Permission.WRITE_OFFS_APPROVE,
    methods=("POST",),
)
def keep_decision(request: SignedRequest, form: str) -> HttpResponse:
    """Record what only those may decide who may give money up."""
    return _keep(request, _DECIDED, form)


@route(
    "money-policy/denials/<str:form>",
    name="denial-row",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def keep_denial_row(request: SignedRequest, form: str) -> HttpResponse:
    """Record a term, a citation or the meaning of a refusal."""
    return _keep(request, _DENIALS, form)


def _keep(request: SignedRequest, forms: Mapping[str, Form], name: str) -> HttpResponse:
    form = forms.get(name)
    if form is None:
        raise Http404

    def work() -> str:
        form.record(request)
        return f"{form.title}: recorded."

    return act(request, _BACK, work)
