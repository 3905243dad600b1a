"""SNIP type 3: the amounts of a claim or a remittance add up, in cents."""

from collections.abc import Iterable, Iterator

from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.money import format_dollars, read_cents
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.segments import Loop, Segment


def _rule(rule_id: str, message: str) -> Rule:
    return Rule(rule_id, 3, Severity.BLOCK, "IK5:5", message)


CLAIM_TOTAL = _rule("X12.3.CLM02", "the claim charges {said} but its lines charge {summed} (SV102)")
PAYER_PAID = _rule(
    "X12.3.2320_AMT_D", "the payer is said to have paid {said} but paid {summed} on the lines"
)
LINE_PAID = _rule(
    "X12.3.SV102", "the line charges {said} but the payer's payment and adjustments make {summed}"
)
REMIT_LINE = _rule(
    "X12.3.SVC03", "the line is paid {said} but charge less adjustments make {summed}"
)
REMIT_CLAIM = _rule(
    "X12.3.CLP04", "the claim is paid {said} but charge less adjustments make {summed}"
)
REMIT_TOTAL = _rule(
    "X12.3.BPR02", "the payment is {said} but claims less provider adjustments make {summed}"
)


def judge_unit(unit: Loop, paid: list[int]) -> Iterator[X12Finding]:
    """Judge the sums of a claim (2300) or a remitted claim (2100).

    ``paid`` gathers what remitted claims paid, in cents, for the total of the transaction.
    """
    if unit.id == "2300":
        yield from _judge_claim(unit)
    elif unit.id == "2100" and unit.find("CLP") is not None:
        yield from _judge_remitted(unit, paid)


def judge_transaction(
    transaction: str, header: Loop, trailer: Loop, paid: list[int]
) -> Iterator[X12Finding]:
    """Judge that BPR02 equals the claims' payments less the provider adjustments (PLB)."""
    payment = header.find("BPR")
    if transaction != "835" or payment is None:
        return
    said = read_cents(payment.get(2))
    withheld = [_cents(each, place) for each in trailer.find_all("PLB") for place in _PLB_PLACES]
    summed = sum(paid) - _sum(withheld)
    if said is not None and said != summed:
        yield _unequal(REMIT_TOTAL, payment, "ST", "BPR02", said, summed)


def adjusted_cents(holders: Iterable[Segment]) -> int:
    """Sum the amounts of CAS segments, each of up to six triples (reason, amount, quantity)."""
    return _sum(_cents(each, place) for each in holders for place in range(3, 19, 3))


# The amounts of a PLB follow their reasons: PLB04, 06, 08, 10, 12, 14.
_PLB_PLACES = range(4, 15, 2)


def _judge_claim(claim: Loop) -> Iterator[X12Finding]:
    """CLM02 is the sum of SV102; then what other payers paid (2320, 2430)."""
    header = claim.find("CLM")
    lines = [line.find("SV1") for line in claim.children("2400")]
    said = _cents(header, 2) if header else None
    charges = [_cents(line, 2) if line else None for line in lines]
    known = [charge for charge in charges if charge is not None]
    if header and said is not None and len(known) == len(charges) > 0 and said != sum(known):
        yield _unequal(CLAIM_TOTAL, header, "2300", "CLM02", said, sum(known))
    for line in claim.children("2400"):
        yield from _judge_line(line)
    for other in claim.children("2320"):
        yield from _judge_other_payer(other, claim)


def _judge_line(line: Loop) -> Iterator[X12Finding]:
    """SV102 is what each payer paid (SVD02) and adjusted (CAS) on the line.

    A payer may split a line over several 2430; a line it bundled into another (SVD06) has its
    money elsewhere and is not judged.
    """
    service = line.find("SV1")
    charge = _cents(service, 2) if service else None
    by_payer: dict[str, list[Loop]] = {}
    for judged in line.children("2430"):
        by_payer.setdefault(judged.segments[0].get(1), []).append(judged)
    for loops in by_payer.values():
        header = loops[0].segments[0]
        paid = [_cents(each.segments[0], 2) for each in loops]
        bundled = any(each.segments[0].get(6) for each in loops)
        if charge is None or bundled or None in paid:
            continue
        summed = _sum(paid) + sum(adjusted_cents(each.find_all("CAS")) for each in loops)
        if summed != charge:
            yield _unequal(LINE_PAID, header, "2430", "SVD02", charge, summed)


def _judge_other_payer(other: Loop, claim: Loop) -> Iterator[X12Finding]:
    """AMT*D is the sum of SVD02 of that payer, less what it adjusted on the claim as a whole.

    Nothing can be said where the payer did not judge the lines.
    """
    amount = other.find("AMT", "D")
    payer = other.child("2330B")
    name = payer.find("NM1") if payer else None
    identifier = name.get(9) if name else ""
    paid = [
        _cents(header, 2)
        for line in claim.children("2400")
        for judged in line.children("2430")
        if (header := judged.find("SVD")) is not None and header.get(1) == identifier
    ]
    said = _cents(amount, 2) if amount else None
    if amount is None or said is None or not paid or None in paid:
        return
    summed = _sum(paid) - adjusted_cents(other.find_all("CAS"))
    if summed != said:
        yield _unequal(PAYER_PAID, amount, "2320", "AMT02", said, summed)


def _judge_remitted(claim: Loop, paid: list[int]) -> Iterator[X12Finding]:
    """SVC02 less CAS is SVC03 on each line; CLP03 less all CAS is CLP04."""
    header = claim.segments[0]
    adjusted = adjusted_cents(claim.find_all("CAS"))
    for line in claim.children("2110"):
        yield from _judge_remitted_line(line)
        adjusted += adjusted_cents(line.find_all("CAS"))
    charge, said = _cents(header, 3), _cents(header, 4)
    paid.append(said or 0)
    if charge is not None and said is not None and charge - adjusted != said:
        yield _unequal(REMIT_CLAIM, header, "2100", "CLP04", said, charge - adjusted)


def _judge_remitted_line(line: Loop) -> Iterator[X12Finding]:
    header = line.find("SVC")
    charge = _cents(header, 2) if header else None
    said = _cents(header, 3) if header else None
    if header is None or charge is None or said is None:
        return
    summed = charge - adjusted_cents(line.find_all("CAS"))
    if summed != said:
        yield _unequal(REMIT_LINE, header, "2110", "SVC03", said, summed)


def _unequal(
    rule: Rule, at: Segment, loop: str, element: str, said: int, summed: int
) -> X12Finding:
    words = {"said": format_dollars(said), "summed": format_dollars(summed)}
    return found(rule, at, loop, element, **words)


def _cents(segment: Segment, place: int) -> int | None:
    """Read an amount; an absent one is zero, an unreadable one (reported elsewhere) None."""
    text = segment.get(place)
    return read_cents(text) if text else 0


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)
