"""Deciding what has fallen due, and keeping the member's and the payee's books straight."""

from datetime import date, timedelta

import msgspec

from cleanclaim.claims.model import Claim, Frequency
from cleanclaim.payers.sandbox.adjudication import (
    Accumulators,
    Adjudication,
    adjudicate,
    lower,
    reverse,
)
from cleanclaim.payers.sandbox.policies import Standing
from cleanclaim.payers.sandbox.profile import (
    ALWAYS,
    Fault,
    Member,
    PayerProfile,
    plain_member_id,
    service_key,
)
from cleanclaim.payers.sandbox.state import Balance, Matter, Settled, State, TakeBack


class Decision(msgspec.Struct, frozen=True):
    """One claim of a remittance; ``original`` is the payer claim number that it corrects."""

    matter: Matter
    adjudication: Adjudication
    original: str = ""
    interest_cents: int = 0


class ProviderAdjustment(msgspec.Struct, frozen=True):
    """An amount outside any claim (PLB): a positive one takes from the payment."""

    reason: str
    reference: str
    cents: int


def settle(matter: Matter, profile: PayerProfile, state: State, on: date) -> list[Decision]:
    """Decide a matter on the day of payment, write the books, and give its claim payments.

    A replacement reverses what stands for the number it names before it is decided anew; a void
    only reverses (835 guide, reversal and correction).
    """
    decisions: list[Decision] = []
    original = _standing_claim(matter.claim, state)
    if original is not None:
        decisions.append(_reverse(original, matter.payer_claim_number, state))
    if matter.claim.frequency is Frequency.VOID:
        return decisions
    adjudication = _adjudicate(matter, profile, state)
    _enter(Settled(matter, adjudication, service_year(matter)), state)
    if Fault.RECOUP in matter.faults and adjudication.paid_cents > 0:
        due_on = on + timedelta(profile.recoup_after_days)
        state.take_backs.append(TakeBack(matter.payer_claim_number, due_on))
    replaced = "" if original is None else original.matter.payer_claim_number
    interest = _interest(matter, adjudication, profile, on)
    return [*decisions, Decision(matter, adjudication, replaced, interest)]


def take_back(
    announced: TakeBack, profile: PayerProfile, state: State, on: date
) -> tuple[list[Decision], list[ProviderAdjustment]]:
    """Correct a payment downwards now and demand the difference later.

    The negative WO leaves today's payment as it is; the positive one follows in a later
    remittance under the same claim number (X12 interpretation 791).
    """
    settled = state.settled[announced.payer_claim_number]
    if settled.reversed_by or settled.adjudication.paid_cents <= 0:
        return [], []
    before, after = settled.adjudication, lower(settled.adjudication, profile.recoup_percent)
    overpaid = before.paid_cents - after.paid_cents
    if overpaid == 0:
        return [], []
    settled.adjudication = after
    number = announced.payer_claim_number
    due_on = on + timedelta(profile.recoup_notice_days)
    owed = state.balances.setdefault(payee_key(settled.matter), [])
    owed.append(Balance("WO", number, overpaid, due_on))
    decisions = [Decision(settled.matter, reverse(before)), Decision(settled.matter, after)]
    return decisions, [ProviderAdjustment("WO", number, -overpaid)]


def collect_balances(payee: str, state: State, on: date) -> list[ProviderAdjustment]:
    """Take what the payee owes by the day off the books, each in full: none may be split."""
    owed = state.balances.get(payee, [])
    state.balances[payee] = [balance for balance in owed if balance.due_on > on]
    due = [balance for balance in owed if balance.due_on <= on]
    return [ProviderAdjustment(b.reason, b.reference, b.cents) for b in due]


def forward_balance(
    payee: str, total_cents: int, trace: str, state: State, on: date
) -> list[ProviderAdjustment]:
    """Carry a payment below zero forward, since none can be made (X12 interpretation 222)."""
    if total_cents >= 0:
        return []
    owed = Balance("FB", trace, -total_cents, on + timedelta(1))
    state.balances.setdefault(payee, []).append(owed)
    return [ProviderAdjustment("FB", trace, total_cents)]


