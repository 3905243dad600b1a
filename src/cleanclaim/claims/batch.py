"""Many claims as columns: what edits compute over, and how they say what they found."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cached_property
from typing import Any, Self, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.history_columns import HistoryColumns
from cleanclaim.claims.model import Claim, ClaimKind, Diagnosis, ServiceLine
from cleanclaim.claims.procedure_columns import ProcedureColumns
from cleanclaim.claims.provider_columns import ProviderColumns
from cleanclaim.claims.requirement_columns import RequirementColumns
from cleanclaim.claims.service_columns import DIAGNOSIS, ServiceColumns, told_apart
from cleanclaim.claims.stay_columns import StayColumns
from cleanclaim.codes.store.keys import pack_all

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]
Answer = TypeVar("Answer")


class Found(msgspec.Struct, frozen=True):
    """What an edit found: for each finding the claim's index, the place and the facts.

    The tuples run in parallel. Facts fill the edit's message, so that text is only
    made for what is wrong. ``releases`` names the table release that each rests on, or is empty.
    """

    claims: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    facts: tuple[Mapping[str, object], ...] = ()
    releases: tuple[str, ...] = ()

    def __add__(self, other: Self) -> "Found":
        return Found(
            self.claims + other.claims,
            self.places + other.places,
            self.facts + other.facts,
            self.every_release() + other.every_release(),
        )

    def __len__(self) -> int:
        return len(self.claims)

    def by(self, release: str) -> "Found":
        """Give the same, resting on a release of a table."""
        return msgspec.structs.replace(self, releases=(release,) * len(self))

    def every_release(self) -> tuple[str, ...]:
        """Name a release for each finding, "" where none was told."""
        return self.releases or ("",) * len(self)

    def rows(self) -> Iterator[tuple[int, str, Mapping[str, object]]]:
        """Give claim index, place and facts, one finding at a time."""
        return zip(self.claims, self.places, self.facts, strict=True)


NOTHING = Found()


class ClaimBatch(
    ProviderColumns,
    StayColumns,
    ProcedureColumns,
    RequirementColumns,
    HistoryColumns,
    ServiceColumns,
):
    """Claims beside each other.

    Columns are per claim, per line (``line_…``), per diagnosis (``diagnosis_…``), per
    diagnosis pointer (``pointer_…``) or per named provider (``provider_…``); ``…_claim`` and
    ``…_line`` tell where a row belongs, counted from 0. They are made when first asked for.
    Money is int64 cents, days are datetime64[D] with NaT for none, text is objects. ``as_of``
    is the day from which the batch is judged; ``repeated`` are indices of claims that came
    before in the same file, in an earlier batch. ``history`` are earlier claims of the same
    patients: they stand behind the ``judged`` ones in every column and are not judged again. The
    claims themselves are kept: conversion back loses nothing.
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        as_of: date | None = None,
        repeated: Collection[int] = frozenset(),
        history: Iterable[Claim] = (),
    ) -> None:
        judged = tuple(claims)
        self.judged = len(judged)
        self.rows: Sequence[Claim] = (*judged, *history)
        self.as_of = as_of
        self.repeated = frozenset(repeated)

    @classmethod
    def of(
        cls,
        claims: Iterable[Claim],
        as_of: date | None = None,
        repeated: Collection[int] = frozenset(),
        history: Iterable[Claim] = (),
    ) -> Self:
        """Put claims beside each other, in order."""
        return cls(claims, as_of, repeated, history)

    def to_claims(self) -> tuple[Claim, ...]:
        """Give the claims that are judged back, in order."""
        return tuple(self.rows[: self.judged])

    def __len__(self) -> int:
        return len(self.rows)

    def once(self, answer: Callable[..., Answer], *asked: Hashable) -> Answer:
        """Give ``answer(self, *asked)``, found once however many edits need it."""
        if (answer, *asked) not in self._answers:
            self._answers[answer, *asked] = answer(self, *asked)
        found: Answer = self._answers[answer, *asked]
        return found

    @cached_property
    def _answers(self) -> dict[tuple[Hashable, ...], Any]:
        return {}

    # Claims

    def claim_values(self, read: Callable[[Claim], object]) -> Values:
        """Make a column of anything, one value a claim."""
        return _objects([read(claim) for claim in self.rows])

    def where_claim(self, holds: Callable[[Claim], bool], among: Flags | None = None) -> Flags:
        """Mark the claims of which something is true; those that are not ``among`` are not asked.

        A mark among is cheap where the claim itself must first be read.
        """
        if among is None:
            return np.fromiter((holds(claim) for claim in self.rows), np.bool_, len(self.rows))
        marks = np.zeros(len(self.rows), np.bool_)
        for index in among.nonzero()[0].tolist():
            marks[index] = holds(self.rows[index])
        return marks

    def having(self, place: str, *codes: str) -> Flags:  # noqa: ARG002 - values are looked into
        """Mark the claims that may have such a segment: "2410/LIN", and codes of its element 1.

        A claim without it is surely not marked only where the batch was read from X12.
        """
        return np.ones(len(self.rows), np.bool_)

    def of_kind(self, kind: ClaimKind) -> Flags:
        """Mark the claims of a kind."""
        return np.fromiter((each is kind for each in self.kinds), np.bool_, len(self.kinds))

    @cached_property
    def kinds(self) -> tuple[ClaimKind, ...]:
        """Whose claims they are."""
        return tuple(claim.kind for claim in self.rows)

    @cached_property
    def payers_told(self) -> tuple[list[tuple[str, str]], Integers]:
        """The different payers with the kind of insurance, and which of them each claim has."""
        kinds = self.claim_filing.tolist()
        return told_apart(list(zip(self.claim_payer_identifier.tolist(), kinds, strict=True)))

    @cached_property
    def total_charge_cents(self) -> Integers:
        """Total charges in cents (CLM02)."""
        return _integers([claim.total_charge_cents for claim in self.rows])

    @cached_property
    def service_starts_on(self) -> Days:
        """First days of service."""
        return _days([claim.service_starts_on for claim in self.rows])

    @cached_property
    def coded_on(self) -> Days:
        """The days on which codes must be valid: an inpatient's last, else the first billed."""
        return _days([claim.coded_on for claim in self.rows])

    # Lines

    @cached_property
    def _lines(self) -> tuple[ServiceLine, ...]:
        return tuple(line for claim in self.rows for line in claim.lines)

    @cached_property
    def line_counts(self) -> Integers:
        """How many lines each of the judged claims has."""
        counts: Integers = np.bincount(self.line_claim, minlength=len(self))[: self.judged]
        return counts

    @cached_property
    def line_number(self) -> Integers:
        """Line numbers as the claim counts them, from 1."""
        return _integers([line.number for line in self._lines])

    @property
    def line_rows(self) -> tuple[ServiceLine, ...]:
        """Give the lines themselves, in the order of the columns."""
        return self._lines

    @staticmethod
    def among(column: npt.NDArray[Any], holds: Callable[[Any], bool]) -> Flags:
        """Mark the rows of whose value something is true; each different value is asked once."""
        values = column.tolist()
        known = {value: holds(value) for value in set(values)}
        true = {value for value, answer in known.items() if answer}
        if not true:
            return np.zeros(len(values), np.bool_)
        return np.fromiter((value in true for value in values), np.bool_, len(values))

    @staticmethod
    def flags(marks: Iterable[bool]) -> Flags:
        """Make a column of marks."""
        return np.array(list(marks), np.bool_)

    @staticmethod
    def column(values: Sequence[object]) -> Values:
        """Make a column of anything."""
        return _objects(values)

    def where_line(self, holds: Callable[[ServiceLine], bool], among: Flags | None = None) -> Flags:
        """Mark the lines of which something is true; those that are not ``among`` are not asked."""
        if among is None:
            return np.fromiter((holds(line) for line in self._lines), np.bool_, len(self._lines))
        marks = np.zeros(len(self.line_claim), np.bool_)
        for index in among.nonzero()[0].tolist():
            marks[index] = holds(self.line_at(index))
        return marks

    def line_at(self, index: int) -> ServiceLine:
        """Give one line, counted as in the columns."""
        claim = int(self.line_claim[index])
        first = int(np.searchsorted(self.line_claim, claim))
        return self.rows[claim].lines[index - first]

    @cached_property
    def charge_cents(self) -> Integers:
        """Line charges in cents (SV102)."""
        return _integers([line.charge_cents for line in self._lines])

    @cached_property
    def line_thousandths(self) -> Integers:
        """Units or minutes of lines, in thousandths, rounded away from zero (SV104)."""
        return _integers([_thousandths(line.units) for line in self._lines])

    @cached_property
    def _line_days(self) -> tuple[tuple[date | None, date | None], ...]:
        return tuple(claim.dates_of(line) for claim in self.rows for line in claim.lines)

    @cached_property
    def line_starts_on(self) -> Days:
        """First days of lines; the claim's where the line has none of its own."""
        return _days([starts_on for starts_on, _ in self._line_days])

    @cached_property
    def line_ends_on(self) -> Days:
        """Last days of lines; the claim's where the line has none of its own."""
        return _days([ends_on for _, ends_on in self._line_days])

    @cached_property
    def line_revenue_code(self) -> Values:
        """Revenue codes of institutions' lines; "" on other claims."""
        return _objects([line.revenue_code for line in self._lines])

    def sum_by_claim(self, line_cents: Integers) -> Integers:
        """Add a column of lines up, one sum a claim; a claim without lines sums to 0."""
        running = np.concatenate([np.zeros(1, np.int64), np.cumsum(line_cents)])
        bounds = np.searchsorted(self.line_claim, np.arange(len(self.rows) + 1))
        sums: Integers = running[bounds[1:]] - running[bounds[:-1]]
        return sums

    # Diagnoses and pointers

    @cached_property
    def _coded(self) -> tuple[tuple[tuple[str, Diagnosis], ...], ...]:
        return tuple(tuple(diagnoses_of(claim)) for claim in self.rows)

    @cached_property
    def _diagnoses(self) -> tuple[Diagnosis, ...]:
        return tuple(diagnosis for own in self._coded for _, diagnosis in own)

    @cached_property
    def diagnosis_claim(self) -> Integers:
        """The claim that each diagnosis belongs to."""
        return _owners([len(own) for own in self._coded])

    @cached_property
    def diagnosis_place(self) -> Values:
        """Where each diagnosis stands on its claim: "diagnosis 2", "external cause 1"."""
        return _objects([place for own in self._coded for place, _ in own])

    @cached_property
    def diagnosis_is_listed(self) -> Flags:
        """Mark principal and further diagnoses, to which pointers point."""
        return np.array([place.startswith("diagnosis") for place in self.diagnosis_place], np.bool_)

    @property
    def count_of_diagnoses(self) -> Integers:
        """Count the listed diagnoses of each claim."""
        return np.bincount(self.diagnosis_claim[self.diagnosis_is_listed], minlength=len(self))

    @cached_property
    def diagnosis_is_icd10(self) -> Flags:
        """Mark codes that are said to be of ICD-10-CM."""
        return np.array([diagnosis.is_icd10 for diagnosis in self._diagnoses], np.bool_)

    @cached_property
    def diagnosis_present(self) -> Values:
        """Whether diagnoses were present on admission: Y, N, U, W or ""."""
        return _objects([diagnosis.present_on_admission for diagnosis in self._diagnoses])

    @cached_property
    def diagnosis_code(self) -> Values:
        """Codes of diagnoses, without dots."""
        return _objects([diagnosis.code for diagnosis in self._diagnoses])

    @cached_property
    def diagnosis_key(self) -> Integers:
        """Codes of diagnoses packed as the keys of tables are."""
        codes, numbers = self.diagnoses_told
        return pack_all([DIAGNOSIS], [np.array(codes, "U")])[numbers]

    @cached_property
    def diagnoses_told(self) -> tuple[list[str], Integers]:
        """The different codes of diagnoses, and which of them each diagnosis has."""
        return told_apart(self.diagnosis_code.tolist())

    @cached_property
    def pointer_line(self) -> Integers:
        """The line that each diagnosis pointer belongs to."""
        return _owners([len(line.diagnosis_pointers) for line in self._lines])

    @cached_property
    def pointer(self) -> Integers:
        """Diagnosis pointers, which count the claim's diagnoses from 1 (SV107)."""
        return _integers([place for line in self._lines for place in line.diagnosis_pointers])

    # Saying what was found

    def claims(self, mask: Flags, place: str = "claim", **facts: object) -> Found:
        """Report the marked claims; array facts have one value a claim."""
        marked = mask.nonzero()[0]
        return _found(marked, [place] * len(marked), marked, facts)

    def lines(self, mask: Flags, **facts: object) -> Found:
        """Report the marked lines; array facts have one value a line."""
        marked = mask.nonzero()[0]
        places = [f"line {number}" for number in self.line_number[marked].tolist()]
        return _found(self.line_claim[marked], places, marked, facts)

    def diagnoses(self, mask: Flags, **facts: object) -> Found:
        """Report the marked diagnoses; array facts have one value a diagnosis."""
        marked = mask.nonzero()[0]
        places = self.diagnosis_place[marked].tolist()
        return _found(self.diagnosis_claim[marked], places, marked, facts)

    def operations(self, mask: Flags) -> Found:
        """Report the marked procedures of stays with their codes."""
        marked = mask.nonzero()[0]
        places = ["procedures"] * len(marked)
        return _found(self.operation_claim[marked], places, marked, {"code": self.operation_code})

    def spans(self, mask: Flags, **facts: object) -> Found:
        """Report the marked occurrence spans; array facts have one value a span."""
        marked = mask.nonzero()[0]
        places = [f"occurrence span {place}" for place in self.span_place[marked].tolist()]
        return _found(self.span_claim[marked], places, marked, facts)

    def pointers(self, mask: Flags, **facts: object) -> Found:
        """Report the lines of the marked pointers; array facts have one value a pointer."""
        marked = mask.nonzero()[0]
        lines = self.pointer_line[marked]
        places = [f"line {number}" for number in self.line_number[lines].tolist()]
        return _found(self.line_claim[lines], places, marked, facts)

    def providers(self, mask: Flags, **facts: object) -> Found:
        """Report the marked providers; array facts have one value a provider."""
        marked = mask.nonzero()[0]
        places = self.provider_place[marked].tolist()
        return _found(self.provider_claim[marked], places, marked, facts)


