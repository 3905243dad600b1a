"""Spans are derived from the record, and many claims get the answers that each would get alone."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Address, Patient, Payer, PersonName, Provider, Sex, Subscriber
from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.credentialing.gate import Decision, GateReason, GateResult, gate
from cleanclaim.credentialing.participation import Credential, CredentialKind
from cleanclaim.credentialing.participation.columns import Place, judge_batch, place_by_claim
from cleanclaim.credentialing.participation.deriving import derive_stretches, participations
from cleanclaim.credentialing.participation.grants import (
    Agreement,
    Bar,
    BarKind,
    Combination,
    Demand,
    DemandKind,
    Enrollment,
    GrantIndex,
    Grants,
    Reassignment,
)
from cleanclaim.credentialing.participation.substitutes import (
    SHIPPED_SUBSTITUTES,
    SubstituteKind,
    SubstituteRule,
    Substitution,
)
from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span

ANN, BOB, CAL = (npi_from_stem(stem) for stem in ("123456789", "198765432", "144444444"))
GROUP = npi_from_stem("155555555")
FAMILY, NURSE = "207Q00000X", "363L00000X"
ASKED = Combination(ANN, GROUP, "CMS", taxonomy=FAMILY)
SINCE = Span(date(2026, 1, 1))
MEDICARE = {"CMS": Program.MEDICARE}


def day(text: str) -> date:
    return date.fromisoformat(text)


def grants(**changes: object) -> GrantIndex:
    fields: dict[str, object] = {
        "enrollments": (Enrollment(ANN, "CMS", SINCE, source="approval letter"),),
        "programs": MEDICARE,
    }
    return GrantIndex(Grants(**{**fields, **changes}))  # type: ignore[arg-type]


def ask(on: str, asked: Combination = ASKED, **changes: object) -> GateResult:
    return gate(asked, day(on), grants(**changes))


def demand(kind: DemandKind, span: Span = SINCE) -> Demand:
    return Demand("CMS", kind, span, "manual, chapter 2")


def test_the_answer_is_one_sentence_with_its_document() -> None:
    assert ask("2026-05-01").sentence == (
        "participation in force on the date of service, by approval letter"
    )


@pytest.mark.parametrize("kind", BarKind)
def test_a_bar_is_never_and_a_bar_of_another_payer_is_not(kind: BarKind) -> None:
    bar = Bar(ANN, kind, Span(day("2026-03-01"), day("2026-03-31")), source="list of March")
    barred = ask("2026-03-31", bars=(bar,))
    assert (barred.decision, barred.reason.value) == (Decision.NEVER, kind.value)
    assert barred.document == "list of March"
    assert ask("2026-04-01", bars=(bar,)).leaves
    assert ask("2026-02-28", bars=(bar,)).leaves
    elsewhere = msgspec.structs.replace(bar, payer="OTHER")
    assert ask("2026-03-31", bars=(elsewhere,)).leaves
    practice = msgspec.structs.replace(bar, provider_npi=GROUP)
    assert ask("2026-03-31", bars=(practice,)).decision is Decision.NEVER


def test_a_federal_bar_needs_to_know_whether_the_payer_is_federal() -> None:
    bar = Bar(ANN, BarKind.EXCLUDED, SINCE)
    commercial = ask("2026-05-01", bars=(bar,), programs={"CMS": Program.COMMERCIAL})
    assert commercial.leaves
    unsaid = ask("2026-05-01", bars=(bar,), programs={})
    assert (unsaid.decision, unsaid.reason) == (
        Decision.UNKNOWN,
        GateReason.BARRED_PROGRAM_UNKNOWN,
    )


def test_nobody_stands_in_for_another_where_they_are_barred() -> None:
    row = Substitution(SubstituteKind.FEE_FOR_TIME, CAL, ANN, FAMILY, "CMS", SINCE)
    stand_in = msgspec.structs.replace(ASKED, rendering_npi=CAL)
    assert ask("2026-02-01", stand_in, substitutions=(row,)).decision is Decision.SUBSTITUTE
    bar = Bar(CAL, BarKind.EXCLUDED, SINCE)
    barred = ask("2026-02-01", stand_in, substitutions=(row,), bars=(bar,))
    assert barred.decision is Decision.NEVER


# Medicare contractors (FCSO, Palmetto, Noridian): at most 60 days on end, physicians only.
@pytest.mark.parametrize(
    ("starts", "on", "taxonomy", "kind", "modifier"),
    [
        ("2026-01-01", "2026-01-01", FAMILY, SubstituteKind.FEE_FOR_TIME, "Q6"),
        ("2026-01-01", "2026-03-01", FAMILY, SubstituteKind.FEE_FOR_TIME, "Q6"),
        ("2026-01-01", "2026-03-02", FAMILY, SubstituteKind.FEE_FOR_TIME, None),
        ("2028-01-01", "2028-02-29", FAMILY, SubstituteKind.FEE_FOR_TIME, "Q6"),
        ("2028-01-01", "2028-03-01", FAMILY, SubstituteKind.FEE_FOR_TIME, None),
        ("2028-01-31", "2028-03-30", FAMILY, SubstituteKind.RECIPROCAL, "Q5"),
        ("2028-01-31", "2028-03-31", FAMILY, SubstituteKind.RECIPROCAL, None),
        ("2026-12-15", "2027-02-12", FAMILY, SubstituteKind.RECIPROCAL, "Q5"),
        ("2026-12-15", "2027-02-13", FAMILY, SubstituteKind.RECIPROCAL, None),
        ("2026-01-02", "2026-01-01", FAMILY, SubstituteKind.RECIPROCAL, None),
        ("2026-01-01", "2026-01-15", NURSE, SubstituteKind.FEE_FOR_TIME, None),
        ("2026-01-01", "2026-01-15", "367500000X", SubstituteKind.RECIPROCAL, None),
        ("2026-01-01", "2026-01-15", "363A00000X", SubstituteKind.RECIPROCAL, None),
        ("2026-01-01", "2026-01-15", "225100000X", SubstituteKind.FEE_FOR_TIME, "Q6"),
        ("2026-01-01", "2027-01-15", FAMILY, SubstituteKind.INCIDENT_TO, ""),
        ("2026-01-01", "2026-01-15", FAMILY, SubstituteKind.SUPERVISED, None),
    ],
)
def test_a_substitute_is_billed_for_the_absent_while_the_rule_lasts(
    starts: str, on: str, taxonomy: str, kind: SubstituteKind, modifier: str | None
) -> None:
    row = Substitution(kind, CAL, ANN, taxonomy, "CMS", Span(day(starts)), "agreement")
    asked = msgspec.structs.replace(ASKED, rendering_npi=CAL)
    result = ask(on, asked, substitutions=(row,))
    if modifier is None:
        assert (result.decision, result.reason) == (Decision.HOLD, GateReason.NOT_ON_FILE)
    else:
        assert (result.decision, result.modifier) == (Decision.SUBSTITUTE, modifier)
        assert result.bill_as == ANN
        assert not result.leaves


def test_a_substitute_needs_the_absent_to_be_enrolled_and_a_rule_of_the_payer() -> None:
    row = Substitution(SubstituteKind.FEE_FOR_TIME, CAL, BOB, FAMILY, "CMS", SINCE)
    asked = msgspec.structs.replace(ASKED, rendering_npi=CAL)
    assert ask("2026-02-01", asked, substitutions=(row,)).decision is Decision.HOLD
    for_ann = msgspec.structs.replace(row, billed_npi=ANN)
    unsaid = ask("2026-02-01", asked, substitutions=(for_ann,), programs={})
    assert unsaid.decision is Decision.HOLD
    own = SubstituteRule(
        SubstituteKind.SUPERVISED,
        Program.COMMERCIAL,
        "",
        SINCE,
        "provider manual",
        Confidence.OWN,
        payer="CMS",
    )
    supervised = msgspec.structs.replace(for_ann, kind=SubstituteKind.SUPERVISED)
    told = ask(
        "2026-02-01",
        asked,
        substitutions=(supervised,),
        programs={},
        substitute_rules=(*SHIPPED_SUBSTITUTES, own),
    )
    assert (told.decision, told.document) == (Decision.SUBSTITUTE, "provider manual")


def test_what_a_payer_demands_must_hold_on_the_day() -> None:
    link = Reassignment(ANN, "CMS", GROUP, Span(day("2026-04-01")), "855R")
    asked_for = (demand(DemandKind.REASSIGNMENT),)
    early = ask("2026-03-31", demands=asked_for, reassignments=(link,))
    assert (early.reason, early.until) == (GateReason.NOT_REASSIGNED, day("2026-04-01"))
    assert ask("2026-04-01", demands=asked_for, reassignments=(link,)).leaves
    other = msgspec.structs.replace(link, billing=BOB)
    assert not ask("2026-04-01", demands=asked_for, reassignments=(other,)).leaves
    alone = msgspec.structs.replace(ASKED, billing_npi=ANN)
    assert ask("2026-04-01", alone, demands=asked_for).leaves


def test_a_contract_is_demanded_in_network_only() -> None:
    asked_for = (demand(DemandKind.CONTRACT),)
    contract = Agreement("CMS", Span(day("2026-02-01"), day("2026-12-31")), source="contract")
    assert ask("2026-01-31", demands=asked_for, agreements=(contract,)).reason is (
        GateReason.NO_CONTRACT
    )
    assert ask("2026-12-31", demands=asked_for, agreements=(contract,)).leaves
    hmo = msgspec.structs.replace(contract, product="HMO")
    assert not ask("2026-12-31", demands=asked_for, agreements=(hmo,)).leaves
    outside = Enrollment(ANN, "CMS", SINCE, in_network=False)
    told = ask("2026-01-31", demands=asked_for, enrollments=(outside,))
    assert told.decision is Decision.OUT_OF_NETWORK


def test_a_demanded_credential_is_unknown_until_one_is_on_file() -> None:
    asked_for = (demand(DemandKind.DEA),)
    missing = ask("2026-05-01", demands=asked_for)
    assert (missing.decision, missing.reason) == (
        Decision.UNKNOWN,
        GateReason.CREDENTIAL_UNKNOWN,
    )
    held = Credential(ANN, CredentialKind.DEA, Span(day("2025-01-01"), day("2026-04-30")), "DEA")
    expired = ask("2026-05-01", demands=asked_for, credentials=(held,))
    assert (expired.decision, expired.reason) == (Decision.HOLD, GateReason.CREDENTIAL_EXPIRED)
    assert ask("2026-04-30", demands=asked_for, credentials=(held,)).leaves
    # Not asked for: it is told and holds nothing.
    assert ask("2026-05-01", credentials=(held,)).lapsed == (CredentialKind.DEA,)
    assert ask("2026-05-01", credentials=(held,)).leaves


def test_a_pending_application_says_by_when_it_is_expected() -> None:
    row = Enrollment(ANN, "CMS", None, source="application", expected_on=day("2026-06-01"))
    told = ask("2026-05-01", enrollments=(row,))
    assert (told.reason, told.until) == (GateReason.PENDING, day("2026-06-01"))


def test_spans_follow_a_licence_that_lapses_and_is_renewed() -> None:
    licences = (
        Credential(ANN, CredentialKind.LICENCE, Span(day("2024-01-01"), day("2026-02-28"))),
        Credential(ANN, CredentialKind.LICENCE, Span(day("2026-03-16"))),
    )
    index = grants(credentials=licences)
    window = Span(day("2025-12-01"), day("2026-12-31"))
    spans = [each.span for each in participations(ASKED, window, index)]
    assert spans == [
        Span(day("2026-01-01"), day("2026-02-28")),
        Span(day("2026-03-16"), day("2026-12-31")),
    ]
    assert derive_stretches(ASKED, Span(day("2026-04-01")), index)[-1].span.ends_on is None


MARCH = Span(day("2026-03-01"), day("2026-03-31"))
ABSENT = Enrollment(BOB, "CMS", SINCE)


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, []),
        ({"enrollments": (Enrollment(ANN, "CMS", MARCH),)}, ["2026-03-01", "2026-04-01"]),
        (
            {"enrollments": (Enrollment(ANN, "CMS", MARCH, retroactive_days=10),)},
            ["2026-02-19", "2026-03-01", "2026-04-01"],
        ),
        (
            {"credentials": (Credential(ANN, CredentialKind.LICENCE, MARCH),)},
            ["2026-03-01", "2026-04-01"],
        ),
        ({"demands": (demand(DemandKind.DEA, MARCH),)}, ["2026-03-01", "2026-04-01"]),
        (
            {
                "demands": (demand(DemandKind.CONTRACT),),
                "agreements": (Agreement("CMS", MARCH),),
            },
            ["2026-03-01", "2026-04-01"],
        ),
        (
            {
                "demands": (demand(DemandKind.REASSIGNMENT),),
                "reassignments": (Reassignment(ANN, "CMS", GROUP, MARCH),),
            },
            ["2026-03-01", "2026-04-01"],
        ),
        ({"bars": (Bar(ANN, BarKind.REVOKED, MARCH, "CMS"),)}, ["2026-03-01", "2026-04-01"]),
        ({"bars": (Bar(ANN, BarKind.EXCLUDED, MARCH),)}, ["2026-03-01", "2026-04-01"]),
        (
            {
                "enrollments": (ABSENT,),
                "substitutions": (
                    Substitution(SubstituteKind.RECIPROCAL, ANN, BOB, FAMILY, "CMS", SINCE),
                ),
            },
            ["2026-03-02"],
        ),
        (
            {
                "enrollments": (ABSENT,),
                "credentials": (Credential(BOB, CredentialKind.LICENCE, MARCH),),
                "substitutions": (
                    Substitution(SubstituteKind.INCIDENT_TO, ANN, BOB, FAMILY, "CMS", SINCE),
                ),
            },
            ["2026-03-01", "2026-04-01"],
        ),
        (
            {
                "enrollments": (Enrollment(BOB, "CMS", Span(day("2025-01-01"))),),
                "substitutions": (
                    Substitution(
                        SubstituteKind.INCIDENT_TO, ANN, BOB, FAMILY, "CMS", Span(day("2025-06-01"))
                    ),
                ),
            },
            ["2026-01-01"],
        ),
    ],
)
def test_each_kind_of_row_divides_the_days_where_it_begins_and_ends(
    changes: dict[str, object], starts: list[str]
) -> None:
    window = Span(day("2025-12-31" if "2026-01-01" in starts else "2026-01-01"), day("2026-12-31"))
    found = derive_stretches(ASKED, window, grants(**changes))
    assert [each.span.starts_on.isoformat() for each in found[1:]] == starts


# The record at random: every kind of row, on days close together so that edges meet.

some_days = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(some_days)
    length = draw(st.none() | st.integers(0, 70))
    return Span(start, None if length is None else start + timedelta(length))


people, payers = st.sampled_from([ANN, ANN, BOB]), st.sampled_from(["CMS", "CMS", "ACME"])
enrollments = st.builds(
    Enrollment,
    people,
    payers,
    st.none() | spans(),
    st.sampled_from([(), (GROUP,), (BOB,)]),
    product=st.sampled_from(["", "PPO"]),
    location=st.sampled_from(["", "main"]),
    taxonomy=st.sampled_from(["", FAMILY]),
    retroactive_days=st.sampled_from([0, 0, 30]),
    in_network=st.sampled_from([True, True, False]),
)
records = st.builds(
    Grants,
    st.lists(enrollments, max_size=5).map(tuple),
    st.lists(
        st.builds(Credential, people, st.sampled_from(CredentialKind), spans()), max_size=3
    ).map(tuple),
    st.lists(
        st.builds(Reassignment, people, payers, st.sampled_from([GROUP, BOB]), spans()), max_size=2
    ).map(tuple),
    st.lists(st.builds(Agreement, payers, spans()), max_size=2).map(tuple),
    st.lists(
        st.builds(Demand, payers, st.sampled_from(DemandKind), spans(), st.just("manual")),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(Bar, people, st.sampled_from(BarKind), spans(), st.sampled_from(["", "CMS"])),
        max_size=1,
    ).map(tuple),
    st.lists(
        st.builds(
            Substitution,
            st.sampled_from(SubstituteKind),
            people,
            people,
            st.sampled_from([FAMILY, NURSE]),
            payers,
            spans(),
        ),
        max_size=2,
    ).map(tuple),
    st.sampled_from([{}, MEDICARE, {**MEDICARE, "ACME": Program.COMMERCIAL}]),
)
combinations = st.builds(
    Combination,
    people,
    st.just(GROUP),
    payers,
    st.sampled_from(["", "PPO"]),
    st.sampled_from(["", "main"]),
    st.sampled_from([FAMILY, NURSE]),
)
WINDOW = Span(date(2025, 12, 20), date(2026, 4, 15))


@settings(max_examples=60)
@given(records, combinations)
def test_a_derived_stretch_answers_as_each_of_its_days(record: Grants, asked: Combination) -> None:
    index = GrantIndex(record)
    on = WINDOW.starts_on
    for each in derive_stretches(asked, WINDOW, index):
        assert each.span.starts_on == on
        assert each.span.ends_on is not None
        while on <= each.span.ends_on:
            assert gate(asked, on, index) == each.result
            on += timedelta(1)
    assert on == date(2026, 4, 16)


PERSON = PersonName("Fable", "Fay")
HOME = Address("1 Lane", "Springfield", "IL", "627010001")


def line(number: int, starts: date | None, ends: date | None, who: Provider | None) -> ServiceLine:
    return ServiceLine(number, Procedure("99213"), 10_000, Decimal(1), starts, ends, rendering=who)


def claim(rendering: Provider | None, payer: str, *lines: ServiceLine) -> Claim:
    return Claim(
        "C1",
        10_000 * len(lines),
        "11",
        Frequency.ORIGINAL,
        Provider(GROUP, organization="Group"),
        Payer(payer, payer),
        Subscriber(PERSON, "M1"),
        Patient(PERSON, date(1980, 1, 1), Sex.FEMALE, HOME),
        (),
        lines,
        rendering=rendering,
    )


providers = st.builds(Provider, people, taxonomy=st.sampled_from([FAMILY, NURSE]))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    lines = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        starts = draw(st.none() | some_days)
        length = draw(st.sampled_from([None, 0, 0, 20]))
        ends = None if starts is None or length is None else starts + timedelta(length)
        lines.append(line(number, starts, ends, draw(st.none() | providers)))
    return claim(draw(st.none() | providers), draw(payers), *lines)


GRAVITY = ["never", "unknown", "hold", "substitute", "out-of-network", "pass"]


def gravest(each: Claim, index: GrantIndex, where: Place) -> Decision:
    """Ask for every line and day, one at a time."""
    found = []
    for row in each.lines:
        who = row.rendering or each.rendering or each.billing
        asked = Combination(
            who.npi, GROUP, where.payer, where.product, where.location, who.taxonomy
        )
        on, last = row.starts_on, row.ends_on or row.starts_on
        found.append(gate(asked, on, index).decision)
        while on is not None and last is not None and on < last:
            on += timedelta(1)
            found.append(gate(asked, on, index).decision)
    return min(found, key=lambda decision: GRAVITY.index(decision.value))


@settings(max_examples=60)
@given(records, st.lists(claims(), max_size=6))
def test_many_claims_get_the_answer_that_each_gets_alone(
    record: Grants, several: list[Claim]
) -> None:
    index = GrantIndex(record)

    def placing(each: Claim) -> Place:
        return Place(each.payer.identifier, "PPO", "main")

    together = [each.decision for each in judge_batch(ClaimBatch.of(several), index, placing)]
    assert together == [gravest(each, index, placing(each)) for each in several]


def test_a_claims_own_word_is_its_payers_number_and_its_facility() -> None:
    here = line(1, day("2026-01-05"), None, None)
    plain = claim(Provider(ANN, taxonomy=FAMILY), "CMS", here)
    assert place_by_claim(plain) == Place("CMS")
    away = msgspec.structs.replace(plain, facility=Provider(BOB, organization="Annex"))
    assert place_by_claim(away).location == BOB
    (answer,) = judge_batch(ClaimBatch.of([plain]), grants())
    assert answer.reason is GateReason.IN_FORCE
    (missing,) = judge_batch(ClaimBatch.of([claim(None, "CMS", here)]), grants())
    assert missing.reason is GateReason.NOT_ON_FILE
