import pickle
from datetime import date
from decimal import Decimal

import msgspec
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from claims.claim_strategies import claims
from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found, repeats_of
from cleanclaim.claims.institutional import Occurrence, OccurrenceSpan
from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Subscriber
from cleanclaim.edits.examples import CLEAN, STAY, VISIT, stayed

DAY = date(2026, 5, 4)
LINE = ServiceLine(1, Procedure("99213"), 0, Decimal(1), DAY, DAY)
NAME = PersonName("Larkspur")


def claim(*cents: int, pointers: tuple[int, ...] = (), codes: tuple[str, ...] = ()) -> Claim:
    lines = tuple(
        msgspec.structs.replace(LINE, number=n, charge_cents=each, diagnosis_pointers=pointers)
        for n, each in enumerate(cents, start=1)
    )
    return Claim(
        "B1",
        sum(cents),
        "11",
        Frequency.ORIGINAL,
        Provider(npi="1", organization="Hillside"),
        Payer("Northern Mutual", "NMUT1"),
        Subscriber(NAME),
        Patient(NAME),
        tuple(map(Diagnosis, codes)),
        lines,
    )


CLAIMS = st.lists(st.lists(st.integers(-(10**9), 10**9), max_size=4).map(lambda c: claim(*c)))


@given(CLAIMS)
def test_a_batch_gives_its_claims_back(claims: list[Claim]) -> None:
    assert ClaimBatch.of(claims).to_claims() == tuple(claims)


@given(CLAIMS)
def test_sums_are_those_of_each_claim(claims: list[Claim]) -> None:
    batch = ClaimBatch.of(claims)
    assert batch.sum_by_claim(batch.charge_cents).tolist() == [c.total_charge_cents for c in claims]


@given(CLAIMS)
def test_every_line_knows_its_claim(claims: list[Claim]) -> None:
    batch = ClaimBatch.of(claims)
    for owner, number, cents in zip(
        batch.line_claim, batch.line_number, batch.charge_cents, strict=True
    ):
        assert claims[owner].lines[number - 1].charge_cents == cents


def test_marked_lines_are_reported_with_their_facts() -> None:
    batch = ClaimBatch.of([claim(1), claim(), claim(2, 3)])
    found = batch.lines(batch.charge_cents > 1, cents=batch.charge_cents, limit=1)
    assert list(found.rows()) == [
        (2, "line 1", {"cents": 2, "limit": 1}),
        (2, "line 2", {"cents": 3, "limit": 1}),
    ]


def test_marked_diagnoses_and_pointers_are_reported_where_they_stand() -> None:
    batch = ClaimBatch.of([claim(), claim(5, pointers=(2, 1), codes=("A", "B"))])
    diagnoses = batch.diagnoses(batch.diagnosis_code == "B")
    pointers = batch.pointers(batch.pointer == 2, found=batch.pointer)
    assert list(diagnoses.rows()) == [(1, "diagnosis 2", {})]
    assert list(pointers.rows()) == [(1, "line 1", {"found": 2})]


def test_every_named_provider_is_seen() -> None:
    doctor = Provider(npi="2", person=NAME)
    (line,) = claim(1).lines
    named = msgspec.structs.replace(
        claim(1), rendering=doctor, lines=(msgspec.structs.replace(line, rendering=doctor),)
    )
    batch = ClaimBatch.of([named])
    found = batch.providers(batch.where_provider(lambda provider: provider.npi == "2"))
    assert found.places == ("rendering provider", "line 1, rendering provider")
    assert batch.provider_values(lambda provider: provider.npi).tolist() == ["1", "2", "2"]


def test_missing_days_are_no_days() -> None:
    undated = msgspec.structs.replace(LINE, starts_on=None, ends_on=None)
    batch = ClaimBatch.of([msgspec.structs.replace(claim(), lines=(undated,))])
    assert np.isnat(batch.line_starts_on).all()
    assert np.isnat(batch.service_starts_on).all()


def test_the_least_quantity_stays_above_zero() -> None:
    tiny = msgspec.structs.replace(LINE, units=Decimal("0.00001"))
    batch = ClaimBatch.of([msgspec.structs.replace(claim(), lines=(tiny,))])
    assert batch.line_thousandths.tolist() == [1]


