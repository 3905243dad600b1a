"""Registers of providers: NPPES, and the exclusion lists of the OIG and of SAM."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Ends, Starts, Words
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind

Npi = Annotated[str, Code(10, digits=True)]
State = Annotated[str, Code(2)]


class RegisteredProvider(msgspec.Struct, frozen=True):
    """A provider of NPPES; ``entity`` 1 is a person, 2 an organization.

    ``taxonomy`` is the primary one. Without a day of deactivation, or with a later one of
    reactivation, the number is active.
    """

    npi: Npi
    entity: Annotated[str, Code(1)]
    organization: Words
    family_name: Words
    given_name: Words
    state: State
    zip: Annotated[str, Code(9, digits=False)]
    taxonomy: Annotated[str, Code(10)]
    license_number: Words
    license_state: State
    enumerated_on: Starts
    deactivated_on: Starts
    reactivated_on: Starts


class DeactivatedProvider(msgspec.Struct, frozen=True):
    """A number that NPPES has deactivated."""

    npi: Npi
    deactivated_on: Starts


class Exclusion(msgspec.Struct, frozen=True):
    """Whom the OIG excludes from federal programs; without NPI the name must be compared."""

    npi: Npi
    family_name: Words
    given_name: Words
    middle_name: Words
    organization: Words
    general: Words
    specialty: Words
    born_on: Starts
    state: State
    zip: Annotated[str, Code(9)]
    type: Words
    excluded_on: Starts
    reinstated_on: Starts
    waived_on: Starts
    waiver_state: State


class Debarment(msgspec.Struct, frozen=True):
    """Whom a federal agency excludes (SAM)."""

    npi: Npi
    classification: Words
    name: Words
    given_name: Words
    middle_name: Words
    family_name: Words
    state: Words
    program: Words
    agency: Words
    type: Words
    starts_on: Starts
    ends_on: Ends
    number: Words


_EDITS = ("credentialing",)


def _nppes(name: str, title: str, least: int) -> Kind[RegisteredProvider]:
    return Kind(
        name,
        RegisteredProvider,
        title=title,
        key=("npi",),
        bounds=Bounds(least, 15_000_000),
        dating=Dating.SNAPSHOT,
        edits=_EDITS,
    )


def _exclusions(name: str, title: str, least: int) -> Kind[Exclusion]:
    return Kind(
        name,
        Exclusion,
        title=title,
        key=("npi",),
        bounds=Bounds(least, 150_000),
        dating=Dating.SNAPSHOT,
        edits=_EDITS,
    )


NPPES = _nppes("nppes", "NPPES, the whole or what a user took of it", 100)
NPPES_WEEKLY = _nppes("nppes_weekly", "NPPES, changes of a week", 1)
NPPES_DEACTIVATED = Kind(
    "nppes_deactivated",
    DeactivatedProvider,
    title="NPPES, deactivated numbers",
    key=("npi",),
    bounds=Bounds(1_000, 2_000_000),
    dating=Dating.SNAPSHOT,
    edits=_EDITS,
)
LEIE = _exclusions("leie", "OIG exclusions", 60_000)
LEIE_ADDED = _exclusions("leie_added", "OIG exclusions, added in a month", 1)
LEIE_REINSTATED = _exclusions("leie_reinstated", "OIG exclusions, ended in a month", 1)
SAM = Kind(
    "sam",
    Debarment,
    title="SAM exclusions",
    key=("npi",),
    bounds=Bounds(50_000, 500_000),
    dating=Dating.SNAPSHOT,
    edits=_EDITS,
)
