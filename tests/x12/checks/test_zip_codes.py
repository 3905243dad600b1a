"""A short ZIP code is told but does not hold a claim back; a wrong one does."""

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity


def severities(text: str) -> dict[str, Severity]:
    return {each.rule: each.severity for each in x12.check(text).findings}


def test_five_digits_warn(professional: str) -> None:
    report = x12.check(professional.replace("*627010000", "*62701"))
    assert [each.rule for each in report.findings] == ["X12.4.FULL_ZIP"]
    assert report.valid


def test_four_digits_block(professional: str) -> None:
    told = severities(professional.replace("*627010000", "*6270"))
    assert told == {"X12.5.ZIP": Severity.BLOCK}


def test_nine_digits_are_clean(professional: str) -> None:
    assert severities(professional) == {}
