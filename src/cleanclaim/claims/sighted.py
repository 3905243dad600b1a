"""Claims of a file as a batch without reading each: columns out of the text, values on demand."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, ClaimKind, ServiceLine
from cleanclaim.claims.parties import Provider
from cleanclaim.claims.sight_columns import SightColumns
from cleanclaim.claims.sight_providers import SightProviders
from cleanclaim.x12.usual.runs import Run
from cleanclaim.x12.usual.sight import Learning

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]
Entry = Claim | Run


def learning() -> Learning:
    """Give what is needed to read claims at sight: it learns from claims read without a word."""
    return Learning(lambda unit: not read_claim(unit)[1])


def batch_of(
    entries: Sequence[Entry],
    as_of: date | None = None,
    repeated: Collection[int] = frozenset(),
    history: Iterable[Claim] = (),
) -> ClaimBatch:
    """Put claims in a batch, of which some were read and of others only runs were told."""
    claims = [each for each in entries if not isinstance(each, Run)]
    if len(claims) == len(entries):
        return ClaimBatch.of(claims, as_of, repeated, history)
    return SightedBatch(entries, as_of, repeated, history)


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


class _Part:
    """Runs of one stretch: their columns, and where their claims stand in the batch."""

    def __init__(self, runs: Sequence[tuple[Run, int]]) -> None:
        self._runs = [run for run, _ in runs]
        self._starts = np.cumsum([0, *map(len, self._runs)])
        self.columns = SightColumns(self._runs)
        self.providers = SightProviders(self.columns, self._runs)
        places = [np.arange(start, start + len(run)) for run, start in runs]
        self.places: Integers = np.concatenate(places)

    def claim(self, row: int) -> Claim:
        """Read one of the claims."""
        which = int(np.searchsorted(self._starts, row, "right")) - 1
        run = self._runs[which]
        return read_claim(run.unit(run.first + row - int(self._starts[which])))[0]


def _merged(name: str, level: str) -> Any:  # noqa: ANN401 - a column of any type
    """Give a column in which claims told at sight and claims that were read stand in order."""
    return cached_property(lambda batch: batch.merge(name, level))


class SightedBatch(ClaimBatch):
    """A batch most of whose claims are text: columns come from its index.

    ``rows`` reads a claim when it is asked for. What is no column here is made of them, so a
    new column is right from the start and may be made quick later.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        as_of: date | None = None,
        repeated: Collection[int] = frozenset(),
        history: Iterable[Claim] = (),
    ) -> None:
        parts: dict[int, list[tuple[Run, int]]] = {}
        read: list[Claim] = []
        read_at: list[int] = []
        place = 0
        for each in entries:
            if isinstance(each, Run):
                parts.setdefault(id(each.stretch), []).append((each, place))
                place += len(each)
            else:
                read.append(each)
                read_at.append(place)
                place += 1
        earlier = tuple(history)
        self.judged = place
        self.as_of = as_of
        self.repeated = frozenset(repeated)
        self._read = ClaimBatch.of((*read, *earlier))
        self._parts = [_Part(runs) for runs in parts.values()]
        behind = np.arange(place, place + len(earlier))
        self._read_at = np.concatenate([np.array(read_at, np.int64), behind])
        self.rows = _Rows(place + len(earlier), self.read_row)
        self._orders: dict[str, Integers | None] = {}

    def read_row(self, place: int) -> Claim:
        """Read the claim at a place of the batch."""
        for part in self._parts:
            at = int(np.searchsorted(part.places, place))
            if at < len(part.places) and part.places[at] == place:
                return part.claim(at)
        return self._read.rows[int(np.searchsorted(self._read_at, place))]

    # Putting columns together

    def merge(self, name: str, level: str) -> npt.NDArray[Any]:
        """Put a column together of those of the parts; ``level`` says of what it has rows."""
        told = [
            getattr(part.columns if hasattr(SightColumns, name) else part.providers, name)
            for part in self._parts
        ]
        return self._in_order([*told, getattr(self._read, name)], level)

    def _in_order(self, columns: Sequence[npt.NDArray[Any]], level: str) -> npt.NDArray[Any]:
        """Give the rows of parts, then of the others, in the order of the batch."""
        held = [each for each in columns if len(each)] or columns[-1:]
        joined = held[0] if len(held) == 1 else np.concatenate(held)
        order = self._order(level)
        return joined if order is None else joined[order]

    def _order(self, level: str) -> Integers | None:
        """Give the order of rows, None where they stand in it."""
        if level not in self._orders:
            owners = self._owners(level)
            ordered = len(owners) < 2 or bool((owners[1:] >= owners[:-1]).all())
            self._orders[level] = None if ordered else np.argsort(owners, kind="stable")
        return self._orders[level]

    def _owners(self, level: str) -> Integers:
        """Give what each row belongs to: the claim's place, or the line's for pointers."""
        if level == "claim":
            return np.concatenate([*(part.places for part in self._parts), self._read_at])
        if level in ("pointer", "decision"):
            return self._lines_of(f"{level}_line")
        name = f"{level}_claim"
        held = [part.providers if level == "provider" else part.columns for part in self._parts]
        owners = [
            part.places[getattr(each, name)] for part, each in zip(self._parts, held, strict=True)
        ]
        return np.concatenate([*owners, self._read_at[getattr(self._read, name)]])

    def _lines_of(self, name: str) -> Integers:
        """Give the lines, as the batch counts them, that rows of parts belong to."""
        held: list[SightColumns | ClaimBatch] = [part.columns for part in self._parts]
        held.append(self._read)
        counts = [len(each.line_claim) for each in held]
        starts = np.cumsum([0, *counts[:-1]])
        lines = [getattr(each, name) + start for each, start in zip(held, starts, strict=True)]
        joined: Integers = np.concatenate(lines)
        order = self._order("line")
        if order is None:
            return joined
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return place[joined]

    def _owner(self, level: str) -> Integers:
        owners, order = self._owners(level), self._order(level)
        return owners if order is None else owners[order]

    # Claims

    def _constant(self, value: object, others: npt.NDArray[Any], level: str) -> npt.NDArray[Any]:
        """Give a column that has one value for everything told at sight."""
        told = [
            np.full(len(part.places if level == "claim" else part.columns.line_claim), value)
            for part in self._parts
        ]
        return self._in_order([*(each.astype(others.dtype) for each in told), others], level)

    @cached_property
    def kinds(self) -> tuple[ClaimKind, ...]:
        """Whose claims they are: those told at sight are professional."""
        others = np.empty(len(self._read), np.object_)
        others[:] = self._read.kinds
        told: list[Values] = []
        for part in self._parts:
            same = np.empty(len(part.places), np.object_)
            same[:] = ClaimKind.PROFESSIONAL
            told.append(same)
        return tuple(self._in_order([*told, others], "claim").tolist())

    total_charge_cents = _merged("total_charge_cents", "claim")
    service_starts_on = _merged("service_starts_on", "claim")
    claim_place = _merged("claim_place", "claim")
    frequency = _merged("frequency", "claim")
    claim_filing = _merged("claim_filing", "claim")
    relationship = _merged("relationship", "claim")
    claim_responsibility = _merged("claim_responsibility", "claim")
    claim_insurance_type = _merged("claim_insurance_type", "claim")
    claim_causes = _merged("claim_causes", "claim")
    claim_clia = _merged("claim_clia", "claim")
    claim_authorization = _merged("claim_authorization", "claim")
    claim_referral = _merged("claim_referral", "claim")
    claim_payer_identifier = _merged("claim_payer_identifier", "claim")
    claim_payer_named = _merged("claim_payer_named", "claim")
    claim_member = _merged("claim_member", "claim")
    claim_biller_number = _merged("claim_biller_number", "claim")
    claim_billing_npi = _merged("claim_billing_npi", "claim")
    service_zips = _merged("service_zips", "claim")
    rendering_told = _merged("rendering_told", "claim")
    rendering_has_more = _merged("rendering_has_more", "claim")
    patient_last_name = _merged("patient_last_name", "claim")
    patient_first_name = _merged("patient_first_name", "claim")
    patient_further_names = _merged("patient_further_names", "claim")
    born_on = _merged("born_on", "claim")
    patient_died_on = _merged("patient_died_on", "claim")
    sex = _merged("sex", "claim")
    patient_is_pregnant = _merged("patient_is_pregnant", "claim")
    patient_has_address = _merged("patient_has_address", "claim")
    patient_is_told_apart = _merged("patient_is_told_apart", "claim")
    has_rendering = _merged("has_rendering", "claim")

    @cached_property
    def claim_is_professional(self) -> Flags:
        """Mark claims of physicians and other professionals."""
        return np.array([kind is ClaimKind.PROFESSIONAL for kind in self.kinds], np.bool_)

    @cached_property
    def coded_on(self) -> Days:
        """The first days of claims told at sight, for none of them is an inpatient's."""
        told = [part.columns.service_starts_on for part in self._parts]
        return self._in_order([*told, self._read.coded_on], "claim")

    @cached_property
    def claim_filed_from(self) -> Days:
        """The first days of claims told at sight, from which filing limits run."""
        told = [part.columns.service_starts_on for part in self._parts]
        return self._in_order([*told, self._read.claim_filed_from], "claim")

    @cached_property
    def type_of_bill(self) -> Values:
        """Types of bill of institutions' claims."""
        return self._constant("", self._read.type_of_bill, "claim")

    @cached_property
    def facility_type(self) -> Values:
        """Who bills, of institutions' claims."""
        return self._constant("", self._read.facility_type, "claim")

    def having(self, place: str, *codes: str) -> Flags:
        """Mark claims with such a segment, and those that were read."""
        told = [part.columns.having(place, *codes) for part in self._parts]
        return self._in_order([*told, self._read.having(place, *codes)], "claim")

    def where_billing(self, holds: Callable[[Provider], bool]) -> Flags:
        """Mark the claims of whose billing provider something is true."""
        told = [part.providers.where_billing(holds) for part in self._parts]
        return self._in_order([*told, self._read.where_billing(holds)], "claim")

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
    line_is_described = _merged("line_is_described", "line")
    line_has_drug = _merged("line_has_drug", "line")
    line_own_place = _merged("line_own_place", "line")
    line_modifier_lists = _merged("line_modifier_lists", "line")
    line_modifiers = _merged("line_modifiers", "line")
    line_has_rendering = _merged("line_has_rendering", "line")
    line_renderer = _merged("line_renderer", "line")
    line_rendering_npi = _merged("line_rendering_npi", "line")
    line_physician_npi = _merged("line_physician_npi", "line")
    line_practice_named = _merged("line_practice_named", "line")

    @cached_property
    def line_revenue_code(self) -> Values:
        """Revenue codes of institutions' lines."""
        return self._constant("", self._read.line_revenue_code, "line")

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

    provider_place = _merged("provider_place", "provider")
    provider_npi = _merged("provider_npi", "provider")
    provider_tax_id = _merged("provider_tax_id", "provider")
    provider_taxonomy = _merged("provider_taxonomy", "provider")
