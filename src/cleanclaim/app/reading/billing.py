"""What the staff sees of patients' bills: one account, and the lists of what waits."""

from datetime import date

import msgspec
from django.db.models import QuerySet

from cleanclaim.app.access import access_patient
from cleanclaim.app.planning import active_plan, plan_instalments
from cleanclaim.app.reading.debts import Account, read_debts
from cleanclaim.app.reading.patients import full_name
from cleanclaim.app.refunding import Credit, list_credits, list_unclaimed
from cleanclaim.app.setting_terms import find_policy, preference_of
from cleanclaim.ledger.patient_policy import BillingPolicy
from cleanclaim.ledger.plans import Instalment, offer_counts
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import (
    AssistanceApplication,
    BillingPreference,
    Dispute,
    Estimate,
    LocalTerm,
    PaymentPlan,
    Placement,
    RefundRecord,
    SelfPayVisit,
    StatementRecord,
)

_LISTED = 50


class BillingView(msgspec.Struct, frozen=True):
    """One patient's bill as the staff works on it."""

    id: int
    name: str
    account_number: str
    account: Account
    statements: tuple[StatementRecord, ...]
    preference: BillingPreference
    plan: PaymentPlan | None
    instalments: tuple[Instalment, ...]
    counts: tuple[int, ...]
    refunds: tuple[RefundRecord, ...]
    disputes: tuple[Dispute, ...]
    applications: tuple[AssistanceApplication, ...]
    placements: tuple[Placement, ...]
    unbilled_visits: tuple[Encounter, ...]
    policy_name: str
    estimates: tuple[Estimate, ...]
    providers: tuple[Provider, ...]


class ListedStatement(msgspec.Struct, frozen=True):
    """One statement in a list."""

    id: int
    patient: int
    name: str
    number: str
    issued_on: date
    state: str
    channel: str
    due_cents: int


class ListedCredit(msgspec.Struct, frozen=True):
    """One credit in the worklist; ``unclaimed_on`` None: nobody has entered the state's days."""

    credit: Credit
    name: str
    payer: str
    unclaimed_on: date | None


def read_billing(organization: int, patient: int, *, on: date) -> BillingView:
    """Give one patient's bill. Raises SumsDisagreeError."""
    person = access_patient(patient, organization=organization)
    account = read_debts(organization, patient)
    plan = active_plan(organization, patient)
    found = find_policy(organization, as_of=on)
    policy: BillingPolicy | None = found[1] if found else None
    mine = {"organization_id": organization, "patient_id": patient}
    return BillingView(
        id=person.pk,
        name=full_name(person),
        account_number=person.account_number,
        account=account,
        statements=tuple(StatementRecord.objects.filter(**mine).order_by("-pk")[:_LISTED]),
        preference=preference_of(organization, patient),
        plan=plan,
        instalments=plan_instalments(plan) if plan else (),
        counts=offer_counts(account.due_cents, policy) if policy and not plan else (),
        refunds=tuple(
            RefundRecord.objects.filter(**mine).select_related("payer").order_by("-pk")[:_LISTED]
        ),
        disputes=tuple(
            Dispute.objects.filter(**mine, resolved_at=None)
            .select_related("claim")
            .order_by("opened_at")
        ),
        applications=tuple(AssistanceApplication.objects.filter(**mine).order_by("-pk")[:_LISTED]),
        placements=tuple(Placement.objects.filter(**mine).order_by("-pk")[:_LISTED]),
        unbilled_visits=tuple(_unbilled_visits(organization, patient)),
        policy_name=found[0].name if found else "",
        estimates=tuple(
            Estimate.objects.filter(**mine).select_related("provider").order_by("-pk")[:_LISTED]
        ),
        providers=tuple(Provider.objects.of(organization).order_by("last_name", "pk")[:200]),
    )


def _unbilled_visits(organization: int, patient: int) -> QuerySet[Encounter]:
    """Find the visits that nobody was billed for: without a claim and not billed to the patient."""
    visits = Encounter.objects.of(organization).filter(patient_id=patient)
    claimed = ClaimRecord.objects.of(organization).filter(patient_id=patient)
    billed = SelfPayVisit.objects.of(organization).filter(patient_id=patient)
    taken = {
        *claimed.values_list("encounter", flat=True),
        *billed.values_list("encounter", flat=True),
    }
    return visits.exclude(pk__in=[pk for pk in taken if pk]).order_by("service_on", "pk")


def list_statements(organization: int, state: str = "") -> tuple[ListedStatement, ...]:
    """Give the latest statements, of a state or all."""
    rows = StatementRecord.objects.of(organization).select_related("patient")
    if state:
        rows = rows.filter(state=state)
    return tuple(
        ListedStatement(
            row.pk,
            row.patient.pk,
            full_name(row.patient),
            row.number,
            row.issued_on,
            row.state,
            row.channel,
            row.due_cents,
        )
        for row in rows.order_by("-pk")[:_LISTED]
    )


def list_waiting_refunds(organization: int) -> tuple[RefundRecord, ...]:
    """Give the refunds that are not sent, the nearest last day first."""
    rows = RefundRecord.objects.of(organization).exclude(state__in=["sent", "refused"])
    found = rows.select_related("payer", "patient", "claim").order_by("pk")
    return tuple(sorted(found, key=lambda row: (row.due_on or date.max, row.pk)))


def list_credit_work(organization: int, *, on: date) -> tuple[ListedCredit, ...]:
    """Give every credit with whose it is and, for patients, when the state may ask for it."""
    credits = list_credits(organization)
    days = dict(list_unclaimed(organization, as_of=on))
    patients = {credit.patient for credit in credits}
    names = {
        row.pk: full_name(row) for row in Patient.objects.of(organization).filter(pk__in=patients)
    }
    payers = dict(Payer.objects.of(organization).values_list("pk", "name"))
    return tuple(
        ListedCredit(
            credit,
            names[credit.patient],
            payers.get(credit.payer or 0, ""),
            days.get(credit),
        )
        for credit in credits
    )


def list_local_terms(organization: int) -> tuple[LocalTerm, ...]:
    """Give the numbers that the practice entered for its place, the latest first."""
    return tuple(LocalTerm.objects.of(organization).order_by("kind", "key", "-starts_on"))
