"""Patient accounts: the list, and one account with its coverages, visits, claims and money."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cleanclaim.app.access import access_patient
from cleanclaim.app.reading.claims import ClaimRow, claim_rows
from cleanclaim.app.reading.ledger import read_statement
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.ledger.statements import Statement
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.encounters.models import Charge, Encounter
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.patients.models import Coverage, Patient, Verification


class PatientRow(msgspec.Struct, frozen=True):
    """One account in the list; ``owed_cents`` is what the patient owes."""

    id: int
    account_number: str
    name: str
    birth_on: date
    sex: str
    payer: str
    claims: int
    owed_cents: int


class CoverageView(msgspec.Struct, frozen=True):
    """A coverage with the payer's latest answer; ``status`` unknown where nobody has asked."""

    id: int
    rank: int
    payer: str
    plan_name: str
    product: str
    member_id: str
    group_number: str
    relationship: str
    starts_on: date
    ends_on: date | None
    status: str
    reason: str
    asked_at: datetime | None
    service_on: date | None


class VisitView(msgspec.Struct, frozen=True):
    """An encounter with its charges summed."""

    id: int
    service_on: date
    provider: str
    location: str
    status: str
    codes: tuple[str, ...]
    charge_cents: int


class PayerBalance(msgspec.Struct, frozen=True):
    """What one payer owes for this patient."""

    payer: str
    cents: int


class AccountView(msgspec.Struct, frozen=True):
    """Everything the account page shows."""

    id: int
    account_number: str
    name: str
    birth_on: date
    sex: str
    address: Mapping[str, str]
    phone: str
    registered_at: datetime
    coverages: tuple[CoverageView, ...]
    visits: tuple[VisitView, ...]
    claims: tuple[ClaimRow, ...]
    payer_balances: tuple[PayerBalance, ...]
    unbilled_cents: int
    statement: Statement
    numbers: Mapping[str, str]  # a claim's control number by its id as the ledger writes it


def full_name(row: Any) -> str:  # noqa: ANN401 - a patient row
    """Write a patient's name as lists sort it: last name first."""
    middle = f" {row.middle_name}" if row.middle_name else ""
    return f"{row.last_name}, {row.first_name}{middle}"


def list_patients(
    organization: int, search: str = "", after: int | None = None
) -> Sheet[PatientRow]:
    """Give accounts by name; ``search`` takes the start of a name or an account number."""
    known = Patient.objects.of(organization)
    rows = known
    for word in search.replace(",", " ").split()[:5]:
        rows = rows.filter(
            Q(last_name__istartswith=word)
            | Q(first_name__istartswith=word)
            | Q(account_number__iexact=word)
        )
    cut, following = cut_sheet(_with_money(rows), known, ("last_name", "first_name"), after)
    return Sheet(tuple(_patient_row(row) for row in cut), following)


def _with_money(rows: QuerySet[Any]) -> QuerySet[Any]:
    mine = {"organization_id": OuterRef("organization_id")}
    owed = Posting.objects.filter(
        **mine, account__patient_id=OuterRef("pk"), account__kind="ar_patient"
    )
    summed = owed.order_by().values("account__patient_id").annotate(cents=Sum("cents"))
    first = Coverage.objects.filter(**mine, patient_id=OuterRef("pk")).order_by(
        "rank", "-starts_on"
    )
    claims = ClaimRecord.objects.filter(**mine, patient_id=OuterRef("pk"))
    counted = claims.order_by().values("patient_id").annotate(rows=Count("pk"))
    whole = BigIntegerField()
    found: QuerySet[Any] = rows.annotate(
        owed=Coalesce(Subquery(summed.values("cents")), 0, output_field=whole),
        payer_name=Coalesce(Subquery(first.values("payer__name")[:1]), Value("")),
        claim_count=Coalesce(Subquery(counted.values("rows")), 0, output_field=whole),
    )
    return found


