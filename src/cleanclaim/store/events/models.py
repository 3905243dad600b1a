"""Events in a hash chain per organization, and the head that each new one is tied to."""

from django.db import models

from cleanclaim.store.tenants import TenantModel


class Event(TenantModel):
    """One thing that was done, by whom, to what.

    Grain: one row an action on one record. ``digest`` covers the row and the digest before it.
    The links carry no foreign keys, so that history never depends on what it tells of.
    """

    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    record_kind = models.CharField(max_length=30)
    record_id = models.BigIntegerField()
    patient_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "sequence"], name="event_sequence")
        ]
        indexes = [
            models.Index(fields=["organization", "patient_id", "sequence"], name="event_patient"),
            models.Index(fields=["organization", "claim_id", "sequence"], name="event_claim"),
            models.Index(fields=["organization", "record_kind", "record_id"], name="event_record"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class ChainHead(TenantModel):
    """The last link of an organization's chain; locked while a new one is added."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_chain_head")]

    def __str__(self) -> str:
        return f"head at {self.sequence}"
