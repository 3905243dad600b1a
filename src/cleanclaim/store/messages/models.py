"""Messages as they came, how each ended, the senders' numbers, and accounts that were merged."""

from django.db import models

from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenants import TenantKey, TenantModel


class Feed(TenantModel):
    """A sender and how it is read; ``settings`` is an ``app.feeds.FeedSettings``."""

    source = models.CharField(max_length=80)
    settings = models.JSONField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "source"], name="one_feed")]

    def __str__(self) -> str:
        return self.source


class Message(TenantModel):
    """One message or resource as it came; the same bytes of a sender are kept once.

    ``control`` is what the sender knows it by: a control id, or Type/id of a resource.
    ``addresses`` are those of its bundle that it refers to.
    """

    source = models.CharField(max_length=80)
    form = models.CharField(max_length=5)  # hl7, fhir, ccda
    kind = models.CharField(max_length=40)  # ADT^A04, Patient, ClinicalDocument
    control = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=120)
    place = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    addresses = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "sha256"], name="message_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "source", "control"], name="message_control")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MessageState(TenantModel):
    """How a message ended: imported, kept (no record of ours holds it), parked, dismissed.

    ``reasons`` are findings, ``made`` the records that it made or met, by kind.
    """

    message = TenantKey(Message)
    outcome = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    tries = models.PositiveIntegerField(default=1)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "message"], name="one_message_state")
        ]
        indexes = [
            models.Index(
                fields=["organization", "decided_at"],
                condition=models.Q(outcome="parked"),
                name="message_parked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.message_id}"


class SenderNumber(TenantModel):
    """A number by which a sender knows an account, a visit, a note or a message's charges.

    ``patient`` is the account that the number names, whatever it was merged into since.
    """

    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)  # patient, visit, note, charges
    authority = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200)
    patient = TenantKey(Patient)
    encounter = TenantKey(Encounter, null=True)
    digest = models.CharField(max_length=64, blank=True)  # of a note's text

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "kind", "authority", "value"],
                name="one_sender_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PatientMerge(TenantModel):
    """Two accounts that are one person's; nothing moves, and an undone one counts no more."""

    survivor = TenantKey(Patient)
    merged = TenantKey(Patient)
    message = TenantKey(Message, null=True)
    reason = models.CharField(max_length=120)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "merged"],
                condition=models.Q(undone_at__isnull=True),
                name="one_open_merge",
            )
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} in {self.survivor_id}"
