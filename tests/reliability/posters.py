"""Claims at the payer, remittances for them, a poster, and the picture that posting leaves."""

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

from app.desk import ACTOR, VISIT, Desk, at, era
from conftest import make_practice

PAID_ON = date(2026, 4, 24)


def decide(number: str, payer_number: str, status: str = "1", sign: int = 1) -> str:
    """Write a decision of 200.00: 120.00 paid, 60.00 off, 20.00 left to the patient."""
    s = sign
    return (
        f"CLP*{number}*{status}*{200 * s}*{120 * s}*{20 if s > 0 else ''}*12*{payer_number}~"
        f"SVC*HC:99213*{150 * s}*{90 * s}**1~DTM*472*20260410~"
        f"CAS*CO*45*{45 * s}~CAS*PR*3*{15 * s}~REF*6R*1~"
        f"SVC*HC:36415*{50 * s}*{30 * s}**1~DTM*472*20260410~"
        f"CAS*CO*45*{15 * s}~CAS*PR*2*{5 * s}~REF*6R*2~"
    )


def plain(count: int = 2) -> bytes:
    """Write a remittance of some claims, all paid alike."""
    claims = [decide(f"C{n:07d}", f"ICN{n}") for n in range(1, count + 1)]
    return era(*claims, paid=str(120 * count))


def open_desk(count: int = 2) -> Desk:
    """Open a practice with claims at the payer."""
    desk = Desk(make_practice().organization)
    desk.enroll()
    for _ in range(count):
        desk.submitted(desk.patient(), VISIT)
    return desk


def make_poster(desk: Desk, content: bytes, *, at_once: bool = False) -> Callable[[], object]:
    """Give a poster: a transaction for each remittance, or one for the whole file."""
    from cleanclaim.app.posting import read_remittance_file
    from cleanclaim.store.tenancy import within

    file = desk.keep(content)

    def post() -> object:
        around = within(desk.organization) if at_once else nullcontext()
        with around:
            return read_remittance_file(
                organization=desk.organization, actor=ACTOR, at=at(PAID_ON), file=file
            )

    return post


def picture(desk: Desk) -> tuple[object, ...]:
    """Give everything that posting leaves behind, but for how often it was tried."""
    from cleanclaim.store.claims.models import ClaimRecord
    from cleanclaim.store.events.models import Event
    from cleanclaim.store.ledger.models import Entry, Posting
    from cleanclaim.store.remits.models import Denial
    from cleanclaim.store.tenancy import within

    organization = desk.organization
    with within(organization):
        models = (Entry, Posting, Denial)
        rows = [model.objects.of(organization).count() for model in models]
        events = Event.objects.of(organization).exclude(action="remit.repeated")
        actions = Counter(events.values_list("action", flat=True))
        claims = ClaimRecord.objects.of(organization).order_by("pk")
        states = list(claims.values_list("control_number", "state"))
    outcomes = [(r.status_code, r.outcome, r.paid_cents) for r in desk.decisions()]
    remits = [(r.trace_number, r.status) for r in desk.remits()]
    tasks = sorted(task.kind for task in desk.tasks())
    return desk.books(), rows, actions, states, outcomes, remits, tasks
