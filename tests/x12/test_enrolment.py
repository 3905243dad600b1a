"""Enrolments and premium payments: bounded loops, members one at a time, and one defect each."""

import random
from datetime import datetime

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks.examples import recounted, sample
from cleanclaim.x12.segments import Loop

AT = datetime(2026, 1, 6, 8, 30)  # noqa: DTZ001


def units(text: str) -> list[x12.Unit]:
    return [event for event in x12.read(text) if isinstance(event, x12.Unit)]


def places(text: str) -> list[tuple[str, int, str]]:
    return [(each.rule, each.segment, each.element) for each in x12.check(text).findings]


def changed(guide: str, old: str, new: str) -> str:
    text = sample(guide)
    assert old in text
    return recounted(text.replace(old, new, 1))


def test_each_member_is_a_unit_with_its_own_loops() -> None:
    first, second, third, fourth = units(sample("834"))
    assert [loop.id for loop in first.loop.loops] == ["2100A", "2300", "2300", "2700", "2700"]
    assert [loop.id for loop in second.loop.loops] == ["2100A", "2100E", "2100F", "2300"]
    assert [loop.id for loop in third.loop.loops] == ["2100A", "2100B", "2300"]
    assert [loop.id for loop in fourth.loop.loops] == ["2100A", "2300"]
    assert all(each.ancestor("ST") is not None for each in (first, second, third, fourth))


def test_providers_and_reporting_categories_that_both_start_with_lx_are_told_apart() -> None:
    member = units(sample("834"))[0].loop
    providers = [each.id for loop in member.children("2300") for each in loop.loops]
    assert providers == ["2310", "2320"]
    categories = member.children("2700")
    names = [inner.segments[0].get(2) for each in categories for inner in each.children("2750")]
    assert names == ["DIVISION", "UNION"]
    assert [each.id for each in member.segments][-2:] == ["LS", "LE"]


def test_a_coverage_after_a_bounded_loop_is_out_of_order_and_the_next_member_is_not() -> None:
    late = changed("834", "LE*2700~", "LE*2700~\nHD*021**VIS~\nDTP*348*D8*20260101~")
    assert places(late) == [("X12.1.SEGMENT_ORDER", 52, "HD")]
    assert len(units(late)) == 4


BOUNDED_DEFECTS = [
    ("LE*2700~\n", "", "X12.4.834_BOUNDS", 43, "LE"),
    ("LS*2700~\n", "", "X12.4.834_BOUNDS", 50, "LS"),
    ("LE*2700", "LE*2750", "X12.2.CODE", 51, "LE01"),
    ("LS*2700", "LS*2300", "X12.2.CODE", 43, "LS01"),
    ("LX*1~\nN1*75", "N1*75", "X12.2.SEGMENT_MISSING", 44, "LX"),
    ("N1*75*DIVISION~\n", "", "X12.2.LOOP_MISSING", 44, "N1"),
    ("N1*75*UNION", "N1*74*UNION", "X12.2.CODE", 49, "N101"),
]

ENROLMENT_DEFECTS = [
    *BOUNDED_DEFECTS,
    ("INS*N*19*021*28*A*", "INS*N*19*021*28*B*", "X12.2.CODE", 52, "INS05"),
    ("REF*0F*M0002~\n", "", "X12.2.SEGMENT_MISSING", 68, "REF"),
    ("NM1*IL*1*POND*IRIS~\n", "", "X12.2.LOOP_MISSING", 80, "NM1"),
    ("DTP*349*D8*20251231", "DTP*349*D8*20251331", "X12.1.DATE", 86, "DTP03"),
    ("PLA*2*1P*20260101**14", "PLA*2*1P*20260101**15", "X12.2.CODE", 79, "PLA05"),
    ("XX*1245319599*26", "XX*1245319599", "X12.2.ELEMENT_MISSING", 78, "NM110"),
    ("XX*1245319599*26", "XX*1245319590*26", "X12.5.NPI", 78, "NM109"),
    ("*28*A***FT~", "*28*A***FT****20260101~", "X12.1.SYNTAX", 14, "INS11"),
    ("QTY*TO*4", "QTY*TO*5", "X12.3.834_QTY", 7, "QTY02"),
    ("QTY*ET*2", "QTY*ET*1", "X12.3.834_QTY", 8, "QTY02"),
    ("INS*N*01*024", "INS*N*18*024", "X12.4.834_SELF", 80, "INS02"),
    ("DTP*349*D8", "DTP*348*D8", "X12.4.834_BENEFIT_END", 85, "DTP"),
]

