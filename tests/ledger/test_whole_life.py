"""Twenty thousand steps through the whole life of the money, and not a cent astray."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cleanclaim.ledger.accounts import Transfer
from ledger.whole_life import WholeLife

STEPS = int(os.environ.get("CLEANCLAIM_LIFE_STEPS", "20000"))
_EACH = 100


def _settings(steps: int) -> settings:
    return settings(
        # A quarter more, for an example may end early.
        max_examples=steps * 5 // (_EACH * 4) + 1,
        stateful_step_count=_EACH,
        deadline=None,
        derandomize="CLEANCLAIM_LIFE_STEPS" not in os.environ,
        database=None,
        phases=[Phase.generate] + [Phase.shrink] * ("CLEANCLAIM_LIFE_STEPS" in os.environ),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.reliability
def test_nothing_is_lost_whatever_happens_in_any_order() -> None:
    WholeLife.steps_taken = 0
    run_state_machine_as_test(WholeLife, settings=_settings(STEPS))
    assert WholeLife.steps_taken >= STEPS


@pytest.mark.reliability
@pytest.mark.parametrize("saboteur", ["a cent more", "a denial taken off", "a closed month"])
def test_the_machine_sees_what_breaks_its_rules(
    saboteur: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each break of a rule is found."""
    from cleanclaim.ledger import book
    from cleanclaim.ledger.periods import ClosedMonths
    from cleanclaim.remits import allocation
    from cleanclaim.remits.adjustment_reasons import AllocationKind

    if saboteur == "a cent more":

        def careless(self: book.Book, transfer: Transfer) -> None:
            self._transfers[transfer.id] = transfer
            self._balances[transfer.debit] = self.balance(transfer.debit) + transfer.cents + 1
            self._balances[transfer.credit] = self.balance(transfer.credit) - transfer.cents

        monkeypatch.setattr(book.Book, "_post", careless)
    elif saboteur == "a denial taken off":
        monkeypatch.setattr(allocation, "_kind", lambda *_, **__: AllocationKind.CONTRACTUAL)
    else:
        monkeypatch.setattr(ClosedMonths, "day_for", lambda _, day, __: day)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(WholeLife, settings=_settings(4_000))
