"""Each rule of types 1 and 2 has examples: it fires on the one and not on the other."""

import pytest

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12 import rules
from cleanclaim.x12.findings import Rule
from cleanclaim.x12.rule_examples import RULE_EXAMPLES

RULES = {rule.id: rule for rule in vars(rules).values() if isinstance(rule, Rule)}


def test_every_rule_has_examples_and_no_other_has() -> None:
    assert set(RULE_EXAMPLES) == set(RULES)


@pytest.mark.parametrize("rule", list(RULES))
def test_a_rule_fires_on_what_fails_and_only_there(rule: str) -> None:
    pair = RULE_EXAMPLES[rule]
    failing = x12.check(pair.failing.text()).findings
    found = [each for each in failing if each.rule == rule]
    assert {each.severity for each in found} == {RULES[rule].severity}
    assert all(each.segment > 0 or rule == "X12.1.NOT_X12" for each in found)
    passing = x12.check(pair.passing.text()).findings
    assert rule not in {each.rule for each in passing}
    assert [each for each in passing if each.severity is Severity.BLOCK] == []
