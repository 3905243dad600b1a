"""Encounters: the list by day, and one with its charges."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import BigIntegerField, Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from cleanclaim.app.access import access
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Charge, Encounter


class EncounterRow(msgspec.Struct, frozen=True):
    """One visit in a list."""

    id: int
    patient: int
    service_on: date
    provider: str
    location: str
    status: str
    charges: int
    charge_cents: int


class ChargeView(msgspec.Struct, frozen=True):
    """One service as it was recorded."""

    number: int
    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    charge_cents: int
    diagnoses: tuple[str, ...]


class EncounterView(msgspec.Struct, frozen=True):
    """One visit with its charges and the claims that were made of it."""

    row: EncounterRow
    prior_authorization: str
    charges: tuple[ChargeView, ...]
    claims: tuple[int, ...]


def list_encounters(organization: int, after: int | None = None) -> Sheet[EncounterRow]:
    """Give visits, the latest first."""
    known = _summed(organization)
    cut, following = cut_sheet(known, known, ("-service_on",), after)
    return Sheet(tuple(_row(each) for each in cut), following)


def read_encounter(organization: int, encounter: int) -> EncounterView:
    """Give one visit with its charges; NotFoundError where there is none."""
    access(Encounter, encounter, organization=organization)
    row = _summed(organization).get(pk=encounter)
    charges = Charge.objects.of(organization).filter(encounter_id=encounter).order_by("number")
    claims = ClaimRecord.objects.of(organization).filter(encounter_id=encounter).order_by("pk")
    return EncounterView(
        row=_row(row),
        prior_authorization=row.prior_authorization,
        charges=tuple(_charge(each) for each in charges),
        claims=tuple(claims.values_list("pk", flat=True)),
    )


def _summed(organization: int) -> Any:  # noqa: ANN401 - an annotated query
    mine = Charge.objects.of(organization).filter(encounter_id=OuterRef("pk")).order_by()
    sums = mine.values("encounter_id").annotate(rows=Count("pk"), cents=Sum("charge_cents"))
    whole = BigIntegerField()
    return (
        Encounter.objects.of(organization)
        .select_related("provider", "location")
        .annotate(
            charge_rows=Coalesce(Subquery(sums.values("rows")), 0, output_field=whole),
            cents=Coalesce(Subquery(sums.values("cents")), 0, output_field=whole),
        )
    )


def _row(row: Any) -> EncounterRow:  # noqa: ANN401 - an annotated row
    return EncounterRow(
        id=row.pk,
        patient=row.patient_id,
        service_on=row.service_on,
        provider=str(row.provider),
        location=row.location.name,
        status=row.status,
        charges=int(row.charge_rows),
        charge_cents=int(row.cents),
    )


def _charge(row: Any) -> ChargeView:  # noqa: ANN401 - a charge's row
    return ChargeView(
        number=row.number,
        code=row.code,
        modifiers=tuple(row.modifiers),
        units=row.units,
        charge_cents=row.charge_cents,
        diagnoses=tuple(row.diagnoses),
    )
