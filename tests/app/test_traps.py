"""The traps that billing software falls into with money, each by its name."""

from datetime import date

import msgspec
import pytest

from app.desk import ACTOR, SERVICE_ON, VISIT, Desk, at, era, profile
from cleanclaim.app.claiming import change_coverage
from cleanclaim.app.collecting import bill_next_payer
from cleanclaim.app.documenting import CodedService, document_encounter, record_charges
from cleanclaim.app.enrolling import PayerTerms, record_payer
from cleanclaim.app.posting import read_remittance_file
from cleanclaim.app.reading.exports import write_csv
from cleanclaim.app.reading.reports import REPORTS, Asked, read_report
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.claims.model import Procedure
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.remits.adjustment_reasons import REASON_RULES
from cleanclaim.remits.matching import CandidateLine, match_lines
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.tenancy import within
from conftest import Practice

LATER = date(2026, 4, 27)
PAID = "CLP*C0000001*1*200*100**12*ICN1~CAS*CO*45*100~"
BACK = "CLP*C0000001*22*-200*-100**12*ICN1~CAS*CO*45*-100~"


@pytest.fixture
def claim(desk: Desk) -> ClaimRecord:
    """Bring a claim of 200.00 to the first payer."""
    return desk.submitted(desk.patient())


def _denials(desk: Desk) -> int:
    with within(desk.organization):
        return Denial.objects.of(desk.organization).count()


@pytest.mark.usefixtures("claim")
def test_trap_01_signs_of_adjustments_are_kept(desk: Desk) -> None:
    before = desk.every_account()
    desk.posted(era(PAID, paid="100"))
    assert desk.kind(AccountKind.CONTRACTUAL) == 10_000
    back = era(BACK, paid="0", trace="BACK", provider_level="FB:BACK*-100")
    desk.posted(back)
    assert desk.kind(AccountKind.CONTRACTUAL) == 0
    left = {key: c for key, c in desk.every_account().items() if "|ICN" not in key}
    moved = {k: v for k, v in left.items() if k not in before}
    # The cash came and went: what the payer will take is told, and all else is as it was.
    assert {k: v for k, v in left.items() if k in before} == before
    assert sum(moved.values()) == 0


def test_trap_02_no_line_is_invented_to_balance(desk: Desk, claim: ClaimRecord) -> None:
    before = desk.every_account()
    short = PAID.replace("CAS*CO*45*100", "CAS*CO*45*90")
    (result,) = desk.post(era(short, paid="100"))
    assert (result.outcome, desk.every_account()) == ("quarantined", before)
    assert {finding.rule for finding in result.findings} & {"REMIT.G2", "REMIT.G3", "REMIT.G4"}
    assert desk.owes(claim) == 20_000


def test_trap_03_units_remarks_and_other_qualifiers_are_kept(desk: Desk) -> None:
    desk.submitted(desk.patient(), VISIT)
    told = (
        "CLP*C0000001*1*200*120**12*ICN1~MOA***N130*MA01~"
        "SVC*NU:0450*150*90**2**3~DTM*472*20260410~CAS*CO*45*60~REF*6R*1~"
        "SVC*HC:36415*50*30**1~DTM*472*20260410~CAS*CO*45*20~REF*6R*2~"
    )
    desk.posted(era(told, paid="120"))
    (decision,) = desk.decisions()
    line = decision.content["lines"][0]
    assert (line["units_paid"], line["original_units"]) == ("2", "3")
    assert line["revenue_code"] == "0450"
    assert decision.content["remarks"] == ["N130", "MA01"]
    assert desk.kind(AccountKind.CASH_CLEARING) == 12_000


@pytest.mark.usefixtures("claim")
def test_trap_04_a_contractual_adjustment_is_no_denial(desk: Desk) -> None:
    desk.posted(era(PAID, paid="100"))
    assert _denials(desk) == 0
    labels = {rule.reason: rule.label for rule in REASON_RULES}
    assert labels["24"] == "covered by capitation"
    assert len({rule.reason for rule in REASON_RULES}) == len(REASON_RULES)


