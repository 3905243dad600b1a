"""Credentials that expire: what boards, insurers and agencies granted a provider, in spans."""

from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


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
