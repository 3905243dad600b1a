"""What a message tells that happened, as values of ours; what is missing for it is a finding."""

from collections.abc import Callable, Mapping

from cleanclaim.hl7.appointments import read_slot
from cleanclaim.hl7.charge_maps import ChargeMap
from cleanclaim.hl7.charges import read_services
from cleanclaim.hl7.messages import Message
from cleanclaim.hl7.narrative import read_documents, read_reports
from cleanclaim.hl7.people import (
    read_diagnoses,
    read_insurances,
    read_patient,
    read_prior,
    read_visit,
)
from cleanclaim.kernel.arrivals import Arrival, Happening
from cleanclaim.kernel.findings import Finding, Severity

_VISITS = frozenset({"A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A13"})
_PEOPLE = frozenset({"A28", "A31"})
_CANCELLED = frozenset({"A11"})
_MERGES = frozenset({"A18", "A34", "A36", "A40"})
_NOTE_EVENTS = frozenset({"T02", "T04", "T06", "T08", "T10"})
_SOURCE = "HL7 v2.5.1"
Read = tuple[Arrival, tuple[Finding, ...]]


def read_arrival(message: Message, charge_map: ChargeMap | None = None) -> Read:
    """Read a message of any kind; one that no record of ours holds is NOTHING, without findings.

    Raises UnfitMapError where the feed's map names a place that cannot be.
    """
    reader = _READERS.get(message.kind, _read_nothing)
    arrival, findings = reader(message, charge_map)
    if arrival.happening is Happening.NOTHING:
        return arrival, findings
    missing = () if arrival.person.numbers else (_miss("HL7.PID", "PID-3", "no patient is named"),)
    return arrival, (*findings, *missing)


def _read_nothing(message: Message, charge_map: ChargeMap | None) -> Read:  # noqa: ARG001
    return Arrival(Happening.NOTHING), ()


def _read_adt(message: Message, charge_map: ChargeMap | None) -> Read:
    event, person = message.event, read_patient(message)
    if event in _MERGES:
        prior = read_prior(message)
        missing = () if prior else (_miss("HL7.MRG", "MRG-1", "no merged number is named"),)
        return Arrival(Happening.MERGED, person, prior=prior), missing
    if event in _CANCELLED:
        visit = read_visit(message, cancelled=True)
        missing = () if visit else (_miss("HL7.PV1", "PV1-19", "no visit is named"),)
        return Arrival(Happening.VISIT_CANCELLED, person, visit=visit), missing
    if event not in _VISITS | _PEOPLE:
        return _read_nothing(message, charge_map)
    arrival = Arrival(
        Happening.REGISTERED,
        person,
        visit=read_visit(message) if event in _VISITS else None,
        insurances=read_insurances(message),
        diagnoses=read_diagnoses(message),
    )
    return arrival, ()


def _read_siu(message: Message, charge_map: ChargeMap | None) -> Read:  # noqa: ARG001
    slot = read_slot(message)
    missing = () if slot else (_miss("HL7.SCH", "SCH-2", "no appointment is named"),)
    return Arrival(Happening.BOOKED, read_patient(message), slot=slot), missing


def _read_dft(message: Message, charge_map: ChargeMap | None) -> Read:
    services, findings = read_services(message, charge_map)
    if charge_map is not None and charge_map.carries_none:
        return Arrival(Happening.NOTHING), ()
    arrival = Arrival(
        Happening.CHARGED,
        read_patient(message),
        visit=read_visit(message),
        insurances=read_insurances(message),
        services=services,
        diagnoses=read_diagnoses(message),
    )
    return arrival, findings


def _read_mdm(message: Message, charge_map: ChargeMap | None) -> Read:
    if message.event not in _NOTE_EVENTS:
        return _read_nothing(message, charge_map)
    notes = read_documents(message)
    missing = () if notes else (_miss("HL7.TXA", "TXA-12", "no numbered text is in it"),)
    told = Arrival(
        Happening.DOCUMENTED, read_patient(message), visit=read_visit(message), notes=notes
    )
    return told, missing


def _read_oru(message: Message, charge_map: ChargeMap | None) -> Read:
    notes = read_reports(message)
    if not notes:
        return _read_nothing(message, charge_map)
    told = Arrival(
        Happening.DOCUMENTED, read_patient(message), visit=read_visit(message), notes=notes
    )
    return told, ()


_READERS: Mapping[str, Callable[[Message, ChargeMap | None], Read]] = {
    "ADT": _read_adt,
    "SIU": _read_siu,
    "DFT": _read_dft,
    "MDM": _read_mdm,
    "ORU": _read_oru,
}


def _miss(rule: str, place: str, words: str) -> Finding:
    return Finding(rule, Severity.BLOCK, place, words, source=_SOURCE)
