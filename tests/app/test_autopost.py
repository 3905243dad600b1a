"""Autopost over many decisions with faults at a rate: what is sound posts, the rest is stopped."""

import random
from datetime import date

import msgspec
import pytest

from app.desk import Desk, at, envelope, transaction
from cleanclaim.app.reading.autoposts import read_autopost
from cleanclaim.demo.mirrored_claims import mirror_claims
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.store.remits.models import RemitClaimRecord
from cleanclaim.store.tenancy import within

PAID_ON = date(2026, 4, 24)
CLAIMS = 250


class Rates(msgspec.Struct, frozen=True):
    """Faults among a thousand decisions: configuration of the trial, no claim about payers."""

    wrong_number: int = 6
    told_twice: int = 4
    reversed_unknown: int = 2


def _decision(number: int, name: str = "", sign: int = 1, status: str = "1") -> str:
    """Write a decision whose charge tells it apart: half paid, a tenth to the patient."""
    charge, s = 100 + number, sign
    name = name or f"Q{number:06d}"
    paid, share = charge * 0.5, charge * 0.1
    return (
        f"CLP*{name}*{status}*{charge * s}*{paid * s:.2f}*{share if s > 0 else 0:.2f}*12*E{number}~"
        f"SVC*HC:99213*{charge * s}*{paid * s:.2f}~DTM*472*20260410~"
        f"CAS*CO*45*{(charge - paid - share) * s:.2f}~CAS*PR*2*{share * s:.2f}~"
    )


def _cents(text: str) -> int:
    remits, _ = read_remits(envelope(transaction(text, paid="0")))
    return sum(claim.paid_cents for claim in remits[0].claims)


class Trial:
    """Payments of a seed: which decision is faulty and the reason that must stop it."""

    def __init__(self, desk: Desk, seed: int, rates: Rates) -> None:
        self.desk = desk
        self.expected: dict[str, str] = {}
        dice = random.Random(seed)  # noqa: S311 - a trial must be repeatable
        sound = [_decision(number) for number in range(CLAIMS)]
        content = self._file(sound, "MIRROR")
        remits, _ = read_remits(content)
        mirror_claims(**desk.who, at=at(), payer=desk.payers[0], remits=remits)
        told, again = [], []
        for number, text in enumerate(sound):
            told.append(self._perhaps_spoiled(number, text, dice, rates))
            if dice.randrange(1000) < rates.told_twice:
                again.append(text)
        self.twice = len(again)
        self.first = self._file(told, "FIRST")
        self.second = self._file(again, "SECOND") if again else b""

    def _perhaps_spoiled(self, number: int, text: str, dice: random.Random, rates: Rates) -> str:
        lot = dice.randrange(1000)
        if lot < rates.wrong_number:
            name = f"ZZ{number}"
            self.expected[name] = "no candidate"
            # Another charge too, so that nothing but a guess could place it.
            return _decision(number + 5_000, name)
        if lot < rates.wrong_number + rates.reversed_unknown:
            self.expected[f"Q{number:06d}"] = "nothing was posted here that it could reverse"
            return _decision(number, sign=-1, status="22")
        return text

    def _file(self, texts: list[str], trace: str) -> bytes:
        cents = sum(_cents(text) for text in texts)
        paid = f"{cents / 100:.2f}"
        return envelope(transaction(*texts, paid=paid, trace=trace), control=len(trace))

    def run(self) -> None:
        for content in filter(None, (self.first, self.second)):
            self.desk.posted(content)


@pytest.mark.parametrize("seed", [1, 2])
def test_sound_lines_post_untouched_and_each_fault_is_stopped_for_its_reason(
    desk: Desk, seed: int
) -> None:
    trial = Trial(desk, seed, Rates())
    trial.run()
    with within(desk.organization):
        report = read_autopost(desk.organization)
        rows = list(RemitClaimRecord.objects.of(desk.organization).select_related("claim"))
    assert report.rate is not None
    assert report.rate >= 980
    stopped = {
        row.content["patient_control_number"]: row.reason
        for row in rows
        if row.outcome == "suspended" and "same decision" not in row.reason
    }
    assert stopped == trial.expected
    twins = [row for row in rows if "same decision" in row.reason]
    spoiled = set(trial.expected)
    # A decision told again is held where the first one stands, and is good where it does not.
    posted = [row for row in rows if row.claim is not None]
    assert len(twins) + sum(row.remit_id != rows[0].remit_id for row in posted) == trial.twice
    for row in posted:
        assert row.claim.control_number == row.content["patient_control_number"]
        assert row.outcome == "paid"
    assert len(posted) >= CLAIMS - len(spoiled)


def test_a_trial_with_many_faults_falls_below_the_wanted_rate(desk: Desk) -> None:
    """Negative control: the rate is measured, not assumed."""
    trial = Trial(desk, 3, Rates(wrong_number=200))
    trial.run()
    with within(desk.organization):
        report = read_autopost(desk.organization)
    assert report.rate is not None
    assert report.rate < 900
    assert {row.reason for row in report.reasons} >= {"no candidate"}
