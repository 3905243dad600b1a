"""The gate over the practice's records: may this provider be billed to this payer on that day."""

from datetime import date

import msgspec
from django.db.models import Q

from cleanclaim.app.reading.credentials import credential_spans
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.credentialing.enrollment.applications import (
    GRANTING,
    PENDING,
    Turnaround,
    learn_turnaround,
)
from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.credentialing.gate import GateResult, gate
from cleanclaim.credentialing.participation.columns import Place, judge_batch
from cleanclaim.credentialing.participation.credentials import Credential
from cleanclaim.credentialing.participation.grants import (
    Agreement,
    Bar,
    BarKind,
    Combination,
    Demand,
    DemandKind,
    Enrollment,
    GrantIndex,
    Grants,
    Reassignment,
)
from cleanclaim.credentialing.participation.substitutes import SubstituteKind, Substitution
from cleanclaim.kernel.spans import Span
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Location, Participation, Payer, Provider
from cleanclaim.store.enrollments import models as store
from cleanclaim.store.followup.models import ContractRecord
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.providers.models import ElementVersion, FileAttestation
from cleanclaim.store.tenancy import within


def gate_claim(record: ClaimRecord) -> GateResult:
    """Ask the gate for every provider and day that a claim as it stands bills."""
    index = load_grants(record.organization_id, payer=record.payer_id)
    location = record.encounter.location_id if record.encounter else None
    place = Place(str(record.payer_id), record.coverage.product, str(location or ""))
    (result,) = judge_batch(ClaimBatch.of([latest_claim(record)]), index, lambda _claim: place)
    return result


# A place that is named and not on record; no id of a location reads like this.
_ELSEWHERE = "elsewhere"


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person asks the gate: payer by id or name, location by name, "" for any or usual."""

    rendering_npi: str
    payer: str
    on: date
    billing_npi: str = ""
    product: str = ""
    location: str = ""
    taxonomy: str = ""


def ask_gate(organization: int, asked: Asked) -> GateResult:
    """Answer a person's question by the practice's records; what is not on record is unknown.

    Without a billing provider or a taxonomy the practice's and the provider's own are taken.
    """
    with within(organization):
        practice = Organization.objects.get(pk=organization)
        named = Q(identifier=asked.payer) | Q(name__iexact=asked.payer)
        payer = Payer.objects.of(organization).filter(named).order_by("pk").first()
        places = Location.objects.of(organization).filter(name__iexact=asked.location)
        location = places.values_list("pk", flat=True).first() if asked.location else None
        who = Provider.objects.of(organization).filter(npi=asked.rendering_npi)
        own = who.values_list("taxonomy", flat=True).first() or ""
        combination = Combination(
            asked.rendering_npi,
            asked.billing_npi or practice.npi,
            str(payer.pk) if payer else "",
            asked.product,
            str(location) if location else _ELSEWHERE if asked.location else "",
            asked.taxonomy or own,
        )
        return gate(combination, asked.on, load_grants(organization))


def load_grants(organization: int, *, payer: int | None = None) -> GrantIndex:
    """Load all that decides who may be billed for, of one payer or of every one.

    Bars against all federal payers are among them, and the verified spans of providers' files.
    """
    narrowed = {} if payer is None else {"payer": payer}
    contracts = ContractRecord.objects.of(organization).filter(**narrowed)
    demands = store.PayerDemand.objects.of(organization).filter(**narrowed)
    return GrantIndex(
        Grants(
            (*_granted(organization, narrowed), *_asked_for(organization, narrowed)),
            _credentials(organization),
            _reassignments(organization, narrowed),
            tuple(
                Agreement(str(row.payer_id), Span(row.starts_on, row.ends_on), source=row.document)
                for row in contracts
            ),
            tuple(
                Demand(
                    str(row.payer_id),
                    DemandKind(row.kind),
                    Span(row.starts_on, row.ends_on),
                    row.source,
                )
                for row in demands
            ),
            _bars(organization),
            _substitutions(organization, narrowed),
            {
                str(row.payer_id): Program(row.program)
                for row in store.PayerProgram.objects.of(organization).filter(**narrowed)
            },
        )
    )


def _granted(organization: int, narrowed: dict[str, int]) -> list[Enrollment]:
    rows = Participation.objects.of(organization).filter(**narrowed).select_related("provider")
    return [
        Enrollment(
            provider_npi=row.provider.npi,
            payer=str(row.payer_id),
            span=Span(row.starts_on, row.ends_on),
            billing=(row.billing,) if row.billing else (),
            product=row.product,
            location=str(row.location_id or ""),
            taxonomy=row.taxonomy,
            source=row.source,
            retroactive_days=row.retroactive_days,
            in_network=row.in_network,
        )
        for row in rows.order_by("pk")
    ]


def _asked_for(organization: int, narrowed: dict[str, int]) -> list[Enrollment]:
    """Give the applications that wait for an answer, with the day that own cases let expect."""
    states = [state.value for state in PENDING]
    rows = store.Application.objects.of(organization).filter(state__in=states, **narrowed)
    rows = rows.filter(kind__in=[kind.value for kind in GRANTING])
    learned: dict[int, Turnaround] = {}
    found = []
    for row in rows.select_related("provider", "payer").order_by("pk"):
        if row.payer_id not in learned:
            learned[row.payer_id] = turnaround_of(row.payer)
        filed_on = row.filed_on or row.opened_on
        found.append(
            Enrollment(
                provider_npi=row.provider.npi,
                payer=str(row.payer_id),
                span=None,
                product=row.product,
                location=str(row.location_id or ""),
                source=f"the application filed on {filed_on}",
                expected_on=learned[row.payer_id].expected_on(filed_on),
            )
        )
    return found


def turnaround_of(payer: Payer) -> Turnaround:
    """Learn from the practice's own decided applications how long a payer takes."""
    rows = store.Application.objects.of(payer.organization_id).filter(
        payer=payer, filed_on__isnull=False, decided_on__isnull=False
    )
    decided = rows.exclude(state="withdrawn").values_list("filed_on", "decided_on")
    return learn_turnaround((end - start).days for start, end in decided if start and end)


