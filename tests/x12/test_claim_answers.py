"""What a 277CA tells of the claims received, and that whatever arrives gets a clean answer."""

import random
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks.examples import CLEAN, recounted

AT = datetime(2026, 1, 6, 8, 30)  # noqa: DTZ001
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


def answer(source: x12.Source, *, trace: bool = False) -> str:
    pieces = x12.acknowledgements(source, created_at=AT, control_number=50, trace=trace)
    text = "".join(pieces)
    assert text.startswith("ISA*")
    report = x12.check(text)
    assert [each for each in report.findings if each.severity == "block"] == []
    return text


def statuses(text: str) -> list[str]:
    """Give number and status of each claim in a text with the usual delimiters."""
    return re.findall(r"TRN\*2\*(C-[^~]*~STC\*[^*]*)", text)


def test_accepted_claims_are_told_one_by_one(professional: str) -> None:
    text = answer(professional)
    assert statuses(text) == ["C-1~STC*A1:20", "C-2~STC*A1:20"]
    assert "QTY*90*2~AMT*YU*230~" in text
    assert "ST*277*0001*005010X214~" in text
    assert "TRN*2*B-1~STC*A1:19:PR*20260106*WQ*230~" in text
    assert "NM1*QC*1*ISAAC*RUTH****MI*M0001~" in text
    assert "NM1*QC*1*POND*MIA~" in text
    assert "DTP*472*RD8*20260102-20260103~" in text
    assert "NM1*85*2*MAPLE CLINIC*****XX*1234567893~" in text
    numbers = re.findall(r"\*\^\*00501\*(\d{9})", text)
    assert numbers == ["000000050", "000000051"]


def test_a_claim_that_breaks_a_rule_is_rejected_alone(professional: str) -> None:
    text = answer(professional.replace("CLM*C-1*150*", "CLM*C-1*151*"))
    assert statuses(text) == ["C-1~STC*A7:400", "C-2~STC*A1:20"]
    assert "QTY*90*1~QTY*AA*1~AMT*YU*80~AMT*YY*151~" in text


def test_what_is_wrong_around_claims_rejects_those_below(professional: str) -> None:
    text = answer(professional.replace("XX*1234567893", "XX*1234567890"))
    assert all(":20" not in each for each in statuses(text))
    assert len(statuses(text)) == 2
    assert "1234567890" not in text
    assert "FI*123456789~" in text


def test_a_rejected_transaction_gets_no_claim_answer(professional: str) -> None:
    text = answer(professional.replace("11:B:1*Y*A*Y*Y~\nREF", "11:Q:1*Q*A*Y*Y~\nREF"))
    assert "IK5*R*5~" in text
    assert "ST*277" not in text


@pytest.mark.parametrize(
    ("old", "new"),
    [("GE*1*101", "GE*1*102"), ("IEA*1*000000101", "IEA*1*000000109"), ("GE*1*101~\n", "")],
)
def test_a_rejected_envelope_gets_no_claim_answer(professional: str, old: str, new: str) -> None:
    assert "ST*277" not in answer(professional.replace(old, new))


def test_only_accepted_transactions_of_several_are_answered(professional: str) -> None:
    start, end = professional.index("ST*"), professional.index("GE*")
    one = professional[start:end]
    other = one.replace("*0001", "*0002").replace("C-1", "C-3").replace("C-2", "C-4")
    spoilt = one.replace("*0001", "*0003").replace("HI*ABK:E119*ABF:I10", "HI*QQQ:E119")
    text = professional[:start] + one + other + spoilt + professional[end:].replace("GE*1", "GE*3")
    answered = answer(text)
    assert "AK9*P*3*3*2~" in answered
    assert [each.split("~")[0] for each in statuses(answered)] == ["C-1", "C-2", "C-3", "C-4"]
    assert "GE*2*51~" in answered


