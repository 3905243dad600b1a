"""C-CDA documents: the narrative of their sections as one note, with the place of each section."""

from collections.abc import Iterator

from cleanclaim.hl7.parts import read_day, read_instant, read_sex
from cleanclaim.kernel.arrivals import (
    Arrival,
    Happening,
    Note,
    Numbered,
    Person,
    Practitioner,
    Residence,
    Section,
    Visit,
)
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.markup import Element, read_markup

# The object identifier under which CDA writes NPIs.
_NPI = "2.16.840.1.113883.4.6"
_SSN = "2.16.840.1.113883.4.1"
_SOURCE = "HL7 C-CDA R2.1, US Realm Header"


def read_document(content: bytes) -> tuple[Arrival, tuple[Finding, ...]]:
    """Read a document as its patient, its visit and one note; what is missing is a finding.

    Raises MarkupError where it is no XML that we read.
    """
    root = read_markup(content)
    findings: list[Finding] = []
    if root.name != "ClinicalDocument":
        return Arrival(Happening.NOTHING), (_miss("CCDA.ROOT", "it is no clinical document"),)
    person = _person(root)
    note = _note(root)
    if not person.numbers:
        findings.append(_miss("CCDA.PATIENT", "no patient is named"))
    if note is None:
        findings.append(_miss("CCDA.TEXT", "no section has a text, or the document no number"))
    arrival = Arrival(
        Happening.DOCUMENTED, person, visit=_visit(root), notes=() if note is None else (note,)
    )
    return arrival, tuple(findings)


def _note(root: Element) -> Note | None:
    text, sections = _join(_sections(root))
    number = _number(root.first("id"))
    if not text or number is None:
        return None
    stamp = _value(root.first("effectiveTime"))
    code = root.first("code")
    replaced = root.first("relatedDocument", "parentDocument", "id")
    author = root.first("author", "assignedAuthor")
    return Note(
        number=number,
        text=text,
        kind=code.get("code") if code else "",
        author=_practitioner(author, "assignedPerson"),
        written_at=read_instant(stamp),
        written_on=read_day(stamp),
        replaces=replaced.get("extension") or replaced.get("root") if replaced else "",
        sections=sections,
    )


def _sections(root: Element) -> Iterator[tuple[str, str, str]]:
    """Give title, code and narrative of each section, those inside others after them."""
    for each in root.all("component", "structuredBody", "component", "section"):
        yield from _with_inner(each)


def _with_inner(section: Element) -> Iterator[tuple[str, str, str]]:
    title, code, text = section.first("title"), section.first("code"), section.first("text")
    narrative = text.narrative() if text else ""
    if narrative:
        yield title.text() if title else "", code.get("code") if code else "", narrative
    for inner in section.all("component", "section"):
        yield from _with_inner(inner)


def _join(parts: Iterator[tuple[str, str, str]]) -> tuple[str, tuple[Section, ...]]:
    text, sections = "", []
    for title, code, narrative in parts:
        text += ("\n\n" if text else "") + title + ("\n" if title else "")
        sections.append(Section(title, code, len(text), len(text) + len(narrative)))
        text += narrative
    return text, tuple(sections)


def _person(root: Element) -> Person:
    role = root.first("recordTarget", "patientRole")
    if role is None:
        return Person()
    told = role.first("patient") or Element("patient", {})
    name = told.first("name")
    gender = told.first("administrativeGenderCode")
    address = role.first("addr")
    numbers = [_number(each) for each in role.all("id") if each.get("root") != _SSN]
    phone = role.first("telecom")
    return Person(
        numbers=tuple(each for each in numbers if each),
        last=_words(name, "family"),
        first=_words(name, "given"),
        birth_on=read_day(_value(told.first("birthTime"))),
        sex=read_sex(gender.get("code") if gender else ""),
        residence=Residence(
            line=_words(address, "streetAddressLine"),
            city=_words(address, "city"),
            state=_words(address, "state"),
            postal_code="".join(c for c in _words(address, "postalCode") if c.isalnum()),
        ),
        phone=phone.get("value").removeprefix("tel:")[:20] if phone else "",
    )


def _visit(root: Element) -> Visit | None:
    told = root.first("componentOf", "encompassingEncounter")
    number = _number(told.first("id")) if told else None
    if told is None or number is None:
        return None
    period = told.first("effectiveTime")
    starts = _value(period.first("low") if period else None) or _value(period)
    ends = _value(period.first("high") if period else None)
    who = told.first("responsibleParty", "assignedEntity") or told.first(
        "encounterParticipant", "assignedEntity"
    )
    if who is None:
        who = root.first("author", "assignedAuthor")
    place = told.first("location", "healthCareFacility", "id")
    return Visit(
        number=number,
        service_on=read_day(starts),
        ends_on=read_day(ends),
        practitioner=_practitioner(who, "assignedPerson"),
        place=place.get("extension") or place.get("root") if place else "",
    )


def _practitioner(entity: Element | None, person: str) -> Practitioner:
    if entity is None:
        return Practitioner()
    ids = list(entity.all("id"))
    npi = next((each.get("extension") for each in ids if each.get("root") == _NPI), "")
    own = next((each.get("extension") or each.get("root") for each in ids), "")
    name = entity.first(person, "name")
    return Practitioner(npi, npi or own, _words(name, "family"), _words(name, "given"))


def _number(element: Element | None) -> Numbered | None:
    if element is None or element.get("nullFlavor") or not element.get("root"):
        return None
    value = element.get("extension")
    return Numbered(element.get("root"), value) if value else Numbered("", element.get("root"))


def _words(element: Element | None, name: str) -> str:
    found = element.first(name) if element else None
    return found.text() if found else ""


def _value(element: Element | None) -> str:
    return element.get("value") if element else ""


def _miss(rule: str, words: str) -> Finding:
    return Finding(rule, Severity.BLOCK, "document", words, source=_SOURCE)
