"""One defect at a time: the rule that must find it, and the segment where."""

from collections.abc import Callable

import pytest

from cleanclaim import x12

Recount = Callable[[str], str]

# old text, new text, rule, position of the segment, element
PROFESSIONAL_DEFECTS = [
    ("*ZZ*MAPLEBILLING   *", "*QQ*MAPLEBILLING   *", "X12.1.ISA", 1, "ISA05"),
    ("*260105*1200*^", "*261305*1200*^", "X12.1.ISA", 1, "ISA09"),
    ("*0*T*:", "*0*Q*:", "X12.1.ISA", 1, "ISA15"),
    ("IEA*1*000000101", "IEA*1*000000999", "X12.1.IEA02", 59, "IEA"),
    ("IEA*1*", "IEA*2*", "X12.1.IEA01", 59, "IEA"),
    ("IEA*1*000000101~\n", "", "X12.1.IEA_MISSING", 1, "ISA"),
    ("GS*HC*", "GS*HP*", "X12.1.GS01", 2, "GS"),
    ("GE*1*101", "GE*3*101", "X12.1.GE01", 58, "GE"),
    ("GE*1*101", "GE*1*102", "X12.1.GE02", 58, "GE"),
    ("GE*1*101~\n", "", "X12.1.GE_MISSING", 2, "GS"),
    ("*0001~\nGE", "*0002~\nGE", "X12.1.SE02", 57, "SE"),
    ("ST*837*0001*005010X222A1", "ST*837*0001*005010X223A2", "X12.1.ST03", 3, "ST"),
    ("REF*G1*AUTH1~", "REF*G1*AUTH1~\nQQQ*1~", "X12.1.SEGMENT_UNKNOWN", 23, "QQQ"),
    ("REF*G1*AUTH1~", "REF*ZZ*AUTH1~", "X12.1.SEGMENT_UNEXPECTED", 22, "REF"),
    ("LX*2~", "CLP*1~\nLX*2~", "X12.1.SEGMENT_UNKNOWN", 30, "CLP"),
    ("LX*2~", "BHT*1~\nLX*2~", "X12.1.SEGMENT_ORDER", 30, "BHT"),
    (
        "REF*G1*AUTH1~\nHI*ABK:E119*ABF:I10~",
        "HI*ABK:E119*ABF:I10~\nREF*G1*AUTH1~",
        "X12.1.SEGMENT_ORDER",
        23,
        "REF",
    ),
    ("PER*IC*DANA FIELD*TE*5555550100~\n", "", "X12.2.SEGMENT_MISSING", 5, "PER"),
    ("NM1*40*2*NORTH PAYER*****46*NP001~\n", "", "X12.2.LOOP_MISSING", 3, "NM1"),
    ("REF*EI*123456789~\n", "", "X12.2.SEGMENT_MISSING", 10, "REF"),
    ("HI*ABK:E119*ABF:I10~\n", "", "X12.2.SEGMENT_MISSING", 21, "HI"),
    ("DTP*472*D8*20260102~\n", "", "X12.2.SEGMENT_MISSING", 26, "DTP"),
    ("LX*2~\n", "", "X12.2.SEGMENT_REPEATS", 30, "SV1"),
    ("BHT*0019*00*B-1*20260105*1200*CH~\n", "", "X12.2.SEGMENT_MISSING", 3, "BHT"),
    (
        "DMG*D8*19800229*F~",
        "DMG*D8*19800229*F~\nDMG*D8*19800229*F~",
        "X12.2.SEGMENT_REPEATS",
        20,
        "DMG",
    ),
    (
        "NM1*82*1*BIRCH*ANNA****XX*1245319599~",
        "NM1*82*1*BIRCH*ANNA****XX*1245319599~\nNM1*82*1*BIRCH*ANNA****XX*1245319599~",
        "X12.2.LOOP_REPEATS",
        25,
        "NM1",
    ),
    ("CLM*C-1*150", "CLM**150", "X12.2.ELEMENT_MISSING", 21, "CLM01"),
    ("CLM*C-1*150", "CLM*C-1*15O", "X12.1.CHARACTER", 21, "CLM02"),
    ("CLM*C-1*", "CLM*" + "C" * 39 + "*", "X12.1.LONG", 21, "CLM01"),
    ("11:B:1*Y*A*Y*Y~\nREF", "11:B:1:9*Y*A*Y*Y~\nREF", "X12.1.COMPONENTS", 21, "CLM05"),
    ("11:B:1*Y*A*Y*Y~\nREF", "11:Q:1*Y*A*Y*Y~\nREF", "X12.2.CODE", 21, "CLM05-02"),
    ("11:B:1*Y*A*Y*Y~\nREF", "11:B*Y*A*Y*Y~\nREF", "X12.2.ELEMENT_MISSING", 21, "CLM05-03"),
    ("CLM*C-1*150***", "CLM*C-1*150*1**", "X12.2.ELEMENT_UNUSED", 21, "CLM03"),
    ("N4*SPRINGFIELD*IL*627010000", "N4*S*IL*627010000", "X12.1.SHORT", 12, "N401"),
    ("DMG*D8*19800229", "DMG*D8*19810229", "X12.1.DATE", 19, "DMG02"),
    ("20260105*1200*CH", "20260105*2500*CH", "X12.1.TIME", 4, "BHT05"),
    ("20260105*1200*CH", "20261301*1200*CH", "X12.1.DATE", 4, "BHT04"),
    ("RD8*20260102-20260103", "RD8*20260102", "X12.1.DATE", 32, "DTP03"),
    ("RD8*20260102-20260103", "D9*20260102", "X12.2.CODE", 32, "DTP02"),
    ("****MI*M0001", "****MI", "X12.1.SYNTAX", 16, "NM109"),
    ("CAS*CO*45*20**253*10", "CAS*CO*45*20**253", "X12.1.SYNTAX", 55, "CAS06"),
    ("PRV*BI*PXC*207Q00000X", "PRV*BI*PXC*207Q00000X****", "X12.1.TRAILING_SEPARATOR", 9, "PRV"),
    ("PRV*BI*PXC*207Q00000X", "PRV*BI*PXC*207Q00000X****1", "X12.1.ELEMENTS", 9, "PRV"),
    ("REF*EI*123456789", "REF*EI*123^456", "X12.2.REPETITIONS", 13, "REF02"),
    ("SPRINGFIELD*IL*627010000", "SPRING\x07FIELD*IL*627010000", "X12.1.CHARACTER", 12, "N401"),
    ("HL*2*1*22*0", "HL*9*1*22*0", "X12.1.HL01", 14, "HL01"),
    ("HL*4*3*23*0", "HL*4*1*23*0", "X12.1.HL02", 37, "HL02"),
    ("HL*2*1*22*0", "HL*2*1*22*1", "X12.2.HL04", 14, "HL04"),
    ("SV1*HC:36415*50", "SV1*HC:36415*51", "X12.3.CLM02", 21, "CLM02"),
    ("AMT*D*40", "AMT*D*45", "X12.3.2320_AMT_D", 47, "AMT02"),
    ("SVD*SP001*50", "SVD*SP001*51", "X12.3.SV102", 54, "SVD02"),
    ("XX*1245319599", "XX*1245319590", "X12.5.NPI", 24, "NM109"),
    ("XX*1234567893", "XX*1234567890", "X12.5.NPI", 10, "NM109"),
]

