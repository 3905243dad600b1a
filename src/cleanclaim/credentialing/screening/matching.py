"""The ladder of likeness between a person and a list: every step ends at a person who decides.

An equal NPI is strong enough to stop until somebody has looked; an equal name and birth date is
strong; an equal name without the date, or a like one with something else in common, is possible.
A birth date that differs lowers a match and never removes an equal name: lists hold wrong dates.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from cleanclaim.credentialing.screening.births import BirthLikeness, compare_births, transposed
from cleanclaim.credentialing.screening.entries import ListEntry
from cleanclaim.credentialing.screening.likeness import find_like
from cleanclaim.credentialing.screening.names import (
    business_form,
    fold,
    given_forms,
    jaro_winkler,
    sound,
    surname_forms,
)
from cleanclaim.credentialing.screening.subjects import Subject

# Least Jaro-Winkler likeness of two words that may be one name.
LIKENESS_MIN = 0.92


class Level(StrEnum):
    """How near an entry is; none of them is a verdict."""

    CONFIRMED_PENDING = "confirmed_pending"
    STRONG = "strong"
    POSSIBLE = "possible"


class NameLikeness(StrEnum):
    """What of the names agrees."""

    EQUAL = "equal"
    LIKE = "like"
    PART = "part"
    NONE = "none"


class Match(msgspec.Struct, frozen=True):
    """An entry of the list that may be the subject, and what speaks for it.

    It holds no name and no date, so that it may be logged and shown in lists.
    """

    entry_id: str
    level: Level
    name: NameLikeness
    birth: BirthLikeness
    same_npi: bool
    same_state: bool
    excluded_on: date | None
    business: bool = False


_ORDER = {level: place for place, level in enumerate(Level)}


def _pairs(surname: str, given: str) -> Iterator[tuple[str, str]]:
    """Give every form of a name, and the same with the two names exchanged."""
    for last in surname_forms(surname):
        for first in given_forms(given) or ("",):
            yield last, first
            if first:
                yield first, last


@lru_cache(1_000_000)
def _like_given(ours: str, theirs: str) -> bool:
    """Tell whether two given names may be one: alike, an initial, or not told."""
    if not ours or not theirs or ours == theirs:
        return True
    if min(len(ours), len(theirs)) == 1:
        return ours[0] == theirs[0]
    return jaro_winkler(ours, theirs) >= LIKENESS_MIN or sound(ours) == sound(theirs)


class _Row(msgspec.Struct, frozen=True):
    """An entry with its names as they are compared."""

    entry: ListEntry
    surnames: frozenset[str]
    givens: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    business: str


def _prepare(entry: ListEntry) -> _Row:
    return _Row(
        entry,
        surname_forms(entry.surname),
        given_forms(entry.given),
        frozenset(
            (last, first)
            for last in surname_forms(entry.surname)
            for first in given_forms(entry.given) or ("",)
        ),
        business_form(entry.business),
    )


class ListIndex:
    """A list made ready to be asked: by NPI, name, sound, birth date and firm."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self.rows = [_prepare(entry) for entry in entries]
        self.by_npi: Mapping[str, list[int]] = defaultdict(list)
        self.by_surname: Mapping[str, list[int]] = defaultdict(list)
        self.by_sound: Mapping[tuple[str, str], list[int]] = defaultdict(list)
        self.by_birth: Mapping[date | None, list[int]] = defaultdict(list)
        self.by_business: Mapping[str, list[int]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            self._add(place, row)

    def _add(self, place: int, row: _Row) -> None:
        if row.entry.npi:
            self.by_npi[row.entry.npi].append(place)
        if row.business:
            self.by_business[row.business].append(place)
        if row.entry.birth_on is not None:
            self.by_birth[row.entry.birth_on].append(place)
        for surname in row.surnames:
            self.by_surname[surname].append(place)
        for key in {(sound(last), sound(first)) for last, first in row.pairs}:
            self.by_sound[key].append(place)


class Known(msgspec.Struct, frozen=True):
    """A subject as it is compared."""

    subject: Subject
    pairs: frozenset[tuple[str, str]]
    surnames: frozenset[str]
    givens: frozenset[str]
    businesses: frozenset[str]
    states: frozenset[str]


def know(subject: Subject) -> Known:
    """Make a subject's names and states comparable."""
    pairs = {pair for name in subject.names for pair in _pairs(name.surname, name.given)}
    return Known(
        subject,
        frozenset(pairs),
        frozenset(form for name in subject.names for form in surname_forms(name.surname)),
        frozenset(form for name in subject.names for form in given_forms(name.given)),
        frozenset(business_form(each) for each in subject.businesses) - {""},
        frozenset(fold(state) for state in subject.states),
    )


class Screener:
    """The ladder over one list for many subjects, whose like names are found once for all."""

    def __init__(self, entries: Iterable[ListEntry], subjects: Sequence[Subject]) -> None:
        self.index = ListIndex(entries)
        self.known = [know(subject) for subject in subjects]
        words = {last for each in self.known for last, _ in each.pairs}
        self.like_surnames = find_like(words, self.index.by_surname, LIKENESS_MIN)
        firms = {firm for each in self.known for firm in each.businesses}
        self.like_firms = find_like(firms, self.index.by_business, LIKENESS_MIN)

    def matches(self) -> Iterator[tuple[Subject, tuple[Match, ...]]]:
        """Give each subject with every entry it may be, the nearest first."""
        for each in self.known:
            yield each.subject, self._match(each)

    def _match(self, known: Known) -> tuple[Match, ...]:
        found = {place: self._judge(known, place) for place in self._candidates(known)}
        told = [match for match in found.values() if match is not None]
        return tuple(sorted(told, key=lambda match: (_ORDER[match.level], match.entry_id)))

    def _candidates(self, known: Known) -> set[int]:
        """Give every row that a step of the ladder could reach."""
        index = self.index
        found = set(index.by_npi.get(known.subject.npi, ())) if known.subject.npi else set()
        for last, first in known.pairs:
            found.update(index.by_sound.get((sound(last), sound(first)), ()))
        for last in {last for last, _ in known.pairs}:
            for other in self.like_surnames.get(last, ()):
                found.update(index.by_surname[other])
        born = known.subject.birth_on
        if born is not None:
            for day in (born, *transposed(born)):
                found.update(index.by_birth.get(day, ()))
        for firm in known.businesses:
            for other in self.like_firms.get(firm, ()):
                found.update(index.by_business[other])
        return found

    def _judge(self, known: Known, place: int) -> Match | None:
        row = self.index.rows[place]
        entry = row.entry
        same_npi = bool(entry.npi) and entry.npi == known.subject.npi
        same_state = bool(entry.state) and fold(entry.state) in known.states
        birth = compare_births(known.subject.birth_on, entry.birth_on)
        firm = self._firm(known, row)
        name = firm if firm is not NameLikeness.NONE else self._name(known, row)
        is_firm = firm is not NameLikeness.NONE
        level = _firm_level(known, entry, firm, same_state) if is_firm else None
        level = level or _person_level(name, birth, same_state)
        if same_npi:
            level = Level.CONFIRMED_PENDING
        if level is None:
            return None
        return Match(
            entry_id=entry.id,
            level=level,
            name=name,
            birth=birth,
            same_npi=same_npi,
            same_state=same_state,
            excluded_on=entry.excluded_on,
            business=is_firm,
        )

    def _name(self, known: Known, row: _Row) -> NameLikeness:
        if known.pairs & row.pairs:
            return NameLikeness.EQUAL
        for last, first in known.pairs:
            like = self.like_surnames.get(last, ())
            for theirs, given in row.pairs:
                near = last == theirs or theirs in like or sound(last) == sound(theirs)
                if near and _like_given(first, given):
                    return NameLikeness.LIKE
        if self._like_surname(known, row) or known.givens & row.givens:
            return NameLikeness.PART
        return NameLikeness.NONE

    def _like_surname(self, known: Known, row: _Row) -> bool:
        return any(
            last in row.surnames or not row.surnames.isdisjoint(self.like_surnames.get(last, ()))
            for last in known.surnames
        )

    def _firm(self, known: Known, row: _Row) -> NameLikeness:
        if not row.business or not known.businesses:
            return NameLikeness.NONE
        if row.business in known.businesses:
            return NameLikeness.EQUAL
        like = any(row.business in self.like_firms.get(firm, ()) for firm in known.businesses)
        return NameLikeness.LIKE if like else NameLikeness.NONE


def _person_level(name: NameLikeness, birth: BirthLikeness, same_state: bool) -> Level | None:  # noqa: FBT001
    """Give the step of the ladder, None where nothing but a part of a name agrees."""
    if name is NameLikeness.EQUAL:
        return Level.STRONG if birth is BirthLikeness.EQUAL else Level.POSSIBLE
    if name is NameLikeness.LIKE:
        return Level.POSSIBLE if same_state or birth is not BirthLikeness.DIFFERS else None
    if name is NameLikeness.PART:
        agrees = birth is BirthLikeness.EQUAL or (birth is BirthLikeness.LIKE and same_state)
        return Level.POSSIBLE if agrees else None
    return None


def _firm_level(
    known: Known,
    entry: ListEntry,
    name: NameLikeness,
    same_state: bool,  # noqa: FBT001
) -> Level | None:
    """Give the step for a firm: equal name at the same postal code is strong."""
    codes = {code[:5] for code in known.subject.postal_codes if code}
    if name is NameLikeness.EQUAL:
        return Level.STRONG if entry.postal_code[:5] in codes else Level.POSSIBLE
    return Level.POSSIBLE if same_state or not (entry.state and known.states) else None
