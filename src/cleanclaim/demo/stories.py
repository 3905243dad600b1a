"""The stories: what people do, on which day, about the claims that a newcomer looks up."""

from datetime import date, timedelta

import msgspec

from cleanclaim import x12
from cleanclaim.app.access import access_claim
from cleanclaim.app.claiming import change_coverage
from cleanclaim.app.connecting import opened_connection
from cleanclaim.app.registering import end_coverage
from cleanclaim.app.releasing import override_holds, release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.app.verifying import envelope, verify_coverage
from cleanclaim.app.work import SYSTEM, unit_of_work
from cleanclaim.claims.model import Claim
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.demo.plan import Plan, Story
from cleanclaim.demo.practice import CONTACT, TAX_ID
from cleanclaim.demo.setup import (
    NEWCOMER_LETTER_ON,
    Practice,
    add_planned_coverage,
    enroll_newcomer,
    moment,
)
from cleanclaim.payers.connection import OutboundFile
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.tenancy import within

_OLD_SYSTEM_ON = date(2026, 6, 1)


def _a_month_earlier(claim: Claim) -> Claim:
    lines = tuple(
        msgspec.structs.replace(line, starts_on=earlier, ends_on=earlier)
        for line in claim.lines
        for earlier in [line.starts_on and line.starts_on - timedelta(30)]
    )
    return msgspec.structs.replace(claim, patient_control_number="OLD88121", lines=lines)


class Stories:
    """The stories' claims, and what happens to them beside the everyday work."""

    def __init__(self, practice: Practice, plan: Plan) -> None:
        self.practice = practice
        self.plan = plan
        self.claims: dict[Story, int] = {}

    def patient(self, story: Story) -> int:
        """Give the patient record of a story."""
        return self.practice.patients[self._number(story)].pk

    def tell(self, day: date) -> None:
        """Do what the stories have in store for the day."""
        if day == NEWCOMER_LETTER_ON:
            enroll_newcomer(self.practice, moment(day))
        self._new_card(day)
        self._mistyped_member(day)
        if day == _OLD_SYSTEM_ON:
            self._old_system_claim(day)

    def _number(self, story: Story) -> int:
        return next(n for n, p in enumerate(self.plan.patients) if p.story is story)

    def _new_card(self, day: date) -> None:
        """The lapsed patient brings the card of another payer: the claim goes there."""
        number = self._number(Story.LAPSED_COVERAGE)
        old, new = self.plan.patients[number].coverages
        if new.shown_on != day or old.ends_on is None:
            return
        lapsed = self.practice.coverages[number, 1]
        end_coverage(**self.practice.who, at=moment(day), coverage=lapsed.pk, ends_on=old.ends_on)
        added = add_planned_coverage(self.practice, number, new, 1, moment(day))
        self._move_claim(Story.LAPSED_COVERAGE, added, "the patient brought the new card", day)

    def _mistyped_member(self, day: date) -> None:
        """A mistyped member id: sent on a person's word, refused, mended, sent again."""
        claim = self.claims.get(Story.REJECTED)
        if claim is None:
            return
        with within(self.practice.organization.pk):
            record = access_claim(claim, organization=self.practice.organization.pk)
        told = {**self.practice.who, "at": moment(day)}
        if record.state == "held" and record.submitted_at is None:
            override_holds(**told, claim=claim, reason="the card was seen at the desk")
        elif record.state == "rejected":
            self._right_card(day)

    def _right_card(self, day: date) -> None:
        number = self._number(Story.REJECTED)
        wrong = self.practice.coverages[number, 1]
        at = moment(day)
        end_coverage(**self.practice.who, at=at, coverage=wrong.pk, ends_on=wrong.starts_on)
        planned = self.plan.patients[number].coverages[0]
        right = add_planned_coverage(self.practice, number, planned, 1, at)
        self._move_claim(Story.REJECTED, right, "the member id was mistyped", day)

    def _old_system_claim(self, day: date) -> None:
        """The software used before sends a last claim, of which our books know nothing."""
        practice = self.practice.organization
        at = moment(day, 12)
        with unit_of_work(organization=practice.pk, actor=SYSTEM, at=at):
            record = access_claim(self.claims[Story.IN_SUSPENSE], organization=practice.pk)
            payer = record.payer
            body = transaction(
                [_a_month_earlier(latest_claim(record))],
                submitter=Submitter(practice.name, TAX_ID, *CONTACT),
                receiver=Receiver(payer.name, payer.identifier),
                reference="OLDSYSTEM",
                created_at=at,
            )
            text = x12.write(envelope(practice, payer.identifier, 900_000_001, at), GUIDE, [body])
            with opened_connection(payer) as connection:
                connection.send([OutboundFile("old-system.837", text.encode("latin-1"))], at=at)

    def _move_claim(self, story: Story, coverage: Coverage, reason: str, day: date) -> None:
        claim = self.claims[story]
        told = {**self.practice.who, "at": moment(day)}
        service_on = next(v.on for v in self.plan.visits if v.story is story)
        verify_coverage(**told, coverage=coverage.pk, service_on=service_on)
        change_coverage(**told, claim=claim, coverage=coverage, reason=reason)
        release_claim(**told, claim=claim)
