"""What a resource tells that happened, as values of ours; the resources that hold no such thing.

A reference becomes a number: the resource's type is its authority and the id its value.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

import msgspec

from cleanclaim.fhir import resources as r4
from cleanclaim.fhir.attachments import UnreadableAttachmentError, html_text, read_text
from cleanclaim.fhir.bundles import Piece
from cleanclaim.kernel.arrivals import (
    Arrival,
    Happening,
    Insurance,
    Note,
    Numbered,
    Person,
    Practitioner,
    Residence,
    Section,
    Service,
    Visit,
)
from cleanclaim.kernel.findings import Finding, Severity

NPI = "http://hl7.org/fhir/sid/us-npi"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
PROCEDURES = (
    "http://www.ama-assn.org/go/cpt",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes",
    "urn:oid:2.16.840.1.113883.6.285",
)
# Resources that others refer to come first, so that a file in any order is entered in one go.
ORDER = (
    "Organization",
    "Practitioner",
    "Location",
    "Patient",
    "Coverage",
    "Binary",
    "Condition",
    "Encounter",
    "DocumentReference",
    "Composition",
    "ChargeItem",
)
_MEMBER_KINDS = frozenset({"SS", "DL", "PPN", "MB", "TAX"})
_RELATIONSHIPS = {"self": "18", "spouse": "01", "child": "19"}
_CANCELLED = frozenset({"cancelled", "entered-in-error"})
_SOURCE = "FHIR R4"
Read = tuple[Arrival, tuple[Finding, ...]]
# Gives another resource of the same sender by Type/id, or nothing.
Fetch = Callable[[str], bytes | None]
Resource = TypeVar("Resource", bound=r4.Head)


def rank(kind: str) -> int:
    """Give the turn of a type of resource."""
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


class Reader:
    """Reads one resource; what others of the same sender tell is fetched when it is needed."""

    def __init__(self, piece: Piece, fetch: Fetch) -> None:
        self.piece, self.fetch = piece, fetch
        self.findings: list[Finding] = []

    def read(self) -> Read:
        """Read it; a type that no record of ours holds is NOTHING."""
        if self.piece.finding is not None:
            return Arrival(Happening.NOTHING), (self.piece.finding,)
        reader = _READERS.get(self.piece.kind)
        if reader is None:
            return Arrival(Happening.NOTHING), ()
        try:
            arrival = reader(self)
        except msgspec.ValidationError:
            self.miss("FHIR.SHAPE", "an element has another shape than R4 gives it")
            arrival = Arrival(Happening.NOTHING)
        return arrival, tuple(self.findings)

    def miss(self, rule: str, words: str) -> None:
        """Note what is missing."""
        self.findings.append(Finding(rule, Severity.BLOCK, self.piece.kind, words, source=_SOURCE))

    def decode(self, shape: type[Resource]) -> Resource:
        """Read the resource as a typed value."""
        return msgspec.json.decode(self.piece.content, type=shape)

    def number(self, reference: r4.Reference, kind: str) -> Numbered | None:
        """Turn a reference into the number of what it points to."""
        told = self.piece.addresses.get(reference.reference, reference.reference)
        if told.startswith("urn:uuid:"):
            return Numbered(kind, told.removeprefix("urn:uuid:"))
        head, question, asked = told.partition("?identifier=")
        if question:
            system, _, value = asked.partition("|")
            return Numbered(system, value, head)
        *_, named, value = ("", *told.partition("/_history")[0].split("/"))
        if value:
            return Numbered(named or kind, value)
        if reference.identifier and reference.identifier.value:
            return Numbered(reference.identifier.system, reference.identifier.value, kind)
        return None

    def subject(self, reference: r4.Reference) -> Person:
        """Give the person that is referred to, by number only."""
        number = self.number(reference, "Patient")
        if number is None:
            self.miss("FHIR.PATIENT", "no patient is referred to")
            return Person()
        return Person(numbers=(number,))

    def practitioner(self, reference: r4.Reference) -> Practitioner:
        """Give who is referred to; the NPI of the reference or of the resource that we hold."""
        number = self.number(reference, "Practitioner")
        if number is None:
            return Practitioner()
        if number.authority == NPI:
            return Practitioner(number.value, number.value)
        content = self.fetch("Practitioner/" + number.value)
        told = msgspec.json.decode(content, type=r4.Practitioner) if content else None
        npi = next((i.value for i in told.identifier if i.system == NPI), "") if told else ""
        name = told.name[0] if told and told.name else r4.HumanName()
        return Practitioner(npi, number.value, name.family, " ".join(name.given))

    def visit(self, reference: r4.Reference) -> Visit | None:
        """Give the visit that is referred to, by number only."""
        number = self.number(reference, "Encounter")
        return None if number is None else Visit(number)


def read_day(text: str) -> date | None:
    """Read the day of a date or moment as it was written there; None where it is not whole."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _patient(reader: Reader) -> Arrival:
    told = reader.decode(r4.Patient)
    numbers = [Numbered("Patient", told.id)] if told.id else []
    numbers += [
        Numbered(each.system, each.value, _kind_of(each))
        for each in told.identifier
        if each.value and _kind_of(each) not in _MEMBER_KINDS and each.system != "urn:uuid"
    ]
    name = next((n for n in told.name if n.use == "official"), None) or (
        told.name[0] if told.name else r4.HumanName()
    )
    given = name.given or ("",)
    address = told.address[0] if told.address else r4.PostalAddress()
    lines = (*address.line, "", "")
    phone = next((each.value for each in told.telecom if each.system == "phone"), "")
    person = Person(
        numbers=tuple(numbers),
        last=name.family,
        first=given[0],
        middle=" ".join(given[1:]),
        birth_on=read_day(told.birth_date) if len(told.birth_date) == 10 else None,
        sex={"female": "F", "male": "M"}.get(told.gender, "U"),
        residence=Residence(
            lines[0], lines[1], address.city, address.state, _alphanumeric(address.postal_code)
        ),
        phone=phone[:20],
    )
    if not numbers:
        reader.miss("FHIR.ID", "the patient has neither an id nor a number")
    return Arrival(Happening.REGISTERED, person)


