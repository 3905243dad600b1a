"""An organization's own rules: written, tried on its history, switched on and off."""

from datetime import datetime

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.reading.rules import DRAFT, OFF, ON, read_rule
from cleanclaim.app.trying import Trial, try_on_history
from cleanclaim.app.work import unit_of_work
from cleanclaim.edits.user_rules import UnfitRuleError, UserRule, mistakes_in
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.rules.models import RuleRecord


class RuleTakenError(CleanclaimError):
    """Another rule of the organization has this id."""

    code = "rule.taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is a rule {slug} already; open it, or choose another id")


class RuleUntriedError(CleanclaimError):
    """A rule holds claims only after somebody saw what it would have done."""

    code = "rule.untried"

    def __init__(self) -> None:
        super().__init__("try the rule on history first; what was tried is not its present version")


class RuleExpiredError(CleanclaimError):
    """A rule whose last day has passed cannot be switched on."""

    code = "rule.expired"

    def __init__(self) -> None:
        super().__init__("the rule's last day has passed; give it another one first")


def access_rule(rule: int, *, organization: int) -> RuleRecord:
    """Fetch a rule."""
    return access(RuleRecord, rule, organization=organization)


def write_rule(
    *, organization: int, actor: Actor, at: datetime, rule: UserRule, record: int | None = None
) -> RuleRecord:
    """Write a rule, new or in place of an earlier version; it is a draft until it is tried.

    Raises UnfitRuleError where it has mistakes, RuleTakenError where its id is another's.
    """
    mistakes = mistakes_in(rule)
    if mistakes:
        raise UnfitRuleError(mistakes)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        others = RuleRecord.objects.of(organization).filter(slug=rule.slug)
        others = others if record is None else others.exclude(pk=record)
        if others.exists():
            raise RuleTakenError(rule.slug)
        row = (
            RuleRecord(organization_id=organization, version=0)
            if record is None
            else access_rule(record, organization=organization)
        )
        row.slug, row.content = rule.slug, msgspec.to_builtins(rule)
        row.version, row.state, row.written_at = row.version + 1, DRAFT, at
        row.save()
        work.tell(
            "rule.written",
            ("rule", row.pk),
            rule=rule.rule,
            version=row.version,
            severity=rule.severity.value,
            conditions=[" ".join(msgspec.structs.astuple(each)) for each in rule.conditions],
        )
    return row


def try_rule(*, organization: int, actor: Actor, at: datetime, rule: int) -> Trial:
    """Try the present version on the organization's last twelve months and keep the result."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_rule(rule, organization=organization)
        trial = try_on_history(read_rule(row), organization=organization, until=work.today)
        row.trial, row.trial_version = msgspec.to_builtins(trial), row.version
        row.tried_at = at
        row.save(update_fields=["trial", "trial_version", "tried_at"])
        work.tell(
            "rule.tried",
            ("rule", row.pk),
            version=row.version,
            claims=trial.claims,
            caught=trial.caught.claims,
            wrongly_held=trial.wrongly_held.claims,
        )
    return trial


def switch_rule_on(*, organization: int, actor: Actor, at: datetime, rule: int) -> RuleRecord:
    """Let the rule judge claims from now on.

    Raises RuleUntriedError where its present version was not tried, RuleExpiredError past its
    last day.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_rule(rule, organization=organization)
        if row.trial_version != row.version:
            raise RuleUntriedError
        expires_on = read_rule(row).expires_on
        if expires_on is not None and expires_on < work.today:
            raise RuleExpiredError
        row.state, row.switched_at = ON, at
        row.save(update_fields=["state", "switched_at"])
        work.tell("rule.switched_on", ("rule", row.pk), version=row.version)
    return row


def switch_rule_off(*, organization: int, actor: Actor, at: datetime, rule: int) -> RuleRecord:
    """Let the rule judge no more claims; what it found stays on record."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access_rule(rule, organization=organization)
        row.state, row.switched_at = OFF, at
        row.save(update_fields=["state", "switched_at"])
        work.tell("rule.switched_off", ("rule", row.pk), version=row.version)
    return row
