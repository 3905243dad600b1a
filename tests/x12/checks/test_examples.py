"""Each check fires on its failing example, at a place, and is silent on its passing one."""

import pytest

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks import CHECKS
from cleanclaim.x12.checks.examples import CLEAN


@pytest.mark.parametrize("rule", list(CHECKS))
def test_a_check_fires_on_what_fails_and_only_there(rule: str) -> None:
    check = CHECKS[rule]
    found = x12.check(check.failing.text()).findings
    assert rule in {each.rule for each in found}
    passing = x12.check(check.passing.text()).findings
    assert [each for each in passing if each.severity is Severity.BLOCK] == []
    assert rule not in {each.rule for each in passing}


@pytest.mark.parametrize("guide", list(CLEAN))
def test_the_sample_of_a_guide_is_clean_and_comes_back_as_it_is(guide: str) -> None:
    text = CLEAN[guide].text()
    assert x12.check(text).findings == []
    assert x12.copy(text) == text


@pytest.mark.parametrize("rule", list(CHECKS))
def test_a_check_says_where_it_comes_from_and_how_it_is_answered(rule: str) -> None:
    check = CHECKS[rule]
    assert check.source
    assert check.documentation
    assert check.rule.type in range(3, 8)
    assert check.rule.code.split(":")[0] in {"STC", "IK3", "IK4", "IK5"}
