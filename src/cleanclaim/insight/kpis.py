"""The key figures: what each counts, by which formula, of what, and what it depends on."""

from collections.abc import Mapping

import msgspec

from cleanclaim.insight.measures import Timing, Unit
from cleanclaim.insight.targets import Direction

# The stretch of a headline figure, and of the flow that an amount is divided by.
WINDOW_DAYS = 90


class Kpi(msgspec.Struct, frozen=True):
    """One key figure.

    ``counted`` and ``among`` say what the numerator and the denominator of a fact are;
    ``needs`` what must be recorded; ``missing`` what is not recorded at all, by which the
    figure is unknown. ``limits`` are numbers of the formula itself, by name.
    """

    id: str
    name: str
    group: str
    formula: str
    scope: str
    unit: Unit
    direction: Direction
    source: str
    needs: tuple[str, ...]
    counted: str
    among: str = ""
    timing: Timing = Timing.OVER
    is_money: bool = False
    caution: str = ""
    missing: str = ""
    limits: Mapping[str, int] = {}


_MAP = "HFMA MAP Keys"
_OLD_MAP = "older HFMA definitions"
_TASK_FORCE = "HFMA Claim Integrity Task Force, 2021"
_OWN = "our own definition"
_FIRST = "first claims to the first payer; no replacements, no later payers' claims"
_BOOKS = "all claims and self-pay visits in the books"
_UP, _DOWN, _NONE = Direction.UP, Direction.DOWN, Direction.NONE
_PERCENT, _MEAN, _FLOW, _CENTS = Unit.PERCENT, Unit.MEAN_DAYS, Unit.DAYS_OF_FLOW, Unit.CENTS

GROUPS: Mapping[str, str] = {
    "access": "Before the visit is billed",
    "claims": "Claims",
    "denials": "Denials",
    "cash": "Cash and receivables",
    "posting": "Payments and contracts",
    "stages": "Days by stage",
}

_ACCESS = (
    Kpi(
        "insurance-verification",
        "Insurance verified",
        "access",
        "visits whose payer said active or inactive for the day ÷ visits of patients with coverage",
        "visits by day of service",
        _PERCENT,
        _UP,
        f"{_MAP}, PA-3",
        ("visits", "answers about coverage"),
        "verified",
        "visits",
        caution="An answer that came after the visit counts too.",
    ),
    Kpi(
        "charge-lag",
        "Charge lag",
        "access",
        "mean of (day the charge was entered − day of service)",
        "charges by the day of entry",
        _MEAN,
        _DOWN,
        _OWN,
        ("charges",),
        "days",
        "charges",
    ),
    Kpi(
        "late-charges",
        "Late charges",
        "access",
        "charges entered more than 3 days after the service ÷ charges entered",
        "charges by the day of entry",
        _PERCENT,
        _DOWN,
        f"{_MAP}, CL-2 (the 3 days were not checked against the original)",
        ("charges",),
        "late charges",
        "charges",
        limits={"late_days": 3},
    ),
    Kpi(
        "credentialing-held",
        "Held for enrollment",
        "access",
        "charges of the claims that the enrollment gate holds",
        f"claims made in the {WINDOW_DAYS} days before, or still held",
        _CENTS,
        _DOWN,
        _OWN,
        ("holds", "enrollments"),
        "held",
        timing=Timing.AS_OF,
        is_money=True,
    ),
)

