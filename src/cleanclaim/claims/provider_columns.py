"""Columns of the providers that claims and their lines name."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Provider

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.object_]

CLAIM_FIELDS = (
    "billing",
    "pay_to",
    "rendering",
    "referring",
    "primary_care",
    "supervising",
    "facility",
    "attending",
    "operating",
    "other_operating",
    "assistant",
)
LINE_FIELDS = (
    "rendering",
    "purchased_from",
    "supervising",
    "ordering",
    "referring",
    "primary_care",
    "operating",
    "other_operating",
    "assistant",
    "facility",
)


def providers_of(claim: Claim) -> Iterator[tuple[str, Provider]]:
    """Give every provider that the claim or a line names, with its place."""
    for role in CLAIM_FIELDS:
        provider = getattr(claim, role)
        if provider is not None:
            yield f"{role.replace('_', '-')} provider", provider
    for line in claim.lines:
        for role in LINE_FIELDS:
            provider = getattr(line, role)
            if provider is not None:
                yield f"line {line.number}, {role.replace('_', '-')} provider", provider


class ProviderColumns:
    """What edits ask of every provider that is named; see ``ClaimBatch`` for the names."""

    rows: Sequence[Claim]

    @cached_property
    def _providers(self) -> tuple[tuple[int, str, Provider], ...]:
        return tuple(
            (index, place, provider)
            for index, claim in enumerate(self.rows)
            for place, provider in providers_of(claim)
        )

    def where_provider(self, holds: Callable[[Provider], bool]) -> Flags:
        """Mark the named providers of whom something is true."""
        return np.fromiter((holds(p) for _, _, p in self._providers), np.bool_)

    @cached_property
    def provider_claim(self) -> Integers:
        """The claim that names each provider."""
        return np.array([index for index, _, _ in self._providers], np.int64)

    @cached_property
    def provider_place(self) -> Values:
        """Where each provider is named: "rendering provider", "line 2, ordering provider"."""
        return _objects([place for _, place, _ in self._providers])

    @cached_property
    def provider_npi(self) -> Values:
        """National provider identifiers of named providers, "" for none."""
        return _objects([provider.npi for _, _, provider in self._providers])

    @cached_property
    def provider_tax_id(self) -> Values:
        """Tax ids of named providers, "" for none."""
        return _objects([provider.tax_id for _, _, provider in self._providers])

    @cached_property
    def provider_taxonomy(self) -> Values:
        """Taxonomy codes of named providers, "" for none."""
        return _objects([provider.taxonomy for _, _, provider in self._providers])

    def provider_values(self, read: Callable[[Provider], object]) -> Values:
        """Make a column of anything, one value a named provider."""
        return _objects([read(provider) for _, _, provider in self._providers])


def _objects(values: Sequence[object]) -> Values:
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column
