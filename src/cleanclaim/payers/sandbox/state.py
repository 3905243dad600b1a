"""What the simulated payer remembers between two calls, as one value that can be kept in a file."""

from datetime import date

import msgspec

from cleanclaim.claims.model import Claim
from cleanclaim.payers.connection import InboundFile
from cleanclaim.payers.sandbox.adjudication import Accumulators, Adjudication
from cleanclaim.payers.sandbox.profile import Fault


class Party(msgspec.Struct, frozen=True):
    """Who sent a file and gets the answers: interchange qualifier and id, application id."""

    qualifier: str
    identifier: str
    application: str


class Matter(msgspec.Struct, frozen=True):
    """An accepted claim on its way: due for payment on ``due_on``, usual date ``promised_on``."""

    payer_claim_number: str
    claim: Claim
    party: Party
    received_on: date
    promised_on: date
    due_on: date
    faults: tuple[Fault, ...] = ()


class Settled(msgspec.Struct):
    """A claim that was paid or denied; ``reversed_by`` names what took its place, if anything."""

    matter: Matter
    adjudication: Adjudication
    year: int
    reversed_by: str = ""


class TakeBack(msgspec.Struct, frozen=True):
    """An overpayment to be announced on ``due_on``."""

    payer_claim_number: str
    due_on: date


class Balance(msgspec.Struct, frozen=True):
    """What a payee owes the payer from ``due_on``: WO overpayment or FB forwarded balance."""

    reason: str
    reference: str
    cents: int
    due_on: date


class Queued(msgspec.Struct, frozen=True):
    """A file that is handed out to whoever asks on ``due_on`` or later."""

    due_on: date
    file: InboundFile


class State(msgspec.Struct):
    """The payer's books. Counters hold the last number given out."""

    seed: int
    interchange_number: int = 0
    claim_number: int = 0
    trace_number: int = 0
    queue: list[Matter] = []
    settled: dict[str, Settled] = {}
    accumulators: dict[str, Accumulators] = {}
    paid_services: dict[str, str] = {}
    take_backs: list[TakeBack] = []
    balances: dict[str, list[Balance]] = {}
    outbox: list[Queued] = []

    def dump(self) -> bytes:
        """Write the state as JSON, the same bytes for the same state."""
        return msgspec.json.encode(self, order="deterministic")

    def knows(self, payer_claim_number: str) -> bool:
        """Tell whether the number is a claim's that is in the queue or stands settled."""
        settled = self.settled.get(payer_claim_number)
        if settled is not None:
            return not settled.reversed_by
        return any(matter.payer_claim_number == payer_claim_number for matter in self.queue)


def load_state(content: bytes) -> State:
    """Read a state that ``State.dump`` wrote."""
    return msgspec.json.decode(content, type=State)
