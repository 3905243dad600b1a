"""HCPCS Level II, its modifiers, and the user's own CPT files."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Ends, Modifier, Procedure, Starts, Text, Words
from cleanclaim.codes.store.kinds import DIGITS, Bounds, Dating, Kind, Licence


class ProcedureService(msgspec.Struct, frozen=True):
    """A code of HCPCS Level II.

    ``coverage`` C contractors decide, D special, I not payable by Medicare, M not valid for
    Medicare, S not covered by statute; ``action`` is CMS's own letter. Words of D codes are
    the ADA's and left out without its licence.
    """

    code: Procedure
    short: Words
    title: Words
    coverage: Annotated[str, Code(1)]
    pricing: Annotated[str, Code(2)]
    multiple_pricing: Annotated[str, Code(1)]
    type_of_service: Annotated[str, Code(1)]
    action: Annotated[str, Code(1)]
    starts_on: Starts
    changed_on: Starts
    ends_on: Ends


class ModifierCode(msgspec.Struct, frozen=True):
    """A modifier; ``of`` is HCPCS or CPT, whose words are the AMA's."""

    code: Modifier
    of: Words
    title: Words
    starts_on: Starts
    ends_on: Ends


class ProcedureWords(msgspec.Struct, frozen=True):
    """A description of a HCPCS code, short or long."""

    code: Procedure
    length: Words
    title: Words


class UnlistedService(msgspec.Struct, frozen=True):
    """A code for what has no code: the claim must describe the service."""

    code: Procedure
    title: Words
    starts_on: Starts
    ends_on: Ends


class LicensedProcedure(msgspec.Struct, frozen=True):
    """A CPT code from the user's own file."""

    code: Procedure
    title: Annotated[str, Text("ama")]


_EDITS = ("procedures",)
HCPCS = Kind(
    "hcpcs",
    ProcedureService,
    title="HCPCS Level II",
    key=("code",),
    bounds=Bounds(6_000, 12_000, (*"ABEGHJKLMPQSTV", "V53")),
    starts="starts_on",
    ends="ends_on",
    edits=(*_EDITS, "search"),
)
HCPCS_MODIFIERS = Kind(
    "hcpcs_modifiers",
    ModifierCode,
    title="HCPCS modifiers",
    key=("code",),
    bounds=Bounds(250, 800, ("A", "G", "Q", "Z")),
    starts="starts_on",
    ends="ends_on",
    edits=("procedures",),
)
MODIFIERS = Kind(
    "modifiers",
    ModifierCode,
    title="Modifiers of CPT and HCPCS",
    key=("code",),
    bounds=Bounds(300, 1_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.AMA,
    starts="starts_on",
    ends="ends_on",
    edits=("procedures",),
)
HCPCS_WORDS = Kind(
    "hcpcs_words",
    ProcedureWords,
    title="HCPCS descriptions",
    key=("code",),
    bounds=Bounds(10_000, 30_000, (*"ABEGHJKLMPQSTV", "V53")),
    dating=Dating.SNAPSHOT,
    edits=("search",),
)
HCPCS_UNLISTED = Kind(
    "hcpcs_unlisted",
    UnlistedService,
    title="HCPCS codes for what is not listed",
    key=("code",),
    bounds=Bounds(100, 400),
    dating=Dating.SNAPSHOT,
    starts="starts_on",
    ends="ends_on",
    edits=_EDITS,
)


def _licensed(length: str) -> Kind[LicensedProcedure]:
    return Kind(
        f"cpt_{length}",
        LicensedProcedure,
        title=f"CPT, {length} descriptors",
        key=("code",),
        bounds=Bounds(9_000, 15_000, DIGITS),
        licence=Licence.AMA,
        edits=(*_EDITS, "search"),
    )


CPT_LONG, CPT_MEDIUM, CPT_SHORT = (_licensed(each) for each in ("long", "medium", "short"))
