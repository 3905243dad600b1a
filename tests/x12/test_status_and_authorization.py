"""The guides beside claim and remittance: what a unit is, and what each guide refuses."""

from datetime import datetime

import pytest

from cleanclaim import x12
from cleanclaim.x12 import grammar
from cleanclaim.x12.checks.examples import but, sample
from cleanclaim.x12.diagnosis import diagnose
from cleanclaim.x12.envelope import judge_ta1
from cleanclaim.x12.patterns import compiled
from cleanclaim.x12.segments import Delimiters, Segment
from cleanclaim.x12.tokens import tokenize

ANSWER = "278-response"


def unit_ids(text: str) -> list[str]:
    return [event.loop.id for event in x12.read(text) if isinstance(event, x12.Unit)]


@pytest.mark.parametrize(
    ("guide", "ids"),
    [
        ("270", ["2000C", "2000D"]),
        ("271", ["2000C", "2000D", "2000C"]),
        ("275", ["2000A", "2000A"]),
        ("276", ["2200D", "2200E"]),
        ("277", ["2200D", "2200E", "2200C"]),
        ("277CA", ["2200D", "2200D"]),
        ("278-request", ["2000E", "2000E"]),
    ],
)
def test_a_sample_comes_unit_by_unit(guide: str, ids: list[str]) -> None:
    assert x12.check(sample(guide)).findings == []
    assert unit_ids(sample(guide)) == ids


def test_an_authorization_answer_comes_event_by_event_with_its_services() -> None:
    assert x12.check(sample(ANSWER)).findings == []
    first, second = [each for each in x12.read(sample(ANSWER)) if isinstance(each, x12.Unit)]
    services = first.loop.children("2000F")
    decisions = [each.find("HCR") for each in services]
    assert [each and each.get(1) for each in decisions] == ["A1", "A3"]
    assert [each.id for each in second.ancestors] == ["ST", "2000A", "2000B", "2000C", "2000D"]
    refusal = second.loop.find("AAA")
    assert refusal is not None
    assert refusal.get(3) == "33"


def test_an_authorization_refused_for_the_member_is_a_unit() -> None:
    text = sample(ANSWER)
    start, end = text.index("HL*4*3*EV*1~"), text.index("SE*27")
    refused = text[:start] + text[end:].replace("SE*27", "SE*11", 1)
    refused = refused.replace("HL*3*2*22*1~", "HL*3*2*22*0~", 1)
    refused = refused.replace("DMG*D8*19800229*F~", "AAA*N**75*C~", 1)
    assert x12.check(refused).findings == []
    assert unit_ids(refused) == ["2000C", "2000E"]


BROKEN = [
    ("270", "BHT*0022*13", "BHT*0022*36", "X12.2.CODE", "BHT02"),
    ("270", "EQ*30^98~", "EQ**HC~", "X12.2.ELEMENT_MISSING", "EQ02-02"),
    ("270", "III*ZZ", "III*GR", "X12.2.CODE", "III01"),
    ("271", "AAA*N**75*C~", "AAA*N**99*C~", "X12.2.CODE", "AAA03"),
    ("271", "DTP*346*D8", "DTP*348*D8", "X12.2.CODE", "DTP01"),
    ("271", "INS*Y*18*001*25~", "INS*N*18*001*25~", "X12.2.CODE", "INS01"),
    ("271", "EB*1*FAM*30^98*HM", "EB*1*FAM*30^98*XX", "X12.2.CODE", "EB04"),
    ("275", "BGN*02", "BGN*03", "X12.2.CODE", "BGN01"),
    ("275", "CAT*AE*TX~\n", "", "X12.2.SEGMENT_MISSING", "CAT"),
    ("275", "EFI*05~\nBIN*13*WOUND HEALING~\n", "", "X12.2.LOOP_MISSING", "EFI"),
    ("276", "REF*EJ*C-1~\n", "REF*EJ*C-1~\nREF*EJ*C-9~\n", "X12.2.SEGMENT_REPEATS", "REF"),
    ("276", "HL*6*5*23~", "HL*6*5*23*0~", "X12.2.ELEMENT_UNUSED", "HL04"),
    ("276", "AMT*T3", "AMT*T2", "X12.2.CODE", "AMT01"),
    ("276", "DMG*D8*20150315*F~\n", "", "X12.2.SEGMENT_MISSING", "DMG"),
    ("277", "STC*F1:65*20260119**150", "STC*F1:65*20260119*U*150", "X12.2.ELEMENT_UNUSED", "STC03"),
    ("277", "STC*P1:20*", "STC*P1*", "X12.2.ELEMENT_MISSING", "STC01-02"),
    ("277", "STC*P1:20*20260119**80*0~\n", "", "X12.2.SEGMENT_MISSING", "STC"),
    ("277", "100*70****1~", "100*70~", "X12.2.ELEMENT_MISSING", "SVC07"),
    ("277CA", "A7:562:85", "A7:562:XX", "X12.2.CODE", "STC01-03"),
    ("277CA", "QTY*90*1~", "QTY*91*1~", "X12.1.SEGMENT_UNEXPECTED", "QTY"),
    ("278-request", "UM*HS*I*1", "UM*XX*I*1", "X12.2.CODE", "UM01"),
    ("278-request", "UM*AR*I*48*21:B~\n", "", "X12.2.SEGMENT_MISSING", "UM"),
    ("278-request", "HI*ABK:M1711", "HI*ZZZ:M1711", "X12.2.CODE", "HI01-01"),
    ("278-request", "HSD*DY*3~", "HSD*DY~", "X12.1.SYNTAX", "HSD02"),
    ("278-request", "NM1*X3*2", "NM1*QQ*2", "X12.2.CODE", "NM101"),
    ("278-request", "SV2*0120**", "SV2***", "X12.1.SYNTAX", "SV201"),
]  # fmt: skip


