"""Columns of services as reference tables ask for them: packed codes, days, modifiers, places."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ClaimKind, ServiceLine
from cleanclaim.claims.party_columns import PartyColumns
from cleanclaim.claims.person_columns import PersonColumns
from cleanclaim.codes.store.columns import Code
from cleanclaim.codes.store.keys import Integers, pack_all

PROCEDURE, MODIFIER, DIAGNOSIS = Code(5), Code(2), Code(7)
# What a line can carry (SV101-3 to -6).
MODIFIERS_MAX = 4
Texts = npt.NDArray[np.str_]
Told = TypeVar("Told", bound=Hashable)


class ServiceColumns(PartyColumns, PersonColumns):
    """What edits over the reference store ask of a batch; see ``ClaimBatch`` for the names."""

    @cached_property
    def _services(self) -> tuple[ServiceLine, ...]:
        return tuple(line for claim in self.rows for line in claim.lines)

    @cached_property
    def line_claim(self) -> Integers:
        """The claim that each line belongs to."""
        counts = [len(claim.lines) for claim in self.rows]
        owners: Integers = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return owners

    @cached_property
    def line_code(self) -> npt.NDArray[np.object_]:
        """Procedure codes of lines; "" where an institution gives none."""
        column = np.empty(len(self._services), np.object_)
        column[:] = [line.procedure.code for line in self._services]
        return column

    @cached_property
    def line_key(self) -> Integers:
        """Procedure codes packed as the keys of tables are; that of "" where there is none."""
        codes, numbers = self._codes_told
        return pack_all([PROCEDURE], [np.array(codes, "U")])[numbers]

    @cached_property
    def _codes_told(self) -> tuple[list[str], Integers]:
        """The different procedure codes, and which of them each line has."""
        return told_apart(self.line_code.tolist())

    def by_code(self, holds: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """Mark lines of whose procedure code something is true; each code is asked once."""
        codes, numbers = self._codes_told
        marks: npt.NDArray[np.bool_] = np.array([holds(code) for code in codes], np.bool_)[numbers]
        return marks

    @cached_property
    def line_modifiers(self) -> Texts:
        """Modifiers, four a line in their order, "" for none."""
        rows = [
            (*line.procedure.modifiers, "", "", "", "")[:MODIFIERS_MAX] for line in self._services
        ]
        return np.array(rows, "U2").reshape(len(rows), MODIFIERS_MAX)

    @cached_property
    def _modifiers_told(self) -> frozenset[str]:
        return frozenset(self.line_modifiers.ravel().tolist())

    @cached_property
    def line_modifier_lists(self) -> npt.NDArray[np.object_]:
        """All modifiers of lines as they are told, a tuple a line."""
        column = np.empty(len(self._services), np.object_)
        column[:] = [line.procedure.modifiers for line in self._services]
        return column

    @cached_property
    def line_qualifier(self) -> npt.NDArray[np.object_]:
        """Which list procedure codes of lines are of: HC, HP, AD, "" where there is no code."""
        column = np.empty(len(self._services), np.object_)
        column[:] = [line.procedure.qualifier for line in self._services]
        return column

    @cached_property
    def line_description(self) -> npt.NDArray[np.object_]:
        """What lines say of their procedure in words (SV101-7)."""
        column = np.empty(len(self._services), np.object_)
        column[:] = [line.procedure.description for line in self._services]
        return column

    @cached_property
    def line_has_drug(self) -> npt.NDArray[np.bool_]:
        """Lines that name a drug (2410)."""
        return np.array([line.drug is not None for line in self._services], np.bool_)

    @cached_property
    def line_own_place(self) -> Texts:
        """Places of service that lines have of their own, "" for none (SV105)."""
        return np.array([line.place_of_service for line in self._services], "U")

    @cached_property
    def claim_place(self) -> Texts:
        """Places of service of claims (CLM05-1)."""
        return np.array([claim.place_of_service for claim in self.rows], "U")

    def with_modifier(self, *modifiers: str) -> npt.NDArray[np.bool_]:
        """Mark lines with one of the modifiers."""
        marks: npt.NDArray[np.bool_] = np.zeros(len(self.line_modifiers), np.bool_)
        for modifier in self._modifiers_told.intersection(modifiers):
            marks |= np.logical_or.reduce(self.line_modifiers == modifier, axis=1)
        return marks

    @cached_property
    def line_place(self) -> Texts:
        """Places of service of lines, the claim's where a line has none of its own."""
        own = self.line_own_place
        return np.where(own != "", own, self.claim_place[self.line_claim])

    @cached_property
    def claim_patient(self) -> Integers:
        """Number the patients: claims of one person have the same number.

        A person is told by name, first name and birth date: member ids change with the payer.
        """
        return numbered(self._people)

    @cached_property
    def _people(self) -> list[tuple[str, str, date | None]]:
        last, first = self.patient_last_name.tolist(), self.patient_first_name.tolist()
        names = zip(last, first, self.born_on.tolist(), strict=True)
        return [(last.upper(), first.upper(), day) for last, first, day in names]

    @cached_property
    def patient_marks(self) -> Integers:
        """Mark the patients of claims so that one person has one mark in every batch."""
        return np.array([_mark(person) for person in self._people], np.int64)

    @cached_property
    def line_rendering(self) -> Integers:
        """Number who rendered lines, by NPI: the line's, else the claim's, else who bills."""
        return numbered(self.line_renderer.tolist())

    @cached_property
    def line_renderer(self) -> npt.NDArray[np.object_]:
        """Who rendered lines: the NPI of the line's, else the claim's, else of who bills."""
        told = [_rendered_by(claim, line) for claim in self.rows for line in claim.lines]
        column = np.empty(len(told), np.object_)
        column[:] = told
        return column

    @cached_property
    def claim_billing(self) -> Integers:
        """Number who bills, by NPI or, without one, by tax id."""
        return numbered(self.claim_biller_number.tolist())

    @cached_property
    def claim_payer(self) -> Integers:
        """Number the payers, by identifier or, without one, by name."""
        return numbered(self.claim_payer_named.tolist())

    @cached_property
    def claim_payer_named(self) -> npt.NDArray[np.object_]:
        """The identifiers of payers, of those without one the names."""
        column = np.empty(len(self.rows), np.object_)
        column[:] = [claim.payer.identifier or claim.payer.name for claim in self.rows]
        return column

    @cached_property
    def service_zips(self) -> Texts:
        """Where professional services are given, by the first five digits; "" where unknown."""
        return np.array([_service_zip(claim) for claim in self.rows], "U5")

    @cached_property
    def line_unit_basis(self) -> Texts:
        """What quantities of lines count (SV103, SV204): UN units, MJ minutes, DA days."""
        return np.array([line.unit_basis for line in self._services], "U2")

    @cached_property
    def claim_filing(self) -> Texts:
        """Kinds of insurance (SBR09): MB is Medicare's Part B, MA its Part A."""
        return np.array([claim.filing_indicator for claim in self.rows], "U2")


def _rendered_by(claim: Claim, line: ServiceLine) -> str:
    for who in (line.rendering, claim.rendering, claim.attending, claim.billing):
        if who is not None and who.npi:
            return who.npi
    return ""


def _mark(person: tuple[str, str, date | None]) -> int:
    digest = blake2b(repr(person).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


# Place of service 12: the patient's home is where the service is given.
_HOME = "12"


def _service_zip(claim: Claim) -> str:
    """Give the ZIP code of the facility, of the patient's home where it is there, or the biller."""
    if claim.kind is not ClaimKind.PROFESSIONAL:
        return ""
    named = claim.facility and claim.facility.address
    at_home = claim.place_of_service == _HOME
    address = named or (claim.patient.address if at_home else claim.billing.address)
    return "" if address is None else address.postal_code[:5]


def numbered(values: Sequence[Hashable]) -> Integers:
    """Number values by when they first appear, from 0."""
    return told_apart(values)[1]


def told_apart(values: Sequence[Told]) -> tuple[list[Told], Integers]:
    """Give the different values by when they first appear, and which of them each row has."""
    different = list(dict.fromkeys(values))
    numbers = dict(zip(different, range(len(different)), strict=True))
    return different, np.array([numbers[value] for value in values], np.int64)
