"""Columns of services as reference tables ask for them: packed codes, days, modifiers, places."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ClaimKind, ServiceLine
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
        return _numbered([_person(claim) for claim in self.rows])

    @cached_property
    def patient_marks(self) -> Integers:
        """Mark the patients of claims so that one person has one mark in every batch."""
        marks = [_mark(_person(claim)) for claim in self.rows]
        return np.array(marks, np.int64)

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


def _person(claim: Claim) -> tuple[str, str, date | None]:
    name = claim.patient.name
    return name.last.upper(), name.first.upper(), claim.patient.birth_on


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


def _numbered(values: Sequence[object]) -> Integers:
    """Number values by when they first appear, from 0."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
