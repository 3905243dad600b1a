"""What the payer pays for a claim and why not the rest: a pure function that always balances."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from cleanclaim.claims.model import Adjustment, Claim, Procedure, Responsibility, ServiceLine
from cleanclaim.payers.sandbox.coordination import PriorPayment, next_coverage, prior_payments
from cleanclaim.payers.sandbox.policies import Denial, Standing, deny_line
from cleanclaim.payers.sandbox.profile import Contract, Plan, Policy

_NOT_COVERED = Denial("PR", "204")
_PRIOR_PAYMENT_MISSING = Denial("CO", "22", ("MA04",))
_FIRST = Responsibility.PRIMARY


class Accumulators(msgspec.Struct, frozen=True):
    """What a member has borne in a calendar year, in cents."""

    deductible_cents: int = 0
    out_of_pocket_cents: int = 0


class LineResult(msgspec.Struct, frozen=True):
    """The decision on one line; charge less adjustments is what is paid."""

    number: int
    procedure: Procedure
    charge_cents: int
    units: Decimal
    paid_cents: int
    allowed_cents: int = 0
    deductible_cents: int = 0
    copay_cents: int = 0
    coinsurance_cents: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    control_number: str = ""
    denied: bool = False

    def __post_init__(self) -> None:
        """Refuse a line that does not balance: no such line can come to exist."""
        if self.charge_cents - sum(a.cents for a in self.adjustments) != self.paid_cents:
            msg = "a line's charge less its adjustments must be its payment"
            raise ValueError(msg)


class Adjudication(msgspec.Struct, frozen=True):
    """The decision on a claim; ``status`` as in an 835 (CLP02)."""

    payer_claim_number: str
    status: str
    lines: tuple[LineResult, ...]
    accumulators: Accumulators

    @property
    def charge_cents(self) -> int:
        """Give the total charge."""
        return sum(line.charge_cents for line in self.lines)

    @property
    def paid_cents(self) -> int:
        """Give the total payment."""
        return sum(line.paid_cents for line in self.lines)

    @property
    def allowed_cents(self) -> int:
        """Give the total allowed amount."""
        return sum(line.allowed_cents for line in self.lines)

    @property
    def patient_cents(self) -> int:
        """Give what the adjustments leave to the patient (group PR)."""
        adjustments = (a for line in self.lines for a in line.adjustments)
        return sum(a.cents for a in adjustments if a.group == "PR")

    @property
    def cost_share(self) -> Accumulators:
        """Give what this claim added to the member's year."""
        deductible = sum(line.deductible_cents for line in self.lines)
        others = sum(line.copay_cents + line.coinsurance_cents for line in self.lines)
        return Accumulators(deductible, deductible + others)


def adjudicate(
    claim: Claim,
    plan: Plan,
    policy: Policy,
    contract: Contract,
    accumulators: Accumulators,
    on: date,
    *,
    standing: Standing,
    crosses_over: bool = False,
) -> Adjudication:
    """Decide a claim received ``on`` a day, by plan, policy and contract.

    As first payer: copay, deductible, coinsurance up to the plan's limit. As a later payer: the
    least of what the contract leaves after earlier payments and what they left to the patient.
    """
    priors = prior_payments(claim)
    lines: list[LineResult] = []
    copay_cents = plan.copay_cents
    for place, line in enumerate(claim.lines):
        denial = deny_line(claim, place, policy, standing, on)
        allowed = allow_line(line, contract)
        if denial is None and allowed is None:
            denial = _NOT_COVERED
        if denial is None and claim.responsibility is not _FIRST and priors is None:
            denial = _PRIOR_PAYMENT_MISSING
        if denial is not None or allowed is None:
            lines.append(_deny(line, denial or _NOT_COVERED))
        elif priors is not None and claim.responsibility is not _FIRST:
            lines.append(_pay_after(line, allowed, priors[place]))
        else:
            paid = _pay_first(line, allowed, plan, contract, accumulators, copay_cents)
            copay_cents -= paid.copay_cents
            accumulators = _accumulate(accumulators, paid)
            lines.append(paid)
    status = _decide_status(claim, lines, crosses_over=crosses_over)
    return Adjudication(standing.payer_claim_number, status, tuple(lines), accumulators)


def take_percent(cents: int, percent: int) -> int:
    """Take a percentage of an amount that is not negative, half a cent rounding up."""
    return (cents * percent + 50) // 100


def allow_line(line: ServiceLine, contract: Contract) -> int | None:
    """Price a line by the contract, never above its charge; None where it is not covered."""
    code = line.procedure.code
    keys = [f"{code}-{modifier}" for modifier in line.procedure.modifiers] + [code]
    price = next((contract.prices[key] for key in keys if key in contract.prices), None)
    if price is not None:
        units = (price * line.units).quantize(Decimal(1), ROUND_HALF_UP)
        return max(0, min(line.charge_cents, int(units)))
    if contract.percent_of_charge is None:
        return None
    return take_percent(max(0, line.charge_cents), contract.percent_of_charge)


