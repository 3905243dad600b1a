"""Careless posters are all caught, and the honest one passes the very same trial."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import date

import pytest
from django.db import DatabaseError, connection, connections, transaction

from app.desk import ACTOR, VISIT, Desk, at, envelope, era
from app.desk import transaction as remittance
from cleanclaim.app.posting import read_remittance_file
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.ledger.models import Entry, Posting
from cleanclaim.store.remits.models import RemitClaimRecord
from cleanclaim.store.tenancy import within
from conftest import make_practice
from reliability import sabotage

pytestmark = pytest.mark.reliability

PAID_ON = date(2026, 4, 24)


def _decision(number: int, status: str = "1", sign: int = 1, icn: str = "") -> str:
    """Write a decision of 200.00: 119.99 paid, 60.01 off, 20.00 left to the patient."""
    s = sign
    cents = {name: f"{value * s:.2f}" for name, value in _AMOUNTS.items()}
    return (
        f"CLP*C{number:07d}*{status}*{200 * s}*{cents['paid']}*{20 if s > 0 else ''}*12*"
        f"{icn or f'ICN{number}'}~"
        f"SVC*HC:99213*{150 * s}*{cents['first']}**1~DTM*472*20260410~"
        f"CAS*CO*45*{cents['off']}~CAS*PR*3*{15 * s}~REF*6R*1~"
        f"SVC*HC:36415*{50 * s}*{30 * s}**1~DTM*472*20260410~"
        f"CAS*CO*45*{15 * s}~CAS*PR*2*{5 * s}~REF*6R*2~"
    )


_AMOUNTS = {"paid": 119.99, "first": 89.99, "off": 45.01}
STRANGER = "CLP*STRANGER*1*90*90**12*ICN8~"
DENIED = "CLP*C0000003*4*200*0**12*ICN3~CAS*CO*50*200~"
SHORT = "CLP*C0000004*1*200*150**12*ICN4~CAS*CO*45*30~CAS*CO*999*20~"


def _files() -> list[bytes]:
    """Give what a payer may send: all of it right, but for the fifth, which does not balance."""
    first = remittance(
        _decision(1),
        _decision(2),
        STRANGER,
        DENIED,
        SHORT,
        paid="469.98",
        trace="FIRST",
        provider_level="WO:OLD1*25*L6:LATE*-15",
    )
    second = remittance(
        _decision(1, "22", -1),
        "CLP*C0000001*1*200*100**12*ICN9~CAS*CO*45*100~",
        paid="0",
        trace="SECOND",
        provider_level="FB:SECOND*-19.99",
    )
    return [
        envelope(first, second),
        era(_decision(2), paid="119.99", trace="TWIN"),
        envelope(first, second),
        era(_decision(5), paid="120", trace="OFF"),
    ]


def _prepare() -> Desk:
    desk = Desk(make_practice().organization)
    desk.enroll()
    for _ in range(5):
        desk.submitted(desk.patient(), VISIT)
    return desk


@pytest.fixture(scope="module")
def prepared(database: dict[str, str]) -> Desk:
    """Bring five claims to the payer, once for all posters."""
    return _prepare()


def _try(desk: Desk, careless: Callable[[], AbstractContextManager[None]]) -> object:
    """Let a poster post everything twice over; give the books it leaves, or that it fails.

    Everything is undone again, so that each poster begins with the same books.
    """
    try:
        with within(desk.organization), transaction.atomic():
            with careless():
                for content in _files():
                    file = desk.keep(content)
                    for _ in range(2):
                        read_remittance_file(
                            organization=desk.organization, actor=ACTOR, at=at(PAID_ON), file=file
                        )
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            picture = _picture(desk)
            transaction.set_rollback(True)
    except (DatabaseError, CleanclaimError) as error:
        # Refused by the database or by our own rules: that catches it as well.
        return type(error).__name__
    return picture


def _picture(desk: Desk) -> object:
    sums: Counter[str] = Counter()
    for key, cents in Posting.objects.of(desk.organization).values_list("account__key", "cents"):
        sums[key] += cents
    rows = RemitClaimRecord.objects.of(desk.organization).values_list("outcome")
    outcomes = Counter(rows.order_by("pk"))
    remits = [(remit.trace_number, remit.status) for remit in desk.remits()]
    entries = Entry.objects.of(desk.organization).count()
    kept = {key: cents for key, cents in sums.items() if cents}
    return kept, outcomes, sorted(remits), entries


@pytest.fixture(scope="module")
def honest(prepared: Desk) -> object:
    """Give the books that the honest poster leaves."""
    first = _try(prepared, nullcontext)
    assert not isinstance(first, str), first
    return first


def test_the_honest_poster_leaves_the_books_that_are_right(honest: object) -> None:
    assert isinstance(honest, tuple), honest
    kept, outcomes, remits, _ = honest
    by_kind: Counter[str] = Counter()
    for key, cents in kept.items():
        by_kind[key.partition("|")[0]] += cents
    # BPR02 of what was posted: 469.98 and 0.00, and the twin's 119.99, held.
    assert by_kind["cash_clearing"] == 46_998 + 0 + 11_999
    assert by_kind["suspense"] == -9_000 - 11_999
    assert by_kind["interest"] == -1_500
    assert by_kind["payer_recoup"] == 2_500 - 1_999
    assert outcomes[("denied",)] == 1
    assert remits == [
        ("FIRST", "posted"),
        ("OFF", "quarantined"),
        ("SECOND", "posted"),
        ("TWIN", "posted"),
    ]


@pytest.mark.parametrize("careless", sabotage.ALONE, ids=lambda one: one.__name__)
def test_a_careless_poster_is_caught(
    careless: Callable[[], AbstractContextManager[None]], prepared: Desk, honest: object
) -> None:
    assert _try(prepared, careless) != honest


def test_the_trial_can_be_repeated(prepared: Desk, honest: object) -> None:
    """The negative control of the trial itself: nothing of the careless ones is left."""
    assert _try(prepared, nullcontext) == honest
    assert len(sabotage.ALONE) == 20


@pytest.mark.parametrize("locked", [True, False])
def test_posters_without_a_lock_are_caught_by_the_database(
    database: dict[str, str], *, locked: bool
) -> None:
    """Two payments hold one decision; without locks both posters see no twin."""
    desk = _prepare()
    files = [desk.keep(era(_decision(1), paid="119.99", trace=t)) for t in ("ONE", "TWO")]
    # Both wait for each other once they have looked; behind a lock only one can get there.
    meeting = threading.Barrier(2)
    around = nullcontext if locked else sabotage.no_lock
    ends: list[str] = []
    threads = [
        threading.Thread(target=_post_and_meet, args=(desk, file, meeting, around, ends))
        for file in files
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes = sorted(row.outcome for row in desk.decisions())
    if locked:
        assert (ends, outcomes) == (["posted", "posted"], ["paid", "suspended"])
    else:
        # The receivable would fall below zero: its floor is the last thing that holds.
        assert (sorted(ends), outcomes) == (["IntegrityError", "posted"], ["paid"])


def _post_and_meet(
    desk: Desk,
    file: ExchangedFile,
    meeting: threading.Barrier,
    around: Callable[[], AbstractContextManager[None]],
    ends: list[str],
) -> None:
    """Post a file in a thread of its own and tell how it ended."""

    def meet(execute: Callable[..., object], sql: object, *words: object) -> object:
        # Booking asks for the closed months first; by then the poster has looked for twins.
        if "ledger_closing" in str(sql):
            with suppress(threading.BrokenBarrierError):
                meeting.wait(2)
        return execute(sql, *words)

    told = {**desk.who, "at": at(PAID_ON), "file": file}
    try:
        with connection.execute_wrapper(meet), around():
            ends.extend(result.outcome for result in read_remittance_file(**told))
    except DatabaseError as error:
        ends.append(type(error).__name__)
    finally:
        connections.close_all()
