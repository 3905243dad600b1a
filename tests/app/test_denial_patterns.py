"""A pattern proposes a rule with its back-test, and no rule is on before a person says so."""

from typing import TYPE_CHECKING

import pytest

from app.denied import TODAY, refuse
from app.desk import VISIT, at, era
from cleanclaim.app.denial_patterns import PatternGoneError, list_patterns, propose_rule
from cleanclaim.app.reading.rules import active_rules, read_rule
from cleanclaim.app.ruling import switch_rule_on
from cleanclaim.store.tenancy import within

if TYPE_CHECKING:
    from app.desk import Desk


def test_denials_alike_propose_a_rule_that_history_tries_and_a_person_switches_on(
    desk: "Desk",
) -> None:
    for number in (1, 2, 3):
        refuse(desk, "CAS*CO*197*200~", number=number)
    paid = desk.submitted(desk.patient("Paid", "Pam"))
    line = f"CLP*{paid.control_number}*1*200*110*30*12*ICN9~CAS*CO*45*60~CAS*PR*2*30~"
    desk.posted(era(line, paid="110", trace="TRACE9", control=9))
    desk.submitted(desk.patient("Other", "Ola"), VISIT[1:])
    with within(desk.organization):
        (pattern,) = list_patterns(desk.organization, at(TODAY))
    assert (pattern.code, pattern.reason, pattern.denials) == ("99213", "197", 3)
    record = propose_rule(**desk.who, at=at(TODAY), pattern=pattern.key)
    rule = read_rule(record)
    assert rule.payer_identifier == "PAY01"
    assert [(c.field, c.operator, c.value) for c in rule.conditions] == [
        ("code", "is", "99213"),
        ("authorization", "is absent", ""),
        ("place", "is", "11"),
    ]
    assert record.trial is not None
    caught, wrong = record.trial["caught"], record.trial["wrongly_held"]
    assert (caught["claims"], caught["cents"]) == (3, 60_000)
    assert (wrong["claims"], wrong["cents"]) == (1, 11_000)
    with within(desk.organization):
        assert active_rules(desk.organization) == ()
    assert propose_rule(**desk.who, at=at(TODAY), pattern=pattern.key).pk == record.pk
    switch_rule_on(**desk.who, at=at(TODAY), rule=record.pk)
    with within(desk.organization):
        assert active_rules(desk.organization) == (rule,)
    with pytest.raises(PatternGoneError):
        propose_rule(**desk.who, at=at(TODAY), pattern=(1, "4", "", "99213", "", "11"))