def _accumulate(before: Accumulators, line: LineResult) -> Accumulators:
    share = line.deductible_cents + line.copay_cents + line.coinsurance_cents
    return Accumulators(
        before.deductible_cents + line.deductible_cents, before.out_of_pocket_cents + share
    )


def _pay_first(
    line: ServiceLine,
    allowed: int,
    plan: Plan,
    contract: Contract,
    accumulators: Accumulators,
    copay_cents: int,
) -> LineResult:
    """Pay as the first payer, the patient's share limited by what the year leaves."""
    limit = plan.out_of_pocket_max_cents
    room = allowed if limit is None else max(0, limit - accumulators.out_of_pocket_cents)
    copay = min(copay_cents, allowed, room)
    deductible_left = max(0, plan.deductible_cents - accumulators.deductible_cents)
    deductible = min(deductible_left, allowed - copay, room - copay)
    rest = allowed - copay - deductible
    coinsurance = min(take_percent(rest, plan.coinsurance_percent), room - copay - deductible)
    kept = take_percent(rest - coinsurance, contract.sequestration_percent)
    paid = _result(
        line,
        paid_cents=rest - coinsurance - kept,
        allowed_cents=allowed,
        adjustments=_adjust(
            ("CO", "45", line.charge_cents - allowed),
            ("CO", "253", kept),
            ("PR", "1", deductible),
            ("PR", "2", coinsurance),
            ("PR", "3", copay),
        ),
    )
    return msgspec.structs.replace(
        paid, deductible_cents=deductible, copay_cents=copay, coinsurance_cents=coinsurance
    )


def _pay_after(line: ServiceLine, allowed: int, prior: PriorPayment) -> LineResult:
    """Pay what the contract leaves above earlier payments, up to what the patient still owes."""
    left = max(0, min(prior.left_cents, line.charge_cents))
    paid = min(max(0, allowed - prior.paid_cents), left)
    return _result(
        line,
        paid_cents=paid,
        allowed_cents=allowed,
        adjustments=_adjust(("OA", "23", line.charge_cents - left), ("CO", "45", left - paid)),
    )


def _deny(line: ServiceLine, denial: Denial) -> LineResult:
    return _result(
        line,
        paid_cents=0,
        adjustments=_adjust((denial.group, denial.reason, line.charge_cents)),
        remarks=denial.remarks,
        denied=True,
    )


def _adjust(*triples: tuple[str, str, int]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(group, reason, cents) for group, reason, cents in triples if cents)


def _result(
    line: ServiceLine,
    *,
    paid_cents: int,
    allowed_cents: int = 0,
    adjustments: tuple[Adjustment, ...],
    remarks: tuple[str, ...] = (),
    denied: bool = False,
) -> LineResult:
    """Put what was decided beside what was asked."""
    return LineResult(
        number=line.number,
        procedure=line.procedure,
        charge_cents=line.charge_cents,
        units=line.units,
        paid_cents=paid_cents,
        allowed_cents=allowed_cents,
        adjustments=adjustments,
        remarks=remarks,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        control_number=line.control_number,
        denied=denied,
    )


def _decide_status(claim: Claim, lines: list[LineResult], *, crosses_over: bool) -> str:
    """Name the status: denied, or processed in the payer's turn (CLP02 1, 2, 3, 4, 19, 20, 21)."""
    if lines and all(line.denied for line in lines):
        return "4"
    turns = {Responsibility.PRIMARY: "1", Responsibility.SECONDARY: "2"}
    turn = turns.get(claim.responsibility, "3")
    forwarded = {"1": "19", "2": "20", "3": "21"}
    return forwarded[turn] if crosses_over and next_coverage(claim) is not None else turn


def reverse(adjudication: Adjudication) -> Adjudication:
    """Negate every amount of a decision: what is reported when it is taken back (status 22)."""
    lines = tuple(_reverse_line(line) for line in adjudication.lines)
    return msgspec.structs.replace(adjudication, status="22", lines=lines)


def lower(adjudication: Adjudication, percent: int) -> Adjudication:
    """Lower each payment by a percentage, the difference becoming contractual (CO-45)."""
    lines = tuple(_lower_line(line, percent) for line in adjudication.lines)
    return msgspec.structs.replace(adjudication, lines=lines)


def _reverse_line(line: LineResult) -> LineResult:
    return msgspec.structs.replace(
        line,
        charge_cents=-line.charge_cents,
        paid_cents=-line.paid_cents,
        allowed_cents=-line.allowed_cents,
        deductible_cents=-line.deductible_cents,
        copay_cents=-line.copay_cents,
        coinsurance_cents=-line.coinsurance_cents,
        adjustments=tuple(msgspec.structs.replace(a, cents=-a.cents) for a in line.adjustments),
    )


def _lower_line(line: LineResult, percent: int) -> LineResult:
    difference = take_percent(line.paid_cents, percent)
    contractual = difference + sum(a.cents for a in line.adjustments if a.reason == "45")
    others = tuple(a for a in line.adjustments if a.reason != "45")
    return msgspec.structs.replace(
        line,
        paid_cents=line.paid_cents - difference,
        allowed_cents=line.allowed_cents - difference,
        adjustments=_adjust(("CO", "45", contractual)) + others,
    )
