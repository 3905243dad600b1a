"""The ledger's tables only grow, always balance and keep their floors, whoever writes to them."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import msgspec
import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanclaim.app.booking import LedgerConflictError, account_key, balance, book
from cleanclaim.ledger import entries
from cleanclaim.ledger.accounts import Transfer, reverse
from cleanclaim.ledger.book import Book, Outcome
from cleanclaim.ledger.entries import Occasion, Owed
from cleanclaim.store.ledger.models import Account, Entry, Posting
from cleanclaim.store.roles import MIGRATOR, OWNER
from cleanclaim.store.tenancy import set_local, within
from store.practices import Founded, found_practice
from store.programs import look_as


@pytest.fixture
def practice(database: dict[str, str]) -> Founded:
    """Found an organization of the test's own."""
    return found_practice()


ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OWED = Owed("7", "3")
UPDATE = "UPDATE {} SET id = id"


def charge(cents: int = 10_000, number: int = 1) -> Transfer:
    return entries.record_charge(Occasion(("charge", number), ON), cents, owed=OWED)


def bill(cents: int = 10_000) -> Transfer:
    return entries.bill_payer(Occasion(("bill",), ON), cents, owed=OWED, payer="5")


def pay(cents: int, number: int = 1) -> Transfer:
    return entries.apply_payment(
        Occasion(("pay", number), ON), cents, owed=OWED, payer="5", remit="r"
    )


def enter(practice: Founded, *transfers: Transfer) -> int:
    with within(practice.organization):
        return book(transfers, organization=practice.organization, at=AT)


def balances(practice: Founded) -> dict[str, int]:
    """Sum the postings by account, apart from the product's own way of doing so."""
    rows = Posting.objects.of(practice.organization).values_list("account__key")
    with within(practice.organization):
        return {key: cents for key, cents in rows.annotate(cents=Sum("cents")) if cents}


