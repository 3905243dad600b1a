"""Signatures of a processor's events: a time and a keyed hash over time and body.

The header is ``t=SECONDS,v1=HEX`` (any number of ``v1``, for secrets are rotated), the hash
HMAC-SHA-256 over ``SECONDS.BODY``.
"""

import hashlib
import hmac
from enum import StrEnum

TOLERANCE_SECONDS = 300
_LENGTH_MAX = 1_000


class SignatureFault(StrEnum):
    """Why a signature is not believed."""

    MALFORMED = "malformed"
    WRONG = "wrong"
    TOO_OLD = "too old"


def sign_event(body: bytes, *, secret: bytes, seconds: int) -> str:
    """Write the header of a body signed at a moment (seconds since 1970)."""
    return f"t={seconds},v1={_hash(body, secret, str(seconds))}"


def find_signature_fault(
    body: bytes,
    header: str,
    *,
    secret: bytes,
    seconds: int,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> SignatureFault | None:
    """Say why a header does not prove a body at a moment; None where it does.

    The hash is compared first and in constant time, so that nobody learns from the answer which
    times would be taken.
    """
    if len(header) > _LENGTH_MAX:
        return SignatureFault.MALFORMED
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    hashes = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal()) or not hashes:
        return SignatureFault.MALFORMED
    right = _hash(body, secret, times[0])
    found = [hmac.compare_digest(right.encode(), given.encode()) for given in hashes]
    if not any(found):
        return SignatureFault.WRONG
    if abs(seconds - int(times[0])) > tolerance_seconds:
        return SignatureFault.TOO_OLD
    return None


def _hash(body: bytes, secret: bytes, seconds: str) -> str:
    return hmac.new(secret, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
