"""The half year, day by day: visits, files, remittances, corrections, payments."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from cleanclaim.app.claiming import assemble_claim
from cleanclaim.app.collecting import close_accounts
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.daily import exchange_files
from cleanclaim.app.documenting import document_encounter, record_charges
from cleanclaim.app.reexamining import reexamine_changed
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.claims.model import Claim
from cleanclaim.demo.money_desk import MoneyDesk
from cleanclaim.demo.plan import ENDS_ON, STARTS_ON, Plan, PlannedVisit, Story
from cleanclaim.demo.setup import Practice, moment
from cleanclaim.demo.statement_desk import StatementDesk
from cleanclaim.demo.stories import Stories
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.tenancy import within

_CORRECTS_AFTER_DAYS = 3
_CORRECTS_PERCENT = 70
_MODIFIERS = {"20610": ("RT",), "99213": ("25",), "99203": ("25",), "97110": ("GP",)}


class HalfYear:
    """The practice at work; ``run`` lives through every day and reports each one."""

    def __init__(self, practice: Practice, plan: Plan, seed: int) -> None:
        self.practice = practice
        self.plan = plan
        # Its own stream, so that a plan and what people make of it vary apart.
        self.random = Random(f"half year {seed}")  # noqa: S311 - a synthetic practice
        self.looked_at: set[int] = set()
        self.stories = Stories(practice, plan)
        self.statements = StatementDesk(practice)
        self.money = MoneyDesk(practice, self.random, self.stories.patient(Story.TWO_PAYMENTS))

    def run(self, report: Callable[[date], None]) -> None:
        """Live through every day of the plan."""
        day = STARTS_ON
        visits = list(self.plan.visits)
        while day <= ENDS_ON:
            while visits and visits[0].on <= day:
                self._visit(visits.pop(0))
            if day.weekday() < 5:
                self._work(day)
            report(day)
            day += timedelta(1)

    @property
    def _who(self) -> dict[str, Any]:
        return self.practice.who

    def _work(self, day: date) -> None:
        self.stories.tell(day)
        reexamine_changed(**self._who, at=moment(day, 9))
        self._correct_denials(day)
        exchange_files(**self._who, at=moment(day, 16))
        self.money.work(day)
        self.statements.work(day)
        close_accounts(**self._who, at=moment(day, 18))

    def _visit(self, visit: PlannedVisit) -> None:
        practice, at = self.practice, moment(visit.on, 10)
        coverage = practice.coverages[visit.patient, 1]
        verify_coverage(**self._who, at=at, coverage=coverage.pk, service_on=visit.on)
        encounter = document_encounter(
            **self._who,
            at=at,
            patient=practice.patients[visit.patient].pk,
            provider=practice.providers[visit.provider],
            location=practice.locations[visit.location],
            service_on=visit.on,
            note=visit.note,
            prior_authorization=self._authorization(visit),
        )
        record_charges(**self._who, at=at, encounter=encounter.pk, services=visit.services)
        claim = assemble_claim(**self._who, at=at, encounter=encounter.pk, coverage=coverage)
        release_claim(**self._who, at=at, claim=claim.pk)
        if visit.story is not None:
            self.stories.claims[visit.story] = claim.pk

    def _authorization(self, visit: PlannedVisit) -> str:
        """Somebody forgot to ask for one visit in five."""
        needs = any(service.code == "97110" for service in visit.services)
        return f"AUTH{visit.patient:05d}" if needs and self.random.random() < 0.8 else ""

    def _correct_denials(self, day: date) -> None:
        """Look once at each denial, on the first working day some days after it came."""
        organization = self.practice.organization.pk
        with within(organization):
            denials = list(
                Denial.objects.of(organization)
                .filter(status="open", denied_on__lte=day - timedelta(_CORRECTS_AFTER_DAYS))
                .exclude(pk__in=self.looked_at)
                .select_related("claim")
                .order_by("pk")
            )
        for denial in denials:
            self.looked_at.add(denial.pk)
            story = denial.claim_id == self.stories.claims.get(Story.DENIED_CORRECTED)
            if story or self.random.randrange(100) < _CORRECTS_PERCENT:
                self._correct(denial, day)

    def _correct(self, denial: Denial, day: date) -> None:
        """Correct what can be corrected from the desk; the rest stays a person's open work."""
        reason = denial.reasons[0]
        if reason not in {"CO-4", "CO-197"} or denial.claim.state not in {"denied", "partly_paid"}:
            return
        told = {**self._who, "at": moment(day, 11)}
        with within(self.practice.organization.pk):
            claim = latest_claim(denial.claim)
        correction = (
            _with_modifiers(claim)
            if reason == "CO-4"
            else Correction("the authorization was found", prior_authorization="AUTH90001")
        )
        replacement = correct_claim(**told, claim=denial.claim_id, correction=correction)
        release_claim(**told, claim=replacement.pk)


def _with_modifiers(claim: Claim) -> Correction:
    lines = tuple(
        msgspec.structs.replace(
            line,
            procedure=msgspec.structs.replace(
                line.procedure,
                modifiers=line.procedure.modifiers or _MODIFIERS.get(line.procedure.code, ()),
            ),
        )
        for line in claim.lines
    )
    return Correction("the missing modifier was added from the note", lines=lines)
