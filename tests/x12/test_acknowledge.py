from collections.abc import Callable
from datetime import date, datetime

import pytest

from cleanclaim import x12

AT = datetime(2026, 1, 6, 8, 30)  # noqa: DTZ001


def answer(source: x12.Source) -> list[str]:
    text = x12.acknowledge(source, created_at=AT, control_number=50)
    assert x12.check(text).valid
    return [part for part in text.split("~") if part]


def starting(parts: list[str], *names: str) -> list[str]:
    return [part for part in parts if part.split("*")[0] in names]


def test_a_clean_file_is_accepted(professional: str) -> None:
    parts = answer(professional)
    assert starting(parts, "AK1", "AK2", "IK5", "AK9", "TA1", "IK3") == [
        "AK1*HC*101*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK5*A",
        "AK9*A*1*1*1",
    ]
    assert "*ZZ*NORTHPAYER     *ZZ*MAPLEBILLING   *" in parts[0]


def test_an_error_is_named_by_its_place(professional: str) -> None:
    parts = answer(professional.replace("11:B:1*Y*A*Y*Y~\nREF", "11:Q:1*Q*A*Y*Y~\nREF"))
    assert starting(parts, "IK3", "IK4", "IK5", "AK9") == [
        "IK3*CLM*19*2300*8",
        "IK4*5:2**7",
        "IK4*6**7",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]


def test_a_missing_segment_is_named(professional: str, recount: Callable[[str], str]) -> None:
    parts = answer(recount(professional.replace("HI*ABK:E119*ABF:I10~\n", "")))
    assert starting(parts, "IK3", "IK5") == ["IK3*HI*19*2300*3", "IK5*R*5"]


def test_counts_that_differ_have_their_own_codes(professional: str) -> None:
    parts = answer(professional.replace("SE*55", "SE*54").replace("GE*1*101", "GE*2*101"))
    assert starting(parts, "IK5", "AK9") == ["IK5*R*4", "AK9*R*2*1*0*5"]


def test_a_balance_is_left_to_the_claim_acknowledgement(professional: str) -> None:
    parts = answer(professional.replace("CLM*C-1*150*", "CLM*C-1*151*"))
    assert starting(parts, "IK5") == ["IK5*A"]


def test_an_unbalanced_remittance_is_rejected(remittance: str) -> None:
    assert starting(answer(remittance.replace("BPR*I*125", "BPR*I*126")), "IK5") == ["IK5*R*5"]


def test_a_broken_interchange_gets_a_refusal(professional: str) -> None:
    parts = answer(professional.replace("IEA*1*000000101", "IEA*1*000000999"))
    assert starting(parts, "TA1", "AK1") == ["TA1*000000101*260105*1200*R*001"]


def test_an_interchange_may_ask_for_its_own_answer(professional: str) -> None:
    parts = answer(professional.replace("*000000101*0*T", "*000000101*1*T"))
    assert starting(parts, "TA1", "AK9") == ["TA1*000000101*260105*1200*A*000", "AK9*A*1*1*1"]


@pytest.mark.parametrize("source", ["", "no X12", "ISA*00*", b"\x00\xff\xfe"])
def test_there_is_always_an_answer(source: str | bytes) -> None:
    assert starting(answer(source), "TA1")[0].endswith("*R*022")


def test_an_unknown_guide_is_answered(professional: str) -> None:
    parts = answer(professional.replace("005010X222A1", "005010X999"))
    assert starting(parts, "AK1", "IK5") == ["AK1*HC*101*005010X999", "IK5*R*I6"]


def test_acknowledgements_are_not_acknowledged(professional: str) -> None:
    once = x12.acknowledge(professional, created_at=AT, control_number=50)
    assert starting(answer(once), "AK1") == []


def test_the_answer_itself_is_read_by_units(professional: str) -> None:
    text = x12.acknowledge(professional, created_at=AT, control_number=50)
    units = [event for event in x12.read(text) if isinstance(event, x12.Unit)]
    assert [unit.loop.id for unit in units] == ["2000"]
    assert [each.id for each in units[0].loop.segments] == ["AK2", "IK5"]


def status(number: str, provider: x12.Named, *, accepted: bool) -> x12.ClaimStatus:
    return x12.ClaimStatus(
        control_number=number,
        category="A2" if accepted else "A3",
        status="20" if accepted else "21",
        accepted=accepted,
        charge_cents=15050,
        provider=provider,
        patient=x12.Named("POND", "M0002", "MI", first="MIA"),
        service_starts_on=date(2026, 1, 2),
        service_ends_on=date(2026, 1, 3 if accepted else 2),
        payer_claim_number="P-1" if accepted else "",
        further=() if accepted else (("A3", "562", "85"),),
    )


def test_a_claim_acknowledgement_says_what_became_of_each_claim() -> None:
    first = x12.Named("MAPLE CLINIC", "1234567893", "XX")
    second = x12.Named("BIRCH", "1245319599", "XX", first="ANNA")
    batch = x12.Batch(
        reference="R-1",
        created_at=AT,
        source=x12.Named("NORTH PAYER", "NP001", "PI"),
        receiver=x12.Named("MAPLE BILLING", "MAPLE01"),
        source_trace="S-1",
        receiver_trace="B-1",
        received_on=date(2026, 1, 5),
        processed_on=date(2026, 1, 6),
    )
    claims = [
        status("C-1", first, accepted=True),
        status("C-2", second, accepted=False),
        status("C-3", first, accepted=True),
    ]
    envelope = x12.Envelope("NORTHPAYER", "MAPLEBILLING", 9, AT)
    text = x12.write(envelope, "005010X214", [x12.claim_acknowledgement(batch, claims)])
    assert x12.check(text).findings == []
    units = [event for event in x12.read(text) if isinstance(event, x12.Unit)]
    assert [unit.loop.segments[0].get(2) for unit in units] == ["C-1", "C-3", "C-2"]
    found = units[2].loop.find("STC")
    assert found is not None
    assert (found.components(1), found.get(3), found.get(4)) == (("A3", "21"), "U", "150.5")
    assert "QTY*90*2~QTY*AA*1~AMT*YU*301~AMT*YY*150.5~" in text
    empty = x12.write(envelope, "005010X214", [x12.claim_acknowledgement(batch, [])])
    levels = [event for event in x12.read(empty) if isinstance(event, x12.Unit)]
    assert [unit.loop.id for unit in levels] == ["2200B"]
