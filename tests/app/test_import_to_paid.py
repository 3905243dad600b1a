"""A patient with notes comes in as FHIR and ends as a coded, scrubbed and paid claim."""

import gzip
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.desk import ONE, Desk, at, profile
from cleanclaim.app.claiming import assemble_claim, scrub_claim
from cleanclaim.app.documenting import record_charges
from cleanclaim.app.feeds import FeedSettings, set_feed
from cleanclaim.app.importing import ImportLine, import_file
from cleanclaim.app.intake import cut_file
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.registering import CoverageCard, add_coverage
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.claims.parties import PersonName, Sex
from cleanclaim.fhir.bundles import cut_resources
from cleanclaim.fhir.reading import Reader
from cleanclaim.kernel.arrivals import Happening
from cleanclaim.kernel.findings import blocks
from cleanclaim.kernel.spans import Span
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.payers.sandbox import Member
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.messages.models import Message, MessageState
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
from conftest import Practice
from fhir.test_reading import COVERAGE, ENCOUNTER, PATIENT, bundle, note

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus"
corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no collection beside the repository")


def settle(desk: Desk, source: str) -> None:
    """Say that whatever a sender names is our provider, place and payer."""
    settings = FeedSettings(
        providers={"*": desk.provider.npi}, places={"*": "Main"}, payers={"*": "PAY01"}
    )
    set_feed(**desk.who, at=at(), source=source, settings=settings)


def bring(desk: Desk, content: bytes, source: str, on: date) -> list[ImportLine]:
    return import_file(**desk.who, at=at(on), name="bundle.json", content=content, source=source)


def code_and_bill(desk: Desk, visit: Encounter, on: date) -> ClaimRecord:
    """Code the visit as a coder does, scrub the claim, send it, and post what the payer answers."""
    told: dict[str, Any] = {**desk.who, "at": at(on)}
    _, findings = record_charges(**told, encounter=visit.pk, services=ONE)
    assert findings == ()
    coverage = desk.coverage(visit.patient)
    verify_coverage(**told, coverage=coverage.pk, service_on=on)
    claim = assemble_claim(**told, encounter=visit.pk, coverage=coverage)
    found = scrub_claim(**told, claim=claim.pk)
    assert not blocks(found), found
    # The note came with the visit, so nothing is missing of its documentation.
    assert "DOCUMENTATION.MISSING" not in {finding.rule for finding in found}
    _, causes = release_claim(**told, claim=claim.pk)
    assert causes == (), causes
    submit_claims(**told, payer=desk.payers[0])
    for days in (0, 14):
        later = {**desk.who, "at": at(on + timedelta(days))}
        exchange(**later, payer=desk.payers[0])
        work_inbox(**later)
    return desk.claim(claim)


def test_a_patient_of_another_system_ends_as_a_paid_claim(desk: Desk) -> None:
    settle(desk, "chart")
    signed = note(b"Seen for high blood pressure. Continue lisinopril.")
    content = bundle(PATIENT, COVERAGE, ENCOUNTER, signed)
    lines = bring(desk, content, "chart", date(2026, 4, 10))
    assert {line.outcome for line in lines} == {"imported"}
    with within(desk.organization):
        visit = Encounter.objects.of(desk.organization).select_related("patient").get()
        text = Note.objects.of(desk.organization).get(encounter=visit).text
    assert text.startswith("Seen for high blood pressure.")
    claim = code_and_bill(desk, visit, visit.service_on)
    assert desk.state(claim) == "paid"
    assert desk.books()[AccountKind.CASH_CLEARING.value] > 0