REMITTANCE_DEFECTS = [
    ("PER*BL*HELP DESK*TE*5555550101~\n", "", "X12.2.SEGMENT_MISSING", 7, "PER"),
    ("N1*PE*MAPLE CLINIC*XX*1234567893~\n", "", "X12.2.LOOP_MISSING", 3, "N1"),
    ("BPR*I*125*C*", "BPR*I*125*Q*", "X12.2.CODE", 4, "BPR03"),
    ("*CHK************20260120", "*CHK", "X12.2.ELEMENT_MISSING", 4, "BPR16"),
    ("CLP*C-1*1*", "CLP*C-1*99*", "X12.2.CODE", 13, "CLP02"),
    ("CAS*CO*45*10~", "CAS*XX*45*10~", "X12.2.CODE", 17, "CAS01"),
    ("DTM*405*20260119", "DTM*405*20260199", "X12.1.DATE", 6, "DTM02"),
    ("SVC*HC:99213:25*100*70", "SVC*HC:99213:25*100*71", "X12.3.SVC03", 15, "SVC03"),
    ("CAS*PR*2*20~\n", "", "X12.3.CLP04", 13, "CLP04"),
    ("CAS*CO*45*4*1*253*6", "CAS*CO*45*4*1*253*5", "X12.3.SVC03", 19, "SVC03"),
    ("CLP*C-2*4*25*0", "CLP*C-2*4*25*1", "X12.3.CLP04", 22, "CLP04"),
    ("BPR*I*125", "BPR*I*126", "X12.3.BPR02", 4, "BPR02"),
    ("WO:P-0*-15", "WO:P-0*15", "X12.3.BPR02", 4, "BPR02"),
    ("PLB*1234567893*20261231*WO", "PLB*1234567893*20261231*QQ", "X12.2.CODE", 26, "PLB03-01"),
    ("XX*1234567893", "XX*1234567899", "X12.5.NPI", 11, "N104"),
    ("LX*1~\n", "", "X12.2.SEGMENT_MISSING", 12, "LX"),
    ("SE*", "SE*9", "X12.1.SE01", 27, "SE"),
]


