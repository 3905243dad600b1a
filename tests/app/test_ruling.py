"""An organization's own rules: nothing holds a claim that nobody has tried on history."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from app.desk import ONE, VISIT, at, era
from cleanclaim.app.access import NotFoundError
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.app.reading.rules import active_rules, list_rules
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.ruling import (
    RuleExpiredError,
    RuleTakenError,
    RuleUntriedError,
    switch_rule_off,
    switch_rule_on,
    try_rule,
    write_rule,
)
from cleanclaim.edits.user_rules import Condition, UnfitRuleError, UserRule
from cleanclaim.kernel.findings import Severity
from cleanclaim.store.events.models import Event
from cleanclaim.store.rules.models import RuleRecord
from cleanclaim.store.tenancy import within
from conftest import make_practice

if TYPE_CHECKING:
    from app.desk import Desk

DRAWN = UserRule(
    slug="DRAWN",
    name="this payer wants no draw beside a visit",
    conditions=(Condition("code", "is", "36415"), Condition("claim_code", "is", "992*")),
    message="the draw stands beside a visit",
    severity=Severity.BLOCK,
)
LATER = date(2026, 5, 20)


def written(desk: "Desk", rule: UserRule = DRAWN, record: int | None = None) -> RuleRecord:
    return write_rule(**desk.who, at=at(), rule=rule, record=record)


def switched_on(desk: "Desk", rule: UserRule = DRAWN) -> RuleRecord:
    record = written(desk, rule)
    try_rule(**desk.who, at=at(), rule=record.pk)
    return switch_rule_on(**desk.who, at=at(), rule=record.pk)


def test_a_trial_tells_what_was_caught_and_what_was_held_for_nothing(desk: "Desk") -> None:
    denied = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(f"CLP*{denied.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~", paid="0"))
    paid = desk.submitted(desk.patient("Abbot", "Ann"), VISIT)
    line = f"CLP*{paid.control_number}*1*200*110*30*12*ICN2~CAS*CO*45*60~CAS*PR*2*30~"
    desk.posted(era(line, paid="110", trace="TRACE2", control=2))
    waiting = desk.submitted(desk.patient("Beck", "Bo"), VISIT)
    desk.submitted(desk.patient("Cole", "Cy"), ONE)  # of which the rule does not speak
    desk.assembled(desk.patient("Dorn", "Di"), VISIT)  # which never left
    record = written(desk)
    trial = try_rule(**desk.who, at=at(LATER), rule=record.pk)
    assert trial.claims == 4
    assert (trial.caught.claims, trial.caught.cents) == (1, 20_000)
    assert trial.caught.examples == (denied.pk,)
    assert (trial.wrongly_held.claims, trial.wrongly_held.cents) == (1, 11_000)
    assert trial.wrongly_held.examples == (paid.pk,)
    assert (trial.undecided.claims, trial.undecided.cents) == (1, 20_000)
    assert trial.undecided.examples == (waiting.pk,)


def test_a_claim_is_tried_as_it_was_first_sent_not_as_it_was_corrected(desk: "Desk") -> None:
    from cleanclaim.app.correcting import Correction, correct_claim

    denied = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(f"CLP*{denied.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~", paid="0"))
    with within(desk.organization):
        from cleanclaim.app.values import latest_claim

        lines = latest_claim(desk.claim(denied)).lines[:1]
    fewer = Correction("without the draw", lines=lines)
    correct_claim(**desk.who, at=at(LATER), claim=denied.pk, correction=fewer)
    trial = try_rule(**desk.who, at=at(LATER), rule=written(desk).pk)
    assert (trial.caught.claims, trial.caught.cents) == (1, 20_000)


def test_history_is_twelve_months(desk: "Desk") -> None:
    desk.submitted(desk.patient(), VISIT)
    record = written(desk)
    assert try_rule(**desk.who, at=at(date(2027, 4, 9)), rule=record.pk).claims == 1
    assert try_rule(**desk.who, at=at(date(2027, 4, 11)), rule=record.pk).claims == 0


def test_a_rule_holds_claims_only_once_it_was_tried_and_switched_on(desk: "Desk") -> None:
    record = written(desk)
    with pytest.raises(RuleUntriedError):
        switch_rule_on(**desk.who, at=at(), rule=record.pk)
    claim = desk.assembled(desk.patient(), VISIT)
    assert scrub_claim(**desk.who, at=at(), claim=claim.pk) == ()
    try_rule(**desk.who, at=at(), rule=record.pk)
    switch_rule_on(**desk.who, at=at(), rule=record.pk)
    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    assert [cause.reason for cause in causes] == ["USER.DRAWN"]
    switch_rule_off(**desk.who, at=at(), rule=record.pk)
    assert release_claim(**desk.who, at=at(), claim=claim.pk)[1] == ()


def test_a_changed_rule_must_be_tried_again(desk: "Desk") -> None:
    record = switched_on(desk)
    milder = msgspec.structs.replace(DRAWN, severity=Severity.WARN)
    assert written(desk, milder, record.pk).version == 2
    with within(desk.organization):
        assert active_rules(desk.organization) == ()
    with pytest.raises(RuleUntriedError):
        switch_rule_on(**desk.who, at=at(), rule=record.pk)
    try_rule(**desk.who, at=at(), rule=record.pk)
    switch_rule_on(**desk.who, at=at(), rule=record.pk)
    with within(desk.organization):
        assert active_rules(desk.organization) == (milder,)


def test_an_expired_rule_is_silent_and_stays_off(desk: "Desk") -> None:
    ending = msgspec.structs.replace(DRAWN, expires_on=at().date())
    record = switched_on(desk, ending)
    claim = desk.assembled(desk.patient(), VISIT)
    assert len(scrub_claim(**desk.who, at=at(), claim=claim.pk)) == 1
    assert scrub_claim(**desk.who, at=at(LATER), claim=claim.pk) == ()
    with pytest.raises(RuleExpiredError):
        switch_rule_on(**desk.who, at=at(LATER), rule=record.pk)


def test_a_rule_with_mistakes_is_not_kept(desk: "Desk") -> None:
    with pytest.raises(UnfitRuleError):
        written(desk, msgspec.structs.replace(DRAWN, conditions=()))
    with within(desk.organization):
        assert list_rules(desk.organization, at().date()) == ()


def test_an_id_is_given_once(desk: "Desk") -> None:
    record = written(desk)
    with pytest.raises(RuleTakenError):
        written(desk)
    other = written(desk, msgspec.structs.replace(DRAWN, slug="OTHER"))
    with pytest.raises(RuleTakenError):
        written(desk, DRAWN, other.pk)
    assert written(desk, DRAWN, record.pk).version == 2


def test_rules_are_of_one_organization(desk: "Desk") -> None:
    record = switched_on(desk)
    other = make_practice().organization
    with pytest.raises(NotFoundError):
        try_rule(organization=other, actor=desk.who["actor"], at=at(), rule=record.pk)
    with within(other):
        assert active_rules(other) == ()
        assert not RuleRecord.objects.exists()


def test_every_step_is_in_the_audit_trail_without_a_claim(desk: "Desk") -> None:
    record = switched_on(desk)
    switch_rule_off(**desk.who, at=at(), rule=record.pk)
    with within(desk.organization):
        rows = Event.objects.of(desk.organization).filter(record_kind="rule").order_by("sequence")
        assert [row.action for row in rows] == [
            "rule.written",
            "rule.tried",
            "rule.switched_on",
            "rule.switched_off",
        ]
        assert rows[0].detail["conditions"] == ["code is 36415", "claim_code is 992*"]
