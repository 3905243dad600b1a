"""An answer is active only where the payer says so for the day; every doubt is unknown."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.eligibility.from_271 import answers
from cleanclaim.eligibility.model import (
    Benefit,
    BenefitKind,
    Benefits,
    CoverageReason,
    CoverageStatus,
)
from cleanclaim.kernel.identifiers import npi_from_stem

NPI = npi_from_stem("123456789")
ON = date(2026, 6, 15)
MEMBER = """
TRN*2*T-1*9OURSYSTEM
NM1*IL*1*DOE*JANE****MI*MEM1
REF*6P*GRP7
DMG*D8*19800101*F
"""
PLAN = "DTP*346*D8*20260101\nDTP*347*D8*20261231\n"
ACTIVE = "EB*1**30*PR*GOLD PLAN\n"


def wrap(member: str, head: str = "", level: str = "22") -> str:
    """Put a member's segments into a 271 with right counts."""
    body = f"""
BHT*0022*11*REF1*20260610*1200
HL*1**20*1
{head}
NM1*PR*2*HARBOR HEALTH*****PI*HH001
HL*2*1*21*1
NM1*1P*2*OAK CLINIC*****XX*{NPI}
HL*3*2*22*0
{member}"""
    segments = [line for line in body.splitlines() if line]
    lines = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*OURS           "
        "*260610*1200*^*00501*000000001*0*T*:",
        "GS*HB*PAYER*OURS*20260610*1200*1*X*005010X279A1",
        "ST*271*0001*005010X279A1",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "".join(line + "~" for line in lines)


def ask(member: str, on: date | None = ON) -> Benefits:
    (answer,) = answers(wrap(MEMBER + member), {"T-1": on} if on else None)
    return answer