@pytest.mark.parametrize("table", ["ledger_account", "ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("change", [UPDATE, "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_of_the_tables_changes_what_is_written(
    table: str, change: str, practice: Founded, database: dict[str, str]
) -> None:
    enter(practice, charge())
    with look_as(MIGRATOR, database) as owner:
        owner.execute(f"SET ROLE {OWNER}".encode())
        owner.execute(
            "SELECT set_config('app.organization_id', %s, true)", [str(practice.organization)]
        )
        with pytest.raises(psycopg.errors.RestrictViolation, match="is append-only"):
            owner.execute(change.format(table).encode())
        owner.rollback()
        owner.execute(f"SET ROLE {OWNER}".encode())
        owner.execute(
            "SELECT set_config('app.organization_id', %s, true)", [str(practice.organization)]
        )
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute(UPDATE.format(table).encode())
        owner.rollback()


def write_entry(practice: Founded, *cents: int) -> None:
    """Write an entry with these postings, past the use case, as a careless program would."""
    organization = practice.organization
    with within(organization):
        entry = Entry.objects.create(
            organization_id=organization,
            transfer_id="by hand",
            digest="0",
            reason="by hand",
            on=ON,
            recorded_at=AT,
        )
        for number, amount in enumerate(cents):
            account = Account.objects.create(
                organization_id=organization, key=f"bank|{number}", kind="bank"
            )
            Posting.objects.create(
                organization_id=organization, entry=entry, account=account, cents=amount
            )


@pytest.mark.parametrize("cents", [(), (100,), (100, -99), (100, -50, -51)])
def test_an_entry_that_does_not_balance_cannot_commit(
    cents: tuple[int, ...], practice: Founded
) -> None:
    with pytest.raises(DatabaseError, match="does not balance"):
        write_entry(practice, *cents)
    assert balances(practice) == {}


def test_an_entry_that_balances_can(practice: Founded) -> None:
    write_entry(practice, 100, -40, -60)
    assert sum(balances(practice).values()) == 0
    assert len(balances(practice)) == 3


def test_a_posting_of_nothing_is_refused(practice: Founded) -> None:
    with pytest.raises(DatabaseError, match="posting_not_zero"):
        write_entry(practice, 0)


def test_a_posting_cannot_join_an_old_entry(practice: Founded) -> None:
    enter(practice, charge())
    with (
        pytest.raises(DatabaseError, match="does not balance"),
        within(practice.organization),
    ):
        Posting.objects.create(
            organization_id=practice.organization,
            entry=Entry.objects.get(),
            account=Account.objects.create(
                organization_id=practice.organization, key="bank", kind="bank"
            ),
            cents=1,
        )


def test_work_of_one_organization_cannot_commit_under_another(
    practice: Founded,
) -> None:
    """The balance is judged at commit, by rows that the committing organization sees."""
    other = found_practice()
    with pytest.raises(DatabaseError, match="does not balance"), within(practice.organization):
        _book_and_leave(practice, other)
    assert balances(practice) == balances(other) == {}


def _book_and_leave(practice: Founded, other: Founded) -> None:
    book([charge()], organization=practice.organization, at=AT)
    set_local(organization_id=other.organization)


def suspend(cents: int) -> Transfer:
    return entries.park_in_suspense(
        Occasion(("park",), ON), cents, payer="5", remit="r", reference="x"
    )


def release(cents: int) -> Transfer:
    return entries.release_from_suspense(
        Occasion(("release",), ON), cents, owed=OWED, payer="5", reference="x"
    )


def prepay(cents: int) -> Transfer:
    return entries.receive_patient_payment(
        Occasion(("prepay",), ON), cents, patient="3", receipt="c"
    )


def apply_prepaid(cents: int) -> Transfer:
    return entries.apply_unapplied(Occasion(("apply",), ON), cents, owed=OWED)


def refund(cents: int) -> Transfer:
    return entries.pay_refund(Occasion(("refund",), ON), cents, owed=OWED, payer="5")


def overpay(cents: int) -> Transfer:
    return entries.book_overpayment(Occasion(("over",), ON), cents, owed=OWED, payer="5", remit="r")


def bill_patient(cents: int) -> Transfer:
    return entries.bill_patient(Occasion(("patient",), ON), cents, owed=OWED)


FLOORS: list[tuple[str, Sequence[Transfer], Callable[[int], Transfer]]] = [
    ("ar_unbilled", [charge(100)], bill),
    ("ar_insurance", [charge(100), bill(100)], pay),
    ("ar_patient", [charge(200), bill_patient(100), prepay(200)], apply_prepaid),
    ("suspense", [charge(500), bill(500), suspend(100)], release),
    ("unapplied", [charge(500), bill_patient(500), prepay(100)], apply_prepaid),
    ("refunds_payable", [overpay(100)], refund),
]


@pytest.mark.parametrize(("kind", "before", "take"), FLOORS, ids=[floor[0] for floor in FLOORS])
def test_no_account_passes_its_floor(
    kind: str, before: Sequence[Transfer], take: Callable[[int], Transfer], practice: Founded
) -> None:
    enter(practice, *before)
    held = balances(practice)
    with pytest.raises(DatabaseError, match="would pass its floor"):
        enter(practice, take(101))
    assert balances(practice) == held
    assert enter(practice, take(100)) == 1
    assert not any(key.startswith(f"{kind}|") for key in balances(practice))


def judge_now() -> None:
    """Run what would be run at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_at_once_cannot_pass_a_floor_that_each_alone_keeps(practice: Founded) -> None:
    # The first payment opens the cash account, over which the two would otherwise queue.
    enter(practice, charge(110), bill(110), pay(10, 0))
    both_have_written = threading.Barrier(2, timeout=10)
    refused: list[str] = []

    def take(number: int) -> None:
        try:
            with within(practice.organization):
                book([pay(60, number)], organization=practice.organization, at=AT)
                both_have_written.wait()
                judge_now()
                time.sleep(0.3)
        except DatabaseError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [("would pass its floor" in words) for words in refused] == [True]
    assert balance(pay(1).credit, organization=practice.organization) == 0, "no choice, no rows"
    with within(practice.organization):
        assert balance(pay(1).credit, organization=practice.organization) == 40


def test_the_same_transfers_twice_have_one_effect(practice: Founded) -> None:
    work = [charge(), bill(), pay(4_000)]
    assert enter(practice, *work) == 3
    held = balances(practice)
    assert enter(practice, *work) == 0
    assert enter(practice, *work, charge(1, 2)) == 1
    assert balances(practice) == {**held, account_key(charge().debit): 1} | {
        account_key(charge().credit): -10_001
    }


def test_the_same_id_with_other_cents_stops_everything(practice: Founded) -> None:
    enter(practice, charge(), bill())
    held = balances(practice)
    with pytest.raises(LedgerConflictError) as caught:
        enter(practice, pay(1_000), charge(10_001))
    assert caught.value.transfers == (charge().id,)
    assert balances(practice) == held


def test_eight_posters_of_the_same_file_have_one_effect(practice: Founded) -> None:
    work = [charge(), bill(), *(pay(10, number) for number in range(40))]
    new: list[int] = []

    def post() -> None:
        try:
            new.append(enter(practice, *work))
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(new) == [0] * 7 + [len(work)]
    assert balances(practice)[account_key(pay(1).credit)] == 10_000 - 400


def test_two_of_one_id_in_one_call_that_differ_stop_everything(practice: Founded) -> None:
    with pytest.raises(LedgerConflictError):
        enter(practice, charge(10_000), charge(10_001))


class Step(msgspec.Struct, frozen=True):
    """One attempt: an entry of the trade, or the reversal of an earlier one."""

    entry: int
    number: int
    cents: int
    reversed: bool = False


def _make(step: Step) -> Transfer:
    occasion = Occasion((step.entry, step.number), ON)
    makers: Sequence[Callable[..., Transfer]] = (
        lambda o, c: entries.record_charge(o, c, owed=OWED),
        lambda o, c: entries.bill_payer(o, c, owed=OWED, payer="5"),
        lambda o, c: entries.bill_patient(o, c, owed=OWED),
        lambda o, c: entries.apply_payment(o, c, owed=OWED, payer="5", remit="r"),
        lambda o, c: entries.apply_contractual(o, c, owed=OWED, payer="5"),
        lambda o, c: entries.move_to_patient(o, c, owed=OWED, payer="5", reason="PR-1"),
        lambda o, c: entries.receive_patient_payment(o, c, patient="3", receipt="c"),
        lambda o, c: entries.apply_unapplied(o, c, owed=OWED),
        lambda o, c: entries.take_back(o, c, payer="5", remit="r", reference="x"),
    )
    made = makers[step.entry % len(makers)](occasion, step.cents)
    return reverse(made, reason="mistake", on=ON) if step.reversed else made


def _id(step: Step) -> str:
    return _make(step).id


steps = st.builds(
    Step,
    entry=st.integers(0, 8),
    number=st.integers(0, 3),
    cents=st.integers(-300, 900).filter(bool),
    reversed=st.booleans(),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chains=st.lists(st.lists(steps, min_size=1, max_size=6, unique_by=_id), max_size=8))
def test_the_tables_agree_with_the_book_in_memory(
    database: dict[str, str], chains: list[list[Step]]
) -> None:
    """Each chain is offered to both; both book it or neither does, and the cents are the same."""
    practice = found_practice()
    memory = Book(OPENING)
    enter(practice, *OPENING)
    for chain in chains:
        _offer(chain, memory, practice)
        assert balances(practice) == _by_key(memory)
        assert sum(balances(practice).values()) == 0


# Enough on the receivables that most chains can be booked.
OPENING = [charge(2_500, 9), bill(1_000), bill_patient(1_000), prepay(400)]


def _offer(chain: list[Step], memory: Book, practice: Founded) -> None:
    # An id that the book has refused stays refused there; the tables keep no memory of that, so
    # each chain is offered to a book that knows only what was booked.
    transfers = [_make(step) for step in chain]
    outcome = Book(memory.transfers).append_all(transfers).outcome
    if outcome in {Outcome.CONFLICT, Outcome.REFUSED}:
        before = balances(practice)
        with pytest.raises((LedgerConflictError, DatabaseError)):
            enter(practice, *transfers)
        assert balances(practice) == before
    else:
        assert enter(practice, *transfers) == len({t.id for t in transfers} - _ids(memory))
        memory.append_all(transfers)


def _ids(memory: Book) -> set[str]:
    return {transfer.id for transfer in memory.transfers}


def _by_key(memory: Book) -> dict[str, int]:
    return {account_key(key): cents for key, cents in memory.balances.items() if cents}