def diagnoses_of(claim: Claim) -> Iterator[tuple[str, Diagnosis]]:
    """Give every diagnosis of the claim with its place, those of a stay after the listed."""
    for number, diagnosis in enumerate(claim.diagnoses, 1):
        yield f"diagnosis {number}", diagnosis
    stay = claim.institutional
    if stay is None:
        return
    if stay.admitting_diagnosis is not None:
        yield "admitting diagnosis", stay.admitting_diagnosis
    for number, diagnosis in enumerate(stay.visit_reasons, 1):
        yield f"reason for visit {number}", diagnosis
    for number, diagnosis in enumerate(stay.external_causes, 1):
        yield f"external cause {number}", diagnosis


def repeats_of(*columns: Iterable[Any]) -> Flags:
    """Mark every row that equals an earlier row in all of the parallel columns."""
    seen: set[tuple[Any, ...]] = set()
    marks = []
    for row in zip(*columns, strict=True):
        marks.append(row in seen)
        seen.add(row)
    return np.array(marks, np.bool_)


def _found(
    claims: Integers, places: list[str], rows: npt.NDArray[np.intp], facts: Mapping[str, object]
) -> Found:
    """Gather the facts of the marked rows; what is no array is the same for all."""
    if not len(rows):
        return NOTHING
    taken = {
        name: value[rows].tolist() if isinstance(value, np.ndarray) else [value] * len(rows)
        for name, value in facts.items()
    }
    facts_by_row = tuple(
        {name: values[row] for name, values in taken.items()} for row in range(len(rows))
    )
    return Found(tuple(claims.tolist()), tuple(places), facts_by_row)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, np.int64)


def _objects(values: Sequence[object]) -> Values:
    """Make a column of objects; tuples stay tuples instead of becoming further axes."""
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column


def _days(values: Sequence[date | None]) -> Days:
    return np.array(values, "datetime64[D]")


def _owners(counts: Sequence[int]) -> Integers:
    """Repeat each index as often as its count says."""
    owners: Integers = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    return owners


def _thousandths(units: Decimal) -> int:
    """Give units in thousandths; anything above zero stays above zero."""
    return int((units * 1000).to_integral_value(ROUND_UP))
