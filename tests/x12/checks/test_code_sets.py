"""Type 5 beyond the examples: several codes at once, severities, the day, the code told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.codes.code_list import code_list
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.code_sets import SCREENING
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.grammar import dictionary
from cleanclaim.x12.segments import Segment


def found(guide: str, *changes: tuple[str, str]) -> list[X12Finding]:
    findings = x12.check(but(guide, *changes).text()).findings
    return [each for each in findings if each.type == 5]


def test_every_wrong_code_of_a_segment_is_told_once() -> None:
    wrong = found("837P", ("HI*ABK:E119*ABF:I10", "HI*ABK:E1199X*ABF:I10*ABF:J9"))
    assert [(each.rule, each.element, each.code) for each in wrong] == [
        ("X12.5.ICD10CM", "HI01-02", "STC:A7:254"),
        ("X12.5.ICD10CM", "HI03-02", "STC:A7:255"),
    ]


def test_a_number_that_the_list_may_give_next_only_warns() -> None:
    (reason,) = found("835", ("CAS*CO*29*25", "CAS*CO*320*25"))
    assert (reason.rule, reason.severity) == ("X12.5.CARC", Severity.WARN)


def test_a_diagnosis_after_the_release_only_warns_and_one_before_blocks() -> None:
    changes = ("HI*ABK:J069", "HI*ABK:J0699"), ("D8*20260104", "D8*20301004")
    assert [each.severity for each in found("837P", *changes)] == [Severity.WARN]
    assert [each.severity for each in found("837P", changes[0])] == [Severity.BLOCK]


def test_a_reason_that_ended_warns_where_it_is_told_and_passes_where_it_is_quoted() -> None:
    (reason,) = found("835", ("CAS*CO*29*25", "CAS*CO*17*25"))
    assert reason.severity is Severity.WARN
    assert found("837P", ("CAS*CO*45*20", "CAS*CO*17*20")) == []


@pytest.mark.parametrize("place", [2, 5, 8, 11, 14, 17])
def test_each_of_the_six_reasons_is_judged(place: int) -> None:
    triples = [("45", "1", "")] * 6
    triples[(place - 2) // 3] = ("9999", "1", "")
    text = "CAS*CO*" + "*".join("*".join(each) for each in triples)
    wrong = found("835", ("CAS*CO*29*25", text.rstrip("*")))
    assert [each.element for each in wrong] == [f"CAS{place:02d}"]


def test_the_party_of_the_loop_is_told_to_the_sender_of_a_claim() -> None:
    changes = ("XX*1234567893", "XX*1234567890"), ("XX*1245319599", "XX*1245319590")
    assert [each.code for each in found("837P", *changes)] == ["STC:A7:562:85", "STC:A7:562:82"]
    assert [each.code for each in found("835", changes[0])] == ["IK4:7"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SPRINGFIELD*IL*62701~", "LONDON**SW1A1AA*GB~"),
        ("SPRINGFIELD*IL*62701~", "MONTREAL*QC*H2X1Y4~"),
        ("SV1*HC:99212*80", "SV1*ER:ABC12*80"),
        ("CLM*C-2*80***11:B:1", "CLM*C-2*80***66:B:7"),
    ],
)
def test_what_another_list_or_country_rules_is_left_alone(old: str, new: str) -> None:
    assert found("837P", (old, new)) == []


def test_no_message_holds_what_stands_in_the_element() -> None:
    wrong = found("837P", ("SPRINGFIELD*IL*62701~", "SPRINGFIELD*QZ*QZQZQ~"))
    assert len(wrong) == 2
    assert not any("QZ" in f"{each.message}{each.hint}" for each in wrong)


def test_every_code_of_a_claim_has_a_status_to_tell_its_sender() -> None:
    rows = [row for told in SCREENING.rows.values() for row, _ in told]
    of_claims = [row for row in rows if any(map(row.concerns, CLAIMS))]
    assert len(of_claims) > 30
    assert [row for row in of_claims if not row.status] == []


def test_every_line_of_the_table_names_a_list_and_a_segment_that_exist() -> None:
    for segment, told in SCREENING.rows.items():
        assert segment in dictionary()
        for row, name in told:
            assert code_list(name).name == name
            assert all(spot.element <= len(dictionary()[segment][0]) for spot in row.spots)


@pytest.mark.parametrize(
    "text", ["HI", "HI*", "HI*ABK", "HI*:::", "CLM", "CAS*CO", "N4**", "STC*:"]
)
def test_a_spoilt_segment_is_looked_at_without_harm(text: str) -> None:
    segment_id, *elements = text.split("*")
    segment = Segment(segment_id, tuple(elements))
    for guide in ("837P", "837I", "835", "277"):
        assert SCREENING(guide, segment_id).sees(segment) is False


SCREENED = sorted(SCREENING.rows)
TEXTS = st.sampled_from(["", "1", "CO", "XX", "US", "6R", "QQQ", "HC:QQQQQ", "UN", "45", "D8"])
ELEMENTS = st.lists(TEXTS, min_size=1, max_size=18)


@given(st.sampled_from(SCREENED), st.sampled_from(["837P", "837I", "835"]), ELEMENTS, ELEMENTS)
def test_a_screen_reads_only_the_elements_it_names(
    segment_id: str, guide: str, elements: list[str], others: list[str]
) -> None:
    """Segments that are alike there are looked at once, an absent element being an empty one."""
    screen = SCREENING(guide, segment_id)
    reads = range(1, 31) if screen.reads is None else screen.reads
    filled = [*elements, *[""] * 30][:30]
    mixed = [*others, *[""] * 30][:30]
    for place in reads:
        mixed[place - 1] = filled[place - 1]
    one, two = (Segment(segment_id, tuple(each)) for each in (elements, mixed))
    assert screen.sees(one) is screen.sees(two)


def test_what_a_screen_reads_matters() -> None:
    screen = SCREENING("837P", "N4")
    assert screen.reads is not None
    assert 2 in screen.reads
    assert screen.sees(Segment("N4", ("SALEM", "QQ", "973011486")))
    assert not screen.sees(Segment("N4", ("SALEM", "OR", "973011486")))
