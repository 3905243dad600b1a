"""Exchanged files and the state of each payer connection."""

from django.db import models

from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.tenants import TenantKey, TenantModel


class ExchangedFile(TenantModel):
    """A file as it went over the wire; the same bytes are kept once a direction."""

    payer = TenantKey(Payer, null=True)
    direction = models.CharField(max_length=3)  # out, in
    kind = models.CharField(max_length=8)  # 837P, 999, 277CA, 835, 270, 271, 276, 277, TA1, …
    name = models.CharField(max_length=120)
    control_number = models.PositiveBigIntegerField(null=True)  # ours, of files we send
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    exchanged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "direction", "sha256"], name="file_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FileStep(TenantModel):
    """What was done with a file: sent, processed, or parked with the reason; each step once."""

    file = TenantKey(ExchangedFile)
    step = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "file", "step"], name="step_once")
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.file_id}"


class Connection(TenantModel):
    """How a payer is reached, and what the connector must remember between calls."""

    payer = TenantKey(Payer)
    kind = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)
    state = models.BinaryField(default=b"")
    next_control_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer"], name="one_connection")
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.payer_id}"
