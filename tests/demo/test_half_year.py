"""The synthetic half year: the same for the same seed, its stories there, its books whole."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connections

from cleanclaim.app.contracting import record_contract
from cleanclaim.app.lifecycle import history
from cleanclaim.app.modelling import model_proposal, read_result, record_proposal
from cleanclaim.claims.workflow import state_after
from cleanclaim.demo.figures import Figures, count_figures
from cleanclaim.demo.half_year import HalfYear
from cleanclaim.demo.plan import STORY_NAMES, Story, make_plan
from cleanclaim.demo.sample_tables import write_samples
from cleanclaim.demo.setup import set_up
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor, verify_chain
from cleanclaim.store.events.models import Event
from cleanclaim.store.ledger.models import Account, Entry, Posting
from cleanclaim.store.organizations.models import User
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.places import sample_folder
from cleanclaim.store.remits.models import RemitRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within
from conftest import PASSWORD

VISITS = 25


def live(seed: int, run: int) -> tuple[int, Figures]:
    """Live through a half year of few visits, in a process of its own; give its practice."""
    connections.close_all()
    owner = User.objects.create_user(f"demo{seed}-{run}@example.com", "Olive Owner", PASSWORD)
    plan = make_plan(seed, VISITS)
    practice = set_up(owner, plan, seed)
    HalfYear(practice, plan, seed).run(lambda _: None)
    return practice.organization.pk, count_figures(practice.organization.pk)


@pytest.fixture(scope="module")
def lives(database: dict[str, str]) -> list[tuple[int, Figures]]:
    """Live twice by one seed and once by another, side by side."""
    write_samples(sample_folder(), datetime.now(UTC))
    connections.close_all()
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        return list(pool.map(live, [1, 1, 2], [1, 2, 1]))


@pytest.fixture
def organization(lives: list[tuple[int, Figures]], request: pytest.FixtureRequest) -> Iterator[int]:
    number = lives[getattr(request, "param", 0)][0]
    with within(number):
        yield number


@pytest.fixture(scope="module")
def figures(lives: list[tuple[int, Figures]]) -> Figures:
    return lives[0][1]


def test_the_same_seed_gives_the_same_figures_and_another_does_not(
    lives: list[tuple[int, Figures]],
) -> None:
    one, again, other = (figures for _, figures in lives)
    assert one == again
    assert one != other


def test_the_record_of_events_is_whole_and_the_ledger_balances(figures: Figures) -> None:
    assert (figures.audit.verified, figures.ledger.balanced) == (True, True)
    assert figures.audit.events > 500
    assert figures.encounters == VISITS
    assert figures.ledger.debits_cents > 0


def test_every_claims_state_follows_from_its_events(organization: int) -> None:
    claims = list(ClaimRecord.objects.of(organization))
    assert len(claims) >= VISITS
    told = {c.pk: state_after(history(c.pk, organization=organization)) for c in claims}
    assert told == {claim.pk: claim.state for claim in claims}


def test_money_in_suspense_has_open_tasks_of_the_same_value(
    organization: int, figures: Figures
) -> None:
    tasks = Task.objects.of(organization).filter(kind="suspense", closed_at__isnull=True)
    assert figures.suspense_cents > 0
    assert sum(task.value_cents for task in tasks) == figures.suspense_cents


def test_credits_have_open_tasks_of_the_same_value(organization: int) -> None:
    held = Posting.objects.of(organization).filter(
        account__kind__in=["unapplied", "refunds_payable"]
    )
    tasks = Task.objects.of(organization).filter(kind="credit", closed_at__isnull=True)
    assert sum(t.value_cents for t in tasks) == -sum(posting.cents for posting in held)


def test_every_payment_adds_up_to_what_its_remittance_says(organization: int) -> None:
    posted = RemitRecord.objects.of(organization).filter(status="posted")
    assert posted
    for remit in posted:
        rows = Posting.objects.of(organization).filter(
            account__kind="cash_clearing", account__reference=remit.identity
        )
        moved = sum(row.cents for row in rows.exclude(entry__reason="deposit"))
        assert moved == remit.paid_cents


def test_a_proposal_is_worth_what_plain_arithmetic_says(organization: int) -> None:
    payer = Payer.objects.of(organization).get(identifier="SUM03")
    present = {"fees": {"99213": "81.15", "99214": "122.40"}, "percent": "55"}
    proposed = {"fees": {"99213": "84.90", "99203": "139.99"}, "percent": "57.25"}
    actor, now = Actor("person", "Olive Owner"), datetime(2026, 7, 1, tzinfo=UTC)
    who: dict[str, Any] = {"organization": organization, "actor": actor, "at": now}
    agreed: dict[str, Any] = {"payer": payer.pk, "document": "agreement", "source": "binder"}
    since = date(2020, 1, 1)
    record_contract(**who, **agreed, terms=agreement(present, "2020-01-01"), starts_on=since)
    row = record_proposal(**who, **agreed, terms=agreement(proposed, "2027-01-01"))
    until = date(2026, 12, 31)
    told = model_proposal(**who, proposal=row.pk, until=until, months=24)
    before, after = Counter[str](), Counter[str]()
    for version in ClaimVersion.objects.of(organization).select_related("claim"):
        if counts(version.claim, payer) and version.number == version.claim.version_number:
            for line in version.content["lines"]:
                before[line["procedure"]["code"]] += by_hand(line, present)
                after[line["procedure"]["code"]] += by_hand(line, proposed)
    assert {line.key: line.present_cents for line in told.by_code} == dict(before)
    assert {line.key: line.proposed_cents for line in told.by_code} == dict(after)
    assert told.more_cents == sum(after.values()) - sum(before.values()) != 0
    assert (told.unpriced, told.as_of, told.since) == (0, date(2027, 1, 1), date(2024, 12, 31))
    for parts in (told.by_provider, told.by_site):
        assert sum(line.more_cents for line in parts) == told.more_cents
    assert told.more_a_year_cents == told.more_cents // 2
    row.refresh_from_db()
    assert read_result(row) == told


def agreement(terms: dict[str, Any], starts_on: str) -> str:
    fees = {"method": "fee_table", "fees": {c: float(f) for c, f in terms["fees"].items()}}
    rest = {"method": "percent_of_charge", "percent": float(terms["percent"])}
    listed = {"name": "listed", "pays": fees, "starts_on": starts_on, "lesser_of_charge": True}
    listed["covers"] = {"codes": list(terms["fees"])}
    others = {"name": "others", "pays": rest, "starts_on": starts_on}
    return json.dumps({"name": "agreement", "terms": [listed, others], "source": "exhibit"})


def counts(claim: ClaimRecord, payer: Payer) -> bool:
    sent = claim.submitted_at is not None and claim.follows_id is None
    return sent and claim.payer_id == payer.pk and claim.state not in {"replaced", "voided"}


def by_hand(line: dict[str, Any], terms: dict[str, Any]) -> int:
    """Price a line as a clerk would: the listed fee a unit, up to the charge, else the part."""
    charge = Decimal(line["charge_cents"])
    fee = terms["fees"].get(line["procedure"]["code"])
    cents = charge * Decimal(terms["percent"]) / 100
    if fee is not None:
        cents = min(charge, Decimal(fee) * 100 * Decimal(line["units"]))
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def test_no_account_is_beyond_its_floor(organization: int) -> None:
    for account in Account.objects.of(organization):
        cents = sum(row.cents for row in Posting.objects.of(organization).filter(account=account))
        if account.kind.startswith("ar_"):
            assert cents >= 0
        if account.kind in {"unapplied", "refunds_payable", "suspense"}:
            assert cents <= 0


def test_the_payers_money_agrees_with_what_they_say_they_paid(
    organization: int, figures: Figures
) -> None:
    posted = RemitRecord.objects.of(organization).filter(status="posted")
    stated = sum(remit.paid_cents for remit in posted)
    rows = Posting.objects.of(organization)
    suspense = -sum(row.cents for row in rows.filter(account__kind="suspense"))
    recoup = sum(row.cents for row in rows.filter(account__kind="payer_recoup"))
    interest = -sum(row.cents for row in rows.filter(account__kind="interest"))
    refunds = -sum(row.cents for row in rows.filter(account__kind="refunds_payable"))
    assert stated == figures.paid_cents + suspense + interest + refunds - recoup


EXPECTED = {
    Story.PENDING_PROVIDER: ({"claim.held", "claim.cleared", "claim.paid"}, set()),
    Story.LAPSED_COVERAGE: ({"claim.held", "claim.edited", "claim.submitted"}, set()),
    Story.DENIED_CORRECTED: ({"claim.denied", "claim.replaced"}, {"claim.paid"}),
    Story.TWO_PAYERS: ({"claim.paid"}, {"claim.submitted", "claim.paid"}),
    Story.RECOUPED: ({"claim.paid", "claim.reversed"}, set()),
    Story.TWO_PAYMENTS: ({"claim.paid", "claim.closed"}, set()),
    Story.REJECTED: ({"claim.rejected", "claim.edited", "claim.submitted"}, set()),
    Story.IN_SUSPENSE: ({"claim.submitted"}, set()),
    Story.HELD_BY_EDITS: ({"claim.assembled", "claim.held"}, set()),
}


@pytest.mark.parametrize("organization", [0, 2], ids=["seed 1", "seed 2"], indirect=True)
@pytest.mark.parametrize("story", Story)
def test_each_story_is_found_by_the_name_of_its_patient_and_happened(
    organization: int, story: Story
) -> None:
    first, last = STORY_NAMES[story].split(" ", 1)
    patient = Patient.objects.of(organization).get(last_name=last, first_name=first)
    root = ClaimRecord.objects.of(organization).filter(patient=patient, root=None).order_by("pk")
    events = Event.objects.of(organization).filter(record_kind="claim")
    own = set(events.filter(record_id=root[0].pk).values_list("action", flat=True))
    chain = ClaimRecord.objects.of(organization).filter(root=root[0])
    later = set(events.filter(record_id__in=chain.values("pk")).values_list("action", flat=True))
    expected_own, expected_later = EXPECTED[story]
    assert expected_own <= own
    assert expected_later <= later


def test_the_recouped_claim_leaves_nothing_on_the_payers_sub_ledger(organization: int) -> None:
    recoup = Posting.objects.of(organization).filter(account__kind="payer_recoup")
    assert recoup
    assert sum(row.cents for row in recoup) == 0


def test_the_patient_of_two_payments_paid_in_two_parts(organization: int) -> None:
    first, last = STORY_NAMES[Story.TWO_PAYMENTS].split(" ", 1)
    patient = Patient.objects.of(organization).get(last_name=last, first_name=first)
    rows = Posting.objects.of(organization).filter(
        entry__reason="receive_patient_payment", account__patient_id=patient.pk
    )
    assert len({row.entry_id for row in rows}) >= 2
    assert Entry.objects.of(organization).filter(reason="receive_patient_payment")


def test_the_chain_can_be_verified_again(lives: list[tuple[int, Figures]]) -> None:
    report = verify_chain(lives[1][0])
    assert (report.faults, report.events) == ((), lives[1][1].audit.events)
