"""What keeps a remittance out of the books, whole, and what meets one that is there already."""

from collections.abc import Callable
from datetime import date

import pytest

from app.desk import ACTOR, VISIT, Desk, at, envelope, era, transaction
from cleanclaim.app.booking import LedgerConflictError, book
from cleanclaim.app.connecting import keep_file
from cleanclaim.app.enrolling import PayerTerms, record_payer
from cleanclaim.app.posting import read_remittance_file, retry_remit
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.work import unit_of_work
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile, FileStep
from cleanclaim.store.tenancy import within


def paid(claim: ClaimRecord, cents: str = "120", off: str = "80") -> str:
    return f"CLP*{claim.control_number}*1*200*{cents}**12*ICN1~CAS*CO*45*{off}~"


@pytest.fixture
def claim(desk: Desk) -> ClaimRecord:
    return desk.submitted(desk.patient(), VISIT)


OUT: dict[str, tuple[Callable[[ClaimRecord], bytes], str]] = {
    "the payment is not the sum": (lambda c: era(paid(c), paid="121"), "REMIT.G1"),
    "the claim is not explained": (lambda c: era(paid(c, off="79"), paid="120"), "REMIT.G2"),
    "a line is not explained": (
        lambda c: era(
            f"CLP*{c.control_number}*1*200*120**12*ICN1~"
            "SVC*HC:99213*150*90~CAS*CO*45*59~SVC*HC:36415*50*30~CAS*CO*45*21~",
            paid="120",
        ),
        "REMIT.G3",
    ),
    "the lines are not the claim": (
        lambda c: era(
            f"CLP*{c.control_number}*1*200*120**12*ICN1~CAS*CO*45*50~"
            "SVC*HC:99213*150*120~CAS*CO*45*30~",
            paid="120",
        ),
        "REMIT.G4",
    ),
    "segments are missing": (
        lambda c: era(paid(c), paid="120").replace(b"PER*BL*PROVIDER SERVICES*TE*8005550100~", b""),
        "REMIT.G6",
    ),
    "the payee is another": (lambda c: era(paid(c), paid="120", npi="1992999874"), "REMIT.G7"),
}


@pytest.mark.parametrize("name", OUT)
def test_a_remittance_that_fails_a_gate_stays_out_whole(
    desk: Desk, claim: ClaimRecord, name: str
) -> None:
    write, rule = OUT[name]
    before = desk.every_account()
    (result,) = desk.post(write(claim))
    assert result.outcome == "quarantined"
    assert rule in {finding.rule for finding in result.findings}
    assert desk.every_account() == before
    assert desk.decisions() == []
    assert desk.state(claim) == "submitted"
    (task,) = desk.tasks()
    assert (task.kind, task.value_cents) == ("remit", desk.remits()[0].paid_cents)


def test_the_good_remittance_of_a_file_posts_beside_the_bad_one(
    desk: Desk, claim: ClaimRecord
) -> None:
    bad = transaction("CLP*OTHER*1*100*60**12*ICN9~CAS*CO*45*30~", paid="60", trace="BAD")
    good = transaction(paid(claim), paid="120", trace="GOOD")
    results = desk.post(envelope(bad, good))
    assert [result.outcome for result in results] == ["quarantined", "posted"]
    assert desk.state(claim) == "paid"


def test_the_same_file_twice_has_one_effect(desk: Desk, claim: ClaimRecord) -> None:
    content = era(paid(claim), paid="120")
    desk.posted(content)
    books = desk.every_account()
    (again,) = desk.post(content)
    assert again.outcome == "duplicate"
    assert desk.every_account() == books
    assert (len(desk.remits()), len(desk.decisions())) == (1, 1)
    with within(desk.organization):
        steps = FileStep.objects.of(desk.organization).filter(file__kind="835")
        assert [step.step for step in steps] == ["processed"]


def test_the_same_remittance_in_another_envelope_has_one_effect(
    desk: Desk, claim: ClaimRecord
) -> None:
    desk.posted(era(paid(claim), paid="120", control=1))
    (again,) = desk.post(era(paid(claim), paid="120", control=2))
    assert again.outcome == "duplicate"
    assert len(desk.remits()) == 1


@pytest.mark.parametrize(
    ("amount", "off"), [("120", "80"), ("120.01", "79.99")], ids=["same amount", "a cent more"]
)
def test_other_content_under_the_same_number_is_a_conflict(
    desk: Desk, claim: ClaimRecord, amount: str, off: str
) -> None:
    desk.posted(era(paid(claim), paid="120"))
    books = desk.every_account()
    other = paid(claim, amount, off).replace("*CO*45", "*CO*59")
    (result,) = desk.post(era(other, paid=amount, control=2))
    assert result.outcome == "quarantined"
    assert "REMIT.CONFLICT" in {finding.rule for finding in result.findings}
    assert desk.every_account() == books
    assert len(desk.tasks("remit")) == 1


