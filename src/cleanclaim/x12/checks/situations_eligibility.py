"""SNIP type 4 of eligibility: who is asked about, and what an answer must and cannot say."""

from collections.abc import Iterable, Iterator

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# EB01: what tells an amount (EB07), what a share (EB08), who else is concerned (2120).
_AMOUNTS = {"B", "C", "G", "J", "Y"}
_SHARE = "A"
_PARTIES = {"L": "the primary care provider", "N": "the provider", "R": "the other payer"}
_ACTIVE = {"1", "2", "3", "4", "5"}
_INACTIVE = {"6", "7", "8"}
_SUBSCRIBER = "NM1*IL*1*ISAAC*RUTH****MI*M0001"
_ANSWERED = "EB*1*FAM*30^98*HM*GOLD PLAN"


@check(
    "X12.4.270_SEARCH",
    guides=("270",),
    at=("2100C/NM1", "2100D/NM1"),
    code="IK4:I9",
    source="270, search of a patient (2100C, 2100D)",
    message="nothing is told by which the person could be found: no name, no identifier",
    failing=but("270", (_SUBSCRIBER, "NM1*IL*1"), ("DMG*D8*19800229*F~\n", "")),
    passing=but("270", (_SUBSCRIBER, "NM1*IL*1******MI*M0001")),
)
def a_person_can_be_found(name: Segment, person: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A name, a member identifier or another one (REF) says who is meant."""
    if name.get(3) or name.get(9) or person.find("REF") is not None:
        return ()
    return (Broken("NM103"),)


@check(
    "X12.4.270_QUESTION",
    guides=("270",),
    at="2000C/HL",
    code="IK3:I6",
    source="270, EQ of the subscriber (2110C)",
    message="the subscriber has no dependent in the question, and nothing is asked (EQ)",
    failing=but("270", ("EQ*30^98~\n", "")),
)
def something_is_asked(level: Segment, subscriber: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Where nobody below the subscriber is asked about, something is asked about him."""
    if level.get(4) != "0" or _has(subscriber, "2110C", "EQ"):
        return ()
    return (Broken("EQ", loop="2110C"),)


@check(
    "X12.4.270_POINTER",
    guides=("270",),
    at=("2110C/EQ", "2110D/EQ"),
    code="IK4:I13",
    source="270, EQ05 and HI",
    message="{element} points to a diagnosis that HI does not hold",
    failing=but("270", ("***1~", "***2~")),
    passing=but("270", ("ABK:J069~", "ABK:J069*ABF:I10~"), ("***1~", "***1:2~")),
)
def questions_point_to_diagnoses(question: Segment, _loop: Loop, scope: Scope) -> Iterator[Broken]:
    """A question about a service points to diagnoses of the patient that are told."""
    diagnoses = next((each for each in scope.unit.walk() if each.id == "HI"), None)
    if diagnoses is None:
        return
    held = len([each for each in diagnoses.elements if each])
    for place, pointer in enumerate(question.components(5), 1):
        if pointer.isdecimal() and not 1 <= int(pointer) <= held:
            yield Broken(f"EQ05-{place:02d}")


@check(
    "X12.4.271_ANSWER",
    guides=("271",),
    at=("2000C/HL", "2000D/HL"),
    code="IK3:I6",
    source="271, EB (2110C, 2110D) and AAA",
    message="the person is answered neither by a benefit (EB) nor by a refusal (AAA)",
    failing=but("271", ("AAA*N**75*C~\n", "")),
)
def everybody_is_answered(level: Segment, person: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A person without persons below is told of benefits, or why not."""
    if level.get(4) == "1" or any(each.id in ("EB", "AAA") for each in person.walk()):
        return ()
    return (Broken("EB"),)


@check(
    "X12.4.271_REFUSED",
    guides=("271",),
    at=("2100C/AAA", "2100D/AAA"),
    code="IK3:I9",
    severity=Severity.WARN,
    source="271, AAA (2100C, 2100D) and EB",
    message="the question about the person is refused (AAA), and yet coverage is told (EB)",
    failing=but("271", ("DMG*D8*19800229*F~\nINS", "AAA*N**71*C~\nDMG*D8*19800229*F~\nINS")),
)
def the_refused_are_not_told_coverage(
    refusal: Segment, person: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Who could not be identified is not told of active coverage."""
    told = (each for each in person.walk() if each.id == "EB")
    if refusal.get(1) != "N" or not any(each.get(1) in _ACTIVE for each in told):
        return ()
    return (Broken("AAA"),)


@check(
    "X12.4.271_CONTRADICTION",
    guides=("271",),
    at=("2110C/EB", "2110D/EB"),
    code="IK4:I13",
    severity=Severity.WARN,
    source="271, EB01",
    message="coverage is told to be inactive and, of the same service and plan, to be active",
    failing=but("271", (_ANSWERED, f"EB*6*FAM*30*HM*GOLD PLAN~\n{_ANSWERED}")),
    passing=but("271", (_ANSWERED, f"EB*6*FAM*35*HM*GOLD PLAN~\n{_ANSWERED}")),
)
def coverage_is_active_or_not(benefit: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """One service of one plan is not both; days of their own (DTP) would tell them apart."""
    if benefit.get(1) not in _INACTIVE or _restricted(benefit, loop):
        return ()
    services = set(benefit.repeats(3))
    for other in _benefits(scope.unit):
        told = other.find("EB")
        if told is None or told.get(1) not in _ACTIVE or _plan(told) != _plan(benefit):
            continue
        if services & set(told.repeats(3)) and not _restricted(told, other, "DTP"):
            return (Broken("EB01"),)
    return ()


def _plan(benefit: Segment) -> tuple[str, ...]:
    """Whom and which plan a benefit is about: EB02, EB04, EB05, and in or out of network."""
    return benefit.get(2), benefit.get(4), benefit.get(5), benefit.get(12), benefit.get(13)


def _restricted(benefit: Segment, loop: Loop, *but_for: str) -> bool:
    """Tell whether a benefit is told of a time, place or party of its own."""
    ids = {"DTP", "HSD", "REF", "III", "MSG"} - set(but_for)
    return bool(benefit.get(6)) or bool(loop.loops) or any(s.id in ids for s in loop.segments)


def _benefits(person: Loop) -> Iterable[Loop]:
    for name in person.loops:
        yield from (each for each in name.loops if each.id in ("2110C", "2110D"))


@check(
    "X12.4.271_AMOUNT",
    guides=("271",),
    at=("2110C/EB", "2110D/EB"),
    code="IK4:I9",
    source="271, EB07 and EB08",
    message="{element} is needed: EB01 tells an amount or a share that is not there",
    failing=but("271", ("***27*25*****Y", "***27******Y")),
    passing=but("271", ("***27*25*****Y", "***27*0*****Y")),
)
def benefits_tell_their_amounts(benefit: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A copayment, deductible, limit or spend down is an amount; coinsurance is a share.

    One that is told as the other is no defect, and a message (MSG) does not stand for either.
    """
    kind = benefit.get(1)
    if kind not in _AMOUNTS and kind != _SHARE:
        return ()
    if benefit.get(7) or benefit.get(8):
        return ()
    return (Broken("EB08" if kind == _SHARE else "EB07"),)


@check(
    "X12.4.271_SHARE",
    guides=("271",),
    at=("2110C/EB", "2110D/EB"),
    code="IK4:7",
    severity=Severity.WARN,
    source="271, EB08",
    message="EB08 is above 1: a share is told as a decimal, 20 percent as .2",
    failing=but("271", ("EB*A*IND*98*", "EB*A*IND*98*****20~\nEB*A*IND*98*")),
    passing=but("271", ("EB*A*IND*98*", "EB*A*IND*98*****1~\nEB*A*IND*98*")),
)
def shares_are_decimals(benefit: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The patient's share is between none and all."""
    share = benefit.get(8)
    whole, _, part = share.partition(".")
    if not whole.isdecimal() or int(whole) < 1 or (int(whole) == 1 and not part.strip("0")):
        return ()
    return (Broken("EB08"),)


@check(
    "X12.4.271_PARTY",
    guides=("271",),
    at=("2110C/EB", "2110D/EB"),
    code="IK3:I6",
    severity=Severity.WARN,
    source="271, EB01 and 2120C, 2120D",
    message="{party} that EB01 tells of is not named (NM1 between LS and LE)",
    failing=but("271", ("EB*C*IND*30***23*1500****N*Y", "EB*R*IND*30")),
    passing=but(
        "271",
        (
            "EB*C*IND*30***23*1500****N*Y",
            "EB*R*IND*30~\nLS*2120~\nNM1*PR*2*WEST PAYER~\nLE*2120",
        ),
    ),
)
def parties_are_named(benefit: Segment, loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Who is said to be concerned is named, told in a message, or is a plan by its name (EB05)."""
    party = _PARTIES.get(benefit.get(1))
    if party is None or benefit.get(5) or any(each.id[:4] == "2120" for each in loop.loops):
        return ()
    return () if loop.find("MSG") is not None else (Broken("NM1", words={"party": party}),)


@check(
    "X12.4.271_BOUNDS",
    guides=("271",),
    at=("2110C/EB", "2110D/EB"),
    code="IK3:I6",
    source="271, LS and LE around 2120C, 2120D",
    message="parties of a benefit stand between LS and LE, one of which is missing",
    failing=but("271", ("LE*2120~\n", "")),
)
def parties_stand_between_bounds(
    _benefit: Segment, loop: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """LS opens what LE closes, around each list of parties."""
    parties = any(each.id[:4] == "2120" for each in loop.loops)
    bounds = {each.id for each in loop.segments} & {"LS", "LE"}
    if len(bounds) == (2 if parties else 0) or (not parties and len(bounds) == 2):
        return ()
    return (Broken("LE" if "LE" not in bounds else "LS"),)


def _has(loop: Loop, loop_id: str, segment_id: str) -> bool:
    """Tell whether a loop within holds such a segment."""
    return any(
        below.id == loop_id and any(each.id == segment_id for each in below.segments)
        for child in loop.loops
        for below in child.loops
    )
