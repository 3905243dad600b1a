"""Patients' names and numbers stay in their records: not in events, tasks, messages, logs."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app.desk import SERVICE_ON, VISIT, Desk, at, era, profile
from cleanclaim.app.collecting import take_patient_payment
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.registering import CoverageCard, Registration, add_coverage, register_patient
from cleanclaim.app.releasing import override_holds, release_claim
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.claims.parties import Address, PersonName, Sex, Subscriber
from cleanclaim.payers.sandbox import Fault, FaultRule, Member
from cleanclaim.store.claims.models import ClaimFinding, Hold
from cleanclaim.store.events.models import Event
from cleanclaim.store.exchanges.models import FileStep
from cleanclaim.store.patients.models import Patient, Verification
from cleanclaim.store.remits.models import Denial, RemitClaimRecord, RemitRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within
from cleanclaim.store.tenants import TenantModel
from conftest import Practice

LAST, FIRST, MIDDLE = "Zzyzxowitz", "Quillanthe", "Brisombra"
INSURED = "Vexlomagne"
MEMBER, SECOND_MEMBER = "QQ7351948260", "QQ9995551212"
STREET, PHONE, BORN = "77 Xylograph Crescent", "2175550142", date(1971, 11, 29)
CANARIES = (LAST, FIRST, MIDDLE, INSURED, MEMBER, SECOND_MEMBER, "Xylograph", PHONE)
DATES = ("1971-11-29", "19711129")


def found_in(text: str) -> list[str]:
    plain = text.casefold()
    return [canary for canary in (*CANARIES, *DATES) if canary.casefold() in plain]


def test_the_canaries_are_seen_where_they_are() -> None:
    """Negative control: the search finds what is there, in any case."""
    assert found_in("denied for ZZYZXOWITZ") == [LAST]
    assert found_in("born 19711129") == ["19711129"]


@pytest.fixture
def desk(practice: Practice) -> Desk:
    """Open a desk whose first payer pays somebody else's number, too much, and takes it back."""
    from cleanclaim.kernel.spans import Span

    name, span = PersonName(LAST, FIRST), Span(date(2025, 1, 1))
    members = tuple(
        Member(number, name, BORN, Sex.FEMALE, "open", span) for number in (MEMBER, SECOND_MEMBER)
    )
    faults = (
        FaultRule(Fault.WRONG_NUMBER, ("C0000002",)),
        FaultRule(Fault.RECOUP, ("C0000001",)),
        FaultRule(Fault.UNBALANCED, ("C0000003",)),
    )
    first = profile(1, members=members, faults=faults, recoup_after_days=5, recoup_notice_days=5)
    opened = Desk(practice.organization, {1: first, 2: profile(2, members=())})
    opened.enroll(opened.payers[0])
    return opened


def _register(desk: Desk) -> Patient:
    registration = Registration(
        PersonName(LAST, FIRST, MIDDLE),
        BORN,
        Sex.FEMALE,
        Address(STREET, "Riverbend", "IL", "621001234"),
        PHONE,
    )
    patient = register_patient(**desk.who, at=at(), registration=registration)
    insured = Subscriber(PersonName(INSURED, FIRST), birth_on=BORN, sex=Sex.MALE)
    cards = (
        (desk.payers[0], CoverageCard(MEMBER, date(2025, 1, 1), 1)),
        (
            desk.payers[1],
            CoverageCard(SECOND_MEMBER, date(2025, 1, 1), 2, relationship="01", subscriber=insured),
        ),
    )
    for payer, card in cards:
        add_coverage(**desk.who, at=at(), patient=patient.pk, payer=payer, card=card)
    return patient


def _live(desk: Desk) -> None:
    """Let as much as possible go right and wrong about one patient's claims."""
    patient = _register(desk)
    told: dict[str, Any] = {**desk.who, "at": at()}
    second = desk.coverage(patient, 2)
    verify_coverage(**told, coverage=second.pk, service_on=SERVICE_ON)
    claims = [desk.assembled(patient, VISIT, date(2026, 4, 7 + n)) for n in range(4)]
    unverified = desk.assembled(patient, VISIT, date(2026, 4, 17), verified=False)
    for claim in (*claims, unverified):
        release_claim(**told, claim=claim.pk)
    override_holds(**told, claim=unverified.pk, reason="the card was seen at the desk")
    submit_claims(**told, payer=desk.payers[0])
    for day in range(14, 31, 2):
        on = at(date(2026, 4, day))
        exchange(**desk.who, at=on, payer=desk.payers[0])
        work_inbox(**desk.who, at=on)
        submit_claims(**desk.who, at=on, payer=desk.payers[0])
    number, person = (
        desk.claim(claims[3]).control_number,
        f"NM1*QC*1*{LAST}*{FIRST}****MI*{MEMBER}~",
    )
    denied = f"CLP*{number}*4*200*0**12*ICN9~CAS*CO*50*200~{person}"
    desk.post(era(denied, paid="0", trace="MINE", control=900))
    correction = Correction("authorization was found", prior_authorization="A1")
    correct_claim(**told, claim=claims[3].pk, correction=correction)
    take_patient_payment(**told, patient=patient.pk, cents=90_000, receipt="R1")


