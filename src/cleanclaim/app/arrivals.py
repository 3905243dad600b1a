"""What enters of an arrival, step by step; what cannot is a reason, and the rest still enters."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from cleanclaim.app.feeds import FeedSettings
from cleanclaim.app.work import UnitOfWork
from cleanclaim.kernel.arrivals import Numbered
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.messages.models import Message, SenderNumber
from cleanclaim.store.patients.models import Patient

_SOURCE = "import"


class Ground:
    """One message while it enters: its feed, what it made, and why it cannot enter whole."""

    def __init__(
        self,
        work: UnitOfWork,
        message: Message,
        settings: FeedSettings,
        *,
        new_person: bool = False,
    ) -> None:
        self.work, self.message, self.settings = work, message, settings
        self.new_person = new_person
        self.reasons: list[Finding] = []
        self.made: dict[str, list[int]] = {}

    @property
    def organization(self) -> int:
        """Give the organization that the message came to."""
        return self.work.organization

    @property
    def acting(self) -> dict[str, Any]:
        """Give what use cases take: organization, actor and time."""
        return self.work.acting

    def wait(self, rule: str, place: str, words: str, hint: str = "") -> None:
        """Note why the message waits for a person."""
        self.reasons.append(Finding(rule, Severity.BLOCK, place, words, hint, _SOURCE))

    def pass_over(self, rule: str, place: str, words: str) -> None:
        """Note what was left out though nobody needs to act."""
        self.reasons.append(Finding(rule, Severity.INFO, place, words, source=_SOURCE))

    def met(self, kind: str, record: int) -> None:
        """Note a record that the message made or met."""
        known = self.made.setdefault(kind, [])
        if record not in known:
            known.append(record)

    def known(self, kind: str, numbers: Iterable[Numbered]) -> list[SenderNumber]:
        """Give what this sender's numbers of a kind name."""
        wanted = {(number.authority[:200], number.value[:200]) for number in numbers}
        rows = (
            SenderNumber.objects.of(self.organization)
            .filter(source=self.message.source, kind=kind, value__in={v for _, v in wanted})
            .select_related("patient", "encounter")
        )
        return [row for row in rows if (row.authority, row.value) in wanted]

    def number(
        self,
        kind: str,
        number: Numbered,
        patient: Patient,
        *,
        encounter: Encounter | None = None,
        digest: str = "",
    ) -> None:
        """Remember what a number of this sender names; a note's newest text replaces its digest."""
        SenderNumber.objects.update_or_create(
            organization_id=self.organization,
            source=self.message.source,
            kind=kind,
            authority=number.authority[:200],
            value=number.value[:200],
            defaults={"patient": patient, "encounter": encounter, "digest": digest},
        )


class Outcome(msgspec.Struct, frozen=True):
    """How a message ended, why, and what it made."""

    outcome: str
    reasons: tuple[Finding, ...] = ()
    made: dict[str, list[int]] = {}


def moment_of(day: date | None, instant: datetime | None, otherwise: datetime) -> datetime:
    """Give when something was written: to the minute, else the start of its day, else otherwise."""
    if instant is not None:
        return instant
    return otherwise if day is None else datetime.combine(day, time(), UTC)