def test_every_interchange_gets_its_own_claims(professional: str) -> None:
    second = professional.replace("000000101", "000000102").replace("C-1", "C-3")
    answered = answer(professional + second.replace("C-2", "C-4"))
    numbers = [each.split("~")[0] for each in statuses(answered)]
    assert numbers == ["C-1", "C-2", "C-3", "C-4"]


def test_characters_that_separate_here_but_not_there_are_kept(professional: str) -> None:
    odd = professional.replace(":", ">").replace("*", "|").replace("^", "!")
    text = answer(odd.replace("ISAAC", "ISA:A*C"))
    (unit, _) = [
        event
        for event in x12.read(text)
        if isinstance(event, x12.Unit) and event.loop.id == "2200D"
    ]
    patient = unit.ancestors[-1].child("2100D")
    assert patient is not None
    assert patient.segments[0].get(3) == "ISA:A*C"


def test_the_999_names_a_claim_only_where_asked(professional: str) -> None:
    spoilt = professional.replace("11:B:1*Y*A*Y*Y~\nREF", "11:Q:1*Q*A*Y*Y~\nREF")
    assert "CTX" not in answer(spoilt)
    assert "IK3*CLM*19*2300*8~CTX*CLM01:C-1~IK4*5:2**7~" in answer(spoilt, trace=True)


def test_no_claims_are_answered_unless_asked(professional: str) -> None:
    plain = x12.acknowledge(professional, created_at=AT, control_number=50)
    asked = x12.acknowledge(professional, created_at=AT, control_number=50, claims=True)
    assert "ST*277" not in plain
    assert asked == answer(professional)


@pytest.mark.parametrize("guide", list(CLEAN))
def test_the_sample_of_a_guide_gets_a_clean_answer(guide: str) -> None:
    text = answer(CLEAN[guide].text())
    assert ("ST*277" in text) == guide.startswith("837")
    assert not re.search(r"~(?:IK5|AK9)\*R|~TA1\*[^~]*\*R", text)


def mutated(text: str, dice: random.Random) -> str:
    """Change elements, take out, repeat or exchange segments, and set SE01 for most."""
    segments = text.split("~")
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(segments))
        elements = segments[place].split("*")
        match dice.randrange(5):
            case 0:
                elements[dice.randrange(len(elements))] = dice.choice(
                    ["", "X", ":", "9" * 40, "^", "\x07", "é", "20260231", "-1.005", "A:B^C", " "]
                )
                segments[place] = "*".join(elements)
            case 1:
                del segments[place]
            case 2:
                segments.insert(place, segments[dice.randrange(len(segments))])
            case 3:
                segments[place] = "*".join(elements[: dice.randrange(len(elements) + 1)])
            case _:
                segments[place] = "*".join([*elements, "", "Z" * dice.randrange(3)])
    spoilt = "~".join(segments)
    return recounted(spoilt) if dice.randrange(4) else spoilt


@pytest.mark.parametrize("guide", list(CLEAN))
def test_whatever_arrives_gets_a_clean_answer(guide: str) -> None:
    dice = random.Random(guide)  # noqa: S311
    for _ in range(60):
        answer(mutated(CLEAN[guide].text(), dice), trace=bool(dice.randrange(2)))


@pytest.mark.corpus
def test_foreign_files_get_a_clean_answer() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    for path in CORPUS.rglob("*"):
        if path.is_file() and path.suffix != ".tsv":
            answer(path.read_bytes(), trace=True)


def test_the_answer_names_nobody_but_in_the_claim_answer(
    professional: str, recount: Callable[[str], str]
) -> None:
    spoilt = professional.replace("HI*ABK:E119*ABF:I10~\n", "").replace("DMG*D8", "DMG*D9")
    text = answer(recount(spoilt)).upper()
    names = ("ISAAC", "RUTH", "POND", "M0001", "19800229", "OAK LANE", "C-1")
    assert [name for name in names if name in text] == []