@pytest.mark.usefixtures("claim")
def test_trap_05_a_take_back_pairs_by_the_claim_and_not_by_the_hour(desk: Desk) -> None:
    second = desk.submitted(desk.patient("Other", "Otto"))
    desk.posted(era(PAID, paid="100"))
    other = PAID.replace("C0000001", second.control_number).replace("ICN1", "ICN2")
    desk.posted(era(other, paid="100", trace="LATER"))
    desk.posted(era(BACK, paid="0", trace="BACK", provider_level="FB:BACK*-100"))
    states = [desk.owes(one) for one in (desk.claim(second), desk.claim(second.pk - 1))]
    assert states == [0, 20_000]
    stranger = BACK.replace("C0000001", "NOBODY").replace("ICN1", "ICN77")
    desk.posted(era(stranger, paid="0", trace="GONE", provider_level="FB:GONE*-100"))
    assert desk.decisions()[-1].outcome == "suspended"
    assert desk.decisions()[-1].reason


def test_trap_06_a_secondary_payer_moves_real_amounts(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(second=True))
    left = "CLP*C0000001*1*200*100*50*12*ICN1~CAS*CO*45*50~CAS*PR*1*20**2*20**3*10~"
    desk.posted(era(left, paid="100"))
    assert (desk.owes(claim, 0), desk.owes(claim, 1)) == (0, 5_000)
    with within(desk.organization):
        second = Coverage.objects.of(desk.organization).get(patient=claim.patient, rank=2)
    verify_coverage(**desk.who, at=at(LATER), coverage=second.pk, service_on=SERVICE_ON)
    billed = bill_next_payer(**desk.who, at=at(LATER), claim=claim.pk, coverage=second)
    _, causes = release_claim(**desk.who, at=at(LATER), claim=billed.pk)
    assert causes == ()
    submit_claims(**desk.who, at=at(LATER), payer=desk.payers[1])
    answer = f"CLP*{billed.control_number}*2*200*30*20*12*SEC1~CAS*OA*23*150~CAS*PR*1*10**2*6**3*4~"
    desk.posted(era(answer, paid="30", trace="SECOND", payer=2))
    assert (desk.owes(claim, 1), desk.patient_owes(claim)) == (0, 2_000)
    assert desk.kind(AccountKind.CASH_CLEARING) == 13_000


def test_trap_07_a_dropped_modifier_matches_and_a_tie_does_not(desk: Desk) -> None:
    coded = CodedService("99213", ("I10",), ("25",), charge_cents=20_000)
    claim = desk.submitted(desk.patient(), (coded,))
    line = "SVC*HC:99213*200*100**1~DTM*472*20260410~CAS*CO*45*100~"
    desk.posted(era(f"CLP*C0000001*1*200*100**12*ICN1~{line}", paid="100"))
    assert desk.owes(claim) == 0
    (read,) = desk.decisions()
    lines = msgspec.convert(read.content, RemitClaim, strict=False).lines
    twins = [
        CandidateLine(number, Procedure("99213", modifiers=(code,)), 20_000, SERVICE_ON, "")
        for number, code in ((1, "25"), (2, "59"))
    ]
    assert match_lines(lines, twins) == (None,)


def test_trap_15_a_failed_answer_changes_no_coverage(practice: Practice) -> None:
    desk = Desk(practice.organization, {1: profile(1, members=())})
    patient = desk.patient()
    with within(desk.organization):
        before = Coverage.objects.of(desk.organization).filter(patient=patient).values().get()
    card = before["id"]
    answer = verify_coverage(**desk.who, at=at(), coverage=card, service_on=SERVICE_ON)
    assert answer.status != "active"
    with within(desk.organization):
        after = Coverage.objects.of(desk.organization).filter(patient=patient).values().get()
    assert after == before


def test_trap_16_every_claim_has_a_deadline_or_says_that_none_is_known(desk: Desk) -> None:
    known = desk.assembled(desk.patient())
    assert known.filing_due_on is not None
    assert (known.filing_due_on - SERVICE_ON).days == 180
    terms = PayerTerms("Payer 3", "PAY03", "CI", None, None, "")
    payer = record_payer(**desk.who, at=at(), terms=terms)
    desk.payers.append(payer)
    patient = desk.patient("Later", "Lou")
    card = desk.cover(patient, payer, 3)
    why = "no limit is known here"
    moved = change_coverage(**desk.who, at=at(), claim=known.pk, coverage=card, reason=why)
    assert moved.filing_due_on is None


