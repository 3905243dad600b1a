"""The statement desk of the synthetic practice: its policy, and statements once a month."""

from datetime import date
from typing import Any

from cleanclaim.app.setting_terms import record_policy
from cleanclaim.app.stating import run_statements
from cleanclaim.demo.plan import STARTS_ON
from cleanclaim.demo.setup import Practice, moment
from cleanclaim.ledger.patient_policy import AssistanceBand, BillingPolicy

# What this practice has decided; another one decides otherwise.
POLICY = BillingPolicy(
    cycle_days=28,
    minimum_balance_cents=500,
    minimum_instalment_cents=2_500,
    longest_plan_months=12,
    grace_days=10,
    prompt_pay_days=0,
    prompt_pay_basis_points=0,
    notices_before_bad_debt=3,
    days_before_bad_debt=120,
    link_hours=72,
    second_person_cents=20_000,
    assistance=(AssistanceBand(200, 10_000), AssistanceBand(300, 5_000)),
)


class StatementDesk:
    """States what patients owe on the first working day of each month."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.month = STARTS_ON.month
        record_policy(
            **self._told(STARTS_ON, 8), name="House policy", starts_on=STARTS_ON, policy=POLICY
        )

    def work(self, day: date) -> None:
        """Run the cycle where a month has begun."""
        if day.month != self.month:
            self.month = day.month
            run_statements(**self._told(day, 17))

    def _told(self, day: date, hour: int) -> dict[str, Any]:
        return {**self.practice.who, "at": moment(day, hour)}
