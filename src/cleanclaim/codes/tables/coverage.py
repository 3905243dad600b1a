"""Medicare coverage: local determinations and articles with their codes, laboratory lists."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import (
    Code,
    Diagnosis,
    Ends,
    Modifier,
    Procedure,
    Starts,
    Whole,
    Words,
)
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind, Licence, Row

Document = Annotated[str, Code(6, digits=True)]
Contractor = Annotated[str, Code(6, digits=True)]


class Article(msgspec.Struct, frozen=True):
    """A billing article (MCD ``article``)."""

    article: Document
    version: Whole
    display: Annotated[str, Code(8)]
    title: Words
    status: Words
    starts_on: Starts
    ends_on: Ends


class ArticleContractor(msgspec.Struct, frozen=True):
    """A contractor whose article it is."""

    article: Document
    version: Whole
    contractor: Contractor
    contractor_type: Whole


class ArticleProcedure(msgspec.Struct, frozen=True):
    """A procedure that an article is about, in a group whose diagnoses cover it."""

    code: Procedure
    article: Document
    version: Whole
    group: Whole


class ArticleDiagnosis(msgspec.Struct, frozen=True):
    """A diagnosis that a group of an article covers, or does not; XX000 is "not applicable"."""

    article: Document
    code: Diagnosis
    version: Whole
    group: Whole


class ArticleGroup(msgspec.Struct, frozen=True):
    """What an article says of a group of diagnoses; ``asterisk`` explains its marks."""

    article: Document
    version: Whole
    group: Whole
    words: Words
    asterisk: Words


class ArticleModifier(msgspec.Struct, frozen=True):
    """A modifier that an article is about."""

    article: Document
    version: Whole
    modifier: Modifier
    group: Whole


class ArticleFacilityCode(msgspec.Struct, frozen=True):
    """A revenue code or type of bill that an article is about."""

    article: Document
    version: Whole
    code: Annotated[str, Code(4)]


class CoverageContractor(msgspec.Struct, frozen=True):
    """A Medicare contractor; ``number`` is the carrier of the fee schedule."""

    contractor: Contractor
    contractor_type: Whole
    version: Whole
    name: Words
    number: Annotated[str, Code(5, digits=True)]


class Jurisdiction(msgspec.Struct, frozen=True):
    """A state that a contractor is for."""

    contractor: Contractor
    contractor_type: Whole
    version: Whole
    state: Whole
    starts_on: Starts
    ends_on: Ends


class CoverageState(msgspec.Struct, frozen=True):
    """A state of the coverage database and its letters."""

    state: Annotated[str, Code(4, digits=True)]
    letters: Annotated[str, Code(4)]
    name: Words


class Determination(msgspec.Struct, frozen=True):
    """A local coverage determination (MCD ``lcd``)."""

    determination: Document
    version: Whole
    display: Annotated[str, Code(8)]
    title: Words
    status: Words
    starts_on: Starts
    ends_on: Ends


class DeterminationContractor(msgspec.Struct, frozen=True):
    """A contractor whose determination it is."""

    determination: Document
    version: Whole
    contractor: Contractor
    contractor_type: Whole


class RelatedArticle(msgspec.Struct, frozen=True):
    """An article that says how a determination is billed."""

    determination: Document
    version: Whole
    article: Document


class CoverageDocument(msgspec.Struct, frozen=True):
    """A line of an index of determinations and articles, without their codes."""

    display: Annotated[str, Code(8)]
    type: Words
    version: Whole
    title: Words
    contractor: Words
    starts_on: Starts
    ends_on: Ends
    address: Words


class LaboratoryDiagnosis(msgspec.Struct, frozen=True):
    """A diagnosis that a national determination for a test covers, or does not."""

    determination: Annotated[str, Code(8)]
    code: Diagnosis
    status: Words


class LaboratoryProcedure(msgspec.Struct, frozen=True):
    """A test that a national determination is about."""

    code: Procedure
    determination: Annotated[str, Code(8)]


# Those that edits ask; the others are for reading and searching.
_ASKED = (
    *("articles", "article_contractors", "article_procedures", "article_covered"),
    *("article_not_covered", "contractors"),
)


def _of_database(
    name: str, row: type[Row], title: str, key: tuple[str, ...], least: int
) -> Kind[Row]:
    return Kind(
        f"coverage_{name}",
        row,
        title=title,
        key=key,
        bounds=Bounds(least, 5_000_000),
        dating=Dating.SNAPSHOT,
        licence=Licence.AMA,
        edits=("necessity",) if name in _ASKED else (),
    )


_DIAGNOSIS = ("article", "code")
ARTICLES = _of_database("articles", Article, "Coverage articles", ("article",), 500)
ARTICLE_CONTRACTORS = _of_database(
    "article_contractors", ArticleContractor, "Contractors of articles", ("article",), 500
)
ARTICLE_PROCEDURES = _of_database(
    "article_procedures", ArticleProcedure, "Procedures of articles", ("code",), 5_000
)
ARTICLE_COVERED = _of_database(
    "article_covered", ArticleDiagnosis, "Diagnoses covered by articles", _DIAGNOSIS, 50_000
)
ARTICLE_NOT_COVERED = _of_database(
    "article_not_covered", ArticleDiagnosis, "Diagnoses not covered", _DIAGNOSIS, 500
)
ARTICLE_GROUPS = _of_database(
    "article_groups", ArticleGroup, "Groups of diagnoses of articles", ("article",), 500
)
ARTICLE_MODIFIERS = _of_database(
    "article_modifiers", ArticleModifier, "Modifiers of articles", ("article",), 50
)
ARTICLE_REVENUE = _of_database(
    "article_revenue", ArticleFacilityCode, "Revenue codes of articles", ("article",), 500
)
ARTICLE_BILLS = _of_database(
    "article_bills", ArticleFacilityCode, "Types of bill of articles", ("article",), 500
)
CONTRACTORS = _of_database(
    "contractors", CoverageContractor, "Medicare contractors", ("contractor",), 20
)
JURISDICTIONS = _of_database(
    "jurisdictions", Jurisdiction, "States of contractors", ("contractor",), 50
)
STATES = _of_database("states", CoverageState, "States of the database", ("state",), 40)
DETERMINATIONS = _of_database(
    "determinations", Determination, "Local determinations", ("determination",), 300
)
DETERMINATION_CONTRACTORS = _of_database(
    "determination_contractors",
    DeterminationContractor,
    "Contractors of determinations",
    ("determination",),
    300,
)
RELATED_ARTICLES = _of_database(
    "related_articles", RelatedArticle, "Articles of determinations", ("determination",), 300
)
DOCUMENTS = _of_database(
    "documents", CoverageDocument, "Index of determinations and articles", ("display",), 500
)
LABORATORY_DIAGNOSES = Kind(
    "ncd_laboratory",
    LaboratoryDiagnosis,
    title="Diagnoses of national laboratory determinations",
    key=("code",),
    bounds=Bounds(1_000, 500_000),
    edits=("necessity",),
)
LABORATORY_PROCEDURES = Kind(
    "ncd_laboratory_procedures",
    LaboratoryProcedure,
    title="Tests of national laboratory determinations",
    key=("code",),
    bounds=Bounds(50, 5_000),
    licence=Licence.AMA,
    edits=("necessity",),
)
