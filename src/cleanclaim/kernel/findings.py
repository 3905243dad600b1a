"""Findings: what is wrong with the data, where, and what to do, as plain values."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How far a finding reaches."""

    BLOCK = "block"  # the claim or file may not pass
    WARN = "warn"  # a person should look
    INFO = "info"  # worth knowing


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing found wrong, phrased without patient data.

    ``place`` names the spot in the reader's terms ("line 2", "2400/SV1", "diagnosis 3");
    ``source`` is the authority of the rule, ``release`` the table release that was asked.
    """

    rule: str
    severity: Severity
    place: str
    message: str
    hint: str = ""
    source: str = ""
    release: str = ""


def blocks(findings: Iterable[Finding]) -> bool:
    """Tell whether any of the findings forbids going on."""
    return any(finding.severity is Severity.BLOCK for finding in findings)
