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
    """One transfer. ``transfer_id`` is made from what it books, so a repeat meets itself.

    ``actor`` is who acted in the transaction; the database fills it in (migration 0004).
    """

    transfer_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=60)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    links = models.JSONField(default=dict)
    reverses_id = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "transfer_id"], name="transfer_once"),
            models.UniqueConstraint(
                fields=["organization", "reverses_id"],
                condition=~models.Q(reverses_id=""),
                name="reversed_once",
            ),
        ]
        indexes = [models.Index(fields=["organization", "on"], name="entry_day")]

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


class Closing(TenantModel):
    """That a month was closed or reopened, by whom and why; the last word on a month counts.

    ``entries`` and ``digest`` are of the month's entries at that time, ``totals`` the balances
    by kind of account at its end, in cents.
    """

    month = models.DateField()
    action = models.CharField(max_length=8)  # closed, reopened
    reason = models.CharField(max_length=200)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    entries = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    totals = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["organization", "month", "id"], name="closing_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.action}"