@pytest.mark.parametrize(("guide", "old", "new", "rule", "element"), BROKEN)
def test_a_guide_refuses_one_spoilt_element(
    guide: str, old: str, new: str, rule: str, element: str
) -> None:
    found = [
        (each.rule, each.element) for each in x12.check(but(guide, (old, new)).text()).findings
    ]
    assert (rule, element) in found


@pytest.mark.parametrize(
    ("old", "new", "rule", "element"),
    [
        ("HCR*A6*", "HCR*A9*", "X12.2.CODE", "HCR01"),
        ("AAA*N**33*C~", "AAA*Q**33*C~", "X12.2.CODE", "AAA01"),
        ("PER*IC**FX*5555550103~", "PER*IC**FX~", "X12.1.SYNTAX", "PER04"),
    ],
)
def test_an_answer_refuses_one_spoilt_element(old: str, new: str, rule: str, element: str) -> None:
    found = x12.check(but(ANSWER, (old, new)).text()).findings
    assert [(each.rule, each.element) for each in found] == [(rule, element)]


@pytest.mark.parametrize("table", [f"{ANSWER}.txt", "TA1.txt"])
def test_tables_that_no_version_names_are_sound(table: str) -> None:
    for loop in grammar.read_guide(table).root.loops():
        seen: set[tuple[int, str]] = set()
        for child in loop.children[1:]:
            codes = child.trigger.shape.qualifiers[2] or ("",)
            keys = {(child.place, child.trigger.id + code) for code in codes}
            assert not keys & seen, (loop.id, keys & seen)
            seen |= keys


@pytest.mark.parametrize(
    ("text", "spoilt"),
    [
        ("TA1*000000101*260105*1200*A*000", []),
        ("TA1*000000101*260105*1200*R*022", []),
        ("TA1*101*260105*1200*A*000", ["TA101"]),
        ("TA1*000000101*20260105*1200*A*000", ["TA102"]),
        ("TA1*000000101*261305*1200*A*000", ["TA102"]),
        ("TA1*000000101*260105*120000*A*000", ["TA103"]),
        ("TA1*000000101*260105*2500*X*032", ["TA103", "TA104", "TA105"]),
        ("TA1*000000101*260105*1200*A", ["TA105"]),
        ("TA1*000000101*260105*1200*A*000*X", ["TA1"]),
    ],
)
def test_an_acknowledged_interchange_has_its_form(text: str, spoilt: list[str]) -> None:
    name, *elements = text.split("*")
    found = list(judge_ta1(Segment(name, tuple(elements))))
    assert [each.element for each in found] == spoilt
    assert {each.code for each in found} <= {""}
    shape = grammar.read_guide("TA1.txt").root.trigger.shape
    assert (compiled(shape, Delimiters()).fullmatch(text) is None) == bool(spoilt)


def test_binary_data_may_hold_any_character() -> None:
    loops = {loop.id: loop for loop in x12.GUIDES["005010X210"].root.loops()}
    shape = next(
        child.trigger.shape for child in loops["2110B"].children if child.trigger.id == "BIN"
    )
    data = "a:b^c\x00\x1f\n"
    assert list(diagnose(Segment("BIN", ("8", data)), shape)) == []
    assert compiled(shape, Delimiters()).fullmatch(f"BIN*8*{data}~")
    assert [each.element for each in diagnose(Segment("BIN", ("8", "")), shape)] == ["BIN02", "BIN"]


def test_a_written_question_leaves_out_what_its_lowest_level_does_not_say() -> None:
    outside = {"", "ISA", "GS", "SE", "GE", "IEA"}
    body = x12.loop("ST", *(each for each in tokenize(sample("276")) if each.id not in outside))
    made = x12.Envelope("MAPLECLINIC", "NORTHPAYER", 9, datetime(2026, 1, 20, 12))  # noqa: DTZ001
    text = x12.write(made, "005010X212", [body])
    levels = [each.elements for each in tokenize(text) if each.id == "HL"]
    assert levels[3:] == [("4", "3", "22", "0"), ("5", "3", "22", "1"), ("6", "5", "23")]
