"""The simulated payer as a connection: files in, answers and remittances out, day by day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from cleanclaim.payers.connection import InboundFile, OutboundFile, Receipt, receipt_for
from cleanclaim.payers.sandbox.check_run import run_checks
from cleanclaim.payers.sandbox.intake import take_in
from cleanclaim.payers.sandbox.post_room import hand_out
from cleanclaim.payers.sandbox.profile import PayerProfile
from cleanclaim.payers.sandbox.state import State, load_state


class SandboxPayer:
    """A payer that answers 837P, 270 and 276 by its profile, the same way for the same seed.

    It is a ``PayerConnection``. It has no clock: its caller tells the days, in order.
    """

    def __init__(self, profile: PayerProfile, seed: int = 0) -> None:
        self.profile = profile
        self.state = State(seed)

    @classmethod
    def resume(cls, profile: PayerProfile, state: bytes) -> Self:
        """Go on from a state that ``state.dump()`` wrote."""
        payer = cls(profile)
        payer.state = load_state(state)
        return payer

    def send(self, files: Iterable[OutboundFile], *, at: datetime) -> tuple[Receipt, ...]:
        """Take files in: acknowledge each, answer questions, queue accepted claims."""
        receipts = []
        for file in files:
            take_in(file.content, self.profile, self.state, at)
            receipts.append(receipt_for(file, at))
        return tuple(receipts)

    def receive(self, on: date) -> tuple[InboundFile, ...]:
        """Write the checks that have fallen due and hand out every file ready by the day."""
        run_checks(self.profile, self.state, on)
        return hand_out(self.state, on)
