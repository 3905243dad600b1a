"""How complete a file is, section by section as the common application has them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.files.attestation import AttestationState, run_clock
from cleanclaim.credentialing.files.elements import (
    Cover,
    Dea,
    Disclosure,
    ElementKind,
    Identity,
    Licence,
    Question,
    Taxonomy,
    span_of,
)
from cleanclaim.credentialing.files.entries import Entry, HeldDocument, pick
from cleanclaim.credentialing.files.work_history import find_gaps


class Section(StrEnum):
    """A section of the application."""

    PERSONAL = "personal"
    IDENTIFIERS = "identifiers"
    EDUCATION = "education"
    SPECIALTIES = "specialties"
    LICENCES = "licences"
    LOCATIONS = "locations"
    COVER = "cover"
    WORK_HISTORY = "work_history"
    REFERENCES = "references"
    DISCLOSURES = "disclosures"
    DOCUMENTS = "documents"
    ATTESTATION = "attestation"


class Missing(msgspec.Struct, frozen=True):
    """What a section lacks, in our words."""

    section: Section
    what: str


class Completeness(msgspec.Struct, frozen=True):
    """What the file lacks; ``sections`` counts the sections, ``whole`` those that lack nothing."""

    missing: tuple[Missing, ...]

    @property
    def sections(self) -> int:
        """Count the sections."""
        return len(Section)

    @property
    def whole(self) -> int:
        """Count the sections that lack nothing."""
        return len(Section) - len({each.section for each in self.missing})

    @property
    def percent(self) -> int:
        """Give the share of whole sections, rounded down: 100 only where nothing is missing."""
        return self.whole * 100 // self.sections


def judge_completeness(
    entries: Sequence[Entry],
    documents: Sequence[HeldDocument],
    attested_on: date | None,
    on: date,
) -> Completeness:
    """Say what a file lacks on a day; what ran out counts as lacking."""
    told = [
        *_personal(entries),
        *_taxonomy(entries),
        *_kinds(entries),
        *_licences(entries, on),
        *_cover(entries, on),
        *_history(entries, on),
        *_disclosures(entries),
        *_documents(entries, documents, on),
        *_attestation(entries, attested_on, on),
    ]
    return Completeness(tuple(told))


def _personal(entries: Sequence[Entry]) -> list[Missing]:
    found = [identity for _, identity in pick(entries, Identity)]
    if not found:
        return [Missing(Section.PERSONAL, "who the provider is")]
    held = found[0]
    wanted = (
        (Section.PERSONAL, bool(held.birth_on), "the day of birth"),
        (Section.PERSONAL, bool(held.email or held.phone), "an address to reach the provider"),
        (Section.IDENTIFIERS, bool(held.npi), "the NPI"),
        (Section.IDENTIFIERS, bool(held.caqh), "the CAQH id"),
    )
    return [Missing(section, what) for section, given, what in wanted if not given]


def _taxonomy(entries: Sequence[Entry]) -> list[Missing]:
    primary = [each for _, each in pick(entries, Taxonomy) if each.is_primary]
    return [] if primary else [Missing(Section.SPECIALTIES, "a primary taxonomy")]


def _kinds(entries: Sequence[Entry]) -> list[Missing]:
    kinds = {each.kind for each in entries}
    wanted = (
        (Section.EDUCATION, ElementKind.EDUCATION, "the highest degree"),
        (Section.LOCATIONS, ElementKind.LOCATION, "a practice location"),
        (Section.REFERENCES, ElementKind.REFERENCE, "a reference"),
    )
    return [Missing(section, what) for section, kind, what in wanted if kind not in kinds]


def _in_force(entries: Sequence[Entry], kind: type[Licence] | type[Cover], on: date) -> bool:
    """Tell whether one is in force as recorded; a licence without its first day counts."""
    for each in entries:
        if isinstance(each.element, kind):
            span = span_of(each.element)
            if (span is not None and on in span) or (span is None and on <= each.element.ends_on):
                return True
    return False


def _licences(entries: Sequence[Entry], on: date) -> list[Missing]:
    in_force = _in_force(entries, Licence, on)
    return [] if in_force else [Missing(Section.LICENCES, "a licence in force")]


def _cover(entries: Sequence[Entry], on: date) -> list[Missing]:
    in_force = _in_force(entries, Cover, on)
    return [] if in_force else [Missing(Section.COVER, "malpractice cover in force")]


def _history(entries: Sequence[Entry], on: date) -> list[Missing]:
    if not any(each.kind is ElementKind.WORK for each in entries):
        return [Missing(Section.WORK_HISTORY, "the work history")]
    open_gaps = [gap for gap in find_gaps(entries, on) if not gap.is_explained]
    return [Missing(Section.WORK_HISTORY, "the reason of a gap")] if open_gaps else []


def _disclosures(entries: Sequence[Entry]) -> list[Missing]:
    answered = {each.question for _, each in pick(entries, Disclosure)}
    left = len(set(Question) - answered)
    told = [Missing(Section.DISCLOSURES, f"{left} questions to answer")] if left else []
    bare = [e for _, e in pick(entries, Disclosure) if e.answer and not e.explanation.strip()]
    return [*told, *(Missing(Section.DISCLOSURES, "the explanation of a yes") for _ in bare)]


def _documents(
    entries: Sequence[Entry], documents: Sequence[HeldDocument], on: date
) -> list[Missing]:
    wanted = ["licence", "cover", "cv", "w9"]
    wanted += ["dea"] if pick(entries, Dea) else []
    wanted += ["board"] if any(e.kind is ElementKind.BOARD for e in entries) else []
    held = {each.kind for each in documents if each.ends_on is None or each.ends_on >= on}
    return [
        Missing(Section.DOCUMENTS, f"the document: {kind}") for kind in wanted if kind not in held
    ]


def _attestation(entries: Sequence[Entry], attested_on: date | None, on: date) -> list[Missing]:
    states = sorted({each.state for _, each in pick(entries, Licence)})
    clock = run_clock(attested_on, on, states)
    current = clock.state in {AttestationState.CURRENT, AttestationState.DUE_SOON}
    return [] if current else [Missing(Section.ATTESTATION, "the provider's attestation")]
