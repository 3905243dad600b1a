"""Columns by which a patient's claims are held against each other: who billed, for which payer."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.claims.parties import Provider
from cleanclaim.claims.party_columns import PartyColumns

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
UNKNOWN = -1


class HistoryColumns(PartyColumns):
    """What edits across claims ask of a batch; see ``ClaimBatch`` for the names.

    Numbers of people and practices mean nothing but equality; ``UNKNOWN`` equals nobody.
    """

    @cached_property
    def claim_is_professional(self) -> Flags:
        """Mark claims of physicians and other professionals."""
        return np.array([claim.kind is ClaimKind.PROFESSIONAL for claim in self.rows], np.bool_)

    @cached_property
    def claim_member(self) -> Texts:
        """Members as the payers number them."""
        return np.array([claim.subscriber.member_id for claim in self.rows], "U")

    @cached_property
    def claim_responsibility(self) -> Texts:
        """Whose turn the payers have (SBR01): P is the first."""
        return np.array([claim.responsibility.value for claim in self.rows], "U1")

    @cached_property
    def claim_insurance_type(self) -> Texts:
        """Why Medicare is not the first payer (SBR05), "" where nothing is told."""
        return np.array([claim.insurance_type for claim in self.rows], "U3")

    @cached_property
    def claim_causes(self) -> Texts:
        """Accidents and work that the care is related to (CLM11), one blank between codes."""
        return np.array([" ".join(claim.related_causes) for claim in self.rows], "U")

    @cached_property
    def claim_biller(self) -> Integers:
        """Number who bills by NPI, or tax number where there is none."""
        return _numbered(self.claim_biller_number.tolist())

    @cached_property
    def line_physician(self) -> Integers:
        """Number the people who rendered lines; UNKNOWN where a claim names an organization only.

        Unlike ``line_rendering`` no practice stands in for its people: several work in one.
        """
        return _numbered(self.line_physician_npi.tolist())

    @cached_property
    def line_physician_npi(self) -> Texts:
        """NPIs of the people who rendered lines, "" where only an organization is named."""
        told = [_npi(_physician(claim)) for claim in self.rows]
        return np.array(
            [
                npi if line.rendering is None else _npi(line.rendering)
                for claim, npi in zip(self.rows, told, strict=True)
                for line in claim.lines
            ],
            "U",
        )

    @cached_property
    def line_practice(self) -> Integers:
        """Number who bills with the specialty of who rendered; UNKNOWN without a specialty.

        Physicians of one group and one specialty count as one (CMS, Claims Processing Manual,
        ch. 12, 30.6.5).
        """
        return _numbered(self.line_practice_named.tolist())

    @cached_property
    def line_practice_named(self) -> Texts:
        """Who bills lines with the specialty of who rendered, "" without a specialty."""
        told = [_practice(claim, _physician(claim)) for claim in self.rows]
        return np.array(
            [
                practice if line.rendering is None else _practice(claim, line.rendering)
                for claim, practice in zip(self.rows, told, strict=True)
                for line in claim.lines
            ],
            "U",
        )

    @cached_property
    def line_authorization(self) -> Texts:
        """Prior authorizations of lines, the claim's where a line has none of its own."""
        told = [
            line.prior_authorization or claim.prior_authorization
            for claim in self.rows
            for line in claim.lines
        ]
        return np.array([number.strip().upper() if number else "" for number in told], "U")


def _physician(claim: Claim) -> Provider | None:
    """Give the person who rendered a claim; who bills is it only where that is a person."""
    if claim.rendering is not None:
        return claim.rendering
    return claim.billing if claim.billing.person is not None else None


def _npi(who: Provider | None) -> str:
    return "" if who is None else who.npi


def _practice(claim: Claim, who: Provider | None) -> str:
    biller = claim.billing.npi or claim.billing.tax_id
    return f"{biller} {who.taxonomy}" if who is not None and who.taxonomy and biller else ""


def _numbered(values: Sequence[str]) -> Integers:
    """Number texts by when they first appear, from 0; the empty one is UNKNOWN."""
    numbers: dict[str, int] = {"": UNKNOWN}
    return np.array([numbers.setdefault(value, len(numbers) - 1) for value in values], np.int64)