def _credentials(organization: int) -> tuple[Credential, ...]:
    """Give what sources verified of every provider with a file; a lapsed licence holds claims."""
    told = ElementVersion.objects.of(organization), FileAttestation.objects.of(organization)
    filed = {row for rows in told for row in rows.values_list("provider_id", flat=True).distinct()}
    return tuple(each for row in sorted(filed) for each in credential_spans(organization, row))


def _reassignments(organization: int, narrowed: dict[str, int]) -> tuple[Reassignment, ...]:
    rows = store.Reassignment.objects.of(organization).filter(**narrowed)
    return tuple(
        Reassignment(
            row.provider.npi,
            str(row.payer_id),
            row.billing,
            Span(row.starts_on, row.ends_on),
            row.document,
        )
        for row in rows.select_related("provider").order_by("pk")
    )


def _bars(organization: int) -> tuple[Bar, ...]:
    rows = store.Bar.objects.of(organization).select_related("provider").order_by("pk")
    return tuple(
        Bar(
            row.provider.npi,
            BarKind(row.kind),
            Span(row.starts_on, row.ends_on),
            str(row.payer_id or ""),
            row.document,
        )
        for row in rows
    )


def _substitutions(organization: int, narrowed: dict[str, int]) -> tuple[Substitution, ...]:
    rows = store.Substitution.objects.of(organization).filter(**narrowed)
    return tuple(
        Substitution(
            SubstituteKind(row.kind),
            row.performing.npi,
            row.billed.npi,
            row.billed.taxonomy,
            str(row.payer_id),
            Span(row.starts_on, row.ends_on),
            row.document,
        )
        for row in rows.select_related("performing", "billed").order_by("pk")
    )
