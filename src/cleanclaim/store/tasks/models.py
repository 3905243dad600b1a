"""Tasks: what a person must do, until when, and what it is worth."""

from django.conf import settings
from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenants import TenantKey, TenantModel


class Task(TenantModel):
    """A piece of work for a person; ``key`` keeps one cause from opening two tasks."""

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    next_step = models.CharField(max_length=200, blank=True)
    claim = TenantKey(ClaimRecord, null=True)
    patient = TenantKey(Patient, null=True)
    value_cents = models.BigIntegerField(default=0)
    due_on = models.DateField(null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="task_key")]
        indexes = [
            models.Index(
                fields=["organization", "due_on"],
                condition=models.Q(closed_at__isnull=True),
                name="task_open",
            )
        ]

    def __str__(self) -> str:
        return self.title
