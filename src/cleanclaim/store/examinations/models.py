"""On what grounds a held claim was judged last, so that only a changed one is judged again."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.tenants import TenantKey, TenantModel


class Examination(TenantModel):
    """The last nightly look at a held claim: a digest of everything that it was judged by."""

    claim = TenantKey(ClaimRecord)
    grounds = models.CharField(max_length=64)
    examined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "claim"], name="one_examination")
        ]

    def __str__(self) -> str:
        return f"examined at {self.examined_at}"