def test_trap_18_a_claim_outside_an_enrollment_is_held(practice: Practice) -> None:
    desk = Desk(practice.organization)
    desk.enroll(since=date(2026, 5, 1))
    claim = desk.assembled(desk.patient())
    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    assert causes
    assert desk.claim(claim).state == "held"


@pytest.mark.usefixtures("claim")
def test_trap_19_figures_are_recomputed_and_an_empty_book_says_so(desk: Desk) -> None:
    desk.posted(era(PAID, paid="100"))
    asked = Asked.on(LATER)
    with within(desk.organization):
        view = read_report(desk.organization, "net-collection", asked)
        rows = Posting.objects.of(desk.organization).values_list("account__kind", "cents")
        revenue = -sum(cents for kind, cents in rows if kind == "revenue")
        cash = sum(cents for kind, cents in rows if kind == "cash_clearing")
        off = sum(cents for kind, cents in rows if kind == "contractual")
    assert view.totals[:3] == (revenue, cash, off)
    assert view.rate == cash / (revenue - off)


def test_trap_19_an_empty_book_has_no_figures(desk: Desk) -> None:
    with within(desk.organization):
        views = [read_report(desk.organization, name, Asked.on(LATER)) for name in REPORTS]
    assert all(view.rows == () and view.rate is None for view in views)


@pytest.mark.usefixtures("claim")
def test_trap_20_an_exported_column_sums_to_the_screen(desk: Desk) -> None:
    desk.posted(era(PAID, paid="100"))
    with within(desk.organization):
        view = read_report(desk.organization, "trial-balance", Asked.on(LATER))
    rows = [line.split(",") for line in write_csv(view).splitlines()[1:]]
    summed = tuple(sum(round(float(row[place]) * 100) for row in rows) for place in (1, 2))
    assert summed == view.totals
    assert summed[0] > 0


@pytest.mark.usefixtures("claim")
def test_trap_21_a_remittance_twice_and_a_visit_on_two(desk: Desk) -> None:
    content = era(PAID, paid="100")
    desk.posted(content)
    before = desk.every_account()
    (again,) = read_remittance_file(
        organization=desk.organization, actor=ACTOR, at=at(LATER), file=desk.keep(content)
    )
    assert (again.outcome, desk.every_account()) == ("duplicate", before)
    second = desk.submitted(desk.patient("Other", "Otto"))
    new = PAID.replace("C0000001", second.control_number).replace("ICN1", "ICN2")
    desk.posted(era(PAID, new, paid="200", trace="BOTH"))
    assert [row.outcome for row in desk.decisions()] == ["paid", "suspended", "paid"]


def test_trap_22_a_deductible_and_a_denial_of_nothing_paid_differ(
    desk: Desk, claim: ClaimRecord
) -> None:
    second = desk.submitted(desk.patient("Other", "Otto"))
    deductible = "CLP*C0000001*1*200*0*200*12*ICN1~CAS*PR*1*200~"
    denied = f"CLP*{second.control_number}*4*200*0**12*ICN2~CAS*CO*50*200~"
    desk.posted(era(deductible, denied, paid="0"))
    assert (desk.state(claim), desk.state(second)) == ("paid", "denied")
    assert (desk.patient_owes(claim), desk.owes(claim)) == (20_000, 0)
    assert (desk.patient_owes(second), desk.owes(second)) == (0, 20_000)
    assert desk.kind(AccountKind.WRITE_OFF) == desk.kind(AccountKind.CONTRACTUAL) == 0


def test_trap_13_what_is_missing_is_asked_for_and_never_made_up(desk: Desk) -> None:
    visit = document_encounter(
        **desk.who,
        at=at(),
        patient=desk.patient().pk,
        provider=desk.provider,
        location=desk.location,
        service_on=SERVICE_ON,
        note="Follow-up.",
    )
    services = (CodedService("99213", ("I10",)),)
    charges, findings = record_charges(**desk.who, at=at(), encounter=visit.pk, services=services)
    assert (charges, [finding.rule for finding in findings]) == ([], ["CHARGE.FEE"])
