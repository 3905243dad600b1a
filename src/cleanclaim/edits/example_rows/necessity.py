"""Articles and determinations as the examples of edits have them; none of them is real."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables import coverage
from cleanclaim.codes.tables.physician_fees import ZIP_LOCALITIES, ZipLocality

_SINCE, _UNTIL = date(2020, 1, 1), date(2030, 12, 31)
_CARRIER, _CONTRACTOR = "06102", "000001"
_COVERS, _REFUSES = "090001", "090002"

TABLES = (
    Held(
        coverage.ARTICLES,
        (
            coverage.Article(_COVERS, 2, "A90001", "", "A", _SINCE, None),
            coverage.Article(_REFUSES, 1, "A90002", "", "A", _SINCE, None),
        ),
        _SINCE,
    ),
    Held(
        coverage.ARTICLE_CONTRACTORS,
        (
            coverage.ArticleContractor(_COVERS, 2, _CONTRACTOR, 1),
            coverage.ArticleContractor(_REFUSES, 1, _CONTRACTOR, 1),
        ),
        _SINCE,
    ),
    Held(
        coverage.ARTICLE_PROCEDURES,
        (
            coverage.ArticleProcedure("78452", _COVERS, 2, 1),
            coverage.ArticleProcedure("95937", _REFUSES, 1, 1),
        ),
        _SINCE,
    ),
    Held(coverage.ARTICLE_COVERED, (coverage.ArticleDiagnosis(_COVERS, "E119", 2, 1),), _SINCE),
    Held(
        coverage.ARTICLE_NOT_COVERED, (coverage.ArticleDiagnosis(_REFUSES, "E119", 1, 1),), _SINCE
    ),
    Held(
        coverage.CONTRACTORS,
        (coverage.CoverageContractor(_CONTRACTOR, 1, 1, "", _CARRIER),),
        _SINCE,
    ),
    Held(
        ZIP_LOCALITIES,
        (ZipLocality("62701", "IL", _CARRIER, "99", "", "", extended=False, part_b=""),),
        _SINCE,
        _UNTIL,
    ),
    Held(
        coverage.LABORATORY_PROCEDURES,
        (coverage.LaboratoryProcedure("80061", "190.99"),),
        _SINCE,
        _UNTIL,
    ),
    Held(
        coverage.LABORATORY_DIAGNOSES,
        (coverage.LaboratoryDiagnosis("190.99", "E119", "covered"),),
        _SINCE,
        _UNTIL,
    ),
)
