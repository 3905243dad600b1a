"""The daily round after claims have left; a scheduler, a command or a button may start it."""

from datetime import datetime
from typing import Any

import msgspec

from cleanclaim.app.filing import sweep_filing
from cleanclaim.app.inquiring import StatusSweep, sweep_statuses
from cleanclaim.app.interest import find_interest
from cleanclaim.app.reexamining import reexamine_changed
from cleanclaim.app.secondaries import Followed, bill_next_payers, end_crossovers
from cleanclaim.app.underpayments import Comparison, compare_payments
from cleanclaim.store.events.chain import Actor


class Round(msgspec.Struct, frozen=True):
    """What one round did; ``near`` are claims whose filing limit is near or past.

    ``released`` counts held claims that became ready.
    """

    statuses: StatusSweep
    next_payers: Followed
    near: int
    payments: Comparison
    interest_cents: int
    released: int


def make_round(*, organization: int, actor: Actor, at: datetime) -> Round:
    """Do all that is due today, each part in a transaction of its own; again is harmless."""
    who: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
    end_crossovers(**who)
    followed = bill_next_payers(**who)
    return Round(
        sweep_statuses(**who),
        followed,
        sweep_filing(**who),
        compare_payments(**who),
        find_interest(**who),
        len(reexamine_changed(**who)),
    )
