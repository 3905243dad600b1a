"""A check run: what has fallen due is decided, gathered by payee, and paid with one 835 each."""

from datetime import date, datetime, time, timedelta

import msgspec

from cleanclaim.kernel.money import format_decimal
from cleanclaim.payers.connection import InboundFile
from cleanclaim.payers.sandbox.post_room import put_out, queue_file
from cleanclaim.payers.sandbox.profile import Fault, PayerProfile
from cleanclaim.payers.sandbox.remittance import (
    GUIDE,
    REVERSAL,
    Remittance,
    claim_number,
    write_remittance,
)
from cleanclaim.payers.sandbox.settlement import (
    Decision,
    ProviderAdjustment,
    collect_balances,
    forward_balance,
    payee_key,
    settle,
    take_back,
)
from cleanclaim.payers.sandbox.state import Matter, State, TakeBack

_RUN_HOUR = time(6)


class Payment(msgspec.Struct):
    """What one payee is paid in a run, while it is being gathered."""

    decisions: list[Decision] = []
    adjustments: list[ProviderAdjustment] = []


def run_checks(profile: PayerProfile, state: State, on: date) -> None:
    """Hold every check run up to the day, in order; each pays all that was due by its own day."""
    while (day := _next_run(profile, state, on)) is not None:
        matters = [matter for matter in state.queue if matter.due_on <= day]
        take_backs = [announced for announced in state.take_backs if announced.due_on <= day]
        state.queue = [matter for matter in state.queue if matter.due_on > day]
        state.take_backs = [a for a in state.take_backs if a.due_on > day]
        _pay(_gather(matters, take_backs, profile, state, day), profile, state, day)


def _next_run(profile: PayerProfile, state: State, on: date) -> date | None:
    """Give the first day up to ``on`` on which something that is due is paid."""
    due = [matter.due_on for matter in state.queue] + [a.due_on for a in state.take_backs]
    first = min(due, default=None)
    if first is None or first > on:
        return None
    if profile.check_weekday is None:
        return on
    day = first + timedelta((profile.check_weekday - first.weekday()) % 7)
    return day if day <= on else None


def _gather(
    matters: list[Matter],
    take_backs: list[TakeBack],
    profile: PayerProfile,
    state: State,
    day: date,
) -> dict[str, Payment]:
    """Decide everything due and gather it by payee; decisions of one claim stay together."""
    payments: dict[str, Payment] = {}
    for matter in sorted(matters, key=lambda m: (m.due_on, m.payer_claim_number)):
        for decision in settle(matter, profile, state, day):
            payment = payments.setdefault(payee_key(decision.matter), Payment())
            payment.decisions.append(decision)
            if decision.interest_cents:
                number = decision.adjudication.payer_claim_number
                interest = ProviderAdjustment("L6", number, -decision.interest_cents)
                payment.adjustments.append(interest)
    for announced in take_backs:
        decisions, adjustments = take_back(announced, profile, state, day)
        for decision in decisions:
            payment = payments.setdefault(payee_key(decision.matter), Payment())
            payment.decisions.append(decision)
        if decisions:
            payments[payee_key(decisions[0].matter)].adjustments.extend(adjustments)
    return payments


def _pay(payments: dict[str, Payment], profile: PayerProfile, state: State, day: date) -> None:
    """Write one 835 a payee, after what the payee owes has been collected."""
    for payee, payment in payments.items():
        state.trace_number += 1
        trace = f"{state.seed % 1000:03d}{state.trace_number:09d}"
        payment.adjustments += collect_balances(payee, state, day)
        remittance = _remit(payment, trace, day)
        forwarded = forward_balance(payee, remittance.paid_cents, trace, state, day)
        payment.adjustments += forwarded
        _deliver(_remit(payment, trace, day), profile, state)


def _remit(payment: Payment, trace: str, day: date) -> Remittance:
    payee = payment.decisions[0].matter.claim.billing
    return Remittance(trace, day, payee, tuple(payment.decisions), tuple(payment.adjustments))


def _deliver(remittance: Remittance, profile: PayerProfile, state: State) -> None:
    """Queue the file, and do to it what the faults of its claims ask for."""
    party = remittance.decisions[0].matter.party
    at = datetime.combine(remittance.paid_on, _RUN_HOUR)
    body = write_remittance(remittance, profile)
    file = queue_file(state, profile, party, GUIDE, [body], at)
    forward = [d for d in remittance.decisions if d.adjudication.status != REVERSAL]
    for decision in forward:
        if Fault.UNBALANCED in decision.matter.faults:
            file = _unbalance(file, decision)
    state.outbox[-1] = msgspec.structs.replace(state.outbox[-1], file=file)
    if any(Fault.DUPLICATE_FILE in d.matter.faults for d in forward):
        again = InboundFile(f"again-{file.name}", file.content)
        put_out(state, again, remittance.paid_on + timedelta(1))


def _unbalance(file: InboundFile, decision: Decision) -> InboundFile:
    """Pay a dollar more for the claim than its adjustments leave, in the finished file."""
    adjudication = decision.adjudication
    start = f"CLP*{claim_number(decision)}*{adjudication.status}*"
    charge = format_decimal(adjudication.charge_cents)
    right = f"{start}{charge}*{format_decimal(adjudication.paid_cents)}*"
    wrong = f"{start}{charge}*{format_decimal(adjudication.paid_cents + 100)}*"
    return InboundFile(file.name, file.content.replace(right.encode(), wrong.encode(), 1))