_CLAIMS = (
    Kpi(
        "clean-claim",
        "Clean claim rate",
        "claims",
        "claims ready at the first look, never held, edited or overridden before they left"
        " ÷ claims examined",
        "all claims by the day of the first look",
        _PERCENT,
        _UP,
        f"{_MAP}, CL-1",
        ("events of claims",),
        "clean",
        "claims",
        caution="Others count a claim as clean once it leaves; do not compare without the formula.",
    ),
    Kpi(
        "first-pass",
        "First-pass resolution",
        "claims",
        "claims whose first answer was payment, nothing refused ÷ claims with a first answer"
        " (rejection or decision)",
        f"{_FIRST}; by the day of that answer",
        _PERCENT,
        _UP,
        _OWN,
        ("events of claims", "remittances"),
        "paid at first",
        "claims answered",
    ),
    Kpi(
        "dnfb-days",
        "Not billed (DNFB), days",
        "claims",
        "charges not billed ÷ average charges of a day",
        f"{_BOOKS}, and charges without a claim; average of the {WINDOW_DAYS} days before",
        _FLOW,
        _DOWN,
        f"{_MAP} and {_OLD_MAP}",
        ("ledger", "charges"),
        "not billed",
        "charges",
        timing=Timing.AS_OF,
        is_money=True,
        caution="A practice younger than the window divides by days on which it was not there.",
    ),
    Kpi(
        "dnfb-dollars",
        "Not billed (DNFB), dollars",
        "claims",
        "charges not billed",
        f"{_BOOKS}, and charges without a claim",
        _CENTS,
        _DOWN,
        f"{_MAP} and {_OLD_MAP}",
        ("ledger", "charges"),
        "not billed",
        timing=Timing.AS_OF,
        is_money=True,
    ),
)

_DENIALS = (
    Kpi(
        "initial-denial",
        "Initial denials",
        "denials",
        "claims refused in whole or part by the first decision ÷ claims with a first decision",
        f"{_FIRST}; by the day of the remittance",
        _PERCENT,
        _DOWN,
        f"{_TASK_FORCE}, which divides by claims submitted; we by the same claims' decisions",
        ("remittances",),
        "denied",
        "claims decided",
        caution="Claims without a decision yet do not count.",
    ),
    Kpi(
        "initial-denial-dollars",
        "Initial denials, dollars",
        "denials",
        "dollars refused by the first decision ÷ charges of the claims with a first decision",
        f"{_FIRST}; by the day of the remittance",
        _PERCENT,
        _DOWN,
        f"{_TASK_FORCE}, which divides by charges submitted",
        ("remittances", "denials"),
        "refused",
        "charges decided",
        is_money=True,
    ),
    Kpi(
        "denial-write-off",
        "Denials written off",
        "denials",
        "dollars given up on denials, less those taken back ÷ net revenue"
        " (charges − contractual adjustments)",
        _BOOKS,
        _PERCENT,
        _DOWN,
        f"{_MAP}, AR-6; {_TASK_FORCE}",
        ("ledger", "write-offs of denials"),
        "written off",
        "net revenue",
        is_money=True,
    ),
    Kpi(
        "denials-overturned",
        "Denials overturned",
        "denials",
        "denials later won, or paid after all, also on the corrected claim ÷ denials",
        "denials by the day of the remittance that refused",
        _PERCENT,
        _UP,
        _TASK_FORCE,
        ("denials", "appeals"),
        "overturned",
        "denials",
        caution="Late denials have had less time to be overturned: recent months look lower.",
    ),
    Kpi(
        "denials-overturned-dollars",
        "Denials overturned, dollars",
        "denials",
        "dollars refused that were later won, or paid after all ÷ dollars refused",
        "denials by the day of the remittance that refused",
        _PERCENT,
        _UP,
        _TASK_FORCE,
        ("denials", "appeals"),
        "overturned",
        "refused",
        is_money=True,
        caution="Of an appeal won in part what was won counts.",
    ),
)

