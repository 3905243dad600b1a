"""The answer to an eligibility question: active, inactive or unknown, and what remains (271)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from cleanclaim.kernel.money import format_decimal
from cleanclaim.payers.sandbox.adjudication import Accumulators
from cleanclaim.payers.sandbox.profile import Member, PayerProfile, Plan, plain_member_id
from cleanclaim.payers.sandbox.settlement import year_key
from cleanclaim.payers.sandbox.state import State
from cleanclaim.payers.sandbox.wording import day_text, echoed
from cleanclaim.x12 import Loop, Segment, Unit, loop, segment

GUIDE = "005010X279A1"
_YEAR, _REMAINING = "23", "29"


def write_answers(units: Sequence[Unit], profile: PayerProfile, state: State, at: datetime) -> Loop:
    """Give the body of a 271 for the questions of one 270, each under its own tree."""
    opening = units[0].ancestors[0].find("BHT")
    reference = echoed(opening.get(3)) if opening else ""
    trees = [_answer(unit, profile, state, at) for unit in units]
    return loop(
        "ST",
        segment("ST", "271", "", GUIDE),
        segment("BHT", "0022", "11", reference, day_text(at.date()), f"{at:%H%M}"),
        *trees,
    )


def _answer(unit: Unit, profile: PayerProfile, state: State, at: datetime) -> Loop:
    """Repeat the levels of the question around the answer (2000A, 2000B, 2000C, 2000D)."""
    source, receiver = unit.ancestor("2000A"), unit.ancestor("2000B")
    subscriber = unit.loop if unit.loop.id == "2000C" else unit.ancestor("2000C")
    asked = _find_name(source, "2100A")
    ours = asked is not None and asked.get(9) in (profile.identifier, *profile.other_identifiers)
    refusal = None if ours else segment("AAA", "N", "", "79", "N")
    name = asked or segment(
        "NM1", "PR", "2", profile.name, "", "", "", "", "PI", profile.identifier
    )
    member_level = _answer_member(unit, subscriber, profile, state, at) if ours else None
    return loop(
        "2000A",
        segment("HL", "", "", "20"),
        loop("2100A", name, refusal),
        loop(
            "2000B",
            segment("HL", "", "", "21"),
            loop("2100B", _find_name(receiver, "2100B")),
            member_level,
        )
        if ours
        else None,
    )


def _answer_member(
    unit: Unit, subscriber: Loop | None, profile: PayerProfile, state: State, at: datetime
) -> Loop:
    """Answer at the level asked: the subscriber's, or a dependent's below it."""
    asked = _find_name(subscriber, "2100C")
    member_id = asked.get(9) if asked else ""
    member = profile.find_member(member_id) if member_id else None
    trouble = _find_trouble(subscriber, member, member_id)
    day = _service_day(unit.loop) or at.date()
    if unit.loop.id == "2000C":
        name = loop("2100C", asked, *_decide(member, trouble, profile, state, day, "2110C"))
        return loop("2000C", segment("HL", "", "", "22"), *_traces(unit.loop), name)
    dependent = loop(
        "2100D",
        _find_name(unit.loop, "2100D"),
        *_decide(member, trouble, profile, state, day, "2110D"),
    )
    below = loop("2000D", segment("HL", "", "", "23"), *_traces(unit.loop), dependent)
    return loop("2000C", segment("HL", "", "", "22"), loop("2100C", asked), below)


def _find_trouble(subscriber: Loop | None, member: Member | None, member_id: str) -> str:
    """Give why nobody was found: 72 no id, 75 not found, 71 other birth date; "" if found."""
    if not member_id:
        return "72"
    if member is None:
        return "75"
    name = subscriber.child("2100C") if subscriber else None
    born = name.find("DMG") if name else None
    if born is not None and born.get(2) and member.birth_on is not None:
        return "" if born.get(2) == day_text(member.birth_on) else "71"
    return ""


def _decide(
    member: Member | None,
    trouble: str,
    profile: PayerProfile,
    state: State,
    day: date,
    loop_id: str,
) -> Iterator[Segment | Loop]:
    """Refuse the question (AAA), or state coverage on the day with plan dates and benefits."""
    if member is None or trouble:
        yield segment("AAA", "N", "", trouble, "C")
        return
    yield segment("DTP", "346", "D8", day_text(member.span.starts_on))
    if member.span.ends_on is not None:
        yield segment("DTP", "347", "D8", day_text(member.span.ends_on))
    plan = profile.plans[member.plan]
    if day not in member.span:
        yield loop(loop_id, segment("EB", "6", "", "30", "", plan.name))
        return
    key = year_key(plain_member_id(member.member_id), day.year)
    borne = state.accumulators.get(key, Accumulators())
    for benefit in _benefits(plan, borne):
        yield loop(loop_id, benefit)


def _benefits(plan: Plan, borne: Accumulators) -> Iterator[Segment]:
    """State active coverage, copay, coinsurance, and year and remainder of each limit (EB)."""
    yield segment("EB", "1", "", "30", "", plan.name)
    yield segment("EB", "B", "IND", "98", "", "", "27", format_decimal(plan.copay_cents))
    share = f"{plan.coinsurance_percent / 100:g}"
    yield segment("EB", "A", "IND", "30", "", "", "", "", share)
    yield from _limit("C", plan.deductible_cents, borne.deductible_cents)
    if plan.out_of_pocket_max_cents is not None:
        yield from _limit("G", plan.out_of_pocket_max_cents, borne.out_of_pocket_cents)


def _limit(benefit: str, limit_cents: int, borne_cents: int) -> Iterator[Segment]:
    left = max(0, limit_cents - borne_cents)
    for period, cents in ((_YEAR, limit_cents), (_REMAINING, left)):
        yield segment("EB", benefit, "IND", "30", "", "", period, format_decimal(cents))


def _traces(level: Loop) -> list[Segment]:
    """Give the question's own trace numbers back (TRN*2)."""
    return [
        segment("TRN", "2", *map(echoed, trace.elements[1:]))
        for trace in level.find_all("TRN", "1")
    ]


def _service_day(level: Loop) -> date | None:
    """Read the day asked about, or the first of a range (DTP*291)."""
    names = [child for child in level.loops if child.id in {"2100C", "2100D"}]
    asked = names[0].find("DTP", "291") if names else None
    try:
        return date.fromisoformat(asked.get(3)[:8]) if asked else None
    except ValueError:
        return None


def _find_name(level: Loop | None, loop_id: str) -> Segment | None:
    """Find the name in the question, without what our own delimiters would cut."""
    named = level.child(loop_id) if level else None
    name = named.find("NM1") if named else None
    return segment("NM1", *map(echoed, name.elements)) if name else None
