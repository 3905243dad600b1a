"""Fee schedules beside the physicians': hospitals' outpatient, laboratory, equipment, drugs."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import (
    Cents,
    Code,
    Modifier,
    Number,
    Procedure,
    Starts,
    Text,
    Words,
)
from cleanclaim.codes.store.kinds import DIGITS, Bounds, Kind, Licence

Mills = Annotated[int | None, Number(places=3)]
TenThousandths = Annotated[int | None, Number(places=4)]


class OutpatientService(msgspec.Struct, frozen=True):
    """What the outpatient system does with a code (Addendum B).

    ``status`` is the status indicator; the weight in ten-thousandths. 60 % of the rate is
    adjusted by the wage index.
    """

    code: Procedure
    description: Annotated[str, Text("ama")]
    status: Annotated[str, Code(2)]
    classification: Annotated[str, Code(5)]
    weight: TenThousandths
    rate_cents: Cents
    copay_cents: Cents
    least_copay_cents: Cents


class LaboratoryFee(msgspec.Struct, frozen=True):
    """The fee of a laboratory test; ``indicator`` N national, L local."""

    code: Procedure
    modifier: Modifier
    starts_on: Starts
    indicator: Annotated[str, Code(1)]
    rate_cents: Cents
    description: Annotated[str, Text("ama")]


class EquipmentFee(msgspec.Struct, frozen=True):
    """The fee of equipment, prostheses, supplies or nutrition in a state or area.

    ``category`` is CMS's own (IN, FS, CR, OX …); the rural fee is 0 or None where there is
    none of its own.
    """

    code: Procedure
    modifier: Modifier
    second_modifier: Modifier
    state: Annotated[str, Code(2)]
    jurisdiction: Annotated[str, Code(1)]
    category: Annotated[str, Code(2)]
    ceiling_cents: Cents
    floor_cents: Cents
    fee_cents: Cents
    rural_fee_cents: Cents


class DrugLimit(msgspec.Struct, frozen=True):
    """What Part B pays for a dose of a drug, in mills; None where the file says N/A.

    ``coinsurance`` in thousandths of a percent point (20.000 is 20 %).
    """

    code: Procedure
    dosage: Words
    limit_mills: Mills
    coinsurance: Mills
    vaccine_limit_mills: Mills
    blood_limit_mills: Mills
    notes: Words


class DrugPackage(msgspec.Struct, frozen=True):
    """Which HCPCS code a package (NDC, 11 digits) is billed by, and how many doses it holds."""

    ndc: Annotated[str, Code(11, digits=True)]
    code: Procedure
    name: Words
    dosage: Words
    doses: Mills


OUTPATIENT = Kind(
    "opps",
    OutpatientService,
    title="Outpatient payment, Addendum B",
    key=("code",),
    bounds=Bounds(15_000, 25_000, (*DIGITS, "G", "V53")),
    licence=Licence.AMA,
    edits=("institutional", "price outpatient"),
)
LABORATORY = Kind(
    "clfs",
    LaboratoryFee,
    title="Laboratory fee schedule",
    key=("code", "modifier"),
    bounds=Bounds(1_500, 4_000, ("0", "8", "G")),
    licence=Licence.AMA,
    edits=("price laboratory",),
)
EQUIPMENT = Kind(
    "dmepos",
    EquipmentFee,
    title="Equipment fee schedule",
    key=("code", "modifier", "second_modifier", "state"),
    bounds=Bounds(100_000, 400_000, ("A", "E", "K", "L", "V2")),
    edits=("price equipment",),
)
NUTRITION = Kind(
    "pen",
    EquipmentFee,
    title="Nutrition fee schedule",
    key=("code", "modifier", "second_modifier", "state"),
    bounds=Bounds(1_000, 10_000),
    edits=("price equipment",),
)
DRUGS = Kind(
    "asp",
    DrugLimit,
    title="Drug payment limits",
    key=("code",),
    bounds=Bounds(500, 2_000, ("J", "Q")),
    edits=("price drugs",),
)
DRUG_PACKAGES = Kind(
    "asp_ndc",
    DrugPackage,
    title="Drug packages and their codes",
    key=("ndc",),
    bounds=Bounds(2_000, 20_000),
    edits=("ndc",),
)
