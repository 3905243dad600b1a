"""Access tokens of programs, and what was answered to a request that may come again."""

from django.conf import settings
from django.db import models

from cleanclaim.store.tenants import TenantKey, TenantModel


class AccessToken(TenantModel):
    """A token by the digest of its secret; the secret itself is kept nowhere.

    ``person`` is whose token it is: it never opens more than the person's role does now. Null is
    a program's own token, of ``role``. ``permissions`` narrows either; empty is all of the role.
    """

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at"], name="token_created")]

    def __str__(self) -> str:
        return self.name


class KeptAnswer(TenantModel):
    """What a request was answered under its idempotency key; ``status`` 0 while it is at work.

    ``request`` is the digest of method, address and body: the same key with another request is
    refused. ``body`` is emptied when the key has expired, for it may speak of patients.
    """

    token = TenantKey(AccessToken)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    media = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=200, blank=True)
    body = models.BinaryField(default=b"")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "token", "key"], name="one_answer_a_key"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "kept_at"],
                condition=~models.Q(body=b""),
                name="answer_kept",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
