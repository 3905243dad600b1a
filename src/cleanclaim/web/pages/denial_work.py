"""Denials in numbers: many at once with a preview, patterns that become rules, appeals won."""

from django.http import HttpResponse

from cleanclaim.app.denial_bulk import CASES_MAX, Bulk, act_on_many, foresee
from cleanclaim.app.denial_patterns import list_patterns, propose_rule
from cleanclaim.app.reading.denial_odds import read_overturns
from cleanclaim.app.reading.denials import odds_words
from cleanclaim.app.rights import Permission
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


def _read_cases(request: SignedRequest) -> list[int]:
    texts = request.POST.getlist("case")[:CASES_MAX]
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]


def _read_action(request: SignedRequest) -> Bulk:
    text = request.POST.get("action", "")
    return Bulk(text) if text in set(Bulk) else Bulk.ACCEPT


@route(
    "denials/many",
    name="foresee-denials",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def show_foreseen(request: SignedRequest) -> HttpResponse:
    """Show what an action would do to each of the chosen denials."""
    action, cases = _read_action(request), _read_cases(request)
    rows = foresee(request.signed.organization, request.signed.now, action, cases)
    context = {
        "action": action.value,
        "rows": rows,
        "able": [row for row in rows if not row.blocked],
        "needs_reason": action is Bulk.WRITE_OFF,
    }
    return page(request, "pages/denials/many.html", context)


@route(
    "denials/many/do",
    name="work-denials",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def work_many(request: SignedRequest) -> HttpResponse:
    """Do with the chosen denials what was shown before."""
    action = _read_action(request)

    def work() -> str:
        done = act_on_many(
            **request.signed.acting,
            action=action,
            cases=_read_cases(request),
            reason=request.POST.get("reason", ""),
        )
        return f"Done with {len(done)} denial{'' if len(done) == 1 else 's'}."

    return act(request, "/denials", work)


@route("denials/patterns", name="denial-patterns", permission=Permission.RULES_READ)
def show_patterns(request: SignedRequest) -> HttpResponse:
    """Show denials that are one pattern, and what appeals brought so far."""
    signed = request.signed
    names = dict(Payer.objects.of(signed.organization).values_list("pk", "name"))
    context = {
        "patterns": list_patterns(signed.organization, signed.now),
        "payers": names,
        "overturns": read_overturns(signed.organization),
        "odds": odds_words,
    }
    return page(request, "pages/denials/patterns.html", context)


@route(
    "denials/patterns/propose",
    name="propose-rule",
    permission=Permission.RULES_WRITE,
    methods=("POST",),
)
def propose(request: SignedRequest) -> HttpResponse:
    """Write the rule of a pattern, try it on history, and open it: a person switches it on."""
    names = ("payer", "reason", "remark", "code", "modifiers", "place")
    payer, *words = (request.POST.get(name, "")[:40] for name in names)
    written: list[int] = []

    def work() -> str:
        if not payer.isdecimal():
            msg = "the payer of a pattern is one of ours"
            raise InputError(msg)
        reason, remark, code, modifiers, place = words
        pattern = (int(payer), reason, remark, code, modifiers, place)
        record = propose_rule(**request.signed.acting, pattern=pattern)
        written.append(record.pk)
        return f"{record.slug} is a draft, tried on history: look, then switch it on."

    answer = act(request, "/denials/patterns", work)
    if written and "Location" in answer.headers:
        answer.headers["Location"] = f"/rules/{written[0]}"
    return answer
