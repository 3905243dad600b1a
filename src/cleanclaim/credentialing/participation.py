"""Participations and credentials: what payers and boards have granted a provider, in spans."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


class Participation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A payer lets a provider bill through a practice for a product at a location.

    ``billing`` holds the NPI or TIN (or both) under which the payer linked the provider; empty
    means any. ``product`` and ``location`` "" mean every one of the payer's. ``span`` None is an
    application without an effective date yet. ``retroactive_days`` is how many days before the
    effective date the payer lets one bill (a term of this enrollment, 0 if none is known).
    ``in_network`` False is a decision to bill this payer without a contract.
    """

    provider_npi: str
    payer: str
    span: Span | None
    billing: tuple[str, ...] = ()
    product: str = ""
    location: str = ""
    source: str = ""
    retroactive_days: int = 0
    in_network: bool = True

    @property
    def billable(self) -> Span | None:
        """Give the days of service that may be billed, the retroactive ones included."""
        if self.span is None or not self.retroactive_days:
            return self.span
        return Span(self.span.starts_on - timedelta(self.retroactive_days), self.span.ends_on)

    def is_billable_on(self, on: date) -> bool:
        """Tell whether a service of that day may be billed."""
        return self.billable is not None and on in self.billable


class CredentialKind(StrEnum):
    """A credential that expires."""

    LICENCE = "licence"
    MALPRACTICE = "malpractice"
    DEA = "dea"
    BOARD = "board"
    ATTESTATION = "attestation"


class Credential(msgspec.Struct, frozen=True, omit_defaults=True):
    """A licence, policy, registration, certificate or attestation of one provider.

    Several of a kind (renewals, states) stand side by side; one in force is enough.
    """

    provider_npi: str
    kind: CredentialKind
    span: Span
    source: str = ""
