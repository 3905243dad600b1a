"""Bank lines and what each one confirms."""

from django.db import models

from cleanclaim.store.remits.models import RemitRecord
from cleanclaim.store.tenants import TenantKey, TenantModel


class BankLine(TenantModel):
    """One movement on a bank account as the bank told it.

    ``cents`` is signed: money in is positive. ``identity`` is its hash with its place among equal
    lines of a day, so that a statement imported again adds nothing. ``status``: open, matched, or
    set aside by a person with the reason.
    """

    identity = models.CharField(max_length=64)
    account = models.CharField(max_length=34)
    posted_on = models.DateField()
    cents = models.BigIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "identity"], name="bank_line_once"),
            models.CheckConstraint(condition=~models.Q(cents=0), name="bank_line_not_zero"),
        ]
        indexes = [
            models.Index(fields=["organization", "status", "posted_on"], name="bank_line_status")
        ]

    def __str__(self) -> str:
        return f"bank line {self.pk}"


class BankMatch(TenantModel):
    """That a bank line is the money of a remittance, and by what it was told."""

    line = TenantKey(BankLine)
    remit = TenantKey(RemitRecord)
    how = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=120)
    matched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "line"], name="bank_line_matched_once"),
            models.UniqueConstraint(fields=["organization", "remit"], name="remit_banked_once"),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id} of remit {self.remit_id}"
