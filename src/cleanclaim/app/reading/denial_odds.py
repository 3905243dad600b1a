"""What working denials brought so far: shares with their numbers, by payer, cause and level."""

from collections.abc import Mapping

import msgspec
from django.db.models import Count, F, Q, Sum

from cleanclaim.denials.next_step import Action
from cleanclaim.denials.odds import Odds
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.denials.models import Appeal, DenialCase

_WON = ("overturned", "partly")
# A replacement that was paid, by the claim's state; closed ones were settled somehow.
_PAID = ("paid", "partly_paid")


class OverturnRow(msgspec.Struct, frozen=True):
    """How often appeals to a payer about a cause at a level were won, and cents won."""

    payer: str
    cause: str
    level: int
    odds: Odds
    won_cents: int


class History:
    """The odds of an organization, read once for a page."""

    def __init__(self, organization: int) -> None:
        self._appeals = _count_appeals(organization)
        self._corrections = _count_corrections(organization)

    def odds(self, payer: int, cause: str) -> Mapping[Action, Odds]:
        """Give the odds of a payer and cause; where it has none, those of the cause alone."""
        return {
            Action.APPEAL: _of(self._appeals, payer, cause),
            Action.CORRECT: _of(self._corrections, payer, cause),
        }


_Counts = Mapping[tuple[int, str], Odds]


def _of(counts: _Counts, payer: int, cause: str) -> Odds:
    own = counts.get((payer, cause))
    if own is not None:
        return own
    alike = [odds for (_, of), odds in counts.items() if of == cause]
    return Odds(sum(each.won for each in alike), sum(each.decided for each in alike))


def _count_appeals(organization: int) -> _Counts:
    rows = (
        Appeal.objects.of(organization)
        .filter(kind="appeal", state="decided")
        .values_list("case__payer_id", "case__cause")
        .annotate(won=Count("pk", filter=Q(outcome__in=_WON)), decided=Count("pk"))
    )
    return {(payer, cause): Odds(won, decided) for payer, cause, won, decided in rows}


def _count_corrections(organization: int) -> _Counts:
    """Count corrected claims by what became of their replacement."""
    corrected = DenialCase.objects.of(organization).filter(denial__status="corrected")
    cases = corrected.values_list("claim_id", "payer_id", "cause")
    facts = {claim: (payer, cause) for claim, payer, cause in cases}
    replacing = ClaimRecord.objects.of(organization).filter(
        replaces__in=list(facts), state__in=(*_PAID, "denied")
    )
    counts: dict[tuple[int, str], Odds] = {}
    for claim, state in replacing.values_list("replaces_id", "state"):
        before = counts.get(facts[claim], Odds())
        won = before.won + (state in _PAID)
        counts[facts[claim]] = Odds(won, before.decided + 1)
    return counts


def read_overturns(organization: int) -> tuple[OverturnRow, ...]:
    """Give the overturn rate by payer, cause and level, those with most decisions first."""
    rows = (
        Appeal.objects.of(organization)
        .filter(kind="appeal", state="decided")
        .values("level", payer=F("case__payer__name"), cause=F("case__cause"))
        .annotate(
            won=Count("pk", filter=Q(outcome__in=_WON)),
            decided=Count("pk"),
            cents=Sum("won_cents"),
        )
        .order_by("-decided", "payer", "cause", "level")
    )
    return tuple(
        OverturnRow(
            row["payer"],
            row["cause"],
            row["level"],
            Odds(row["won"], row["decided"]),
            int(row["cents"]),
        )
        for row in rows
    )
