"""The money desk of the synthetic practice: deposits, second payers, patients' payments."""

from datetime import date, timedelta
from random import Random
from typing import Any

from django.db.models import Sum

from cleanclaim.app.booking import balance
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.collecting import (
    apply_patient_credit,
    bill_next_payer,
    deposit_receipt,
    record_deposit,
    take_patient_payment,
)
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.demo.setup import Practice, moment
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.remits.models import RemitRecord
from cleanclaim.store.tenancy import within

# How long the bank and the patients take, in days, and how many patients pay at all.
_BANK_DAYS = 2
_PAYS_AFTER_DAYS = 12
_PAYS_PERCENT = 78


class MoneyDesk:
    """Who pays what when; the patient of the story pays in two parts."""

    def __init__(self, practice: Practice, random: Random, pays_in_parts: int) -> None:
        self.practice = practice
        self.random = random
        self.pays_in_parts = pays_in_parts
        self.parts_paid = 0
        self.owing_since: dict[int, date] = {}
        self.receipts: dict[str, date] = {}
        self.deposited: set[int] = set()
        self.billed_next: set[int] = set()

    def work(self, day: date) -> None:
        """Do a day's work."""
        self._deposit(day)
        self._bill_next_payers(day)
        self._collect(day)

    @property
    def _organization(self) -> int:
        return self.practice.organization.pk

    def _told(self, day: date, hour: int) -> dict[str, Any]:
        return {**self.practice.who, "at": moment(day, hour)}

    def _deposit(self, day: date) -> None:
        """The bank shows a payment two days after its date, and receipts the day after."""
        with within(self._organization):
            remits = RemitRecord.objects.of(self._organization).filter(
                status="posted", paid_on__lte=day - timedelta(_BANK_DAYS)
            )
            due = sorted(set(remits.values_list("pk", flat=True)) - self.deposited)
        for remit in due:
            self.deposited.add(remit)
            record_deposit(**self._told(day, 16), remit=remit, deposited_on=day)
        for receipt in [r for r, on in self.receipts.items() if on < day]:
            del self.receipts[receipt]
            deposit_receipt(**self._told(day, 16), receipt=receipt, deposited_on=day)

    def _bill_next_payers(self, day: date) -> None:
        """Send the second payer's claim once the first has left something to it."""
        for claim, coverage in self._waiting_for_next():
            self.billed_next.add(claim.pk)
            told = self._told(day, 17)
            verify_coverage(**told, coverage=coverage.pk, service_on=claim.service_on)
            second = bill_next_payer(**told, claim=claim.pk, coverage=coverage)
            release_claim(**told, claim=second.pk)

    def _waiting_for_next(self) -> list[tuple[ClaimRecord, Coverage]]:
        seconds = {
            self.practice.patients[number].pk: coverage
            for (number, rank), coverage in self.practice.coverages.items()
            if rank == 2
        }
        with within(self._organization):
            decided = (
                ClaimRecord.objects.of(self._organization)
                .filter(state__in=["paid", "partly_paid"], follows=None, patient__in=seconds)
                .exclude(pk__in=self.billed_next)
                .order_by("pk")
            )
            return [
                (claim, coverage)
                for claim in decided
                if self._owes((coverage := seconds[claim.patient_id]).payer_id, claim)
            ]

    def _owes(self, payer: int, claim: ClaimRecord) -> bool:
        key = owed_for(claim).account(AccountKind.AR_INSURANCE, payer=str(payer))
        return balance(key, organization=self._organization) > 0

    def _collect(self, day: date) -> None:
        """Patients pay what the payers left to them, most of them, some time after."""
        for patient in self._patients(AccountKind.UNAPPLIED):
            apply_patient_credit(**self._told(day, 17), patient=patient)
        for patient, cents in self._patients(AccountKind.AR_PATIENT).items():
            since = self.owing_since.setdefault(patient, day)
            if day >= since + timedelta(_PAYS_AFTER_DAYS):
                del self.owing_since[patient]
                self._pay(patient, cents, day)

    def _pay(self, patient: int, cents: int, day: date) -> None:
        if patient == self.pays_in_parts:
            cents = cents // 2 if self.parts_paid == 0 else cents
            self.parts_paid += 1
        elif self.random.randrange(100) >= _PAYS_PERCENT:
            return
        receipt = f"RCPT-{patient}-{day.isoformat()}"
        take_patient_payment(**self._told(day, 17), patient=patient, cents=cents, receipt=receipt)
        self.receipts[receipt] = day

    def _patients(self, kind: AccountKind) -> dict[int, int]:
        """Give the patients with an open balance of a kind, in cents, in the order of accounts."""
        with within(self._organization):
            rows = (
                Posting.objects.of(self._organization)
                .filter(account__kind=kind.value)
                .values_list("account__patient_id")
                .annotate(cents=Sum("cents"))
                .order_by("account__patient_id")
            )
            return {patient: int(cents) for patient, cents in rows if cents}
