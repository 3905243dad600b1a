"""The visits, notes and charges of a message: each once, and each only where it surely belongs."""

import hashlib

from cleanclaim.app.arrivals import Ground, moment_of
from cleanclaim.app.documenting import CodedService, record_charges
from cleanclaim.app.feeds import translate
from cleanclaim.kernel.arrivals import Arrival, Note, Numbered, Practitioner, Service, Visit
from cleanclaim.store.credentialing.models import Location, Provider
from cleanclaim.store.encounters.models import Charge, Encounter
from cleanclaim.store.encounters.models import Note as NoteRecord
from cleanclaim.store.patients.models import Patient

ARRIVED, CANCELLED = "arrived", "cancelled"


def enter_visit(
    ground: Ground, patient: Patient, direct: Patient, visit: Visit | None
) -> Encounter | None:
    """Give the visit of this number, recorded if it is new; None where something is missing.

    ``direct`` is the account that the sender's number names, whatever it was merged into.
    """
    if visit is None:
        return None
    known = ground.known("visit", [visit.number])
    if known and known[0].encounter is not None:
        encounter: Encounter = known[0].encounter
        if encounter.patient_id not in {patient.pk, direct.pk}:
            words = "the visit of this number is another patient's"
            ground.wait("VISIT.OTHER", "visit", words, "ask the sender whose visit it is")
            return None
        ground.met("encounter", encounter.pk)
        return encounter
    return _open(ground, patient, direct, visit)


def _open(ground: Ground, patient: Patient, direct: Patient, visit: Visit) -> Encounter | None:
    if visit.service_on is None:
        words = "no visit here has this number, and its day is not told"
        ground.wait("VISIT.UNKNOWN", "visit", words, "import the visit first")
        return None
    provider, location = _provider(ground, visit.practitioner), _location(ground, visit.place)
    if provider is None:
        words = "no provider here has the NPI or number that is told"
        ground.wait(
            "VISIT.PROVIDER", "visit", words, "add the provider to the settings of the feed"
        )
    if location is None:
        words = "no location here has the number or name that is told"
        ground.wait("VISIT.PLACE", "visit", words, "add the place to the settings of the feed")
    if provider is None or location is None:
        return None
    encounter = Encounter.objects.create(
        organization_id=ground.organization,
        patient=patient,
        provider=provider,
        location=location,
        service_on=visit.service_on,
        status=ARRIVED,
        prior_authorization="",
    )
    ground.number("visit", visit.number, direct, encounter=encounter)
    record = ("encounter", encounter.pk)
    ground.work.tell("encounter.arrived", record, patient=patient.pk, message=ground.message.pk)
    ground.met("encounter", encounter.pk)
    return encounter


def _provider(ground: Ground, told: Practitioner) -> Provider | None:
    known = Provider.objects.of(ground.organization)
    npi = translate(ground.settings.providers, told.number, told.npi)
    if told.npi and (own := known.filter(npi=told.npi).first()) is not None:
        return own
    return known.filter(npi=npi).first() if npi else None


def _location(ground: Ground, place: str) -> Location | None:
    known = Location.objects.of(ground.organization)
    name = translate(ground.settings.places, place)
    if place and (own := known.filter(name__iexact=place).first()) is not None:
        return own
    return known.filter(name=name).first() if name else None


def cancel_visit(ground: Ground, patient: Patient, visit: Visit) -> None:
    """Mark a visit as cancelled; one with charges waits for a person."""
    known = ground.known("visit", [visit.number])
    encounter = known[0].encounter if known else None
    if encounter is None or encounter.status == CANCELLED:
        ground.pass_over("VISIT.UNKNOWN", "visit", "no open visit here has this number")
        return
    if Charge.objects.of(ground.organization).filter(encounter=encounter).exists():
        words = "the visit that is cancelled has charges"
        ground.wait("VISIT.CHARGED", "visit", words, "void its claim or ask the sender")
        return
    encounter.status = CANCELLED
    encounter.save(update_fields=["status"])
    record = ("encounter", encounter.pk)
    ground.work.tell("encounter.cancelled", record, patient=patient.pk)
    ground.met("encounter", encounter.pk)


