"""An organization's own rules, what their trial on history showed, and whether they are on."""

from django.db import models

from cleanclaim.store.tenants import TenantModel


class RuleRecord(TenantModel):
    """One rule; ``content`` is an ``edits.user_rules.UserRule`` and ``trial`` what it caught.

    ``trial_version`` is the version that was tried: only that one can be switched on.
    ``state``: draft, on, off.
    """

    slug = models.CharField(max_length=34)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=5)
    content = models.JSONField()
    trial = models.JSONField(null=True)
    trial_version = models.PositiveIntegerField(null=True)
    written_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="rule_slug")]
        indexes = [models.Index(fields=["organization", "state"], name="rule_state")]

    def __str__(self) -> str:
        return self.slug
