"""Coverage by articles: equal to a reading claim by claim, and what must hold no claim."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Diagnosis, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables import coverage
from cleanclaim.codes.tables.coverage import (
    Article,
    ArticleContractor,
    ArticleDiagnosis,
    ArticleProcedure,
    CoverageContractor,
    LaboratoryDiagnosis,
    LaboratoryProcedure,
)
from cleanclaim.codes.tables.physician_fees import ZIP_LOCALITIES, ZipLocality
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.examples import AS_OF, CLEAN, SERVICE_ON, VISIT, changed

DAY = timedelta(days=1)
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
HERE, THERE, NOWHERE = "62701", "73301", "99999"
CARRIERS = {HERE: "06102", THERE: "04412"}
CONTRACTORS = {HERE: "000001", THERE: "000002"}
LOCAL = ("NECESSITY.LCD", "NECESSITY.EXCLUDED", "NECESSITY.LIABILITY", "NECESSITY.UNKNOWN")


class Articles(msgspec.Struct, frozen=True):
    """The rows of a coverage database."""

    articles: tuple[Article, ...]
    contractors: tuple[ArticleContractor, ...]
    procedures: tuple[ArticleProcedure, ...]
    covered: tuple[ArticleDiagnosis, ...] = ()
    not_covered: tuple[ArticleDiagnosis, ...] = ()

    def reference(self) -> Reference:
        kinds = (
            (coverage.ARTICLES, self.articles),
            (coverage.ARTICLE_CONTRACTORS, self.contractors),
            (coverage.ARTICLE_PROCEDURES, self.procedures),
            (coverage.ARTICLE_COVERED, self.covered),
            (coverage.ARTICLE_NOT_COVERED, self.not_covered),
            (
                coverage.CONTRACTORS,
                tuple(CoverageContractor(CONTRACTORS[x], 1, 1, "", CARRIERS[x]) for x in CARRIERS),
            ),
            (ZIP_LOCALITIES, tuple(place(zip_code) for zip_code in CARRIERS)),
        )
        held = [Held(kind, rows, SINCE, UNTIL) for kind, rows in kinds]
        return Reference(library=HeldLibrary(held))


def place(zip_code: str) -> ZipLocality:
    return ZipLocality(zip_code, "IL", CARRIERS[zip_code], "99", "", "", extended=False, part_b="")


def article(
    number: str = "1", version: int = 1, starts_on: date = SINCE, ends_on: date | None = None
) -> Article:
    return Article(number.zfill(6), version, f"A{number}", "", "A", starts_on, ends_on)


def of(number: str, code: str, version: int = 1, group: int = 1) -> ArticleDiagnosis:
    return ArticleDiagnosis(number.zfill(6), code, version, group)


def articles(**fields: tuple[msgspec.Struct, ...]) -> Articles:
    """Give one article of here that covers 78452 for E119, or otherwise."""
    plain = Articles(
        (article(),),
        (ArticleContractor("000001", 1, CONTRACTORS[HERE], 1),),
        (ArticleProcedure("78452", "000001", 1, 1),),
        (of("1", "E119"),),
    )
    return msgspec.structs.replace(plain, **fields)


def claim(
    code: str = "78452",
    diagnoses: Sequence[str] = ("I10",),
    pointers: tuple[int, ...] = (1,),
    modifiers: tuple[str, ...] = (),
    zip_code: str = HERE,
    on: date = SERVICE_ON,
) -> Claim:
    line = ServiceLine(1, Procedure(code, modifiers), 100, CLEAN.lines[0].units, on, on, pointers)
    assert CLEAN.billing.address is not None
    address = msgspec.structs.replace(CLEAN.billing.address, postal_code=zip_code)
    return changed(
        filing_indicator="MB",
        billing=msgspec.structs.replace(CLEAN.billing, address=address),
        diagnoses=tuple(Diagnosis(each) for each in diagnoses),
        lines=(line,),
        total_charge_cents=100,
    )


def rules(reference: Reference, *claims: Claim) -> list[set[str]]:
    found = scrub(ClaimBatch.of(claims, AS_OF), reference, tell_unchecked=False)
    return [{f.rule for f in each if f.rule.startswith("NECESSITY")} for each in found]


def test_a_service_for_another_diagnosis_is_held() -> None:
    assert rules(articles().reference(), claim(), claim(diagnoses=("E119",))) == [
        {"NECESSITY.LCD"},
        set(),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        {"covered": (of("1", "E119"), of("1", "XX000"))},
        {"covered": (of("1", "E119"), of("1", "I10", group=2))},
        {"covered": (of("1", "E119", version=2),)},
        {"contractors": (ArticleContractor("000001", 1, CONTRACTORS[THERE], 1),)},
        {"procedures": (ArticleProcedure("78451", "000001", 1, 1),)},
        {"articles": (article(ends_on=SERVICE_ON - DAY),)},
        {"articles": (article(starts_on=SERVICE_ON + DAY),)},
        {"covered": ()},
    ],
    ids=(
        "a list is open",
        "another group covers",
        "the list is of another version",
        "the article is of another contractor",
        "the article is about another service",
        "the article has ended",
        "the article has not begun",
        "no list",
    ),
)
def test_what_does_not_limit_the_service_holds_nothing(
    rows: dict[str, tuple[msgspec.Struct, ...]],
) -> None:
    assert rules(articles(**rows).reference(), claim()) == [set()]


def test_another_article_of_the_contractor_may_cover() -> None:
    second = articles(
        articles=(article(), article("2")),
        contractors=tuple(
            ArticleContractor(number, 1, CONTRACTORS[HERE], 1) for number in ("000001", "000002")
        ),
        procedures=tuple(
            ArticleProcedure("78452", number, 1, 1) for number in ("000001", "000002")
        ),
        covered=(of("1", "E119"), of("2", "I10")),
    )
    assert rules(second.reference(), claim(), claim(diagnoses=("R05",))) == [
        set(),
        {"NECESSITY.LCD"},
    ]


def test_the_last_version_in_force_counts() -> None:
    both = articles(
        articles=(article(), article(version=2)),
        contractors=(ArticleContractor("000001", 2, CONTRACTORS[HERE], 1),),
        procedures=tuple(ArticleProcedure("78452", "000001", version, 1) for version in (1, 2)),
        covered=(of("1", "I10"), of("1", "E119", version=2)),
    )
    assert rules(both.reference(), claim()) == [{"NECESSITY.LCD"}]


def test_a_service_that_the_last_version_no_longer_lists_is_not_judged() -> None:
    older = articles(articles=(article(), article(version=2)))
    assert rules(older.reference(), claim()) == [set()]


def test_only_the_diagnoses_that_the_line_points_to_count() -> None:
    two = ("I10", "E119")
    assert rules(
        articles().reference(),
        claim(diagnoses=two),
        claim(diagnoses=two, pointers=(1, 2)),
        claim(diagnoses=two, pointers=(9,)),
        claim(diagnoses=two, pointers=()),
    ) == [{"NECESSITY.LCD"}, set(), set(), set()]


def test_a_notice_lets_the_line_go_and_says_who_pays() -> None:
    reference = articles().reference()
    found = scrub(
        ClaimBatch.of([claim(modifiers=(x,)) for x in ("GA", "GZ", "GY", "GX")], AS_OF),
        reference,
        tell_unchecked=False,
    )
    told = [[f.message for f in each if f.rule.startswith("NECESSITY")] for each in found]
    assert told == [
        ["78452 will be denied by the article A1, and the patient pays for it"],
        ["78452 will be denied by the article A1, and nobody pays for it"],
        [],
        [],
    ]


def test_a_place_of_no_known_contractor_is_told() -> None:
    reference = articles().reference()
    assert rules(reference, claim(zip_code=NOWHERE), claim("99213", zip_code=NOWHERE)) == [
        {"NECESSITY.UNKNOWN"},
        set(),
    ]


def test_days_without_tables_are_not_checked() -> None:
    batch = ClaimBatch.of([claim(), claim(on=date(2025, 5, 4))], AS_OF)
    now, then = unchecked(batch, articles().reference())
    # The laboratory's lists are not loaded at all.
    assert "necessity" in then
    assert "necessity" in now
    (_, found) = scrub(batch, articles().reference())
    assert {f.message.partition(":")[0] for f in found if f.rule == "NECESSITY.LCD"} == {
        "not checked"
    }


# A reading of the articles, claim by claim

NUMBERS, CODES, SICK = ("1", "2"), ("78452", "93306"), ("E119", "I10", "R05")
first_days = st.sampled_from([SINCE, SINCE, SERVICE_ON, SERVICE_ON + DAY])
last_days = st.sampled_from([None, None, SERVICE_ON, SERVICE_ON - DAY])
numbers, versions = st.sampled_from(NUMBERS), st.integers(1, 2)


def rows_of(strategy: st.SearchStrategy[msgspec.Struct]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, min_size=2, max_size=9).map(tuple)


lists = st.builds(of, numbers, st.sampled_from((*SICK, "XX000")), versions, st.integers(1, 2))
databases = st.builds(
    Articles,
    rows_of(st.builds(article, numbers, versions, starts_on=first_days, ends_on=last_days)).map(
        lambda rows: tuple({(x.article, x.version): x for x in rows}.values())  # type: ignore[attr-defined]
    ),
    rows_of(
        st.builds(
            ArticleContractor,
            numbers.map(lambda x: x.zfill(6)),
            versions,
            st.sampled_from(sorted(CONTRACTORS.values())),
            st.just(1),
        )
    ),
    rows_of(
        st.builds(
            ArticleProcedure,
            st.sampled_from(CODES),
            numbers.map(lambda x: x.zfill(6)),
            versions,
            st.integers(1, 2),
        )
    ),
    rows_of(lists),
    rows_of(lists),
)
claims = st.builds(
    claim,
    st.sampled_from(CODES),
    st.lists(st.sampled_from(SICK), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True).map(tuple),
    st.sampled_from([(), (), ("GA",), ("GZ",), ("GY",)]),
    st.sampled_from([HERE, HERE, THERE, NOWHERE]),
)


def read(database: Articles, one: Claim) -> set[str]:
    """Judge a claim of one line straight from the rows."""
    (line,) = one.lines
    assert one.billing.address is not None
    zip_code, code = one.billing.address.postal_code, line.procedure.code
    listed = {(x.article, x.version) for x in database.procedures if x.code == code}
    if zip_code not in CARRIERS:
        return {"NECESSITY.UNKNOWN"} if listed else set()
    mine = {x.article for x in database.contractors if x.contractor == CONTRACTORS[zip_code]}
    newest: dict[str, int] = {}
    for each in database.articles:
        in_force = each.starts_on <= SERVICE_ON <= (each.ends_on or UNTIL)  # type: ignore[operator]
        if in_force and each.article in mine:
            newest[each.article] = max(each.version, newest.get(each.article, 0))
    sick = dict(enumerate((x.code for x in one.diagnoses), 1))
    pointed = {sick[x] for x in line.diagnosis_pointers if x in sick}
    limited = covered = excluded = False
    for pair in newest.items() & listed:
        yes = {x.code for x in database.covered if (x.article, x.version) == pair}
        no = {x.code for x in database.not_covered if (x.article, x.version) == pair}
        limited |= bool(yes) and "XX000" not in yes
        covered |= bool(yes & (pointed | {"XX000"}))
        excluded |= bool(no) and pointed <= no
    if not pointed:
        return set()
    uncovered, notice = limited and not covered, {*line.procedure.modifiers}
    if notice & {"GA", "GZ"}:
        return {"NECESSITY.LIABILITY"} if uncovered else set()
    if notice:
        return set()
    if uncovered:
        return {"NECESSITY.LCD"}
    return {"NECESSITY.EXCLUDED"} if excluded and not covered else set()


@settings(max_examples=150, deadline=None)
@given(databases, st.lists(claims, min_size=1, max_size=6))
def test_columns_find_what_a_reading_of_the_articles_finds(
    database: Articles, some: list[Claim]
) -> None:
    assert rules(database.reference(), *some) == [read(database, each) for each in some]


# Laboratory tests

TESTS = (LaboratoryProcedure("80061", "190.23"), LaboratoryProcedure("85025", "190.15"))
LISTED = (
    LaboratoryDiagnosis("190.23", "E119", "covered"),
    LaboratoryDiagnosis("190.15", "R05", "non-covered"),
)
NATIONAL = Reference(
    library=HeldLibrary(
        [
            Held(coverage.LABORATORY_PROCEDURES, TESTS, SINCE, UNTIL),
            Held(coverage.LABORATORY_DIAGNOSES, LISTED, SINCE, UNTIL),
        ]
    )
)


def test_a_list_of_what_is_covered_and_one_of_what_is_not() -> None:
    sick = [("80061", ("E119",)), ("80061", ("I10",)), ("85025", ("I10",)), ("85025", ("R05",))]
    assert rules(NATIONAL, *(claim(code, diagnoses) for code, diagnoses in sick)) == [
        set(),
        {"NECESSITY.NCD"},
        set(),
        {"NECESSITY.NCD"},
    ]


def test_a_hospitals_test_has_all_diagnoses_of_its_claim() -> None:
    replace = msgspec.structs.replace
    test = replace(VISIT.lines[0], procedure=Procedure("80061"))
    visit = replace(VISIT, filing_indicator="MA", lines=(test,), total_charge_cents=9000)
    other = replace(visit, diagnoses=(Diagnosis("I10"),))
    assert VISIT.institutional is not None
    stay = replace(other, institutional=replace(VISIT.institutional, facility_type="11"))
    assert rules(NATIONAL, visit, other, stay) == [set(), {"NECESSITY.NCD"}, set()]
