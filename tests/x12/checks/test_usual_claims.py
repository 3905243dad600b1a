"""The pass that proves a claim usual never keeps a check from speaking."""

import random

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks import CHECKS, usual_claims
from cleanclaim.x12.checks.examples import recounted, sample
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.findings import X12Finding

SPARED = [each for each in CHECKS.values() if each.applies is usual_claims.unusual_claim]
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


@pytest.mark.parametrize("seed", range(20))
def test_a_spoilt_claim_is_told_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(60):
        assert_same(spoilt(sample("837P"), dice), monkeypatch)


def test_the_pass_does_spare_a_usual_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this the comparison would hold even if no claim were ever usual."""
    proofs: list[bool] = []
    proved = usual_claims._is_usual

    def noted(scope: Scope) -> bool:
        proofs.append(proved(scope))
        return proofs[-1]

    monkeypatch.setattr(usual_claims, "_is_usual", noted)
    x12.check(sample("837P").replace("RD8*20260102-20260103", "D8*20260103"))
    assert True in proofs