@corpus
@pytest.mark.corpus
def test_a_patient_of_the_collection_ends_as_a_paid_claim(practice: Practice) -> None:
    person, files = _smallest_patient()
    told = person["name"][0]
    last, first = told["family"], told["given"][0]
    born, sex = date.fromisoformat(person["birthDate"]), Sex(person["gender"][0].upper())
    started = date(1900, 1, 1)
    member = Member("M900", PersonName(last, first), born, sex, "open", Span(started))
    desk = Desk(practice.organization, {1: profile(1, members=(member,))})
    desk.enroll(since=started)
    settle(desk, "bulk")
    today = date(2026, 4, 10)
    lines = [line for content in files for line in bring(desk, content, "bulk", today)]
    outcomes = Counter((line.kind, line.outcome) for line in lines)
    with within(desk.organization):
        assert Message.objects.of(desk.organization).count() == len(lines)
        assert MessageState.objects.of(desk.organization).count() == len(lines)
        visit = (
            Encounter.objects.of(desk.organization).select_related("patient").latest("service_on")
        )
        notes = Note.objects.of(desk.organization).count()
    assert outcomes["Patient", "imported"] == 1
    assert outcomes["Encounter", "imported"] > 0
    assert notes == outcomes["DocumentReference", "imported"] > 0
    assert {outcome for _, outcome in outcomes} <= {"imported", "kept"}, outcomes
    card = CoverageCard("M900", started)
    payer = desk.payers[0]
    add_coverage(**desk.who, at=at(), patient=visit.patient_id, payer=payer, card=card)
    claim = code_and_bill(desk, visit, visit.service_on)
    assert desk.state(claim) == "paid"


def _smallest_patient() -> tuple[dict[str, Any], list[bytes]]:
    """Give the patient with the fewest notes, and the lines that are about them."""
    folder = CORPUS / "synthea" / "bulk10"
    kinds = ("Patient", "Practitioner", "Encounter", "DocumentReference")
    lines = {
        kind: gzip.decompress((folder / f"{kind}.000.ndjson.gz").read_bytes()).splitlines()
        for kind in kinds
    }
    people = [json.loads(line) for line in lines["Patient"]]

    def about(kind: str, person: dict[str, Any]) -> list[bytes]:
        mark = f'"Patient/{person["id"]}"'.encode()
        return [line for line in lines[kind] if mark in line]

    chosen = min(people, key=lambda person: len(about("DocumentReference", person)))
    files = [json.dumps(chosen).encode()]
    files += [b"\n".join(about(kind, chosen)) for kind in kinds[2:]]
    return chosen, [files[0], b"\n".join(lines["Practitioner"]), *files[1:]]


@corpus
@pytest.mark.corpus
def test_every_resource_of_the_collections_is_read_or_told() -> None:
    folder = CORPUS / "synthea"
    read: Counter[tuple[str, str]] = Counter()
    notes = 0
    for path in sorted([*folder.glob("bulk10/[A-Z]*.gz"), *folder.glob("r4_bundles/A*.gz")]):
        pieces = list(cut_resources(gzip.decompress(path.read_bytes())))
        held = {piece.key: piece.content for piece in pieces}
        for piece in pieces:
            arrival, findings = Reader(piece, held.get).read()
            assert findings == (), (path.name, piece.kind, findings)
            read[piece.kind, arrival.happening.value] += 1
            notes += len(arrival.notes)
    assert read["Patient", Happening.REGISTERED.value] > 30
    assert notes == 1_215


@corpus
@pytest.mark.corpus
def test_every_message_of_the_collection_is_accounted_for(desk: Desk) -> None:
    files = [(p.name, p.read_bytes()) for p in sorted((CORPUS / "hl7v2").glob("*/*"))]
    for source in {each.source for _, content in files for each in cut_file(content)}:
        settle(desk, source)
    lines: list[ImportLine] = []
    for name, content in files:
        lines += import_file(**desk.who, at=at(), name=name, content=content)
    outcomes = Counter(line.outcome for line in lines)
    # 394 messages and six excerpts; the same text in two files is one message.
    assert len(lines) == 400
    assert outcomes["imported"] > 30, Counter((x.outcome, _rule(x)) for x in lines)
    assert all(line.reasons for line in lines if line.outcome == "parked")
    with within(desk.organization):
        kept = Message.objects.of(desk.organization).count()
        assert kept == 400 - outcomes["repeated"]
        assert MessageState.objects.of(desk.organization).count() == kept
        assert Patient.objects.of(desk.organization).count() > 30


def _rule(line: ImportLine) -> str:
    return line.reasons[0].rule if line.reasons else ""
