"""Participation: who may be billed for, at which payer and place, from when until when."""

from cleanclaim.credentialing.participation.credentials import Credential, CredentialKind

__all__ = ["Credential", "CredentialKind"]