_CASH = (
    Kpi(
        "days-in-ar",
        "Net days in A/R",
        "cash",
        "what is owed ÷ average net revenue of a day (charges − contractual adjustments)",
        f"{_BOOKS}, also what is not billed; average of the {WINDOW_DAYS} days before",
        _FLOW,
        _DOWN,
        _OLD_MAP,
        ("ledger",),
        "owed",
        "net revenue",
        timing=Timing.AS_OF,
        is_money=True,
        caution="What contracts will still take off open claims is not estimated away, and a"
        " practice younger than the window divides by days on which it was not there.",
    ),
    Kpi(
        "ar-over-90",
        "A/R over 90 days",
        "cash",
        "what was billed, is owed, and is of services more than 90 days ago ÷ what was billed"
        " and is owed",
        "payers and patients; by age from the service",
        _PERCENT,
        _DOWN,
        _OLD_MAP,
        ("ledger",),
        "over 90 days",
        "owed",
        timing=Timing.AS_OF,
        is_money=True,
        limits={"old_days": 90},
    ),
    Kpi(
        "net-collection",
        "Net collection",
        "cash",
        "payments ÷ (charges − contractual adjustments)",
        f"{_BOOKS}, by business day",
        _PERCENT,
        _UP,
        _OWN,
        ("ledger",),
        "paid",
        "net revenue",
        is_money=True,
        caution="Payments of a period are mostly for services before it; read the trend.",
    ),
    Kpi(
        "cost-to-collect",
        "Cost to collect",
        "cash",
        "cost of the revenue cycle ÷ cash from patient services",
        "the practice",
        _PERCENT,
        _DOWN,
        _OLD_MAP,
        ("costs of people, vendors and software",),
        "cost",
        "cash",
        is_money=True,
        missing="What the revenue cycle costs (people, vendors, software) is not recorded here.",
    ),
)

_POSTING = (
    Kpi(
        "auto-post-lines",
        "Posted untouched, lines",
        "posting",
        "lines of decisions that posted without a person ÷ lines of decisions received",
        "remittances by the day of payment, stopped ones too",
        _PERCENT,
        _UP,
        _OWN,
        ("remittances",),
        "untouched",
        "lines",
    ),
    Kpi(
        "auto-post-dollars",
        "Posted untouched, dollars",
        "posting",
        "dollars of decisions that posted without a person ÷ dollars of decisions received",
        "remittances by the day of payment, stopped ones too; takebacks count negative",
        _PERCENT,
        _UP,
        _OWN,
        ("remittances",),
        "untouched",
        "paid",
        is_money=True,
    ),
    Kpi(
        "underpayment-yield",
        "Underpaid",
        "posting",
        "sum of (expected − allowed) where it is above zero ÷ sum of expected",
        "decided lines that a contract prices, by the day of payment",
        _PERCENT,
        _NONE,
        _OWN,
        ("contracts", "remittances"),
        "underpaid",
        "expected",
        is_money=True,
        caution="Lines that no contract prices are not in it.",
    ),
)


def _stage(kpi: str, name: str, formula: str) -> Kpi:
    return Kpi(
        kpi,
        name,
        "stages",
        formula,
        f"{_FIRST}; by the day the stage ended",
        _MEAN,
        _DOWN,
        _OWN,
        ("events of claims",),
        "days",
        "claims",
        caution="Claims that are still in the stage do not count.",
    )


_STAGES = (
    _stage("days-to-claim", "Visit to claim", "mean of (day the claim was made − day of service)"),
    _stage("days-to-ready", "Claim to ready", "mean of (day last found ready − day made)"),
    _stage("days-to-sent", "Ready to sent", "mean of (day first sent − day last found ready)"),
    _stage(
        "days-to-decided",
        "Sent to decided",
        "mean of (day the first decision was read − day first sent)",
    ),
    _stage(
        "days-to-closed",
        "Decided to closed",
        "mean of (day nothing was owed any more − day the first decision was read)",
    ),
)


def _unrecorded(kpi: str, name: str, group: str, formula: str, source: str, missing: str) -> Kpi:
    return Kpi(
        kpi,
        name,
        group,
        formula,
        "the practice",
        _PERCENT,
        _UP,
        source,
        (),
        "",
        "",
        missing=missing,
    )


_UNRECORDED = (
    _unrecorded(
        "pre-registration",
        "Pre-registration",
        "access",
        "visits registered ahead ÷ visits scheduled",
        f"{_MAP}, PA-2",
        "No schedule is recorded here, so nobody knows what was registered ahead of it.",
    ),
    _unrecorded(
        "service-authorization",
        "Services authorized",
        "access",
        "services authorized ÷ services that require it",
        f"{_MAP}, PA-4 and PA-5",
        "Which services need an authorization is not recorded here.",
    ),
)

KPIS: Mapping[str, Kpi] = {
    kpi.id: kpi
    for kpi in (*_ACCESS, *_UNRECORDED, *_CLAIMS, *_DENIALS, *_CASH, *_POSTING, *_STAGES)
}
