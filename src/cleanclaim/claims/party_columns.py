"""Columns of who is concerned: patients, payers, who bills and renders, and what others paid."""

from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, LineAdjudication, OtherCoverage
from cleanclaim.claims.parties import Address, PersonName, Provider

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]
Texts = npt.NDArray[np.str_]


class PartyColumns:
    """What edits ask of the people and payers of a batch; see ``ClaimBatch`` for the names.

    Rows of ``decision_…`` are what earlier payers did with lines, those of ``other_…`` the other
    payers of claims.
    """

    rows: Sequence[Claim]

    @cached_property
    def claim_biller_number(self) -> Values:
        """Who bills: the NPI, else the tax id."""
        return _objects([claim.billing.npi or claim.billing.tax_id for claim in self.rows])

    @cached_property
    def rendering_told(self) -> Values:
        """Who rendered the services of claims: names, NPI and taxonomy; "" where nobody is told."""
        return _objects([_told_of(claim.rendering) for claim in self.rows])

    @cached_property
    def rendering_has_more(self) -> Flags:
        """Claims that tell more of who rendered the services, as further numbers (REF)."""
        marks = [claim.rendering is not None and _has_more(claim.rendering) for claim in self.rows]
        return np.array(marks, np.bool_)

    @cached_property
    def relationship(self) -> Values:
        """What patients are to subscribers; 18 is self."""
        return _objects([claim.relationship for claim in self.rows])

    @cached_property
    def patient_last_name(self) -> Values:
        """Last names of patients."""
        return _objects([claim.patient.name.last for claim in self.rows])

    @cached_property
    def patient_first_name(self) -> Values:
        """First names of patients."""
        return _objects([claim.patient.name.first for claim in self.rows])

    @cached_property
    def patient_further_names(self) -> Values:
        """Middle names and suffixes of patients."""
        names = (claim.patient.name for claim in self.rows)
        return _objects(["^".join((name.middle, name.suffix)) for name in names])

    @cached_property
    def patient_died_on(self) -> Days:
        """Days on which patients died (PAT06)."""
        return _days([claim.patient.died_on for claim in self.rows])

    @cached_property
    def patient_is_pregnant(self) -> Flags:
        """Patients of whom a pregnancy is told (PAT09)."""
        return np.array([claim.patient.pregnant for claim in self.rows], np.bool_)

    @cached_property
    def patient_has_address(self) -> Flags:
        """Patients with street, city and, within the United States, state and ZIP."""
        return np.array([is_complete(claim.patient.address) for claim in self.rows], np.bool_)

    @cached_property
    def patient_is_told_apart(self) -> Flags:
        """Claims that tell the patient apart from the subscriber, who may be the same person."""
        return np.ones(len(self.rows), np.bool_)

    def where_billing(self, holds: Callable[[Provider], bool]) -> Flags:
        """Mark the claims of whose billing provider something is true."""
        known: dict[int, bool] = {}
        marks = []
        for claim in self.rows:
            key = id(claim.billing)
            if key not in known:
                known[key] = holds(claim.billing)
            marks.append(known[key])
        return np.array(marks, np.bool_)

    @cached_property
    def has_rendering(self) -> Flags:
        """Claims that name who rendered the services (2310B)."""
        return np.array([claim.rendering is not None for claim in self.rows], np.bool_)

    @cached_property
    def line_has_rendering(self) -> Flags:
        """Lines that name who rendered them (2420A)."""
        return np.array(
            [line.rendering is not None for claim in self.rows for line in claim.lines], np.bool_
        )

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

    # What other payers did

    @cached_property
    def _decisions(self) -> tuple[tuple[int, int, LineAdjudication], ...]:
        lines = [(index, line) for index, claim in enumerate(self.rows) for line in claim.lines]
        return tuple(
            (claim, index, told)
            for index, (claim, line) in enumerate(lines)
            for told in line.adjudications
        )

    @cached_property
    def decision_line(self) -> Integers:
        """The line that each decision of an earlier payer is about."""
        return np.array([line for _, line, _ in self._decisions], np.int64)

    @cached_property
    def decision_payer(self) -> Values:
        """Who decided (SVD01)."""
        return _objects([told.payer_identifier for _, _, told in self._decisions])

    @cached_property
    def decision_paid_cents(self) -> Integers:
        """What was paid of the line (SVD02)."""
        return np.array([told.paid_cents for _, _, told in self._decisions], np.int64)

    @cached_property
    def decision_adjusted_cents(self) -> Integers:
        """What was adjusted on the line (CAS)."""
        sums = [sum(each.cents for each in told.adjustments) for _, _, told in self._decisions]
        return np.array(sums, np.int64)

    @cached_property
    def _others(self) -> tuple[tuple[int, OtherCoverage], ...]:
        return tuple(
            (index, other)
            for index, claim in enumerate(self.rows)
            for other in claim.other_coverages
        )

    @cached_property
    def other_claim(self) -> Integers:
        """The claim that each other payer belongs to."""
        return np.array([claim for claim, _ in self._others], np.int64)

    @cached_property
    def other_payer(self) -> Values:
        """Identifiers of other payers (NM109, 2330B)."""
        return _objects([other.payer.identifier for _, other in self._others])

    @cached_property
    def other_told_payment(self) -> Flags:
        """Other payers of which is told what they paid (AMT*D)."""
        return np.array([other.paid_cents is not None for _, other in self._others], np.bool_)

    @cached_property
    def other_paid_cents(self) -> Integers:
        """What other payers paid on claims, 0 where it is not told (AMT*D)."""
        return np.array([other.paid_cents or 0 for _, other in self._others], np.int64)

    @cached_property
    def other_adjusted_cents(self) -> Integers:
        """What other payers adjusted on claims as a whole (CAS, 2320)."""
        sums = [sum(each.cents for each in other.adjustments) for _, other in self._others]
        return np.array(sums, np.int64)


def _told_of(provider: Provider | None) -> str:
    if provider is None:
        return ""
    who = provider.person or PersonName(provider.organization)
    return "^".join((*msgspec.structs.astuple(who), provider.npi, provider.taxonomy))


def _has_more(provider: Provider) -> bool:
    """Tell whether more is told of a provider than names, NPI and taxonomy."""
    known = Provider(provider.npi, provider.organization, provider.person, provider.taxonomy)
    return provider != known


def is_complete(address: Address | None) -> bool:
    """Tell whether street, city and, within the United States, state and ZIP are there."""
    if address is None or not (address.line and address.city):
        return False
    return bool(address.country not in {"", "US"} or (address.state and address.postal_code))


def _objects(values: Sequence[object]) -> Values:
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column


def _days(values: Sequence[object]) -> Days:
    return np.array(values, "datetime64[D]")