def payee_key(matter: Matter) -> str:
    """Name who is paid where: billing NPI, tax id and the party that gets the file."""
    billing, party = matter.claim.billing, matter.party
    return f"{billing.npi}|{billing.tax_id}|{party.qualifier}{party.identifier.strip()}"


def service_year(matter: Matter) -> int:
    """Give the calendar year whose deductible the claim falls into."""
    return (matter.claim.service_starts_on or matter.received_on).year


def year_key(member_id: str, year: int) -> str:
    """Name a member's year in the books."""
    return f"{plain_member_id(member_id)}|{year}"


def _standing_claim(claim: Claim, state: State) -> Settled | None:
    """Find what stands today for the claim number that is replaced or voided."""
    if claim.frequency not in {Frequency.REPLACEMENT, Frequency.VOID}:
        return None
    settled = state.settled.get(claim.payer_claim_number)
    while settled is not None and settled.reversed_by:
        settled = state.settled.get(settled.reversed_by)
    return settled


def _adjudicate(matter: Matter, profile: PayerProfile, state: State) -> Adjudication:
    claim = matter.claim
    member = profile.find_member(claim.subscriber.member_id)
    books = year_key(claim.subscriber.member_id, service_year(matter))
    plan = profile.plans[member.plan if member else profile.default_plan]
    return adjudicate(
        claim,
        plan,
        profile.policy,
        profile.contract,
        state.accumulators.get(books, Accumulators()),
        matter.received_on,
        standing=_stand(matter, member, profile, state),
        crosses_over=profile.crosses_over,
    )


def _stand(matter: Matter, member: Member | None, profile: PayerProfile, state: State) -> Standing:
    keys = [service_key(matter.claim, place) for place in range(len(matter.claim.lines))]
    paid = frozenset(key for key in keys if key in state.paid_services)
    if member is None and profile.admits_everyone:
        return Standing(matter.payer_claim_number, ALWAYS, paid)
    return Standing(matter.payer_claim_number, member.span if member else None, paid)


def _enter(settled: Settled, state: State) -> None:
    """Write a decision into the books: the claim, the member's year, the services paid."""
    matter, adjudication = settled.matter, settled.adjudication
    state.settled[matter.payer_claim_number] = settled
    books = year_key(matter.claim.subscriber.member_id, settled.year)
    state.accumulators[books] = adjudication.accumulators
    for place, line in enumerate(adjudication.lines):
        if not line.denied:
            key = service_key(matter.claim, place)
            state.paid_services.setdefault(key, matter.payer_claim_number)


def _reverse(settled: Settled, successor: str, state: State) -> Decision:
    """Take a decision out of the books and give its reversal."""
    matter, share = settled.matter, settled.adjudication.cost_share
    settled.reversed_by = successor
    books = year_key(matter.claim.subscriber.member_id, settled.year)
    held = state.accumulators.get(books, Accumulators())
    state.accumulators[books] = Accumulators(
        max(0, held.deductible_cents - share.deductible_cents),
        max(0, held.out_of_pocket_cents - share.out_of_pocket_cents),
    )
    for place in range(len(matter.claim.lines)):
        key = service_key(matter.claim, place)
        if state.paid_services.get(key) == matter.payer_claim_number:
            del state.paid_services[key]
    return Decision(matter, reverse(settled.adjudication))


def _interest(matter: Matter, adjudication: Adjudication, profile: PayerProfile, on: date) -> int:
    """Simple interest on the payment for the days after it was promised, half a cent up."""
    if Fault.INTEREST not in matter.faults:
        return 0
    days = max(0, (on - matter.promised_on).days)
    return (adjudication.paid_cents * profile.interest_percent * days + 18_250) // 36_500