def test_only_later_rows_repeat() -> None:
    assert repeats_of([1, 1, 2, 1], "abac").tolist() == [False, False, False, False]
    assert repeats_of([1, 1, 2, 1], "aaab").tolist() == [False, True, False, False]


def test_findings_add_up() -> None:
    one = Found((0,), ("claim",), ({},))
    assert (one + NOTHING + one).claims == (0, 0)
    assert len(NOTHING) == 0


def test_a_stay_is_told_in_columns() -> None:
    batch = ClaimBatch.of([CLEAN, STAY, VISIT])
    assert batch.type_of_bill.tolist() == ["", "0111", "0131"]
    assert batch.facility_type.tolist() == ["", "11", "13"]
    assert batch.discharge_status.tolist() == ["", "01", "01"]
    assert np.isnat(batch.statement_starts_on).tolist() == [True, False, False]
    assert batch.admitted_on[1] == np.datetime64("2026-05-01")
    assert batch.value_of("80").tolist() == [-1, 400, -1]
    assert batch.line_revenue_code.tolist() == ["", "", "0120", "0250", "0300", "0320"]


def test_codes_of_a_stay_know_their_claim() -> None:
    told = msgspec.structs.replace(
        stayed(
            occurrences=(Occurrence("11", DAY),),
            occurrence_spans=(OccurrenceSpan("71", DAY, DAY), OccurrenceSpan("74", DAY, DAY)),
            external_causes=(Diagnosis("W19XXXA", "ABN", "Y"),),
        ),
        condition_codes=("C1", "09"),
    )
    batch = ClaimBatch.of([CLEAN, told])
    assert (batch.condition_claim.tolist(), batch.condition_code.tolist()) == (
        [1, 1],
        ["C1", "09"],
    )
    assert (batch.occurrence_claim.tolist(), batch.occurrence_code.tolist()) == ([1], ["11"])
    assert batch.occurrence_on.tolist() == [DAY]
    found = batch.spans(batch.span_code == "74", code=batch.span_code)
    assert list(found.rows()) == [(1, "occurrence span 2", {"code": "74"})]
    assert batch.diagnosis_place[-2:].tolist() == ["admitting diagnosis", "external cause 1"]
    assert batch.diagnosis_present.tolist()[-1] == "Y"
    assert batch.diagnosis_is_listed.tolist() == [True, True, True, True, False, False]


def test_lines_without_days_have_those_of_the_claim() -> None:
    batch = ClaimBatch.of([STAY])
    assert set(batch.line_starts_on.tolist()) == {date(2026, 5, 1)}
    assert set(batch.line_ends_on.tolist()) == {date(2026, 5, 5)}


def test_a_stay_is_coded_by_its_last_day_and_a_visit_by_its_first() -> None:
    longer = stayed(VISIT, statement_ends_on=date(2026, 5, 20))
    batch = ClaimBatch.of([STAY, longer])
    assert batch.coded_on.tolist() == [date(2026, 5, 5), DAY]


def test_a_question_is_answered_once_for_all_who_ask() -> None:
    asked = []

    def count(batch: ClaimBatch, factor: int) -> int:
        asked.append(factor)
        return len(batch) * factor

    batch = ClaimBatch.of([STAY, VISIT])
    assert [batch.once(count, factor) for factor in (2, 3, 2)] == [4, 6, 4]
    assert asked == [2, 3]
    assert ClaimBatch.of([STAY]).once(count, 2) == 2


def test_payers_and_those_who_bill_are_numbered() -> None:
    other = msgspec.structs.replace(VISIT, payer=Payer("Southern Aid", "SAID9"))
    taxed = msgspec.structs.replace(VISIT.billing, npi="")
    batch = ClaimBatch.of([VISIT, other, msgspec.structs.replace(VISIT, billing=taxed), VISIT])
    assert batch.claim_payer.tolist() == [0, 1, 0, 0]
    assert batch.claim_billing.tolist() == [0, 0, 1, 0]
    assert batch.line_unit_basis.tolist() == ["UN"] * 8


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(claims("837P") | claims("837I") | claims("837D"), min_size=1, max_size=2))
def test_a_batch_of_all_kinds_gives_its_claims_back(told: list[Claim]) -> None:
    batch = ClaimBatch.of(told)
    assert pickle.loads(pickle.dumps(batch)).to_claims() == tuple(told)  # noqa: S301 - written here
    assert [msgspec.json.decode(msgspec.json.encode(claim), type=Claim) for claim in told] == told
