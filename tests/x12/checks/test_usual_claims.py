"""The passes that prove a claim, people or a remittance usual never keep a check from speaking."""

import random
from types import ModuleType

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks import CHECKS, usual_claims, usual_people, usual_remits
from cleanclaim.x12.checks.examples import recounted, sample
from cleanclaim.x12.findings import X12Finding

PASSES = (
    usual_claims.unusual_claim,
    usual_people.unusual_people,
    usual_remits.unusual_remit,
)
SPARED = [each for each in CHECKS.values() if each.applies in PASSES]
USUAL = {"837P": ("RD8*20260102-20260103", "D8*20260103"), "835": ("", "")}
VALUES = [
    "", "0", "1", "2", "90", "55", "-5", "150", "99999999", "20991231", "20040101", "RD8", "MJ",
    "UN", "HC:A0429", "HC:00142", "HC:77067", "HC:80053:90", "1:1", "3", "ABK:E119", "BK:4019",
    "21:B:1", "11:B:7", "S", "18",
]  # fmt: skip


def findings(text: str, patch: pytest.MonkeyPatch, *, asking_all: bool) -> list[X12Finding]:
    """What is found in a text, with the pass or with every claim asked about in full."""
    with patch.context() as patched:
        if asking_all:
            patched.setattr(usual_claims, "_is_usual", lambda _scope: False)
            patched.setattr(usual_remits, "_is_usual", lambda _scope: False)
            patched.setattr(usual_people, "_read", lambda _steps: None)
        return x12.check(text).findings


def assert_same(text: str, patch: pytest.MonkeyPatch) -> None:
    quick = findings(text, patch, asking_all=False)
    assert quick == findings(text, patch, asking_all=True)


def test_checks_are_spared() -> None:
    assert len(SPARED) > 20


@pytest.mark.parametrize("rule", [each.rule.id for each in SPARED])
def test_an_example_is_told_the_same(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check = CHECKS[rule]
    for example in (check.failing, check.passing):
        assert_same(example.text(), monkeypatch)


def spoilt(text: str, dice: random.Random) -> str:
    """Change an element, or drop, double or swap a segment, once to three times."""
    segments = text.split("\n")
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(5, len(segments) - 4)
        match dice.randrange(4):
            case 0:
                del segments[place]
            case 1:
                segments.insert(place, segments[dice.randrange(5, len(segments) - 4)])
            case _:
                elements = segments[place].rstrip("~").split("*")
                elements[dice.randrange(len(elements))] = dice.choice(VALUES)
                segments[place] = "*".join(elements) + "~"
    return recounted("\n".join(segments))


@pytest.mark.parametrize("guide", ["837P", "835"])
@pytest.mark.parametrize("seed", range(20))
def test_a_spoilt_file_is_told_the_same(
    guide: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(60):
        text = sample(guide).replace(*USUAL[guide]) if dice.random() < 0.5 else sample(guide)
        assert_same(spoilt(text, dice), monkeypatch)


@pytest.mark.parametrize(
    ("held", "name", "guide"),
    [
        (usual_claims, "_is_usual", "837P"),
        (usual_remits, "_is_usual", "835"),
        (usual_people, "_usual_subscriber", "837P"),
        (usual_people, "_usual_patient", "837P"),
    ],
)
def test_the_pass_does_spare_what_is_usual(
    held: ModuleType, name: str, guide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the comparison would hold even if nothing were ever usual."""
    proofs: list[bool] = []
    proved = getattr(held, name)

    def noted(*given: object) -> bool:
        proofs.append(proved(*given))
        return proofs[-1]

    levels = {level: noted if way is proved else way for level, way in usual_people._LEVELS.items()}
    monkeypatch.setattr(usual_people, "_LEVELS", levels)
    monkeypatch.setattr(held, name, noted)
    x12.check(sample(guide).replace(*USUAL[guide]))
    assert True in proofs


def test_a_pass_over_levels_spares_no_check_of_other_units() -> None:
    loops = {"2000B", "2000C", "2010BA", "2010BB", "2010CA"}
    for each in SPARED:
        if each.applies is usual_people.unusual_people:
            assert {place.partition("/")[0] for place in each.at} <= loops
        if each.applies is usual_remits.unusual_remit:
            assert {place.partition("/")[0] for place in each.at} <= {"2100", "2110"}
            assert each.guides == ("835",)