def assert_found(text: str, rule: str, position: int, element: str) -> None:
    findings = x12.check(text).findings
    places = [(each.rule, each.segment, each.element) for each in findings]
    assert (rule, position, element) in places
    severe = [each for each in findings if each.severity == "block"]
    assert severe or rule == "X12.1.TRAILING_SEPARATOR"
    for finding in findings:
        assert finding.rule.startswith(f"X12.{finding.type}.")
        assert not any(private in finding.message for private in ("ISAAC", "POND", "M0001", "C-1"))


@pytest.mark.parametrize(("old", "new", "rule", "position", "element"), PROFESSIONAL_DEFECTS)
def test_a_defect_of_a_claim_is_found_where_it_is(
    professional: str, recount: Recount, old: str, new: str, rule: str, position: int, element: str
) -> None:
    assert professional.count(old) >= 1
    assert_found(recount(professional.replace(old, new, 1)), rule, position, element)


@pytest.mark.parametrize(("old", "new", "rule", "position", "element"), REMITTANCE_DEFECTS)
def test_a_defect_of_a_remittance_is_found_where_it_is(
    remittance: str, recount: Recount, old: str, new: str, rule: str, position: int, element: str
) -> None:
    assert remittance.count(old) >= 1
    changed = remittance.replace(old, new, 1)
    text = changed if rule == "X12.1.SE01" else recount(changed)
    assert_found(text, rule, position, element)


# Changes that break nothing: the checks must not be nervous.
HARMLESS = [
    ("CAS*PR*3*10~\nAMT*D*40~", "AMT*D*50~"),
    ("*150*", "*150.0*"),
    ("REF*G1*AUTH1~", "REF*EA*MR1~\nREF*G1*AUTH1~\nK3*TEXT~\nNTE*ADD*A NOTE WITH SIGNS +-=/()~"),
    ("SV1*HC:99213:25*100*UN*1***1:2", "SV1*HC:99213:25:59:76:77:FREE TEXT*100*UN*.5***1:2**Y"),
    ("PRV*PE*PXC*207Q00000X~\n", ""),
    ("SVD*SP001*50*HC:99212**1~", "SVD*SP001*50*HC:99212**1*1~"),
]


@pytest.mark.parametrize(("old", "new"), HARMLESS)
def test_what_is_allowed_is_not_found(
    professional: str, recount: Recount, old: str, new: str
) -> None:
    assert professional.count(old) == 1
    assert x12.check(recount(professional.replace(old, new))).findings == []


def test_a_repeated_control_number_is_found(professional: str) -> None:
    rules = [each.rule for each in x12.check(professional + professional).findings]
    assert rules == ["X12.1.ISA_REPEATED"]
