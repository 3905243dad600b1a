"""What pages read: whole lists in pages, the dearest work first, money that adds up."""

from datetime import date, timedelta

import pytest

from app.desk import VISIT, Desk, at, era
from cleanclaim.app.access import NotFoundError
from cleanclaim.app.reading.claims import count_states, list_claims, read_claim
from cleanclaim.app.reading.denials import Chosen, list_cases
from cleanclaim.app.reading.ledger import (
    kind_balances,
    list_accounts,
    list_lines,
    read_account,
    read_statement,
)
from cleanclaim.app.reading.patients import list_patients, read_patient
from cleanclaim.app.reading.remits import list_remits, read_remit
from cleanclaim.app.reading.sheets import cut_sheet
from cleanclaim.app.reading.today import Due, count_kinds, list_work, read_standing
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import SYSTEM, unit_of_work
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within
from conftest import make_practice

TODAY = date(2026, 4, 24)


def _task(desk: Desk, key: str, cents: int, due_on: date | None, kind: str = "held") -> None:
    with unit_of_work(organization=desk.organization, actor=SYSTEM, at=at()) as work:
        open_task(work, key, kind=kind, title=key, next_step="", value_cents=cents, due_on=due_on)


def _titles(desk: Desk, **asked: object) -> list[str]:
    with within(desk.organization):
        return [item.title for item in list_work(desk.organization, TODAY, **asked).rows]  # type: ignore[arg-type]


def test_work_is_ordered_by_value_times_urgency(desk: Desk) -> None:
    _task(desk, "dear, some day", 50_000, None)
    _task(desk, "small, late", 10_000, TODAY - timedelta(days=1))
    _task(desk, "middling, this week", 15_000, TODAY + timedelta(days=7))
    _task(desk, "middling, this month", 15_000, TODAY + timedelta(days=8), kind="denial")
    assert _titles(desk) == [
        "small, late",
        "middling, this week",
        "dear, some day",
        "middling, this month",
    ]
    assert _titles(desk, due=Due.LATE) == ["small, late"]
    assert _titles(desk, due=Due.WEEK) == ["middling, this week"]
    assert _titles(desk, due=Due.LATER) == ["dear, some day", "middling, this month"]
    assert _titles(desk, kind="denial") == ["middling, this month"]
    with within(desk.organization):
        counts = {row.kind: (row.tasks, row.cents) for row in count_kinds(desk.organization)}
    assert counts == {"held": (3, 75_000), "denial": (1, 15_000)}


def test_pages_join_to_the_whole_list_even_when_rows_leave_between_them(desk: Desk) -> None:
    for number in range(7):
        _task(desk, f"task {number}", 100 * (number // 2), None)
    with within(desk.organization):
        known = Task.objects.of(desk.organization)
        rows = known.filter(closed_at__isnull=True)
        whole = [task.pk for task in rows.order_by("-value_cents", "-pk")]
        seen: list[int] = []
        after = None
        while True:
            cut, after = cut_sheet(rows, known, ("-value_cents",), after, size=2)
            seen += [task.pk for task in cut]
            if after is None:
                break
            known.filter(pk=after).update(closed_at=at())  # the last one shown is closed now
        assert seen == whole
        again, _ = cut_sheet(rows, known, ("-value_cents",), 999_999_999, size=2)
        assert [task.pk for task in again] == [pk for pk in whole if rows.filter(pk=pk)][:2]


def _decided(desk: Desk) -> tuple[ClaimRecord, int]:
    """Post a payment of 110 with 60 taken off and 30 left to the patient."""
    claim = desk.submitted(desk.patient(), VISIT)
    line = f"CLP*{claim.control_number}*1*200*110*30*12*ICN1~CAS*CO*45*60~CAS*PR*2*30~"
    remit = desk.posted(era(line, paid="110")).remit
    assert remit is not None
    return claim, remit


def test_a_statement_and_a_balance_are_the_ledgers(desk: Desk) -> None:
    claim, _ = _decided(desk)
    with within(desk.organization):
        statement = read_statement(desk.organization, claim.patient_id)
        account = read_patient(desk.organization, claim.patient_id)
        (row,) = list_patients(desk.organization).rows
    (line,) = statement.claims
    assert (line.charged_cents, line.insurance_paid_cents) == (20_000, 11_000)
    assert (line.adjusted_cents, line.patient_owes_cents) == (6_000, 3_000)
    assert account.statement == statement
    assert account.payer_balances == ()
    assert row.owed_cents == desk.patient_owes(claim) == 3_000


def test_every_balance_is_the_sum_of_its_lines(desk: Desk) -> None:
    _decided(desk)
    with within(desk.organization):
        kinds = kind_balances(desk.organization)
        assert sum(kind.cents for kind in kinds) == 0
        looked = 0
        for kind in kinds:
            sheet = list_accounts(desk.organization, AccountKind(kind.kind), all_of_them=True)
            assert sum(account.cents for account in sheet.rows) == kind.cents
            for account in sheet.rows:
                lines = list_lines(desk.organization, account.id).rows
                assert sum(line.cents for line in lines) == account.cents
                assert lines[0].balance_cents == account.cents
                assert read_account(desk.organization, account.id) == account
                looked += len(lines)
    assert looked == 12  # both sides of two charges, a bill, a payment, an adjustment, a move


def test_the_standing_counts_what_waits(desk: Desk) -> None:
    _decided(desk)
    stray = "CLP*ELSEWHERE*1*90*71*0*12*ICN9~CAS*CO*45*19~"
    desk.posted(era(stray, paid="71", trace="TRACE2", control=2))
    with within(desk.organization):
        standing = read_standing(desk.organization)
    assert standing.unposted_cents == 7_100
    assert (standing.patient_cents, standing.insurance_cents) == (3_000, 0)
    assert standing.receivable_cents == 3_000


def test_a_remittance_shows_its_claims_and_its_postings(desk: Desk) -> None:
    claim, remit = _decided(desk)
    with within(desk.organization):
        view = read_remit(desk.organization, remit)
        assert [row.id for row in list_remits(desk.organization).rows] == [remit]
        assert list_remits(desk.organization, "quarantined").rows == ()
    assert view.claims[0].claim == claim.pk
    assert view.claims_paid_cents - view.provider_level_cents == view.row.paid_cents == 11_000
    assert sorted(posting.cents for posting in view.postings) == [3_000, 6_000, 11_000]


def test_a_claim_page_knows_its_denial_and_its_lists(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    line = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    desk.posted(era(line, paid="0"))
    with within(desk.organization):
        view = read_claim(desk.organization, claim.pk)
        (denial,) = list_cases(desk.organization, date(2026, 5, 4), Chosen()).rows
        (row,) = list_claims(desk.organization, "denied").rows
        states = {count.state: count.claims for count in count_states(desk.organization)}
    (told,) = view.denials
    assert (told.claim, told.cents, told.appeal_due_on) == (
        denial.claim,
        denial.cents,
        denial.due_on,
    )
    assert view.row == row
    assert states == {"denied": 1}
    assert view.decisions[0].outcome == "denied"


def test_another_organizations_records_are_not_found(desk: Desk) -> None:
    claim, remit = _decided(desk)
    other = make_practice().organization
    with within(other):
        for read, record in (
            (read_claim, claim.pk),
            (read_patient, claim.patient_id),
            (read_remit, remit),
            (read_account, 1),
        ):
            with pytest.raises(NotFoundError):
                read(other, record)
