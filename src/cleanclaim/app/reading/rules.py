"""An organization's own rules: those that are on, the list, and one with its trial."""

from datetime import date, datetime
from typing import Any

import msgspec

from cleanclaim.edits.user_rules import UserRule
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.rules.models import RuleRecord

DRAFT, ON, OFF = "draft", "on", "off"


class TriedShare(msgspec.Struct, frozen=True):
    """Claims of one outcome in a trial; ``examples`` are ids and numbers of the first ones."""

    claims: int
    cents: int
    examples: tuple[tuple[int, str], ...]


class TrialView(msgspec.Struct, frozen=True):
    """What a trial showed."""

    since: date
    until: date
    claims: int
    caught: TriedShare
    wrongly_held: TriedShare
    undecided: TriedShare


class RuleView(msgspec.Struct, frozen=True):
    """A rule as its page shows it; ``tried`` is whether its present version was tried."""

    id: int
    rule: UserRule
    state: str
    version: int
    written_at: datetime
    switched_at: datetime | None
    tried_at: datetime | None
    tried: bool
    expired: bool
    trial: TrialView | None


def read_rule(record: RuleRecord) -> UserRule:
    """Read the content of a rule's record."""
    return msgspec.convert(record.content, UserRule)


def active_rules(organization: int) -> tuple[UserRule, ...]:
    """Give the rules that are on, in the order in which they were first written."""
    rows = RuleRecord.objects.of(organization).filter(state=ON).order_by("pk")
    return tuple(read_rule(row) for row in rows)


def list_rules(organization: int, on: date) -> tuple[RuleView, ...]:
    """Give all rules by their ids, seen on a day."""
    rows = RuleRecord.objects.of(organization).order_by("slug")
    return tuple(rule_view(row, on) for row in rows)


def rule_view(row: RuleRecord, on: date) -> RuleView:
    """Give one rule, seen on a day."""
    rule = read_rule(row)
    return RuleView(
        id=row.pk,
        rule=rule,
        state=row.state,
        version=row.version,
        written_at=row.written_at,
        switched_at=row.switched_at,
        tried_at=row.tried_at,
        tried=row.trial_version == row.version,
        expired=rule.expires_on is not None and rule.expires_on < on,
        trial=None if row.trial is None else _trial(row.organization_id, row.trial),
    )


def _trial(organization: int, kept: dict[str, Any]) -> TrialView:
    shares = {name: kept[name] for name in ("caught", "wrongly_held", "undecided")}
    ids = [claim for share in shares.values() for claim in share["examples"]]
    rows = ClaimRecord.objects.of(organization).filter(pk__in=ids)
    numbers = dict(rows.values_list("pk", "control_number"))
    told = {
        name: {**share, "examples": [(claim, numbers[claim]) for claim in share["examples"]]}
        for name, share in shares.items()
    }
    return msgspec.convert({**kept, **told}, TrialView)


def list_payers(organization: int) -> tuple[tuple[str, str], ...]:
    """Give identifier and name of the organization's payers."""
    rows = Payer.objects.of(organization).order_by("name")
    return tuple(rows.values_list("identifier", "name"))
