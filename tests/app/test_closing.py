"""A closed month takes no entry, late ones count today, and its journal proves it again."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from app.desk import ACTOR, ONE, SERVICE_ON, Desk, at, era
from cleanclaim.app.booking import ClosedMonthError, book
from cleanclaim.app.closing import (
    MonthNotOverError,
    MonthStateError,
    ReasonMissingError,
    UnprovenMonthError,
    close_month,
    reopen_month,
)
from cleanclaim.app.reading.closings import check_month, list_months
from cleanclaim.app.reading.exports import export_journal, plain_cell, write_csv
from cleanclaim.app.reading.report_statements import STATEMENTS
from cleanclaim.app.reading.reports import Asked, booked_transfers, read_report
from cleanclaim.app.work import unit_of_work
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.store.ledger.models import Entry
from cleanclaim.store.tenancy import within

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
PAID = "CLP*C0000001*1*200*120*20*12*ICN1~CAS*CO*45*60~CAS*PR*3*20~"
CLEARING = AccountKey(AccountKind.CASH_CLEARING, reference="r")
BANK = AccountKey(AccountKind.BANK)


def _transfer(on: date, name: str = "one") -> Transfer:
    return Transfer(name, CLEARING, BANK, 100, "test", on)


def _book(desk: Desk, *transfers: Transfer, today: date = date(2026, 5, 4)) -> int:
    with unit_of_work(organization=desk.organization, actor=ACTOR, at=at(today)):
        return book(transfers, organization=desk.organization, at=at(today))


def _close(desk: Desk, month: date = APRIL, today: date = date(2026, 5, 4)) -> None:
    close_month(**desk.who, at=at(today), month=month, reason="as agreed")


def _entries(desk: Desk) -> dict[str, tuple[date, str]]:
    with within(desk.organization):
        rows = Entry.objects.of(desk.organization)
        return {row.transfer_id: (row.on, row.links.get("business_day", "")) for row in rows}


def test_what_belongs_to_a_closed_month_counts_today_and_still_posts_once(desk: Desk) -> None:
    _book(desk, _transfer(SERVICE_ON, "before"))
    _close(desk)
    assert _book(desk, _transfer(SERVICE_ON, "late")) == 1
    assert _book(desk, _transfer(SERVICE_ON, "late"), today=date(2026, 6, 1)) == 0
    assert _entries(desk) == {
        "before": (SERVICE_ON, ""),
        "late": (date(2026, 5, 4), SERVICE_ON.isoformat()),
    }


def test_the_database_refuses_what_would_enter_a_closed_month(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _book(desk, _transfer(SERVICE_ON, "before"))
    _close(desk)
    monkeypatch.setattr("cleanclaim.app.booking._day_of", lambda transfer, *_: transfer.on)
    with pytest.raises(IntegrityError, match="2026-04 of the ledger is closed"):
        _book(desk, _transfer(SERVICE_ON, "late"))
    with pytest.raises(IntegrityError, match="closed"):
        _book(desk, _transfer(date(2026, 1, 5), "never spoken of, but earlier"))
    assert _book(desk, _transfer(date(2026, 5, 1), "in time")) == 1
    assert set(_entries(desk)) == {"before", "in time"}


def test_no_side_can_be_added_to_an_entry_of_a_closed_month(desk: Desk) -> None:
    _book(desk, _transfer(SERVICE_ON, "before"))
    _close(desk)
    statement = """
        INSERT INTO ledger_posting (organization_id, entry_id, account_id, cents)
        SELECT organization_id, entry_id, account_id + 1000000, 1 FROM ledger_posting
        WHERE organization_id = %s LIMIT 1
    """
    with (
        pytest.raises(IntegrityError, match="closed"),
        within(desk.organization),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [desk.organization])


def test_a_reopened_month_takes_entries_until_it_is_closed_again(desk: Desk) -> None:
    _book(desk, _transfer(SERVICE_ON, "before"))
    _close(desk)
    with pytest.raises(ReasonMissingError):
        reopen_month(**desk.who, at=at(date(2026, 5, 5)), month=APRIL, reason=" ")
    reopen_month(**desk.who, at=at(date(2026, 5, 5)), month=APRIL, reason="a deposit was missed")
    _book(desk, _transfer(SERVICE_ON, "corrected"))
    assert _entries(desk)["corrected"] == (SERVICE_ON, "")
    _close(desk)
    with within(desk.organization):
        (month,) = list_months(desk.organization)
    assert [word.action for word in month.words] == ["closed", "reopened", "closed"]
    assert (month.entries, month.closed, month.changed) == (2, True, False)


def test_a_month_is_closed_when_it_is_over_and_once(desk: Desk) -> None:
    _book(desk, _transfer(SERVICE_ON))
    with pytest.raises(MonthNotOverError):
        _close(desk, today=date(2026, 4, 30))
    with pytest.raises(ReasonMissingError):
        close_month(**desk.who, at=at(date(2026, 5, 4)), month=APRIL)
    _close(desk)
    with pytest.raises(MonthStateError):
        _close(desk)
    with pytest.raises(MonthStateError):
        reopen_month(**desk.who, at=at(date(2026, 5, 5)), month=MAY, reason="why not")


def test_nothing_is_booked_where_today_is_closed_too(desk: Desk) -> None:
    _close(desk)
    with pytest.raises(ClosedMonthError):
        _book(desk, _transfer(SERVICE_ON), today=date(2026, 4, 20))
    assert _entries(desk) == {}


def test_the_checklist_names_suspense_clearing_and_what_failed_a_gate(desk: Desk) -> None:
    desk.submitted(desk.patient(), ONE)
    desk.posted(era(PAID, paid="120"))
    desk.posted(era("CLP*STRANGER*1*90*90**12*ICN8~", paid="90", trace="TRACE2"))
    desk.post(era(PAID, paid="119", trace="TRACE3"))
    with within(desk.organization):
        checks = {check.name: check for check in check_month(desk.organization, APRIL)}
    assert (checks["suspense"].count, checks["suspense"].cents) == (1, -9_000)
    assert (checks["cash_clearing"].count, checks["cash_clearing"].cents) == (2, 21_000)
    assert (checks["quarantined"].count, checks["quarantined"].cents) == (1, 11_900)
    assert not any(check.blocks for check in checks.values())


def test_books_that_two_computations_see_differently_stay_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _book(desk, _transfer(SERVICE_ON))
    wrong = STATEMENTS["trial-balance"].replace("abs(p.cents)", "abs(p.cents) + 1")
    monkeypatch.setitem(STATEMENTS, "trial-balance", wrong)
    with pytest.raises(UnprovenMonthError):
        _close(desk)


def _read_journal(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """Read a journal again, by its text alone: the sums of the postings and the assertions."""
    sums: dict[str, int] = {}
    asserted: dict[str, int] = {}
    opened: set[str] = set()
    open_sum = 0
    for line in text.splitlines():
        words = line.split()
        if line.startswith("  ") and words[-1] == "USD":
            cents = round(float(words[1]) * 100)
            assert words[0] in opened
            sums[words[0]] = sums.get(words[0], 0) + cents
            open_sum += cents
        elif len(words) > 2 and words[1] == "open":
            opened.add(words[2])
        elif len(words) > 2 and words[1] == "balance":
            asserted[words[2]] = round(float(words[3]) * 100)
        elif not line:
            assert open_sum == 0, "a transaction that does not balance"
    return sums, asserted


def test_the_journal_read_again_has_the_balances_it_asserts(desk: Desk) -> None:
    desk.submitted(desk.patient(), ONE)
    desk.posted(era(PAID, paid="120", provider_level=""))
    with within(desk.organization):
        until = date(2026, 4, 30)
        text = "\n".join(export_journal(desk.organization, until))
        booked = list(booked_transfers(desk.organization))
    sums, asserted = _read_journal(text)
    assert sums == asserted
    assert sum(sums.values()) == 0
    assert text.count("transfer: ") == len(booked) > 4
    spoiled = text.replace("120.00 USD", "120.01 USD", 1)
    with pytest.raises(AssertionError):
        _read_journal(spoiled)


def test_the_csv_sums_to_the_screen_and_holds_no_formula(desk: Desk) -> None:
    desk.submitted(desk.patient(), ONE)
    with within(desk.organization):
        view = read_report(
            desk.organization, "aging-by-payer", Asked.on(SERVICE_ON + timedelta(40))
        )
    head, *rows = [line.split(",") for line in write_csv(view).splitlines()]
    for place, total in enumerate(view.totals, 1):
        assert sum(round(float(row[place]) * 100) for row in rows) == total
    assert (head[-1], sum(view.totals)) == ("total", 20_000)
    assert [plain_cell(text) for text in ("=1+1", "@SUM", "+1", "-1", "Payer")] == [
        "'=1+1",
        "'@SUM",
        "'+1",
        "'-1",
        "Payer",
    ]


def test_a_closing_cannot_be_undone_by_the_program(desk: Desk) -> None:
    _close(desk)
    with (
        pytest.raises(DatabaseError, match=r"permission denied|append-only"),
        within(desk.organization),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM ledger_closing")
