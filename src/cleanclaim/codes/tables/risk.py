"""Risk adjustment: diagnoses to categories, hierarchies, coefficients, labels, eligible codes."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Diagnosis, Number, Procedure, Words
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind, Licence

Category = Annotated[str, Code(6)]
Version = Annotated[str, Code(4)]
Age = Annotated[int | None, Number()]


class RiskDiagnosis(msgspec.Struct, frozen=True):
    """The category of a diagnosis in a model; a diagnosis is in several models."""

    code: Diagnosis
    category: Category
    model: Words


class RiskHierarchy(msgspec.Struct, frozen=True):
    """A category that makes a lesser one count for nothing."""

    parent: Category
    child: Category
    model: Words
    version: Version


class RiskCoefficient(msgspec.Struct, frozen=True):
    """A factor of a model, in thousandths; names are CMS's and not unique in every model."""

    version: Version
    name: Words
    thousandths: Annotated[int, Number(places=3)]
    model: Words


class RiskLabel(msgspec.Struct, frozen=True):
    """What a category is called."""

    category: Annotated[str, Code(8)]
    label: Words
    model: Words
    version: Version


class RiskRestriction(msgspec.Struct, frozen=True):
    """A diagnosis that counts differently, or not, by sex or age; sex 1 male, 2 female."""

    code: Diagnosis
    type: Words
    sex: Annotated[str, Code(1)]
    least_age: Age
    most_age: Age
    action: Words
    category: Category
    model: Words


class RiskChronic(msgspec.Struct, frozen=True):
    """Whether a category is a chronic condition."""

    category: Words
    chronic: Words
    version: Version
    model: Words


class EligibleProcedure(msgspec.Struct, frozen=True):
    """A procedure whose claim may bring diagnoses for risk adjustment."""

    code: Procedure


_EDITS = ("risk",)
RISK_DIAGNOSES = Kind(
    "hcc_diagnoses",
    RiskDiagnosis,
    title="Categories of diagnoses (HCC)",
    key=("code",),
    bounds=Bounds(20_000, 150_000, ("A", "Z99")),
    edits=_EDITS,
)
RISK_HIERARCHIES = Kind(
    "hcc_hierarchies",
    RiskHierarchy,
    title="Hierarchies of categories (HCC)",
    key=("parent",),
    bounds=Bounds(50, 3_000),
    edits=_EDITS,
)
RISK_COEFFICIENTS = Kind(
    "hcc_coefficients",
    RiskCoefficient,
    title="Coefficients of categories (HCC)",
    key=("version",),
    bounds=Bounds(500, 30_000),
    edits=_EDITS,
)
RISK_LABELS = Kind(
    "hcc_labels",
    RiskLabel,
    title="Labels of categories (HCC)",
    key=("category",),
    bounds=Bounds(50, 3_000),
    edits=_EDITS,
)
RISK_RESTRICTIONS = Kind(
    "hcc_restrictions",
    RiskRestriction,
    title="Diagnoses by sex and age (HCC)",
    key=("code",),
    bounds=Bounds(50, 5_000),
    dating=Dating.SNAPSHOT,
    edits=_EDITS,
)
RISK_CHRONIC = Kind(
    "hcc_chronic",
    RiskChronic,
    title="Chronic categories (HCC)",
    key=("version",),
    bounds=Bounds(100, 5_000),
    dating=Dating.SNAPSHOT,
    edits=_EDITS,
)
RISK_ELIGIBLE = Kind(
    "hcc_procedures",
    EligibleProcedure,
    title="Procedures eligible for risk adjustment",
    key=("code",),
    bounds=Bounds(5_000, 12_000),
    licence=Licence.AMA,
    edits=_EDITS,
)
