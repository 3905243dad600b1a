"""Rules of organizations: what they can ask, what they find, and what keeps them from running."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Diagnosis, Procedure
from cleanclaim.edits import scrub
from cleanclaim.edits.examples import (
    AS_OF,
    CLEAN,
    LINE,
    REFERENCE,
    SECOND_LINE,
    SERVICE_ON,
    STAY,
    VISIT,
    changed,
    with_lines,
    with_patient,
)
from cleanclaim.edits.rule_fields import FIELDS
from cleanclaim.edits.user_rules import (
    Condition,
    Joined,
    UnfitRuleError,
    UserRule,
    compile_rule,
    mistakes_in,
)
from cleanclaim.kernel.findings import Finding, Severity
from conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "howto" / "write-a-rule.md"


def rule(*conditions: tuple[str, str, str], **fields: object) -> UserRule:
    made = tuple(Condition(*condition) for condition in conditions)
    ours = UserRule(slug="OURS", name="a rule of ours", conditions=made, message="look at this")
    return msgspec.structs.replace(ours, **fields)


def found(ours: UserRule, *claims: Claim, on: date | None = AS_OF) -> list[list[Finding]]:
    answers = scrub(ClaimBatch.of(claims, on), REFERENCE, user_rules=[ours])
    return [[f for f in findings if f.rule == ours.rule] for findings in answers]


def places(ours: UserRule, claim: Claim) -> list[str]:
    return [finding.place for finding in found(ours, claim)[0]]


MODIFIED = with_lines(
    msgspec.structs.replace(LINE, procedure=Procedure("99213", ("25", "GT"))), SECOND_LINE
)
# Field by field: a condition that the clean claim (or another) meets, and one that it does not.
CASES = [
    ("code", "is", "99213", "81002", CLEAN),
    ("code", "is", "992*", "993*", CLEAN),
    ("code", "is", "99202-99215", "99381-99397", CLEAN),
    ("modifier", "is", "59 25", "59", MODIFIED),
    ("units", "at most", "1", "0.5", CLEAN),
    ("line_charge", "at least", "125.00", "125.01", CLEAN),
    ("place", "is", "11", "22", CLEAN),
    ("revenue_code", "is", "012*", "045*", STAY),
    ("rendering_npi", "is", "1234567893", "1234567894", CLEAN),
    ("claim_code", "is", "81002", "20610", CLEAN),
    ("diagnosis", "is", "E11.9", "E11.65", CLEAN),
    ("payer", "is", "nmut1", "other", CLEAN),
    ("filing", "is", "CI", "MB", CLEAN),
    ("sex", "is", "F", "M", CLEAN),
    ("billing_npi", "is", CLEAN.billing.npi, "1234567893", CLEAN),
    ("authorization", "is", "A1*", "B1*", changed(prior_authorization="A123")),
    ("referral", "is", "R1", "R2", changed(referral_number="R1")),
    ("bill_type", "is", "0131", "0111", VISIT),
    ("charge", "is", "$140", "141", CLEAN),
    ("age", "is", "46", "45", CLEAN),
    ("days_to_file", "at most", "62", "61", CLEAN),
]


def test_there_is_a_case_for_each_field() -> None:
    assert {case[0] for case in CASES} == set(FIELDS)


@pytest.mark.parametrize(("field", "operator", "met", "unmet", "claim"), CASES)
def test_a_condition_about_each_field_is_met_and_is_not(
    field: str, operator: str, met: str, unmet: str, claim: Claim
) -> None:
    assert places(rule((field, operator, met)), claim)[0] in {"line 1", "claim"}
    assert {"line 1", "claim"}.isdisjoint(places(rule((field, operator, unmet)), claim))


def test_a_field_of_lines_makes_a_rule_of_lines() -> None:
    assert places(rule(("code", "is", "81002")), CLEAN) == ["line 2"]
    assert places(rule(("claim_code", "is", "81002")), CLEAN) == ["claim"]
    assert places(rule(("payer", "is", "NMUT1"), ("units", "at least", "1")), CLEAN) == [
        "line 1",
        "line 2",
    ]


def test_all_and_any() -> None:
    conditions = (("code", "is", "99213"), ("modifier", "is absent", ""))
    assert places(rule(*conditions), CLEAN) == ["line 1"]
    assert places(rule(*conditions), MODIFIED) == []
    assert places(rule(*conditions, joined=Joined.ANY), MODIFIED) == ["line 1", "line 2"]


def test_is_not_wants_none_of_several() -> None:
    assert places(rule(("modifier", "is not", "GT")), MODIFIED) == ["line 2"]
    assert places(rule(("modifier", "is not", "59")), MODIFIED) == ["line 1", "line 2"]
    assert places(rule(("modifier", "is present", "")), MODIFIED) == ["line 1"]
    assert places(rule(("diagnosis", "is not", "E119 J45*")), CLEAN) == []


def test_what_nobody_knows_meets_no_condition() -> None:
    nameless = with_patient(birth_on=None)
    stranger = changed(payer=msgspec.structs.replace(CLEAN.payer, identifier="NOBODY"))
    for operator in ("at least", "at most", "is"):
        assert places(rule(("age", operator, "0")), nameless) == []
        assert places(rule(("days_to_file", operator, "0")), stranger) == []
    assert found(rule(("days_to_file", "at most", "9999")), CLEAN, on=None) == [[]]


def test_an_age_is_whole_years_on_the_day_of_service() -> None:
    birthday = date(SERVICE_ON.year - 65, SERVICE_ON.month, SERVICE_ON.day)
    day_after = birthday.replace(day=birthday.day + 1)
    assert places(rule(("age", "at least", "65")), with_patient(birth_on=birthday)) == ["claim"]
    assert places(rule(("age", "at least", "65")), with_patient(birth_on=day_after)) == []


def test_a_rule_is_of_a_payer_and_of_its_days() -> None:
    condition = ("code", "is", "99213")
    assert found(rule(condition, payer_identifier="NMUT1"), CLEAN)[0]
    assert found(rule(condition, payer_identifier="OTHER"), CLEAN) == [[]]
    assert found(rule(condition, expires_on=AS_OF), CLEAN)[0]
    assert found(rule(condition, expires_on=date(2026, 5, 31)), CLEAN) == [[]]
    assert found(rule(condition, starts_on=date(2026, 6, 2)), CLEAN) == [[]]


def test_a_finding_says_what_was_written_and_nothing_else() -> None:
    ours = rule(
        ("code", "is", "99213"),
        message="100 {percent} of {these}",
        hint="ask {who}",
        severity=Severity.BLOCK,
    )
    (finding,) = found(ours, CLEAN)[0]
    assert finding == Finding(
        "USER.OURS",
        Severity.BLOCK,
        "line 1",
        "100 {percent} of {these}",
        "ask {who}",
        "own rule: a rule of ours",
    )


def test_earlier_claims_are_not_judged() -> None:
    batch = ClaimBatch.of([CLEAN], AS_OF, history=[CLEAN])
    (findings,) = scrub(batch, REFERENCE, user_rules=[rule(("code", "is", "99213"))])
    assert [f.place for f in findings if f.rule.startswith("USER.")] == ["line 1"]


MISTAKES = [
    ({"slug": "knee"}, "id"),
    ({"name": " "}, "name"),
    ({"message": ""}, "message"),
    ({"message": "x" * 201}, "message"),
    ({"starts_on": date(2026, 2, 1), "expires_on": date(2026, 1, 1)}, "expires on"),
]
CONDITION_MISTAKES = [
    ("color", "is", "red"),
    ("code", "at least", "5"),
    ("age", "is absent", ""),
    ("code", "is", ""),
    ("code", "is", "99213; DROP"),
    ("code", "is", "992-99215"),
    ("code", "is absent", "99213"),
    ("age", "at least", "old"),
    ("age", "at least", "6.5"),
    ("charge", "at most", "1.005"),
    ("units", "at most", "NaN"),
]


@pytest.mark.parametrize(("fields", "place"), MISTAKES)
def test_words_that_do_not_fit_are_told(fields: dict[str, object], place: str) -> None:
    ours = rule(("code", "is", "99213"), **fields)
    assert [mistake.place for mistake in mistakes_in(ours)] == [place]


@pytest.mark.parametrize("condition", CONDITION_MISTAKES)
def test_conditions_that_mean_nothing_are_told(condition: tuple[str, str, str]) -> None:
    ours = rule(("code", "is", "99213"), condition)
    assert [mistake.place for mistake in mistakes_in(ours)] == ["condition 2"]
    with pytest.raises(UnfitRuleError):
        compile_rule(ours)


def test_a_rule_needs_conditions() -> None:
    assert [mistake.place for mistake in mistakes_in(rule())] == ["conditions"]
    assert mistakes_in(rule(("code", "is", "99213"))) == ()


# Against a claim by claim reading of the same rules.

CODES, MODIFIERS = ("99213", "99214", "20610", "J7050"), ("25", "59", "RT")
LINES = st.builds(
    lambda code, modifiers, units: msgspec.structs.replace(
        LINE, procedure=Procedure(code, tuple(modifiers)), units=Decimal(units)
    ),
    st.sampled_from(CODES),
    st.lists(st.sampled_from(MODIFIERS), max_size=3, unique=True),
    st.integers(1, 4),
)
CLAIMS = st.builds(
    lambda lines, codes: msgspec.structs.replace(
        with_lines(*(msgspec.structs.replace(line, number=n) for n, line in enumerate(lines, 1))),
        diagnoses=tuple(Diagnosis(code) for code in codes),
    ),
    st.lists(LINES, min_size=1, max_size=4),
    st.lists(st.sampled_from(("E119", "I10", "M1711")), min_size=1, max_size=3, unique=True),
)
CONDITIONS = st.one_of(
    st.tuples(st.just("code"), st.sampled_from(("is", "is not")), st.sampled_from(CODES)),
    st.tuples(st.just("modifier"), st.sampled_from(("is", "is not")), st.sampled_from(MODIFIERS)),
    st.tuples(st.just("modifier"), st.sampled_from(("is absent", "is present")), st.just("")),
    st.tuples(st.just("units"), st.sampled_from(("at least", "at most")), st.just("2")),
    st.tuples(st.just("diagnosis"), st.sampled_from(("is", "is not")), st.just("M17* I10")),
    st.tuples(st.just("claim_code"), st.sampled_from(("is", "is not")), st.sampled_from(CODES)),
)


def naive(ours: UserRule, claim: Claim) -> list[str]:
    """Read the rule line by line in plain words."""
    of_lines = any(c.field in {"code", "modifier", "units"} for c in ours.conditions)
    join = all if ours.joined is Joined.ALL else any
    if of_lines:
        return [
            f"line {line.number}"
            for line in claim.lines
            if join(meets(c, claim, line.number - 1) for c in ours.conditions)
        ]
    return ["claim"] if join(meets(c, claim, 0) for c in ours.conditions) else []


def meets(condition: Condition, claim: Claim, index: int) -> bool:
    line = claim.lines[index]
    values = {
        "code": [line.procedure.code],
        "modifier": list(line.procedure.modifiers),
        "claim_code": [each.procedure.code for each in claim.lines],
        "diagnosis": [each.code for each in claim.diagnoses],
        "units": [],
    }[condition.field]
    match condition.operator:
        case "at least":
            return line.units >= Decimal(condition.value)
        case "at most":
            return line.units <= Decimal(condition.value)
        case "is absent":
            return not values
        case "is present":
            return bool(values)
        case _:
            return among(values, condition)


def among(values: list[str], condition: Condition) -> bool:
    wanted = condition.value.split()
    found_one = any(
        value.startswith(each[:-1]) if each.endswith("*") else value == each
        for value in values
        for each in wanted
    )
    return found_one is (condition.operator == "is")


@given(
    st.lists(CLAIMS, min_size=1, max_size=4),
    st.lists(CONDITIONS, min_size=1, max_size=4),
    st.sampled_from(Joined),
)
def test_a_batch_finds_what_reading_claim_by_claim_finds(
    claims: list[Claim], conditions: list[tuple[str, str, str]], joined: Joined
) -> None:
    ours = rule(*conditions, joined=joined)
    told = [[f.place for f in findings] for findings in found(ours, *claims)]
    assert told == [naive(ours, claim) for claim in claims]


def test_the_page_tells_every_field() -> None:
    text = Path(PAGE).read_text("utf-8")
    missing = [name for name, field in FIELDS.items() if f"| {field.title} |" not in text]
    assert missing == []
