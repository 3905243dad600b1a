"""Who a message is about, what covers them, and which visit: PID, MRG, IN1, PV1, DG1."""

import re

from cleanclaim.hl7.messages import Message, Segment
from cleanclaim.hl7.parts import (
    read_day,
    read_number,
    read_numbers,
    read_person,
    read_phone,
    read_practitioner,
    read_residence,
)
from cleanclaim.kernel.arrivals import Insurance, Numbered, Person, Visit

# IN1-17 (table 0063) as claims write the patient's relationship; others are G8 where told.
_RELATIONSHIPS = {
    "SEL": "18",
    "SELF": "18",
    "SPO": "01",
    "SPOUSE": "01",
    "CHD": "19",
    "CHILD": "19",
}
_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")


def read_patient(message: Message) -> Person:
    """Read the patient; an empty value where the message names none."""
    segment = message.first("PID")
    if segment is None:
        return Person()
    told = read_person(segment, 5, 7, 8)
    return Person(
        numbers=read_numbers(segment, 3, 2, 4),
        last=told.last,
        first=told.first,
        middle=told.middle,
        birth_on=told.birth_on,
        sex=told.sex,
        residence=read_residence(segment, 11),
        phone=read_phone(segment, 13),
        account=read_number(segment, 18),
    )


def read_prior(message: Message) -> tuple[Numbered, ...]:
    """Read the numbers that are merged into the patient's (MRG-1, MRG-4)."""
    segment = message.first("MRG")
    return () if segment is None else read_numbers(segment, 1, 4)


def read_visit(message: Message, *, cancelled: bool = False) -> Visit | None:
    """Read the visit (PV1-19, else PV1-50); None where it has no number."""
    segment = message.first("PV1")
    if segment is None:
        return None
    number = read_number(segment, 19) or read_number(segment, 50)
    if number is None:
        return None
    practitioner = read_practitioner(segment, 7)
    return Visit(
        number=number,
        service_on=read_day(segment.part(44)),
        ends_on=read_day(segment.part(45)),
        practitioner=practitioner if practitioner.number else read_practitioner(segment, 17),
        place=segment.part(3, 4) or segment.part(3),
        setting=segment.part(2),
        cancelled=cancelled,
    )


def read_diagnoses(message: Message) -> tuple[str, ...]:
    """Read the diagnoses that are shaped as ICD-10 codes, without dots, in their order."""
    told = [segment.part(3) for segment in message.all("DG1")]
    return tuple(dict.fromkeys(filter(None, map(read_diagnosis, told))))


def read_diagnosis(text: str) -> str:
    """Give an ICD-10 code without its dot, or nothing where the text is not shaped as one."""
    code = text.upper().strip()
    return code.replace(".", "") if _DIAGNOSIS.fullmatch(code) else ""


def read_insurances(message: Message) -> tuple[Insurance, ...]:
    """Read the coverages that name a payer and a member, first payer first."""
    told = [_insurance(segment, n) for n, segment in enumerate(message.all("IN1"), 1)]
    return tuple(each for each in told if each.payer and each.member)


def _insurance(segment: Segment, place: int) -> Insurance:
    relationship = segment.part(17)
    written = _RELATIONSHIPS.get(relationship.upper(), "G8" if relationship else "")
    return Insurance(
        payer=segment.part(3) or segment.part(2) or segment.part(4),
        member=segment.part(36) or segment.part(49),
        group=segment.part(8),
        plan=segment.part(4) or segment.part(2, 2),
        relationship=written,
        rank=_rank(segment.part(22), place),
        starts_on=read_day(segment.part(12)),
        ends_on=read_day(segment.part(13)),
        insured=None if written in {"", "18"} else _insured(segment),
    )


def _rank(text: str, place: int) -> int:
    return int(text) if text in {"1", "2", "3"} else place


def _insured(segment: Segment) -> Person:
    told = read_person(segment, 16, 18, 43)
    return Person(
        last=told.last,
        first=told.first,
        middle=told.middle,
        birth_on=told.birth_on,
        sex=told.sex,
        residence=read_residence(segment, 19),
    )
