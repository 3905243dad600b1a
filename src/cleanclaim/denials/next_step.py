"""What to do next about a denial: the ways that are open, ranked by dollars, odds and days left."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.odds import Odds


class Action(StrEnum):
    """A way to work a denial."""

    CORRECT = "correct"
    SUPPLY = "supply"
    REDIRECT = "redirect"
    APPEAL = "appeal"
    REVIEW = "review"
    WRITE_OFF = "write_off"


class Team(StrEnum):
    """Who works on denials of a cause."""

    FRONT_DESK = "front_desk"
    AUTHORIZATION = "authorization"
    CODING = "coding"
    CLINICAL = "clinical"
    CREDENTIALING = "credentialing"
    BILLING = "billing"
    CONTRACTING = "contracting"


OWNERS: Mapping[Cause, Team] = {
    Cause.REGISTRATION: Team.FRONT_DESK,
    Cause.ELIGIBILITY: Team.FRONT_DESK,
    Cause.COORDINATION: Team.FRONT_DESK,
    Cause.AUTHORIZATION: Team.AUTHORIZATION,
    Cause.CODING: Team.CODING,
    Cause.DOCUMENTATION: Team.CLINICAL,
    Cause.CREDENTIALING: Team.CREDENTIALING,
    Cause.TIMELY: Team.BILLING,
    Cause.DUPLICATE: Team.BILLING,
    Cause.PAYER_ERROR: Team.BILLING,
    Cause.CONTRACT: Team.CONTRACTING,
    Cause.UNKNOWN: Team.BILLING,
}

# Below this many decisions a share says too little to turn a ranking round.
ENOUGH_DECIDED = 5
# Within this many days of the last one everything is as urgent as it gets.
PRESSING_DAYS = 7
_CALM_DAYS = 90
_EVERY = (Action.CORRECT, Action.SUPPLY, Action.REDIRECT, Action.APPEAL)


class Situation(msgspec.Struct, frozen=True):
    """What the choice depends on: the work first suspected, dollars, last day, what is allowed.

    ``odds`` are those of this practice's own history by action. ``may_write_off`` tells that a
    policy of the practice allows giving the amount up.
    """

    work: DenialClass
    cents: int
    due_on: date | None
    on: date
    odds: Mapping[Action, Odds] = {}
    is_appealable: bool = True
    may_write_off: bool = False

    @property
    def days_left(self) -> int | None:
        """Give the days until the last one, negative where it has passed, None if unknown."""
        return None if self.due_on is None else (self.due_on - self.on).days


class Option(msgspec.Struct, frozen=True):
    """One way: what it is expected to bring in cents (None: nobody knows), and a word why."""

    action: Action
    odds: Odds
    expected_cents: int | None
    why: str


def urgency(days_left: int | None) -> float:
    """Weigh dollars by the days left: 2 on the last days, falling to 1; unknown counts as 1."""
    if days_left is None:
        return 1.0
    calm = (days_left - PRESSING_DAYS) / (_CALM_DAYS - PRESSING_DAYS)
    return 2.0 - min(1.0, max(0.0, calm))


def rank_value(situation: Situation, odds: Odds) -> int:
    """Give dollars × odds × urgency in cents, for ordering a worklist; unknown odds count full."""
    share = odds.share if odds.share is not None else 1.0
    return round(situation.cents * share * urgency(situation.days_left))


def options(situation: Situation) -> tuple[Option, ...]:
    """Give the ways that are open, the best first.

    The work first suspected leads. Another takes its place only where both have been decided
    often enough and the other is expected to bring more. Giving up comes last and only where a
    policy allows it; past the last day no appeal is offered.
    """
    open_ones = [a for a in _EVERY if a is not Action.APPEAL or _appeal_is_open(situation)]
    suggested = Action(situation.work.value)
    if suggested not in open_ones:
        suggested = Action.REVIEW
        open_ones.append(Action.REVIEW)
    found = [_option(situation, action, suggested) for action in open_ones]
    lead = next(option for option in found if option.action is suggested)
    lead = max([lead, *(each for each in found if _beats(each, lead))], key=_expected)
    rest = sorted((each for each in found if each is not lead), key=_expected, reverse=True)
    last = [Option(Action.WRITE_OFF, Odds(), 0, "a policy of the practice allows it")]
    return (lead, *rest, *(last if situation.may_write_off else ()))


def _appeal_is_open(situation: Situation) -> bool:
    left = situation.days_left
    return situation.is_appealable and (left is None or left >= 0)


def _option(situation: Situation, action: Action, suggested: Action) -> Option:
    odds = situation.odds.get(action, Odds())
    expected = None if odds.share is None else round(situation.cents * odds.share)
    why = "suggested by the payer's reason" if action is suggested else ""
    if action is Action.REVIEW:
        why = "a person must read the payer's reason first"
    return Option(action, odds, expected, why)


def _expected(option: Option) -> int:
    return -1 if option.expected_cents is None else option.expected_cents


def _beats(other: Option, lead: Option) -> bool:
    enough = min(other.odds.decided, lead.odds.decided) >= ENOUGH_DECIDED
    return enough and _expected(other) > _expected(lead)