def _alphanumeric(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _kind_of(identifier: r4.Identifier) -> str:
    return next((c.code for c in identifier.type.coding if c.code), "")


def _coverage(reader: Reader) -> Arrival:
    told = reader.decode(r4.Coverage)
    person = reader.subject(told.beneficiary)
    payer = told.payor[0] if told.payor else r4.Reference()
    number = reader.number(payer, "Organization")
    group = next((c.value for c in told.class_ if c.type.code_of(*_CLASSES) == "group"), "")
    plan = next((c.name for c in told.class_ if c.type.code_of(*_CLASSES) == "plan"), "")
    member = told.subscriber_id or next((i.value for i in told.identifier if i.value), "")
    if told.status not in {"active", ""}:
        reader.miss("FHIR.STATUS", "the coverage is not active")
    if not member:
        reader.miss("FHIR.MEMBER", "the coverage has no member number")
    relationship = next((c.code for c in told.relationship.coding if c.code), "")
    insurance = Insurance(
        payer=number.value if number else payer.display,
        member=member,
        group=group,
        plan=plan,
        relationship=_RELATIONSHIPS.get(relationship, "G8" if relationship else "18"),
        rank=told.order,
        starts_on=read_day(told.period.start),
        ends_on=read_day(told.period.end),
    )
    return Arrival(Happening.REGISTERED, person, insurances=(insurance,))


_CLASSES = ("http://terminology.hl7.org/CodeSystem/coverage-class",)


def _encounter(reader: Reader) -> Arrival:
    told = reader.decode(r4.Encounter)
    person = reader.subject(told.subject)
    places = [reader.number(each.location, "Location") for each in told.location]
    place = next((each.value for each in places if each), "")
    if not place and told.service_provider.reference:
        owner = reader.number(told.service_provider, "Organization")
        place = owner.value if owner else ""
    who = next((each.individual for each in told.participant), r4.Reference())
    visit = Visit(
        number=Numbered("Encounter", told.id),
        service_on=read_day(told.period.start),
        ends_on=read_day(told.period.end),
        practitioner=reader.practitioner(who),
        place=place,
        setting=told.class_.code,
        cancelled=told.status in _CANCELLED,
    )
    if not told.id:
        reader.miss("FHIR.ID", "the encounter has no id")
    happening = Happening.VISIT_CANCELLED if visit.cancelled else Happening.VISIT
    return Arrival(happening, person, visit=visit)


def _document(reader: Reader) -> Arrival:
    told = reader.decode(r4.DocumentReference)
    visits = [reader.visit(each) for each in told.context.encounter]
    author = reader.practitioner(told.author[0]) if told.author else Practitioner()
    replaced = next((e.target.reference for e in told.relates_to if e.code == "replaces"), "")
    text = _text(reader, told)
    note = Note(
        number=Numbered("DocumentReference", told.id),
        text=text,
        kind=told.type.words,
        author=author,
        written_at=_instant(told.date),
        written_on=read_day(told.date) or read_day(told.context.period.start),
        final=told.doc_status not in {"preliminary", "entered-in-error"}
        and told.status != "entered-in-error",
        replaces=replaced.rpartition("/")[2],
    )
    return Arrival(
        Happening.DOCUMENTED,
        reader.subject(told.subject),
        visit=next((each for each in visits if each), None),
        notes=(note,) if text else (),
    )


def _text(reader: Reader, told: r4.DocumentReference) -> str:
    """Give the first text among the renderings; none is a finding that says why."""
    why = "it holds no content"
    for each in told.content:
        attachment = each.attachment
        if not attachment.data and attachment.url:
            attachment = _elsewhere(reader, attachment)
        try:
            if text := read_text(attachment).strip():
                return text
        except UnreadableAttachmentError as error:
            why = str(error)
    reader.miss("FHIR.TEXT", why)
    return ""


def _elsewhere(reader: Reader, attachment: r4.Attachment) -> r4.Attachment:
    """Give an attachment that a Binary holds; we never follow an address to a stranger."""
    key = reader.piece.addresses.get(attachment.url, attachment.url)
    content = reader.fetch("/".join(key.split("/")[-2:]))
    if content is None:
        return attachment
    binary = msgspec.json.decode(content, type=r4.Binary)
    kind = attachment.content_type or binary.content_type
    return r4.Attachment(content_type=kind, data=binary.data)


def _composition(reader: Reader) -> Arrival:
    told = reader.decode(r4.Composition)
    text, sections = "", []
    for section in _flat(told.section):
        narrative = html_text(section.text.div)
        if narrative:
            text += ("\n\n" if text else "") + section.title + ("\n" if section.title else "")
            code = next((c.code for c in section.code.coding), "")
            sections.append(Section(section.title, code, len(text), len(text) + len(narrative)))
            text += narrative
    if not text:
        reader.miss("FHIR.TEXT", "no section has a text")
    note = Note(
        number=Numbered("Composition", told.id),
        text=text,
        kind=told.type.words,
        author=reader.practitioner(told.author[0]) if told.author else Practitioner(),
        written_at=_instant(told.date),
        written_on=read_day(told.date),
        final=told.status in {"final", "amended"},
        sections=tuple(sections),
    )
    return Arrival(
        Happening.DOCUMENTED,
        reader.subject(told.subject),
        visit=reader.visit(told.encounter),
        notes=(note,) if text else (),
    )


def _flat(sections: tuple[r4.CompositionSection, ...]) -> list[r4.CompositionSection]:
    return [one for each in sections for one in (each, *_flat(each.section))]


def _charge(reader: Reader) -> Arrival:
    told = reader.decode(r4.ChargeItem)
    code = told.code.code_of(*PROCEDURES)
    if not code:
        reader.miss("CHARGE.CODE", "it has no CPT or HCPCS code")
    diagnoses = [each.code_of(ICD10CM).replace(".", "").upper() for each in told.reason]
    price = told.price_override
    cents = None if price is None else int(price.value * 100)
    if price is not None and (price.value < 0 or price.value * 100 != int(price.value * 100)):
        reader.miss("CHARGE.AMOUNT", "its amount is not dollars and cents")
    if not 0 < told.quantity.value < 100_000:
        reader.miss("CHARGE.UNITS", "its units are not a number above zero")
    service = Service(
        code=code,
        diagnoses=tuple(dict.fromkeys(filter(None, diagnoses))),
        units=told.quantity.value,
        cents=cents,
        service_on=read_day(told.occurrence_date_time or told.occurrence_period.start),
        reverses=told.status in {"entered-in-error", "aborted", "not-billable"},
    )
    return Arrival(
        Happening.CHARGED,
        reader.subject(told.subject),
        visit=reader.visit(told.context),
        services=(service,),
    )


_READERS: Mapping[str, Callable[[Reader], Arrival]] = {
    "Patient": _patient,
    "Coverage": _coverage,
    "Encounter": _encounter,
    "DocumentReference": _document,
    "Composition": _composition,
    "ChargeItem": _charge,
}
