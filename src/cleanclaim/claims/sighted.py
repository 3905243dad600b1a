"""Claims of a file as a batch without reading each: columns out of the text, values on demand."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, ClaimKind, ServiceLine
from cleanclaim.claims.parties import Provider
from cleanclaim.claims.service_columns import PROCEDURE, numbered
from cleanclaim.claims.sight_columns import SightColumns
from cleanclaim.claims.sight_providers import SightProviders
from cleanclaim.codes.store.keys import pack_all
from cleanclaim.kernel.findings import Finding
from cleanclaim.x12 import Event, Source
from cleanclaim.x12.usual.reading import Claims, Run, read_usual
from cleanclaim.x12.usual.sight import Learning

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]


def learning() -> Learning:
    """Give what is needed to read claims at sight: it learns from claims read without a word."""
    return Learning(lambda unit: not read_claim(unit)[1])


def read_sighted(source: Source, learned: Learning) -> Iterator["Event | Sighted"]:
    """Give the events of a source as ``x12.read``, its professional claims some at a time."""
    for event in read_usual(source, learned):
        yield Sighted(event) if isinstance(event, Claims) else event


class Sighted:
    """Claims of a file in its order, most of them not read; ``findings`` are those of reading."""

    def __init__(self, claims: Claims) -> None:
        self.runs = [each for each in claims.entries if isinstance(each, Run)]
        self.findings: list[tuple[Finding, ...]] = []
        self.places: list[Integers] = []  # of the claims of runs, and of those read
        self.read: list[Claim] = []
        self._sort(claims)

    def __len__(self) -> int:
        return len(self.findings)

    def _sort(self, claims: Claims) -> None:
        seen: list[Integers] = []
        read_at: list[int] = []
        for each in claims.entries:
            place = len(self.findings)
            if isinstance(each, Run):
                seen.append(np.arange(place, place + len(each)))
                self.findings += [()] * len(each)
            else:
                claim, unread = read_claim(each)
                self.read.append(claim)
                read_at.append(place)
                self.findings.append((*(f.as_finding() for f in each.findings), *unread))
        told = np.concatenate([*seen, np.zeros(0, np.int64)])
        self.places = [told, np.array(read_at, np.int64)]

    def batch(
        self,
        as_of: date | None = None,
        repeated: Collection[int] = frozenset(),
        history: Iterable[Claim] = (),
    ) -> ClaimBatch:
        """Give them as a batch."""
        if not self.runs:
            return ClaimBatch.of(self.read, as_of, repeated, history)
        return SightedBatch(self, as_of, repeated, history)


class _Rows(Sequence[Claim]):
    """The claims of a batch, each read when it is asked for."""

    def __init__(self, count: int, find: Callable[[int], Claim]) -> None:
        self._count = count
        self._find = find
        self._known: dict[int, Claim] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Claim: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Claim]: ...

    def __getitem__(self, index: int | slice) -> Claim | Sequence[Claim]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(self._count)))
        if not -self._count <= index < self._count:
            raise IndexError(index)
        place = index % self._count
        if place not in self._known:
            self._known[place] = self._find(place)
        return self._known[place]


def _merged(name: str, level: str) -> Any:  # noqa: ANN401 - a column of any type
    """Give a column in which claims told at sight and claims that were read stand in order."""
    return cached_property(_Merging(name, level))


class _Merging:
    """Puts one column together; ``level`` says of what it has rows."""

    def __init__(self, name: str, level: str) -> None:
        self._name = name
        self._level = level

    def __call__(self, batch: "SightedBatch") -> npt.NDArray[Any]:
        """Make the column."""
        both = [getattr(batch.seen, self._name), getattr(batch.others, self._name)]
        joined: npt.NDArray[Any] = np.concatenate(both)[batch.order(self._level)]
        return joined


class SightedBatch(ClaimBatch):
    """A batch most of whose claims are text: columns come from its index.

    ``rows`` reads a claim when it is asked for. What is no column here is made of them, so a
    new column is right from the start and may be made quick later.
    """

    def __init__(
        self,
        claims: Sighted,
        as_of: date | None = None,
        repeated: Collection[int] = frozenset(),
        history: Iterable[Claim] = (),
    ) -> None:
        earlier = tuple(history)
        self.seen = SightColumns(claims.runs)
        self.providers_seen = SightProviders(self.seen, claims.runs)
        self.others = ClaimBatch.of((*claims.read, *earlier))
        self.judged = len(claims)
        self.as_of = as_of
        self.repeated = frozenset(repeated)
        behind = np.arange(self.judged, self.judged + len(earlier))
        self._places = [claims.places[0], np.concatenate([claims.places[1], behind])]
        self._runs = claims.runs
        self._run_starts = np.cumsum([0, *(len(run) for run in claims.runs)])
        self.rows = _Rows(self.judged + len(earlier), self._row)
        self._orders: dict[str, Integers] = {}

    def _row(self, place: int) -> Claim:
        at = int(np.searchsorted(self._places[0], place))
        if at == len(self._places[0]) or self._places[0][at] != place:
            return self.others.rows[int(np.searchsorted(self._places[1], place))]
        which = int(np.searchsorted(self._run_starts, at, "right")) - 1
        run = self._runs[which]
        return read_claim(run.unit(run.first + at - int(self._run_starts[which])))[0]

    # Putting columns together

    def order(self, level: str) -> Integers:
        """Give the rows of what was seen, then of the others, in the order of the batch."""
        if level not in self._orders:
            self._orders[level] = np.argsort(self._owners(level), kind="stable")
        return self._orders[level]

    def _owners(self, level: str) -> Integers:
        """Give what each row belongs to: the claim's place, or the line's for pointers."""
        seen, others = self._places
        if level == "claim":
            return np.concatenate(self._places)
        if level in ("pointer", "decision"):
            return self._lines_of(f"{level}_line")
        name = f"{level}_claim"
        held = self.providers_seen if level == "provider" else self.seen
        return np.concatenate([seen[getattr(held, name)], others[getattr(self.others, name)]])

    def _lines_of(self, name: str) -> Integers:
        """Give the lines, as the batch counts them, that rows of both belong to."""
        order = self.order("line")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        mine, theirs = getattr(self.seen, name), getattr(self.others, name)
        return np.concatenate([place[mine], place[len(self.seen.line_claim) + theirs]])

    def _owner(self, level: str) -> Integers:
        return self._owners(level)[self.order(level)]

    # Claims

    @cached_property
    def kinds(self) -> tuple[ClaimKind, ...]:
        """Whose claims they are: those told at sight are professional."""
        told = [ClaimKind.PROFESSIONAL] * len(self.seen)
        return tuple(np.array([*told, *self.others.kinds], np.object_)[self.order("claim")])

    total_charge_cents = _merged("total_charge_cents", "claim")
    service_starts_on = _merged("service_starts_on", "claim")
    claim_place = _merged("claim_place", "claim")
    frequency = _merged("frequency", "claim")
    claim_filing = _merged("claim_filing", "claim")
    relationship = _merged("relationship", "claim")
    responsibility = _merged("responsibility", "claim")
    rendering_name = _merged("rendering_name", "claim")
    payer_identifier = _merged("payer_identifier", "claim")
    member_id = _merged("member_id", "claim")
    patient_last_name = _merged("patient_last_name", "claim")
    patient_first_name = _merged("patient_first_name", "claim")
    patient_born_on = _merged("patient_born_on", "claim")
    patient_died_on = _merged("patient_died_on", "claim")
    patient_sex = _merged("patient_sex", "claim")
    patient_is_pregnant = _merged("patient_is_pregnant", "claim")
    patient_has_address = _merged("patient_has_address", "claim")
    patient_is_told_apart = _merged("patient_is_told_apart", "claim")
    has_rendering = _merged("has_rendering", "claim")

    @cached_property
    def billing_number(self) -> npt.NDArray[np.object_]:
        """Who bills: the NPI, else the tax id."""
        both = [self.providers_seen.billing_number, self.others.billing_number]
        return np.concatenate(both)[self.order("claim")]

    @cached_property
    def coded_on(self) -> Days:
        """The first days of claims told at sight, for none of them is an inpatient's."""
        both = [self.seen.service_starts_on, self.others.coded_on]
        days: Days = np.concatenate(both)[self.order("claim")]
        return days

    @cached_property
    def filed_from(self) -> Days:
        """The first days of claims told at sight, from which filing limits run."""
        both = [self.seen.service_starts_on, self.others.filed_from]
        days: Days = np.concatenate(both)[self.order("claim")]
        return days

    @cached_property
    def type_of_bill(self) -> npt.NDArray[np.object_]:
        """Types of bill of institutions' claims."""
        none = np.full(len(self.seen), "", np.object_)
        return np.concatenate([none, self.others.type_of_bill])[self.order("claim")]

    def having(self, place: str, *codes: str) -> Flags:
        """Mark claims with such a segment, and those that were read."""
        both = [self.seen.having(place, *codes), self.others.having(place, *codes)]
        marks: Flags = np.concatenate(both)[self.order("claim")]
        return marks

    def where_billing(self, holds: Callable[[Provider], bool]) -> Flags:
        """Mark the claims of whose billing provider something is true."""
        seen = self.providers_seen.where_billing(holds)
        marks: Flags = np.concatenate([seen, self.others.where_billing(holds)])
        return marks[self.order("claim")]

    # Lines

    @cached_property
    def line_claim(self) -> Integers:
        """The claim that each line belongs to."""
        return self._owner("line")

    @property
    def line_rows(self) -> tuple[ServiceLine, ...]:
        """Give the lines themselves, for which all claims are read."""
        return self._lines

    line_number = _merged("line_number", "line")
    charge_cents = _merged("charge_cents", "line")
    line_thousandths = _merged("line_thousandths", "line")
    line_starts_on = _merged("line_starts_on", "line")
    line_ends_on = _merged("line_ends_on", "line")
    line_code = _merged("line_code", "line")
    line_qualifier = _merged("line_qualifier", "line")
    line_unit_basis = _merged("line_unit_basis", "line")
    line_description = _merged("line_description", "line")
    line_has_drug = _merged("line_has_drug", "line")
    line_own_place = _merged("line_own_place", "line")
    line_place = _merged("line_place", "line")
    line_modifier_lists = _merged("line_modifier_lists", "line")
    line_modifiers = _merged("line_modifiers", "line")
    line_has_rendering = _merged("line_has_rendering", "line")

    @cached_property
    def line_key(self) -> Integers:
        """Procedure codes packed as the keys of tables are."""
        return pack_all([PROCEDURE], [self.line_code.astype("U")])

    @cached_property
    def line_revenue_code(self) -> npt.NDArray[np.object_]:
        """Revenue codes of institutions' lines."""
        none = np.full(len(self.seen.line_claim), "", np.object_)
        return np.concatenate([none, self.others.line_revenue_code])[self.order("line")]

    @cached_property
    def line_rendering_npi(self) -> npt.NDArray[np.object_]:
        """Who rendered lines: the NPI of the line's, else the claim's, else of who bills."""
        both = [self.providers_seen.line_rendering_npi, self.others.line_rendering_npi]
        return np.concatenate(both)[self.order("line")]

    @cached_property
    def claim_patient(self) -> Integers:
        """Number the patients, as ``ClaimBatch`` does."""
        last = [name.upper() for name in self.patient_last_name]
        first = [name.upper() for name in self.patient_first_name]
        born_on = self.patient_born_on.tolist()
        return numbered(list(zip(last, first, born_on, strict=True)))

    # Diagnoses, pointers, providers, other payers

    @cached_property
    def diagnosis_claim(self) -> Integers:
        """The claim that each diagnosis belongs to."""
        return self._owner("diagnosis")

    diagnosis_place = _merged("diagnosis_place", "diagnosis")
    diagnosis_is_listed = _merged("diagnosis_is_listed", "diagnosis")
    diagnosis_is_icd10 = _merged("diagnosis_is_icd10", "diagnosis")
    diagnosis_present = _merged("diagnosis_present", "diagnosis")
    diagnosis_code = _merged("diagnosis_code", "diagnosis")

    @cached_property
    def pointer_line(self) -> Integers:
        """The line that each pointer belongs to."""
        return self._owner("pointer")

    pointer = _merged("pointer", "pointer")

    @cached_property
    def decision_line(self) -> Integers:
        """The line that each decision of an earlier payer is about."""
        return self._owner("decision")

    decision_payer = _merged("decision_payer", "decision")
    decision_paid_cents = _merged("decision_paid_cents", "decision")
    decision_adjusted_cents = _merged("decision_adjusted_cents", "decision")

    @cached_property
    def other_claim(self) -> Integers:
        """The claim that each other payer belongs to."""
        return self._owner("other")

    other_payer = _merged("other_payer", "other")
    other_told_payment = _merged("other_told_payment", "other")
    other_paid_cents = _merged("other_paid_cents", "other")
    other_adjusted_cents = _merged("other_adjusted_cents", "other")

    @cached_property
    def provider_claim(self) -> Integers:
        """The claim that names each provider."""
        return self._owner("provider")

    def _provider_column(self, name: str) -> npt.NDArray[np.object_]:
        both = [getattr(self.providers_seen, name), getattr(self.others, name)]
        column: npt.NDArray[np.object_] = np.concatenate(both)[self.order("provider")]
        return column

    @cached_property
    def provider_place(self) -> npt.NDArray[np.object_]:
        """Where each provider is named."""
        return self._provider_column("provider_place")

    @cached_property
    def provider_npi(self) -> npt.NDArray[np.object_]:
        """National provider identifiers of named providers."""
        return self._provider_column("provider_npi")

    @cached_property
    def provider_tax_id(self) -> npt.NDArray[np.object_]:
        """Tax ids of named providers."""
        return self._provider_column("provider_tax_id")

    @cached_property
    def provider_taxonomy(self) -> npt.NDArray[np.object_]:
        """Taxonomy codes of named providers."""
        return self._provider_column("provider_taxonomy")
