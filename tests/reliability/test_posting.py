"""A remittance is posted once and whole, whenever the process dies and however many try."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import date

import pytest
from django.db import DatabaseError, connections

from app.desk import ACTOR, VISIT, Desk, at, envelope, era, transaction
from conftest import make_practice
from reliability.killing import fail_before, run_and_kill

pytestmark = pytest.mark.reliability

PAID_ON = date(2026, 4, 24)
# The suite kills at every so many steps, the nightly run (``make reliability``) at each.
STRIDE = int(os.environ.get("CLEANCLAIM_KILL_STRIDE", "25"))
FILES_AT_ONCE = int(os.environ.get("CLEANCLAIM_FILES_AT_ONCE", "10"))


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


def _desk(count: int = 2) -> Desk:
    """Open a practice with claims at the payer."""
    desk = Desk(make_practice().organization)
    desk.enroll()
    for _ in range(count):
        desk.submitted(desk.patient(), VISIT)
    return desk


def _post(desk: Desk, content: bytes, *, at_once: bool = False) -> Callable[[], object]:
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


@pytest.mark.parametrize("at_once", [False, True], ids=["by remittance", "by file"])
@pytest.mark.parametrize("name", FILES)
def test_a_kill_at_any_step_leaves_nothing_off(
    database: dict[str, str], name: str, *, at_once: bool
) -> None:
    content = FILES[name]()
    count = 6 if name == "six claims" else 2
    golden = _desk(count)
    steps = run_and_kill(_post(golden, content, at_once=at_once))
    assert steps > 20
    expected = _picture(golden)
    assert {remit.status for remit in golden.remits()} == {"posted"}
    desk = _desk(count)
    post = _post(desk, content, at_once=at_once)
    # The last steps are the commits; the sampled run strikes them always.
    points = sorted({*range(1 + len(name) % STRIDE, steps + 1, STRIDE), steps})
    for point in points:
        assert run_and_kill(post, point) == 0, "the kill must strike"
        if point % 5 == 0:
            # The recovery is killed as well, somewhere else on its way.
            run_and_kill(post, point // 2 + 1)
        if desk.remits():
            # The remittance is in: from here on a fresh practice shows each further point.
            run_and_kill(post)
            assert _picture(desk) == expected, f"killed before step {point} of {steps}"
            desk = _desk(count)
            post = _post(desk, content, at_once=at_once)
    run_and_kill(post)
    assert _picture(desk) == expected


@pytest.mark.parametrize("name", ["provider-level", "two remittances, a reversal"])
def test_a_failure_of_any_statement_leaves_nothing_off(database: dict[str, str], name: str) -> None:
    content = FILES[name]()
    golden = _desk()
    steps = run_and_kill(_post(golden, content))
    expected = _picture(golden)
    desk = _desk()
    post = _post(desk, content)
    failed = 0
    for point in range(2, steps, STRIDE):
        with pytest.raises(DatabaseError), fail_before(point):
            post()
        connections.close_all()
        failed += 1
        if desk.remits():
            post()
            assert _picture(desk) == expected, f"failed before step {point} of {steps}"
            desk = _desk()
            post = _post(desk, content)
    post()
    assert _picture(desk) == expected
    assert failed > 1


def test_a_failing_file_stops_no_other_and_is_taken_up_again(database: dict[str, str]) -> None:
    contents = [_stranger(number) for number in range(4)]
    golden = _desk(1)
    for content in contents:
        _post(golden, content)()
    for failing in range(4):
        desk = _desk(1)
        posts = [_post(desk, content) for content in contents]
        for number, post in enumerate(posts):
            if number == failing:
                with pytest.raises(DatabaseError), fail_before(12):
                    post()
                connections.close_all()
            else:
                post()
        assert len(desk.remits()) == 3
        posts[failing]()
        assert desk.books() == golden.books()


def _stranger(number: int) -> bytes:
    """Write a small remittance of a claim that is nobody's here."""
    cents = 10_000 + number
    claim = f"CLP*X{number}*1*{cents / 100:.2f}*{cents / 100:.2f}**12*XICN{number}~"
    return era(claim, paid=f"{cents / 100:.2f}", trace=f"MANY{number}")


def test_many_files_posted_by_eight_at_once_have_one_effect_each(
    database: dict[str, str],
) -> None:
    desk = _desk(1)
    posts = [_post(desk, _stranger(number)) for number in range(FILES_AT_ONCE)]
    codes = _at_once([lambda: [post() for post in posts]] * 8)
    assert codes == [0] * 8
    expected = sum(10_000 + number for number in range(FILES_AT_ONCE))
    assert desk.books()["suspense"] == -expected
    assert len(desk.remits()) == len(desk.decisions()) == FILES_AT_ONCE


def _at_once(works: Sequence[Callable[[], object]]) -> list[int]:
    """Run works in a fork each, all together; give how they ended."""
    connections.close_all()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            try:
                work()
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a fork must never return into pytest
                os._exit(1)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def test_the_harness_sees_a_poster_without_a_transaction(database: dict[str, str]) -> None:
    """Negative control: booking in two transactions leaves half a remittance at some step."""
    content = FILES["plain"]()
    golden = _desk()
    run_and_kill(_post(golden, content))
    expected = _picture(golden)
    flagged = 0
    for point in range(5, 200, 30):
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
    content = FILES["plain"]()
    golden = _desk()
    run_and_kill(_post(golden, content))
    desk = _desk()
    assert _at_once([_post(desk, content)] * 8) == [0] * 8
    assert _picture(desk) == _picture(golden)


def test_two_remittances_of_one_decision_posted_at_once_pay_it_once(
    database: dict[str, str],
) -> None:
    desk = _desk()
    posts = [
        _post(desk, era(_decision("C0000001", "ICN1"), paid="120", trace=trace))
        for trace in ("ONE", "TWO", "THREE", "FOUR")
    ]
    assert _at_once(posts) == [0] * 4
    assert Counter(row.outcome for row in desk.decisions()) == {"paid": 1, "suspended": 3}
    assert desk.books()["suspense"] == -36_000