def test_payers_that_number_all_payments_with_zeros_are_posted(
    desk: Desk, claim: ClaimRecord
) -> None:
    other = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(paid(claim), paid="120", trace="0000000"))
    second = f"CLP*{other.control_number}*1*200*110**12*ICN2~CAS*CO*45*90~"
    desk.posted(era(second, paid="110", trace="0000000", control=2))
    assert desk.state(other) == "paid"


def test_the_same_decision_in_another_remittance_is_held(desk: Desk, claim: ClaimRecord) -> None:
    desk.posted(era(paid(claim), paid="120", trace="FIRST"))
    desk.posted(era(paid(claim), paid="120", trace="SECOND", control=2))
    assert desk.books()["suspense"] == -12_000
    assert desk.owes(claim) == 0
    (task,) = desk.tasks("suspense")
    assert task.value_cents == 12_000
    assert [row.outcome for row in desk.decisions()] == ["paid", "suspended"]


def test_a_second_remittance_posts_its_own_claims_only(desk: Desk, claim: ClaimRecord) -> None:
    other = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(paid(claim), paid="120", trace="FIRST"))
    new = f"CLP*{other.control_number}*1*200*110**12*ICN2~CAS*CO*45*90~"
    desk.posted(era(paid(claim), new, paid="230", trace="SECOND", control=2))
    assert desk.books()["suspense"] == -12_000
    assert (desk.state(claim), desk.state(other)) == ("paid", "paid")


def test_a_stopped_remittance_posts_once_a_person_mended_the_cause(desk: Desk) -> None:
    content = era(
        "CLP*LEGACY1*1*200*120**12*ICN1~CAS*CO*45*80~", paid="120", payer=3, trace="STOPPED"
    )
    file = _without_payer(desk, content)
    (result,) = read_remittance_file(**desk.who, at=at(date(2026, 4, 24)), file=file)
    assert "REMIT.PAYER" in {finding.rule for finding in result.findings}
    assert desk.books() == {}
    told = {**desk.who, "at": at(date(2026, 4, 25))}
    assert retry_remit(**told, remit=result.remit).outcome == "quarantined"
    record_payer(**told, terms=PayerTerms("Payer 3", "PAY03", "CI"))
    assert retry_remit(**told, remit=result.remit).outcome == "posted"
    assert desk.books() == {"cash_clearing": 12_000, "suspense": -12_000}
    assert desk.tasks("remit") == []
    assert retry_remit(**told, remit=result.remit).outcome == "duplicate"


def _without_payer(desk: Desk, content: bytes) -> ExchangedFile:
    """Keep a file that somebody put in by hand, from a payer that is not recorded."""
    with unit_of_work(organization=desk.organization, actor=ACTOR, at=at()) as work:
        file, _ = keep_file(work, None, direction="in", kind="835", name="by hand", content=content)
    return file


def test_a_file_without_a_remittance_is_parked_with_a_task(desk: Desk) -> None:
    assert desk.post(b"this is no remittance") == []
    (task,) = desk.tasks("exchange")
    assert "could not be read" in task.title
    with within(desk.organization):
        assert FileStep.objects.of(desk.organization).filter(step="parked").count() == 1


def test_a_file_that_contradicts_the_books_does_not_keep_the_others_waiting(
    desk: Desk, claim: ClaimRecord
) -> None:
    huge = "CLP*BIG*1*99999999999999999999*99999999999999999999**12*ICN9~"
    desk.keep(era(huge, paid="99999999999999999999", trace="HUGE"))
    desk.keep(era(paid(claim), paid="120", trace="GOOD"))
    work_inbox(**desk.who, at=at(date(2026, 4, 24)))
    assert desk.state(claim) == "paid"
    assert desk.tasks()


def test_two_entries_of_one_id_are_refused_before_anything_is_booked(desk: Desk) -> None:
    bank = AccountKey(AccountKind.BANK)
    clearing = AccountKey(AccountKind.CASH_CLEARING, reference="R")
    one = Transfer("same", bank, clearing, 100, "deposit", date(2026, 4, 1))
    other = Transfer("same", bank, clearing, 200, "deposit", date(2026, 4, 1))
    with within(desk.organization), pytest.raises(LedgerConflictError):
        book([one, other], organization=desk.organization, at=at())
    with within(desk.organization):
        assert book([one, one], organization=desk.organization, at=at()) == 1
        assert book([one], organization=desk.organization, at=at()) == 0
        with pytest.raises(LedgerConflictError):
            book([other], organization=desk.organization, at=at())
    assert desk.books() == {"bank": 100, "cash_clearing": -100}
