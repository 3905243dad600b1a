"""Columns of who is billed, who bills and who was treated, as rules of organizations ask them."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim

Texts = npt.NDArray[np.str_]


class PartyColumns:
    """What rules ask of the parties of a claim; see ``ClaimBatch`` for the names."""

    rows: tuple[Claim, ...]

    @cached_property
    def claim_payer_identifier(self) -> Texts:
        """Identifiers of payers (NM109 of 2010BB)."""
        return np.array([claim.payer.identifier for claim in self.rows], "U")

    @cached_property
    def claim_billing_npi(self) -> Texts:
        """NPIs of billing providers."""
        return np.array([claim.billing.npi for claim in self.rows], "U")

    @cached_property
    def claim_authorization(self) -> Texts:
        """Prior authorizations of claims, "" for none (REF*G1)."""
        return np.array([claim.prior_authorization for claim in self.rows], "U")

    @cached_property
    def claim_referral(self) -> Texts:
        """Referral numbers of claims, "" for none (REF*9F)."""
        return np.array([claim.referral_number for claim in self.rows], "U")

    @cached_property
    def claim_filed_from(self) -> npt.NDArray[np.datetime64]:
        """The days from which filing limits run: of stays the last, else the first served."""
        return np.array([claim.filed_from for claim in self.rows], "datetime64[D]")

    @cached_property
    def line_rendering_npi(self) -> Texts:
        """NPIs of who rendered lines: the line's, else the claim's; "" where nobody is named."""
        return np.array(
            [
                who.npi if (who := line.rendering or claim.rendering or claim.attending) else ""
                for claim in self.rows
                for line in claim.lines
            ],
            "U",
        )