def enter_notes(
    ground: Ground, patient: Patient, encounter: Encounter | None, notes: tuple[Note, ...]
) -> None:
    """Add the signed texts to the visit: the same text once, another one as a further note."""
    for place, note in enumerate(notes, 1):
        where = f"note {place}"
        if not note.final:
            ground.pass_over("NOTE.DRAFT", where, "the text is not signed yet, or was withdrawn")
            continue
        visit = encounter or _visit_of_day(ground, patient, note)
        if visit is None:
            words = "no visit here is surely the one of this text"
            ground.wait("NOTE.VISIT", where, words, "import the visit first")
            continue
        _add_note(ground, patient, visit, note)


def _visit_of_day(ground: Ground, patient: Patient, note: Note) -> Encounter | None:
    """Give the patient's only visit of the day, where there is exactly one."""
    if note.written_on is None:
        return None
    rows = Encounter.objects.of(ground.organization).filter(
        patient=patient, service_on=note.written_on
    )
    found = list(rows.exclude(status=CANCELLED)[:2])
    return found[0] if len(found) == 1 else None


def _add_note(ground: Ground, patient: Patient, encounter: Encounter, note: Note) -> None:
    digest = hashlib.sha256(note.text.encode()).hexdigest()
    known = ground.known("note", [note.number])
    if known and known[0].digest == digest:
        ground.met("encounter", encounter.pk)
        return
    told = " ".join(filter(None, (note.author.first, note.author.last)))
    made = NoteRecord.objects.create(
        organization_id=ground.organization,
        encounter=encounter,
        text=note.text,
        author=told[:120] or str(encounter.provider),
        signed_at=moment_of(note.written_on, note.written_at, ground.work.at),
    )
    if encounter.status == ARRIVED:
        encounter.status = "documented"
        encounter.save(update_fields=["status"])
    ground.number("note", note.number, patient, encounter=encounter, digest=digest)
    record = ("encounter", encounter.pk)
    ground.work.tell("note.received", record, patient=patient.pk, note=made.pk)
    ground.met("encounter", encounter.pk)
    ground.met("note", made.pk)


def enter_charges(
    ground: Ground, patient: Patient, encounter: Encounter | None, arrival: Arrival
) -> None:
    """Record a message's services, all or none, and never twice; prices are the practice's."""
    own = Numbered("", ground.message.sha256)
    if ground.known("charges", [own]):
        return
    if encounter is None:
        if arrival.visit is None:
            words = "the visit of the charges is not told"
            ground.wait(
                "CHARGE.VISIT", "visit", words, "ask the sender for the number of the visit"
            )
        return
    services = [_with_diagnoses(service, arrival) for service in arrival.services]
    for place, service in enumerate(services, 1):
        _judge(ground, encounter, service, f"service {place}")
    if ground.reasons:
        return
    coded = [CodedService(s.code, s.diagnoses, s.modifiers, s.units, s.cents) for s in services]
    _, findings = record_charges(**ground.acting, encounter=encounter.pk, services=coded)
    ground.reasons.extend(findings)
    if not findings:
        ground.number("charges", own, patient, encounter=encounter)
        ground.met("encounter", encounter.pk)


def _with_diagnoses(service: Service, arrival: Arrival) -> Service:
    """Give a service the diagnoses of its visit where it has none of its own."""
    if service.diagnoses:
        return service
    return Service(
        service.code,
        arrival.diagnoses,
        service.modifiers,
        service.units,
        service.cents,
        service.service_on,
        service.reverses,
    )


def _judge(ground: Ground, encounter: Encounter, service: Service, where: str) -> None:
    if service.reverses:
        words = "it takes a charge back"
        ground.wait("CHARGE.CREDIT", where, words, "correct or void the claim of the visit")
    if not service.diagnoses:
        words = "it has no diagnosis"
        ground.wait("CHARGE.DIAGNOSIS", where, words, "code the visit by hand, or ask the sender")
    if service.service_on not in {None, encounter.service_on}:
        words = "its day is not the visit's"
        ground.wait("CHARGE.OTHER_DAY", where, words, "ask the sender which visit it is of")
    if encounter.status in {"billed", CANCELLED}:
        words = "the visit is billed or cancelled already"
        ground.wait("CHARGE.LATE", where, words, "correct the claim of the visit")