PREMIUM_DEFECTS = [
    ("ENT*2*2J*34", "ENT*2*2L*34", "X12.2.CODE", 25, "ENT03"),
    ("ENT*2*2J*34*987000001", "ENT*2*2J*34", "X12.2.ELEMENT_MISSING", 25, "ENT04"),
    ("RMR*1L*G-78**500~\n", "", "X12.3.820_BPR02", 4, "BPR02"),
    ("RMR*AZ*P-1**150", "RMR*AZ*P-1", "X12.2.ELEMENT_MISSING", 28, "RMR04"),
    ("RMR*AZ*P-1**150", "RMR*1L*P-1**150", "X12.2.CODE", 28, "RMR01"),
    ("20260101-20260131~\nN1", "20260101-20260132~\nN1", "X12.1.DATE", 7, "DTM06"),
    ("N1*PE*NORTH PAYER*FI*987654321~\n", "", "X12.2.LOOP_MISSING", 3, "N1"),
    ("ADX*-50*52", "ADX*-50*53*14", "X12.2.ELEMENT_UNUSED", 16, "ADX03"),
    ("ADX*-10*53", "ADX*-11*53", "X12.3.820_BPR02", 4, "BPR02"),
    ("ADX*-50*AX", "ADX*-40*AX", "X12.3.820_RMR04", 17, "RMR04"),
    ("SLN*1**O*12*IE", "SLN*1**O*12", "X12.2.ELEMENT_MISSING", 22, "SLN05"),
]


@pytest.mark.parametrize(("old", "new", "rule", "position", "element"), ENROLMENT_DEFECTS)
def test_a_defect_of_an_enrolment_is_found_where_it_is(
    old: str, new: str, rule: str, position: int, element: str
) -> None:
    assert (rule, position, element) in places(changed("834", old, new))


@pytest.mark.parametrize(("old", "new", "rule", "position", "element"), PREMIUM_DEFECTS)
def test_a_defect_of_a_premium_payment_is_found_where_it_is(
    old: str, new: str, rule: str, position: int, element: str
) -> None:
    assert (rule, position, element) in places(changed("820", old, new))


HARMLESS = [
    ("834", "QTY*TO*4", "QTY*TO*4.00"),
    ("834", "INS*N*19*021*28*A****F*N", "INS*N*19*021**A*C:1"),
    ("834", "LUI*LE*ENG**7", "LUI***ENGLISH*7~\nLUI*LD*ENG**5"),
    ("834", "DTP*349*D8*20251231", "DTP*349*RD8*20251231-20251231"),
    ("834", "LS*2700~\nLX*1~", "LS*2700~\nLX*7~"),
    ("820", "ENT*1*2L*FI*123456789~\nADX*-50*52", "ENT*1*2L*FI*123456789~\nADX*-50.0*52"),
    ("820", "DTM*582****RD8*20260101-20260131~\nENT*3", "ENT*3"),
    ("999", "IK5*R*5", "IK5*R*5*I6"),
]


@pytest.mark.parametrize(("guide", "old", "new"), HARMLESS)
def test_what_the_guides_allow_is_not_found(guide: str, old: str, new: str) -> None:
    assert places(changed(guide, old, new)) == []


def test_dependants_alone_need_no_subscriber() -> None:
    """The subscriber may have been sent before, in another transaction."""
    text = sample("834")
    start, stop = text.index("INS*Y*18*001"), text.index("INS*N*01*024")
    alone = text[:start] + text[stop:]
    alone = alone.replace("QTY*TO*4", "QTY*TO*3").replace("QTY*ET*2", "QTY*ET*1")
    assert places(recounted(alone)) == []


def test_a_payment_without_detail_is_not_summed() -> None:
    text = sample("820")
    assert places(recounted(text[: text.index("ENT*1")] + text[text.index("SE*") :])) == []


@pytest.mark.parametrize("guide", ["834", "820", "999"])
def test_what_was_read_can_be_written_again(guide: str) -> None:
    text = sample(guide)
    events = list(x12.read(text))
    [end] = [event for event in events if isinstance(event, x12.TransactionEnd)]
    members = [event.loop for event in events if isinstance(event, x12.Unit)]
    body = Loop("ST", [*end.header.segments, *end.trailer.segments], [*end.header.loops, *members])
    start = next(event for event in events if isinstance(event, x12.InterchangeStart)).header
    group = next(event for event in events if isinstance(event, x12.GroupStart)).header
    envelope = x12.Envelope(
        sender=start.get(6).strip(),
        receiver=start.get(8).strip(),
        created_at=datetime(2026, 1, 5, 12, 0),  # noqa: DTZ001
        control_number=int(start.get(13)),
        usage="T",
    )
    assert x12.write(envelope, group.get(8), [body]) == text.replace("\n", "")


@pytest.mark.parametrize("guide", ["834", "820", "999"])
def test_a_missing_segment_is_survived_anywhere(guide: str) -> None:
    """Whichever segment is missing, the others are read, and an answer is given."""
    lines = sample(guide).splitlines(keepends=True)
    dice = random.Random(guide)  # noqa: S311
    for place in range(len(lines)):
        text = "".join(lines[:place] + lines[place + 1 :])
        assert isinstance(x12.check(text).valid, bool)
    for _ in range(60):
        some = dice.sample(range(len(lines)), dice.randint(2, 8))
        text = "".join(line for place, line in enumerate(lines) if place not in some)
        assert x12.acknowledge(text, created_at=AT, control_number=1).startswith("ISA*")
