"""Every report is equal to the cent by two computations, and drills to its entries."""

import os
import random
from datetime import date, datetime, timedelta
from itertools import islice

import msgspec
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app.desk import ACTOR, ONE, Desk, at
from app.reading.random_books import FIRST_DAY, random_transfers
from cleanclaim.app.booking import book
from cleanclaim.app.reading.closings import unproven_reports
from cleanclaim.app.reading.report_statements import STATEMENTS
from cleanclaim.app.reading.reports import (
    REPORTS,
    Asked,
    UnknownReportError,
    booked_transfers,
    claim_facts,
    list_figure,
    read_report,
    recompute_figures,
    sum_figures,
)
from cleanclaim.app.work import unit_of_work
from cleanclaim.ledger.accounts import Transfer
from cleanclaim.ledger.activity import activity_of
from cleanclaim.ledger.aging import Since
from cleanclaim.ledger.figures import add_up
from cleanclaim.store.tenancy import within

STATES = int(os.environ.get("CLEANCLAIM_REPORT_STATES", "1000"))
SEED = 20261124


def _claims(desk: Desk, count: int = 4) -> list[tuple[str, str]]:
    """Make claims on several days; one key of a claim that does not exist stands beside them."""
    made = []
    for number in range(count):
        on = FIRST_DAY + timedelta(days=60 * number)
        claim = desk.assembled(desk.patient(f"Aging{number}"), ONE, on, verified=False)
        made.append((str(claim.pk), str(claim.patient_id)))
    return [*made, ("999999999", made[0][1])]


def _payers(desk: Desk) -> list[str]:
    return [str(payer.pk) for payer in desk.payers]


def _enter(desk: Desk, transfers: list[Transfer], when: datetime) -> None:
    with unit_of_work(organization=desk.organization, actor=ACTOR, at=when):
        book(transfers, organization=desk.organization, at=when)


def _count_rows(database: dict[str, str]) -> None:
    """Let the planner know the tables, as the server itself does after a minute."""
    with psycopg.connect(make_conninfo(**database), autocommit=True) as connection:
        connection.execute("ANALYZE ledger_account, ledger_entry, ledger_posting")


def test_two_computations_agree_on_random_states(desk: Desk, database: dict[str, str]) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    endless = random_transfers(SEED, _claims(desk), _payers(desk))
    rounds, names = 40, list(REPORTS)
    compared = 0
    for turn in range(rounds):
        when = at(FIRST_DAY + timedelta(days=turn))
        _enter(desk, list(islice(endless, 5)), when)
        if turn % 10 == 0:
            _count_rows(database)
        with within(desk.organization):
            booked = tuple(booked_transfers(desk.organization))
            facts = claim_facts(desk.organization)
            for state in range(STATES // rounds):
                name = names[(turn + state) % len(names)]
                asked = _ask_anything(chance, when.date() if name == "day-sheet" else None)
                told = sum_figures(desk.organization, name, asked)
                again = add_up(REPORTS[name].compute(booked, facts, asked))
                assert told == again, (SEED, turn, name, asked)
                compared += bool(told)
    assert compared > STATES // 2


def _ask_anything(chance: random.Random, as_of: date | None) -> Asked:
    day = as_of or FIRST_DAY + timedelta(days=chance.randrange(420))
    since = chance.choice(list(Since))
    return Asked(day, day - timedelta(days=chance.randrange(400)), since)


@pytest.fixture
def stocked(desk: Desk, database: dict[str, str]) -> Desk:
    """Give a desk whose books hold random entries of every kind of account."""
    endless = random_transfers(7, _claims(desk, 1), _payers(desk))
    _enter(desk, list(islice(endless, 90)), at(FIRST_DAY))
    _count_rows(database)
    return desk


ASKED = Asked.on(FIRST_DAY + timedelta(days=420))


def test_a_wrong_sum_is_seen_by_the_other(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: each statement spoiled by a cent, and each rule turned round."""
    with within(stocked.organization):
        assert unproven_reports(stocked.organization, ASKED.as_of) == ()
        for name, statement in STATEMENTS.items():
            spoiled = f'SELECT row, "column", entry, cents + 1 AS cents FROM ({statement}) x'  # noqa: S608
            monkeypatch.setitem(STATEMENTS, name, spoiled)
        found = {*unproven_reports(stocked.organization, ASKED.as_of)}
        assert found | {*unproven_reports(stocked.organization, FIRST_DAY)} == {*REPORTS}


def test_every_figure_drills_to_entries_that_sum_to_it(stocked: Desk) -> None:
    with within(stocked.organization):
        for name in REPORTS:
            asked = Asked.on(FIRST_DAY) if name == "day-sheet" else ASKED
            figures = sum_figures(stocked.organization, name, asked)
            assert figures, name
            for (row, column), cents in figures.items():
                parts = list_figure(stocked.organization, name, asked, row, column)
                assert sum(part for _, part in parts) == cents
                assert all(entry > 0 for entry, _ in parts)


def test_totals_are_the_sums_of_their_columns(stocked: Desk) -> None:
    with within(stocked.organization):
        view = read_report(stocked.organization, "trial-balance", ASKED)
        assert view.totals[0] == view.totals[1] > 0
        again = recompute_figures(stocked.organization, "trial-balance", ASKED)
    assert sum(again.values()) == sum(view.totals)


def test_an_empty_book_has_no_rows_and_an_unknown_report_is_refused(desk: Desk) -> None:
    with within(desk.organization):
        for name in REPORTS:
            view = read_report(desk.organization, name, ASKED)
            assert (view.rows, sum(view.totals), view.rate) == ((), 0, None)
        with pytest.raises(UnknownReportError):
            read_report(desk.organization, "profit", ASKED)


def test_each_entry_names_who_acted(desk: Desk) -> None:
    desk.submitted(desk.patient(), ONE)
    with within(desk.organization):
        told = {each.actor for each in booked_transfers(desk.organization)}
    assert told == {ACTOR.name}


def test_a_transfer_is_exactly_one_activity() -> None:
    endless = random_transfers(3, [("1", "1")], ["1", "2"])
    for transfer in islice(endless, 300):
        activity, cents = activity_of(transfer)
        assert abs(cents) == transfer.cents
        back = msgspec.structs.replace(transfer, debit=transfer.credit, credit=transfer.debit)
        assert activity_of(back)[0] is activity
