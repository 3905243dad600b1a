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
from cleanclaim.x12.usual.reading import Run

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.object_]

_HEADER_ROLES = ("billing", "pay_to")


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

    @cached_property
    def billing_number(self) -> Values:
        """Who bills: the NPI, else the tax id."""
        heads, which = self._heads
        return _objects([head.billing.npi or head.billing.tax_id for head in heads])[which]

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
    def line_rendering_npi(self) -> Values:
        """NPI of who rendered each line: the line's, else the claim's, else who bills."""
        heads, which = self._heads
        claim_npi = _objects([head.billing.npi for head in heads])[which]
        rows, (own, _, _) = self._told(_RENDERING)
        told = own != ""
        claim_npi[self._seen.claim_of(rows)[told]] = own[told]
        lines: Values = claim_npi[self._seen.line_claim]
        rows, (own, _, _) = self._told(_LINE_RENDERING)
        told = own != ""
        lines[self._seen.line_of(rows)[told]] = own[told]
        return lines

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
