"""The Medicare physician fee schedule: relative values, localities, anesthesia, amounts."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import (
    Cents,
    Code,
    Modifier,
    Number,
    Procedure,
    Text,
    Words,
    Yes,
)
from cleanclaim.codes.store.kinds import DIGITS, Bounds, Kind, Licence

Hundredths = Annotated[int, Number(places=2)]
Thousandths = Annotated[int, Number(places=3)]
TenThousandths = Annotated[int, Number(places=4)]
Mark = Annotated[str, Code(1)]
Carrier = Annotated[str, Code(5, digits=True)]
Locality = Annotated[str, Code(2, digits=True)]


class RelativeValue(msgspec.Struct, frozen=True):
    """A code (with its modifier 26, TC or 53) of the schedule.

    Relative values in hundredths; ``…_percent`` of the global fee in hundredths of one (0.10
    is 10); the conversion factor in ten-thousandths of a dollar. Indicators are CMS's own
    characters: ``status`` A, B, C …; ``global_days`` 000, 010, 090, MMM, XXX, YYY, ZZZ.
    ``…_not_applicable`` marks a place where the service is rarely done. The three ``cap_``
    values are those of the outpatient cap on imaging.
    """

    code: Procedure
    modifier: Modifier
    description: Annotated[str, Text("ama")]
    status: Mark
    not_for_medicare: Mark
    work: Hundredths
    practice_nonfacility: Hundredths
    nonfacility_not_applicable: Yes
    practice_facility: Hundredths
    facility_not_applicable: Yes
    malpractice: Hundredths
    total_nonfacility: Hundredths
    total_facility: Hundredths
    professional_technical: Mark
    global_days: Annotated[str, Code(3)]
    before_percent: Hundredths
    during_percent: Hundredths
    after_percent: Hundredths
    multiple_procedure: Mark
    bilateral: Mark
    assistant: Mark
    co_surgeon: Mark
    team: Mark
    endoscopic_base: Procedure
    conversion_factor: TenThousandths
    supervision: Annotated[str, Code(2, digits=True)]
    calculation: Mark
    imaging_family: Annotated[str, Code(2, digits=True)]
    cap_practice_nonfacility: Hundredths
    cap_practice_facility: Hundredths
    cap_malpractice: Hundredths


class GeographicIndex(msgspec.Struct, frozen=True):
    """The cost indices of a locality, in thousandths."""

    carrier: Carrier
    locality: Locality
    state: Annotated[str, Code(2)]
    name: Words
    work: Thousandths
    practice: Thousandths
    malpractice: Thousandths


class LocalityCounties(msgspec.Struct, frozen=True):
    """Which counties a locality has."""

    carrier: Carrier
    locality: Locality
    state: Words
    area: Words
    counties: Words


class AnesthesiaFactor(msgspec.Struct, frozen=True):
    """The conversion factor for anesthesia of a locality, cents a unit."""

    carrier: Carrier
    locality: Locality
    name: Words
    factor_cents: Hundredths


class AnesthesiaUnits(msgspec.Struct, frozen=True):
    """The base units of an anesthesia code."""

    code: Procedure
    units: Annotated[int, Number()]


class OutpatientCap(msgspec.Struct, frozen=True):
    """The fee of a locality for a service whose technical part is capped as in hospitals."""

    code: Procedure
    modifier: Modifier
    carrier: Carrier
    locality: Locality
    status: Mark
    facility_cents: Cents
    nonfacility_cents: Cents


class PaymentAmount(msgspec.Struct, frozen=True):
    """The fee of a code in a locality as CMS computed it, to prove a price by."""

    code: Procedure
    modifier: Modifier
    carrier: Carrier
    locality: Locality
    year: Annotated[str, Code(4)]
    nonfacility_cents: Cents
    facility_cents: Cents
    professional_technical: Mark
    status: Mark
    multiple_procedure: Mark
    therapy_nonfacility_cents: Cents
    therapy_facility_cents: Cents
    cap_indicator: Mark
    cap_nonfacility_cents: Cents
    cap_facility_cents: Cents


class ZipLocality(msgspec.Struct, frozen=True):
    """The locality of a ZIP code; ``extended`` ones differ by the four digits behind.

    ``rural``: blank, R rural, B very rural (for ambulances).
    """

    zip: Annotated[str, Code(5, digits=True)]
    state: Annotated[str, Code(2)]
    carrier: Carrier
    locality: Locality
    rural: Mark
    laboratory: Annotated[str, Code(2)]
    extended: Yes
    part_b: Mark


class ZipExtension(msgspec.Struct, frozen=True):
    """The locality of a ZIP code with four more digits."""

    zip: Annotated[str, Code(5, digits=True)]
    plus_four: Annotated[str, Code(4, digits=True)]
    state: Annotated[str, Code(2)]
    carrier: Carrier
    locality: Locality
    rural: Mark
    part_b: Mark


_PRICE = ("price physician",)


def _values(name: str, title: str) -> Kind[RelativeValue]:
    return Kind(
        name,
        RelativeValue,
        title=title,
        key=("code", "modifier"),
        bounds=Bounds(15_000, 25_000, (*DIGITS, "G", "V53")),
        licence=Licence.AMA,
        edits=(*_PRICE, "fee_schedule", "global_periods", "places", "procedures"),
    )


# From 2026 on there are two: for participants of advanced payment models, and for others.
RELATIVE_VALUES = _values("pfs_values", "Physician fee schedule, relative values")
RELATIVE_VALUES_QUALIFYING = _values(
    "pfs_values_qualifying", "Physician fee schedule, relative values, qualifying participants"
)
GEOGRAPHIC_INDEX = Kind(
    "gpci",
    GeographicIndex,
    title="Geographic practice cost indices",
    key=("carrier", "locality"),
    bounds=Bounds(105, 125, ("10112", "03602")),
    edits=_PRICE,
)
LOCALITY_COUNTIES = Kind(
    "localities",
    LocalityCounties,
    title="Counties of localities",
    key=("carrier", "locality"),
    bounds=Bounds(105, 125, ("10112", "03602")),
    edits=_PRICE,
)
ANESTHESIA_FACTORS = Kind(
    "anesthesia_factors",
    AnesthesiaFactor,
    title="Anesthesia conversion factors",
    key=("carrier", "locality"),
    bounds=Bounds(105, 125, ("10112", "03602")),
    edits=_PRICE,
)
ANESTHESIA_UNITS = Kind(
    "anesthesia_units",
    AnesthesiaUnits,
    title="Anesthesia base units",
    key=("code",),
    bounds=Bounds(200, 400),
    licence=Licence.AMA,
    edits=_PRICE,
)
OUTPATIENT_CAP = Kind(
    "pfs_outpatient_cap",
    OutpatientCap,
    title="Outpatient cap on imaging, by locality",
    key=("code", "modifier", "carrier", "locality"),
    bounds=Bounds(5_000, 100_000),
    licence=Licence.AMA,
    edits=_PRICE,
)
PAYMENT_AMOUNTS = Kind(
    "pfs_amounts",
    PaymentAmount,
    title="Physician fee schedule, amounts of CMS",
    key=("code", "modifier", "carrier", "locality"),
    bounds=Bounds(50, 3_000_000),
    licence=Licence.AMA,
)
ZIP_LOCALITIES = Kind(
    "zip_localities",
    ZipLocality,
    title="ZIP codes and their localities",
    key=("zip",),
    bounds=Bounds(38_000, 50_000, (*DIGITS, "999")),
    edits=(*_PRICE, "necessity"),
)
ZIP_EXTENSIONS = Kind(
    "zip_extensions",
    ZipExtension,
    title="ZIP codes with four more digits and their localities",
    key=("zip", "plus_four"),
    bounds=Bounds(1_000, 3_000_000),
    edits=_PRICE,
)
