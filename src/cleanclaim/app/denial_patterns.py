"""From denials to a rule: a pattern proposes, history tries, only a person switches it on."""

import re
from datetime import datetime, timedelta

from cleanclaim.app.access import access
from cleanclaim.app.ruling import try_rule, write_rule
from cleanclaim.app.work import unit_of_work
from cleanclaim.denials.causes import Cause
from cleanclaim.denials.patterns import Pattern, Refused, find_patterns
from cleanclaim.edits.user_rules import Condition, Operator, UserRule
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.denials.models import DenialCase
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.rules.models import RuleRecord

HISTORY = timedelta(days=365)


class PatternGoneError(CleanclaimError):
    """No such pattern stands in the denials of the last twelve months."""

    code = "denial.no_pattern"

    def __init__(self) -> None:
        super().__init__("these denials are no pattern any more; look at the list again")


def list_patterns(organization: int, at: datetime) -> tuple[Pattern, ...]:
    """Give the patterns among the denials of the last twelve months, settled ones too."""
    rows = DenialCase.objects.of(organization).filter(denial__denied_on__gt=at.date() - HISTORY)
    columns = ("payer_id", "group", "reason", "remarks", "code", "modifiers", "place", "cause")
    told = rows.order_by("pk").values_list(*columns, "denial__cents")
    return find_patterns(
        Refused(payer, group, reason, next(iter(remarks), ""), *rest)
        for payer, group, reason, remarks, *rest in told
    )


def propose_rule(
    *, organization: int, actor: Actor, at: datetime, pattern: tuple[int, str, str, str, str, str]
) -> RuleRecord:
    """Write the rule that would have noticed a pattern and try it on history; it stays a draft.

    Where the rule is there already it is given as it stands. Raises PatternGoneError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        known = {each.key: each for each in list_patterns(organization, at)}
        if pattern not in known:
            raise PatternGoneError
        found = known[pattern]
        payer = access(Payer, found.payer, organization=organization)
        rule = _rule(found, payer)
        there: RuleRecord | None = (
            RuleRecord.objects.of(organization).filter(slug=rule.slug).first()
        )
        if there is not None:
            return there
        record = write_rule(organization=organization, actor=actor, at=at, rule=rule)
        try_rule(organization=organization, actor=actor, at=at, rule=record.pk)
        work.tell(
            "rule.proposed",
            ("rule", record.pk),
            denials=found.denials,
            cents=found.cents,
            reason=found.reason,
        )
        record.refresh_from_db()
    return record


def _rule(pattern: Pattern, payer: Payer) -> UserRule:
    reason = f"{pattern.group}-{pattern.reason} {pattern.remark}".strip()
    parts = ("DENIED", payer.identifier, pattern.reason, pattern.remark, pattern.code)
    words = [re.sub(r"[^A-Z0-9]", "", part.upper()) for part in (*parts, pattern.modifiers)]
    place = pattern.place if pattern.place else ""
    return UserRule(
        slug="-".join(word for word in (*words, place) if word)[:34].rstrip("-"),
        name=f"{payer.name} refuses {pattern.code} with {reason}"[:200],
        conditions=_conditions(pattern),
        message=f"this payer refused {pattern.code} like this {pattern.denials} times: {reason}",
        hint="look at the denials of this pattern before the claim leaves",
        severity=Severity.WARN,
        payer_identifier=payer.identifier,
    )


def _conditions(pattern: Pattern) -> tuple[Condition, ...]:
    """Ask for what the denials share; where an authorization was missing, for its absence."""
    found = [Condition("code", Operator.IS.value, pattern.code)]
    if pattern.cause == Cause.AUTHORIZATION:
        found.append(Condition("authorization", Operator.ABSENT.value))
    elif pattern.modifiers:
        modifiers = pattern.modifiers.split()
        found += [Condition("modifier", Operator.IS.value, each) for each in modifiers]
    else:
        found.append(Condition("modifier", Operator.ABSENT.value))
    if pattern.place:
        found.append(Condition("place", Operator.IS.value, pattern.place))
    return tuple(found)
