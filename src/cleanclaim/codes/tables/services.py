"""Lists of services under rules of their own: telehealth, and tests of certified laboratories."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Ends, Modifier, Procedure, Starts, Words, Yes
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind, Licence


class TelehealthService(msgspec.Struct, frozen=True):
    """A service that Medicare pays by telehealth in a year; ``audio`` where sound alone will do."""

    code: Procedure
    status: Words
    audio: Yes


class CertifiedTest(msgspec.Struct, frozen=True):
    """A laboratory test, and the least certificate (CLIA) for its code with the modifier.

    ``certificate`` W is one of waiver, P of microscopy by the provider, C of compliance or
    accreditation. A waived form of another test is a row of its own, with the modifier QW.
    """

    code: Procedure
    modifier: Modifier
    certificate: Annotated[str, Code(1)]
    starts_on: Starts
    ends_on: Ends


TELEHEALTH = Kind(
    "telehealth_services",
    TelehealthService,
    title="Telehealth services of Medicare",
    key=("code",),
    bounds=Bounds(100, 1_000),
    licence=Licence.AMA,
    edits=("telehealth",),
)
CERTIFIED_TESTS = Kind(
    "clia_tests",
    CertifiedTest,
    title="Laboratory tests that need a certificate (CLIA)",
    key=("code", "modifier"),
    bounds=Bounds(1, 10_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.AMA,
    starts="starts_on",
    ends="ends_on",
    edits=("clia",),
)
