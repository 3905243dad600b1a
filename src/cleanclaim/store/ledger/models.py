"""Accounts, entries and postings."""

from django.db import models

from cleanclaim.store.tenants import TenantKey, TenantModel


class Account(TenantModel):
    """A place where cents are; ``key`` is its kind with what it belongs to.

    The links are plain numbers, like those of events: an account outlives what it was for.
    """

    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=20)
    payer_id = models.BigIntegerField(null=True)
    patient_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="account_key")]
        indexes = [
            models.Index(fields=["organization", "kind"], name="account_kind"),
            models.Index(fields=["organization", "patient_id"], name="account_patient"),
            models.Index(fields=["organization", "claim_id"], name="account_claim"),
        ]

    def __str__(self) -> str:
        return self.key


class Entry(TenantModel):
    """One transfer. ``transfer_id`` is made from what it books, so a repeat meets itself."""

    transfer_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=60)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    links = models.JSONField(default=dict)
    reverses_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "transfer_id"], name="transfer_once"),
            models.UniqueConstraint(
                fields=["organization", "reverses_id"],
                condition=~models.Q(reverses_id=""),
                name="reversed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Posting(TenantModel):
    """One side of an entry: debit positive, credit negative, in cents."""

    entry = TenantKey(Entry)
    account = TenantKey(Account)
    cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(cents=0), name="posting_not_zero"),
            models.UniqueConstraint(
                fields=["organization", "entry", "account"], name="posting_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "account"], name="posting_account")]

    def __str__(self) -> str:
        return f"{self.cents} on {self.account_id}"
