"""The answer to a question about a claim (277): in work, paid, denied, not found, or none."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.kernel.money import format_decimal, read_cents
from cleanclaim.payers.sandbox.chance import hits
from cleanclaim.payers.sandbox.profile import Fault, PayerProfile
from cleanclaim.payers.sandbox.state import Matter, Settled, State
from cleanclaim.payers.sandbox.wording import day_text, echoed
from cleanclaim.x12 import Loop, Segment, Unit, loop, segment

GUIDE = "005010X212"


class Word(msgspec.Struct, frozen=True):
    """What is said of a claim: category and status code, whose, and the money."""

    category: str
    code: str
    charge_cents: int
    paid_cents: int = 0
    entity: str = ""
    number: str = ""
    decided_on: date | None = None


def write_replies(
    units: Sequence[Unit], profile: PayerProfile, state: State, at: datetime
) -> Loop | None:
    """Give the body of a 277 for the questions of one 276; None where the payer keeps silent."""
    asked = [unit for unit in units if not _is_silent(unit, profile, state)]
    if not asked:
        return None
    opening = asked[0].ancestors[0].find("BHT")
    reference = echoed(opening.get(3)) if opening else ""
    when = day_text(at.date()), f"{at:%H%M}"
    return loop(
        "ST",
        segment("ST", "277", "", GUIDE),
        segment("BHT", "0010", "08", reference, *when, "DG"),
        *[_answer(unit, profile, state, at.date()) for unit in asked],
    )


def _is_silent(unit: Unit, profile: PayerProfile, state: State) -> bool:
    number = _asked(unit.loop, "REF", "EJ")
    return _meets(Fault.SILENT, number, profile, state)


def _meets(fault: Fault, number: str, profile: PayerProfile, state: State) -> bool:
    return any(
        number in rule.claims or hits(rule.percent, state.seed, fault, number)
        for rule in profile.faults
        if rule.fault is fault
    )


def _asked(level: Loop, name: str, qualifier: str) -> str:
    """Read the value behind a qualifier."""
    found = level.find(name, qualifier)
    return found.get(2) if found else ""


def _answer(unit: Unit, profile: PayerProfile, state: State, on: date) -> Loop:
    """Repeat the levels of the question around the answer."""
    dependent = unit.loop.id == "2200E"
    number = _asked(unit.loop, "REF", "EJ")
    word = _judge(unit, state)
    turned = _meets(Fault.WRONG_NUMBER, number, profile, state)
    reply = loop(unit.loop.id, *_reply(unit.loop, word, on, turned=turned))
    person = loop("2000E", segment("HL", "", "", "23"), _named(unit, "2000E", "2100E"), reply)
    member = loop(
        "2000D",
        segment("HL", "", "", "22"),
        _named(unit, "2000D", "2100D"),
        person if dependent else reply,
    )
    provider = loop("2000C", segment("HL", "", "", "19"), _named(unit, "2000C", "2100C"), member)
    receiver = loop("2000B", segment("HL", "", "", "21"), _named(unit, "2000B", "2100B"), provider)
    return loop("2000A", segment("HL", "", "", "20"), _named(unit, "2000A", "2100A"), receiver)


def _named(unit: Unit, level: str, name: str) -> Loop | None:
    around = unit.ancestor(level)
    child = around.child(name) if around else None
    found = child.find("NM1") if child else None
    return loop(name, segment("NM1", *map(echoed, found.elements))) if found else None


def _reply(asked: Loop, word: Word, on: date, *, turned: bool) -> Iterator[Segment]:
    """Give trace, status, numbers and dates back (TRN, STC, REF, DTP).

    ``turned`` numbers are written from their end: those of a claim that nobody asked about.
    """
    way = -1 if turned else 1
    trace, dated = asked.find("TRN", "1"), asked.find("DTP", "472")
    yield segment("TRN", "2", echoed(trace.get(2))[::way] if trace else "0")
    decided = day_text(word.decided_on) if word.decided_on else ""
    yield segment(
        "STC",
        (word.category, word.code, word.entity),
        day_text(on),
        "",
        format_decimal(word.charge_cents),
        format_decimal(word.paid_cents),
        decided,
    )
    if word.number:
        yield segment("REF", "1K", word.number)
    if number := _asked(asked, "REF", "EJ"):
        yield segment("REF", "EJ", echoed(number)[::way])
    if dated is not None:
        yield segment("DTP", *map(echoed, dated.elements))


def _judge(unit: Unit, state: State) -> Word:
    """Say where the claim stands: 20 taken in, 65 decided, 35 not found."""
    number, theirs = _asked(unit.loop, "REF", "EJ"), _asked(unit.loop, "REF", "1K")
    asked = unit.loop.find("AMT", "T3")
    charge = (read_cents(asked.get(2)) or 0) if asked else 0
    for settled in reversed(state.settled.values()):
        if _is(settled.matter, number, theirs):
            return _settled(settled, charge)
    for matter in state.queue:
        if _is(matter, number, theirs):
            return Word("P1", "20", charge, number=matter.payer_claim_number)
    return Word("A4", "35", charge)


def _is(matter: Matter, number: str, theirs: str) -> bool:
    if theirs:
        return matter.payer_claim_number == theirs
    return matter.claim.patient_control_number == number


def _settled(settled: Settled, charge_cents: int) -> Word:
    decision, number = settled.adjudication, settled.matter.payer_claim_number
    category = "F1" if decision.paid_cents > 0 else "F2"
    on = settled.matter.due_on
    return Word(category, "65", charge_cents, decision.paid_cents, "", number, on)
