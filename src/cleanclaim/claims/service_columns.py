"""Columns of services as reference tables ask for them: packed codes, days, modifiers, places."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.codes.store.columns import Code
from cleanclaim.codes.store.keys import Integers, pack_all

PROCEDURE, MODIFIER, DIAGNOSIS = Code(5), Code(2), Code(7)
# What a line can carry (SV101-3 to -6).
MODIFIERS_MAX = 4
Texts = npt.NDArray[np.str_]


class ServiceColumns:
    """What edits over the reference store ask of a batch; see ``ClaimBatch`` for the names."""

    rows: tuple[Claim, ...]

    @cached_property
    def _services(self) -> tuple[ServiceLine, ...]:
        return tuple(line for claim in self.rows for line in claim.lines)

    @cached_property
    def line_key(self) -> Integers:
        """Procedure codes packed as the keys of tables are; that of "" where there is none."""
        codes = np.array([line.procedure.code for line in self._services], "U")
        return pack_all([PROCEDURE], [codes])

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

    def with_modifier(self, *modifiers: str) -> npt.NDArray[np.bool_]:
        """Mark lines with one of the modifiers."""
        marks: npt.NDArray[np.bool_] = np.zeros(len(self.line_modifiers), np.bool_)
        for modifier in self._modifiers_told.intersection(modifiers):
            marks |= np.logical_or.reduce(self.line_modifiers == modifier, axis=1)
        return marks

    @cached_property
    def line_place(self) -> Texts:
        """Places of service of lines, the claim's where a line has none of its own."""
        return np.array(
            [
                x.place_of_service or claim.place_of_service
                for claim in self.rows
                for x in claim.lines
            ],
            "U2",
        )

    @cached_property
    def claim_patient(self) -> Integers:
        """Number the patients: claims of one person have the same number.

        A person is told by name, first name and birth date: member ids change with the payer.
        """
        people = [
            (p.name.last.upper(), p.name.first.upper(), p.birth_on)
            for p in (claim.patient for claim in self.rows)
        ]
        return _numbered(people)

    @cached_property
    def line_rendering(self) -> Integers:
        """Number who rendered lines, by NPI: the line's, else the claim's, else who bills."""
        return _numbered([_rendered_by(claim, line) for claim in self.rows for line in claim.lines])

    @cached_property
    def claim_billing(self) -> Integers:
        """Number who bills, by NPI or, without one, by tax id."""
        return _numbered([claim.billing.npi or claim.billing.tax_id for claim in self.rows])

    @cached_property
    def claim_payer(self) -> Integers:
        """Number the payers, by identifier or, without one, by name."""
        return _numbered([claim.payer.identifier or claim.payer.name for claim in self.rows])

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


def _numbered(values: Sequence[object]) -> Integers:
    """Number values by when they first appear, from 0."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
