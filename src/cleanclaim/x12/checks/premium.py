"""SNIP types 3 and 4 of premium payments: the items paid make the payment, entities are counted."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.money import read_cents
from cleanclaim.x12.checks.amounts import cents, total, unequal
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_PREMIUM = ("820",)
_ENTITIES = ("2000A/ENT", "2000B/ENT")
_ITEMS = ("2300A/RMR", "2300B/RMR")
# Where an entity has items it paid (RMR04) and adjustments of its own (ADX01).
_PAID = {"2300A": 4, "2300B": 4, "2200A": 1, "2200B": 1}
_ADJUSTED = ("2320A", "2320B")


@check(
    "X12.4.820_ENT01",
    guides=_PREMIUM,
    at=_ENTITIES,
    code="IK4:7",
    source="820, ENT01 (2000A, 2000B)",
    message="ENT01 does not count the entities from 1",
    severity=Severity.WARN,
    failing=but("820", ("ENT*3*2J", "ENT*2*2J")),
    passing=but("820", ("ENT*3*2J", "ENT*0003*2J")),
)
def entities_are_counted(entity: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The number of an entity tells it apart: they count from 1.

    What each entity pays is summed here, for the payment as a whole.
    """
    paid = [_amount(each, _PAID[each.id]) for each in loop.loops if each.id in _PAID]
    tally = scope.tally
    tally["paid"] = tally.get("paid", 0) + total(paid)
    tally["unread"] = tally.get("unread", 0) + paid.count(None)
    number = tally["entities"] = tally.get("entities", 0) + 1
    said = entity.get(1)
    if said.lstrip("0") == str(number) or not said.isdecimal():
        return ()
    return (Broken("ENT01"),)


@check(
    "X12.3.820_BPR02",
    guides=_PREMIUM,
    at="end/BPR",
    code="IK5:5",
    source="820, BPR02, RMR04 (2300A, 2300B) and ADX01 (2200A, 2200B)",
    message="the payment is {said} but its items and adjustments make {summed}",
    failing=but("820", ("BPR*I*1850*C", "BPR*I*1910*C")),
    passing=but("820", ("BPR*I*1850*C", "BPR*I*1850.00*C")),
)
def payment_is_the_sum_of_its_items(
    payment: Segment, _header: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """The payment is what was paid on each item, with the adjustments of the entities.

    A payment without any detail is told elsewhere; it cannot be summed.
    """
    if not scope.tally.get("entities") or scope.tally.get("unread"):
        return ()
    return unequal("BPR02", cents(payment, 2), scope.tally["paid"])


@check(
    "X12.3.820_RMR04",
    guides=_PREMIUM,
    at=_ITEMS,
    code="IK5:5",
    source="820, RMR04, RMR05 and ADX01 (2320A, 2320B)",
    message="the item is paid {said} but billed and adjusted it makes {summed}",
    failing=but("820", ("ADX*10*53", "ADX*-10*53")),
    passing=but("820", ("ADX*10*53", "ADX*15*53~\nADX*-5*20")),
)
def item_balances(item: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """What is paid on an item is what was billed with its adjustments, which carry their sign."""
    if not item.get(5):
        return ()
    adjusted = [_amount(each, 1) for each in loop.loops if each.id in _ADJUSTED]
    billed = cents(item, 5)
    if not adjusted or billed is None or None in adjusted:
        return ()
    return unequal("RMR04", cents(item, 4), billed + total(adjusted))


@check(
    "X12.4.820_ADJUSTMENT",
    guides=_PREMIUM,
    at=_ITEMS,
    code="IK3:I6",
    source="820, RMR05 and ADX (2320A, 2320B)",
    message="the item is paid {said}, billed {summed}, and no adjustment says why",
    severity=Severity.WARN,
    failing=but("820", ("ADX*10*53~\n", "")),
    passing=but("820", ("P-2**60*50", "P-2**60*60"), ("ADX*10*53~\n", "")),
)
def difference_is_explained(item: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Where an item is not paid as it was billed, an adjustment says why."""
    if not item.get(5) or any(each.id in _ADJUSTED for each in loop.loops):
        return ()
    billed = cents(item, 5)
    return () if billed is None else unequal("RMR04", cents(item, 4), billed)


def _amount(loop: Loop, place: int) -> int | None:
    """Give an amount of a loop's first segment in cents, None where it is missing or unreadable."""
    text = loop.segments[0].get(place) if loop.segments else ""
    return read_cents(text)
