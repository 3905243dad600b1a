"""Claims made from a remittance, so that a payer's test file has something to be posted to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.app.booking import book
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.model import Claim, Frequency, ServiceLine
from cleanclaim.claims.parties import Patient as PatientValue
from cleanclaim.claims.parties import Payer as PayerValue
from cleanclaim.claims.parties import PersonName, Provider, Subscriber
from cleanclaim.claims.workflow import ClaimEvent, ClaimState
from cleanclaim.ledger.accounts import Transfer
from cleanclaim.ledger.entries import Occasion, Owed, bill_payer, record_charge
from cleanclaim.remits.model import Remit, RemitClaim, RemitLine
from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Coverage, Patient

_ENCODER = msgspec.json.Encoder()
_NUMBER_LENGTH = 20
_LIFE = (ClaimEvent.ASSEMBLED, ClaimEvent.CLEARED, ClaimEvent.SUBMITTED)


def mirror_claims(
    *, organization: int, actor: Actor, at: datetime, payer: Payer, remits: Sequence[Remit]
) -> int:
    """Make a sent claim for each control number that the remittances decide; give how many.

    The claim is what the payer says it was: its charge, its lines as submitted, its days. One
    that exists is left alone; a number that is longer than ours can be is cut. For trials and
    tests only: a real claim comes from charges.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        known = set(ClaimRecord.objects.of(organization).values_list("control_number", flat=True))
        told = {
            number: (decision, remit)
            for remit in remits
            for decision in remit.claims
            if (number := decision.patient_control_number[:_NUMBER_LENGTH]) and number not in known
        }
        claims = [
            mirror_claim(decision, payer, remit.paid_on or work.today)
            for decision, remit in told.values()
        ]
        if claims:
            _keep(work, payer, claims)
    return len(claims)


def mirror_claim(decision: RemitClaim, payer: Payer, otherwise_on: date) -> Claim:
    """Give the claim that a decision is about, as far as the payer repeats it."""
    day = decision.first_service_on or otherwise_on
    name = decision.patient_name or PersonName("Unnamed")
    return Claim(
        patient_control_number=decision.patient_control_number[:_NUMBER_LENGTH],
        total_charge_cents=abs(decision.charge_cents),
        place_of_service=decision.facility_code or "11",
        frequency=Frequency.ORIGINAL,
        billing=Provider(organization="Practice"),
        payer=PayerValue(payer.name, payer.identifier),
        subscriber=Subscriber(name, decision.member_id),
        patient=PatientValue(name),
        diagnoses=(),
        lines=tuple(_line(number, line, day) for number, line in enumerate(decision.lines, 1)),
    )


def _line(number: int, line: RemitLine, day: date) -> ServiceLine:
    return ServiceLine(
        number=number,
        procedure=line.submitted_procedure or line.procedure,
        charge_cents=abs(line.charge_cents),
        units=abs(line.original_units or line.units_paid),
        starts_on=line.starts_on or day,
        ends_on=line.ends_on or line.starts_on or day,
        control_number=line.control_number,
    )


def _keep(work: UnitOfWork, payer: Payer, claims: Sequence[Claim]) -> None:
    patients = _insert_patients(work, claims)
    coverages = _insert_coverages(work, payer, claims, patients)
    records = _insert_claims(work, payer, claims, patients, coverages)
    _insert_versions(work, claims, records)
    book(
        _transfers(work, payer, claims, records, patients),
        organization=work.organization,
        at=work.at,
    )
    for claim in claims:
        number = claim.patient_control_number
        for event in _LIFE:
            row, patient = records[number], patients[number]
            work.tell(event.value, ("claim", row), patient=patient, claim=row)


def _insert_patients(work: UnitOfWork, claims: Iterable[Claim]) -> Mapping[str, int]:
    """Insert a patient for each claim and give their ids by control number."""
    columns = ("organization_id", "account_number", "last_name", "first_name", "middle_name")
    more = ("birth_on", "sex", "address", "phone", "registered_at")
    rows = (
        (
            work.organization,
            claim.patient_control_number,
            claim.patient.name.last[:60],
            claim.patient.name.first[:35],
            claim.patient.name.middle[:25],
            date(1970, 1, 1),
            "U",
            '{"line": "", "city": ""}',
            "",
            work.at,
        )
        for claim in claims
    )
    found = insert_rows(Patient, (*columns, *more), rows, returning=("account_number", "id"))
    return dict(found)


def _insert_coverages(
    work: UnitOfWork, payer: Payer, claims: Iterable[Claim], patients: Mapping[str, int]
) -> Mapping[int, int]:
    """Insert a coverage for each patient and give their ids by patient."""
    texts = ("group_number", "plan_name", "product", "insurance_type")
    columns = ("organization_id", "patient_id", "payer_id", "rank", "member_id", "relationship")
    rows = (
        (
            work.organization,
            patients[claim.patient_control_number],
            payer.pk,
            1,
            claim.subscriber.member_id[:80],
            "18",
            date(1970, 1, 1),
            *[""] * len(texts),
        )
        for claim in claims
    )
    names = (*columns, "starts_on", *texts)
    return dict(insert_rows(Coverage, names, rows, returning=("patient_id", "id")))


def _insert_claims(
    work: UnitOfWork,
    payer: Payer,
    claims: Iterable[Claim],
    patients: Mapping[str, int],
    coverages: Mapping[int, int],
) -> Mapping[str, int]:
    """Insert the claims as submitted and give their ids by control number."""
    columns = (
        *("organization_id", "control_number", "patient_id", "coverage_id", "payer_id"),
        *("responsibility", "state", "frequency", "version_number", "total_charge_cents"),
        *("service_on", "payer_claim_number", "created_at", "submitted_at"),
    )
    rows = (
        (
            work.organization,
            claim.patient_control_number,
            (patient := patients[claim.patient_control_number]),
            coverages[patient],
            payer.pk,
            "P",
            ClaimState.SUBMITTED.value,
            claim.frequency.value,
            1,
            claim.total_charge_cents,
            claim.service_starts_on or work.today,
            "",
            work.at,
            work.at,
        )
        for claim in claims
    )
    return dict(insert_rows(ClaimRecord, columns, rows, returning=("control_number", "id")))


def _insert_versions(work: UnitOfWork, claims: Iterable[Claim], records: Mapping[str, int]) -> None:
    columns = ("organization_id", "claim_id", "number", "content", "reason", "created_at")
    reason = "made from the payer's decision"
    rows = (
        (
            work.organization,
            records[claim.patient_control_number],
            1,
            _ENCODER.encode(claim).decode(),
            reason,
            work.at,
        )
        for claim in claims
    )
    insert_rows(ClaimVersion, columns, rows)


def _transfers(
    work: UnitOfWork,
    payer: Payer,
    claims: Iterable[Claim],
    records: Mapping[str, int],
    patients: Mapping[str, int],
) -> Iterable[Transfer]:
    for claim in claims:
        number = claim.patient_control_number
        if not claim.total_charge_cents:
            continue
        owed = Owed(str(records[number]), str(patients[number]))
        occasion = Occasion((work.organization, "mirrored", records[number]), work.today)
        yield record_charge(occasion, claim.total_charge_cents, owed=owed)
        yield bill_payer(occasion, claim.total_charge_cents, owed=owed, payer=str(payer.pk))
