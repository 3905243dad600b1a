"""An organization's own rules: the list, the editor, the trial on history, on and off."""

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect

from cleanclaim.app.reading.rules import list_payers, list_rules, rule_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.ruling import (
    RuleTakenError,
    access_rule,
    switch_rule_off,
    switch_rule_on,
    try_rule,
    write_rule,
)
from cleanclaim.edits.rule_fields import FIELDS
from cleanclaim.edits.user_rules import (
    CONDITIONS_MAX,
    Condition,
    Joined,
    Mistake,
    Operator,
    UnfitRuleError,
    UserRule,
    operators_of,
)
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.money import format_dollars
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import act
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_BLANK = UserRule(slug="", name="", conditions=(), message="")
_ROWS_LEAST = 3


@route("rules", name="rules", permission=Permission.RULES_READ)
def show_rules(request: SignedRequest) -> HttpResponse:
    """Show the organization's rules."""
    signed = request.signed
    rules = list_rules(signed.organization, signed.today)
    return page(request, "pages/rules/list.html", {"rules": rules})


@route("rules/new", name="new-rule", permission=Permission.RULES_WRITE, methods=("GET", "POST"))
def write_new(request: SignedRequest) -> HttpResponse:
    """Show an empty editor, or write what it holds."""
    if request.method != "POST":
        return _editor(request, _BLANK)
    return _write(request, None)


@route("rules/<int:rule>", name="rule", permission=Permission.RULES_READ)
def show_rule(request: SignedRequest, rule: int) -> HttpResponse:
    """Show one rule, what its trial showed, and its editor."""
    signed = request.signed
    view = rule_view(access_rule(rule, organization=signed.organization), signed.today)
    return page(request, "pages/rules/rule.html", {**_choices(request, view.rule), "view": view})


@route(
    "rules/<int:rule>/write",
    name="write-rule",
    permission=Permission.RULES_WRITE,
    methods=("POST",),
)
def write_again(request: SignedRequest, rule: int) -> HttpResponse:
    """Write another version of a rule."""
    access_rule(rule, organization=request.signed.organization)
    return _write(request, rule)


@route(
    "rules/<int:rule>/try", name="try-rule", permission=Permission.RULES_WRITE, methods=("POST",)
)
def try_on_history(request: SignedRequest, rule: int) -> HttpResponse:
    """Try the rule on the last twelve months of the organization's claims."""
    access_rule(rule, organization=request.signed.organization)

    def work() -> str:
        trial = try_rule(**request.signed.acting, rule=rule)
        caught, wrong = trial.caught, trial.wrongly_held
        return (
            f"Tried on {trial.claims} claims: {caught.claims} caught"
            f" ({format_dollars(caught.cents)}), {wrong.claims} wrongly held"
            f" ({format_dollars(wrong.cents)})."
        )

    return act(request, f"/rules/{rule}", work)


@route("rules/<int:rule>/on", name="rule-on", permission=Permission.RULES_WRITE, methods=("POST",))
def switch_on(request: SignedRequest, rule: int) -> HttpResponse:
    """Let the rule judge claims from now on."""
    access_rule(rule, organization=request.signed.organization)

    def work() -> str:
        return f"{switch_rule_on(**request.signed.acting, rule=rule).slug} is on."

    return act(request, f"/rules/{rule}", work)


@route(
    "rules/<int:rule>/off", name="rule-off", permission=Permission.RULES_WRITE, methods=("POST",)
)
def switch_off(request: SignedRequest, rule: int) -> HttpResponse:
    """Let the rule judge no more claims."""
    access_rule(rule, organization=request.signed.organization)

    def work() -> str:
        return f"{switch_rule_off(**request.signed.acting, rule=rule).slug} is off."

    return act(request, f"/rules/{rule}", work)


# The editor


def _write(request: SignedRequest, record: int | None) -> HttpResponse:
    """Write what the editor holds and open the rule, or show the editor with its mistakes."""
    rule, unread = _read_form(request)
    if "more" in request.POST:
        return _editor(request, rule, record=record, more=True)
    if unread:
        return _editor(request, rule, unread, record=record)
    try:
        row = write_rule(**request.signed.acting, rule=rule, record=record)
    except UnfitRuleError as error:
        return _editor(request, rule, error.mistakes, record=record)
    except RuleTakenError as error:
        return _editor(request, rule, (Mistake("id", str(error)),), record=record)
    text = f"{row.slug} is written as version {row.version}: try it on history, then switch it on."
    request.session["notice"] = {"tone": "done", "text": text}
    return HttpResponseRedirect(f"/rules/{row.pk}")


def _editor(
    request: SignedRequest,
    rule: UserRule,
    mistakes: tuple[Mistake, ...] = (),
    *,
    record: int | None = None,
    more: bool = False,
) -> HttpResponse:
    context = {**_choices(request, rule, mistakes, more=more), "record": record}
    return page(request, "pages/rules/new.html", context, 422 if mistakes else 200)


def _choices(
    request: SignedRequest,
    rule: UserRule,
    mistakes: tuple[Mistake, ...] = (),
    *,
    more: bool = False,
) -> dict[str, object]:
    """Give what the editor offers beside the rule itself."""
    blank = Condition("", Operator.IS.value)
    rows = max(_ROWS_LEAST, len(rule.conditions) + 1) + (2 if more else 0)
    padding = (blank,) * (min(rows, CONDITIONS_MAX) - len(rule.conditions))
    return {
        "rule": rule,
        "rows": (*rule.conditions, *padding),
        "mistakes": {mistake.place: mistake.message for mistake in mistakes},
        "fields": FIELDS.values(),
        "operators": {name: operators_of(field) for name, field in FIELDS.items()},
        "every_operator": tuple(Operator),
        "severities": tuple(Severity),
        "payers": list_payers(request.signed.organization),
    }


def _read_form(request: SignedRequest) -> tuple[UserRule, tuple[Mistake, ...]]:
    """Read the editor's fields; what no rule could hold is told as mistakes."""
    form, mistakes = request.POST, []
    days: dict[str, date | None] = {}
    for name in ("starts_on", "expires_on"):
        try:
            days[name] = date.fromisoformat(form[name]) if form.get(name) else None
        except ValueError:
            days[name] = None
            mistakes.append(Mistake(name.replace("_", " "), "write a day as 2026-12-31"))
    joined, severity = form.get("joined", ""), form.get("severity", "")
    rule = UserRule(
        slug=form.get("slug", "").strip().upper(),
        name=form.get("name", "").strip(),
        conditions=_read_conditions(request),
        message=form.get("message", "").strip(),
        hint=form.get("hint", "").strip(),
        joined=Joined(joined) if joined in set(Joined) else Joined.ALL,
        severity=Severity(severity) if severity in set(Severity) else Severity.WARN,
        payer_identifier=form.get("payer", "").strip()[:80],
        **days,
    )
    return rule, tuple(mistakes)


def _read_conditions(request: SignedRequest) -> tuple[Condition, ...]:
    """Read the rows that name a field; the others were left blank."""
    rows = (
        Condition(
            request.POST.get(f"field-{number}", ""),
            request.POST.get(f"operator-{number}", ""),
            request.POST.get(f"value-{number}", "").strip()[:400],
        )
        for number in range(1, CONDITIONS_MAX + 1)
    )
    return tuple(row for row in rows if row.field)
