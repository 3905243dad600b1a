"""Columns of what payers ask for beside the service: certificates, drugs, where it was done."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ServiceLine

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
_NATIONAL = "N4"  # LIN02
_HOME = "12"
_CERTIFICATES = frozenset({"X4", "F4"})  # REF01: of the laboratory, of the one referred to


class RequirementColumns:
    """What edits of coverage and certificates ask of a batch; see ``ClaimBatch`` for the names."""

    rows: Sequence[Claim]

    @cached_property
    def claim_clia(self) -> Texts:
        """Numbers of the laboratory's certificate (REF*X4), "" for none."""
        return np.array([claim.clia_number for claim in self.rows], "U")

    @cached_property
    def line_has_certificate(self) -> Flags:
        """Mark lines that name a laboratory's certificate themselves (REF*X4, REF*F4)."""
        own = [_is_certified(line) for claim in self.rows for line in claim.lines]
        return np.array(own, np.bool_)

    @cached_property
    def line_has_drug_code(self) -> Flags:
        """Mark lines that name a drug by its national drug code."""
        drugs = (line.drug for claim in self.rows for line in claim.lines)
        marks = [drug is not None and drug.qualifier == _NATIONAL for drug in drugs]
        return np.array(marks, np.bool_)

    @cached_property
    def line_order(self) -> Texts:
        """How it is told who ordered or referred lines: "" not, else the worst of them.

        P a person with an NPI, N somebody without one, O an organization.
        """
        orders = [_order_of(claim, line) for claim in self.rows for line in claim.lines]
        return np.array(orders, "U1")

    @cached_property
    def line_zip(self) -> Texts:
        """ZIP codes of where lines were done, five digits; "" where it is not told.

        That of a facility that is named, of the patient for visits at home, else of who bills.
        """
        codes = [_zip_of(claim, line) for claim in self.rows for line in claim.lines]
        return np.array(codes, "U5")


def _is_certified(line: ServiceLine) -> bool:
    return any(each.qualifier in _CERTIFICATES and each.value for each in line.identifiers)


def _order_of(claim: Claim, line: ServiceLine) -> str:
    told = [who for who in (claim.referring, line.referring, line.ordering) if who is not None]
    if any(who.person is None for who in told):
        return "O"
    if any(not who.npi for who in told):
        return "N"
    return "P" if told else ""


def _zip_of(claim: Claim, line: ServiceLine) -> str:
    named = (who.address for who in (line.facility, claim.facility) if who is not None)
    home = claim.patient.address or claim.subscriber.address
    at_home = (line.place_of_service or claim.place_of_service) == _HOME
    for address in (*named, home if at_home else None, claim.billing.address):
        if address is not None and address.postal_code:
            return address.postal_code[:5]
    return ""
