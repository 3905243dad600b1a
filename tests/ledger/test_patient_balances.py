"""A debt's parts sum to its charge, and three computations of the balance agree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.workflow import ClaimState
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer, balances
from cleanclaim.ledger.book import Book, Outcome
from cleanclaim.ledger.entries import (
    Occasion,
    Owed,
    apply_contractual,
    apply_payment,
    bill_payer,
    move_to_patient,
    record_charge,
)
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.ledger.patient_balances import (
    ShareKind,
    Standing,
    judge_standing,
    share_out,
    tell_debts,
)
from cleanclaim.ledger.patient_entries import (
    GivenUp,
    charge_self_pay,
    give_up,
    keep_unapplied,
    pay_share,
    return_payment,
    returned_receivable,
    use_credit,
    visit_receivable,
)
from cleanclaim.ledger.statements import make_statement

ON = date(2026, 4, 10)
OWED = Owed("1", "7")
DEBT = OWED.account(AccountKind.AR_PATIENT)
VISIT = visit_receivable("7", 3)


def on(*parts: str | int) -> Occasion:
    return Occasion(parts, ON)


def decided(share: int, reason: str = "PR-1") -> list[Transfer]:
    """Charge 200.00, of which 20.00 are contract and a share is the patient's."""
    return [
        record_charge(on("charge"), 20_000, owed=OWED),
        bill_payer(on("bill"), 20_000, owed=OWED, payer="9"),
        apply_payment(on("pay"), 18_000 - share, owed=OWED, payer="9", remit="r"),
        apply_contractual(on("45"), 2_000, owed=OWED, payer="9"),
        move_to_patient(on("share"), share, owed=OWED, payer="9", reason=reason),
    ]


def test_a_share_that_goes_back_to_the_payer_is_no_payment() -> None:
    back = move_to_patient(on("back"), -3_000, owed=OWED, payer="9", reason="call_back")
    (debt,) = tell_debts("7", [*decided(8_000), back])
    assert debt.shares == {ShareKind.DEDUCTIBLE: 5_000}
    assert (debt.owed_cents, debt.patient_paid_cents, debt.pending_cents) == (5_000, 0, 3_000)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("PR-1", ShareKind.DEDUCTIBLE),
        ("PR-2", ShareKind.COINSURANCE),
        ("PR-3", ShareKind.COPAY),
        ("PR-204", ShareKind.NOT_COVERED),
    ],
)
def test_the_payers_reason_is_told_in_the_patients_words(reason: str, kind: ShareKind) -> None:
    (debt,) = tell_debts("7", decided(8_000, reason))
    assert debt.shares == {kind: 8_000}


_ACTS = st.tuples(
    st.sampled_from(["pay", "visit", "hold", "use", "forgive", "return", "again"]),
    st.integers(1, 12_000),
)


@given(st.integers(1, 18_000), st.lists(_ACTS, max_size=12))
def test_the_parts_sum_and_three_computations_agree(
    share: int, acts: list[tuple[str, int]]
) -> None:
    book = Book(decided(min(share, 17_999)))
    for number, (act, cents) in enumerate(acts):
        entry = _entry(act, cents, number)
        assert book.append(entry).outcome in {Outcome.APPENDED, Outcome.REFUSED}
    debts = tell_debts("7", book.transfers)
    for debt in debts:
        if debt.account.reference != "returned":
            parts = debt.insurance_paid_cents + debt.adjusted_cents + debt.pending_cents
            assert debt.charged_cents == parts + debt.share_cents
        assert debt.owed_cents == balances(book.transfers).get(debt.account, 0)
    told = sum(debt.owed_cents for debt in debts)
    summed = sum(c for key, c in book.balances.items() if key.kind is AccountKind.AR_PATIENT)
    assert told == make_statement("7", book.transfers).patient_owes_cents == summed


def _entry(act: str, cents: int, number: int) -> Transfer:
    made = {
        "pay": lambda: pay_share(on(number), cents, receivable=DEBT, receipt="c"),
        "visit": lambda: charge_self_pay(on(number), cents, receivable=VISIT),
        "hold": lambda: keep_unapplied(on(number), cents, patient="7", receipt="c"),
        "use": lambda: use_credit(on(number), cents, receivable=VISIT),
        "forgive": lambda: give_up(
            on(number),
            cents,
            receivable=DEBT,
            why=GivenUp.ASSISTANCE,
            policy="Policy",
            approver="1",
        ),
        "return": lambda: return_payment(
            on(number), cents, receivable=DEBT, receipt="c", reason="chargeback"
        ),
        "again": lambda: return_payment(
            on(number), cents, receivable=returned_receivable("7"), receipt="c", reason="refund"
        ),
    }
    return made[act]()


def test_nothing_is_given_up_without_policy_and_person() -> None:
    for policy, approver in (("", "1"), ("Policy", "")):
        with pytest.raises(ValueError, match="under a policy and by a person"):
            give_up(
                on("x"),
                1,
                receivable=DEBT,
                why=GivenUp.BAD_DEBT,
                policy=policy,
                approver=approver,
            )


def test_a_debt_waits_for_whatever_is_not_done() -> None:
    done = {ClaimState.PAID, ClaimState.CLOSED}

    def judged(
        states: set[ClaimState] = done,
        pending: int = 0,
        *,
        denial: bool = False,
        disputed: bool = False,
    ) -> Standing:
        return judge_standing(
            states=states, pending_cents=pending, has_open_denial=denial, is_disputed=disputed
        )

    assert judged() is Standing.DUE
    assert judged(pending=1) is Standing.INSURANCE_PENDING
    assert judged(states={ClaimState.PAID, ClaimState.HELD}) is Standing.INSURANCE_PENDING
    assert judged(denial=True) is Standing.DENIAL_OPEN
    assert judged(denial=True, disputed=True) is Standing.DISPUTED
    for state in ClaimState:
        due = judged(states={state}) is Standing.DUE
        assert due == (
            state.value in {"paid", "partly_paid", "denied", "replaced", "voided", "closed"}
        )


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), max_size=5))
def test_money_is_shared_out_oldest_first_and_no_cent_is_lost(cents: int, owed: list[int]) -> None:
    debts = {
        AccountKey(AccountKind.AR_PATIENT, patient="7", claim=str(number)): each
        for number, each in enumerate(owed)
    }
    shares, left = share_out(cents, debts)
    assert sum(each for _, each in shares) + left == cents
    assert left == max(0, cents - sum(owed))
    paid = dict(shares)
    for before, after in zip(list(debts), list(debts)[1:], strict=False):
        assert after not in paid or paid.get(before, 0) == debts[before]


def test_a_legal_number_is_known_only_in_its_days_and_says_where_it_stands() -> None:
    term = find_term(LegalTerm.ESTIMATE_TOLERANCE_CENTS, as_of=date(2026, 1, 1))
    assert term is not None
    assert (term.value, "149.620" in term.source) == (40_000, True)
    assert find_term(LegalTerm.ESTIMATE_TOLERANCE_CENTS, as_of=date(2021, 12, 31)) is None
