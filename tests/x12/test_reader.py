from collections.abc import Callable
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.x12.events import InterchangeStart, LooseFindings, TransactionEnd, Unit


def units(text: x12.Source) -> list[Unit]:
    return [event for event in x12.read(text) if isinstance(event, Unit)]


def rules_of(text: x12.Source) -> set[str]:
    return {finding.rule for finding in x12.check(text).findings}


def test_a_claim_comes_with_the_levels_around_it(professional: str) -> None:
    first, second = units(professional)
    assert [each.id for each in first.ancestors] == ["ST", "2000A", "2000B"]
    assert [each.id for each in second.ancestors] == ["ST", "2000A", "2000B", "2000C"]
    assert first.guide == "005010X222A1"
    assert (first.control_number, first.group.get(6), first.interchange.get(13)) == (
        "0001",
        "101",
        "000000101",
    )
    assert len(first.loop.children("2400")) == 2
    subscriber = second.ancestor("2000B")
    assert subscriber is not None
    assert [child.id for child in subscriber.loops] == ["2010BA", "2010BB"]
    other = second.loop.child("2320")
    assert other is not None
    assert [child.id for child in other.loops] == ["2330A", "2330B"]


def test_a_remittance_gives_claims_then_its_trailer(remittance: str) -> None:
    first, second = units(remittance)
    assert [each.id for each in first.ancestors] == ["ST", "2000"]
    assert [child.id for child in first.loop.loops] == ["2110", "2110"]
    assert second.loop.find("CAS") is not None
    ends = [event for event in x12.read(remittance) if isinstance(event, TransactionEnd)]
    assert [each.id for each in ends[0].trailer.segments] == ["PLB", "SE"]
    assert ends[0].unit_count == 2
    assert ends[0].header.child("1000B") is not None


@pytest.mark.parametrize("text", ["professional", "remittance"])
def test_clean_texts_have_no_findings(text: str, request: pytest.FixtureRequest) -> None:
    report = x12.check(request.getfixturevalue(text))
    assert report.findings == []
    assert report.valid


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("~\n", "\n"),
        lambda text: text.replace("~\n", "\r\n"),
        lambda text: text.replace("~\n", "\r"),
        lambda text: text.translate(str.maketrans("*:~^", "|>'!")),
        lambda text: text.translate(str.maketrans("*:~^", "\x1d\x1f\x1c\x1e")),
        lambda text: "\ufeff" + text,
        lambda text: "\ufeff".encode() + text.encode(),
        lambda text: " \n" + text.replace("\n", " \n\t") + "\n\n",
        lambda text: text + text.replace("000000101", "000000102").replace("*", "|"),
        lambda text: text.replace("POND", "ISA"),
        lambda text: text.replace("POND", "STC"),
        lambda text: text.rstrip("~\n"),
        lambda text: text.replace("*150*", "*150.00*"),
        lambda text: text.replace("9 OAK LANE", "9 OAK LANE É"),
        lambda text: text.replace("*X*005010X222A1", "*X*005010X222A2").replace(
            "0001*005010X222A1", "0001*005010X222A2"
        ),
    ],
)
def test_tricky_but_valid_texts_pass(professional: str, change: Callable[[str], str]) -> None:
    report = x12.check(change(professional))
    assert [each for each in report.findings if each.severity != "info"] == []
    assert report.valid


def test_an_older_release_of_a_guide_is_read_as_its_successor(professional: str) -> None:
    older = professional.replace("005010X222A1", "005010X222")
    assert rules_of(older) == {"X12.1.GUIDE_RELEASE"}
    assert {each.guide for each in units(older)} == {"005010X222A1"}


def test_an_unknown_guide_keeps_the_envelope_checked(professional: str) -> None:
    unknown = professional.replace("005010X222A1", "005010X999").replace("GE*1", "GE*2")
    assert rules_of(unknown) == {"X12.1.GUIDE", "X12.1.GE01"}
    assert units(unknown) == []


def test_a_spoilt_claim_loses_no_other(professional: str, recount: Callable[[str], str]) -> None:
    spoilt = recount(
        professional.replace("CLM*C-1*150*", "XYZ*1~\nCLM*C-1**").replace(
            "LX*2~", "ZZZ~\nNM1*99*1~"
        )
    )
    assert [each.loop.segments[0].get(1) for each in units(spoilt)] == ["C-1", "C-2"]
    assert units(spoilt)[1].own_findings == ()


def test_findings_say_where_in_the_readers_terms(professional: str) -> None:
    finding = x12.check(professional.replace("*Y*A*Y*Y~\nREF", "*Q*A*Y*Y~\nREF")).findings[0]
    assert finding.as_finding().place == "2300/CLM06, segment 21"


def test_text_around_interchanges_is_a_loose_finding() -> None:
    events = list(x12.read("no X12 at all"))
    assert [type(event) for event in events] == [LooseFindings]
    assert not x12.check("no X12 at all").valid


def test_the_report_counts_what_the_file_holds(professional: str, remittance: str) -> None:
    plain = x12.check(professional + remittance).to_builtins()
    first = plain["interchanges"]
    assert isinstance(first, list)
    assert [each["control"] for each in first] == ["000000101", "000000201"]
    transaction = first[0]["groups"][0]["transactions"][0]
    assert (transaction["units"], transaction["segments"]) == (2, 55)
    assert plain["valid"] is True


def test_a_transaction_is_read_claim_by_claim(professional: str) -> None:
    events = x12.read(professional)
    assert isinstance(next(events), InterchangeStart)
    seen = [type(next(events)).__name__ for _ in range(3)]
    assert seen == ["GroupStart", "TransactionStart", "Unit"]


def test_an_eligibility_answer_gives_one_unit_a_member() -> None:
    text = (Path(__file__).parent / "eligibility_answer.txt").read_text()
    report = x12.check(text)
    assert report.findings == []
    subscriber, dependent = units(text)
    assert subscriber.loop.id == "2000C"
    assert dependent.loop.id == "2000D"
    assert dependent.ancestors[-1].id == "2000C"
    benefits = dependent.loop.loops[0].children("2110D")
    assert [each.segments[0].get(1) for each in benefits] == ["1", "C"]
    assert benefits[1].child("2120D") is not None


@pytest.mark.parametrize(
    ("lost", "segment_id"),
    [("HL*2*1*22*0~\n", "HL"), ("HL*4*3*23*0~\n", "HL"), ("LX*1~\n", "LX")],
)
def test_a_level_whose_first_segment_is_lost_is_still_entered(
    professional: str, recount: Callable[[str], str], lost: str, segment_id: str
) -> None:
    text = recount(professional.replace(lost, "", 1))
    assert [each.loop.segments[0].get(1) for each in units(text)] == ["C-1", "C-2"]
    missing = [each for each in x12.check(text).findings if each.rule == "X12.2.SEGMENT_MISSING"]
    assert segment_id in [each.element for each in missing]


def test_transactions_groups_and_interchanges_follow_each_other(professional: str) -> None:
    inner = professional[professional.index("ST*") : professional.index("GE*")]
    twice = professional.replace(inner, inner + inner.replace("*0001", "*0002"))
    assert x12.check(twice.replace("GE*1", "GE*2")).findings == []
    group = twice[twice.index("GS*") : twice.index("IEA*")].replace("GE*1", "GE*2")
    whole = professional[: professional.index("GS*")] + group + group.replace("*101", "*102")
    assert x12.check(whole + "IEA*2*000000101~").findings == []
    assert len(units(whole)) == 8