def test_an_active_plan_with_its_names_dates_and_amounts() -> None:
    answer = ask(
        PLAN
        + ACTIVE
        + "EB*B**98****25*****Y\nMSG*PER VISIT\n"
        + "EB*C*IND*30***23*1500*****Y\nEB*C*IND*30***29*400*****Y\n"
        + "EB*A**30*****.2****N\n"
    )
    assert (answer.status, answer.reason) == (CoverageStatus.ACTIVE, CoverageReason.STATED)
    assert (answer.plan_name, answer.group_number, answer.member_id) == (
        "GOLD PLAN",
        "GRP7",
        "MEM1",
    )
    assert (answer.plan_starts_on, answer.plan_ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (answer.trace_number, answer.payer_identifier) == ("T-1", "HH001")
    whole, left = answer.select(BenefitKind.DEDUCTIBLE)
    assert (whole.cents, whole.is_remaining, left.cents, left.is_remaining) == (
        150_000,
        False,
        40_000,
        True,
    )
    assert answer.select(BenefitKind.COPAY, "98") == (
        Benefit(
            BenefitKind.COPAY,
            2_500,
            service_types=("98",),
            in_network=True,
            messages=("PER VISIT",),
        ),
    )
    assert answer.select(BenefitKind.COINSURANCE) == ()
    (outside,) = answer.select(BenefitKind.COINSURANCE, in_network=False)
    assert outside.percent == Decimal("0.2")


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5"])
def test_codes_that_say_active(code: str) -> None:
    assert ask(f"{PLAN}EB*{code}**30\n").status is CoverageStatus.ACTIVE


@pytest.mark.parametrize("code", ["6", "7", "8"])
@pytest.mark.parametrize("plan", ["", PLAN])
def test_codes_that_say_inactive(code: str, plan: str) -> None:
    answer = ask(f"{plan}EB*{code}**30\n")
    assert (answer.status, answer.reason) == (CoverageStatus.INACTIVE, CoverageReason.STATED)


@pytest.mark.parametrize(
    ("member", "on", "status", "reason"),
    [
        (PLAN + ACTIVE, date(2025, 12, 31), "inactive", "outside_plan_dates"),
        (PLAN + ACTIVE, date(2027, 1, 1), "inactive", "outside_plan_dates"),
        (PLAN + ACTIVE, date(2026, 12, 31), "active", "stated"),
        (PLAN + ACTIVE, None, "unknown", "no_service_date"),
        (ACTIVE, ON, "unknown", "no_plan_dates"),
        (PLAN + ACTIVE + "EB*6**30\n", ON, "unknown", "contradictory"),
        (PLAN + "EB*B**98****25\n", ON, "unknown", "no_status"),
        (PLAN, ON, "unknown", "no_status"),
        ("", ON, "unknown", "no_status"),
        ("DTP*291*RD8*20260101-20260601\n" + ACTIVE, ON, "inactive", "outside_plan_dates"),
        ("DTP*291*D8*20260101\n" + ACTIVE, ON, "active", "stated"),
        ("DTP*291*D8*20260701\n" + ACTIVE, ON, "inactive", "outside_plan_dates"),
        (PLAN + ACTIVE + "EB*6**35\n", ON, "active", "stated"),
        (
            "EB*6**30**OLD\nDTP*291*RD8*20250101-20251231\n"
            "EB*1**30**NEW\nDTP*291*RD8*20260101-20261231\n",
            ON,
            "active",
            "stated",
        ),
        ("EB*1**30\nDTP*291*RD8*20261231-20260101\n", ON, "unknown", "no_plan_dates"),
    ],
)
def test_the_day_decides(member: str, on: date | None, status: str, reason: str) -> None:
    answer = ask(member, on)
    assert (answer.status.value, answer.reason.value) == (status, reason)


def test_the_plan_is_that_of_the_day() -> None:
    old = "EB*1**30**OLD\nDTP*291*RD8*20250101-20251231\n"
    new = "EB*1**30**NEW\nDTP*291*RD8*20260101-20261231\n"
    assert ask(old + new).plan_name == "NEW"


@pytest.mark.parametrize("place", ["payer", "member"])
def test_a_refusal_to_answer_is_unknown_with_its_reason(place: str) -> None:
    aaa = "AAA*N**75*C\n"
    text = wrap(MEMBER + aaa) if place == "member" else wrap(MEMBER, head="AAA*N**75*C")
    (answer,) = answers(text, {"T-1": ON})
    assert (answer.status, answer.reason) == (CoverageStatus.UNKNOWN, CoverageReason.REJECTED)
    (rejection,) = answer.rejections
    assert (rejection.code, rejection.follow_up) == ("75", "C")
    assert rejection.message == "the member was not found"


def test_a_dependent_is_answered_as_such() -> None:
    text = wrap(
        "NM1*IL*1*DOE*JANE****MI*MEM1\nHL*4*3*23*0\nTRN*2*T-9*9OURSYSTEM\nNM1*03*1*DOE*TIM\n"
        "DMG*D8*20150101*M\n" + PLAN + ACTIVE
    ).replace("HL*3*2*22*0", "HL*3*2*22*1")
    found = [answer for answer in answers(text, {"T-9": ON}) if answer.trace_number == "T-9"]
    assert [answer.status for answer in found] == [CoverageStatus.ACTIVE]


@pytest.mark.parametrize("text", ["", "hello", "ISA*00*", wrap(MEMBER + PLAN + ACTIVE)[:100]])
def test_unreadable_text_is_unknown(text: str) -> None:
    assert [answer.status for answer in answers(text)] == [CoverageStatus.UNKNOWN]


def test_a_payer_who_answers_about_nobody_is_unknown() -> None:
    text = wrap("", head="AAA*Y**42*R")
    cut = text[: text.index("HL*2*1")] + "SE*5*0001~GE*1*1~IEA*1*000000001~"
    assert [answer.status for answer in answers(cut)] == [CoverageStatus.UNKNOWN]


TEXT = wrap(MEMBER + PLAN + ACTIVE)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 60), st.text("*~:^-.0A9é", max_size=6))
def test_damaged_text_never_fails(place: int, length: int, patch: str) -> None:
    for answer in answers(TEXT[:place] + patch + TEXT[place + length :], {"T-1": ON}):
        if answer.status is CoverageStatus.ACTIVE:
            assert answer.service_on is not None
            assert answer.plan_starts_on is None or answer.plan_starts_on <= answer.service_on
            assert answer.plan_ends_on is None or answer.service_on <= answer.plan_ends_on