def _patient_row(row: Any) -> PatientRow:  # noqa: ANN401 - an annotated row
    return PatientRow(
        id=row.pk,
        account_number=row.account_number,
        name=full_name(row),
        birth_on=row.birth_on,
        sex=row.sex,
        payer=row.payer_name,
        claims=row.claim_count,
        owed_cents=int(row.owed),
    )


def read_patient(organization: int, patient: int) -> AccountView:
    """Give one account as its page shows it."""
    row = access_patient(patient, organization=organization)
    claims = ClaimRecord.objects.of(organization).filter(patient_id=patient)
    shown = claim_rows(claims.order_by("-service_on", "-pk"))
    balances, unbilled = _payer_balances(organization, patient)
    return AccountView(
        id=row.pk,
        account_number=row.account_number,
        name=full_name(row),
        birth_on=row.birth_on,
        sex=row.sex,
        address=row.address,
        phone=row.phone,
        registered_at=row.registered_at,
        coverages=_coverages(organization, patient),
        visits=_visits(organization, patient),
        claims=shown,
        payer_balances=balances,
        unbilled_cents=unbilled,
        statement=read_statement(organization, patient),
        numbers={str(claim.id): claim.control_number for claim in shown},
    )


def _coverages(organization: int, patient: int) -> tuple[CoverageView, ...]:
    rows = list(
        Coverage.objects.of(organization)
        .filter(patient_id=patient)
        .select_related("payer")
        .order_by("rank", "-starts_on")
    )
    asked = Verification.objects.of(organization).filter(coverage__in=rows).order_by("pk")
    latest = {answer.coverage_id: answer for answer in asked}
    return tuple(_coverage_view(row, latest.get(row.pk)) for row in rows)


def _coverage_view(row: Any, answer: Any) -> CoverageView:  # noqa: ANN401 - rows
    return CoverageView(
        id=row.pk,
        rank=row.rank,
        payer=row.payer.name,
        plan_name=row.plan_name,
        product=row.product,
        member_id=row.member_id,
        group_number=row.group_number,
        relationship="self" if row.relationship == "18" else "dependent",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        status=answer.status if answer else "unknown",
        reason=answer.reason if answer else "nobody has asked the payer yet",
        asked_at=answer.asked_at if answer else None,
        service_on=answer.service_on if answer else None,
    )


def _visits(organization: int, patient: int) -> tuple[VisitView, ...]:
    rows = list(
        Encounter.objects.of(organization)
        .filter(patient_id=patient)
        .select_related("provider", "location")
        .order_by("-service_on", "-pk")
    )
    charges: dict[int, list[Any]] = {}
    for charge in Charge.objects.of(organization).filter(encounter__in=rows).order_by("number"):
        charges.setdefault(charge.encounter_id, []).append(charge)
    return tuple(
        VisitView(
            id=row.pk,
            service_on=row.service_on,
            provider=str(row.provider),
            location=row.location.name,
            status=row.status,
            codes=tuple(charge.code for charge in charges.get(row.pk, ())),
            charge_cents=sum(charge.charge_cents for charge in charges.get(row.pk, ())),
        )
        for row in rows
    )


def _payer_balances(organization: int, patient: int) -> tuple[tuple[PayerBalance, ...], int]:
    """Give what each payer owes for the patient, and what is not billed yet."""
    sums = (
        Posting.objects.of(organization)
        .filter(account__patient_id=patient, account__kind__in=["ar_insurance", "ar_unbilled"])
        .values_list("account__kind", "account__payer_id")
        .annotate(cents=Sum("cents"))
    )
    names = dict(Payer.objects.of(organization).values_list("pk", "name"))
    found = [(kind, payer, int(cents)) for kind, payer, cents in sums if cents]
    owed = [PayerBalance(names[payer], cents) for kind, payer, cents in found if payer is not None]
    unbilled = sum(cents for kind, _, cents in found if kind == "ar_unbilled")
    return tuple(sorted(owed, key=lambda balance: -balance.cents)), unbilled
