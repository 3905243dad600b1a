"""SNIP type 4 of remittances: how the money moves (BPR) and the trace that follows it (TRN)."""

import re

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.amounts import cents
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# BPR04: how it moves. Transfers between accounts name both of them, a check names neither.
_TRANSFERS = {"ACH", "BOP", "FWT"}
_ACCOUNTS = (6, 7, 8, 9, 10, 12, 13, 14, 15)
_NO_MONEY = "NON"
_TOLD_ONLY = "H"  # BPR01: nothing is paid
_PAID = {"C", "D", "I", "U"}
_PAYER_ID = re.compile(r"1\d{9}", re.ASCII)

_CHECK = "BPR*I*125*C*CHK************20260120"
_TRANSFER = "BPR*I*125*C*ACH*CTX*01*111000012*DA*33*1123456789**01*111000025*DA*44*20260120"


@check(
    "X12.4.BPR_ACCOUNTS",
    guides=("835",),
    at="end/BPR",
    code="IK4:I9",
    source="835, BPR05 to BPR15",
    message="{element} is needed where money moves between accounts (BPR04)",
    failing=but("835", (_CHECK, _TRANSFER.replace("*44*", "**"))),
    passing=but("835", (_CHECK, _TRANSFER)),
)
def transfers_name_both_accounts(
    payment: Segment, _header: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A transfer names the banks, accounts and the payer's identifier; ACH its format too."""
    if payment.get(4) not in _TRANSFERS:
        return ()
    needed = (5, *_ACCOUNTS) if payment.get(4) == "ACH" else _ACCOUNTS
    return tuple(Broken(f"BPR{n:02d}") for n in needed if not payment.get(n))


@check(
    "X12.4.BPR_NO_ACCOUNTS",
    guides=("835",),
    at="end/BPR",
    code="IK4:I13",
    severity=Severity.WARN,
    source="835, BPR05 to BPR15",
    message="{element} names an account though no transfer between accounts is made (BPR04)",
    failing=but("835", (_CHECK, _TRANSFER.replace("ACH*CTX", "CHK*"))),
)
def checks_name_no_accounts(payment: Segment, _header: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A check and a remittance without money name no accounts."""
    if payment.get(4) not in ("CHK", _NO_MONEY):
        return ()
    named = [n for n in (9, 15) if payment.get(n)]
    return tuple(Broken(f"BPR{n:02d}") for n in named)


@check(
    "X12.4.BPR_NEGATIVE",
    guides=("835",),
    at="end/BPR",
    code="IK4:7",
    source="835, BPR02; X12 interpretation 222",
    message="the payment is below zero: what is owed goes forward as a PLB adjustment (FB)",
    failing=but("835", ("BPR*I*125", "BPR*I*-15"), ("WO:P-0*-15", "WO:P-0*125")),
    passing=but("835", ("BPR*I*125*C*CHK", "BPR*H*0*C*NON"), ("WO:P-0*-15", "WO:P-0*110")),
)
def payments_are_not_negative(payment: Segment, _header: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A payment is zero or more."""
    return (Broken("BPR02"),) if (cents(payment, 2) or 0) < 0 else ()


@check(
    "X12.4.BPR_NON",
    guides=("835",),
    at="end/BPR",
    code="IK4:7",
    source="835, BPR01 H and BPR04 NON",
    message="{element} says that no money moves, but BPR02 is not zero",
    failing=but("835", ("BPR*I*125*C*CHK", "BPR*I*125*C*NON")),
    passing=but("835", ("BPR*I*125*C*CHK", "BPR*H*0*C*NON"), ("WO:P-0*-15", "WO:P-0*110")),
)
def no_money_is_zero(payment: Segment, _header: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Where no money moves the payment is zero."""
    if not cents(payment, 2):
        return ()
    said = [(1, _TOLD_ONLY), (4, _NO_MONEY)]
    return tuple(Broken(f"BPR{n:02d}") for n, text in said if payment.get(n) == text)


@check(
    "X12.4.BPR_ZERO",
    guides=("835",),
    at="end/BPR",
    code="IK4:7",
    severity=Severity.WARN,
    source="835, BPR01 H",
    message="nothing is paid (BPR02), but BPR01 does not say so (H)",
    failing=but("835", ("BPR*I*125*C*CHK", "BPR*I*0*C*NON"), ("WO:P-0*-15", "WO:P-0*110")),
    passing=but("835", ("BPR*I*125*C*CHK", "BPR*H*0*C*NON"), ("WO:P-0*-15", "WO:P-0*110")),
)
def zero_is_only_told(payment: Segment, _header: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A remittance without money says that it only tells."""
    if payment.get(1) not in _PAID or cents(payment, 2) != 0:
        return ()
    return (Broken("BPR01"),)


@check(
    "X12.4.TRN03",
    guides=("835",),
    at="end/TRN",
    code="IK4:7",
    severity=Severity.WARN,
    source="835, TRN03",
    message="TRN03 should be a 1 and the nine digits of the payer's tax number",
    failing=but("835", ("TRN*1*CHECK1*1123456789", "TRN*1*CHECK1*NORTHPAYER")),
)
def trace_names_the_payer(trace: Segment, _header: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The trace names the payer by its tax number."""
    return () if _PAYER_ID.fullmatch(trace.get(3)) or not trace.get(3) else (Broken("TRN03"),)


@check(
    "X12.4.TRN04_BPR11",
    guides=("835",),
    at="end/TRN",
    code="IK4:7",
    source="835, BPR11 and TRN04",
    message="TRN04 is not BPR11: both name one part of the payer's company",
    failing=but(
        "835",
        (_CHECK, _TRANSFER.replace("1123456789**", "1123456789*WEST00001*")),
        ("CHECK1*1123456789", "CHECK1*1123456789*EAST"),
    ),
    passing=but(
        "835",
        (_CHECK, _TRANSFER.replace("1123456789**", "1123456789*WEST00001*")),
        ("CHECK1*1123456789", "CHECK1*1123456789*WEST00001"),
    ),
)
def trace_and_payment_name_one_part(
    trace: Segment, header: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Where both name a part of the company they name the same."""
    payment = header.find("BPR")
    told, paid = trace.get(4), payment.get(11) if payment else ""
    return (Broken("TRN04"),) if told and paid and told != paid else ()
