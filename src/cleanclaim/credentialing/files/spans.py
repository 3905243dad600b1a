"""In which days a provider's credentials were in force, as far as somebody verified them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.credentialing.participation import CredentialKind
from cleanclaim.credentialing.verification.readiness import Result
from cleanclaim.kernel.spans import Span

# Which elements let somebody practise or bill, and as which credential the gate knows them.
CREDENTIAL_KINDS = {
    ElementKind.LICENCE: CredentialKind.LICENCE,
    ElementKind.DEA: CredentialKind.DEA,
    ElementKind.BOARD: CredentialKind.BOARD,
    ElementKind.COVER: CredentialKind.MALPRACTICE,
}


class HeldVersion(msgspec.Struct, frozen=True):
    """A version of an element as it was recorded, with the days it names."""

    kind: ElementKind
    number: int
    version: int
    starts_on: date | None
    ends_on: date | None


class SourceAnswer(msgspec.Struct, frozen=True):
    """What a source said about a version; the days may be shorter than the element's own."""

    number: int
    version: int
    result: Result
    verified_on: date
    valid_until: date | None = None


class VerifiedSpan(msgspec.Struct, frozen=True):
    """A span of days in which a credential was in force, and the version that says so."""

    kind: CredentialKind
    number: int
    version: int
    span: Span


def derive_spans(
    versions: Iterable[HeldVersion], answers: Sequence[SourceAnswer]
) -> tuple[VerifiedSpan, ...]:
    """Give the spans of a provider's credentials, from the versions a source has verified.

    A version that nobody verified proves no day. A later verified version counts in the place of
    the earlier ones from its own first day on, so that a renewal leaves the days before it and a
    correction replaces them. An adverse answer ends the element from its day on, until a source
    verifies it on a later day. Where the first day is not known, the days count from the day of
    the verification: what was before it is unknown.
    """
    by_number: dict[int, list[HeldVersion]] = {}
    for held in versions:
        if held.kind in CREDENTIAL_KINDS:
            by_number.setdefault(held.number, []).append(held)
    return tuple(
        span
        for number, group in by_number.items()
        for span in _derive(group, [each for each in answers if each.number == number])
    )


def _derive(group: Sequence[HeldVersion], answers: Sequence[SourceAnswer]) -> list[VerifiedSpan]:
    """Derive the spans of one element, its latest version first."""
    spans: list[VerifiedSpan] = []
    before: date | None = None
    for held in sorted(group, key=lambda each: -each.version):
        found = [_proven(held, each, answers) for each in _verified(held, answers)]
        proven = [span for span in found if span is not None]
        cut = [span for each in proven if (span := _end_before(each, before)) is not None]
        kind = CREDENTIAL_KINDS[held.kind]
        spans += [VerifiedSpan(kind, held.number, held.version, span) for span in cut]
        starts = [span.starts_on for span in proven]
        before = _first(before, *starts)
    return list(dict.fromkeys(spans))


def _verified(held: HeldVersion, answers: Iterable[SourceAnswer]) -> list[SourceAnswer]:
    return [
        each for each in answers if each.version == held.version and each.result is Result.VERIFIED
    ]


def _proven(held: HeldVersion, found: SourceAnswer, answers: Iterable[SourceAnswer]) -> Span | None:
    """Give the days that one answer proves, without those that an adverse one takes away."""
    adverse = [each.verified_on for each in answers if each.result is Result.ADVERSE]
    after = [day for day in adverse if day >= found.verified_on]
    earlier = [day for day in adverse if day < found.verified_on]
    starts_on = held.starts_on or found.verified_on
    if earlier and max(earlier) >= starts_on:
        # Reinstated: the days between the adverse answer and this one stay out.
        starts_on = found.verified_on
    stopped = min(after) - timedelta(1) if after else None
    ends_on = _first(held.ends_on, found.valid_until, stopped)
    return None if ends_on is not None and ends_on < starts_on else Span(starts_on, ends_on)


def _end_before(span: Span, day: date | None) -> Span | None:
    """Cut a span where a later version begins; None where nothing is left."""
    if day is None:
        return span
    if day <= span.starts_on:
        return None
    return Span(span.starts_on, _first(span.ends_on, day - timedelta(1)))


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