def test_no_name_or_number_of_a_patient_leaves_its_record(
    desk: Desk, caplog: pytest.LogCaptureFixture, database: dict[str, str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="cleanclaim")
    caplog.set_level(logging.INFO)
    with psycopg.connect(make_conninfo(**database), autocommit=True) as listener:
        listener.execute("LISTEN cleanclaim")
        _live(desk)
        heard = [note.payload for note in listener.notifies(timeout=0.2)]
    assert heard
    assert found_in(" ".join(heard)) == []
    assert found_in(caplog.text) == []
    assert {remit.status for remit in desk.remits()} == {"posted", "quarantined"}
    with within(desk.organization):
        kinds = set(Task.objects.of(desk.organization).values_list("kind", flat=True))
    assert {"denial", "suspense", "remit", "credit", "held"} <= kinds
    texts = _texts(desk)
    assert set(texts) >= {"event", "task", "finding", "hold", "remit finding", "verification"}
    for kind, written in texts.items():
        assert written, f"nothing of kind {kind} was written, so nothing is proved"
        assert found_in(" ".join(written)) == [], kind


def _texts(desk: Desk) -> dict[str, list[str]]:
    """Gather everything that is written about the work, but for the records themselves."""
    number = desk.organization

    def of(model: type[TenantModel], *columns: str) -> list[str]:
        rows = model.objects.of(number).values_list(*columns)
        return [str(value) for row in rows for value in row]

    with within(number):
        return {
            "event": of(Event, "action", "record_kind", "detail", "actor_name"),
            "task": of(Task, "key", "title", "next_step", "outcome"),
            "finding": of(ClaimFinding, "place", "message", "hint", "source"),
            "hold": of(Hold, "reason", "message"),
            "remit finding": of(RemitRecord, "findings"),
            "remit reason": of(RemitClaimRecord, "reason", "outcome"),
            "denial": of(Denial, "cause", "reasons"),
            "step": of(FileStep, "step", "reason"),
            "verification": of(Verification, "status", "reason"),
        }


def _bill_next(desk: Desk, patient: Patient) -> object:
    from cleanclaim.app.collecting import bill_next_payer

    claim = desk.assembled(patient, VISIT)
    coverage = desk.coverage(patient, 2)
    return bill_next_payer(**desk.who, at=at(), claim=claim.pk, coverage=coverage)


def _assemble_twice(desk: Desk, patient: Patient) -> object:
    from cleanclaim.app.claiming import assemble_claim

    claim = desk.assembled(patient, VISIT)
    assert claim.encounter_id is not None
    coverage = desk.coverage(patient)
    return assemble_claim(**desk.who, at=at(), encounter=claim.encounter_id, coverage=coverage)


def _find_nothing(desk: Desk, patient: Patient) -> object:
    nowhere = patient.pk + 10**9
    return verify_coverage(**desk.who, at=at(), coverage=nowhere, service_on=SERVICE_ON)


def _pay_nothing(desk: Desk, patient: Patient) -> object:
    told = {**desk.who, "at": at(), "patient": patient.pk}
    return take_patient_payment(**told, cents=0, receipt="R1")


def _correct_too_early(desk: Desk, patient: Patient) -> object:
    claim = desk.submitted(patient, VISIT, date(2026, 4, 8))
    correction = Correction("too early")
    return correct_claim(**desk.who, at=at(), claim=claim.pk, correction=correction)


REFUSALS: dict[str, Callable[[Desk, Patient], object]] = {
    "the next payer too early": _bill_next,
    "no such coverage": _find_nothing,
    "no payment": _pay_nothing,
    "corrected on its way": _correct_too_early,
    "made twice": _assemble_twice,
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_nothing_of_the_patient(desk: Desk, name: str) -> None:
    from cleanclaim.kernel.errors import CleanclaimError

    patient = _register(desk)
    with pytest.raises(CleanclaimError) as refused:
        REFUSALS[name](desk, patient)
    assert found_in(f"{refused.value!r} {refused.value}") == []
