"""Providers of claims that were told at sight: who bills, by header, and who else is named."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.from_837 import read_biller
from cleanclaim.claims.model import ClaimKind
from cleanclaim.claims.parties import Provider
from cleanclaim.claims.provider_columns import CLAIM_FIELDS, LINE_FIELDS
from cleanclaim.claims.roles import CLAIM_ROLES, LINE_ROLES, Role
from cleanclaim.claims.sight_columns import SightColumns
from cleanclaim.x12.usual.atoms import word_of
from cleanclaim.x12.usual.runs import Run

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.object_]
Texts = npt.NDArray[np.str_]

_HEADER_ROLES = ("billing", "pay_to")
# Place of service 12: the patient's home is where the service is given.
_HOME = "12"


class _Head(NamedTuple):
    """Who bills below a header, and whom to pay instead."""

    billing: Provider
    pay_to: Provider | None


class _Named(NamedTuple):
    """Providers of one role: the place in order of each, whose it is, and what is told."""

    key: Integers
    claim: Integers
    place: Values
    npi: Values
    tax_id: Values
    taxonomy: Values


class SightProviders:
    """The provider columns of a ClaimBatch, by the same names, of the claims of some runs."""

    def __init__(self, seen: SightColumns, runs: Sequence[Run]) -> None:
        self._seen = seen
        self._runs = runs

    @cached_property
    def _heads(self) -> tuple[list[_Head], Integers]:
        """Give who bills by header, and for every claim which header it stands under."""
        numbers: dict[int, int] = {}
        heads: list[_Head] = []
        which = []
        for run in self._runs:
            if id(run.header) not in numbers:
                numbers[id(run.header)] = len(heads)
                heads.append(_Head(*read_biller(run.header.biller)))
            which.append(np.full(len(run), numbers[id(run.header)], np.int64))
        return heads, np.concatenate(which)

    def where_billing(self, holds: Callable[[Provider], bool]) -> Flags:
        """Mark the claims of whose billing provider something is true."""
        heads, which = self._heads
        return np.array([holds(head.billing) for head in heads], np.bool_)[which]

    def _of_billing(self, read: Callable[[Provider], str]) -> Values:
        """Give a value of who bills for each claim."""
        heads, which = self._heads
        column: Values = _objects([read(head.billing) for head in heads])[which]
        return column

    @cached_property
    def claim_biller_number(self) -> Values:
        """Who bills: the NPI, else the tax id."""
        return self._of_billing(lambda billing: billing.npi or billing.tax_id)

    @cached_property
    def claim_billing_npi(self) -> Texts:
        """The NPI of who bills."""
        return self._of_billing(lambda billing: billing.npi).astype("U")

    @cached_property
    def service_zips(self) -> Texts:
        """N403 of the facility, of the patient at home, else of who bills."""
        told = self._of_billing(lambda who: who.address.postal_code if who.address else "")
        zips, seen = told.astype("U5"), self._seen
        code, _ = seen.zip_of_patient()
        zips = np.where(seen.claim_place == _HOME, code.astype("U5"), zips)
        code, placed = seen.zip_of_facility()
        return np.where(placed, code.astype("U5"), zips)

    @cached_property
    def _rendering(self) -> tuple[Integers, _Named]:
        """Give the claims with who rendered them (2310B), and these."""
        rows, (npi, tax_id, taxonomy) = self._told(_RENDERING)
        claims = self._seen.claim_of(rows)
        names = [self._seen.values(rows, (place, 0)) for place in (3, 4, 5, 7)]
        person = self._seen.words(rows, (2, 0)) == word_of("1")
        for name in names[1:]:
            name[~person] = ""
        parts = zip(*(each.tolist() for each in (*names, npi, taxonomy)), strict=True)
        told = _objects(["^".join(each) for each in parts])
        return claims, _Named(rows, claims, told, npi, tax_id, taxonomy)

    @cached_property
    def rendering_told(self) -> Values:
        """NM103 to NM107, NM109 and PRV03 in 2310B."""
        told = _objects([""] * len(self._seen))
        claims, named = self._rendering
        told[claims] = named.place
        return told

    @cached_property
    def rendering_has_more(self) -> Flags:
        """Other segments in 2310B."""
        marks = np.zeros(len(self._seen), np.bool_)
        for name in ("N3", "N4", "REF", "PER"):
            marks[self._seen.claim_of(self._seen.segments("2310B", name))] = True
        return marks

    @cached_property
    def _line_rendering(self) -> tuple[Integers, Values, Values]:
        """Give the lines with who rendered them (2420A), their NPIs and taxonomies."""
        rows, (npi, _, taxonomy) = self._told(_LINE_RENDERING)
        return self._seen.line_of(rows), npi, taxonomy

    @cached_property
    def line_rendering_npi(self) -> Texts:
        """NPI of who rendered each line: the line's, else the claim's."""
        claims, named = self._rendering
        return self._by_line(_objects([""] * len(self._seen)), claims, named.npi).astype("U")

    @cached_property
    def line_physician_npi(self) -> Texts:
        """NPI of the person who rendered each line, where it is not an organization that bills."""
        own = self._of_billing(lambda who: who.npi if who.person is not None else "")
        claims, named = self._rendering
        return self._by_line(own, claims, named.npi).astype("U")

    @cached_property
    def line_practice_named(self) -> Texts:
        """Who bills each line with the taxonomy of who rendered it."""
        own = self._of_billing(lambda who: who.taxonomy if who.person is not None else "")
        claims, named = self._rendering
        lines, _, taxonomy = self._line_rendering
        specialty = own.copy()
        specialty[claims] = named.taxonomy
        by_line = specialty[self._seen.line_claim]
        by_line[lines] = taxonomy
        biller = self.claim_biller_number[self._seen.line_claim]
        told = (biller != "") & (by_line != "")
        return np.where(told, biller + " " + by_line, "").astype("U")

    def _by_line(self, own: Values, claims: Integers, npi: Values) -> Values:
        """Give a value of claims by line, where neither claim nor line tells of somebody else."""
        by_claim = own.copy()
        by_claim[claims] = npi
        told: Values = by_claim[self._seen.line_claim]
        lines, number, _ = self._line_rendering
        told[lines] = number
        return told

    @cached_property
    def _all(self) -> _Named:
        named = [*self._of_headers(), *self._of_claims(), *self._of_lines()]
        joined = [np.concatenate(columns) for columns in zip(*named, strict=True)]
        order = np.argsort(joined[0], kind="stable")
        return _Named(*(column[order] for column in joined))

    def _of_headers(self) -> list[_Named]:
        heads, which = self._heads
        found = []
        for field in _HEADER_ROLES:
            told = [getattr(head, field) for head in heads]
            claims = np.flatnonzero(np.array([each is not None for each in told])[which])
            under = which[claims]
            columns = [
                _objects([getattr(each, name, "") for each in told])[under]
                for name in ("npi", "tax_id", "taxonomy")
            ]
            places = _objects([f"{field.replace('_', '-')} provider"] * len(claims))
            found.append(_Named(_key(claims, CLAIM_FIELDS.index(field)), claims, places, *columns))
        return found

    def _of_claims(self) -> list[_Named]:
        found = []
        for role in CLAIM_ROLES[ClaimKind.PROFESSIONAL]:
            rows, numbers = self._told(role)
            claims = self._seen.claim_of(rows)
            order = CLAIM_FIELDS.index(role.field)
            place = f"{role.field.replace('_', '-')} provider"
            places = _objects([place] * len(rows))
            found.append(_Named(_key(claims, order), claims, places, *numbers))
        return found

    def _of_lines(self) -> list[_Named]:
        found = []
        for role in LINE_ROLES[ClaimKind.PROFESSIONAL]:
            rows, numbers = self._told(role)
            lines, claims = self._seen.line_of(rows), self._seen.claim_of(rows)
            name = f"{role.field.replace('_', '-')} provider"
            count = self._seen.line_number[lines].tolist()
            places = _objects([f"line {number}, {name}" for number in count])
            key = _key(claims, LINE_FIELDS.index(role.field), lines)
            found.append(_Named(key, claims, places, *numbers))
        return found

    def _told(self, role: Role) -> tuple[Integers, tuple[Values, Values, Values]]:
        """Give the NM1 of a role, with NPI, tax id and taxonomy of each."""
        rows = self._seen.segments(role.loop, "NM1", role.code)
        npi = self._seen.values(rows, (9, 0))
        npi[self._seen.words(rows, (8, 0)) != word_of("XX")] = ""
        specialties = self._seen.segments(role.loop, "PRV")
        # The PRV of a loop stands right behind its NM1.
        taxonomy = _objects([""] * len(rows))
        owner = np.searchsorted(rows, specialties) - 1
        own = (
            (owner >= 0) & (rows[np.maximum(owner, 0)] == specialties - 1)
            if len(rows)
            else owner > 0
        )
        taxonomy[owner[own]] = self._seen.values(specialties[own], (3, 0))
        return rows, (npi, _objects([""] * len(rows)), taxonomy)

    @cached_property
    def line_renderer(self) -> Values:
        """NPI of who rendered each line: the line's, else the claim's, else who bills."""
        by_claim = self._of_billing(lambda who: who.npi)
        claims, named = self._rendering
        told = named.npi != ""
        by_claim[claims[told]] = named.npi[told]
        by_line: Values = by_claim[self._seen.line_claim]
        lines, npi, _ = self._line_rendering
        by_line[lines[npi != ""]] = npi[npi != ""]
        return by_line

    provider_claim = property(lambda self: self._all.claim)
    provider_place = property(lambda self: self._all.place)
    provider_npi = property(lambda self: self._all.npi)
    provider_tax_id = property(lambda self: self._all.tax_id)
    provider_taxonomy = property(lambda self: self._all.taxonomy)


_RENDERING = Role("rendering", "2310B", "82", "PE")
_LINE_RENDERING = Role("rendering", "2420A", "82", "PE")


def _key(claims: Integers, order: int, lines: Integers | None = None) -> Integers:
    """Give numbers by which providers stand in order: of the claim first, then line by line."""
    behind = np.zeros(len(claims), np.int64) if lines is None else lines + 1
    return (claims << 40) | (behind << 8) | order


def _objects(values: Sequence[object]) -> Values:
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column
