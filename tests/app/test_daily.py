"""The night's work: every step is done, again is harmless, a refused one stops no other."""

from datetime import date

import pytest

from app.desk import Desk, at
from cleanclaim.app import daily
from cleanclaim.app.approving import ReasonMissingError
from cleanclaim.app.daily import run_day
from cleanclaim.app.releasing import release_claim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within

LATER = date(2026, 4, 30)


@pytest.fixture
def ready(desk: Desk) -> ClaimRecord:
    claim = desk.assembled(desk.patient())
    release_claim(**desk.who, at=at(), claim=claim.pk)
    assert desk.state(claim) == "ready"
    return claim


def night(desk: Desk, day: date) -> dict[str, dict[str, int]]:
    steps = run_day(**desk.who, at=at(day, 20))
    assert not [step for step in steps if step.stopped_by]
    return {step.name: dict(step.counts) for step in steps}


def kinds(desk: Desk) -> list[str]:
    with within(desk.organization):
        rows = ExchangedFile.objects.of(desk.organization).order_by("pk")
        return [kind for kind in rows.values_list("kind", flat=True) if kind not in {"270", "271"}]


def test_a_night_sends_reads_and_posts_and_the_same_night_again_does_nothing(
    desk: Desk, ready: ClaimRecord
) -> None:
    assert night(desk, at().date())["exchange files"]["sent"] == 1
    assert night(desk, LATER)["exchange files"] == {"sent": 0, "read": 1}
    assert "835" in kinds(desk)
    assert desk.state(ready) in {"paid", "partly_paid"}
    before = (kinds(desk), desk.every_account())
    assert night(desk, LATER)["exchange files"] == {"sent": 0, "read": 0}
    assert (kinds(desk), desk.every_account()) == before


def test_without_a_policy_no_statement_is_made_and_that_is_no_fault(desk: Desk) -> None:
    assert night(desk, LATER)["statements"] == {"without_policy": 1}


def test_a_refused_step_is_named_and_the_others_are_done(
    desk: Desk, ready: ClaimRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> dict[str, int]:
        raise ReasonMissingError

    monkeypatch.setitem(daily._STEPS, "look again", refuse)
    steps = {step.name: step for step in run_day(**desk.who, at=at())}
    assert steps["look again"].stopped_by == "remit.reason_missing"
    assert desk.state(ready) == "accepted"


def test_what_is_no_refusal_of_ours_is_raised(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a fault of the program is never hidden as a step that was stopped."""

    def fail(**_: object) -> dict[str, int]:
        raise ZeroDivisionError

    monkeypatch.setitem(daily._STEPS, "look again", fail)
    with pytest.raises(ZeroDivisionError):
        run_day(**desk.who, at=at())
