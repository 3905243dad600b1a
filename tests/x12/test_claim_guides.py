"""Institutional and dental claims: what their guides want, and where it is missed."""

from collections.abc import Callable

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks.examples import CLEAN, but
from cleanclaim.x12.grammar import read_guide

KINDS = ("837P", "837I", "837D")


def units(guide: str) -> list[x12.Unit]:
    return [event for event in x12.read(CLEAN[guide].text()) if isinstance(event, x12.Unit)]


@pytest.mark.parametrize("guide", KINDS)
def test_a_claim_comes_with_its_lines_and_the_payer_before(guide: str) -> None:
    own, dependants = units(guide)
    assert [loop.id for loop in own.ancestors] == ["ST", "2000A", "2000B"]
    assert [loop.id for loop in dependants.ancestors] == ["ST", "2000A", "2000B", "2000C"]
    assert len(own.loop.children("2400")) == 2
    other = dependants.loop.child("2320")
    assert other is not None
    assert [loop.id for loop in other.loops] == ["2330A", "2330B"]
    assert all(line.children("2430") for line in dependants.loop.children("2400"))


@pytest.mark.parametrize(
    ("guide", "version"),
    [
        ("837I", "005010X223"),
        ("837I", "005010X223A1"),
        ("837I", "005010X223A3"),
        ("837D", "005010X224"),
        ("837D", "005010X224A1"),
        ("837D", "005010X224A3"),
    ],
)
def test_an_erratum_is_read_as_the_release_at_hand(guide: str, version: str) -> None:
    text = CLEAN[guide].text()
    current = text.partition("*X*")[2].partition("~")[0]
    report = x12.check(text.replace(current, version))
    assert [finding.rule for finding in report.findings] == ["X12.1.GUIDE_RELEASE"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "loop", "element"),
    [
        ("*11:A:1**A", "*11:B:1**A", "X12.2.CODE", "2300", "CLM05-02"),
        ("*11:A:1**A", "*11:A:1*Y*A", "X12.2.ELEMENT_UNUSED", "2300", "CLM06"),
        ("CL1*1*1*01~\n", "", "X12.2.SEGMENT_MISSING", "2300", "CL1"),
        ("CL1*1*1*01~", "CL1*1*1~", "X12.2.ELEMENT_MISSING", "2300", "CL103"),
        ("DTP*096*TM*1130", "DTP*096*TM*2530", "X12.1.TIME", "2300", "DTP03"),
        (
            "DTP*434*RD8*20260112-20260116",
            "DTP*434*D8*20260112",
            "X12.2.CODE",
            "2300",
            "DTP02",
        ),
        ("DT*202601120845", "DT*20260112", "X12.1.DATE", "2300", "DTP03"),
        ("ABF:I10:::::::Y", "ABF:I10:::::::X", "X12.2.CODE", "2300", "HI02-09"),
        ("BI:71:RD8:20251201-20251205", "BI:71:RD8:20251201", "X12.1.DATE", "2300", "HI01-04"),
        ("BE:80:::4", "BE:80", "X12.2.ELEMENT_MISSING", "2300", "HI01-05"),
        ("HI*DR:282~", "HI*DR:282~\nHI*DR:283~", "X12.2.SEGMENT_REPEATS", "2300", "HI"),
        ("SV2*0120**4000*DA*4", "SV2***4000*DA*4", "X12.2.ELEMENT_MISSING", "2400", "SV201"),
        ("SV2*0120**4000*DA*4", "SV2*0120**4000*F2*4", "X12.2.CODE", "2400", "SV204"),
        ("*HC:73110*0320*1", "*HC:73110**1", "X12.2.ELEMENT_MISSING", "2430", "SVD04"),
        ("NM1*72*1*ALDER", "NM1*72*2*ALDER", "X12.2.CODE", "2310B", "NM102"),
    ],
)
def test_a_fault_of_an_institutional_claim_is_found_in_its_place(
    old: str, new: str, rule: str, loop: str, element: str
) -> None:
    findings = x12.check(but("837I", (old, new)).text()).findings
    assert [(each.rule, each.loop, each.element) for each in findings if each.type < 3] == [
        (rule, loop, element)
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule", "loop", "element"),
    [
        ("AD:D2740", "HC:D2740", "X12.2.CODE", "2400", "SV301-01"),
        ("TOO*JP*12*M:O", "TOO*JP*12*M:X", "X12.2.CODE", "2400", "TOO03-02"),
        ("TOO*JP*12*M:O", "TOO*JO*12*M:O", "X12.2.CODE", "2400", "TOO01"),
        ("DN2*17*M****JP", "DN2*17*Q****JP", "X12.2.CODE", "2300", "DN202"),
        ("DN1*24*18", "DN1*X*18", "X12.1.CHARACTER", "2300", "DN101"),
        ("**10**1~", "**1000**1~", "X12.1.LONG", "2400", "SV304-01"),
        ("*11:B:1*Y", "*11:B:1*", "X12.2.ELEMENT_MISSING", "2300", "CLM06"),
        ("AD:D8670**1~", "AD:D8670*0120*1~", "X12.2.ELEMENT_UNUSED", "2430", "SVD04"),
        ("HI*ABK:K0262", "HI*ABJ:K0262", "X12.2.CODE", "2300", "HI01-01"),
    ],
)
def test_a_fault_of_a_dental_claim_is_found_in_its_place(
    old: str, new: str, rule: str, loop: str, element: str
) -> None:
    findings = x12.check(but("837D", (old, new)).text()).findings
    assert [(each.rule, each.loop, each.element) for each in findings if each.type < 3] == [
        (rule, loop, element)
    ]


@pytest.mark.parametrize("guide", KINDS)
def test_a_patient_without_a_claim_is_missed(guide: str, recount: Callable[[str], str]) -> None:
    text = CLEAN[guide].text()
    claim = text[text.rindex("CLM*") : text.index("SE*")]
    findings = x12.check(recount(text.replace(claim, ""))).findings
    assert [(each.rule, each.loop) for each in findings] == [("X12.2.LOOP_MISSING", "2300")]


@pytest.mark.parametrize("guide", KINDS)
def test_the_claim_of_subscriber_and_patient_is_the_same(guide: str) -> None:
    """Loop 2300 stands once in the table and at two places of the guide."""
    claims = [loop for loop in read_guide(f"{guide}.txt").root.loops() if loop.id == "2300"]
    subscribers, patients = ([loop.id for loop in each.loops()] for each in claims)
    assert subscribers == patients
    assert len(subscribers) > 20
