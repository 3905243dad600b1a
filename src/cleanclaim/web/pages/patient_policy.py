"""The practice's policy towards patients, and the numbers that its place sets."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpResponse

from cleanclaim.app.reading.billing import list_local_terms
from cleanclaim.app.rights import Permission
from cleanclaim.app.setting_terms import POVERTY, find_policy, record_local_term, record_policy
from cleanclaim.ledger.patient_policy import AssistanceBand, BillingPolicy
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_dollars
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

# Each field with the words of its label; amounts end in _cents and are typed in dollars.
FIELDS: Mapping[str, str] = {
    "cycle_days": "Days between two statements",
    "minimum_balance_cents": "Smallest balance that a statement is sent for, $",
    "minimum_instalment_cents": "Smallest instalment of a plan, $",
    "longest_plan_months": "Longest plan, months",
    "grace_days": "Days of grace for an instalment",
    "prompt_pay_days": "Days to pay promptly, from the first statement",
    "prompt_pay_basis_points": "Taken off for paying promptly, in 0.01 %",
    "notices_before_bad_debt": "Statements before collection",
    "days_before_bad_debt": "Days from the first statement to collection",
    "link_hours": "Hours that a patient's link stays open",
    "second_person_cents": "From this amount on a second person approves, $",
}


@route(
    "statements/policy",
    name="patient-policy",
    permission=Permission.STATEMENTS_WORK,
    methods=("GET", "POST"),
)
def keep_policy(request: SignedRequest) -> HttpResponse:
    """Show the policy in force and take in the next one."""
    signed = request.signed
    if request.method == "POST":
        return act(request, "/statements/policy", lambda: _record(request))
    found = find_policy(signed.organization, as_of=signed.today)
    shown = _shown(found[1]) if found else dict.fromkeys((*FIELDS, "assistance"), "")
    context = {
        "fields": FIELDS,
        "shown": shown,
        "name": found[0].name if found else "",
        "terms": list_local_terms(signed.organization),
    }
    return page(request, "pages/statements/policy.html", context)


def _shown(policy: BillingPolicy) -> dict[str, str]:
    """Write a policy as its form does."""
    told = {
        name: f"{value / 100:.2f}" if name.endswith("_cents") else str(value)
        for name in FIELDS
        for value in (getattr(policy, name),)
    }
    bands = (
        f"{band.up_to_percent}:{band.discount_basis_points // 100}" for band in policy.assistance
    )
    return {**told, "assistance": ", ".join(bands)}


def _record(request: SignedRequest) -> str:
    numbers = {name: _read(name, request.POST.get(name, "")) for name in FIELDS}
    policy = BillingPolicy(**numbers, assistance=_bands(request.POST.get("assistance", "")))
    record_policy(
        **request.signed.acting,
        name=request.POST.get("name", ""),
        starts_on=read_day(request.POST.get("starts_on", "")),
        policy=policy,
    )
    return "The policy is recorded."


def _read(name: str, text: str) -> int:
    label = FIELDS[name].lower()
    return read_dollars(text, label) if name.endswith("_cents") else _whole(text, label)


def _whole(text: str, label: str) -> int:
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text) < 7):
        msg = f"{label}: type a whole number"
        raise InputError(msg)
    return int(text)


def read_day(text: str, field: str = "the first day") -> date:
    """Read a day as a date field sends it; InputError else."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{field} is not a date"
        raise InputError(msg) from error


def _bands(text: str) -> tuple[AssistanceBand, ...]:
    """Read "200:100, 300:50": up to 200 % of the guideline all, up to 300 % a half."""
    bands = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        limit, _, percent = part.partition(":")
        label = "financial help"
        bands.append(AssistanceBand(_whole(limit, label), _whole(percent, label) * 100))
    return tuple(bands)


@route(
    "statements/terms",
    name="local-terms",
    permission=Permission.STATEMENTS_WORK,
    methods=("POST",),
)
def keep_term(request: SignedRequest) -> HttpResponse:
    """Take in a poverty guideline (dollars a year) or a state's days for unclaimed money."""

    def work() -> str:
        kind, text = request.POST.get("kind", ""), request.POST.get("value", "")
        value = read_dollars(text, "the value") if kind == POVERTY else _whole(text, "the value")
        record_local_term(
            **request.signed.acting,
            kind=kind,
            key=request.POST.get("key", "").strip()[:10],
            value=value,
            starts_on=read_day(request.POST.get("starts_on", "")),
            source=request.POST.get("source", ""),
        )
        return "The number is recorded."

    return act(request, "/statements/policy", work)
