"""SNIP type 3 of claims: the charges of the lines and what other payers paid add up."""

from collections.abc import Iterator

from cleanclaim.x12.checks.amounts import adjusted_cents, cents, total, unequal
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# Where a service line says its charge: SV102, SV203, SV302.
_CHARGES = {"SV1": 2, "SV2": 3, "SV3": 2}


@check(
    "X12.3.CLM02",
    guides=CLAIMS,
    at="2300/CLM",
    code="STC:A7:400",
    source="837, CLM02 (2300)",
    message="the claim charges {said} but its lines charge {summed}",
    failing=but("837P", ("CLM*C-1*150*", "CLM*C-1*151*")),
)
def lines_sum_to_claim(claim: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The charge of a claim is the sum of the charges of its lines."""
    charges = [charge_of(line) for line in loop.children("2400")]
    if not charges or None in charges:
        return ()
    return unequal("CLM02", cents(claim, 2), total(charges))


@check(
    "X12.3.SV102",
    guides=CLAIMS,
    at=("2400/SV1", "2400/SV2", "2400/SV3"),
    code="STC:A7:672",
    source="837, SVD02 and CAS (2430)",
    message="the line charges {said} but the payer's payment and adjustments make {summed}",
    failing=but("837P", ("SVD*SP001*50*", "SVD*SP001*51*")),
)
def payers_account_for_the_line(service: Segment, line: Loop, _scope: Scope) -> Iterator[Broken]:
    """What each payer paid and adjusted on a line is the line's charge.

    A payer may split a line over several 2430; a line it bundled into another (SVD06) has its
    money elsewhere and is not judged.
    """
    by_payer: dict[str, list[Loop]] = {}
    for judged in line.children("2430"):
        by_payer.setdefault(judged.segments[0].get(1), []).append(judged)
    for loops in by_payer.values():
        paid = [cents(each.segments[0], 2) for each in loops]
        if None in paid or any(each.segments[0].get(6) for each in loops):
            continue
        summed = total(paid) + sum(adjusted_cents(each.find_all("CAS")) for each in loops)
        charge = cents(service, _CHARGES[service.id])
        for broken in unequal("SVD02", charge, summed, at=loops[0].segments[0]):
            yield Broken(broken.element, broken.at, "2430", words=broken.words)


@check(
    "X12.3.2320_AMT_D",
    guides=CLAIMS,
    at="2320/AMT",
    code="STC:A7:672",
    source="837, AMT*D (2320)",
    message="the payer is said to have paid {said} but paid {summed} on the lines",
    failing=but("837P", ("AMT*D*40", "AMT*D*45")),
)
def payer_paid_what_the_lines_say(amount: Segment, other: Loop, scope: Scope) -> tuple[Broken, ...]:
    """AMT*D is the sum of SVD02 of that payer, less what it adjusted on the claim as a whole.

    Nothing can be said where the payer did not judge the lines.
    """
    payer = other.child("2330B")
    name = payer.find("NM1") if payer else None
    if amount.get(1) != "D" or name is None:
        return ()
    paid = [
        cents(header, 2)
        for line in scope.unit.children("2400")
        for judged in line.children("2430")
        if (header := judged.find("SVD")) is not None and header.get(1) == name.get(9)
    ]
    if not paid or None in paid:
        return ()
    return unequal("AMT02", cents(amount, 2), total(paid) - adjusted_cents(other.find_all("CAS")))


def charge_of(line: Loop) -> int | None:
    """Give the charge of a service line in cents, None where it says none that can be read."""
    for service in line.segments:
        place = _CHARGES.get(service.id)
        if place is not None:
            return cents(service, place)
    return None
