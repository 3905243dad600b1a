"""Making a claim from the charges of a visit, and scrubbing it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Q

from cleanclaim.app.access import access, access_claim
from cleanclaim.app.booking import balance, book
from cleanclaim.app.deadlines import find_deadline
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.numbering import next_number
from cleanclaim.app.past_claims import documentation_findings, earlier_claims
from cleanclaim.app.reading.rules import active_rules
from cleanclaim.app.referencing import library_of, open_library
from cleanclaim.app.tasking import open_task
from cleanclaim.app.values import (
    billed_coverage,
    billing_provider,
    latest_claim,
    patient_value,
    plain,
    rendering_provider,
    service_facility,
)
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.assemble import Charge as ChargeValue
from cleanclaim.claims.assemble import Encounter as EncounterValue
from cleanclaim.claims.assemble import assemble
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.workflow import FINAL_STATES, ClaimEvent
from cleanclaim.codes.reference import FilingLimit, Reference, bootstrapped
from cleanclaim.edits.scrubbing import scrub
from cleanclaim.kernel.findings import Finding
from cleanclaim.kernel.spans import Span
from cleanclaim.ledger.accounts import AccountKind, Link, LinkKind
from cleanclaim.ledger.entries import Occasion, Owed, move_to_payer, record_charge
from cleanclaim.store.claims.models import ClaimFinding, ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.encounters.models import Charge, Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Coverage

_ENCOUNTER = ("patient", "provider", "location")


def assemble_claim(
    *, organization: int, actor: Actor, at: datetime, encounter: int, coverage: Coverage
) -> ClaimRecord:
    """Make the claim of a visit to a coverage, and enter its charges in the ledger."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization, related=_ENCOUNTER)
        charges = list(Charge.objects.of(organization).filter(encounter=visit).order_by("number"))
        claim, findings = _assemble(work, visit, coverage, charges)
        record = keep_claim(work, claim, visit, coverage, reason="assembled from the charges")
        keep_findings(work, record, findings, origin="assemble")
        enter_charges(work, record, charges)
        visit.status = "billed"
        visit.save(update_fields=["status"])
    return record


def _assemble(
    work: UnitOfWork, visit: Encounter, coverage: Coverage, charges: Sequence[Charge]
) -> tuple[Claim, tuple[Finding, ...]]:
    number = next_number("claim", organization=work.organization)
    services = [_charge_value(charge, visit.service_on) for charge in charges]
    return assemble_value(visit, coverage, services, control_number=f"C{number:07d}")


def assemble_value(
    visit: Encounter, coverage: Coverage, services: Sequence[ChargeValue], *, control_number: str
) -> tuple[Claim, tuple[Finding, ...]]:
    """Build the claim that services of a visit would make, with what could not be told in it."""
    practice = Organization.objects.get(pk=visit.organization_id)
    encounter = EncounterValue(
        patient_control_number=control_number,
        place_of_service=visit.location.place_of_service,
        billing=billing_provider(practice),
        rendering=rendering_provider(visit.provider),
        facility=service_facility(visit.location, practice),
        prior_authorization=visit.prior_authorization,
        medical_record_number=visit.patient.account_number,
    )
    return assemble(encounter, patient_value(visit.patient), billed_coverage(coverage), services)


def _charge_value(charge: Charge, on: date) -> ChargeValue:
    return ChargeValue(
        procedure=charge.code,
        charge_cents=charge.charge_cents,
        starts_on=on,
        diagnosis_codes=tuple(charge.diagnoses),
        modifiers=tuple(charge.modifiers),
        units=charge.units.normalize(),
    )


def keep_claim(
    work: UnitOfWork,
    claim: Claim,
    visit: Encounter | None,
    coverage: Coverage,
    *,
    reason: str,
    replaces: ClaimRecord | None = None,
    follows: ClaimRecord | None = None,
) -> ClaimRecord:
    """Keep a new claim with its first version; its root is that of the claim it comes from."""
    earlier = replaces or follows
    service_on = claim.service_starts_on or work.today
    record = ClaimRecord(
        organization_id=work.organization,
        control_number=claim.patient_control_number,
        patient=coverage.patient,
        encounter=visit,
        coverage=coverage,
        payer=coverage.payer,
        rendering=visit.provider if visit else None,
        responsibility=claim.responsibility.value,
        state="",
        frequency=claim.frequency.value,
        version_number=1,
        total_charge_cents=claim.total_charge_cents,
        service_on=service_on,
        payer_claim_number="",
        replaces=replaces,
        follows=follows,
        root=(earlier.root or earlier) if earlier else None,
        created_at=work.at,
    )
    record.filing_due_on = _filing_due(record)
    record.save(force_insert=True)
    _keep_version(work, record, claim, reason)
    advance(work, record, ClaimEvent.ASSEMBLED, cents=claim.total_charge_cents)
    return record


def _keep_version(work: UnitOfWork, record: ClaimRecord, claim: Claim, reason: str) -> None:
    ClaimVersion.objects.create(
        organization_id=work.organization,
        claim=record,
        number=record.version_number,
        content=plain(claim),
        reason=reason,
        created_at=work.at,
    )


def _filing_due(record: ClaimRecord) -> date | None:
    return find_deadline(record, reference_for([record.payer])).due_on


def reference_for(payers: Sequence[Payer]) -> Reference:
    """Give the tables at hand, with the filing limits that these payers' terms tell."""
    limits = tuple(
        FilingLimit(
            Span(date.min + timedelta(365)),
            payer.terms_source or "terms of the payer as recorded",
            payer_identifier=payer.identifier,
            days=payer.timely_filing_days,
        )
        for payer in payers
        if payer.timely_filing_days is not None
    )
    library = library_of(payers[0].organization_id) if payers else open_library()
    return bootstrapped(limits, library=library)


