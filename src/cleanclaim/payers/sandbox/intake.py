"""Reading what a practice sends: claims and questions, acknowledged and queued."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, Frequency
from cleanclaim.payers.sandbox.benefits import GUIDE as BENEFITS_GUIDE
from cleanclaim.payers.sandbox.benefits import write_answers
from cleanclaim.payers.sandbox.chance import draw, hits
from cleanclaim.payers.sandbox.front_desk import GUIDE as STATUS_GUIDE
from cleanclaim.payers.sandbox.front_desk import (
    Answer,
    Submission,
    examine,
    write_acknowledgement,
)
from cleanclaim.payers.sandbox.post_room import acknowledge_file, queue_file
from cleanclaim.payers.sandbox.profile import Fault, PayerProfile
from cleanclaim.payers.sandbox.state import Matter, Party, State
from cleanclaim.payers.sandbox.status_desk import GUIDE as REPLIES_GUIDE
from cleanclaim.payers.sandbox.status_desk import write_replies
from cleanclaim.x12 import Loop, Unit, read

_CLAIMS = "005010X222A1"
_QUESTIONS = "005010X279A1"


class Transaction(msgspec.Struct):
    """One transaction set of a file: its units, and where it stood in the envelope."""

    party: Party
    group_number: str
    control_number: str
    guide: str
    units: list[Unit]


def take_in(content: bytes, profile: PayerProfile, state: State, at: datetime) -> None:
    """Read a file and put the answers into the outbox and accepted claims into the queue.

    The payer obeys its own acknowledgement: what the 999 refuses is read no further.
    """
    accepted = acknowledge_file(content, state, at)
    for transaction in _transactions(content):
        if (transaction.group_number, transaction.control_number) not in accepted:
            continue
        if transaction.guide == _CLAIMS:
            _take_claims(transaction, profile, state, at)
        elif transaction.guide == _QUESTIONS:
            answer = write_answers(transaction.units, profile, state, at)
            queue_file(state, profile, transaction.party, BENEFITS_GUIDE, [answer], at)
        elif transaction.guide == REPLIES_GUIDE:
            replies = write_replies(transaction.units, profile, state, at)
            if replies is not None:
                queue_file(state, profile, transaction.party, REPLIES_GUIDE, [replies], at)


def plan_faults(claim: Claim, profile: PayerProfile, seed: int) -> tuple[Fault, ...]:
    """Give the faults that the profile has in store for the claim."""
    number = claim.patient_control_number
    return tuple(
        rule.fault
        for rule in profile.faults
        if number in rule.claims or hits(rule.percent, seed, rule.fault, number)
    )


def _transactions(content: bytes) -> Iterator[Transaction]:
    """Give the transactions that hold units, in the order of the file."""
    for _, group in groupby(read_units(content), key=_place):
        units = list(group)
        first = units[0]
        envelope = first.interchange
        party = Party(envelope.get(5), envelope.get(6).strip(), first.group.get(2))
        numbers = (first.group.get(6), first.control_number)
        yield Transaction(party, *numbers, first.guide, units)


def read_units(content: bytes) -> Iterator[Unit]:
    """Read the units of a file, passing over everything around them."""
    return (event for event in read(content) if isinstance(event, Unit))


def _place(unit: Unit) -> tuple[str, str, str]:
    return unit.interchange.get(13), unit.group.get(6), unit.control_number


def _take_claims(
    transaction: Transaction, profile: PayerProfile, state: State, at: datetime
) -> None:
    answers = []
    for unit in transaction.units:
        claim, unread = read_claim(unit)
        findings = [*unread, *(found.as_finding() for found in unit.findings)]
        faults = plan_faults(claim, profile, state.seed)
        status = examine(claim, findings, profile, state)
        if Fault.SILENT in faults:
            continue
        if not status.accepted:
            answers.append(Answer(claim, status))
            continue
        matter = _open_matter(claim, transaction.party, faults, profile, state, at.date())
        state.queue.append(matter)
        answers.append(Answer(claim, status, matter.payer_claim_number))
    if answers:
        header = transaction.units[0].ancestors[0]
        body = write_acknowledgement(_read_submission(header), answers, profile, at)
        queue_file(state, profile, transaction.party, STATUS_GUIDE, [body], at)


def _open_matter(
    claim: Claim,
    party: Party,
    faults: tuple[Fault, ...],
    profile: PayerProfile,
    state: State,
    on: date,
) -> Matter:
    """Give the claim its number and its day of payment, never before what it replaces."""
    state.claim_number += 1
    number = f"{on:%y%j}{state.seed % 1000:03d}{state.claim_number:07d}"
    spread = draw(profile.delay_spread_days + 1, state.seed, "delay", number)
    promised_on = due_on = on + timedelta(profile.delay_days + spread)
    if Fault.LATE in faults or Fault.INTEREST in faults:
        due_on += timedelta(profile.late_days)
    if claim.frequency in {Frequency.REPLACEMENT, Frequency.VOID}:
        waiting = (m for m in state.queue if m.payer_claim_number == claim.payer_claim_number)
        due_on = max([due_on, *(matter.due_on for matter in waiting)])
    return Matter(number, claim, party, on, promised_on, due_on, faults)


def _read_submission(header: Loop) -> Submission:
    """Read who submitted and under which reference from the header of an 837."""
    opening, submitter = header.find("BHT"), header.child("1000A")
    name = submitter.find("NM1", "41") if submitter else None
    return Submission(
        submitter=name.get(3) if name else "",
        submitter_id=name.get(9) if name else "",
        reference=opening.get(3) if opening else "",
    )
