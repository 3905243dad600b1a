"""The parts of R4 resources that we read; what is not named here stays in the JSON as received."""

from decimal import Decimal

import msgspec


class _Part(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What every part shares: camel case, and nothing refused for being unknown."""


class Coding(_Part, frozen=True):
    """A code of a system."""

    system: str = ""
    code: str = ""
    display: str = ""


class Concept(_Part, frozen=True):
    """A CodeableConcept."""

    coding: tuple[Coding, ...] = ()
    text: str = ""

    def code_of(self, *systems: str) -> str:
        """Give the first code of one of these systems."""
        return next((c.code for c in self.coding if c.system in systems and c.code), "")

    @property
    def words(self) -> str:
        """Give how people call it."""
        return self.text or next((c.display or c.code for c in self.coding), "")


class Reference(_Part, frozen=True):
    """A pointer to another resource, by address or by a number of it."""

    reference: str = ""
    type: str = ""
    identifier: "Identifier | None" = None
    display: str = ""


class Identifier(_Part, frozen=True):
    """A number with its system."""

    system: str = ""
    value: str = ""
    type: Concept = Concept()
    use: str = ""


class Period(_Part, frozen=True):
    """From and to, as written."""

    start: str = ""
    end: str = ""


class HumanName(_Part, frozen=True):
    """A person's name."""

    use: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    text: str = ""


class ContactPoint(_Part, frozen=True):
    """A telephone number or an address of mail."""

    system: str = ""
    value: str = ""


class PostalAddress(_Part, frozen=True):
    """An Address."""

    line: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Money(_Part, frozen=True):
    """An amount, to the digit as it was written."""

    value: Decimal = Decimal(0)
    currency: str = ""


class Quantity(_Part, frozen=True):
    """A number of something."""

    value: Decimal = Decimal(1)


class Meta(_Part, frozen=True):
    """The version of a resource."""

    version_id: str = ""


class Head(_Part, frozen=True):
    """What every resource begins with."""

    resource_type: str
    id: str = ""
    meta: Meta = Meta()


class Patient(Head, frozen=True):
    """A person who is treated."""

    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    gender: str = ""
    birth_date: str = ""
    address: tuple[PostalAddress, ...] = ()


class CoverageClass(_Part, frozen=True):
    """A group, plan or class of a coverage."""

    type: Concept = Concept()
    value: str = ""
    name: str = ""


class Coverage(Head, frozen=True):
    """What a payer covers somebody for."""

    status: str = ""
    subscriber_id: str = ""
    identifier: tuple[Identifier, ...] = ()
    beneficiary: Reference = Reference()
    subscriber: Reference = Reference()
    relationship: Concept = Concept()
    period: Period = Period()
    payor: tuple[Reference, ...] = ()
    class_: tuple[CoverageClass, ...] = msgspec.field(name="class", default=())
    order: int = 1


class Participant(_Part, frozen=True):
    """Who took part in an encounter."""

    type: tuple[Concept, ...] = ()
    individual: Reference = Reference()


class EncounterPlace(_Part, frozen=True):
    """Where an encounter was."""

    location: Reference = Reference()


class Encounter(Head, frozen=True):
    """A visit."""

    status: str = ""
    class_: Coding = msgspec.field(name="class", default=Coding())
    subject: Reference = Reference()
    participant: tuple[Participant, ...] = ()
    period: Period = Period()
    location: tuple[EncounterPlace, ...] = ()
    service_provider: Reference = Reference()


class Condition(Head, frozen=True):
    """A problem or diagnosis."""

    code: Concept = Concept()
    subject: Reference = Reference()
    encounter: Reference = Reference()


class Procedure(Head, frozen=True):
    """Something that was done."""

    status: str = ""
    code: Concept = Concept()
    subject: Reference = Reference()
    encounter: Reference = Reference()


class Attachment(_Part, frozen=True):
    """A content: inside as base64, or elsewhere."""

    content_type: str = ""
    data: str = ""
    url: str = ""
    title: str = ""


class DocumentContent(_Part, frozen=True):
    """One rendering of a document."""

    attachment: Attachment = Attachment()


class DocumentContext(_Part, frozen=True):
    """What a document belongs to."""

    encounter: tuple[Reference, ...] = ()
    period: Period = Period()


class Relation(_Part, frozen=True):
    """How a document stands to another."""

    code: str = ""
    target: Reference = Reference()


class DocumentReference(Head, frozen=True):
    """A note that is held in it or beside it."""

    status: str = ""
    doc_status: str = ""
    type: Concept = Concept()
    subject: Reference = Reference()
    date: str = ""
    author: tuple[Reference, ...] = ()
    relates_to: tuple[Relation, ...] = ()
    content: tuple[DocumentContent, ...] = ()
    context: DocumentContext = DocumentContext()


class Binary(Head, frozen=True):
    """A content of its own."""

    content_type: str = ""
    data: str = ""


class Narrative(_Part, frozen=True):
    """A text as XHTML."""

    div: str = ""


class CompositionSection(_Part, frozen=True):
    """A section of a composition."""

    title: str = ""
    code: Concept = Concept()
    text: Narrative = Narrative()
    section: tuple["CompositionSection", ...] = ()


class Composition(Head, frozen=True):
    """A document in sections."""

    status: str = ""
    type: Concept = Concept()
    subject: Reference = Reference()
    encounter: Reference = Reference()
    date: str = ""
    author: tuple[Reference, ...] = ()
    title: str = ""
    section: tuple[CompositionSection, ...] = ()


class Practitioner(Head, frozen=True):
    """A person who treats."""

    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()


class ChargeItem(Head, frozen=True):
    """A service that was rendered."""

    status: str = ""
    code: Concept = Concept()
    subject: Reference = Reference()
    context: Reference = Reference()
    occurrence_date_time: str = ""
    occurrence_period: Period = Period()
    quantity: Quantity = Quantity()
    price_override: Money | None = None
    reason: tuple[Concept, ...] = ()


class Entry(_Part, frozen=True):
    """An entry of a bundle, its resource as it came."""

    full_url: str = ""
    resource: msgspec.Raw = msgspec.Raw()


class Bundle(Head, frozen=True):
    """Resources in one document."""

    type: str = ""
    entry: tuple[Entry, ...] = ()
