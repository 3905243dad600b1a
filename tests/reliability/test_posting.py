"""A remittance is posted once and whole, whenever the process dies and however many try."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from app.desk import ACTOR, VISIT, Desk, at, envelope, era, transaction
from conftest import make_practice
from reliability.killing import run_and_kill

pytestmark = pytest.mark.reliability

PAID_ON = date(2026, 4, 24)


def _decision(number: str, payer_number: str, status: str = "1", sign: int = 1) -> str:
    """Write a decision of 200.00: 120.00 paid, 60.00 off, 20.00 left to the patient."""
    s = sign
    return (
        f"CLP*{number}*{status}*{200 * s}*{120 * s}*{20 if s > 0 else ''}*12*{payer_number}~"
        f"SVC*HC:99213*{150 * s}*{90 * s}**1~DTM*472*20260410~"
        f"CAS*CO*45*{45 * s}~CAS*PR*3*{15 * s}~REF*6R*1~"
        f"SVC*HC:36415*{50 * s}*{30 * s}**1~DTM*472*20260410~"
        f"CAS*CO*45*{15 * s}~CAS*PR*2*{5 * s}~REF*6R*2~"
    )


def _plain(count: int = 2) -> bytes:
    claims = [_decision(f"C{n:07d}", f"ICN{n}") for n in range(1, count + 1)]
    return era(*claims, paid=str(120 * count))


def _six_claims() -> bytes:
    return _plain(6)


def _provider_level() -> bytes:
    return era(
        _decision("C0000001", "ICN1"),
        paid="95",
        provider_level="WO:OLD1*25",
    )


def _reversed() -> bytes:
    denied = "CLP*C0000001*4*200*0**12*ICN9~CAS*CO*50*200~"
    return envelope(
        transaction(_decision("C0000001", "ICN1"), paid="120", trace="FIRST"),
        transaction(
            _decision("C0000001", "ICN1", "22", -1),
            denied,
            paid="0",
            trace="SECOND",
            provider_level="FB:SECOND*-120",
        ),
    )


FILES: dict[str, Callable[[], bytes]] = {
    "plain": _plain,
    "six claims": _six_claims,
    "provider-level": _provider_level,
    "two remittances, a reversal": _reversed,
}
# How many claims at the payer a file speaks of.
CLAIMS = {"plain": 2, "six claims": 6, "provider-level": 1, "two remittances, a reversal": 1}


def _desk(count: int = 2) -> Desk:
    """Open a practice with claims at the payer."""
    desk = Desk(make_practice().organization)
    desk.enroll()
    for _ in range(count):
        desk.submitted(desk.patient(), VISIT)
    return desk


def _post(desk: Desk, content: bytes) -> Callable[[], object]:
    from cleanclaim.app.posting import read_remittance_file

    file = desk.keep(content)
    return lambda: read_remittance_file(
        organization=desk.organization, actor=ACTOR, at=at(PAID_ON), file=file
    )


def _picture(desk: Desk) -> tuple[object, ...]:
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


@pytest.mark.parametrize("name", [name for name in FILES if name != "plain"])
def test_a_kill_at_any_step_leaves_nothing_off(database: dict[str, str], name: str) -> None:
    content, count = FILES[name](), CLAIMS[name]
    golden = _desk(count)
    steps = run_and_kill(_post(golden, content))
    assert steps > 20
    expected = _picture(golden)
    assert {remit.status for remit in golden.remits()} == {"posted"}
    desk = _desk(count)
    post = _post(desk, content)
    for point in range(1, steps + 1):
        assert run_and_kill(post, point) == 0, "the kill must strike"
        if point % 5 == 0:
            # The recovery is killed as well, somewhere else on its way.
            run_and_kill(post, point // 2 + 1)
        if desk.remits():
            # The remittance is in: from here on a fresh practice shows each further point.
            run_and_kill(post)
            assert _picture(desk) == expected, f"killed before step {point} of {steps}"
            desk = _desk(count)
            post = _post(desk, content)
    run_and_kill(post)
    assert _picture(desk) == expected


def test_the_harness_sees_a_poster_without_a_transaction(database: dict[str, str]) -> None:
    """Negative control: booking in two transactions leaves half a remittance at some step."""
    content = FILES["plain"]()
    golden = _desk()
    run_and_kill(_post(golden, content))
    expected = _picture(golden)
    flagged = 0
    for point in range(5, 200, 15):
        desk = _desk()
        if run_and_kill(_in_two_halves(desk, content), point):
            break
        run_and_kill(_post(desk, content))
        flagged += _picture(desk) != expected
    assert flagged


def _in_two_halves(desk: Desk, content: bytes) -> Callable[[], object]:
    """Post as a careless program would: the money first, what it was for afterwards."""
    from cleanclaim.app.booking import book
    from cleanclaim.app.work import unit_of_work
    from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer

    def careless() -> None:
        payer = str(desk.payers[0].pk)
        with unit_of_work(organization=desk.organization, actor=ACTOR, at=at(PAID_ON)):
            clearing = AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference="careless")
            suspense = AccountKey(AccountKind.SUSPENSE, payer=payer, reference="careless")
            transfer = Transfer(
                os.urandom(8).hex(), clearing, suspense, 24_000, "careless", PAID_ON
            )
            book([transfer], organization=desk.organization, at=at(PAID_ON))
        _post(desk, content)()

    return careless


def test_eight_processes_posting_at_once_have_one_effect(database: dict[str, str]) -> None:
    from django.db import connections

    content = FILES["plain"]()
    golden = _desk()
    run_and_kill(_post(golden, content))
    desk = _desk()
    post = _post(desk, content)
    connections.close_all()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                post()
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a fork must never return into pytest
                os._exit(1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * 8
    assert _picture(desk) == _picture(golden)


def test_two_remittances_of_one_decision_posted_at_once_pay_it_once(
    database: dict[str, str],
) -> None:
    from django.db import connections

    desk = _desk()
    posts = [
        _post(desk, era(_decision("C0000001", "ICN1"), paid="120", trace=trace))
        for trace in ("ONE", "TWO", "THREE", "FOUR")
    ]
    connections.close_all()
    children = []
    for post in posts:
        child = os.fork()
        if child == 0:
            try:
                post()
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a fork must never return into pytest
                os._exit(1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * 4
    assert Counter(row.outcome for row in desk.decisions()) == {"paid": 1, "suspended": 3}
    assert desk.books()["suspense"] == -36_000