def enter_charges(work: UnitOfWork, record: ClaimRecord, charges: Sequence[Charge]) -> None:
    """Enter the charges of a claim in the ledger, as not billed yet; none of them twice."""
    owed = owed_for(record)
    links = (Link(LinkKind.CLAIM_EVENT, "assembled"),)
    transfers = [
        record_charge(
            Occasion((work.organization, "charge", charge.pk), record.service_on, links),
            charge.charge_cents,
            owed=owed,
        )
        for charge in charges
        if charge.charge_cents
    ]
    book(transfers, organization=work.organization, at=work.at)


def owed_for(record: ClaimRecord) -> Owed:
    """Name whom and what a claim's receivables are about in the ledger."""
    return Owed(record.ledger_claim, str(record.patient_id))


def new_version(
    work: UnitOfWork, record: ClaimRecord, claim: Claim, *, reason: str, coverage: Coverage
) -> None:
    """Put a further version of a claim that never counted with a payer in place of the last."""
    record.version_number += 1
    record.coverage, record.payer = coverage, coverage.payer
    record.total_charge_cents = claim.total_charge_cents
    record.filing_due_on = _filing_due(record)
    record.save(
        update_fields=[
            "version_number",
            "coverage",
            "payer",
            "total_charge_cents",
            "filing_due_on",
        ]
    )
    _keep_version(work, record, claim, reason)
    advance(work, record, ClaimEvent.EDITED, version=record.version_number)


def change_coverage(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    claim: int,
    coverage: Coverage,
    reason: str,
) -> ClaimRecord:
    """Bill a claim that has not left (or came back rejected) to another coverage."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization, lock=True)
        billed = billed_coverage(coverage)
        fields = {name: getattr(billed, name) for name in billed.__struct_fields__}
        content = msgspec.structs.replace(latest_claim(record), **fields)
        former = record.payer_id
        new_version(work, record, content, reason=reason, coverage=coverage)
        if record.follows_id is not None and former != record.payer_id:
            _move_receivable(work, record, former)
    return record


def _move_receivable(work: UnitOfWork, record: ClaimRecord, former: int) -> None:
    """Let the payer that is billed now owe what the former one owed on a later payer's claim.

    Where the former payer is asked by another claim of the chain too, nobody can tell whose
    the money is: a person decides.
    """
    owed = owed_for(record)
    key = owed.account(AccountKind.AR_INSURANCE, payer=str(former))
    cents = balance(key, organization=work.organization)
    if cents <= 0:
        return
    first = int(record.ledger_claim)
    chain = ClaimRecord.objects.of(work.organization).filter(Q(pk=first) | Q(root=first))
    others = chain.filter(payer=former).exclude(pk=record.pk).exclude(state__in=FINAL_STATES)
    if others.exists():
        _ask_whose_share(work, record, cents)
        return
    occasion = Occasion(
        (work.organization, "change_coverage", record.pk, record.version_number), work.today
    )
    moved = move_to_payer(
        occasion,
        cents,
        owed=owed,
        payer=str(former),
        next_payer=str(record.payer_id),
        reason="coverage changed",
    )
    book([moved], organization=work.organization, at=work.at)


def _ask_whose_share(work: UnitOfWork, record: ClaimRecord, cents: int) -> None:
    open_task(
        work,
        f"share:{record.pk}",
        kind="coverage",
        title="The coverage changed, and the former payer is asked twice on this visit",
        next_step="Decide how much of what the former payer owes the new one is asked for",
        claim=record,
        value_cents=cents,
    )


def scrub_claim(
    *, organization: int, actor: Actor, at: datetime, claim: int
) -> tuple[Finding, ...]:
    """Run the edits and the organization's own rules over the present version; keep findings.

    It is judged beside the patient's other claims. What could not be checked for lack of a table
    is no finding: ``unchecked_families`` tells it.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access_claim(claim, organization=organization)
        claim_now, earlier = latest_claim(record), earlier_claims(record)
        batch = ClaimBatch.of([claim_now], as_of=work.today, history=earlier)
        reference, rules = reference_for([record.payer]), active_rules(organization)
        findings = (
            *scrub(batch, reference, tell_unchecked=False, user_rules=rules)[0],
            *documentation_findings(record),
        )
        keep_findings(work, record, findings, origin="scrub")
        work.tell(
            "claim.scrubbed",
            ("claim_scrub", record.pk),
            patient=record.patient_id,
            claim=record.pk,
            findings=len(findings),
        )
    return findings


def keep_findings(
    work: UnitOfWork, record: ClaimRecord, findings: Sequence[Finding], *, origin: str
) -> None:
    """Keep the findings of one origin: new ones are added, gone ones are marked resolved."""
    rows = ClaimFinding.objects.of(work.organization).filter(
        claim=record, origin=origin, resolved_at__isnull=True
    )
    known = {(row.rule, row.place, row.message): row for row in rows}
    found = {(f.rule, f.place, f.message): f for f in findings}
    gone = [row.pk for key, row in known.items() if key not in found]
    ClaimFinding.objects.of(work.organization).filter(pk__in=gone).update(resolved_at=work.at)
    ClaimFinding.objects.bulk_create(
        ClaimFinding(
            organization_id=work.organization,
            claim=record,
            version_number=record.version_number,
            origin=origin,
            found_at=work.at,
            **msgspec.structs.asdict(finding),
        )
        for key, finding in found.items()
        if key not in known
    )
