"""Debts are given up under a policy and by a person; plans, help and collection keep to it."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.bills import BILLED_ON, Bills
from app.desk import Desk
from cleanclaim.app.collecting import take_patient_payment
from cleanclaim.app.disputing import open_dispute, resolve_dispute
from cleanclaim.app.forgiving import (
    apply_for_assistance,
    approve_placement,
    decide_assistance,
    propose_placement,
    return_placement,
)
from cleanclaim.app.inviting import PATIENT
from cleanclaim.app.planning import PlanRefusedError, make_plan, stop_plan, watch_plans
from cleanclaim.app.refusing import NotAllowedError
from cleanclaim.app.setting_terms import record_local_term
from cleanclaim.app.stating import issue_statement
from cleanclaim.store.ledger.models import Entry
from cleanclaim.store.tenancy import within


@pytest.fixture
def bills(desk: Desk) -> Bills:
    return Bills(desk)


def guideline(bills: Bills) -> None:
    told: dict[str, Any] = {
        "kind": "poverty",
        "key": "2",
        "value": 2_000_000,
        "source": "entered for the test",
    }
    record_local_term(**bills.on(), **told, starts_on=date(2026, 1, 1))


def test_help_is_offered_by_the_policy_and_granted_by_a_person(bills: Bills) -> None:
    claim = bills.share(8_001)
    guideline(bills)
    asked = apply_for_assistance(
        **bills.on(), patient=claim.patient_id, household=2, income_cents=5_000_000
    )
    assert (asked.percent_of_poverty, asked.offered_basis_points) == (250, 5_000)
    told: dict[str, Any] = {"application": asked.pk, "basis_points": 5_000}
    with pytest.raises(NotAllowedError):
        decide_assistance(**{**bills.on(), "actor": PATIENT}, **told)
    assert decide_assistance(**bills.on(), **told) == 4_000
    assert bills.account(claim).due_cents == 4_001
    with within(bills.organization):
        entry = Entry.objects.of(bills.organization).latest("pk")
    assert entry.reason == "assistance: Policy 2026"
    assert entry.links["approver"] == "1"
    with pytest.raises(NotAllowedError):
        decide_assistance(**bills.on(), **told)


def test_without_a_guideline_the_percentage_is_unknown_and_nothing_is_offered(
    bills: Bills,
) -> None:
    claim = bills.share()
    asked = apply_for_assistance(
        **bills.on(), patient=claim.patient_id, household=2, income_cents=0
    )
    assert (asked.percent_of_poverty, asked.offered_basis_points) == (None, 0)
    assert decide_assistance(**bills.on(), application=asked.pk, basis_points=0) == 0
    assert bills.account(claim).due_cents == 8_000


def test_paying_promptly_takes_the_policys_part_off(bills: Bills) -> None:
    claim = bills.share(8_000)
    issue_statement(**bills.on(), patient=claim.patient_id)
    bills.paid(claim, 7_200, BILLED_ON + timedelta(10), purpose="prompt")
    assert bills.account(claim).due_cents == 0
    assert bills.desk.books()["write_off"] == 800


def test_a_day_late_nothing_is_taken_off(bills: Bills) -> None:
    claim = bills.share(8_000)
    issue_statement(**bills.on(), patient=claim.patient_id)
    bills.paid(claim, 7_200, BILLED_ON + timedelta(11), purpose="prompt")
    assert bills.account(claim).due_cents == 800
    assert "write_off" not in bills.desk.books()


def test_a_missed_instalment_is_a_task_until_it_is_paid(bills: Bills) -> None:
    claim = bills.share(8_000)
    plan = make_plan(**bills.on(), patient=claim.patient_id, count=4, first_on=BILLED_ON)
    assert watch_plans(**bills.on(BILLED_ON + timedelta(5))) == 0
    late = BILLED_ON + timedelta(6)
    assert watch_plans(**bills.on(late)) == 1
    assert bills.desk.tasks("plan")[0].value_cents == 2_000
    take_patient_payment(**bills.on(late), patient=claim.patient_id, cents=2_000, receipt="R1")
    assert bills.desk.tasks("plan") == []
    with pytest.raises(PlanRefusedError):
        make_plan(**bills.on(late), patient=claim.patient_id, count=2, first_on=late)
    assert stop_plan(**bills.on(late), plan=plan.pk).state == "stopped"
    for count in (1, 7):
        with pytest.raises(PlanRefusedError):
            make_plan(**bills.on(late), patient=claim.patient_id, count=count, first_on=late)


def test_a_debt_goes_to_collection_only_after_notices_days_and_everything_else(
    bills: Bills,
) -> None:
    claim = bills.share(8_000)
    patient = claim.patient_id
    told: dict[str, Any] = {"patient": patient, "agency": "Fictional Recovery"}

    def refused(day: date, why: str) -> None:
        with pytest.raises(NotAllowedError, match=why):
            propose_placement(**bills.on(day), **told)

    refused(BILLED_ON, "too few statements")
    issue_statement(**bills.on(), patient=patient)
    second_on = BILLED_ON + timedelta(30)
    issue_statement(**bills.on(second_on), patient=patient)
    refused(BILLED_ON + timedelta(59), "too few days")
    ripe_on = BILLED_ON + timedelta(60)
    dispute = open_dispute(**bills.on(ripe_on), patient=patient, about="amount")
    refused(ripe_on, "nothing is due")
    resolve_dispute(**bills.on(ripe_on), dispute=dispute.pk, outcome="explained")
    plan = make_plan(**bills.on(ripe_on), patient=patient, count=2, first_on=ripe_on)
    refused(ripe_on, "payment plan")
    stop_plan(**bills.on(ripe_on), plan=plan.pk)
    asked = apply_for_assistance(**bills.on(ripe_on), patient=patient, household=1, income_cents=0)
    refused(ripe_on, "not decided")
    decide_assistance(**bills.on(ripe_on), application=asked.pk, basis_points=0)

    placement = propose_placement(**bills.on(ripe_on), **told)
    assert bills.account(claim).due_cents == 8_000  # a proposal moves nothing
    assert approve_placement(**bills.on(ripe_on), placement=placement.pk).cents == 8_000
    assert bills.account(claim).due_cents == 0
    assert bills.desk.books()["write_off"] == 8_000
    assert return_placement(**bills.on(ripe_on), placement=placement.pk).state == "returned"
    assert bills.account(claim).due_cents == 8_000
    assert "write_off" not in bills.desk.books()
    with pytest.raises(NotAllowedError):
        return_placement(**bills.on(ripe_on), placement=placement.pk)
